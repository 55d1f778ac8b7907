import type { RuleLevel } from "./core/settings/schema.ts";
import type { Severity } from "./core/severity.ts";
import type { Range as CoreRange, TextEdit as CoreTextEdit } from "./core/text.ts";
import type { TreeNode } from "./core/tree.ts";
import type { VexDecision } from "./core/vex/statement.ts";

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
	/** Linters whose findings other extensions show in Dockerfiles. */
	readonly otherLinters?: readonly OtherLinter[];
}

/** BuildKit's checks, as Docker DX shows them, and the linter of Dockerfile language servers, as Container Tools has it. */
export type OtherLinter = "buildkit" | "dockerfile-utils";

/** Commands that the client registers and the server's lenses, hovers and actions call. */
export const CLIENT_COMMANDS = {
	pin: "hullguard.digest.pin",
	update: "hullguard.digest.update",
	scanBase: "hullguard.scan.base",
	refresh: "hullguard.digest.refresh",
	newerTag: "hullguard.digest.newerTag",
	copyBuildArgument: "hullguard.digest.copyBuildArgument",
	showBot: "hullguard.digest.showBot",
	buildAndScan: "hullguard.scan.buildAndScan",
	setSeverity: "hullguard.lint.setSeverity",
	explainRule: "hullguard.lint.explainRule",
	previewFix: "hullguard.lint.previewFix",
	newIgnoreFile: "hullguard.lint.newIgnoreFile",
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

/** `data` of an answer that is an error. */
export interface FailureData {
	readonly kind: string;
	/** What to do about it. */
	readonly hint?: string;
	/** The tool that has to be installed, updated, started or found first. */
	readonly tool?: string;
}

export interface DocumentParams {
	readonly uri: string;
}

/** A fix that somebody should look at before it is applied. */
export interface FixProposal extends DocumentEdits {
	readonly title: string;
	/** What to look at: the assumption that the fix makes. */
	readonly note?: string;
}

/** Edits of one text document; the client applies them so that undo works. */
export interface DocumentEdits {
	readonly uri: string;
	readonly version: number | null;
	readonly edits: readonly CoreTextEdit[];
}

export interface NewIgnoreFileParams {
	/** Address of the folder that is the build context. */
	readonly folder: string;
	/** Address of a Dockerfile whose sources must not be left out. */
	readonly dockerfile?: string;
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

export interface SetSeverityParams extends DocumentParams {
	readonly rule: string;
	readonly level: RuleLevel;
}

export type SetSeverityResult =
	/** Into a configuration file. */
	| { readonly kind: "edits"; readonly edits: DocumentEdits }
	/** Into the editor's settings. */
	| { readonly kind: "settings" }
	/** By hand, at a place in a configuration file. */
	| { readonly kind: "manual"; readonly uri: string; readonly range: CoreRange | undefined; readonly reason: string };

/** How often a registry may still be asked. */
export interface ShownRateLimit {
	readonly host: string;
	/** Milliseconds since 1970; undefined while it may be asked. */
	readonly retryAt: number | undefined;
	readonly remaining: number | undefined;
	readonly limit: number | undefined;
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

/** A place where an image is named. */
export interface ImagePlace {
	readonly uri: string;
	readonly at: CoreRange;
}

/** What can be pinned or updated in the workspace. */
export interface PinProposal {
	readonly pins: readonly ProposedPin[];
	/** Images that were looked at. */
	readonly count: number;
	/** When the registries were asked, in milliseconds since 1970: what is chosen is written from these answers. */
	readonly asked: number;
	readonly problems: readonly ShownProblem[];
}

export interface ProposedPin extends ImagePlace {
	readonly reference: string;
	/** `path:line`. */
	readonly label: string;
	readonly before: string | undefined;
	readonly after: string;
}

export interface PinPlacesParams extends LongWork {
	readonly places: readonly ImagePlace[];
	/** Answers from that moment on count; without it registries are asked again. */
	readonly asked?: number;
}

export interface PinPlacesResult {
	readonly files: readonly DocumentEdits[];
	readonly outcomes: readonly PinOutcome[];
}

/** A later release of an image of the same flavour, with the edits that change to it; no tag if there is none. */
export interface NewerTagResult {
	readonly reference: string;
	readonly tag: string | undefined;
	readonly edits: DocumentEdits;
}

/** What a build has to be given for an image that only it names. */
export interface BuildArgumentResult {
	/** `--build-arg NAME=VALUE`, one for each value that builds of the workspace are known to pass. */
	readonly lines: readonly string[];
	/** An argument whose value nobody knows, and the image as it is written. */
	readonly unknown?: { readonly argument: string; readonly image: string };
	readonly problem?: ShownProblem;
}

export interface PinOutcome {
	readonly reference: string;
	/** `passed`: the build says which image it is, so that nothing is written. */
	readonly state: "pinned" | "updated" | "current" | "failed" | "skipped" | "passed";
	readonly digest?: string;
	readonly problem?: ShownProblem;
}

/** `hullguard.trusted`: the workspace was trusted while the server ran. */
export const TRUST_GRANTED = notification<Record<string, never>>("hullguard/trustGranted");
/** Extensions that show findings of other linters came or went: what they show now. */
export const OTHER_LINTERS = notification<{ readonly linters: readonly OtherLinter[] }>("hullguard/otherLinters");
/** Registries that ask for a pause, or soon will; none when all may be asked. */
export const RATE_LIMITS = notification<{ readonly limits: readonly ShownRateLimit[] }>("hullguard/rateLimits");
/** Registries said something new of images: the view asks again. */
export const IMAGES_CHANGED = notification<Record<string, never>>("hullguard/imagesChanged");
export const EXPLAIN_RULE = request<{ readonly rule: string }, ExplainRuleResult>("hullguard/explainRule");
/** The text of a `.dockerignore` for the folder of the build context, and, if it is open, for a Dockerfile. */
export const NEW_IGNORE_FILE = request<NewIgnoreFileParams, { readonly text: string }>("hullguard/newIgnoreFile");
export const LIST_RULES = request<Record<string, never>, readonly RuleSummary[]>("hullguard/listRules");
export const PIN = request<PinParams, PinResult>("hullguard/pin");
/** Where another severity of a rule is to be written, so that it counts for a document. */
export const SET_SEVERITY = request<SetSeverityParams, SetSeverityResult>("hullguard/setSeverity");
/** The edits of every safe fix in a file. */
export const FIX_ALL = request<DocumentParams, DocumentEdits>("hullguard/fixAll");

/** Work that takes a while: the client shows what `PROGRESS` says under this id, and cancels by the protocol's own means. */
export interface LongWork {
	readonly progressId: number;
}

/** What is happening now in a piece of long work. */
export const PROGRESS = notification<{ readonly progressId: number; readonly message: string }>("hullguard/progress");
/** Lines of a build's log, for the output. */
export const BUILD_LOG = notification<{ readonly text: string }>("hullguard/buildLog");
/** Results came, went or were decided upon: views ask again. */
export const RESULTS_CHANGED = notification<ResultState>("hullguard/resultsChanged");

/** What the views' titles, badges and welcome texts need. */
export interface ResultState {
	readonly hasRun: boolean;
	readonly hasSbom: boolean;
	/** Open vulnerabilities by severity, over all images. */
	readonly counts: Readonly<Partial<Record<Severity, number>>>;
	readonly fixable: number;
	readonly suppressed: number;
}

/** What can be chosen for a build of a Dockerfile. */
export interface BuildFacts {
	readonly targets: readonly { readonly name: string; readonly description: string }[];
	readonly args: readonly { readonly name: string; readonly default: string | undefined }[];
	readonly context: string;
	readonly tag: string;
	readonly profiles: Readonly<Record<string, BuildChoices>>;
}

export interface BuildChoices {
	/** Absolute, or relative to the workspace folder; without it the configured one, else the Dockerfile's folder. */
	readonly context?: string;
	readonly target?: string;
	readonly platform?: string;
	readonly tag?: string;
	readonly args?: Readonly<Record<string, string>>;
	readonly push?: boolean;
}

export interface BuildParams extends DocumentParams, LongWork {
	readonly choices: BuildChoices;
	/** Scan the image when it is built. */
	readonly scan: boolean;
}

export interface BuildResult {
	readonly image: string;
	readonly digest: string | undefined;
	/** The instruction that failed, in the document as it is now. */
	readonly failed: { readonly message: string; readonly range: CoreRange } | undefined;
	readonly scanned: ScanSummary | undefined;
	readonly problems: readonly ShownProblem[];
}

export interface ScanParams extends LongWork {
	readonly reference: string;
	/** The Dockerfile that the image was built from, if it is known. */
	readonly uri?: string;
}

export interface ScanSummary {
	readonly image: string;
	readonly counts: Readonly<Partial<Record<Severity, number>>>;
	readonly fixable: number;
	readonly problems: readonly ShownProblem[];
}

export type FindingGroup = "severity" | "instruction" | "package" | "image";

export interface FindingFilter {
	readonly fixableOnly: boolean;
	readonly minimumSeverity: Severity | undefined;
	/** Part of an id, package or title. */
	readonly text: string;
}

export interface TreeAnswer {
	readonly nodes: readonly TreeNode[];
	/** Above the tree: "12 of 60, filter: fixable". */
	readonly message: string | undefined;
	/** Behind the view's name. */
	readonly description: string | undefined;
}

export type ImageGroup = "image" | "file";

export interface ImagesParams {
	readonly groupBy: ImageGroup;
	/** Look for files again; else those that are known are shown as they were. */
	readonly search: boolean;
}

export type SbomGroup = "type" | "layer" | "licence";

/** Facts for the questions about a statement. */
export interface VexFacts {
	readonly vulnerability: string;
	readonly package: string;
	readonly image: string;
	readonly statuses: readonly VexChoice[];
	readonly justifications: readonly VexChoice[];
	/** Those that this image allows. */
	readonly scopes: readonly VexChoice[];
	/** Documents of the workspace that can take the statement; the first one is new if there is none. */
	readonly documents: readonly { readonly uri: string; readonly label: string; readonly isNew: boolean }[];
}

export interface VexChoice {
	readonly value: string;
	readonly label: string;
	readonly detail: string;
}

export interface VexCreateParams {
	/** Keys of the findings; all of one image. */
	readonly keys: readonly string[];
	readonly decision: VexDecision;
	readonly scope: string;
	readonly uri: string;
}

/** An OpenVEX document with the statement in it: edits of one that is there, or the text of a new one. */
export interface VexCreateResult {
	readonly uri: string;
	readonly create: boolean;
	readonly edits: readonly CoreTextEdit[];
}

/** What stands on this machine. */
export interface ToolCheck {
	readonly tools: readonly ToolStatus[];
	/** Sentences about the tables that the server brings: one that has grown old. */
	readonly notes: readonly string[];
}

/** A tool as the set-up check shows it. */
export interface ToolStatus {
	readonly name: string;
	readonly title: string;
	readonly state: "ready" | "missing" | "tooOld" | "refused" | "unreachable" | "broken" | "untrusted";
	/** Without it some features are off, but no main one. */
	readonly optional: boolean;
	readonly version: string | undefined;
	readonly path: string | undefined;
	/** One sentence: what it is for, or what is wrong. */
	readonly message: string;
	readonly hint: string | undefined;
	readonly installation: string | undefined;
}

/** Digest and facts of an image, asked of its registry because somebody wants to know. */
export const REFRESH_IMAGE = request<DocumentParams & { readonly at: CoreRange }, { readonly markdown: string }>("hullguard/refreshImage");
/** Every image that the workspace's files name. */
export const IMAGES = request<ImagesParams, TreeAnswer>("hullguard/images");
/** Asks registries for all of them. */
export const REFRESH_IMAGES = request<LongWork, { readonly count: number; readonly problems: readonly ShownProblem[] }>(
	"hullguard/refreshImages",
);
export const PROPOSE_PINS = request<LongWork, PinProposal>("hullguard/proposePins");
export const PIN_PLACES = request<PinPlacesParams, PinPlacesResult>("hullguard/pinPlaces");
/** The list of the workspace's pinned images, as a file that people read. */
export const IMAGE_LIST = request<LongWork, { readonly uri: string; readonly text: string; readonly count: number }>("hullguard/imageList");
/** With `value` somebody says what builds pass. */
export const BUILD_ARGUMENT = request<
	ImagePlace & { readonly value?: { readonly argument: string; readonly text: string } },
	BuildArgumentResult
>("hullguard/buildArgument");
export const NEWER_TAG = request<ImagePlace, NewerTagResult>("hullguard/newerTag");
export const BUILD_FACTS = request<DocumentParams, BuildFacts>("hullguard/buildFacts");
export const BUILD = request<BuildParams, BuildResult>("hullguard/build");
export const SCAN = request<ScanParams, ScanSummary>("hullguard/scan");
/** Scans the images that a Dockerfile starts from, without a build. */
export const SCAN_BASES = request<DocumentParams & LongWork, readonly ScanSummary[]>("hullguard/scanBases");
export const RESCAN = request<LongWork, readonly ScanSummary[]>("hullguard/rescan");
export const CLEAR_RESULTS = request<Record<string, never>, null>("hullguard/clearResults");
/** References of images that the engine has, newest first. */
export const LOCAL_IMAGES = request<Record<string, never>, readonly string[]>("hullguard/localImages");
export const FINDINGS = request<{ readonly groupBy: FindingGroup; readonly filter: FindingFilter }, TreeAnswer>("hullguard/findings");
/** A finding in full, as Markdown. */
export const FINDING_DETAILS = request<{ readonly key: string }, { readonly markdown: string }>("hullguard/findingDetails");
export const LOAD_SBOM = request<{ readonly reference: string } & LongWork, null>("hullguard/loadSbom");
export const SBOM = request<{ readonly groupBy: SbomGroup; readonly text: string }, TreeAnswer>("hullguard/sbom");
export const SBOM_EXPORT = request<{ readonly format: "cyclonedx" | "spdx" }, { readonly text: string; readonly name: string }>(
	"hullguard/sbomExport",
);
export const VEX_FACTS = request<{ readonly keys: readonly string[] }, VexFacts>("hullguard/vexFacts");
export const VEX_CREATE = request<VexCreateParams, VexCreateResult>("hullguard/vexCreate");
export const CHECK_TOOLS = request<Record<string, never>, ToolCheck>("hullguard/checkTools");
