import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { moveOf } from "../commands/commandFolder.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { normalPath, workdirAt } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";

/** A folder, as far as two of them can be compared. */
export interface Place {
	/** What the path starts from: the root, or a working directory that nobody knows, by its WORKDIR; undefined for that of the base image. */
	readonly anchor: "root" | Step | undefined;
	readonly path: string;
}

/** Where an install works. */
export interface InstallPlace {
	/** Undefined where nobody knows. */
	readonly place: Place | undefined;
	/** Whether the command itself says so, by `cd` or an option; else it is where the RUN starts. */
	readonly moved: boolean;
}

/** Where a command works: `options` tell it a folder, or a file in it. */
export function installPlaceOf(step: Step, command: ShellCommand, options: readonly string[]): InstallPlace {
	const move = moveOf(step, command);
	const option = readArguments(command.args, options).options.findLast(({ name }) => options.includes(name));
	if (option === undefined) return { place: move === undefined ? undefined : placeAt(step, move), moved: move !== "" };
	const value = option.valueWord === undefined ? option.value : wordAt(step, command, option.valueWord);
	const folder = value?.replace(/[^/]*\.toml$/, "");
	if (folder === undefined || (move === undefined && !folder.startsWith("/"))) return { place: undefined, moved: true };
	return { place: placeAt(step, folder.startsWith("/") || move === "" ? folder : `${move}/${folder}`), moved: true };
}

/**
 * Where what a step puts under `target` lies, seen from an install: `there`; `around`: in a folder above it; `elsewhere`, also where a
 * command that says where it works cannot be compared. `isFile` tells whether the last part of the target is the file itself.
 */
export function placeSeenFrom(
	install: InstallPlace,
	step: Step,
	target: string,
	isFile: (name: string) => boolean,
): "there" | "around" | "elsewhere" {
	const expansion = expandAt(step, target);
	const put = expansion.kind === "known" && expansion.unset.length === 0 ? placeAt(step, expansion.value) : undefined;
	const { place, moved } = install;
	if (put === undefined || place === undefined || put.anchor !== place.anchor) return moved ? "elsewhere" : "there";
	if (place.path === put.path) return "there";
	const slash = put.path.lastIndexOf("/");
	if (isFile(put.path.slice(slash + 1)) && place.path === normalPath(put.path.slice(0, slash))) return "there";
	return place.path.startsWith(`${put.path.replace(/\/$/, "")}/`) ? "around" : "elsewhere";
}

const workdirSteps = foldSteps<Step | undefined>(
	() => undefined,
	(found, step) => (step.keyword === "WORKDIR" ? step : found),
);

/** A path as an instruction means it; undefined where nobody knows. */
export function placeAt(step: Step, path: string): Place | undefined {
	if (path.startsWith("/")) return { anchor: "root", path: normalPath(path) };
	const workdir = workdirAt(step.stage, step);
	if (workdir.kind === "set") return { anchor: "root", path: normalPath(`${workdir.value}/${path}`) };
	// Nobody knows what lies above.
	return path.split("/").includes("..") ? undefined : { anchor: workdirSteps.at(step.stage, step), path: normalPath(path) };
}
