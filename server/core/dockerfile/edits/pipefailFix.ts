import type { EditFix } from "../../finding.ts";
import { sourceOffset } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellPipeline } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { firstHiding } from "../commands/hiddenPipes.ts";
import { breaksWithPipefail, isReadByShell, startedShell, supportsPipefail } from "../commands/pipefail.ts";
import { type StepScript, scriptsOf } from "../commands/scripts.ts";
import { shellAt } from "../commands/shell.ts";
import { stepsBehind } from "../model/mentions.ts";
import type { Step } from "../model/model.ts";
import { insertAfter, insertAt, insertInstructionBefore } from "./edit.ts";

/**
 * What switches pipefail on for a pipe of a script: an option of the shell that the step calls, a command of the script, or SHELL.
 * Nothing where pipefail could end a build that works.
 */
export function pipefailFixes(script: StepScript, pipeline: ShellPipeline): readonly EditFix[] {
	if (script.pipelines.some((candidate) => breaksWithPipefail(script.step, candidate))) return [];
	const note = "From then on the step fails if any command of a pipe fails.";
	const inner = startedShell(pipeline.commands[0]);
	if (inner !== undefined) {
		if (inner.program !== "bash" || inner.decoded || inner.name === undefined) return [];
		return [{ title: "Run bash with pipefail", safety: "review", edits: [insertAfter(inner.name.span, " -o pipefail")], note }];
	}
	const own = supportsPipefail(script) === "yes" ? setInScript(script) : undefined;
	const shell = setInShell(script);
	return [
		...(shell?.existing === true ? [shell.fix] : []),
		...(own === undefined ? [] : [{ title: "Set pipefail in the step", safety: "review" as const, edits: [own], note }]),
		...(shell?.existing === false ? [shell.fix] : []),
	];
}

function setInScript(script: StepScript): SpanEdit | undefined {
	const first = script.commands[0];
	const start = script.statements[0];
	if (first === undefined || start === undefined || script.errors.length > 0) return undefined;
	const last = first.args[first.args.length - 1];
	if (first.program === "set" && last !== undefined && first.args.every((word) => /^-[a-z]+$/.test(word.text)) && first.within.length === 0)
		return insertAfter(last.span, " -o pipefail");
	const offset = sourceOffset(script.source, start.at);
	if (script.form !== "heredoc") return insertAt(offset, "set -o pipefail && ");
	const { file } = script.step.stage;
	const line = file.text.slice(file.text.lastIndexOf("\n", offset - 1) + 1, offset);
	return line.trim() === "" ? insertAt(offset, `set -o pipefail${file.lineBreak}${line}`) : undefined;
}

interface ShellFix {
	readonly fix: EditFix;
	/** Whether a SHELL is there already. */
	readonly existing: boolean;
}

const SHELLS: Readonly<Record<string, string>> = {
	debian: "/bin/bash",
	redhat: "/bin/bash",
	suse: "/bin/bash",
	arch: "/bin/bash",
	alpine: "/bin/ash",
	busybox: "/bin/sh",
};

/** SHELL with pipefail for the step and those that follow it; undefined where that could break one of them. */
function setInShell(script: StepScript): ShellFix | undefined {
	const { step } = script;
	const { stage } = step;
	// A pipe in a script that the step hands to another shell would be the next finding.
	if (!isReadByShell(script) || script.pipelines.some(({ commands: [first] }) => startedShell(first) !== undefined)) return undefined;
	const shell = shellAt(stage, step);
	if (shell.step !== undefined) {
		// A launcher in front of the shell may have a `-c` of its own.
		const option = shell.step.exec?.elements.findLast((element) => element.value === "-c");
		if (shell.step.stage !== stage || option === undefined || supportsPipefail(script) !== "yes") return undefined;
		if (!allTakePipefail(shell.step)) return undefined;
		const edits = [insertAt(option.span.start, '"-o", "pipefail", ')];
		return { fix: { title: "Add pipefail to SHELL", safety: "review", edits }, existing: true };
	}
	const { family, shell: sh } = stageBaseFacts(stage);
	const path = family === undefined ? undefined : SHELLS[family];
	const first = firstHiding(stage);
	if (path === undefined || sh === "none" || first === undefined || !allTakePipefail(first)) return undefined;
	if (sh === "dash" && anyEchoesEscapes(first)) return undefined;
	const edits = [insertInstructionBefore(stage.file, first, `SHELL ["${path}", "-o", "pipefail", "-c"]`)];
	return { fix: { title: `Run the steps with ${path} and pipefail`, safety: "review", edits }, existing: false };
}

/** Whether no step from one on breaks with pipefail, those of stages that start from its stage included. */
const allTakePipefail = remembered((from: Step): boolean => [from, ...stepsBehind(from)].every(takesPipefail));

const takesPipefail = remembered((step: Step): boolean =>
	scriptsOf(step).every((script) => script.form === "argument" || !script.pipelines.some((pipeline) => breaksWithPipefail(step, pipeline))),
);

/** Whether one of the same steps writes something else with bash: dash's echo reads `\n`, bash's does not. */
const anyEchoesEscapes = remembered((from: Step): boolean => [from, ...stepsBehind(from)].some(echoesEscapes));

function echoesEscapes(step: Step): boolean {
	return scriptsOf(step).some(
		(script) =>
			script.form !== "argument" &&
			script.commands.some((command) => command.program === "echo" && command.args.some((word) => word.text.includes("\\"))),
	);
}
