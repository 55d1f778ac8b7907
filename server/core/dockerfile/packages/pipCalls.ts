import { supportLines } from "../../image/supportEnd.ts";
import { UBUNTU } from "../../knowledge/supportEnds.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { foldSteps } from "../model/stepFold.ts";
import { installedPackages } from "./installedPackages.ts";
import { type PackageCall, packageCallAt } from "./packageCalls.ts";

/** `--no-cache-dir`, or enough of it: pip takes the beginning of an option for the whole. */
export function isNoCacheOption(name: string): boolean {
	return name.startsWith("--no-cache");
}

/** Where the pip of an image comes from, as far as the steps tell. */
interface PipOrigin {
	/** Whether apt brought one. */
	readonly packaged: boolean;
	/** The folders in which another one took its place: `/opt/venv/bin/`, nothing for what PATH finds, `*` for every folder. */
	readonly replaced: readonly string[];
}

/** Packages of Debian and Ubuntu that bring pip, or Debian's pip into virtual environments. */
const PIP_PACKAGES = /^(?:python[23]?(?:\.\d+)?-(?:pip|venv|full|virtualenv)|virtualenv)$/;
/** What brings a pip as its makers publish it. */
const OTHER_PIPS = /get-pip|conda|miniforge|mamba|pyenv|^--upgrade-deps$/i;

/**
 * Whether the pip that is called comes from Debian or Ubuntu, and does not look for newer versions of itself: those older than pip 6
 * know no such thing, and those from November 2016 on have it switched off. Between them there is only Ubuntu 16.04 and 16.10.
 * Source: debian/patches/disable-pip-version-check.patch of python-pip 9.0.1-2. Read 2026-11.
 */
export function isSilencedByDebian(step: Step, call: PackageCall): boolean {
	const origin = originsIn(step).get(call.command) ?? originAbove.at(step.stage, step);
	if (!origin.packaged || origin.replaced.includes("*") || origin.replaced.includes(folderOf(call.command))) return false;
	const base = rootBase(step.stage);
	return base.kind !== "image" || !supportLines(base.reference).some(({ product, line }) => product === UBUNTU && line.startsWith("16."));
}

const originAbove = foldSteps<PipOrigin>(originInBase, (before, step) => {
	if (step.keyword !== "RUN") return before;
	const brings = packagedBy(step);
	return commandsOf(step).reduce((origin, command) => originBehind(origin, step, command, brings), before);
});

/** What holds in front of each command that calls a package manager. */
const originsIn = remembered((step: Step): ReadonlyMap<ShellCommand, PipOrigin> => {
	const origins = new Map<ShellCommand, PipOrigin>();
	const brings = packagedBy(step);
	let origin = originAbove.at(step.stage, step);
	for (const command of commandsOf(step)) {
		if (packageCallAt(step, command) !== undefined) origins.set(command, origin);
		origin = originBehind(origin, step, command, brings);
	}
	return origins;
});

/** Images for Python have a pip of their own, which PATH finds first. */
function originInBase(root: Stage): PipOrigin {
	return { packaged: false, replaced: stageBaseFacts(root).interpreter === "python" ? ["*"] : [] };
}

/** The commands of a step by which apt brings pip. */
function packagedBy(step: Step): ReadonlySet<ShellCommand> {
	const packages = installedPackages(step).filter(({ call, name }) => call.manager === "apt" && PIP_PACKAGES.test(name));
	return new Set(packages.map(({ call }) => call.command));
}

function originBehind(origin: PipOrigin, step: Step, command: ShellCommand, brings: ReadonlySet<ShellCommand>): PipOrigin {
	if (brings.has(command)) return { ...origin, packaged: true };
	const call = packageCallAt(step, command);
	if (call?.manager === "pip" && call.verb === "install" && call.operands.some(({ text }) => /^["']?pip(?:["'<>=!~[]|$)/.test(text)))
		return withReplaced(origin, folderOf(command));
	return call === undefined && command.args.some(({ text }) => OTHER_PIPS.test(text)) ? withReplaced(origin, "*") : origin;
}

function withReplaced(origin: PipOrigin, folder: string): PipOrigin {
	return origin.replaced.includes(folder) ? origin : { ...origin, replaced: [...origin.replaced, folder] };
}

/** The folder that a command's name tells; nothing where PATH finds the program. */
function folderOf({ name }: ShellCommand): string {
	const path = name?.text ?? "";
	return path.slice(0, path.lastIndexOf("/") + 1);
}
