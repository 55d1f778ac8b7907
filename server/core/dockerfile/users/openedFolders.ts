import { addTo } from "../../addTo.ts";
import { OPEN_FOLDERS } from "../../knowledge/openFolders.ts";
import { LONGEST_PATH } from "../../knowledge/systemLimits.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { FileMode } from "../files/fileMode.ts";
import { modeStepsOf } from "../files/modeChanges.ts";
import { prefixesOf } from "../files/removals.ts";
import type { Dockerfile, Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";

/** Whether a command of the lineage gives the folder, or one that holds it, to group 0 or to everybody. */
export function isOpened(stage: Stage, folder: string): boolean {
	if (folder.length > LONGEST_PATH) return true;
	if (OPEN_FOLDERS.has(withoutSlash(folder))) return true;
	const holders = folder.startsWith("/") ? ["/", ...prefixesOf(folder)] : prefixesOf(folder);
	const opening = openingStages(stage.file);
	return holders.some((holder) => opening.get(holder)?.some((other) => lineage(other).includes(stage) || lineage(stage).includes(other)));
}

/** By what is opened, the stages that do so. */
const openingStages = remembered(({ stages }: Dockerfile): ReadonlyMap<string, readonly Stage[]> => {
	const opening = new Map<string, Stage[]>();
	for (const stage of stages) for (const path of openedIn(stage)) addTo(opening, path, stage);
	return opening;
});

/** `/a/` → `/a`. */
export function withoutSlash(path: string): string {
	return path.replace(/(?<=.)\/$/, "");
}

function letsOthersWrite(mode: FileMode): boolean {
	if (mode.kind === "octal") return (mode.bits & 0o002) !== 0 && mode.operator !== "-";
	return mode.clauses.some(
		({ who, actions }) => /[oa]/.test(who) && actions.some(({ operator, permissions }) => operator !== "-" && permissions.includes("w")),
	);
}

/** What the commands of a stage give to group 0, or to everybody. */
const openedIn = remembered((stage: Stage): ReadonlySet<string> => {
	const opens = (command: ShellCommand): boolean =>
		(command.program === "chgrp" && /^(?:0|root)$/.test(command.args.find((word) => !word.text.startsWith("-"))?.value ?? "")) ||
		(command.program === "chown" && /:(?:0|root)$/.test(command.args.find((word) => !word.text.startsWith("-"))?.value ?? "")) ||
		command.program === "fix-permissions";
	const opened = new Set(
		runSteps(stage)
			.filter((step) => step.heredocs.length > 0 || /chgrp|chown|fix-permissions/.test(step.line.text))
			.flatMap((step) => commandsOf(step).filter(opens))
			.flatMap((command) => command.args.map((word) => withoutSlash(comparable(word)))),
	);
	for (const { step, changes } of modeStepsOf(stage)) {
		if (step.keyword !== "RUN" || step.deferred) continue;
		for (const { mode, targets } of changes) if (letsOthersWrite(mode)) for (const target of targets) opened.add(withoutSlash(target));
	}
	return opened;
});
