import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { findOption, hasOption, readArguments, type ShellOption } from "../../shell/options.ts";
import type { Span } from "../../text.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import type { Stage, Step } from "../model/model.ts";
import { accountsOf } from "./accounts.ts";

/**
 * A user that a command puts into a group besides its primary one: `usermod -aG`, `useradd -G`, `gpasswd -a`, `adduser USER GROUP`,
 * `addgroup USER GROUP`. Source: the manual pages of shadow 4.13, Debian's adduser 3.134 and BusyBox 1.36.
 */
export interface GroupJoin {
	readonly user: string;
	readonly group: string;
	/** The group's name; the whole word where quotes or variables hide it. */
	readonly span: Span;
	/** The word that holds it. */
	readonly word: ShellWord;
	/** All groups that the word names. */
	readonly groups: readonly string[];
	readonly command: ShellCommand;
	readonly step: Step;
	/** Whether the command does nothing else, so that it can go as a whole. */
	readonly only: boolean;
}

const USERMOD_VALUES =
	"-c --comment -d --home -e --expiredate -f --inactive -g --gid -G --groups -l --login -p --password -R --root -P --prefix -s --shell -u --uid -Z --selinux-user".split(
		" ",
	);

const GPASSWD_VALUES = ["-a", "--add", "-d", "--delete", "-M", "-A"];

/** The joins of a stage's own RUN instructions, in order. What a variable hides, and what a later command of the stage undoes, is left out. */
export const groupJoinsOf = remembered((stage: Stage): readonly GroupJoin[] => joinsMade(stage).filter((join) => !isLeft(stage, join)));

const joinsMade = (stage: Stage): readonly GroupJoin[] => [
	...accountsOf(stage).flatMap((account) => {
		if (account.step.stage !== stage || account.kind !== "user" || account.dialect !== "shadow") return [];
		const option = account.args.options.find(({ name }) => name === "-G" || name === "--groups");
		return option === undefined
			? []
			: joinsIn(account.step, account.command, account.name, option.valueWord ?? option.word, option.value, false);
	}),
	...runSteps(stage).flatMap((step) =>
		step.heredocs.length > 0 || /usermod|gpasswd|adduser|addgroup/.test(step.line.text)
			? commandsOf(step).flatMap((command) => joinsOf(step, command))
			: [],
	),
];

/** Whether the user leaves the group again: `gpasswd -d`, `deluser USER GROUP`, `usermod -rG` (shadow 4.13). */
function isLeft(stage: Stage, { user, group, command, step }: GroupJoin): boolean {
	const last = lastLeaving(stage).get(`${user}:${group}`);
	if (last === undefined || last.step !== step) return last !== undefined && last.step.ordinal > step.ordinal;
	const order = orderOf(step);
	return (order.get(last.command) ?? 0) > (order.get(command) ?? -1);
}

/** The last command of a stage by which a user leaves a group, by `USER:GROUP`. */
const lastLeaving = remembered((stage: Stage): ReadonlyMap<string, { readonly step: Step; readonly command: ShellCommand }> => {
	const last = new Map<string, { readonly step: Step; readonly command: ShellCommand }>();
	for (const step of runSteps(stage)) {
		if (step.heredocs.length === 0 && !/usermod|gpasswd|delgroup|deluser/.test(step.line.text)) continue;
		for (const command of commandsOf(step)) {
			const leaving = leavingOf(step, command);
			for (const group of leaving?.groups ?? []) last.set(`${leaving?.user}:${group}`, { step, command });
		}
	}
	return last;
});

function leavingOf(
	step: Step,
	command: ShellCommand,
): { readonly user: string | undefined; readonly groups: readonly (string | undefined)[] } | undefined {
	const { program } = command;
	if (program === "deluser" || program === "delgroup") {
		const [user, group] = command.args.map((word) => wordValue(step, word));
		return { user, groups: [group] };
	}
	if (program !== "usermod" && program !== "gpasswd") return undefined;
	const args = readArguments(command.args, program === "usermod" ? USERMOD_VALUES : GPASSWD_VALUES);
	const operand = args.operands[0] === undefined ? undefined : wordValue(step, args.operands[0]);
	if (program === "gpasswd") return { user: optionValue(step, findOption(args, "-d", "--delete")), groups: [operand] };
	if (!hasOption(args, "-r", "--remove")) return undefined;
	return { user: operand, groups: optionValue(step, findOption(args, "-G", "--groups"))?.split(",") ?? [] };
}

function optionValue(step: Step, option: ShellOption | undefined): string | undefined {
	return option?.value ?? (option?.valueWord === undefined ? undefined : wordValue(step, option.valueWord));
}

function joinsOf(step: Step, command: ShellCommand): readonly GroupJoin[] {
	const { program } = command;
	if (program === "usermod") {
		const args = readArguments(command.args, USERMOD_VALUES);
		const user = args.operands[0] === undefined ? undefined : wordValue(step, args.operands[0]);
		const option = args.options.find(({ name }) => name === "-G" || name === "--groups");
		if (user === undefined || option === undefined || hasOption(args, "-r", "--remove")) return [];
		const only = args.options.every(({ name }) => ["-a", "--append", "-G", "--groups"].includes(name));
		return joinsIn(step, command, user, option.valueWord ?? option.word, option.value, only);
	}
	if (program === "gpasswd") {
		const args = readArguments(command.args, GPASSWD_VALUES);
		const word = args.operands[0];
		const user = optionValue(step, findOption(args, "-a", "--add"));
		return user === undefined || word === undefined ? [] : joinsIn(step, command, user, word, wordValue(step, word), true);
	}
	if (program !== "adduser" && program !== "addgroup") return [];
	// With options that take a value both programs create something.
	const [first, second, ...more] = command.args.filter((word) => !/^(?:--quiet|-q|--system)$/.test(word.text));
	if (first === undefined || second === undefined || more.length > 0 || [first, second].some((word) => word.text.startsWith("-")))
		return [];
	const user = wordValue(step, first);
	return user === undefined ? [] : joinsIn(step, command, user, second, wordValue(step, second), true);
}

function joinsIn(
	step: Step,
	command: ShellCommand,
	user: string,
	word: ShellWord,
	given: string | undefined,
	only: boolean,
): readonly GroupJoin[] {
	const value = given ?? wordValue(step, word);
	if (value === undefined) return [];
	const groups = value.split(",").filter((group) => group !== "");
	return groups.map((group) => ({ user, group, span: placeOf(word, value, group), word, groups, command, step, only }));
}

function placeOf(word: ShellWord, value: string, group: string): Span {
	const list = word.text.lastIndexOf(value);
	const at = `,${value},`.indexOf(`,${group},`);
	if (list === -1 || word.span.end - word.span.start !== word.text.length) return word.span;
	return { start: word.span.start + list + at, end: word.span.start + list + at + group.length };
}
