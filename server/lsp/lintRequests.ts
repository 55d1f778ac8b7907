import { rulePageLink } from "../core/links.ts";
import { ruleFix } from "../core/lint/ruleFix.ts";
import { rulePage } from "../core/report/rulePage.ts";
import { findRule, RULES } from "../core/rules/registry.ts";
import { EXPLAIN_RULE, FIX_ALL, LIST_RULES } from "../protocol.ts";
import { textEdits } from "./convert.ts";
import { fixAllEdits } from "./fixAll.ts";
import { answer } from "./handle.ts";
import type { Linting } from "./linting.ts";
import type { ServerState } from "./state.ts";

/** Requests about rules and repairs. */
export function registerLintRequests(state: ServerState, linting: Linting): void {
	answer(state, EXPLAIN_RULE, ({ rule }) => {
		const found = findRule(rule.split("/")[0] ?? rule);
		return { markdown: found === undefined ? undefined : rulePage(found, ruleFix(found), rulePageLink) };
	});
	answer(state, LIST_RULES, () => RULES.map(({ id, title, category, severity }) => ({ id, title, category, severity })));
	answer(state, FIX_ALL, async ({ uri }) => {
		const document = state.documents.get(uri);
		const linted = document === undefined ? undefined : await linting.of(document);
		if (linted === undefined) return { uri, version: null, edits: [] };
		return { uri, version: linted.version, edits: textEdits(fixAllEdits(linted), linted.lineStarts) };
	});
}
