import { ToolError } from "../tools/errors.ts";
import { codeActions, OPEN_PAGE, resolveCodeAction } from "./codeActions.ts";
import { codeLenses } from "./codeLenses.ts";
import { completeRuleIds } from "./completion.ts";
import { createDiagnostics } from "./diagnostics.ts";
import { documentLinks } from "./documentLinks.ts";
import { guarded } from "./handle.ts";
import { hoverAt } from "./hover.ts";
import { createLinting } from "./linting.ts";
import { registerLintRequests } from "./lintRequests.ts";
import type { ServerState } from "./state.ts";

/** One handler for each message of the protocol that the server answers. */
export function registerFeatures(state: ServerState): void {
	const { connection, documents } = state;
	const linting = createLinting(state);
	const diagnostics = createDiagnostics(state, linting, () => []);

	documents.onDidChangeContent(({ document }) => diagnostics.changed(document));
	documents.onDidSave(({ document }) => diagnostics.saved(document));
	documents.onDidClose(({ document }) => diagnostics.closed(document.uri));
	connection.onDidChangeConfiguration(({ settings }) => {
		state.settings.forget(settings);
		diagnostics.refresh();
	});
	connection.onDidChangeWatchedFiles(() => {
		state.project.forget();
		diagnostics.refresh();
	});

	connection.languages.diagnostics.on((params, token) =>
		guarded(state, "diagnostics", token, () => diagnostics.pull(params.textDocument.uri, params.previousResultId)),
	);
	connection.onCodeAction((params, token) =>
		guarded(state, "code actions", token, () => {
			const document = documents.get(params.textDocument.uri);
			return document === undefined ? [] : codeActions(state, linting, document, params);
		}),
	);
	connection.onCodeActionResolve((action, token) =>
		guarded(state, action.title, token, (signal) =>
			resolveCodeAction(
				state,
				linting,
				action,
				() => {
					throw new ToolError("failed", "no look-ups yet");
				},
				signal,
			),
		),
	);
	connection.onHover((params, token) =>
		guarded(state, "hover", token, async () => {
			const document = documents.get(params.textDocument.uri);
			return document === undefined ? undefined : hoverAt(linting, document, params.position, () => undefined);
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
			return codeLenses(document, () => undefined);
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
	registerLintRequests(state, linting);
}
