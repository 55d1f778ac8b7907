import { SHELL_SCRIPTS } from "../../knowledge/wrappers.ts";
import { memo, remembered } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { mayBeForWindows } from "../base/windows.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { foldSteps } from "../model/stepFold.ts";
import { execCommands, execWords } from "./execCommands.ts";

/** The shell that shell form is run with. */
export interface EffectiveShell {
	readonly kind: "posix" | "powershell" | "cmd" | "unknown";
	/** The words of SHELL, or the default ones. */
	readonly words: readonly string[];
	/** Those of the shell that reads the text, where SHELL names a launcher or a script that hands over to it; else the same. */
	readonly readBy: readonly string[];
	/** Undefined if it is what the stage starts with. */
	readonly step: Step | undefined;
	/** Whether somebody chose it with SHELL, here or in the image that the stage starts from. */
	readonly chosen: boolean;
	/** What the program is: `sh` may be dash or BusyBox's ash. */
	readonly program: string;
}

const known = memo<Stage | Step, EffectiveShell>();

/** The shell in force for the instructions of a stage behind `before`; without it, the one that the stage ends with. */
export function shellAt(stage: Stage, before?: Step): EffectiveShell {
	// A step of another stage is no name for a place in this one.
	const key = before === undefined ? stage : before.stage === stage ? before : undefined;
	if (key === undefined) return shellBehind(stage, before);
	const found = known.get(key) ?? shellBehind(stage, before);
	known.set(key, found);
	return found;
}

function shellBehind(stage: Stage, before: Step | undefined): EffectiveShell {
	const step = lastShell.at(stage, before);
	if (step !== undefined) return shellOfStep(step);
	const words = namedInComment(stage, before);
	return words === undefined ? shellOfBase(stage) : shellOf({ words, launched: undefined, step: undefined, chosen: false });
}

const lastShell = foldSteps<Step | undefined>(
	() => undefined,
	(last, step) => (step.keyword === "SHELL" && step.exec !== undefined ? step : last),
);

/** The one that a SHELL names. */
const shellOfStep = remembered(
	(step: Step): EffectiveShell => shellOf({ words: step.exec?.values ?? [], launched: launchedShell(step), step, chosen: true }),
);

/** The one that a stage starts with. */
const shellOfBase = remembered((stage: Stage): EffectiveShell => {
	const inherited = stageBaseFacts(stage).shellWords;
	return shellOf({ words: inherited ?? defaultWords(stage), launched: undefined, step: undefined, chosen: inherited !== undefined });
});

interface NamedShell extends Pick<EffectiveShell, "words" | "step" | "chosen"> {
	/** The words of the shell that a launcher among them starts. */
	readonly launched: readonly string[] | undefined;
}

function shellOf({ words, launched, step, chosen }: NamedShell): EffectiveShell {
	const readBy = launched ?? ownValue(SHELL_SCRIPTS, words[0] ?? "") ?? words;
	const program = programIn(readBy[0] ?? "");
	return { kind: kindOf(program), words, readBy, step, chosen, program };
}

/** The words of the shell that the launcher in a SHELL starts: `bash`, `-c` of `["conda", "run", "-n", "e", "bash", "-c"]`. */
function launchedShell(step: Step): readonly string[] | undefined {
	if (kindOf(programIn(step.exec?.values[0] ?? "")) !== "unknown") return undefined;
	const shell = execCommands(execWords(step)).find(({ program }) => kindOf(program ?? "") !== "unknown");
	return shell === undefined ? undefined : [shell.name, ...shell.args].flatMap((word) => word?.value ?? []);
}

function programIn(path: string): string {
	return path
		.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1)
		.toLowerCase()
		.replace(/\.exe$/, "");
}

/** What a comment says of the shell of a base image, for checkers that cannot know it. Source: hadolint's README, "non-POSIX shells". */
const SHELL_COMMENT = /^hadolint\s+shell\s*=\s*(\S+)/;

/** No file that people write has more such comments. */
const MOST_COMMENTS = 20;

const shellComments = remembered((file: Dockerfile): readonly { readonly line: number; readonly words: readonly string[] }[] =>
	file.comments
		.flatMap(({ text, line }) => {
			const shell = SHELL_COMMENT.exec(text)?.[1];
			return shell === undefined ? [] : [{ line, words: [shell, "-c"] }];
		})
		.slice(0, MOST_COMMENTS),
);

/** The words of the last such comment above a place: in the stage, or in those that it starts from; in front of the first FROM it is for all. */
function namedInComment(stage: Stage, before: Step | undefined): readonly string[] | undefined {
	const comments = shellComments(stage.file);
	if (comments.length === 0) return undefined;
	let place = before;
	for (const ancestor of lineage(stage)) {
		const start = ancestor.from.lastLine;
		const end = place?.firstLine ?? ancestor.steps.at(-1)?.lastLine ?? start;
		const inStage = comments.findLast(({ line }) => start < line && line < end);
		if (inStage !== undefined) return inStage.words;
		place = undefined;
	}
	const first = stage.file.stages[0]?.from.firstLine ?? 0;
	return comments.findLast(({ line }) => line < first)?.words;
}

function defaultWords(stage: Stage): readonly string[] {
	const { family } = stageBaseFacts(stage);
	if (family === "windows") return ["cmd", "/S", "/C"];
	if (family === undefined && mayBeForWindows(stage.file)) return ["cmd", "/S", "/C"];
	return ["/bin/sh", "-c"];
}

function kindOf(program: string): EffectiveShell["kind"] {
	if (/^(?:sh|bash|ash|dash|ksh|mksh|zsh)$/.test(program)) return "posix";
	if (program === "powershell" || program === "pwsh") return "powershell";
	return program === "cmd" ? "cmd" : "unknown";
}
