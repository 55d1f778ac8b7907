import type { PinOutcome } from "../core/digest/finish.ts";
import { problemJson } from "../core/report/json.ts";
import { count } from "../core/report/text.ts";
import { applyEdits } from "../core/text.ts";
import { pinImages } from "../operations/pin.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import { commandHost } from "./host.ts";
import { readInputs } from "./lint.ts";
import { EXIT, type ExitCode, printProblem, type Terminal } from "./terminal.ts";
import { unifiedDiff } from "./unifiedDiff.ts";

/** `hullguard pin` */
export async function pinCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const { inputs, problems } = await readInputs(call, terminal);
	const { context, registries } = commandHost(terminal);
	const registry = await registries.client(context, { useCredentials: true, mirrors: [], workspaceFolders: [] });
	const notBefore = Date.now();
	const files: { readonly path: string; readonly outcomes: readonly PinOutcome[] }[] = [];
	const failed = [...problems];
	const diff = call.options["diff"] === true;
	const json = call.options["format"] === "json";
	for (const { file, text, fromInput } of inputs) {
		terminal.signal.throwIfAborted();
		const result = await pinImages(text, { ...context, registry }, { update: call.options["update"] === true, notBefore });
		files.push({ path: file.path, outcomes: result.outcomes });
		const pinned = applyEdits(text, result.edits);
		if (diff && !json) terminal.out(unifiedDiff(file.path, text, pinned));
		else if (fromInput && !diff) terminal.out(pinned);
		else if (!diff && pinned !== text) {
			try {
				await diskFiles.writeText(file.absolute, pinned);
			} catch (error) {
				failed.push({
					kind: "file",
					message: `${file.path} cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
					path: file.path,
				});
			}
		}
	}
	terminal.progress("");
	const outcomes = files.flatMap((file) => file.outcomes);
	if (json) terminal.out(`${JSON.stringify({ files: files.map(fileJson), problems: failed.map(problemJson) })}\n`);
	else if (!diff) for (const file of files) for (const outcome of file.outcomes) terminal.err(outcomeLine(file.path, outcome, terminal));
	for (const problem of [...failed, ...outcomes.flatMap((outcome) => (outcome.state === "failed" ? (outcome.problem ?? []) : []))])
		printProblem(terminal, problem);
	const by = (state: PinOutcome["state"]): number => outcomes.filter((outcome) => outcome.state === state).length;
	terminal.err(
		`${count(outcomes.length, "image")}: ${by("pinned")} pinned, ${by("updated")} updated, ${by("current")} current, ${by("failed")} failed, ${by("skipped")} skipped${diff ? "; nothing written" : ""}.\n`,
	);
	return failed.length > 0 || by("failed") > 0 ? EXIT.failed : EXIT.clean;
}

function outcomeLine(path: string, outcome: PinOutcome, terminal: Terminal): string {
	const { bold, dim, green, yellow } = terminal.errorColors;
	const place = `${path}:${outcome.range.start.line + 1}:${outcome.range.start.character + 1}`;
	const state =
		outcome.state === "pinned" || outcome.state === "updated"
			? green(outcome.state)
			: outcome.state === "failed"
				? yellow("failed")
				: outcome.state;
	const reason = outcome.state === "skipped" && outcome.problem !== undefined ? ` ${outcome.problem.message}` : "";
	return `${bold(place)}: ${outcome.reference} ${state}${reason}${outcome.digest === undefined ? "" : ` ${dim(outcome.digest)}`}\n`;
}

function fileJson({ path, outcomes }: { readonly path: string; readonly outcomes: readonly PinOutcome[] }): object {
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
