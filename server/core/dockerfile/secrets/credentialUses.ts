import { CREDENTIAL_COMMANDS, type CredentialCommand, type CredentialPlace, PRIVATE_HOSTS } from "../../knowledge/credentialCommands.ts";
import { LOCAL_HOSTS } from "../../knowledge/downloadTools.ts";
import { ownValue } from "../../ownValue.ts";
import { secretName } from "../../secrets/names.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { gitVerb } from "../commands/gitCommands.ts";
import { commandsOf } from "../commands/scripts.ts";
import { instructionMentions } from "../model/mentions.ts";
import type { Step } from "../model/model.ts";
import { mountsOf } from "../model/mounts.ts";
import { anyStep } from "../model/stepFold.ts";
import { stepText } from "../model/stepText.ts";
import { declarationAt } from "../variables/variables.ts";

/** A command of a RUN that does nothing without a credential which nothing in the file gives it. */
export interface CredentialUse {
	readonly command: ShellCommand;
	/** The word that says so: the subcommand, or the address. */
	readonly word: ShellWord;
	/** What it says: `aws s3`, `git clone`. */
	readonly call: string;
	/** What it needs. */
	readonly title: string;
	readonly place: CredentialPlace;
}

/** Files that stand for a login: where one of them is copied, written or named, others know more. */
const LOGIN_FILES =
	/\.aws\b|\.npmrc|\.yarnrc|\.netrc|\.pypirc|pip\.conf|\.docker\/|settings\.xml|nuget\.config|auth\.json|\.ssh\b|id_rsa|id_ed25519|ssh-add|\.gem\/|credentials|_authToken|\binsteadOf\b|git-credential|pypi-token|http-basic|registry login|auth (?:login|activate)|disable_credentials/i;

/** In lower case: without one of these nothing in a file needs a credential. */
export const CREDENTIAL_TRACES: readonly string[] = [
	// A program of few letters stands in many words.
	...CREDENTIAL_COMMANDS.flatMap(({ programs }) => programs).flatMap((program) => (program.length > 2 ? program : asCalled(program))),
	...PRIVATE_HOSTS.map(({ part }) => part),
	"ssh://",
	"git@",
];

function asCalled(program: string): readonly string[] {
	return [" ", "\t", "\\", "`", '"', "'"].map((behind) => program + behind);
}

/** The calls of a RUN that need a credential, where it has no secret and no ssh mount and the file shows no other source of one. */
export function credentialUses(step: Step): readonly CredentialUse[] {
	if (step.keyword !== "RUN" || mountsOf(step).some((mount) => mount.type === "secret" || mount.type === "ssh")) return NONE;
	const uses: CredentialUse[] = [];
	for (const command of commandsOf(step)) {
		const { program } = command;
		if (program !== undefined && PROGRAMS.has(program)) uses.push(...useOf(step, command, program));
	}
	if (uses.length === 0 || LOGIN_FILES.test(step.line.text) || hasLogin(step)) return NONE;
	return uses;
}

function hasLogin(step: Step): boolean {
	return logins.above(step);
}

const logins = anyStep((step) => LOGIN_FILES.test(stepText(step)));

const byProgram: ReadonlyMap<string, CredentialCommand> = new Map(
	CREDENTIAL_COMMANDS.toReversed().flatMap((entry) => entry.programs.map((program) => [program, entry] as const)),
);
const GIT_CLIENTS = new Set(["git", "pip", "pip3", "uv", "npm", "yarn", "pnpm"]);
/** Besides those that need one, programs that can be about a private address. */
const PROGRAMS: ReadonlySet<string> = new Set([
	...byProgram.keys(),
	...PRIVATE_HOSTS.flatMap(({ byProgram: places }) => Object.keys(places)),
	...GIT_CLIENTS,
]);
const NONE: readonly CredentialUse[] = [];

function useOf(step: Step, command: ShellCommand, program: string): readonly CredentialUse[] {
	if (command.within.includes("condition") || command.within.includes("function")) return [];
	// A variable that is called like a credential is where it comes from.
	if (
		command.args.some((word) =>
			word.parts.some((part) => part.kind === "command" || (part.kind === "variable" && secretName(part.name) === "strong")),
		)
	)
		return [];
	const entry = byProgram.get(program);
	return [
		...(entry === undefined ? [] : subcommandUse(step, command, entry)),
		...hostUse(step, command, program),
		...sshUse(command, program),
	].slice(0, 1);
}

function subcommandUse(step: Step, command: ShellCommand, entry: CredentialCommand): readonly CredentialUse[] {
	const args = readArguments(command.args, entry.valueOptions);
	const words = args.operands.map((word) => word.value ?? "\0");
	const first = args.operands[0];
	if (first?.value === undefined || args.options.some((option) => entry.without.includes(option.name))) return [];
	if (words.some((word) => entry.without.includes(word)) || entry.except?.includes(first.value)) return [];
	if (entry.address !== undefined && !words.some((word) => namesRemoteHost(word, entry.address))) return [];
	const verb =
		entry.verbs.length === 0
			? first.value
			: entry.verbs.find((candidate) => candidate.split(" ").every((part, index) => words[index] === part));
	// Maven's goals stand in any order.
	const goal = verb === undefined && entry.title.includes("Maven") ? args.operands.find((word) => word.value === "deploy") : undefined;
	if ((verb === undefined && goal === undefined) || entry.variables.some((name) => isGiven(step, command, name))) return [];
	return [{ command, word: goal ?? first, call: `${command.program} ${verb ?? "deploy"}`, title: entry.title, place: entry.place }];
}

/** Whether a word is an address of the scheme on another machine; a registry of the build machine's own lets everybody in. */
function namesRemoteHost(word: string, scheme = ""): boolean {
	const host = word.startsWith(scheme) ? /^[^/:\0]+/.exec(word.slice(scheme.length))?.[0] : undefined;
	return host !== undefined && !LOCAL_HOSTS.test(host);
}

function hostUse(step: Step, command: ShellCommand, program: string): readonly CredentialUse[] {
	for (const word of command.args) {
		const address = addressIn(comparable(word));
		if (address === undefined) continue;
		const host = PRIVATE_HOSTS.find((candidate) => candidate.pattern.test(address));
		const place = ownValue(host?.byProgram, program);
		if (host === undefined || place === undefined || command.args.some((other) => /^(?:config|set)$/.test(other.value ?? ""))) continue;
		if (place.kind === "variable" && isGiven(step, command, place.name)) continue;
		return [{ command, word, call: program, title: `a login for ${host.title}`, place }];
	}
	return [];
}

/** What stands behind the scheme of an address; undefined without one, and if it names a user. */
function addressIn(text: string): string | undefined {
	const scheme = text.indexOf("https://");
	if (scheme === -1) return undefined;
	const address = text.slice(scheme + 8);
	return address.split("/", 1)[0]?.includes("@") ? undefined : address;
}

const SSH_ADDRESS = /^(?:git\+)?(?:ssh:\/\/)(?:[\w.-]+@)?[\w.-]+|^(?:git@)[\w.-]+:[\w./~-]+$/;

/** `git clone git@host:path` and packages from such addresses. */
function sshUse(command: ShellCommand, program: string): readonly CredentialUse[] {
	if (!GIT_CLIENTS.has(program) || (program === "git" && !["clone", "fetch", "pull", "ls-remote"].includes(gitVerb(command) ?? "")))
		return [];
	const word = command.args.find((candidate) => SSH_ADDRESS.test(comparable(candidate)));
	if (word === undefined) return [];
	const verb = program === "git" ? gitVerb(command) : command.args.find((candidate) => !candidate.text.startsWith("-"))?.value;
	return [{ command, word, call: `${program} ${verb ?? ""}`.trim(), title: "an SSH key", place: { kind: "ssh" } }];
}

/** Whether a variable is set by ARG, by ENV, or in the script. */
function isGiven(step: Step, command: ShellCommand, name: string): boolean {
	if (declarationAt(step, name) !== undefined || command.assignments.some((assignment) => assignment.name === name)) return true;
	return instructionMentions(step, name);
}
