import type { ImageReference } from "../../image/reference.ts";
import { compareVersions, supportLines } from "../../image/supportEnd.ts";
import { GONE_EXTENSIONS, GONE_OPTIONS, PECL_RELEASES, UNBUNDLED_LIBRARIES } from "../../knowledge/phpExtensions.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { installedPackages } from "./installedPackages.ts";

/** A step from one line of PHP to a later one. */
interface PhpStep {
	readonly after: string;
	/** Whether what is so from a line on begins between the two. */
	readonly crosses: (line: string) => boolean;
}

/** Whether stages on an image of PHP build extensions in a way that the one in its place does not know any more. */
export function leavesExtensions(stages: readonly Stage[], from: ImageReference, to: ImageReference): boolean {
	const before = phpLine(from);
	const after = phpLine(to);
	if (before === undefined || after === undefined || before === after) return false;
	const crosses = (line: string): boolean => compareVersions(before, line) < 0 && compareVersions(line, after) <= 0;
	return stages.some((stage) =>
		runSteps(stage).some((step) => commandsOf(step).some((command) => stopsBehind(step, command, { after, crosses }))),
	);
}

/** The line of PHP that a tag names; one without a minor version is the last of its major. */
function phpLine(reference: ImageReference): string | undefined {
	const named = supportLines(reference).find(({ product }) => product.name === "PHP");
	if (named === undefined || named.line.includes(".")) return named?.line;
	return Object.keys(named.product.lines).findLast((line) => line.startsWith(`${named.line}.`)) ?? named.line;
}

function stopsBehind(step: Step, command: ShellCommand, change: PhpStep): boolean {
	const { program } = command;
	if (program !== "docker-php-ext-install" && program !== "docker-php-ext-configure" && program !== "pecl") return false;
	const [first = "", ...others] = command.args.flatMap((word) => wordAt(step, command, word)?.split(/\s+/) ?? []);
	switch (program) {
		case "docker-php-ext-install":
			return [first, ...others].some((name) => isGone(name, change) || lacksLibrary(step.stage, name, change));
		case "docker-php-ext-configure":
			return isGone(first, change) || others.some((option) => isGoneOption(first, option, change));
		default:
			return first === "install" && others.some((name) => isTooOld(name, change));
	}
}

function isGone(name: string, { crosses }: PhpStep): boolean {
	const since = ownValue(GONE_EXTENSIONS, name);
	return since !== undefined && crosses(since);
}

function isGoneOption(extension: string, option: string, { crosses }: PhpStep): boolean {
	const name = /^[^=]*/.exec(option)?.[0] ?? "";
	const since = ownValue(ownValue(GONE_OPTIONS, extension), name);
	return since !== undefined && crosses(since);
}

/** Whether nothing in the lineage of a stage installs a library that PHP does not bring any more. */
function lacksLibrary(stage: Stage, extension: string, { crosses }: PhpStep): boolean {
	const library = ownValue(UNBUNDLED_LIBRARIES, extension);
	if (library === undefined || !crosses(library.since)) return false;
	const steps = lineage(stage).flatMap(runSteps);
	return !steps.some((step) => installedPackages(step).some(({ name }) => library.packages.includes(name)));
}

/** Whether a release that is written out, or any of an extension, does not build with the new line: `xdebug-3.1.6`. */
function isTooOld(written: string, { after }: PhpStep): boolean {
	const [, name = "", version] = /^([a-z_]+)(?:-(\d+(?:\.\d+)*))?/.exec(written) ?? [];
	const releases = ownValue(PECL_RELEASES, name)?.find(
		({ below }) => below === undefined || (version !== undefined && compareVersions(version, below) < 0),
	);
	return releases !== undefined && compareVersions(releases.last, after) < 0;
}
