import { CodeActionKind, type CodeActionParams, type Range } from "vscode-languageserver/node";
import { updateBotText } from "../core/digest/updateBot.ts";
import { isVexFile } from "../core/vex/files.ts";
import { answerNeed } from "../operations/answerNeed.ts";
import { OTHER_LINTERS, type OtherLinter, TRUST_GRANTED } from "../protocol.ts";
import { buildArgumentActions } from "./buildArguments.ts";
import { registerBuildRequests } from "./buildRequests.ts";
import { codeActions, OPEN_PAGE, resolveCodeAction } from "./codeActions.ts";
import { codeLenses } from "./codeLenses.ts";
import { completeRuleIds } from "./completion.ts";
import { createConfigProblems } from "./configProblems.ts";
import { createDiagnostics } from "./diagnostics.ts";
import { refreshInBackground, requireNetwork } from "./digestRequests.ts";
import { registerDigests } from "./digests.ts";
import { documentLinks } from "./documentLinks.ts";
import { fileSummary, imageSummary, type KeptScan } from "./fileScans.ts";
import { createFilesAround } from "./filesAround.ts";
import { guarded, inBackground } from "./handle.ts";
import { hoverAt } from "./hover.ts";
import { type CardFacts, imageCard } from "./imageCard.ts";
import { registerImageRequests } from "./imageRequests.ts";
import { createKnownImages } from "./knownImages.ts";
import { createLinting, type FilesAroundSay } from "./linting.ts";
import { registerLintRequests } from "./lintRequests.ts";
import { NEWER_TAG_KIND, newerTagActions } from "./newerTags.ts";
import { dockerfileOf } from "./parsed.ts";
import { folderAround, labelOf, pathOf, uriOf } from "./paths.ts";
import { registerResultRequests } from "./resultRequests.ts";
import { createResults } from "./results.ts";
import { packageLists, scanCounts } from "./scanFacts.ts";
import { createScanning } from "./scanning.ts";
import { createShellChecking } from "./shellChecking.ts";
import type { ServerState } from "./state.ts";
import { createBotsAround } from "./updateBots.ts";
import { registerVexRequests } from "./vexRequests.ts";
import { vexActions } from "./vulnerabilities.ts";
import { createFileWatching } from "./watching.ts";
import { createWork } from "./work.ts";

/** One handler for each message of the protocol that the server answers. Gives what is to be done when the workspace has other folders. */
export function registerFeatures(state: ServerState): () => void {
	const { connection, documents } = state;
	const problems = createConfigProblems(state);
	const watch = createFileWatching(state);
	const bots = createBotsAround(state, watch);
	const work = createWork(state);
	const known = createKnownImages(work.images);
	const noteAround = (uri: string, said: FilesAroundSay): void => {
		problems.note(uri, said.problems);
		watch(said.configFiles);
	};
	const linting = createLinting(state, noteAround, (uri) => ({
		images: known.facts(),
		scans: scanCounts(results.scans(), results.vex),
		packageLists: packageLists(uri, results.scans(), results.sbom()),
	}));
	const results = createResults(state, work, () => {
		// Rules look at what scans found.
		linting.forget();
		diagnostics.refreshResults();
	});
	const shell = createShellChecking(state, work, () => diagnostics.refreshResults());
	const diagnostics = createDiagnostics(state, linting, (document, settings) => [
		...results.diagnostics(document, settings),
		...shell.diagnostics(document, settings),
	]);
	const scansOf = (uri: string): readonly KeptScan[] => results.scans().filter((scan) => scan.uri === uri);
	const card: CardFacts = {
		known,
		commands: state.clientCommands,
		lastScan(use, uri) {
			const document = documents.get(uri);
			const file = document === undefined ? undefined : dockerfileOf(document);
			return file === undefined ? undefined : imageSummary(use, scansOf(uri), file, results.vex);
		},
	};
	const digests = registerDigests(state, work, card, () => {
		linting.forget();
		diagnostics.refreshResults();
	});

	const around = createFilesAround(state, linting, problems, () => {
		state.project.forget();
		diagnostics.refresh();
	});

	documents.onDidChangeContent(({ document }) => {
		around.changed(document);
		diagnostics.changed(document);
		shell.changed(document);
	});
	documents.onDidSave(({ document }) => {
		diagnostics.saved(document);
		shell.saved(document);
		around.recheck();
	});
	documents.onDidClose(({ document }) => {
		diagnostics.closed(document);
		shell.closed(document);
		around.closed(document);
	});
	connection.onNotification(TRUST_GRANTED.method, () => {
		state.trusted = true;
		diagnostics.refreshResults();
		shell.restart();
	});
	connection.onNotification(OTHER_LINTERS.method, ({ linters }: { readonly linters: readonly OtherLinter[] }) => {
		state.otherLinters = linters;
		diagnostics.refresh();
	});
	connection.onDidChangeConfiguration(({ settings }) => {
		state.settings.forget(settings);
		diagnostics.refresh();
		digests.refresh();
		shell.restart();
		around.recheck();
	});
	connection.onDidChangeWatchedFiles(({ changes: all }) => {
		const changes = bots.changed(all);
		const vex = changes.filter(({ uri }) => {
			const path = pathOf(uri);
			return path !== undefined && isVexFile(labelOf(path, folderAround(path, work.folderPaths())));
		});
		if (vex.length > 0) inBackground(state, "VEX documents", results.reloadVex);
		if (vex.length === changes.length) return;
		state.project.forget();
		diagnostics.refresh();
		around.recheck();
	});

	connection.languages.diagnostics.on((params, token) =>
		guarded(state, "diagnostics", token, () => diagnostics.pull(params.textDocument.uri, params.previousResultId)),
	);
	connection.onCodeAction((params, token) =>
		guarded(state, "code actions", token, async () => {
			const document = documents.get(params.textDocument.uri);
			if (document === undefined) return [];
			const repairs = await codeActions(state, linting, document, params);
			const settings = await state.settings.get(document.uri);
			if (state.clientCommands && settings["digest.network"] !== "off" && wantsKind(params, NEWER_TAG_KIND))
				repairs.push(...(await newerTagActions(state, document, params.range)));
			if (!wantsKind(params, CodeActionKind.QuickFix)) return repairs;
			if (state.clientCommands && settings["digest.network"] !== "off") repairs.push(...buildArgumentActions(document, params.range));
			repairs.push(...shell.actions(document, settings, params.range));
			if (!state.clientCommands) return repairs;
			const placed = results.placed(document, settings);
			const here = placed.filter(({ finding }) => touches(finding.range, params.range));
			return [...here.flatMap((each) => vexActions(each, document.uri)), ...repairs];
		}),
	);
	connection.onCodeActionResolve((action, token) =>
		guarded(state, action.title, token, (signal) =>
			resolveCodeAction(
				state,
				linting,
				action,
				async (need, uri, own) => {
					await requireNetwork(state, uri);
					const context = await work.context(uri, { signal: own });
					return answerNeed(need, { ...context, registry: await work.registry(context, uri), proxies: await work.proxies() });
				},
				signal,
			),
		),
	);
	connection.onHover((params, token) =>
		guarded(state, "hover", token, async () => {
			const document = documents.get(params.textDocument.uri);
			if (document === undefined) return undefined;
			const failure = results.failures.card(document, params.position.line);
			return hoverAt(linting, document, params.position, failure, (use, at) => {
				inBackground(state, "image card", () => refreshInBackground(state, work, known, use.reference, document.uri));
				return imageCard(use, card, { uri: document.uri, at });
			});
		}),
	);
	connection.onDocumentLinks((params, token) =>
		guarded(state, "links", token, () => {
			const document = documents.get(params.textDocument.uri);
			return document === undefined ? [] : documentLinks(document);
		}),
	);
	connection.onCodeLens((params, token) =>
		guarded(state, "lenses", token, async () => {
			const document = documents.get(params.textDocument.uri);
			if (document === undefined || !state.clientCommands || !(await state.settings.get(document.uri))["codeLens.enable"]) return [];
			const bot = await bots.botOf(document);
			return codeLenses(document, {
				trusted: state.trusted,
				scanSummary: fileSummary(scansOf(document.uri), results.vex),
				known,
				bot: bot === undefined ? undefined : { text: updateBotText(bot), configuration: uriOf(bot.configuration) },
			});
		}),
	);
	connection.onCompletion((params, token) =>
		guarded(state, "completion", token, () => {
			const document = documents.get(params.textDocument.uri);
			return document === undefined ? [] : completeRuleIds(document, params.position);
		}),
	);
	connection.onExecuteCommand(async (params) => {
		const page: unknown = params.arguments?.[0];
		if (params.command === OPEN_PAGE && typeof page === "string") await connection.window.showDocument({ uri: page, external: true });
	});
	const scan = createScanning(state, work, results);
	registerLintRequests(state, linting);
	registerBuildRequests(state, work, results, scan);
	registerImageRequests(state, work, results, scan);
	registerResultRequests(state, work, results);
	registerVexRequests(state, work, results);
	return () => {
		problems.publish();
		inBackground(state, "VEX documents", results.reloadVex);
	};
}

function touches(a: Range, b: Range): boolean {
	const before = (x: Range["start"], y: Range["start"]): boolean => x.line < y.line || (x.line === y.line && x.character <= y.character);
	return before(a.start, b.end) && before(b.start, a.end);
}

function wantsKind({ context }: CodeActionParams, kind: string): boolean {
	return context.only === undefined || context.only.some((only) => only === "" || kind === only || kind.startsWith(`${only}.`));
}
