import { rulePageLink } from "../core/links.ts";
import { ruleFix } from "../core/lint/ruleFix.ts";
import { rulePage } from "../core/report/rulePage.ts";
import { findRule, RULES } from "../core/rules/registry.ts";
import type { RuleLevel } from "../core/settings/schema.ts";
import { lineStartsOf } from "../core/text.ts";
import { ignoreFileFor } from "../operations/ignoreFileFor.ts";
import { severityChange } from "../operations/setSeverity.ts";
import { EXPLAIN_RULE, FIX_ALL, LIST_RULES, NEW_IGNORE_FILE, SET_SEVERITY, type SetSeverityResult } from "../protocol.ts";
import { textEdits } from "./convert.ts";
import { fixAllEdits } from "./fixAll.ts";
import { answer } from "./handle.ts";
import type { Linting } from "./linting.ts";
import { dockerfileOf } from "./parsed.ts";
import { filePathOf, pathOf, uriOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** Requests about rules and repairs. */
export function registerLintRequests(state: ServerState, linting: Linting): void {
	answer(state, EXPLAIN_RULE, ({ rule }) => {
		const found = findRule(rule.split("/")[0] ?? rule);
		return { markdown: found === undefined ? undefined : rulePage(found, ruleFix(found), rulePageLink) };
	});
	answer(state, LIST_RULES, () => RULES.map(({ id, title, category, severity }) => ({ id, title, category, severity })));
	answer(state, SET_SEVERITY, ({ uri, rule, level }) => setSeverity(state, uri, rule, level));
	answer(state, NEW_IGNORE_FILE, async ({ folder, dockerfile }) => {
		const document = dockerfile === undefined ? undefined : state.documents.get(dockerfile);
		const file = document === undefined ? undefined : dockerfileOf(document);
		return { text: await ignoreFileFor(state.files, filePathOf(folder), file) };
	});
	answer(state, FIX_ALL, async ({ uri }) => {
		const document = state.documents.get(uri);
		const linted = document === undefined ? undefined : await linting.of(document);
		if (linted === undefined) return { uri, version: null, edits: [] };
		return { uri, version: linted.version, edits: textEdits(fixAllEdits(linted), linted.lineStarts) };
	});
}

async function setSeverity(state: ServerState, uri: string, rule: string, level: RuleLevel): Promise<SetSeverityResult> {
	const path = pathOf(uri);
	const { "lint.configurationPreference": preference } = await state.settings.get(uri);
	if (path === undefined || preference === "editorFirst") return { kind: "settings" };
	const change = await severityChange(state, path, rule, level);
	if (change.kind === "settings") return change;
	const target = uriOf(change.path);
	if (change.kind === "manual") return { kind: "manual", uri: target, range: change.range, reason: change.reason };
	const open = state.documents.all().find((document) => pathOf(document.uri) === change.path);
	const edits = textEdits(change.edits, lineStartsOf(change.text));
	return { kind: "edits", edits: { uri: open?.uri ?? target, version: open?.version ?? null, edits } };
}
