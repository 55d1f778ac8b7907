import type { Enclosure, ShellCommand, ShellWord } from "../shell/model.ts";
import { comparable } from "../shell/words.ts";
import { pathAt } from "./commandFolder.ts";
import { orderOf } from "./commandOrder.ts";
import type { Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import { editsInPlace } from "./sedCommands.ts";

const ALWAYS: ReadonlySet<Enclosure> = new Set(["group", "subshell", "wrapper"]);

/** Programs that run no package manager, and hand on nothing of a file that they are given. */
const INDIFFERENT: ReadonlySet<string> = new Set(
	(
		"echo printf true : set cd mkdir rmdir rm unlink touch chmod chown chgrp ls stat test [ [[ sleep curl wget gpg gpg2 " +
		"apt-key dpkg lsb_release uname id date arch sha256sum sha512sum md5sum export unset umask"
	).split(" "),
);
/** Programs that run none either, but what they read may be an apt source elsewhere. */
const PASSING_ON: ReadonlySet<string> = new Set(
	"cat tee cp mv ln install sed awk grep egrep fgrep cut tr head tail sort uniq base64 tar gzip gunzip xz unzip".split(" "),
);
/** In longer scripts nobody looks further. */
const MOST_COMMANDS = 200;

/**
 * Whether a RUN writes or removes a file anew behind the command that wrote it, before a package manager could look at it: all that
 * runs in between is known to be something else, and takes nothing from the file to another one.
 */
export function isReplacedUnread(step: Step, writer: ShellCommand, file: string): boolean {
	const commands = commandsOf(step);
	const start = orderOf(step).get(writer) ?? 0;
	const later = commands.slice(start + 1, start + MOST_COMMANDS);
	const wrappers = new Set(later.map(({ wrapper }) => wrapper));
	for (const command of later) {
		if (command.pipeline !== undefined && command.pipeline === writer.pipeline) {
			if (!wrappers.has(command) && writesElsewhere(step, command, file)) return false;
			continue;
		}
		const runs = command.connector !== "||" && command.within.every((enclosure) => ALWAYS.has(enclosure));
		if (runs && replaces(command, file)) return true;
		if (!wrappers.has(command) && mayUse(step, command, file)) return false;
	}
	return false;
}

/** Whether a member of the pipeline that writes the file does anything else with its text. */
function writesElsewhere(step: Step, command: ShellCommand, file: string): boolean {
	const isOther = (word: ShellWord): boolean => comparable(word) !== "/dev/null" && !isNamed(step, command, word, file);
	if (command.program !== "tee") return !INDIFFERENT.has(command.program ?? "") && !PASSING_ON.has(command.program ?? "");
	return (
		command.args.some((word) => !word.text.startsWith("-") && isOther(word)) ||
		command.redirects.some(({ operator, target }) => operator.startsWith(">") && target !== undefined && isOther(target))
	);
}

/** Whether a command may read apt's sources, or take what is in the file to another one. */
function mayUse(step: Step, command: ShellCommand, file: string): boolean {
	const { name, program, args, redirects } = command;
	// Assignments alone.
	if (name === undefined) return false;
	if (program === undefined || !(INDIFFERENT.has(program) || PASSING_ON.has(program))) return true;
	if (INDIFFERENT.has(program) || editsInPlace(command)) return false;
	return [...args, ...redirects.map(({ target }) => target)].some((word) => word !== undefined && isNamed(step, command, word, file));
}

/** Whether a word names the file, a folder of it, or all of its folder. */
function isNamed(step: Step, command: ShellCommand, word: ShellWord, file: string): boolean {
	const text = comparable(word);
	if (text === file) return true;
	const path = pathAt(step, command, text);
	if (path === undefined) return file.endsWith(`/${text}`);
	return file === path || file.startsWith(`${path.replace(/\/[^/]*\*.*$/, "").replace(/\/$/, "")}/`);
}

function replaces(command: ShellCommand, file: string): boolean {
	const names = ({ args }: ShellCommand): boolean => args.some((word) => comparable(word) === file);
	const appends = command.args.some((word) => /^(?:-[a-z]*a|--append)/.test(word.text));
	if (command.program === "rm") return names(command);
	const members = command.pipeline?.commands ?? [command];
	// What is made of its old content may hold the same lines.
	if (members.some((member) => member !== command && member !== command.wrapper && names(member))) return false;
	if (command.program === "tee") return names(command) && !appends;
	return (
		!names(command) &&
		command.redirects.some(
			({ operator, fileDescriptor, target }) =>
				/^>\|?$/.test(operator) && (fileDescriptor ?? 1) === 1 && target !== undefined && comparable(target) === file,
		)
	);
}
