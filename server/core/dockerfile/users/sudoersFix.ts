import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { lineAt, type Span, shortened } from "../../text.ts";
import { replace } from "../edits/edit.ts";
import { commentsOn } from "../model/comments.ts";
import type { Step } from "../model/model.ts";
import { stagesFrom } from "../model/stages.ts";
import { containerStart } from "../start/containerStart.ts";
import { setsPassword, withoutEntry } from "./sudoersEntries.ts";

/** The repair of an entry that asks for no password; `command`: what writes it and no other, if that is known. */
export function sudoersFixes(step: Step, span: Span, command: ShellCommand | undefined): readonly Fix[] {
	return setsPassword(step.stage.file) ? askForPassword(step, span) : leaveEntry(step, command);
}

function askForPassword(step: Step, { start, end }: Span): readonly Fix[] {
	const { text } = step.stage.file;
	if (text[end - 1] !== ":") return [];
	const blank = /[ =]/.test(text[start - 1] ?? "") && text[end] === " " ? 1 : 0;
	const edits = [replace({ start, end: end + blank }, "")];
	return [{ title: "Let sudo ask for a password", safety: "review", edits, ...noteOn(step) }];
}

/** Without a password nobody could use an entry that asks for one. */
function leaveEntry(step: Step, command: ShellCommand | undefined): readonly Fix[] {
	const edits = command === undefined || isExplained(step, command) ? undefined : withoutEntry(step, command);
	return edits === undefined ? [] : [{ title: "Leave the entry out", safety: "review", edits, ...noteOn(step) }];
}

/** Whether a comment may give the reason for an entry, and would be left above something else: above the RUN or the entry, or about sudo. */
function isExplained(step: Step, command: ShellCommand): boolean {
	const [above, ...between] = commentsOn(step);
	if (above !== "" || between.some((comment) => /\bsudo/i.test(comment))) return true;
	const { text, lineStarts } = step.stage.file;
	const line = lineAt(lineStarts, command.span.start);
	return line > step.firstLine && /^[ \t]*#/.test(text.slice(lineStarts[line - 1], lineStarts[line]));
}

/** A script that the file does not show may need the entry as it is. */
function noteOn(step: Step): Pick<Fix, "note"> {
	const script = stagesFrom(step.stage)
		.map((stage) => containerStart(stage).hiddenScript)
		.find((path) => path !== undefined);
	return script === undefined ? {} : { note: `${shortened(script, 60)}, with which the container starts, may call sudo.` };
}
