import type { ShellCommand } from "../../shell/model.ts";
import { hasGnuTools, stageFamily } from "../base/baseFacts.ts";
import { commandsOf } from "../commands/scripts.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import type { Stage, Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { anyStep } from "../model/stepFold.ts";
import { stepText } from "../model/stepText.ts";
import { runsAlways } from "./aptLists.ts";
import { installedPackages, installsUnknown } from "./installedPackages.ts";

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
	if (!mayInstallWget.upTo(step)) return "busybox";
	return addsWget.above(step) && !removesPackages.upTo(step) ? "gnu" : "unknown";
}

/** Families whose `wget` is BusyBox's as long as no package brings another one. */
const BUSYBOX_FAMILIES: ReadonlySet<string> = new Set(["alpine", "wolfi", "busybox"]);

/** Whether a RUN installs a package of that name, or what nobody knows. */
const mayInstallWget = anyStep((step) => step.keyword === "RUN" && (/add[^&;]*\bwget/s.test(stepText(step)) || installsUnknown(step)));

const addsWget = anyStep(
	(step) => step.keyword === "RUN" && installedPackages(step).some(({ name, call }) => name === "wget" && runsAlways(call.command)),
);
const removesPackages = anyStep((step) => step.keyword === "RUN" && /\bdel\b/.test(stepText(step)));

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
