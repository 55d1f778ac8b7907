import { sourceOffset } from "../../mappedText.ts";
import { lineAt } from "../../text.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { breakBetween, indentationAt, linkBefore, type Standing } from "./commandPlace.ts";
import type { StepScript } from "./scripts.ts";

/** How the commands of a script are laid out that goes over several lines. */
export interface LineStyle {
	/** Whether `&&` stands at the start of lines rather than at their end. */
	readonly leading: boolean;
	readonly indentation: string;
}

/** How a script of several lines is laid out; undefined for one on a single line. */
export function lineStyle(script: StepScript): LineStyle | undefined {
	const { step } = script;
	const { file } = step.stage;
	if (lineAt(file.lineStarts, sourceOffset(script.source, script.source.text.length)) === step.firstLine) return undefined;
	return chainStyle(script) ?? { leading: true, indentation: indentationOf(codeLines(step)[0] ?? "    ") };
}

/** How a chain of `&&` is laid out that goes over several lines; undefined for others. */
export function chainStyle({ step }: StepScript): LineStyle | undefined {
	const { file } = step.stage;
	const code = codeLines(step);
	const leading = code.find((line) => /^\s*&&/.test(line));
	if (leading !== undefined) return { leading: true, indentation: indentationOf(leading) };
	const lines = file.text.slice(step.span.start, step.span.end).split(/\r?\n/);
	const escape = file.escape === "\\" ? "\\\\" : "`";
	const trailing = lines.findIndex((line) => new RegExp(`&&\\s*${escape}\\s*$`).test(line));
	if (trailing === -1) return undefined;
	return { leading: false, indentation: indentationOf(code.find((line) => lines.indexOf(line) > trailing) ?? "    ") };
}

/** How a chain is laid out at a command that starts a line or the script; undefined for one that follows another on its line. */
export function styleAt(step: Step, { script, outer }: Standing): LineStyle | undefined {
	const before = linkBefore(script, outer);
	if (before.kind === "border") return chainStyle(script);
	if (before.kind === "other" || !breakBetween(step, script, before.far, outer.at)) return undefined;
	return {
		leading: breakBetween(step, script, before.far, before.at),
		indentation: indentationAt(step.stage.file, outer.span.start),
	};
}

/** What stands between two commands of a chain on lines of their own. */
export function chainLink(file: Dockerfile, { leading, indentation }: LineStyle): string {
	const lineEnd = ` ${file.escape}${file.lineBreak}${indentation}`;
	return leading ? `${lineEnd}&& ` : ` &&${lineEnd}`;
}

/** The lines of an instruction below its first one that hold something. */
function codeLines({ span, stage }: Step): readonly string[] {
	const lines = stage.file.text.slice(span.start, span.end).split(/\r?\n/).slice(1);
	return lines.filter((line) => line.trim() !== "" && !line.trim().startsWith("#"));
}

function indentationOf(line: string): string {
	return /^\s*/.exec(line)?.[0] ?? "";
}
