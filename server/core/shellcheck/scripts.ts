import { baseName } from "../baseName.ts";
import { stageBaseFacts } from "../dockerfile/base/baseFacts.ts";
import { runSteps, type StepScript, scriptsOf } from "../dockerfile/commands/scripts.ts";
import { shellAt } from "../dockerfile/commands/shell.ts";
import type { Dockerfile, Step } from "../dockerfile/model/model.ts";
import type { MappedText } from "../mappedText.ts";

/** A shell that ShellCheck knows (its manual, `--shell`). */
export type ShellDialect = "sh" | "bash" | "dash" | "ksh" | "busybox";

/** A script that ShellCheck can read, and the shell that runs it. `sh` where nobody knows what `/bin/sh` is. */
export interface CheckedScript {
	readonly dialect: ShellDialect;
	readonly source: MappedText;
}

/** The scripts of every RUN, in order, as far as it is known which shell of those that ShellCheck knows runs them. */
export function checkedScripts(file: Dockerfile): readonly CheckedScript[] {
	return file.stages.flatMap((stage) =>
		runSteps(stage).flatMap((step) =>
			scriptsOf(step).flatMap((script): readonly CheckedScript[] => {
				const program = programOf(script, step);
				const dialect = program === undefined ? undefined : dialectOf(program, step);
				return dialect === undefined ? [] : [{ dialect, source: script.source }];
			}),
		),
	);
}

/** Name of the program that reads a script; undefined where a heredoc feeds it, or the script holds one: its end is missing there. */
function programOf({ form, source }: StepScript, step: Step): string | undefined {
	if (form === "argument") return baseName(step.exec?.values[0] ?? "");
	if (form === "line") return step.heredocs.length > 0 ? undefined : shellAt(step.stage, step).program;
	const shebang = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(source.text);
	if (shebang !== null) {
		const first = baseName(shebang[1] ?? "");
		return first === "env" ? baseName(shebang[2] ?? "") : first;
	}
	return scriptsOf(step).some((other) => other.form === "line") ? undefined : shellAt(step.stage, step).program;
}

function dialectOf(program: string, step: Step): ShellDialect | undefined {
	switch (program) {
		case "bash":
		case "dash":
		case "ksh":
			return program;
		case "ash":
			return "busybox";
		case "sh": {
			const { shell } = stageBaseFacts(step.stage);
			return shell === undefined || shell === "none" ? "sh" : shell;
		}
		default:
			return undefined;
	}
}
