import { addTo } from "../../addTo.ts";
import { baseName } from "../../baseName.ts";
import { MISSING_TOOLS } from "../../knowledge/probeTools.ts";
import { rememberedFor } from "../../memo.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { commandsOf } from "../commands/scripts.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { setsPath } from "../variables/searchPath.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { runsAlways } from "./aptLists.ts";
import { stepHidesCommands } from "./hiddenCommands.ts";
import { installedPackages, SYSTEM_MANAGERS } from "./installedPackages.ts";
import { type PackageCall, packageCallAt, packageCallsOf, virtualName } from "./packageCalls.ts";

export type ProbeTool = "curl" | "wget";

/** Why an image certainly lacks curl or wget; undefined where it may have it. `written` is how the file calls it. */
export function whyMissing(stage: Stage, tool: ProbeTool, written: string): "never installed" | "removed again" | undefined {
	return baseLacks(stage, tool, written) ? whyNotBrought(stage, tool) : undefined;
}

/** Why no step of a stage's lineage leaves the program in the image; undefined where one may. Asked for each call of the program. */
const whyNotBrought = rememberedFor((stage: Stage, tool): ReturnType<typeof whyMissing> => {
	/** The names under which package managers keep it. */
	const kept = new Set<string>();
	let removed = false;
	for (const ancestor of lineage(stage).toReversed()) {
		for (const step of ancestor.steps) {
			if (step.keyword === "COPY" || step.keyword === "ADD" ? copyCouldBring(step, tool) : runCouldBring(step, tool)) return undefined;
			if (step.keyword !== "RUN") continue;
			removed = changeKept(step, tool, kept) || removed;
		}
	}
	if (kept.size > 0) return undefined;
	return removed ? "removed again" : "never installed";
});

/** Whether the base image is one that is known to have no such program. */
function baseLacks(stage: Stage, tool: ProbeTool, written: string): boolean {
	const base = rootBase(stage);
	// A folder of the application could be on the search path, or hold it.
	if (stageBaseFacts(stage).shell === "none") return !setsPath(stage) && !written.includes("/");
	if (base.kind !== "image") return false;
	const name = `${base.reference.registry}/${base.reference.repository}`;
	const tag = base.reference.tag ?? "";
	return MISSING_TOOLS.some((entry) => entry.repositories.includes(name) && entry.tools.includes(tool) && (entry.tag?.test(tag) ?? true));
}

/** Folders that hold those of programs. */
const ABOVE_PROGRAMS = /^\/(?:usr(?:\/local)?)?$/;

/** Whether a copy could bring a program: by its name, into a folder of programs or one above, out of such a folder. */
function copyCouldBring(step: Step, tool: string): boolean {
	const words = copyWordsOf(step);
	if (words === undefined || step.line.text.includes(tool)) return true;
	const target = targetOf(step, words.destination.value);
	if (target === undefined || target.includes("bin") || ABOVE_PROGRAMS.test(target)) return true;
	return words.sources.some(({ text }) => /^s?bin(?:\/?\*?)?$/.test(baseName(text.replace(/\/\*?$/, ""))));
}

/** Where a copy goes, absolute; undefined where a variable or a working directory that nobody knows hides it. */
function targetOf(step: Step, destination: string | undefined): string | undefined {
	if (destination === undefined) return undefined;
	if (destination.startsWith("/")) return normalPath(destination);
	const folder = workdirAt(step.stage, step);
	return folder.kind === "set" ? normalPath(`${folder.value}/${destination}`) : undefined;
}

/** Whether a RUN could bring a program without saying so. */
function runCouldBring(step: Step, tool: string): boolean {
	if (step.keyword !== "RUN") return false;
	if (step.flags.some((flag) => flag.name === "mount" && flag.value?.includes("bind") === true) || step.exec !== undefined) return true;
	if (
		packageCallsOf(step).some(
			({ kind, uncertain, manager, options }) =>
				kind !== "remove" && (uncertain || (manager === "apt" && options.some(({ name }) => name === "-f"))),
		)
	)
		return true;
	return stepHidesCommands(step) || namesOtherwise(step, tool);
}

/** Whether a command names the program that neither installs nor removes packages, nor deletes files. */
function namesOtherwise(step: Step, tool: string): boolean {
	const installed = new Set(installedPackages(step).map(({ word }) => word));
	return commandsOf(step).some((command) => {
		if (command.program === "rm") return false;
		const call = packageCallAt(step, command);
		if (call?.kind === "remove" && SYSTEM_MANAGERS.has(call.manager)) return false;
		return command.args.some((word) => word.text.includes(tool) && !installed.has(word));
	});
}

/** Keeps account of the packages named after the program that a RUN installs and removes. Answers whether it removes one. */
function changeKept(step: Step, tool: string, kept: Set<string>): boolean {
	const installed = new Map<PackageCall, string[]>();
	for (const { call, name } of installedPackages(step)) if (name.includes(tool)) addTo(installed, call, virtualName(call) ?? name);
	let removed = false;
	for (const call of packageCallsOf(step)) {
		for (const name of installed.get(call) ?? []) kept.add(`${call.manager} ${name}`);
		if (call.kind !== "remove" || !runsAlways(call.command)) continue;
		for (const { value } of call.operands) if (value !== undefined && kept.delete(`${call.manager} ${value}`)) removed = true;
	}
	return removed;
}
