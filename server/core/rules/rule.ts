import type { Dockerfile } from "../dockerfile/model/model.ts";
import type { FindingTag, Fix, LintSeverity, Related } from "../finding.ts";
import type { Span } from "../text.ts";
import type { Needs } from "./needs.ts";
import type { WorkspaceFacts, WorkspaceQuestion } from "./workspaceFacts.ts";

/** The folders below this one, in the order in which people read them. */
export type Category =
	| "base-image"
	| "user"
	| "packages"
	| "secrets"
	| "supply-chain"
	| "cache"
	| "runtime"
	| "labels"
	| "correctness"
	| "style";

/** `recommended` is on by default, `strict` adds the hardening rules; `opt-in` rules are a matter of policy or taste. */
export type RulePreset = "recommended" | "strict" | "opt-in";

/** What a rule looks at besides the Dockerfile. */
export type RuleNeeds = "file" | "context" | "registry" | "image";

/** A check of another tool that finds the same, or nearly the same. */
export interface Equivalent {
	readonly tool: PeerTool;
	readonly id: string;
	/** A suppression of a peer's id silences the rules that list it as `same`, never those that list it as `similar`. */
	readonly relation: "same" | "similar";
}

export type PeerTool =
	| "hadolint"
	| "buildkit"
	| "trivy"
	| "checkov"
	| "kics"
	| "semgrep"
	| "sonar"
	| "cis"
	| "dockle"
	| "tally"
	| "droast"
	| "dockerfilelint"
	| "dockerfile-utils"
	| "terrascan"
	| "scorecard"
	| "scout";

/** One rule: what it finds, why that matters, how it is repaired. Pages, hover cards and reports are made from it. */
export interface Rule {
	/** Stable for ever; the name of the file. */
	readonly id: string;
	/** What is wrong, in one line, no full stop. */
	readonly title: string;
	readonly category: Category;
	readonly severity: LintSeverity;
	/** In the strict preset, where it differs. */
	readonly strictSeverity?: LintSeverity;
	readonly preset: RulePreset;
	readonly needs: RuleNeeds;
	/** The version that brought it. */
	readonly since: string;
	readonly equivalents: readonly Equivalent[];
	/** Rules that demand the opposite: never on together. */
	readonly excludes?: readonly string[];
	/** More specific rules: where one of them marks the same place, this one is silent. */
	readonly supersededBy?: readonly string[];
	/** Facts that take some reading: they are gathered only where a rule that is on asks for them. */
	readonly asks?: readonly WorkspaceQuestion[];
	/** `false`: what it says need not hold inside ONBUILD, since the rest of that build is not known. */
	readonly inOnbuild?: false;
	/** Without these it can find nothing: it is not asked about a file that lacks them. */
	readonly onlyWith?: Needs;
	/** Sub-codes that findings may carry, with what each one means. */
	readonly subCodes?: Readonly<Record<string, string>>;
	/** What an attacker or an accident does with it: one or two paragraphs of Markdown. */
	readonly why: string;
	/** What to do instead: one paragraph of Markdown. */
	readonly remedy: string;
	readonly references: readonly string[];
	readonly options?: readonly RuleOption[];
	readonly examples: readonly Example[];
	/** Gives what it finds, in any order. Never throws, knows no clock and no file system; what it cannot know it does not report. */
	check(file: Dockerfile, context: RuleContext): readonly Report[];
}

export interface RuleOption {
	readonly name: string;
	readonly description: string;
	readonly default: OptionValue;
}

export type OptionValue = boolean | number | string | readonly string[];

export interface RuleContext {
	/** Every option of the rule, defaults filled in. */
	readonly options: Readonly<Record<string, OptionValue>>;
	readonly workspace: WorkspaceFacts;
}

/** What a rule found. */
export interface Report {
	/** The smallest token that has to change. */
	readonly span: Span;
	/** The fact first, naming the thing; at most 100 characters, no full stop. */
	readonly message: string;
	/** Where it matters less than the rule usually does. */
	readonly severity?: LintSeverity;
	readonly subCode?: string;
	/** The preferred one first. A function where they take longer to work out than the finding. */
	readonly fixes?: readonly Fix[] | (() => readonly Fix[]);
	readonly related?: readonly Related[];
	readonly tags?: readonly FindingTag[];
}

const NO_FIXES: readonly Fix[] = [];

/** The repairs of a report; none if it has none. */
export function fixesOfReport({ fixes = NO_FIXES }: Pick<Report, "fixes">): readonly Fix[] {
	return typeof fixes === "function" ? fixes() : fixes;
}

/**
 * An example is a test: in `bad`, `«` and `»` stand around exactly what is reported; `fixed` is exactly what the first fix of
 * each report makes of it, and has no finding but those for which there is no fix. Without it no fix is offered; a fix that asks a
 * registry or a server first shows what it makes with `answer`. `good` has no finding.
 */
export type Example = BadExample | GoodExample;

interface ExampleSetting {
	readonly caption: string;
	readonly options?: Readonly<Record<string, OptionValue>>;
	readonly workspace?: Partial<WorkspaceFacts>;
}

export interface BadExample extends ExampleSetting {
	readonly bad: string;
	readonly fixed?: string;
	/** What the first fix that is about another file makes of that; then there is no finding, either. */
	readonly fixedOtherFile?: string;
	/** What a registry or a server answers to the fix's question. */
	readonly answer?: string;
}

export interface GoodExample extends ExampleSetting {
	readonly good: string;
	/** It is about stages that nothing needs: where they are shipped there are findings. Other examples are silent then, too. */
	readonly notBuilt?: true;
}

/** Gives the rule back; it is there for its type. */
export function defineRule(rule: Rule): Rule {
	return rule;
}

/** `[["hadolint", "DL3006"]]` → equivalents that find the same. */
export function same(...ids: readonly (readonly [PeerTool, ...string[]])[]): readonly Equivalent[] {
	return ids.flatMap(([tool, ...names]) => names.map((id): Equivalent => ({ tool, id, relation: "same" })));
}

/** The like for equivalents that find nearly the same. */
export function similar(...ids: readonly (readonly [PeerTool, ...string[]])[]): readonly Equivalent[] {
	return same(...ids).map((equivalent) => ({ ...equivalent, relation: "similar" }));
}
