import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { imageUsesOf } from "../core/dockerfile/imageUses.ts";
import type { Dockerfile } from "../core/dockerfile/model.ts";
import { parseDockerfile } from "../core/dockerfile/parse.ts";
import { assignmentsOf } from "../core/dockerfile/views.ts";
import { matchesGlob } from "../core/glob.ts";
import { canonicalName } from "../core/image/reference.ts";
import { type BuildOutcome, buildImage } from "../operations/build.ts";
import { localImages } from "../operations/localImages.ts";
import { imageSbom } from "../operations/sbom.ts";
import { type ScanRequest, scanImage } from "../operations/scan.ts";
import {
	BUILD,
	BUILD_FACTS,
	BUILD_LOG,
	type BuildChoices,
	type BuildParams,
	type BuildResult,
	LOAD_SBOM,
	LOCAL_IMAGES,
	RESCAN,
	SCAN,
	SCAN_BASES,
	type ScanSummary,
} from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import { shownProblem } from "./convert.ts";
import { answer } from "./handle.ts";
import { pathOf } from "./linting.ts";
import type { Results } from "./results.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** Requests that build, scan and look into images. */
export function registerImageRequests(state: ServerState, work: Work, results: Results): void {
	const scan = async (
		uri: string | undefined,
		request: Omit<ScanRequest, "offline">,
		signal: AbortSignal,
		progressId: number,
	): Promise<ScanSummary> => {
		const settings = await state.settings.get(uri);
		return work.exclusive(`scan ${uri ?? ""} ${request.reference}`, "join", signal, async (shared) => {
			const context = await work.context(uri, shared, progressId);
			const report = await scanImage(context, { ...request, offline: settings["scan.offline"] });
			return results.keep({ report, uri });
		});
	};

	answer(state, BUILD_FACTS, async ({ uri }) => {
		const document = openDocument(state, uri);
		const file = parseDockerfile(document.getText());
		const context = await contextFolder(state, work, uri);
		return {
			targets: [
				{ name: "", description: "" },
				...file.stages
					.slice(0, -1)
					.flatMap((stage) => (stage.name === undefined ? [] : [{ name: stage.name.text, description: stage.image?.text ?? "" }])),
			],
			args: buildArguments(file),
			context,
			tag: defaultTag(pathOf(uri)),
			profiles: state.trusted ? (await state.settings.get(uri))["build.profiles"] : {},
		};
	});

	answer(state, BUILD, (params, signal) =>
		work.exclusive(`build ${params.uri} ${params.choices.target ?? ""}`, "replace", signal, (own) =>
			build(state, work, results, params, own, (request, progressId) => scan(params.uri, request, own, progressId)),
		),
	);

	answer(state, SCAN, ({ reference, uri, progressId }, signal) => {
		const document = uri === undefined ? undefined : state.documents.get(uri);
		return scan(uri, { reference, ...(document === undefined ? {} : { dockerfile: { text: document.getText() } }) }, signal, progressId);
	});

	answer(state, SCAN_BASES, async ({ uri, progressId }, signal) => {
		const text = openDocument(state, uri).getText();
		const summaries: ScanSummary[] = [];
		const seen = new Set<string>();
		for (const use of imageUsesOf(parseDockerfile(text))) {
			const reference = canonicalName(use.reference);
			if (use.kind !== "from" || use.step === undefined || seen.has(reference)) continue;
			seen.add(reference);
			const lines = { first: use.step.firstLine, last: use.step.lastLine };
			summaries.push(await scan(uri, { reference, base: { text, lines } }, signal, progressId));
		}
		if (seen.size === 0)
			throw new ToolError("invalid", "This Dockerfile starts from no image that can be named", {
				hint: "Give the ARG in its FROM a default.",
			});
		return summaries;
	});

	answer(state, RESCAN, async ({ progressId }, signal) => {
		const summaries: ScanSummary[] = [];
		for (const { report, uri } of results.scans()) {
			const text = uri === undefined ? undefined : (state.documents.get(uri)?.getText() ?? report.attribution?.text);
			summaries.push(
				await scan(uri, { reference: report.image.reference, ...(text === undefined ? {} : { dockerfile: { text } }) }, signal, progressId),
			);
		}
		return summaries;
	});

	answer(state, LOCAL_IMAGES, async (_, signal) => localImages(await work.context(undefined, signal)));

	answer(state, LOAD_SBOM, ({ reference, progressId }, signal) =>
		work.exclusive(`sbom ${reference}`, "join", signal, async (shared) => {
			const settings = await state.settings.get();
			results.keepSbom(
				await imageSbom(await work.context(undefined, shared, progressId), { reference, offline: settings["scan.offline"] }),
			);
			return null;
		}),
	);
}

type ScanNow = (request: Omit<ScanRequest, "offline">, progressId: number) => Promise<ScanSummary>;

async function build(
	state: ServerState,
	work: Work,
	results: Results,
	params: BuildParams,
	signal: AbortSignal,
	scan: ScanNow,
): Promise<BuildResult> {
	const { uri, choices, progressId } = params;
	const context = await work.context(uri, signal, progressId);
	const tag = choices.tag ?? defaultTag(pathOf(uri));
	const outcome = await buildImage(context, {
		...(await buildRequest(state, work, uri, choices)),
		tags: [tag],
		onEvent: (event) => {
			if (event.kind === "step" && event.state === "started") context.progress(event.step.name);
			if (event.kind === "log" || event.kind === "text")
				void state.connection.sendNotification(BUILD_LOG.method, { text: `${event.text}\n` });
		},
	});
	results.failures.note(uri, outcome.kind === "failed" ? outcome : undefined);
	if (outcome.kind === "failed") return failedResult(state, results, uri, tag, outcome);
	const base = { image: outcome.reference, digest: outcome.digest, failed: undefined };
	if (!params.scan) {
		results.refresh();
		return { ...base, scanned: undefined, problems: [] };
	}
	const scanned = await scan(
		{
			reference: outcome.reference,
			build: outcome,
			dockerfile: { text: outcome.text, ...(choices.target === undefined ? {} : { target: choices.target }) },
		},
		progressId,
	);
	await keepAttestedSbom(state, work, results, outcome.reference, signal, progressId);
	return { ...base, scanned, problems: scanned.problems };
}

/** The SBOM view follows the last build; without an SBOM the scan still counts. */
async function keepAttestedSbom(
	state: ServerState,
	work: Work,
	results: Results,
	reference: string,
	signal: AbortSignal,
	progressId: number,
): Promise<void> {
	try {
		const settings = await state.settings.get();
		results.keepSbom(await imageSbom(await work.context(undefined, signal, progressId), { reference, offline: settings["scan.offline"] }));
	} catch (error) {
		if (!(error instanceof ToolError)) throw error;
		state.connection.console.warn(`no SBOM of ${reference}: ${error.message}`);
	}
}

function failedResult(
	state: ServerState,
	results: Results,
	uri: string,
	tag: string,
	outcome: Extract<BuildOutcome, { kind: "failed" }>,
): BuildResult {
	results.refresh();
	const document = state.documents.get(uri);
	const range = document === undefined ? undefined : results.failures.range(document);
	const first = { line: outcome.failure.lines?.first ?? 0, character: 0 };
	const problem = {
		kind: "failed" as const,
		message: outcome.failure.message,
		...(outcome.hint === undefined ? {} : { hint: outcome.hint }),
	};
	return {
		image: tag,
		digest: undefined,
		failed: { message: outcome.failure.message, range: range ?? { start: first, end: first } },
		scanned: undefined,
		problems: [shownProblem(problem)],
	};
}

async function buildRequest(
	state: ServerState,
	work: Work,
	uri: string,
	choices: BuildChoices,
): Promise<Omit<Parameters<typeof buildImage>[1], "tags">> {
	const settings = await state.settings.get(uri);
	const { sbom, provenance } = settings["build.attestations"];
	const folder =
		choices.context === undefined
			? await contextFolder(state, work, uri)
			: resolve(work.folderPaths()[0] ?? dirname(pathOf(uri)), choices.context);
	return {
		dockerfile: pathOf(uri),
		context: folder,
		output: choices.push === true ? "push" : "load",
		provenance,
		sbom,
		buildArguments: choices.args ?? {},
		...(choices.target === undefined || choices.target === "" ? {} : { target: choices.target }),
		...(choices.platform === undefined ? {} : { platforms: choices.platform.split(",") }),
	};
}

/** The folder that `hullguard.contexts` names for the Dockerfile, else its own. */
async function contextFolder(state: ServerState, work: Work, uri: string): Promise<string> {
	const path = pathOf(uri);
	const root = work.folderPaths().find((folder) => path.startsWith(folder));
	const contexts = state.trusted ? (await state.settings.get(uri)).contexts : {};
	const below = root === undefined ? basename(path) : relative(root, path).split("\\").join("/");
	const found = Object.entries(contexts).find(([pattern]) => matchesGlob(pattern, below))?.[1].context;
	if (found === undefined) return dirname(path);
	return isAbsolute(found) ? found : join(root ?? dirname(path), found);
}

/** `orders:dev` for `…/orders/Dockerfile`. */
function defaultTag(path: string): string {
	const name = basename(dirname(path))
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-+|-+$/g, "");
	return `${name === "" ? "app" : name}:dev`;
}

function buildArguments(file: Dockerfile): readonly { readonly name: string; readonly default: string | undefined }[] {
	const seen = new Map<string, string | undefined>();
	for (const instruction of [...file.globals, ...file.stages.flatMap((stage) => stage.steps)]) {
		if (instruction.keyword !== "ARG") continue;
		for (const { name, value } of assignmentsOf(instruction, file.escape)) {
			if (!/^BUILDKIT_/.test(name) && (!seen.has(name) || seen.get(name) === undefined))
				seen.set(name, value?.replace(/^(["'])(.*)\1$/s, "$2"));
		}
	}
	return [...seen].map(([name, value]) => ({ name, default: value }));
}

function openDocument(state: ServerState, uri: string): TextDocument {
	const document = state.documents.get(uri);
	if (document === undefined) throw new ToolError("failed", "The Dockerfile is not open", { hint: "Open it, then try again." });
	return document;
}
