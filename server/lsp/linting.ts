import type { TextDocument } from "vscode-languageserver-textdocument";
import { type Lintable, lintableOf, type TextLint } from "../core/documents/lintable.ts";
import type { LintFinding } from "../core/finding.ts";
import { findRule } from "../core/rules/registry.ts";
import { NO_WORKSPACE, type WorkspaceFacts } from "../core/rules/workspaceFacts.ts";
import { type RuleLayer, resolveRules } from "../core/settings/rules.ts";
import type { Settings } from "../core/settings/schema.ts";
import { DEFAULT_SETTINGS } from "../core/settings/settings.ts";
import { limitHeap } from "../operations/heapLimits.ts";
import type { LintSetup } from "../operations/project.ts";
import type { OtherLinter } from "../protocol.ts";
import { kindOf, lintableDocument } from "./parsed.ts";
import { pathOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** The findings of one version of a document, whatever it is that holds Dockerfiles. */
export interface DocumentLint extends TextLint {
	/** Of the text that was linted; the document may have moved on. */
	readonly version: number;
	/** Lints in the same way what a repair makes of the text. */
	relint(text: string): TextLint;
}

/** Lints documents and remembers the last result of each. */
export interface Linting {
	/** The findings of the document as it is now; undefined if linting is off for it, or nothing in it can be linted. */
	of(document: TextDocument): Promise<DocumentLint | undefined>;
	/** Forgets all results: a file or a setting that they depend on has changed. */
	forget(): void;
}

/** What the files around a document say: which ones count, and what is wrong in them. */
export type FilesAroundSay = Pick<LintSetup, "problems" | "configFiles">;

const NOTHING: FilesAroundSay = { problems: [], configFiles: [] };

/** What registries and scanners have said of images so far; nobody waits for more. */
export type ImagesSaid = (uri: string) => Pick<WorkspaceFacts, "images" | "scans" | "packageLists">;

/** @param note told what the files around a document say, each time that it is linted */
export function createLinting(state: ServerState, note: (uri: string, said: FilesAroundSay) => void, images: ImagesSaid): Linting {
	// By document, not by address: one that is closed and opened again starts anew, and takes its results along when it goes.
	let results = new WeakMap<TextDocument, DocumentLint>();

	return {
		async of(document) {
			// Whoever asks after `forget` finds another map; what was begun before it leaves its result in the old one.
			const own = results;
			const isCurrent = (known: DocumentLint | undefined): boolean => known?.version === document.version;
			const known = own.get(document);
			if (isCurrent(known)) return known;
			const settings = await state.settings.get(document.uri);
			if (!settings["lint.enable"]) {
				note(document.uri, NOTHING);
				return undefined;
			}
			const lintable = lintableDocument(document);
			if (lintable === undefined) return undefined;
			const { version } = document;
			const { options, ...said } = await setupFor(state, document, lintable, settings, images(document.uri));
			// The document may have changed while files were read: what is returned is of the text that it has now.
			if (document.version !== version) return this.of(document);
			const meanwhile = own.get(document);
			if (isCurrent(meanwhile)) return meanwhile;
			note(document.uri, said);
			const started = performance.now();
			const result = lintable.lint(options);
			limitHeap();
			state.connection.tracer.log(`linted ${document.uri} in ${(performance.now() - started).toFixed(1)} ms`);
			const findings = result.findings.filter((finding) => isShown(finding, document, settings, state));
			const relint = (text: string): TextLint => lintableOf(kindOf(document), text)?.lint(options) ?? { ...result, findings: [] };
			const linted: DocumentLint = { ...result, findings, version, relint };
			own.set(document, linted);
			return linted;
		},
		forget() {
			results = new WeakMap();
		},
	};
}

async function setupFor(
	state: ServerState,
	document: TextDocument,
	{ dockerfile, isEmpty }: Lintable,
	settings: Settings,
	said: ReturnType<ImagesSaid>,
): Promise<Pick<LintSetup, "options"> & FilesAroundSay> {
	// Most files of Compose and Bake hold no Dockerfile: nothing is read for them.
	if (isEmpty) return { options: { rules: new Map() }, ...NOTHING };
	const editor = editorLayer(settings);
	const today = new Date().toISOString().slice(0, 10);
	const path = pathOf(document.uri);
	if (path !== undefined) {
		const editorFirst = settings["lint.configurationPreference"] === "editorFirst";
		const layers = { editor, editorFirst, today, ...said, ...(dockerfile === undefined ? {} : { file: dockerfile }) };
		return state.project.lintOptionsFor(path, layers);
	}
	// No file, no folder: nothing is around it.
	const { rules, options, codes, problems } = resolveRules([editor]);
	return { options: { rules, options, codes, today, workspace: { ...NO_WORKSPACE, today, ...said } }, problems, configFiles: [] };
}

function editorLayer(settings: Settings): RuleLayer {
	const rules = Object.entries(settings["lint.rules"]).map(([pattern, level]) => ({ pattern, level }));
	const preset = settings["lint.preset"];
	// Editors do not tell a default from a choice: the default is no answer to a configuration file's preset.
	return { source: "hullguard.lint.rules", rules, ...(preset === DEFAULT_SETTINGS["lint.preset"] ? {} : { preset }) };
}

/** Whether a finding is wanted, and shown by nobody else. */
function isShown(finding: LintFinding, document: TextDocument, settings: Settings, state: ServerState): boolean {
	if (settings["lint.quiet"] && (finding.severity === "info" || finding.severity === "hint")) return false;
	// Other extensions look at Dockerfiles alone, not at those inside other files.
	if (kindOf(document) !== "dockerfile") return true;
	const others = othersIn(settings["lint.overlap"], state);
	if (others.length === 0) return true;
	return !findRule(finding.rule)?.equivalents.some(({ tool, relation }) => relation === "same" && others.some((other) => other === tool));
}

function othersIn(overlap: Settings["lint.overlap"], state: ServerState): readonly OtherLinter[] {
	if (overlap === "keep") return [];
	return overlap === "drop" ? ["buildkit", "dockerfile-utils"] : state.otherLinters;
}
