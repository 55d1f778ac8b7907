/** Where the project lives. */
export const PROJECT = "https://github.com/hullguard/hullguard";

/** The page of a rule. */
export function rulePageLink(rule: string): string {
	return `${PROJECT}/blob/main/docs/rules/${rule}.md`;
}
