import { type CompletionItem, CompletionItemKind, MarkupKind, type Position } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { ruleCard } from "../core/report/rulePage.ts";
import { RULES } from "../core/rules/registry.ts";

/** The ids of rules inside our ignore comments; nothing anywhere else, where other extensions complete. */
export function completeRuleIds(document: TextDocument, position: Position): CompletionItem[] {
	const line = document.getText({ start: { line: position.line, character: 0 }, end: position });
	if (!/^\s*#\s*hullguard-ignore(?:-file)?\s/.test(line) || /\s(?:(?:until|reason)=|(?:[-–—]{1,2}|#)\s\S)/.test(line.replace(/^\s*#/, "")))
		return [];
	let start = position.character;
	while (/[a-z0-9-]/.test(line[start - 1] ?? "")) start--;
	const range = { start: { line: position.line, character: start }, end: position };
	return RULES.map((rule) => ({
		label: rule.id,
		kind: CompletionItemKind.Value,
		detail: rule.title,
		documentation: { kind: MarkupKind.Markdown, value: ruleCard(rule) },
		textEdit: { range, newText: rule.id },
	}));
}
