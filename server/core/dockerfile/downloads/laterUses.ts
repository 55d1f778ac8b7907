import { addTo } from "../../addTo.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { moveOf, pathAt } from "../commands/commandFolder.ts";
import { installs, unpacks } from "../commands/consumers.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { textAt } from "../commands/shellVariables.ts";
import type { Stage, Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { normalPath } from "../variables/state.ts";

/** A command that unpacks or installs a file. */
export interface FileUse {
	readonly step: Step;
	readonly command: ShellCommand;
	readonly kind: "unpacked" | "installed";
}

/** The first command behind a RUN, in its stage, that unpacks or installs a file; `names` are the paths by which a command of the RUN calls it. */
export function laterUse(step: Step, command: ShellCommand, names: readonly string[]): FileUse | undefined {
	const uses = usesByPlace(step.stage);
	for (const name of names) {
		const place = placeOf(step, command, name);
		const use = place === undefined ? undefined : uses.get(place)?.find((later) => later.step.ordinal > step.ordinal);
		if (use !== undefined) return use;
	}
	return undefined;
}

/** What the RUNs of a stage unpack and install, by the place of the file. */
const usesByPlace = remembered((stage: Stage): ReadonlyMap<string, readonly FileUse[]> => {
	const byPlace = new Map<string, FileUse[]>();
	for (const step of runSteps(stage)) {
		for (const command of commandsOf(step)) {
			const kind = unpacks(command) ? "unpacked" : installs(command) ? "installed" : undefined;
			if (kind === undefined) continue;
			const words = kind === "unpacked" ? archivesOf(command) : command.args;
			const paths = words.flatMap((word) => [comparable(word), textAt(step, command, word)]);
			for (const path of new Set(kind === "unpacked" ? paths : paths.filter(isFileOperand))) {
				const place = placeOf(step, command, path);
				if (place === undefined) continue;
				addTo(byPlace, place, { step, command, kind });
			}
		}
	}
	return byPlace;
});

/** Whether an operand of an installer is a file: `jq` alone is the name of a package. */
function isFileOperand(path: string): boolean {
	return !path.startsWith("-") && (path.includes("/") || /\.(?:deb|rpm|apk|whl|gem|zip|tgz|tar(?:\.\w+)?)$/.test(path));
}

/** Unpackers whose operands are all archives. */
export const DECOMPRESSORS = /^(?:gunzip|bunzip2|un(?:xz|zstd|lzma|compress)|gzip|bzip2|xz|zstd)$/;

/** The words of a command that name what it unpacks, not what it takes out of it or where that goes. */
function archivesOf({ program = "", args }: ShellCommand): readonly ShellWord[] {
	if (/tar$/.test(program)) {
		const option = args.findIndex(({ text }, index) =>
			(index === 0 ? /^(?:-[A-Za-z]*f|[A-BD-Za-z]*f[a-z]*)$/ : /^(?:-[A-Za-z]*f|--file)$/).test(text),
		);
		const archive = option === -1 ? undefined : args[option + 1];
		return archive === undefined ? [] : [archive];
	}
	if (DECOMPRESSORS.test(program)) return args.filter(({ text }) => !text.startsWith("-"));
	// `unzip -d FOLDER FILE`
	const operands = args.filter(({ text }, index) => !text.startsWith("-") && !/^-[a-zA-Z]*d$/.test(args[index - 1]?.text ?? ""));
	const isLetters = /^(?:jar|ar|7z[ar]?|unrar)$/.test(program) && !(args[0]?.text ?? "").startsWith("-");
	return operands.slice(isLetters ? 1 : 0, isLetters ? 2 : 1);
}

/** How many WORKDIRs a stage and those that it starts from have above a step. */
const workdirCounts = foldSteps<number>(
	() => 0,
	(count, step) => (step.keyword === "WORKDIR" ? count + 1 : count),
);

/**
 * Where a file lies that a command names: absolute, or from a working directory that only the base image tells, which is the same up to the next
 * WORKDIR. Undefined where nobody knows.
 */
function placeOf(step: Step, command: ShellCommand, path: string): string | undefined {
	if (path.includes("\0")) return undefined;
	const known = pathAt(step, command, path);
	if (known !== undefined) return known;
	const move = moveOf(step, command);
	return move === undefined ? undefined : `${workdirCounts.at(step.stage, step)}:${normalPath(`${move}/${path}`)}`;
}
