import { fileURLToPath } from "node:url";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { LintFinding, Problem } from "../core/finding.ts";
import { type LintResult, lint } from "../core/lint/lint.ts";
import type { LintOptions } from "../core/lint/options.ts";
import { findRule } from "../core/rules/registry.ts";
import type { RuleLayer } from "../core/settings/rules.ts";
import type { Settings } from "../core/settings/schema.ts";
import { DEFAULT_SETTINGS } from "../core/settings/settings.ts";
import type { ServerState } from "./state.ts";

/** The findings of one version of a document. */
export interface DocumentLint {
	readonly uri: string;
	readonly version: number;
	readonly result: LintResult;
	/** What is wrong with the configuration that was used. */
	readonly problems: readonly Problem[];
	readonly settings: Settings;
	/** How it was linted. */
	readonly options: LintOptions;
}

/** Lints documents and remembers the last result of each. */
export interface Linting {
	/** The findings of the document as it is now; undefined if linting is off for it. */
	of(document: TextDocument): Promise<DocumentLint | undefined>;
	/** Forgets all results: a file or a setting that they depend on has changed. */
	forget(): void;
	close(uri: string): void;
}

export function createLinting(state: ServerState): Linting {
	const results = new Map<string, DocumentLint>();
	let generation = 0;
	return {
		async of(document) {
			const known = results.get(document.uri);
			if (known !== undefined && known.version === document.version) return known;
			const asked = generation;
			const settings = await state.settings.get(document.uri);
			if (!settings["lint.enable"]) return undefined;
			const path = pathOf(document.uri);
			const today = new Date().toISOString().slice(0, 10);
			const setup = await state.project.lintOptionsFor(path, {
				editor: editorLayer(settings),
				editorFirst: settings["lint.configurationPreference"] === "editorFirst",
				today,
			});
			const current = results.get(document.uri);
			if (current !== undefined && current.version >= document.version && asked === generation) return current;
			const started = performance.now();
			const result = lint(document.getText(), setup.options);
			state.connection.tracer.log(`linted ${document.uri} in ${(performance.now() - started).toFixed(1)} ms`);
			const linted: DocumentLint = {
				uri: document.uri,
				version: document.version,
				result: { ...result, findings: result.findings.filter((finding) => isShown(finding, settings, state)) },
				problems: setup.problems,
				settings,
				options: setup.options,
			};
			if (asked === generation) results.set(document.uri, linted);
			return linted;
		},
		forget() {
			generation++;
			results.clear();
		},
		close(uri) {
			results.delete(uri);
		},
	};
}

/** The path of a document, or a name for one that is in no file yet. */
export function pathOf(uri: string): string {
	if (!uri.startsWith("file:")) return "/Dockerfile";
	return fileURLToPath(uri);
}

function editorLayer(settings: Settings): RuleLayer {
	const rules = Object.entries(settings["lint.rules"]).map(([pattern, level]) => ({ pattern, level }));
	const preset = settings["lint.preset"];
	// Editors do not tell a default from a choice: the default is no answer to a configuration file's preset.
	return { source: "hullguard.lint.rules", rules, ...(preset === DEFAULT_SETTINGS["lint.preset"] ? {} : { preset }) };
}

function isShown(finding: LintFinding, settings: Settings, state: ServerState): boolean {
	if (settings["lint.quiet"] && (finding.severity === "info" || finding.severity === "hint")) return false;
	const overlap = settings["lint.overlap"];
	const drop = overlap === "drop" || (overlap === "auto" && state.dockerExtension);
	return !(
		drop && findRule(finding.rule)?.equivalents.some((equivalent) => equivalent.tool === "buildkit" && equivalent.relation === "same")
	);
}
