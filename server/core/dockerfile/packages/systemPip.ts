import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { anyStep } from "../model/stepFold.ts";
import { variableAt } from "../variables/variables.ts";
import { installedPackages } from "./installedPackages.ts";
import { callHasOption, type PackageCall } from "./packageCalls.ts";

/** Whether a call is the pip of the distribution, which writes into the Python of the distribution. */
export function writesToSystemPython(step: Step, call: PackageCall): boolean {
	return goesToSystem(call) && pipInstalls.upTo(step) && !mayHaveEnvironment(step);
}

function goesToSystem(call: PackageCall): boolean {
	if (call.manager !== "pip" || call.verb !== "install" || call.command.name?.text.includes("/") !== false) return false;
	return !callHasOption(call, "-t", "--target", "--prefix", "--root", "--user", "--python", "--help", "-h", "--dry-run");
}

/** Whether the lineage installs pip as a package of the distribution. */
const pipInstalls = anyStep((step) => installedPackages(step).some(({ name }) => /^(?:py(?:thon)?[\d.]*-pip|python3[\d.]*)$/.test(name)));

/** Whether the lineage makes or enters an environment, or brings another Python. */
function mayHaveEnvironment(step: Step): boolean {
	if (variableAt(step, "VIRTUAL_ENV").kind === "set" || /venv|conda|pyenv/.test(pathOf(step))) return true;
	return environments.upTo(step);
}

/** Packages of the distributions that could make an environment, and make none by being installed. */
const VENV_PACKAGE = /^py(?:thon)?[\d.]*-(?:virtual|v)env$/;

const environments = anyStep((step) => {
	if (step.flags.some(({ name }) => name === "from")) return true;
	if (step.keyword !== "RUN") return false;
	return commandsOf(step).some(
		({ program, args }) =>
			/^(?:virtualenv|pyenv|conda|mamba|micromamba|uv|activate)$/.test(program ?? "") ||
			args.some((word) => /venv|activate|miniconda|Miniforge|get-pip|altinstall|pyenv/.test(word.text) && !VENV_PACKAGE.test(word.text)),
	);
});

function pathOf(step: Step): string {
	const path = variableAt(step, "PATH");
	return path.kind === "set" ? path.value : "";
}
