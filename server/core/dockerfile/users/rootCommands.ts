import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { type PackageCall, packageCallOf } from "../packages/packageCalls.ts";
import { isRootUser } from "../variables/state.ts";

/** Managers of the system's packages, which lock and write files of root. */
const SYSTEM_MANAGERS: ReadonlySet<string> = new Set(["apt", "apk", "dnf", "yum", "microdnf", "tdnf", "zypper", "pacman"]);
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
const ACCOUNT_PROGRAMS = new Set([
	"useradd",
	"groupadd",
	"adduser",
	"addgroup",
	"usermod",
	"groupmod",
	"userdel",
	"groupdel",
	"deluser",
	"delgroup",
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

/** What a command does that only root may do; undefined if nothing, or if something around it decides. */
export function needsRoot(step: Step, command: ShellCommand, user: string): string | undefined {
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
	const path = writtenBelowEtc(step, command);
	if (path !== undefined) return `Writing ${path}`;
	return program === "chown" ? givenAway(step, command, user) : undefined;
}

function systemCall(call: PackageCall): boolean {
	if (!SYSTEM_MANAGERS.has(call.manager) || call.uncertain || !WRITING_KINDS.has(call.kind)) return false;
	return !call.options.some((option) => HARMLESS_OPTIONS.has(option.name));
}

/** A file or folder below /etc that a command makes, on a base where all of it is known to be root's and nothing gives it away. */
function writtenBelowEtc(step: Step, command: ShellCommand): string | undefined {
	// `mkdir -p` of a folder that is there asks for no right.
	const makes = command.program === "mkdir" && !command.args.some(({ text }) => /^(?:-\w*p|--parents)/.test(text));
	const operands = command.program === "tee" || makes ? command.args : [];
	const targets = [
		...operands,
		...command.redirects.flatMap(({ operator, target }) => (/^(?:>|>>|>\||&>)$/.test(operator) && target !== undefined ? [target] : [])),
	];
	const path = targets.map((word) => wordValue(step, word) ?? "").find((value) => /^\/etc\/[\w./-]+$/.test(value));
	if (path === undefined || !isRootUser(stageBaseFacts(step.stage).user ?? "?")) return undefined;
	// What is mounted there has an owner of its own.
	if (step.flags.some(({ name, value }) => name === "mount" && value?.includes("/etc") === true)) return undefined;
	return lineage(step.stage).some(givesEtcAway) ? undefined : path;
}

const givesEtcAway = remembered((stage: Stage): boolean => stage.steps.some(mayGiveEtcAway));

function mayGiveEtcAway(step: Step): boolean {
	const text = stepText(step);
	// The path may stand in a variable.
	const mayNameEtc = /\/etc|\$/.test(text);
	// BuildKit makes the folder as the user in force.
	if (step.keyword === "WORKDIR") return mayNameEtc;
	// A tree that is copied to the root may have an `etc`.
	if (step.keyword === "COPY" || step.keyword === "ADD")
		return /--ch(?:own|mod)/.test(text) && (mayNameEtc || /\s"?\.?\/?["\]\s]*$/.test(step.line.text));
	return mayNameEtc && /ch(?:own|mod|grp)|setfacl|install\s+-/.test(text);
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
