import type { Fix } from "../../finding.ts";
import type { GroupJoin } from "../accounts/groupJoins.ts";
import { removeCommand } from "../edits/commandEdit.ts";
import { removeWord, replace } from "../edits/edit.ts";
import { callsBehind } from "./sudoCalls.ts";
import { SUDO_GROUPS } from "./sudoGroups.ts";

/** The repair that does not put a user into a group; none while something calls sudo or doas, which may need the group. */
export function leaveGroup(join: GroupJoin): readonly Fix[] {
	const { command, step, groups, word } = join;
	if (command.decoded) return [];
	if (SUDO_GROUPS.has(join.group) && callsBehind(step, command.span.end, ["sudo", "doas"])) return [];
	const title = `Leave ${join.group} out`;
	if (groups.length > 1) {
		if (join.span.end - join.span.start !== join.group.length) return [];
		const { text } = step.stage.file;
		const last = text[join.span.end] !== ",";
		const span = last ? { start: join.span.start - 1, end: join.span.end } : { start: join.span.start, end: join.span.end + 1 };
		return [{ title, safety: "review", edits: [replace(span, "")] }];
	}
	if (join.only) {
		const edit = removeCommand(step, command);
		return edit === undefined ? [] : [{ title, safety: "review", edits: [edit] }];
	}
	const option = command.args[command.args.indexOf(word) - 1];
	if (option === undefined || !/^(?:-G|--groups)$/.test(option.text)) return [];
	return [{ title, safety: "review", edits: [removeWord(step.stage.file, { start: option.span.start, end: word.span.end })] }];
}
