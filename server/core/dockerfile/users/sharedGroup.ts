import { remembered } from "../../memo.ts";
import type { ShellWord } from "../../shell/model.ts";
import { findOption, type ShellArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { accountsOf } from "../accounts/accounts.ts";
import { groupJoinsOf } from "../accounts/groupJoins.ts";
import { writtenValue } from "../commands/wordValues.ts";
import { modeStepsOf } from "../files/modeChanges.ts";
import { setIdBits } from "../files/setIdMode.ts";
import type { Stage, Step } from "../model/model.ts";
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
	const handing = handingFolders(stage);
	const handsOn = handing.size > 0 && words.some((word) => handing.has(writtenValue(step, word)));
	if (handsOn || group === undefined) return handsOn;
	if (lineage(stage).some((ancestor) => joinedGroups(ancestor).has(group))) return true;
	const { numbers, primary } = groupsOf(stage);
	const own = numbers.get(group);
	// Its primary group is a user's own, by name or by number.
	return user !== group && own !== undefined && ![group, ...own].some((name) => primary.has(name));
}

/** What has `g+s`: files in it get its group. */
const handingFolders = remembered((stage: Stage): ReadonlySet<string> => {
	const changes = modeStepsOf(stage).flatMap((step) => step.changes);
	return new Set(changes.flatMap(({ mode, targets }) => (setIdBits(mode)?.group === true ? targets : [])));
});

const joinedGroups = remembered((stage: Stage): ReadonlySet<string> => new Set(groupJoinsOf(stage).map(({ group }) => group)));

interface Groups {
	/** Those that a stage creates, with their numbers. */
	readonly numbers: ReadonlyMap<string, readonly string[]>;
	/** Names and numbers of the primary groups of its users. */
	readonly primary: ReadonlySet<string>;
}

const groupsOf = remembered((stage: Stage): Groups => {
	const numbers = new Map<string, string[]>();
	const primary = new Set<string>();
	for (const { kind, name, id, args, primaryGroup } of accountsOf(stage)) {
		if (kind === "group") {
			const known = numbers.get(name) ?? [];
			known.push(...(id === undefined ? [] : [id.value]), ...writtenNumber(args));
			numbers.set(name, known);
		} else if (kind === "user") {
			for (const group of primaryGroup?.kind === "given" ? [primaryGroup.group.value] : writtenNumber(args)) primary.add(group);
		}
	}
	return { numbers, primary };
});

/** `-g $GID` as it is written: an ARG may have no value. */
function writtenNumber(args: ShellArguments): readonly string[] {
	const option = findOption(args, "-g", "--gid");
	return option?.valueWord === undefined ? [] : [comparable(option.valueWord)];
}
