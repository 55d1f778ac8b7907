import type { Range as CoreRange, TextEdit as CoreTextEdit } from "./core/text.ts";

/**
 * What editor and language server say to each other beyond the language server protocol. Types and names only: this is the
 * one file of the server that the client imports.
 */

/** `initializationOptions`. All of it may be missing: an editor that knows nothing of Hullguard sends none. */
export interface InitializationOptions {
	/** Whether the workspace is trusted. Without trust nothing runs and no credential is read; linting works. */
	readonly trusted?: boolean;
	/** The client registers the commands of `CLIENT_COMMANDS`, so that lenses, hovers and actions may call them. */
	readonly commands?: boolean;
	/** Settings, for clients that do not answer `workspace/configuration`: the content of the section `hullguard`. */
	readonly settings?: unknown;
	/** Docker's own extension is active and reports its build checks. */
	readonly dockerExtension?: boolean;
}

/** Commands that the client registers and the server's lenses, hovers and actions call. */
export const CLIENT_COMMANDS = {
	pin: "hullguard.digest.pin",
	refresh: "hullguard.digest.refresh",
	buildAndScan: "hullguard.scan.buildAndScan",
	setSeverity: "hullguard.lint.setSeverity",
	explainRule: "hullguard.lint.explainRule",
	showFindings: "hullguard.findings.focus",
	createVex: "hullguard.vex.create",
} as const;

/** A request: its method, with the types of what goes out and what comes back. */
export interface RequestName<Params, Result> {
	readonly method: string;
	/** For the types alone. */
	readonly types?: { readonly params: Params; readonly result: Result };
}

export interface NotificationName<Params> {
	readonly method: string;
	readonly types?: { readonly params: Params };
}

function request<Params, Result>(method: string): RequestName<Params, Result> {
	return { method };
}

function notification<Params>(method: string): NotificationName<Params> {
	return { method };
}

/** Something that could not be done, in words for people. */
export interface ShownProblem {
	readonly kind: string;
	readonly message: string;
	readonly hint?: string;
}

export interface DocumentParams {
	readonly uri: string;
}

/** Edits of one text document; the client applies them so that undo works. */
export interface DocumentEdits {
	readonly uri: string;
	readonly version: number | null;
	readonly edits: readonly CoreTextEdit[];
}

export interface ExplainRuleResult {
	/** The rule's page as Markdown; undefined if there is no such rule. */
	readonly markdown: string | undefined;
}

export interface RuleSummary {
	readonly id: string;
	readonly title: string;
	readonly category: string;
	readonly severity: string;
}

export interface PinParams extends DocumentParams {
	/** Only the image at this place; without it all of the file. */
	readonly at?: CoreRange;
	/** Also bring digests that are there up to date. */
	readonly update: boolean;
}

export interface PinResult {
	readonly edits: DocumentEdits;
	readonly outcomes: readonly PinOutcome[];
}

export interface PinOutcome {
	readonly reference: string;
	readonly state: "pinned" | "updated" | "current" | "failed" | "skipped";
	readonly digest?: string;
	readonly problem?: ShownProblem;
}

/** `hullguard.trusted`: the workspace was trusted while the server ran. */
export const TRUST_GRANTED = notification<Record<string, never>>("hullguard/trustGranted");
/** Whether Docker's extension came or went. */
export const DOCKER_EXTENSION = notification<{ readonly active: boolean }>("hullguard/dockerExtension");
export const EXPLAIN_RULE = request<{ readonly rule: string }, ExplainRuleResult>("hullguard/explainRule");
export const LIST_RULES = request<Record<string, never>, readonly RuleSummary[]>("hullguard/listRules");
export const PIN = request<PinParams, PinResult>("hullguard/pin");
/** The edits of every safe fix in a file. */
export const FIX_ALL = request<DocumentParams, DocumentEdits>("hullguard/fixAll");
