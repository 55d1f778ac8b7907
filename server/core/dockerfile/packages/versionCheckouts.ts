import { baseName } from "../../baseName.ts";
import { LONGEST_PATH } from "../../knowledge/systemLimits.ts";
import type { ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { gitMoves, gitWords } from "../commands/gitCommands.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { foldSteps } from "../model/stepFold.ts";
import { workdirAt } from "../variables/state.ts";

/** Names that branches have, and what moves with them. Any other name may be a tag. */
export const BRANCHES: readonly string[] = ["main", "master", "develop", "dev", "trunk", "HEAD", "head", "tip"];

/** Subcommands of Git that change which commit lies in a working tree. */
const PICKS: ReadonlySet<string | undefined> = new Set(["checkout", "switch", "reset"]);
const VALUES = ["-b", "-B", "-c", "-C", "--orphan"];

/** The folders in which a RUN checks out a version with Git, as written: with `${NAME}` for variables that nobody knows. */
export function versionCheckouts(step: Step): readonly string[] {
	let folder: string | undefined;
	const found: string[] = [];
	for (const command of commandsOf(step)) {
		if (command.program === "cd" || command.program === "pushd") folder = joined(folder ?? workingFolder(step), command.args[0]);
		if (!picksVersion(gitWords(command))) continue;
		const start = folder ?? workingFolder(step);
		found.push(gitMoves(command).reduce(joined, start));
	}
	return found;
}

function workingFolder(step: Step): string {
	const known = workdirAt(step.stage, step);
	if (known.kind === "set") return known.value;
	return writtenFolder.at(step.stage, step);
}

/** What the last WORKDIR says, as written. */
const writtenFolder = foldSteps<string>(
	() => "",
	(before, step) => (step.keyword === "WORKDIR" ? step.arguments.text : before),
);

function joined(folder: string, word: ShellWord | undefined): string {
	const text = word === undefined ? "" : comparable(word);
	// Where `cd -` leads, nobody knows.
	if (text === "" || text.startsWith("-")) return "";
	// A variable in front holds the path of something: `${GOPATH}/src/…`.
	const path = /^[/$~]/.test(text) ? text : `${folder}/${text}`;
	return path.length > LONGEST_PATH ? "" : path;
}

/** Whether Git goes to a commit, or to a name that is not that of a branch. */
function picksVersion([verb, ...args]: readonly ShellWord[]): boolean {
	if (!PICKS.has(verb?.value)) return false;
	const read = readArguments(args, VALUES);
	const [reference] = read.operands;
	if (reference === undefined || hasOption(read, "--orphan")) return false;
	// Behind `--` stand files.
	const files = args.find((word) => word.value === "--")?.at ?? Number.POSITIVE_INFINITY;
	const text = comparable(reference);
	const name = baseName(text).replace(/[~^@].*$/, "");
	return reference.at < files && name !== "" && name !== "." && !BRANCHES.includes(name) && !name.endsWith("_HEAD");
}
