import { ACCOUNT_PROGRAMS } from "../../knowledge/systemAccounts.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { accountsOf } from "../accounts/accounts.ts";
import { homeOf } from "../accounts/home.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { wordValue } from "../commands/wordValues.ts";
import { prefixesOf } from "../files/removals.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { SYSTEM_MANAGERS } from "../packages/installedPackages.ts";
import { type PackageCall, packageCallOf } from "../packages/packageCalls.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import { writtenPaths } from "./writtenPaths.ts";

const WRITING_KINDS = new Set(["install", "remove", "refresh", "upgrade"]);
/** Options that turn a call into a look, or point it to another root. */
const HARMLESS_OPTIONS = new Set([
	"--help",
	"-h",
	"--version",
	"-s",
	"--simulate",
	"--dry-run",
	"--download-only",
	"-d",
	"--print-uris",
	"--root",
	"-p",
	"--initdb",
	"--installroot",
	"--assumeno",
	"-r",
	"--root-dir",
	"--downloadonly",
	"-w",
]);
const SYSTEM_PROGRAMS = new Set([
	"update-ca-certificates",
	"update-ca-trust",
	"locale-gen",
	"dpkg-reconfigure",
	"update-alternatives",
	"chroot",
]);
/** What runs the command as root, or makes it look like root. */
const RAISING = new Set(["sudo", "doas", "su", "gosu", "su-exec", "runuser", "fakeroot", "fakechroot", "proot", "unshare", "setpriv"]);
const CONDITIONAL = ["condition", "branch", "loop", "function", "negation"];

/** What a command does that only root may do; undefined if nothing, or if something around it decides. `downloaded`: the files that it fetches. */
export function needsRoot(step: Step, command: ShellCommand, user: string, downloaded: readonly string[]): string | undefined {
	const { program } = command;
	if (program === undefined || command.within.some((enclosure) => CONDITIONAL.includes(enclosure))) return undefined;
	for (let wrapper = command.wrapper; wrapper !== undefined; wrapper = wrapper.wrapper)
		if (RAISING.has(wrapper.program ?? "")) return undefined;
	const call = packageCallOf(command);
	if (call !== undefined) return systemCall(call) ? `${call.program} ${call.verb}`.trim() : undefined;
	const words = command.args.map((word) => word.text);
	if (words.includes("--help") || words.includes("--version") || words.includes("-h")) return undefined;
	if (ACCOUNT_PROGRAMS.has(program) || SYSTEM_PROGRAMS.has(program))
		return words.length === 0 && program.endsWith("add") ? undefined : program;
	if (
		program === "dpkg" &&
		words.some((word) => /^(?:-i|--install)$/.test(word)) &&
		!words.some((word) => /^--(?:root|instdir)/.test(word))
	)
		return "dpkg -i";
	if (program === "pacman" && words.some((word) => /^-(?:S[yuc]*|U|R[cnsu]*)$/.test(word)))
		return words.some((word) => /^(?:-r|-p|--root|--sysroot|--print)/.test(word)) ? undefined : "pacman";
	const path = writtenInRootTree(step, command, downloaded);
	if (path !== undefined) return `${program === "rm" ? "Removing" : "Writing"} ${path}`;
	return program === "chown" ? givenAway(step, command, user) : undefined;
}

/** Whether a command installs, removes or updates packages of the system. */
export function isSystemChange(command: ShellCommand): boolean {
	const call = packageCallOf(command);
	return call !== undefined && systemCall(call);
}

function systemCall(call: PackageCall): boolean {
	if (!SYSTEM_MANAGERS.has(call.manager) || call.uncertain || !WRITING_KINDS.has(call.kind)) return false;
	return !call.options.some((option) => HARMLESS_OPTIONS.has(option.name));
}

/** Trees of root. Below /usr only what lies in a folder of every distribution: deeper ones are made, and opened, by installers and users. */
const ROOT_TREES = [
	{ path: /^\/etc\/[\w./-]+$/, names: "etc" },
	{ path: /^\/usr\/(?:local\/)?(?:bin|sbin|lib|include|share)\/[\w.-]+$/, names: "usr" },
] as const;

type TreeName = (typeof ROOT_TREES)[number]["names"];

/** A file or folder below /etc or /usr that a command writes, on a base where all of it is known to be root's and nothing gives it away. */
function writtenInRootTree(step: Step, command: ShellCommand, downloaded: readonly string[]): string | undefined {
	for (const path of [...writtenPaths(step, command), ...downloaded]) {
		const tree = ROOT_TREES.find((candidate) => candidate.path.test(path))?.names;
		if (tree !== undefined) return isRootsTree(step, tree) && !mayBeOwn(step, command, path) ? path : undefined;
	}
	return undefined;
}

function isRootsTree(step: Step, tree: TreeName): boolean {
	if (!isRootUser(stageBaseFacts(step.stage).user ?? "?")) return false;
	// What is mounted there has an owner of its own.
	if (step.flags.some(({ name, value }) => name === "mount" && value?.includes(`/${tree}`) === true)) return false;
	return !lineage(step.stage).some(GIVING_AWAY[tree]);
}

const GIVING_AWAY: Readonly<Record<TreeName, (stage: Stage) => boolean>> = { etc: givesAway("etc"), usr: givesAway("usr") };

function givesAway(tree: TreeName): (stage: Stage) => boolean {
	return remembered((stage: Stage) => stage.steps.some((step) => mayGiveAway(step, tree)));
}

/** A path below /usr, as it stands in a text. */
const BELOW_USR = /\/usr\/[\w./-]+/g;

/**
 * Whether a path lies in the home of an account, or a step above names a file below /usr that a command writes to or changes: it may be open
 * to the user. Folders and links are made anew.
 */
function mayBeOwn({ stage, ordinal }: Step, { program }: ShellCommand, path: string): boolean {
	if (prefixesOf(path).some((folder) => homesOf(stage).has(folder))) return true;
	if (program === "mkdir" || program === "ln" || !path.startsWith("/usr/")) return false;
	const named = program === "chmod" ? copiedFromStages : namedBelowUsr;
	return lineage(stage).some((above) => (named(above).get(path) ?? Infinity) < (above === stage ? ordinal : Infinity));
}

/** The home directories of the accounts that a stage has from the file. */
const homesOf = remembered(
	(stage: Stage): ReadonlySet<string> =>
		new Set(accountsOf(stage).flatMap((account) => (account.kind === "user" ? (homeOf(account) ?? []) : []))),
);

/** The paths below /usr that the steps of a stage name, with the first step that does. */
const namedBelowUsr = remembered((stage: Stage) => firstNames(stage.steps));

/** The like for copies out of other stages, which keep the owner. */
const copiedFromStages = remembered((stage: Stage) => firstNames(stage.steps.filter(copiesFrom)));

function firstNames(steps: readonly Step[]): ReadonlyMap<string, number> {
	const first = new Map<string, number>();
	for (const step of steps) for (const [path] of stepText(step).matchAll(BELOW_USR)) if (!first.has(path)) first.set(path, step.ordinal);
	return first;
}

function copiesFrom({ keyword, flags }: Step): boolean {
	return keyword === "COPY" && flags.some(({ name }) => name === "from");
}

const TREE_WORD: Readonly<Record<TreeName, RegExp>> = { etc: /\betc\b/, usr: /\busr\b/ };
/** The root directory, as a word of its own. */
const ROOT_WORD = /(?:^|[\s"'=])\/\*?(?=["'\s;&|]|$)/;
/** Where a copy goes that lays a tree over the root directory, or over /usr. */
const WHOLE_TREE = /\s"?(?:\.?\/?|\/(?:usr|etc)(?:\/local)?\/?)["\]\s]*$/;
const ARCHIVE = /\.(?:tar|tgz|tbz2?|txz|tzst)\b/;
/** What gives files away. */
export const GIVES_AWAY = /ch(?:own|mod|grp)|setfacl|install\s+-/;
/** What keeps the owners and modes that files have elsewhere. */
const KEEPING = /\bcp\s+(?:-\S+\s+)*(?:-\w*[ap]|--(?:archive|preserve))|\brsync\b|\btar\b/;
/** An account whose home is there, and is given to it. */
const HOME_BELOW_USR = /\b(?:user(?:add|mod)|adduser)\b[^\n;&|]{0,300}(?:-\w*[dh]|--home(?:-dir)?)[\s=]+["']?(?:\/usr\/|\$)/;

function mayGiveAway(step: Step, tree: TreeName): boolean {
	const text = stepText(step);
	// The path may stand in a variable, or be a part of what is named.
	const mayNameTree = TREE_WORD[tree].test(text) || text.includes("$") || ROOT_WORD.test(text);
	// BuildKit makes the folder as the user in force.
	if (step.keyword === "WORKDIR") return mayNameTree;
	if (step.keyword === "COPY" || step.keyword === "ADD") {
		// A tree that is copied to the root may have an `etc`.
		const overTree = WHOLE_TREE.test(step.line.text);
		if (/--ch(?:own|mod)/.test(text)) return mayNameTree || overTree;
		return overTree && (copiesFrom(step) || (step.keyword === "ADD" && ARCHIVE.test(text)));
	}
	if (!mayNameTree || runsUnprivileged(step, text)) return false;
	return GIVES_AWAY.test(text) || (tree === "usr" && (KEEPING.test(text) || HOME_BELOW_USR.test(text)));
}

/** Who is not root has nothing of root's to give away. */
function runsUnprivileged(step: Step, text: string): boolean {
	const { value } = userAt(step.stage, step);
	return value.kind === "set" && value.value !== "" && !isRootUser(value.value) && ![...RAISING].some((program) => text.includes(program));
}

/** `chown root:root file`: nobody but root may give a file to somebody else. */
function givenAway(step: Step, command: ShellCommand, user: string): string | undefined {
	const args = readArguments(command.args, ["--reference", "--from"]);
	const [owner, ...files] = args.operands;
	const value = owner === undefined ? undefined : wordValue(step, owner);
	if (value === undefined || files.length === 0 || args.options.some(({ name }) => name === "--reference" || name === "--from"))
		return undefined;
	const [to = ""] = value.split(/[:.]/);
	// The user's own name or number: a file that it owns already stays with it. A name and a number may mean the same one.
	const comparableTo = to !== "" && /^\d+$/.test(to) === /^\d+$/.test(user);
	return user !== to && (to === "root" || to === "0" || comparableTo) ? `chown ${value}` : undefined;
}
