import type { PinOutcome } from "../core/digest/finish.ts";
import type { Problem } from "../core/finding.ts";
import type { Colors } from "../core/report/colors.ts";
import { problemJson } from "../core/report/json.ts";
import { terminalText } from "../core/report/terminalText.ts";
import { count } from "../core/report/text.ts";
import { applyEdits } from "../core/text.ts";
import { pinImages } from "../operations/pin.ts";
import type { ParsedCall } from "./arguments.ts";
import { commandHost } from "./host.ts";
import { inputsOf } from "./inputs.ts";
import { EXIT, type ExitCode, printProblem, type Terminal } from "./terminal.ts";
import { unifiedDiff } from "./unifiedDiff.ts";
import { writeBack } from "./writeBack.ts";

interface PinnedFile {
	readonly path: string;
	readonly outcomes: readonly PinOutcome[];
}

/** `hullguard pin` */
export async function pinCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const problems: Problem[] = [];
	const note = (problem: Problem): void => {
		problems.push(problem);
	};
	const { context, registries } = commandHost(terminal);
	const registry = await registries.client(context, { useCredentials: true, mirrors: [], workspaceFolders: [] });
	const options = { update: call.options["update"] === true, notBefore: Date.now() };
	const json = call.options["format"] === "json";
	const diff = call.options["diff"] === true;
	const files: PinnedFile[] = [];
	let printsText = diff;
	for await (const input of inputsOf(call, terminal, note)) {
		const { file, text, fromInput } = input;
		const { outcomes, edits } = await pinImages(text, { ...context, registry }, options);
		const pinned = applyEdits(text, edits);
		printsText ||= fromInput;
		if (diff && !json) terminal.out(unifiedDiff(file.path, text, pinned));
		else if (fromInput && !json) terminal.out(pinned);
		const written = diff || fromInput || pinned === text || (await writeBack(input, pinned, note));
		files.push({ path: file.path, outcomes: written ? outcomes : outcomes.map(unwritten) });
		for (const { state, problem, range } of outcomes) if (state === "failed" && problem) note({ ...problem, path: file.path, range });
	}
	terminal.progress("");
	if (json) terminal.out(`${JSON.stringify({ files: files.map(fileJson), problems: problems.map(problemJson) })}\n`);
	// Where standard output is the text or the difference, what was done goes to standard error.
	const print = printsText ? terminal.err : terminal.out;
	const colors = printsText ? terminal.errorColors : terminal.colors;
	if (!json) for (const file of files) for (const outcome of file.outcomes) print(outcomeText(file.path, outcome, colors, diff));
	for (const problem of problems) printProblem(terminal, problem);
	if (!json) print(summary(files, diff));
	return problems.length > 0 ? EXIT.failed : EXIT.clean;
}

/** What would have been pinned in a file that could not be written. */
function unwritten(outcome: PinOutcome): PinOutcome {
	if (outcome.state !== "pinned" && outcome.state !== "updated") return outcome;
	return { ...outcome, state: "failed" };
}

/** `Dockerfile:1:6: node:22 pinned sha256:…` */
function outcomeText(path: string, outcome: PinOutcome, { bold, dim, green, red }: Colors, dry: boolean): string {
	const { range, state, reference, digest, problem } = outcome;
	const place = bold(`${terminalText(path)}:${range.start.line + 1}:${range.start.character + 1}`);
	const states = {
		pinned: green(dry ? "would be pinned" : "pinned"),
		updated: green(dry ? "would be updated" : "updated"),
		current: "is up to date",
		failed: red("failed"),
		skipped: "skipped",
	};
	const reason = state === "skipped" && problem !== undefined ? `: ${terminalText(problem.message)}` : "";
	return `${place}: ${terminalText(reference)} ${states[state]}${reason}${digest === undefined ? "" : ` ${dim(digest)}`}\n`;
}

function summary(files: readonly PinnedFile[], dry: boolean): string {
	const outcomes = files.flatMap((file) => file.outcomes);
	const by = (["pinned", "updated", "current", "failed", "skipped"] as const)
		.map((state) => [state, outcomes.filter((outcome) => outcome.state === state).length] as const)
		.filter(([, number]) => number > 0)
		.map(([state, number]) => `${number} ${state === "current" ? "up to date" : state}`);
	const images = `${count(outcomes.length, "image")} in ${count(files.length, "file")}`;
	return `${images}${by.length === 0 ? "" : `: ${by.join(", ")}`}${dry ? "; nothing written" : ""}.\n`;
}

function fileJson({ path, outcomes }: PinnedFile): object {
	return {
		path,
		images: outcomes.map(({ reference, range, state, digest, before, registryHost, problem }) => ({
			reference,
			range,
			state,
			...(digest === undefined ? {} : { digest }),
			...(before === undefined ? {} : { before }),
			...(registryHost === undefined ? {} : { registryHost }),
			...(problem === undefined ? {} : { problem: problemJson(problem) }),
		})),
	};
}
