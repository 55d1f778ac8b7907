/**
 * What docs/rules/decisions.md says of each rule: the entries of its lists that begin with the rule's id, or with several ids, each on
 * one line. Other entries are about no rule in particular.
 */
export function decisionsByRule(page: string): ReadonlyMap<string, readonly string[]> {
	const byRule = new Map<string, string[]>();
	for (const entry of page.split(/^- /m).slice(1)) {
		const text = (entry.split(/\n(?! {2})/)[0] ?? "").replace(/\s*\n\s*/g, " ").trim();
		const subjects = /^`[a-z0-9-]+`(?:(?:, | and )`[a-z0-9-]+`)*/.exec(text)?.[0] ?? "";
		for (const [, id = ""] of subjects.matchAll(/`([a-z0-9-]+)`/g)) byRule.set(id, [...(byRule.get(id) ?? []), text]);
	}
	return byRule;
}
