import type { ShellWord } from "../../shell/model.ts";
import { findOption, type ShellArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { type Account, accountsOf } from "../accounts/accounts.ts";
import { groupJoinsOf } from "../accounts/groupJoins.ts";
import { writtenValue } from "../commands/wordValues.ts";
import { modeStepsOf } from "../files/modeChanges.ts";
import { setIdBits } from "../files/setIdMode.ts";
import type { Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";

/** Folders that a step gives to a user, and perhaps to a group. */
interface FolderGift {
	readonly step: Step;
	readonly user: string;
	readonly group: string | undefined;
	readonly words: readonly ShellWord[];
}

/** Whether the group is there for several users to share the folder: another one could not take its place. */
export function isSharedGroup({ step, user, group, words }: FolderGift): boolean {
	const { stage } = step;
	const targets = words.map((word) => writtenValue(step, word));
	const handsOn = modeStepsOf(stage).some(({ changes }) =>
		changes.some(({ mode, targets: changed }) => setIdBits(mode)?.group === true && changed.some((target) => targets.includes(target))),
	);
	if (handsOn || group === undefined) return handsOn;
	if (lineage(stage).some((ancestor) => groupJoinsOf(ancestor).some((join) => join.group === group))) return true;
	const accounts = accountsOf(stage);
	const groups = accounts.filter(({ kind, name }) => kind === "group" && name === group);
	// Its primary group is a user's own, by name or by number.
	const names = new Set([group, ...groups.flatMap(({ id, args }) => [...(id === undefined ? [] : [id.value]), ...writtenNumber(args)])]);
	const isPrimary = ({ primaryGroup, args }: Account): boolean =>
		primaryGroup?.kind === "given" ? names.has(primaryGroup.group.value) : writtenNumber(args).some((number) => names.has(number));
	return user !== group && groups.length > 0 && !accounts.some((account) => account.kind === "user" && isPrimary(account));
}

/** `-g $GID` as it is written: an ARG may have no value. */
function writtenNumber(args: ShellArguments): readonly string[] {
	const option = findOption(args, "-g", "--gid");
	return option?.valueWord === undefined ? [] : [comparable(option.valueWord)];
}
