import { passwdEntries } from "../../dockerfile/accounts/passwdEntries.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { editsInPlace, type Substitution, substitutionOf } from "../../dockerfile/commands/sedCommands.ts";
import { wordValue } from "../../dockerfile/commands/wordValues.ts";
import { writesTo } from "../../dockerfile/commands/writtenWords.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { findOption, hasOption, readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const userEmptyPassword = defineRule({
	id: "user-empty-password",
	title: "An account has an empty password",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["dockle", "DKL-LI-0001"]),
	onlyWith: { words: ["passwd", "shadow", "usermod", "useradd"] },
	why: "With an empty password anybody becomes that user: `su` asks for nothing, and a login service that allows empty passwords lets strangers in. If the account is root, or may use sudo, every process of the container is root for the asking. Alpine's official images carried an empty root password for years (CVE-2019-5021).",
	remedy:
		"Lock the password instead: `passwd -l`, `adduser --disabled-password` on Debian, `adduser -D` on Alpine. For logins with a key an impossible password (`usermod -p '*'`) is enough.",
	references: [
		"https://manpages.debian.org/bookworm/passwd/passwd.1.en.html",
		"https://nvd.nist.gov/vuln/detail/CVE-2019-5021",
		"https://github.com/goodwithtech/dockle/blob/master/CHECKPOINT.md#dkl-li-0001",
	],
	examples: [
		{
			caption: "Locked",
			good: "FROM debian:12\nRUN adduser --disabled-password --gecos '' a; adduser -D b; passwd -l c; useradd -p '*' d; usermod -p '!' e; passwd -u f; useradd -d /d -p $P g\n",
		},
		{ caption: "A password taken away", bad: "FROM alpine\nRUN passwd «-d» root\n", fixed: "FROM alpine\nRUN passwd -l root\n" },
		{
			caption: "In other spellings",
			bad: "FROM debian:12\nRUN useradd app && passwd «--delete» app; passwd app «-d»; useradd -m -p «''» b; usermod --password=«\"\"» c; useradd «--password=» d\n",
			fixed:
				"FROM debian:12\nRUN useradd app && passwd --lock app; passwd app -l; useradd -m -p '*' b; usermod --password='*' c; useradd --password='*' d\n",
		},
		{
			caption: "Of whom a command names",
			bad: "FROM debian:12\nRUN passwd «-d» $(cat /name)\n",
			fixed: "FROM debian:12\nRUN passwd -l $(cat /name)\n",
		},
		{
			caption: "In a script in quotes",
			bad: "FROM debian:12\nRUN bash -c 'useradd «--password=» a'\n",
		},
		{
			caption: "Written into shadow",
			bad: "FROM debian:12\nRUN echo «'app::19000:0:99999:7:::'» >> /etc/shadow && sed -i «'s/^root:[^:]*:/root::/'» /etc/shadow\n",
		},
		{
			caption: "Into passwd, and where an address chooses the line",
			bad: "FROM debian:12\nRUN echo «\"app::1000:1000::/:/bin/sh\"» >> /etc/passwd && sed -i «'s/^root:x:/root::/'» /etc/passwd\nRUN sed -i «'/^root/s/:\\*:/::/'» /etc/shadow\n",
		},
		{
			caption: "With other separators, in the second of two files",
			bad: "FROM debian:12\nRUN sed -i «'s;^root:[^:]*:;root::;'» /etc/shadow && sed -i «'s_^a:x:_a::_'» /etc/passwd && sed -i «'s^root:[*]:^root::^'» /etc/shadow\nRUN sed -i «'s/\\(root\\):[^:]*:/\\1::/'» /etc/passwd /etc/shadow\n",
		},
		{
			caption: "Only printed, or written elsewhere",
			good: "FROM debian:12\nRUN sed 's/^root:x:/root::/' /etc/passwd > /tmp/x && sed -n 's/^root:x:/root::/p' /etc/passwd\n",
		},
		{
			caption: "Only a builder's account",
			bad: "FROM debian:12 AS b\nRUN passwd «-d» root\nFROM scratch\nCOPY --from=b /a /a\n",
			fixed: "FROM debian:12 AS b\nRUN passwd -l root\nFROM scratch\nCOPY --from=b /a /a\n",
		},
		{
			caption: "Locked afterwards",
			good: "FROM debian:12\nRUN passwd -d app && passwd -l app\nRUN passwd -d -l c && echo 'd::5:5::/:' >> /etc/passwd && passwd -l d\nRUN passwd -d b\nRUN usermod -L b\n",
		},
		{
			caption: "An empty password replaced, other files",
			good: "FROM debian:12\nRUN sed -i -e 's/^root::/root:!:/' /etc/shadow && echo 'root::' > /tmp/x && sed -i 's/a/b::/' /etc/group && echo 'git:*:16462:0:99999:7:::' >> /etc/shadow\nRUN sed -i 's/^a:x:1:1::/a:x:2:2::/' /etc/passwd && sed -i 's/^b::/b:x:/' /etc/passwd && echo 'c:x:5:5::/:' >> /etc/passwd\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const lowered = stage.use === "unused" ? { severity: "hint" as const } : stage.use === "copied" ? { severity: "info" as const } : {};
			for (const step of runSteps(stage)) {
				if (!/passwd|shadow|usermod|useradd/.test(step.line.text) && step.heredocs.length === 0) continue;
				const commands = commandsOf(step);
				const locked = lastLocks(commands);
				for (const [index, command] of commands.entries()) {
					const lockedLater = (user: string): boolean => (locked.get(user) ?? -1) > index || isLockedBelow(step, user);
					const found = deleted(command, lockedLater) ?? given(command) ?? written(step, command, lockedLater);
					if (found !== undefined) reports.push({ ...found, ...lowered });
				}
			}
		}
		return reports;
	},
});

/** The users that a script locks, or gives a password, with the place of the last command that does. */
function lastLocks(commands: readonly ShellCommand[]): ReadonlyMap<string, number> {
	const locks = new Map<string, number>();
	for (const [index, { program, args }] of commands.entries()) {
		const locking =
			(program === "passwd" && args.some((word) => word.value === "-l" || word.value === "--lock")) ||
			(program === "usermod" && args.some((word) => /^(?:-[a-z]*L|--lock|-p|--password)/.test(word.text)));
		if (locking) for (const word of args) locks.set(comparable(word), index);
	}
	return locks;
}

function isLockedBelow(step: Step, user: string): boolean {
	return runSteps(step.stage).some((later) => later.ordinal > step.ordinal && lastLocks(commandsOf(later)).has(user));
}

/** `passwd -d USER`. */
function deleted(command: ShellCommand, isLockedLater: (user: string) => boolean): Report | undefined {
	if (command.program !== "passwd") return undefined;
	const args = readArguments(command.args, ["-i", "-n", "-w", "-x", "-r", "-R", "-a"]);
	const option = findOption(args, "-d", "--delete");
	const user = args.operands[0];
	// Locking comes after deleting, whatever the order of the options.
	if (option === undefined || hasOption(args, "-l", "--lock") || (user !== undefined && isLockedLater(comparable(user)))) return undefined;
	const named = user === undefined ? "the user" : shortened(comparable(user), 40);
	const plain = !command.decoded && option.word.text === option.name;
	const instead = option.name === "-d" ? "-l" : "--lock";
	return {
		span: option.word.span,
		message: `passwd ${option.name} leaves ${named} with an empty password`,
		fixes: plain ? [{ title: "Lock the password instead", safety: "review", edits: [replace(option.word.span, instead)] }] : [],
	};
}

/** `useradd -p ''`. */
function given(command: ShellCommand): Report | undefined {
	if (command.program !== "useradd" && command.program !== "usermod") return undefined;
	const at = command.args.findIndex((word) => /^(?:-[a-zA-Z]*p|--password)$/.test(word.text));
	const word = command.args[at + 1];
	const attached = command.args.find((candidate) => /^--password=(?:''|"")?$/.test(candidate.text));
	const place = attached === undefined ? (isEmpty(word, at) ? word?.span : undefined) : emptyPart(attached);
	if (place === undefined) return undefined;
	// Without quotes there is no place for a value alone.
	const instead = attached !== undefined && place === attached.span ? "--password='*'" : "'*'";
	return {
		span: place,
		message: `${command.program} gives an account an empty password`,
		// Quotes of its own would end those of a script that stands in quotes.
		fixes:
			command.decoded || isInQuotedScript(command)
				? []
				: [{ title: "Give it an impossible password", safety: "review", edits: [replace(place, instead)] }],
	};
}

/** Whether a command stands in a quoted argument of what runs it: `bash -c 'useradd …'`. */
function isInQuotedScript({ span, wrapper }: ShellCommand): boolean {
	for (let outer = wrapper; outer !== undefined; outer = outer.wrapper)
		if (outer.args.some((word) => word.quoted && word.span.start <= span.start && span.end <= word.span.end)) return true;
	return false;
}

/** The quotes of `--password=''`; the whole option where it has none. */
function emptyPart({ text, span }: ShellWord): Span {
	return text.endsWith("=") ? span : { start: span.end - 2, end: span.end };
}

function isEmpty(word: ShellWord | undefined, before: number): boolean {
	return before !== -1 && word?.value === "" && word.text.length === 2;
}

const LISTS = new Set(["/etc/shadow", "/etc/passwd"]);

/** Whether `s/…/…/` takes the second field, the password, away. The other fields of /etc/passwd may be empty. */
function emptiesPassword({ pattern, replacement }: Substitution, list: string): boolean {
	if (/^\^?[\w\\()]+::/.test(pattern)) return false;
	if (replacement === "::") return /^:(?:x|[!*\\]{1,4}|\[\^:\]\*):$/.test(pattern);
	return (list === "/etc/passwd" ? /^[a-z_][\w-]*::/ : /[\w)]::(?:\\\d)?$|[\w)]::\d*/).test(replacement);
}

/** An entry whose second field is empty, written by echo, a heredoc or the right side of a substitution of sed. */
function written(step: Step, command: ShellCommand, isLockedLater: (user: string) => boolean): Report | undefined {
	const entry = passwdEntries(step, command).find(({ name, password }) => password === "" && !isLockedLater(name));
	if (entry !== undefined) return entryReport(entry.span, "/etc/passwd");
	if (command.program === "echo" || command.program === "printf") {
		if (!writesTo(step, command, (path) => path === "/etc/shadow")) return undefined;
		const word = command.args.find((candidate) => /^[a-z_][\w.-]*::[0-9:\\n]*$/.test(wordValue(step, candidate) ?? ""));
		return word === undefined ? undefined : entryReport(word.span, "/etc/shadow");
	}
	return editsInPlace(command) ? substituted(step, command) : undefined;
}

/** The script of a sed that takes the password out of one of its files. */
function substituted(step: Step, command: ShellCommand): Report | undefined {
	const lists = command.args.map((word) => wordValue(step, word) ?? "").filter((path) => LISTS.has(path));
	if (lists.length === 0) return undefined;
	for (const word of command.args) {
		const substitution = substitutionOf(word.value ?? "");
		const list = substitution === undefined ? undefined : lists.find((path) => emptiesPassword(substitution, path));
		if (list !== undefined) return entryReport(word.span, list);
	}
	return undefined;
}

function entryReport(span: Span, list: string): Report {
	return { span, message: `${list} gets an entry with an empty password` };
}
