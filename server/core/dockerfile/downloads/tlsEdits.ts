import type { ShellCommand } from "../../shell/model.ts";
import { isInPlace, type Span, type SpanEdit } from "../../text.ts";
import { removeFromRun } from "../edits/commandEdit.ts";
import { replace } from "../edits/edit.ts";
import { removeArgument } from "../edits/layoutEdit.ts";
import type { Step } from "../model/model.ts";
import type { TlsOff } from "./tlsChecks.ts";

/** The letter alone in a bundle of short options. */
export function placeOf(off: TlsOff): Span {
	const bundled = off.kind === "option" ? bundledLetter(off) : undefined;
	return bundled ?? off.span;
}

function bundledLetter(off: Extract<TlsOff, { kind: "option" }>): Span | undefined {
	const { word, name } = off.option;
	if (name.length !== 2 || word.text === name || off.option.value !== undefined || off.option.valueWord !== undefined) return undefined;
	if (!isInPlace(word) || !word.text.startsWith("-") || word.text.startsWith("--")) return undefined;
	const at = word.text.indexOf(name.slice(1), 1);
	return at === -1 ? undefined : { start: word.span.start + at, end: word.span.start + at + 1 };
}

/** Takes it out, so that certificates are checked again. Undefined where that cannot be done in place. */
export function checkAgain(step: Step, off: TlsOff): SpanEdit | undefined {
	const { file } = step.stage;
	if (off.kind === "text" || off.command.decoded) return undefined;
	switch (off.kind) {
		case "option": {
			const bundled = bundledLetter(off);
			// Without it the command has nothing left to write down.
			if (writesConfiguration(off.command)) return undefined;
			// A value behind several letters: `-yoAcquire::…`.
			if (bundled === undefined && !off.option.word.text.startsWith(off.option.name)) return undefined;
			return bundled === undefined ? removeArgument(file, off.span) : replace(bundled, "");
		}
		case "command":
			return removeFromRun(step, [off.command])?.[0];
		case "assignment":
			if (off.command.name === undefined || (off.command.program === "export" && off.command.assignments.length === 1))
				return removeFromRun(step, [off.command])?.[0];
			return removeArgument(file, off.span);
	}
}

/** `yum-config-manager --setopt=…`, `dnf config-manager --setopt=…`. */
function writesConfiguration({ program, args }: ShellCommand): boolean {
	return program === "yum-config-manager" || args[0]?.value === "config-manager";
}
