import { baseName } from "../../baseName.ts";
import { rememberedFor } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { commandsOf } from "../commands/scripts.ts";
import { writesTo } from "../commands/writtenWords.ts";
import { copyWordsOf, mayHoldFiles } from "../files/copyWords.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";

/** Whether `/etc/passwd` and `/etc/group` of a stage are those that its base image and the commands for accounts make. */
export type AccountLists = "asMade" | "maybeOthers" | "others";

/** What a stage's lineage makes of the entries of a user without those commands. */
export const accountListsOf = rememberedFor((stage: Stage, user): AccountLists => {
	const answers = lineage(stage).flatMap(({ steps }) => steps.map((step) => listsBehind(step, user)));
	return answers.find((answer) => answer === "others") ?? answers.find((answer) => answer === "maybeOthers") ?? "asMade";
});

const LIST = /\/etc\/(?:passwd|group)$/;

function listsBehind(step: Step, user: string): AccountLists {
	const text = stepText(step);
	if (step.keyword === "RUN") {
		if (!/\/etc\/(?:passwd|group)\b/.test(text) || !commandsOf(step).some((command) => changesList(step, command))) return "asMade";
		return text.includes(user) ? "others" : "maybeOthers";
	}
	const words = copyWordsOf(step);
	const target = words?.destination.text.replace(/(?<=.)\/$/, "") ?? "";
	if (words === undefined || (target !== "/" && target !== "/etc" && !LIST.test(target))) return "asMade";
	const names = words.sources.map((source) => baseName(source.text));
	if (LIST.test(target) || (target === "/etc" && names.some((name) => name === "passwd" || name === "group"))) return "others";
	// A root file system, or a folder of settings, may have lists of its own; a file that is named is just that file.
	return words.sources.some((source) => mayHoldFiles(step, source)) ? "maybeOthers" : "asMade";
}

/** `echo … >> /etc/passwd`, `sed -i … /etc/group`, `cp passwd /etc/passwd`. */
function changesList(step: Step, command: ShellCommand): boolean {
	if (writesTo(step, command, (path) => LIST.test(path))) return true;
	const { program = "", args } = command;
	if (program === "sed" || program === "perl") return args.some(({ text }) => /^-[a-zA-Z]*i|^--in-place/.test(text));
	return ["cp", "mv", "install", "ln"].includes(program) && LIST.test(args.at(-1)?.value ?? "");
}
