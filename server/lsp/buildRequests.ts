import { type BuildRequest, type BuiltImage, buildImage, type FailedBuild } from "../operations/build.ts";
import { BUILD, BUILD_FACTS, BUILD_LOG, type BuildChoices, type BuildParams, type BuildResult } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import { buildFacts, contextFolder, defaultTag } from "./buildFacts.ts";
import { shownProblem } from "./convert.ts";
import type { Waiter } from "./exclusive.ts";
import { answer, tell } from "./handle.ts";
import { loadSbom } from "./loadSbom.ts";
import { filePathOf } from "./paths.ts";
import type { Results } from "./results.ts";
import type { ScanImage } from "./scanning.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** Requests that build images. */
export function registerBuildRequests(state: ServerState, work: Work, results: Results, scan: ScanImage): void {
	answer(state, BUILD_FACTS, ({ uri }) => buildFacts(state, work, uri));

	answer(state, BUILD, (params, signal) => {
		const { uri, choices, progressId } = params;
		return work.run(`build ${uri} ${choices.target ?? ""}`, "replace", work.waiter(signal, progressId), async (own) => {
			const request = await buildRequest(state, work, params);
			const context = await work.context(uri, own);
			const outcome = await buildImage(context, {
				...request,
				onEvent: (event) => {
					if (event.kind === "step" && event.state === "started") own.progress(event.step.name);
					if (event.kind === "log" || event.kind === "text") tell(state, BUILD_LOG, { text: `${event.text}\n` });
				},
			});
			results.noteBuild(uri, outcome.kind === "failed" ? outcome : undefined);
			if (outcome.kind === "failed") return failedResult(state, results, uri, request.tags[0] ?? "", outcome);
			return builtResult(state, work, results, params, outcome, scan, own);
		});
	});
}

async function buildRequest(state: ServerState, work: Work, { uri, choices }: BuildParams): Promise<BuildRequest> {
	const dockerfile = filePathOf(uri);
	const { sbom, provenance } = (await state.settings.get(uri))["build.attestations"];
	return {
		dockerfile,
		context: await contextFolder(state, work, uri, choices.context),
		tags: [choices.tag ?? defaultTag(dockerfile)],
		output: choices.push === true ? "push" : "load",
		provenance,
		sbom,
		buildArguments: choices.args ?? {},
		...targetOf(choices),
		...(choices.platform === undefined ? {} : { platforms: choices.platform.split(",") }),
	};
}

async function builtResult(
	state: ServerState,
	work: Work,
	results: Results,
	{ uri, choices, scan: isScanned }: BuildParams,
	built: BuiltImage,
	scan: ScanImage,
	waiter: Waiter,
): Promise<BuildResult> {
	const { reference, digest, text } = built;
	const base = { image: reference, digest, failed: undefined };
	if (!isScanned) return { ...base, scanned: undefined, problems: [] };
	const scanned = await scan({ uri, reference, build: built, dockerfile: { text, ...targetOf(choices) } }, waiter);
	try {
		// The SBOM view follows the last build; without an SBOM the scan still counts.
		await loadSbom(state, work, results, reference, waiter);
	} catch (error) {
		if (!(error instanceof ToolError)) throw error;
		state.connection.console.warn(`no SBOM of ${reference}: ${error.message}`);
	}
	return { ...base, scanned, problems: scanned.problems };
}

/** The empty name stands for the last stage. */
function targetOf({ target }: BuildChoices): { readonly target?: string } {
	return target === undefined || target === "" ? {} : { target };
}

function failedResult(state: ServerState, results: Results, uri: string, tag: string, { failure, hint }: FailedBuild): BuildResult {
	const document = state.documents.get(uri);
	const first = { line: failure.lines?.first ?? 0, character: 0 };
	const range = (document === undefined ? undefined : results.failures.range(document)) ?? { start: first, end: first };
	const { message } = failure;
	return {
		image: tag,
		digest: undefined,
		failed: { message, range },
		scanned: undefined,
		problems: [shownProblem({ kind: "failed", message, ...(hint === undefined ? {} : { hint }) })],
	};
}
