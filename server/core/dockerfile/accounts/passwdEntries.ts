import { sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import { writesTo } from "../commands/writtenWords.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";

/** A line of /etc/passwd that a command writes. */
export interface PasswdEntry {
	readonly name: string;
	/** The second field: `x` where /etc/shadow has the password, nothing where there is none. */
	readonly password: string;
	readonly uid: string;
	/** The word, or the line of a heredoc, that it stands in. */
	readonly span: Span;
}

const WRITERS = new Set(["echo", "printf", "cat", "tee"]);

/** The entries that a command adds: `echo 'app:x:0:0:…' >> /etc/passwd`, also as a later line, and in a heredoc. */
export function passwdEntries(step: Step, command: ShellCommand): readonly PasswdEntry[] {
	const { program, args, span } = command;
	if (!WRITERS.has(program ?? "") || !writesTo(step, command, (path) => path === "/etc/passwd")) return [];
	if (program === "echo" || program === "printf")
		return args.flatMap((word) => (wordValue(step, word) ?? "").split(/\\n|\n/).flatMap((line) => entryOf(line, word.span)));
	const heredocs = step.heredocs.filter(({ wordSpan }) => wordSpan.start >= span.start && wordSpan.end <= span.end);
	return heredocs.flatMap(({ body }) =>
		[...body.text.matchAll(/^.+$/gm)].flatMap((line) => entryOf(line[0], sourceSpan(body, line.index, line.index + line[0].length))),
	);
}

function entryOf(line: string, span: Span): readonly PasswdEntry[] {
	const [, name, password, uid] = /^([a-z_][\w.-]*):([^:\n]*):(\d+):/.exec(line) ?? [];
	return name === undefined || password === undefined || uid === undefined ? [] : [{ name, password, uid, span }];
}

/** The names that a stage's lineage writes into /etc/passwd as root's. */
export function writtenRoots(stage: Stage): readonly string[] {
	return lineage(stage).flatMap(ownWrittenRoots);
}

const ownWrittenRoots = remembered((stage: Stage): readonly string[] =>
	runSteps(stage)
		.filter((step) => stepText(step).includes("/etc/passwd"))
		.flatMap((step) => commandsOf(step).flatMap((command) => passwdEntries(step, command)))
		.filter(({ uid }) => Number(uid) === 0)
		.map(({ name }) => name),
);
