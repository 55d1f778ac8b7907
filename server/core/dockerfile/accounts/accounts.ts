import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments, type ShellArguments, type ShellOption } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { stageFamily } from "../base/baseFacts.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";

/**
 * The users and groups that a Dockerfile creates. Three programs share two names: shadow's useradd (which Red Hat also calls
 * adduser), Debian's adduser in Perl with long options, and BusyBox's adduser with short ones. Their manual pages decide here;
 * which ids and groups they really give was tried out on Debian 12 and BusyBox 1.35.
 */
export type AccountDialect = "shadow" | "debian" | "busybox";

/** A user or a group that a RUN creates. */
export interface Account {
	readonly kind: "user" | "group";
	/** With ARG and ENV defaults substituted. */
	readonly name: string;
	/** The word that names it. */
	readonly nameWord: ShellWord;
	/** The command word: `useradd`, `adduser`, `groupadd` or `addgroup`. */
	readonly program: string;
	readonly dialect: AccountDialect;
	readonly command: ShellCommand;
	readonly step: Step;
	/** The words behind the command word, sorted. */
	readonly args: ShellArguments;
	/** The uid of a user, the gid of a group, where the command fixes it. */
	readonly id: AccountId | undefined;
	/** Of a user; undefined for a group. */
	readonly primaryGroup: PrimaryGroup | undefined;
	/** A number below 1000 is taken where none is given. */
	readonly system: boolean;
	/** Whether the command may put the user into groups besides its primary one: Debian 12's adduser adds `users`. */
	readonly furtherGroups: boolean;
	/** Whether a variable without a known value could hold further options. */
	readonly uncertain: boolean;
	/** Whether the command runs in every build: no condition, loop or `||` stands around it. */
	readonly certain: boolean;
}

/** Where the primary group of a new user comes from: made with it, named or numbered, what the program takes for system users. */
export type PrimaryGroup =
	| { readonly kind: "own" }
	| { readonly kind: "given"; readonly group: AccountId }
	| { readonly kind: "nogroup" }
	| { readonly kind: "unknown" };

/** A number, or the name of a group, that a command gives to an account. */
export interface AccountId {
	readonly value: string;
	/** As an instruction of the Dockerfile can say it: the value, or the variables that make it. */
	readonly text: string;
}

const VALUE_OPTIONS: Readonly<Record<AccountDialect, readonly string[]>> = {
	shadow: [
		..."-b --base-dir -c --comment -d --home --home-dir -e --expiredate -f --inactive -g --gid -G --groups -k --skel -K --key".split(" "),
		..."-p --password -P --prefix -R --root -s --shell -u --uid --users -Z --selinux-user".split(" "),
	],
	// Perl's option parser also takes one dash and every beginning of a name that means one option only.
	debian:
		"--uid -uid -u --gid -gid --ingroup --home -home --shell -shell --gecos -gecos --comment --conf --firstuid --lastuid --firstgid --lastgid".split(
			" ",
		),
	busybox: "-h --home -g --gecos --gid -s --shell -G --ingroup -u --uid -k --skel".split(" "),
};

const GROUP_OPTIONS: Readonly<Record<AccountDialect, readonly string[]>> = {
	shadow: ["-g", "--gid"],
	debian: ["--gid", "-gid", "--ingroup"],
	busybox: ["-G", "--ingroup"],
};

/** The accounts that a stage and those that it starts from create, in the order of the build. */
export function accountsOf(stage: Stage): readonly Account[] {
	const stages = lineage(stage);
	return stages.length === 1 ? ownAccounts(stage) : stages.toReversed().flatMap(ownAccounts);
}

/** The user of a name that a stage's lineage creates; undefined if none does, or more than one command does. */
export function createdUser(stage: Stage, name: string): Account | undefined {
	const users = accountsOf(stage).filter((account) => account.kind === "user" && account.name === name);
	return users.length === 1 ? users[0] : undefined;
}

const ownAccounts = remembered((stage: Stage): readonly Account[] => {
	const accounts: Account[] = [];
	for (const step of runSteps(stage)) {
		if (!/user|group/.test(step.line.text) && step.heredocs.length === 0) continue;
		const commands = commandsOf(step);
		for (const command of commands) for (const account of createdBy(step, command, commands)) accounts.push(account);
	}
	return accounts;
});

function createdBy(step: Step, command: ShellCommand, commands: readonly ShellCommand[]): readonly Account[] {
	const { program } = command;
	if (program !== "useradd" && program !== "groupadd" && program !== "adduser" && program !== "addgroup") return [];
	const dialect = dialectOf(step, program, command);
	const args = readArguments(command.args, program.startsWith("add") ? VALUE_OPTIONS[dialect] : VALUE_OPTIONS.shadow);
	const nameWord = args.operands[0];
	const name = nameWord === undefined ? undefined : wordValue(step, nameWord);
	if (nameWord === undefined || name === undefined || !/^[A-Za-z_][A-Za-z0-9_.@-]*\$?$/.test(name)) return [];
	// `adduser USER GROUP` and `addgroup USER GROUP` put a user that is there into a group.
	if (args.operands.length > 1 && program.startsWith("add") && (dialect === "debian" || args.options.length === 0)) return [];
	const system = hasOption(args, "--system", ...(dialect === "debian" ? [] : dialect === "busybox" ? ["-S"] : ["-r"]));
	const uncertain = command.args.some((word) => word.parts[0]?.kind !== "text" && !word.quoted && wordValue(step, word) === undefined);
	const groupAlone = program.endsWith("group") || program === "groupadd" || (dialect === "debian" && hasOption(args, "--group") && !system);
	const account = {
		name,
		nameWord,
		program,
		dialect,
		command,
		step,
		args,
		system,
		uncertain,
		certain: isCertain(command, commands),
	};
	if (groupAlone) {
		const id = numberOf(step, args, "-g", "--gid", "-gid");
		return [{ ...account, kind: "group", id, primaryGroup: undefined, furtherGroups: false }];
	}
	return [
		{
			...account,
			kind: "user",
			id: numberOf(step, args, "-u", "--uid", "-uid"),
			primaryGroup: primaryGroupOf(step, dialect, args, system),
			furtherGroups: uncertain || (dialect === "shadow" ? hasOption(args, "-G", "--groups") : dialect === "debian" && !system),
		},
	];
}

function dialectOf(step: Step, program: string, command: ShellCommand): AccountDialect {
	if (program === "useradd" || program === "groupadd") return "shadow";
	switch (stageFamily(step.stage)) {
		case "debian":
			return "debian";
		case "alpine":
		case "busybox":
		case "wolfi":
			return "busybox";
		case "redhat":
		case "suse":
		case "arch":
			return "shadow";
		default:
			return dialectByOptions(command);
	}
}

/** For a base that nobody has described: what only one of the three understands. */
function dialectByOptions(command: ShellCommand): AccountDialect {
	const words = command.args.map((word) => word.text);
	const bundles = words.filter((word) => /^-[a-zA-Z]+$/.test(word));
	if (bundles.some((word) => /[DSH]/.test(word))) return "busybox";
	if (bundles.some((word) => /[mMrcdl]/.test(word))) return "shadow";
	return words.some((word) => word.startsWith("--")) ? "debian" : "busybox";
}

function primaryGroupOf(step: Step, dialect: AccountDialect, args: ShellArguments, system: boolean): PrimaryGroup {
	const option = args.options.find((candidate) => GROUP_OPTIONS[dialect].includes(candidate.name));
	if (option !== undefined) {
		const group = optionText(step, option);
		return group === undefined ? { kind: "unknown" } : { kind: "given", group };
	}
	if (dialect === "shadow") return { kind: hasOption(args, "-N", "--no-user-group") ? "unknown" : "own" };
	return { kind: system && !(dialect === "debian" && hasOption(args, "--group")) ? "nogroup" : "own" };
}

function numberOf(step: Step, args: ShellArguments, ...names: readonly string[]): AccountId | undefined {
	const option = args.options.find((candidate) => names.includes(candidate.name));
	const found = option === undefined ? undefined : optionText(step, option);
	return found !== undefined && /^\d{1,10}$/.test(found.value) ? found : undefined;
}

/** The value of an option with variables substituted. `--uid=$UID` and `-u$UID` are one word. */
function optionText(step: Step, option: ShellOption): AccountId | undefined {
	const word = option.valueWord ?? option.word;
	const value = wordValue(step, word);
	if (value === undefined) return undefined;
	const written = comparable(word);
	if (option.valueWord !== undefined) return { value, text: written };
	if (option.value !== undefined) return { value: option.value, text: option.value };
	const start = `${option.name}${option.name.startsWith("--") ? "=" : ""}`;
	return written.startsWith(start) ? { value: value.slice(start.length), text: written.slice(start.length) } : undefined;
}

const UNCERTAIN: readonly string[] = ["condition", "branch", "loop", "function", "negation"];

const ASKING = new Set([...TEST_PROGRAMS, "id", "getent", "grep"]);

function isCertain(command: ShellCommand, commands: readonly ShellCommand[]): boolean {
	if (command.connector === "||" || command.within.some((enclosure) => UNCERTAIN.includes(enclosure))) return false;
	const at = commands.indexOf(command);
	const before = commands[at - 1];
	if (command.connector === "&&" && before !== undefined && ASKING.has(before.program ?? "")) return false;
	return commands[at + 1]?.connector !== "||";
}
