import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasGnuTools, stageFamily } from "../base/baseFacts.ts";
import { endsStep } from "../commands/errexit.ts";
import { commandsOf, scriptOf, scriptsOf } from "../commands/scripts.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import { removes } from "../files/removals.ts";
import type { Stage, Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { anyStep, foldSteps } from "../model/stepFold.ts";
import { stepText } from "../model/stepText.ts";
import { runsAlways } from "./aptLists.ts";
import { hidesCommands, stepHidesCommands } from "./hiddenCommands.ts";
import { installedPackages, installsWhatIsHidden } from "./installedPackages.ts";
import { type PackageCall, packageCallAt } from "./packageCalls.ts";

/** The program behind the name `wget`; `unknown` where it may be BusyBox's as well. */
export type WgetVariant = "gnu" | "wget2" | "busybox" | "unknown";

/** Which wget a command of a RUN calls. */
export function wgetVariant(step: Step, command: ShellCommand): WgetVariant {
	if (command.wrapper?.program === "busybox") return "busybox";
	if (linksBusyBox.upTo(step)) return "unknown";
	if (installsWget1.upTo(step)) return "gnu";
	if (installsWget2.upTo(step) || isNewFedora(step.stage)) return "wget2";
	if (hasGnuTools(step.stage) || installsWget.upTo(step)) return "gnu";
	if (!BUSYBOX_FAMILIES.has(stageFamily(step.stage) ?? "")) return "unknown";
	return addedVariants(step).get(command) ?? "unknown";
}

/** Families whose `wget` is BusyBox's as long as no package brings another one. */
const BUSYBOX_FAMILIES: ReadonlySet<string> = new Set(["alpine", "wolfi", "busybox"]);

/** Where `wget` is BusyBox's at first: what the steps above have made of it. */
const addedAbove = foldSteps<WgetVariant>(
	() => "busybox",
	(before, step) => {
		if (step.keyword !== "RUN") return before;
		if (before === "gnu" && scriptsOf(step).length === 0 && stepHidesCommands(step)) return "unknown";
		// Only packages change BusyBox's.
		if (before !== "gnu" && !stepText(step).includes("add")) return before;
		return variantsFrom(before, step).last;
	},
);

/** The same for each command of a RUN: what stands behind it does not matter. */
const addedVariants = remembered(
	(step: Step): ReadonlyMap<ShellCommand, WgetVariant> => variantsFrom(addedAbove.at(step.stage, step), step).byCommand,
);

interface Variants {
	readonly byCommand: ReadonlyMap<ShellCommand, WgetVariant>;
	readonly last: WgetVariant;
}

function variantsFrom(start: WgetVariant, step: Step): Variants {
	const byCommand = new Map<ShellCommand, WgetVariant>();
	const calls = new Set(installedPackages(step).flatMap(({ name, call }) => (name === "wget" ? [call] : [])));
	const [first] = calls;
	const commands = commandsOf(step);
	let last = start;
	for (const command of commands) {
		byCommand.set(command, last);
		const call = packageCallAt(step, command);
		if (call !== undefined && calls.has(call)) {
			// One that may fail unnoticed brings GNU Wget perhaps.
			if (last !== "gnu") last = call === first && isCertain(step, command) ? "gnu" : "unknown";
		} else if (call !== undefined && installsWhatIsHidden(step, call)) {
			if (last === "busybox") last = "unknown";
		} else if (last === "gnu" && mayTakeWget(step, command, call)) last = "unknown";
	}
	return { byCommand, last };
}

function isCertain(step: Step, command: ShellCommand): boolean {
	const script = scriptOf(step, command);
	return script !== undefined && endsStep(script, command);
}

const WGET = "/usr/bin/wget";
const WGET_PATH = /\/bin\/wget$/;

/** Whether a command may remove the package or its program, or replace that: by name, or where nobody sees it. */
function mayTakeWget(step: Step, command: ShellCommand, call: PackageCall | undefined): boolean {
	if (call !== undefined) return call.manager === "apk" && call.kind === "remove";
	if (command.wrapper?.program === "xargs" || hidesCommands(step, command)) return true;
	const words = [...command.args, ...command.redirects.flatMap(({ target }) => target ?? [])];
	return words.some(({ text }) => WGET_PATH.test(text)) || removes(step, command, WGET) !== "no";
}

const COPIERS: ReadonlySet<string> = new Set(["ln", "cp", "mv", "install"]);
const FOLDER_OF_PROGRAMS = /(?:^|\/)(?:s?bin\/?|\*)?$/;

/** Whether a step may put BusyBox in the place of `wget`: under that name, under one that nobody knows, or with all of its programs. */
const linksBusyBox = anyStep((step) => {
	if (!stepText(step).includes("busybox")) return false;
	if (step.keyword !== "RUN") return copiesBusyBox(step);
	return commandsOf(step).some(({ program, args }) => {
		if (program === "busybox") return args[0]?.text.startsWith("--install") === true;
		const target = args[args.length - 1];
		return (
			COPIERS.has(program ?? "") &&
			args.some((word) => word.text.includes("busybox")) &&
			(target?.value === undefined || /(?:^|\/)wget$/.test(target.value))
		);
	});
});

/** By its name, or as one of the programs of an image of BusyBox. */
function copiesBusyBox(step: Step): boolean {
	const words = copyWordsOf(step);
	if (words === undefined) return false;
	const isImage = step.flags.some(({ name, value }) => name === "from" && value?.includes("busybox"));
	return (
		[...words.sources, words.destination].some(({ text }) => /(?:^|\/)wget$/.test(text)) ||
		(isImage && words.sources.some(({ text }) => FOLDER_OF_PROGRAMS.test(text)))
	);
}

const installsWget = anyStep((step) => installs(step, ["wget"]));
const installsWget1 = anyStep((step) => installs(step, ["wget1-wget"]));
const installsWget2 = anyStep((step) => installs(step, ["wget2-wget"]));

/** Alpine's package has GNU's, too, but `apk add` may stand in a branch for one of several distributions. */
function installs(step: Step, names: readonly string[]): boolean {
	return (
		step.keyword === "RUN" &&
		installedPackages(step).some(({ name, call }) => names.includes(name) && call.manager !== "apk" && runsAlways(call.command))
	);
}

/** From Fedora 40 on, the package `wget` is wget2. Source: the change `Wget2asWget`. */
function isNewFedora(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image" || !/(?:^|\/)fedora(?:-minimal)?$/.test(base.reference.repository)) return false;
	const { tag, digest } = base.reference;
	if (tag === undefined) return digest === undefined;
	return tag === "latest" || tag === "rawhide" || Number(tag) >= 40;
}
