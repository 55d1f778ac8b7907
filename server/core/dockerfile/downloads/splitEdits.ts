import { sourceSpan } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { isInPlace, type SpanEdit } from "../../text.ts";
import { standingOf } from "../commands/commandPlace.ts";
import { stopsOnError } from "../commands/errexit.ts";
import { chainLink, styleAt } from "../commands/lineStyle.ts";
import type { StepScript } from "../commands/scripts.ts";
import { connectorBehind } from "../edits/commandEdit.ts";
import { hasComment, insertAfter, replace } from "../edits/edit.ts";
import { lastPart } from "./addresses.ts";
import { checkLine, hexOf, isPlain, writtenScriptOf } from "./downloadEdits.ts";
import { type Download, withSlashes } from "./downloads.ts";

/**
 * Splits `curl … | tar xz` into a download to a file, a comparison of its digest, the other command reading the file, and the removal
 * of the file. Undefined where the parts could not stop the RUN as the pipe did.
 */
export function splitEdits(download: Download, digest: string): readonly SpanEdit[] | undefined {
	const { step, command } = download;
	const hex = hexOf(digest);
	const script = writtenScriptOf(step, command);
	const { pipeline } = command;
	if (hex === undefined || script === undefined || pipeline === undefined || pipeline.commands[0] !== command) return undefined;
	const consumer = pipeline.commands[1];
	const last = pipeline.commands[pipeline.commands.length - 1];
	if (consumer === undefined || last === undefined || consumer.within.length > 0 || pipeline.within.length > 0) return undefined;
	if (command.connector === "||" || consumer.connector !== "|" || consumer.redirects.some((redirect) => redirect.operator.startsWith("<")))
		return undefined;
	const separator = separatorOf(script, command, connectorBehind(step, last));
	const path = temporaryPath(download);
	const output = outputEdit(download, path);
	if (separator === undefined || output === undefined || pipeSign(script, command, consumer) === -1) return undefined;
	const link = separator === "&&" ? lineLink(script, command, consumer) : undefined;
	const check = checkLine(hex, path);
	const pipe =
		link === undefined
			? pipeEdit(script, command, consumer, `${separator} ${check}`, separator)
			: replace(sourceSpan(script.source, command.end, consumer.at), link + check + link);
	const removal = `${link ?? (separator === ";" ? "; " : " && ")}rm ${path}`;
	const reading =
		consumer === last
			? [insertAfter(last.span, ` < ${path}${removal}`)]
			: [insertAfter(consumer.span, ` < ${path}`), insertAfter(last.span, removal)];
	return [output, pipe, ...reading];
}

/** What the parts are joined by so that a failure ends the RUN exactly if the pipe's did. */
function separatorOf(script: StepScript, command: ShellCommand, behind: ReturnType<typeof connectorBehind>): "&&" | ";" | undefined {
	if (behind === "&&" || behind === "border") return "&&";
	const alone = command.connector === "start" || command.connector === ";";
	return (behind === ";" || behind === "line") && alone && stopsOnError(script) ? ";" : undefined;
}

/** Where the pipe sign stands in the script; -1 where more than that is between the two commands. */
function pipeSign({ source }: StepScript, command: ShellCommand, consumer: ShellCommand): number {
	const between = source.text.slice(command.end, consumer.at);
	return between.trim() === "|" ? command.end + between.indexOf("|") : -1;
}

/** What leads to the next line of a chain in which each command has one; undefined for others, and where a comment would go. */
function lineLink(script: StepScript, command: ShellCommand, consumer: ShellCommand): string | undefined {
	const { step } = script;
	const { file } = step.stage;
	const standing = standingOf(step, command);
	if (standing === undefined || script.form !== "line" || hasComment(file, sourceSpan(script.source, command.end, consumer.at)))
		return undefined;
	const style = styleAt(step, standing);
	return style === undefined ? undefined : chainLink(file, style);
}

/** Puts the comparison in the place of the pipe sign. */
function pipeEdit(script: StepScript, command: ShellCommand, consumer: ShellCommand, check: string, separator: string): SpanEdit {
	const at = pipeSign(script, command, consumer);
	const span = sourceSpan(script.source, at, at + 1);
	const { file } = script.step.stage;
	const line = file.text.slice(file.text.lastIndexOf("\n", span.start - 1) + 1, span.start);
	// A sign that starts a line gives the line to the comparison, and another one to what follows.
	if (line.trim() !== "") return replace(span, separator === ";" ? `${check};` : `${check} &&`);
	return replace(span, `${check} ${file.escape}${file.lineBreak}${line}${separator}`);
}

function outputEdit(download: Download, path: string): SpanEdit | undefined {
	const { sink, url } = download;
	if (sink.kind !== "stdout") return undefined;
	const { option } = sink;
	if (option === undefined) return download.program === "curl" && isInPlace(url) ? insertAfter(url.span, ` -o ${path}`) : undefined;
	if (option.valueWord !== undefined) return isInPlace(option.valueWord) ? replace(option.valueWord.span, path) : undefined;
	if (!isInPlace(option.word) || !option.word.text.endsWith("-")) return undefined;
	return replace({ start: option.word.span.end - 1, end: option.word.span.end }, option.word.text.startsWith("--") ? path : ` ${path}`);
}

/**
 * A path for the file, by the name that the address gives it: with the variables that it is written with, so that it changes with them.
 * Without a name where a variable holds more than a part of that.
 */
function temporaryPath({ step, command, url, resolved = "" }: Download): string {
	const name = lastPart(resolved);
	const written = url.value === undefined ? lastPart(withSlashes(step, command, url)) : name;
	return `/tmp/${/^[\w.-]{1,80}$/.test(name) && isPlain(written) ? written : "download"}`;
}
