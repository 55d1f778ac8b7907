import type { Example, Rule } from "../rules/rule.ts";
import { NO_WORKSPACE } from "../rules/workspaceFacts.ts";
import { type LintResult, lint } from "./lint.ts";

/** The Dockerfile of an example, without the marks. */
export function exampleText(example: Example): string {
	return ("bad" in example ? example.bad : example.good).replace(/[«»]/g, "");
}

/** What a rule alone finds in one of its examples. */
export function lintExample(rule: Rule, example: Example): LintResult {
	return lint(exampleText(example), {
		rules: new Map([[rule.id, rule.severity]]),
		options: example.options === undefined ? {} : { [rule.id]: example.options },
		workspace: { ...NO_WORKSPACE, ...example.workspace },
	});
}
