import { supportLines } from "../../image/supportEnd.ts";
import { UBUNTU } from "../../knowledge/supportEnds.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { anyStep, foldSteps } from "../model/stepFold.ts";
import { pythonModule } from "../start/innerProgram.ts";
import { mayBeConfigured } from "./configurations.ts";
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
	/** Whether another pip took its place somewhere: which one a later call finds, PATH decides. */
	readonly replaced: boolean;
	/** Whether a Python is there that is not Debian's. */
	readonly otherPython: boolean;
	/** Whether pip brought virtualenv, which holds a pip as its makers publish it. */
	readonly otherVirtualenv: boolean;
	/** The RUN that made a virtual environment with Debian's pip, as long as nothing was replaced behind it. */
	readonly environment: Step | undefined;
}

/** Packages of Debian and Ubuntu that bring pip, or Debian's pip into virtual environments. */
const PIP_PACKAGES = /^(?:python[23]?(?:\.\d+)?-(?:pip|venv|full|virtualenv)|virtualenv)$/;
/** What brings a pip as its makers publish it, and what brings a Python with one. */
const OTHER_PIPS = /^ensurepip$|get-pip|^--upgrade-deps$/i;
const OTHER_PYTHONS = /conda|miniforge|mamba|pyenv/i;
/** A program in a folder of its own, as those of virtual environments are. */
const OWN_FOLDER = /^(?!\/usr\/).*\//;
/** Where the sources of Python come from: `make install` behind it installs them, with pip. */
const PYTHON_SOURCES = /\bpython\.org\/ftp\/python\b|\bpython\/cpython\b|\bPython-\d\.\d/;
const PYTHON_ARCHIVE = /\bPython-\d\.\d/;

/**
 * Whether the pip that is called comes from Debian or Ubuntu, and does not look for newer versions of itself: those older than pip 6
 * know no such thing, and those from November 2016 on have it switched off. Between them there is only Ubuntu 16.04 and 16.10.
 * Source: debian/patches/disable-pip-version-check.patch of python-pip 9.0.1-2. Read 2026-11.
 */
export function isSilencedByDebian(step: Step, call: PackageCall): boolean {
	const origin = originsIn(step).get(call.command) ?? originAbove.at(step.stage, step);
	if (!origin.packaged || (origin.replaced && !mayBeOfEnvironment(step, call, origin))) return false;
	const base = rootBase(step.stage);
	return base.kind !== "image" || !supportLines(base.reference).some(({ product, line }) => product === UBUNTU && line.startsWith("16."));
}

/** Whether a call may find the pip of the virtual environment that Debian's Python made. */
function mayBeOfEnvironment(step: Step, { command }: PackageCall, { environment }: PipOrigin): boolean {
	if (environment === undefined) return false;
	return environment === step || OWN_FOLDER.test(command.name?.text ?? "") || pathIsSet.above(step);
}

const pathIsSet = anyStep(({ keyword, line }) => keyword === "ENV" && /\bPATH\b/.test(line.text));

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
	const otherPython = stageBaseFacts(root).interpreter === "python";
	return { packaged: false, replaced: otherPython, otherPython, otherVirtualenv: false, environment: undefined };
}

/** The commands of a step by which apt brings pip. */
function packagedBy(step: Step): ReadonlySet<ShellCommand> {
	const packages = installedPackages(step).filter(({ call, name }) => call.manager === "apt" && PIP_PACKAGES.test(name));
	return new Set(packages.map(({ call }) => call.command));
}

function originBehind(origin: PipOrigin, step: Step, command: ShellCommand, brings: ReadonlySet<ShellCommand>): PipOrigin {
	if (brings.has(command)) return origin.packaged ? origin : { ...origin, packaged: true };
	const call = packageCallAt(step, command);
	if (call !== undefined) return behindCall(origin, call);
	if (installsPython(step, command)) return replacedIn({ ...origin, otherPython: true });
	if (command.args.some(({ text }) => OTHER_PIPS.test(text))) return replacedIn(origin);
	const maker = environmentMaker(command);
	if (maker === undefined) return origin;
	const isOther = origin.otherPython || (maker === "virtualenv" && origin.otherVirtualenv);
	return isOther ? replacedIn(origin) : { ...origin, environment: step };
}

function behindCall(origin: PipOrigin, { manager, verb, operands }: PackageCall): PipOrigin {
	if (manager !== "pip" || verb !== "install") return origin;
	if (operands.some((operand) => namesPackage(operand, "pip"))) return replacedIn(origin);
	const bringsVirtualenv = !origin.otherVirtualenv && operands.some((operand) => namesPackage(operand, "virtualenv"));
	return bringsVirtualenv ? { ...origin, otherVirtualenv: true } : origin;
}

function replacedIn(origin: PipOrigin): PipOrigin {
	return origin.replaced && origin.environment === undefined ? origin : { ...origin, replaced: true, environment: undefined };
}

/** Whether a word of `pip install` asks for a package, with or without a version. */
function namesPackage({ text }: ShellWord, name: string): boolean {
	const rest = text.replace(/^["']/, "");
	return rest.startsWith(name) && /^(?:["'<>=!~[]|$)/.test(rest.slice(name.length));
}

function installsPython(step: Step, { program, args }: ShellCommand): boolean {
	if (args.some(({ text }) => OTHER_PYTHONS.test(text))) return true;
	if (program !== "make") return false;
	if (args.some(({ value }) => value === "altinstall")) return true;
	return args.some(({ value }) => value === "install") && mayBeConfigured(step, PYTHON_SOURCES, PYTHON_ARCHIVE);
}

/** What makes a virtual environment: `python3 -m venv`, or virtualenv. */
function environmentMaker(command: ShellCommand): "venv" | "virtualenv" | undefined {
	if (command.program === "virtualenv") return command.program;
	const module = pythonModule(command)?.name;
	return module === "venv" || module === "virtualenv" ? module : undefined;
}
