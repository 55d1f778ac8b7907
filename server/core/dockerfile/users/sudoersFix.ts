import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { replace } from "../edits/edit.ts";
import type { Step } from "../model/model.ts";
import { setsPassword, withoutEntry } from "./sudoersEntries.ts";

/** The repair of an entry that asks for no password; `command`: what writes it and no other, if that is known. */
export function sudoersFixes(step: Step, span: Span, command: ShellCommand | undefined): readonly Fix[] {
	return setsPassword(step.stage.file) ? askForPassword(step.stage.file.text, span) : leaveEntry(step, command);
}

function askForPassword(text: string, { start, end }: Span): readonly Fix[] {
	if (text[end - 1] !== ":") return [];
	const blank = /[ =]/.test(text[start - 1] ?? "") && text[end] === " " ? 1 : 0;
	return [{ title: "Let sudo ask for a password", safety: "review", edits: [replace({ start, end: end + blank }, "")] }];
}

/** Without a password nobody could use an entry that asks for one. */
function leaveEntry(step: Step, command: ShellCommand | undefined): readonly Fix[] {
	const edits = command === undefined ? undefined : withoutEntry(step, command);
	return edits === undefined ? [] : [{ title: "Leave the entry out", safety: "review", edits }];
}
