import type { BuiltTargets } from "../dockerfile/parse/parse.ts";
import type { LintSeverity } from "../finding.ts";
import type { OptionValue } from "../rules/rule.ts";
import type { WorkspaceFacts } from "../rules/workspaceFacts.ts";

/** Which rules run, and how. Made by the settings. */
export interface LintOptions {
	/** Severity of each rule that runs; a rule that is not named is off. */
	readonly rules: ReadonlyMap<string, LintSeverity>;
	/** Options of rules, by rule and name, as far as they were set. */
	readonly options?: Readonly<Record<string, Readonly<Record<string, OptionValue>>>>;
	/** Levels of sub-codes (`id/sub-code`), where they differ from that of their rule. */
	readonly codes?: ReadonlyMap<string, LintSeverity | "off">;
	readonly workspace?: WorkspaceFacts;
	/** Stages that are shipped besides the last one. */
	readonly targets?: BuiltTargets;
	/** Today as `YYYY-MM-DD`, for suppressions that end; without it none does. */
	readonly today?: string;
}
