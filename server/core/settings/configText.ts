import { stringify } from "yaml";
import type { RuleLayer } from "./rules.ts";

/** The text of a configuration file that says what a layer says; patterns that are set twice keep the last word. */
export function configText({ preset, rules }: RuleLayer): string {
	const entries = (rules ?? []).map(({ pattern, level, options }) => {
		const hasOptions = options !== undefined && Object.keys(options).length > 0;
		return [pattern, hasOptions ? { ...(level === undefined ? {} : { severity: level }), ...options } : (level ?? {})] as const;
	});
	const content = { ...(preset === undefined ? {} : { preset }), ...(entries.length === 0 ? {} : { rules: Object.fromEntries(entries) }) };
	return Object.keys(content).length === 0 ? "preset: recommended\n" : stringify(content, { lineWidth: 0, aliasDuplicateObjects: false });
}
