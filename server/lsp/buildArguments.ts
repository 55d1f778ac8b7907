import { type CodeAction, CodeActionKind, type Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { passedImages } from "../core/digest/passedImages.ts";
import { pinPlace } from "../core/digest/place.ts";
import { imageUsesOf, referenceSpan } from "../core/dockerfile/variables/imageUses.ts";
import { type Range as CoreRange, lineStartsOf, rangeOf, type Span, spanOf } from "../core/text.ts";
import { filesWithImages } from "../operations/filesWithImages.ts";
import { buildsWith, type KnownBuilds, knownBuilds } from "../operations/knownBuilds.ts";
import { pinImages } from "../operations/pin.ts";
import { BUILD_ARGUMENT, CLIENT_COMMANDS } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import { shownProblem } from "./convert.ts";
import { requireNetwork } from "./digestRequests.ts";
import { answer } from "./handle.ts";
import { dockerfileOf, openDockerfile } from "./parsed.ts";
import { pathOf } from "./paths.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";
import { foldersOf } from "./workspaceImages.ts";

/** Offers to copy what a build has to be given for the image at a place, where the build says which it is. */
export function buildArgumentActions(document: TextDocument, range: Range): CodeAction[] {
	const file = dockerfileOf(document);
	if (file === undefined) return [];
	const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
	const touches = (spans: readonly (Span | undefined)[]): boolean =>
		spans.some((span) => span !== undefined && span.start <= end && start <= span.end);
	const places = new Map<string, CoreRange>();
	const note = (name: string | undefined, span: Span): void => {
		if (name !== undefined && !places.has(name)) places.set(name, rangeOf(file.lineStarts, span));
	};
	for (const use of imageUsesOf(file)) {
		const { argument, span } = use;
		if (touches([span, argument?.assignment.span]) && pinPlace(file, use).kind === "passed")
			note(argument?.assignment.name, referenceSpan(use));
	}
	for (const { span, argument } of passedImages(file)) if (touches([span, argument.assignment.span])) note(argument.assignment.name, span);
	return [...places].map(([name, at]) => {
		const title = `Copy --build-arg line for ${name}`;
		return {
			title,
			kind: CodeActionKind.QuickFix,
			command: { title, command: CLIENT_COMMANDS.copyBuildArgument, arguments: [document.uri, at] },
		};
	});
}

/** The request behind the action: asks registries, because somebody wants to know. */
export function registerBuildArguments(state: ServerState, work: Work): void {
	answer(state, BUILD_ARGUMENT, async ({ uri, at, value }, signal) => {
		await requireNetwork(state, uri);
		const { text } = openDockerfile(state, uri).file;
		const within = spanOf(text, lineStartsOf(text), at);
		const said = new Map(value === undefined ? [] : [[value.argument, value.text]]);
		const builds = buildsWith(await buildsAround(state, signal), pathOf(uri) ?? "", said);
		const context = await work.context(uri, { signal });
		const registry = await work.registry(context, uri);
		const { outcomes } = await pinImages(text, { ...context, registry }, { within, builds });
		const passed = outcomes.filter((outcome) => outcome.state === "passed");
		const problem = outcomes.find((outcome) => outcome.state === "failed")?.problem;
		if (passed.length === 0 && problem === undefined)
			throw new ToolError("invalid", "The build passes no image at this place", {
				hint: "Put the cursor into a FROM that starts with an ARG.",
			});
		const lines = passed.flatMap(({ buildArgument }) => (buildArgument === undefined ? [] : [`--build-arg ${buildArgument}`]));
		const unknown = passed.find(({ buildArgument }) => buildArgument === undefined);
		return {
			lines: [...new Set(lines)],
			...(unknown?.argument === undefined ? {} : { unknown: { argument: unknown.argument, image: unknown.reference } }),
			...(problem === undefined ? {} : { problem: shownProblem(problem) }),
		};
	});
}

/** The builds of the workspace's files, as the editor has them. */
async function buildsAround(state: ServerState, signal: AbortSignal): Promise<KnownBuilds> {
	const open = new Map(state.documents.all().map((document) => [pathOf(document.uri), document.getText()]));
	const found = await Promise.all(foldersOf(state).map((folder) => filesWithImages(folder, signal)));
	const files = found.flatMap(({ files: there }) => there);
	return knownBuilds(files.map(({ path, text }) => ({ path, text: open.get(path) ?? text })));
}
