import { resolve } from "node:path";
import type { PinResult } from "../core/digest/finish.ts";
import type { BuildValues } from "../core/digest/passedImages.ts";
import type { Problem } from "../core/finding.ts";
import { mentionKindOf } from "../core/references/mentions.ts";
import { digestList, digestListJson, digestListMarkdown, firstPinnedIn } from "../core/report/digestList.ts";
import { problemJson } from "../core/report/json.ts";
import { buildArguments, type PinnedFile, type PinnedImage, pinFindings, pinJson, pinText } from "../core/report/pinReport.ts";
import { sarifReporter } from "../core/report/sarif.ts";
import { applyEdits } from "../core/text.ts";
import { besideFiles } from "../operations/besideFiles.ts";
import type { OperationContext } from "../operations/context.ts";
import { fileProblem } from "../operations/fileProblem.ts";
import { buildsWith, type KnownBuilds, knownBuilds } from "../operations/knownBuilds.ts";
import { type DigestResolver, pinFile } from "../operations/pin.ts";
import { createdOn, daysBehind, platformResolver, unaskedResolver, withoutAnswers } from "../operations/pinAge.ts";
import { type WasTag, wasTagIn } from "../operations/platformPins.ts";
import type { RegistryClient } from "../operations/registries.ts";
import { ToolError } from "../tools/errors.ts";
import { diskFiles } from "../tools/files.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { commandHost } from "./host.ts";
import { type Input, inputsOf, WITH_IMAGES } from "./inputs.ts";
import { printProblem, type Terminal } from "./terminal.ts";
import { unifiedDiff } from "./unifiedDiff.ts";
import { writeBack } from "./writeBack.ts";

/** What a call wants, read once. */
interface Wish {
	readonly update: boolean;
	/** Writes nothing, and fails on what is not pinned or too old. */
	readonly check: boolean;
	readonly diff: boolean;
	readonly format: string;
	/** Days that a pin may be behind its tag. */
	readonly maxAge: number | undefined;
	readonly platform: string | undefined;
	/** What builds pass, by the names of arguments. */
	readonly buildValues: BuildValues;
	/** The list to write, or with `check` to compare. */
	readonly list: string | undefined;
}

interface Run {
	readonly wish: Wish;
	readonly terminal: Terminal;
	readonly context: OperationContext & { readonly wasTag: WasTag };
	readonly registry: RegistryClient;
	readonly today: string;
	note(problem: Problem): void;
}

/** `hullguard pin` */
export async function pinCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const problems: Problem[] = [];
	const wish = wishOf(call);
	const { context: host, registries, images } = commandHost(terminal);
	const context = { ...host, wasTag: wasTagIn(() => images.records()) };
	await images.load();
	const registry = await registries.client(context, { useCredentials: true, mirrors: [], workspaceFolders: [] });
	const today = new Date().toISOString().slice(0, 10);
	const run: Run = { wish, terminal, context, registry, today, note: (problem) => void problems.push(problem) };
	const files: PinnedFile[] = [];
	const started = Date.now();
	const resolver = resolverFor(run);
	let printsText = wish.diff;
	const inputs: Input[] = [];
	for await (const input of inputsOf(call, terminal, run.note, WITH_IMAGES)) inputs.push(input);
	// All files ask at once: whoever answers slowly holds up nobody but those who ask the same.
	const builds = knownBuilds(inputs.map(({ file, text }) => ({ path: file.absolute, text })));
	const results = await Promise.all(inputs.map((input) => pinInput(input, run, resolver, builds, started)));
	for (const [index, input] of inputs.entries()) {
		const { file, text, fromInput } = input;
		const result = results[index] ?? { edits: [], outcomes: [] };
		const { edits } = result;
		const outcomes = resolver === unaskedResolver ? withoutAnswers(result.outcomes) : result.outcomes;
		const pinned = applyEdits(text, edits);
		printsText ||= fromInput && !wish.check;
		if (wish.format === "text" && wish.diff) terminal.out(unifiedDiff(file.path, text, pinned));
		else if (wish.format === "text" && fromInput && !wish.check) terminal.out(pinned);
		const dry = wish.diff || wish.check || fromInput;
		const written = dry || pinned === text || (await writeBack(input, pinned, run.note));
		// What only says what builds pass names no image itself.
		if (outcomes.length === 0 && mentionKindOf(file.path) !== undefined) continue;
		files.push({ path: file.path, text, images: await imagesOf(written ? outcomes : outcomes.map(unwritten), run) });
		for (const { state, problem, range } of outcomes) if (state === "failed" && problem) run.note({ ...problem, path: file.path, range });
	}
	await images.flush();
	terminal.progress("");
	const isListStale = wish.list !== undefined && (await listIsStale(wish.list, files, run));
	print(files, problems, printsText, run);
	for (const problem of problems) printProblem(terminal, problem);
	if (problems.length > 0) return EXIT.failed;
	return wish.check && (isListStale || files.some(({ images }) => images.some((image) => isFailing(image, wish))))
		? EXIT.findings
		: EXIT.clean;
}

async function pinInput(
	{ file, text }: Input,
	{ context, wish }: Run,
	registry: DigestResolver,
	builds: KnownBuilds,
	notBefore: number,
): Promise<PinResult> {
	const kind = mentionKindOf(file.path);
	const beside = kind === undefined ? undefined : await besideFiles(kind, file.absolute, text);
	return await pinFile(
		file.path,
		text,
		{ ...context, registry, ...(beside === undefined ? {} : { read: beside.read }) },
		{ update: wish.update || wish.maxAge !== undefined, notBefore, builds: buildsWith(builds, file.absolute, wish.buildValues) },
	);
}

/** Whoever only wants to know what has no digest needs no registry. */
function resolverFor({ wish, registry }: Run): DigestResolver {
	if (wish.check && !wish.update && wish.maxAge === undefined && wish.format === "text") return unaskedResolver;
	return wish.platform === undefined ? registry : platformResolver(registry, wish.platform);
}

function wishOf({ options }: ParsedCall): Wish {
	const text = (name: string): string | undefined => (typeof options[name] === "string" ? options[name] : undefined);
	const written = text("max-age");
	const age = /^(\d{1,5})d?$/.exec(written ?? "");
	if (written !== undefined && age === null)
		throw new ToolError("invalid", `--max-age ${written} is no number of days`, { hint: "Write 14d, for example." });
	return {
		update: options["update"] === true,
		check: options["check"] === true,
		diff: options["diff"] === true,
		format: text("format") ?? "text",
		maxAge: age === null ? undefined : Number(age[1]),
		platform: text("platform"),
		buildValues: buildValuesOf(options["build-arg"]),
		list: text("list"),
	};
}

function buildValuesOf(words: ParsedCall["options"][string]): BuildValues {
	return new Map(
		(Array.isArray(words) ? words : []).map((word) => {
			const equals = word.indexOf("=");
			if (equals > 0) return [word.slice(0, equals), word.slice(equals + 1)];
			throw new ToolError("invalid", `--build-arg ${word} has no value`, { hint: "Write NAME=VALUE." });
		}),
	);
}

/** Where a pin may be some days old, the days are asked for. */
async function imagesOf(outcomes: PinnedFile["images"], { wish, registry, today, terminal }: Run): Promise<readonly PinnedImage[]> {
	if (wish.maxAge === undefined) return outcomes;
	return await Promise.all(
		outcomes.map(async (outcome) => {
			const days = outcome.state === "updated" ? await daysBehind(outcome, outcome.reference, registry, today, terminal.signal) : undefined;
			return days === undefined ? outcome : { ...outcome, days };
		}),
	);
}

/** What would have been pinned in a file that could not be written. */
function unwritten(outcome: PinnedImage): PinnedImage {
	return outcome.state === "pinned" || outcome.state === "updated" ? { ...outcome, state: "failed" } : outcome;
}

function isFailing({ state, days }: PinnedImage, { maxAge, update }: Wish): boolean {
	if (state === "pinned") return true;
	return state === "updated" && (maxAge === undefined ? update : days === undefined || days > maxAge);
}

/** Writes the list; with `--check` only says whether it would be another one. */
async function listIsStale(path: string, files: readonly PinnedFile[], { wish, registry, today, terminal, note }: Run): Promise<boolean> {
	const absolute = resolve(terminal.folder, path);
	const before = (await diskFiles.readText(absolute)) ?? "";
	const uses = await Promise.all(
		files.flatMap(({ path: file, images }) =>
			images.flatMap(({ reference, digest, state, before: old, range }) => {
				if (state === "passed") return [];
				const pinned = wish.check && state === "updated" ? old : wish.check && state === "pinned" ? undefined : digest;
				if (pinned === undefined) return [];
				const place = `${file}:${range.start.line + 1}`;
				return [
					createdOn(`${reference}@${pinned}`, registry, terminal.signal).then((created) => ({ reference, digest: pinned, created, place })),
				];
			}),
		),
	);
	const list = digestList(uses, firstPinnedIn(before), today);
	const text = path.endsWith(".json") ? digestListJson(list) : digestListMarkdown(list);
	if (text === before) return false;
	if (wish.check) {
		terminal.err(`${path} is not up to date. Run hullguard pin --list ${path}\n`);
		return true;
	}
	await diskFiles.writeText(absolute, text).catch((error: unknown) => note(fileProblem(path, error, "written")));
	return true;
}

function print(files: readonly PinnedFile[], problems: readonly Problem[], printsText: boolean, { wish, terminal, today }: Run): void {
	switch (wish.format) {
		case "json":
			terminal.out(`${JSON.stringify({ files: files.map(pinJson), problems: problems.map(problemJson) })}\n`);
			return;
		case "build-args":
			terminal.out(buildArguments(files));
			return;
		case "markdown":
			terminal.out(digestListMarkdown(digestList(listedNow(files), new Map(), today)));
			return;
		case "sarif": {
			const reporter = sarifReporter((text) => terminal.out(text), terminal.version);
			for (const file of files) reporter.file({ path: file.path, text: file.text, findings: pinFindings(file), suppressedCount: 0 });
			reporter.end(problems);
			return;
		}
		default: {
			// Where standard output is the text or the difference, what was done goes to standard error.
			const mode = wish.check ? "checked" : wish.diff ? "shown" : "written";
			const report = pinText(files, printsText ? terminal.errorColors : terminal.colors, mode);
			(printsText ? terminal.err : terminal.out)(report);
		}
	}
}

function listedNow(files: readonly PinnedFile[]): Parameters<typeof digestList>[0] {
	return files.flatMap(({ path, images }) =>
		images.flatMap(({ reference, digest, range, state }) =>
			digest === undefined || state === "passed"
				? []
				: [{ reference, digest, created: undefined, place: `${path}:${range.start.line + 1}` }],
		),
	);
}
