import type { Dockerfile } from "../dockerfile/model/model.ts";
import { parseDockerfile } from "../dockerfile/parse/parse.ts";
import type { LintFinding } from "../finding.ts";
import { bakeDockerfiles } from "../inline/bake.ts";
import { composeDockerfiles } from "../inline/compose.ts";
import { type InlineDockerfile, type InlineLint, lintInline } from "../inline/inlineDockerfile.ts";
import { type Silencing, silencing } from "../lint/ignore.ts";
import { type LintResult, lintParsed, lintTogether } from "../lint/lint.ts";
import type { LintOptions } from "../lint/options.ts";
import { NO_WORKSPACE } from "../rules/workspaceFacts.ts";
import { type LineStarts, lineStartsOf } from "../text.ts";
import type { DocumentKind } from "./documentKind.ts";
import { ignoreFileFindings } from "./ignoreFileFindings.ts";

/** A text with what can be linted in it: it is a Dockerfile, or holds any number of them. */
export interface Lintable {
	readonly text: string;
	/** What the text is as a whole; undefined where it only holds Dockerfiles. */
	readonly dockerfile: Dockerfile | undefined;
	/** Nothing can be found: how it is linted need not be asked. */
	readonly isEmpty: boolean;
	lint(options: LintOptions): TextLint;
}

/** What was found in a text, with places and edits of that text. */
export interface TextLint {
	readonly text: string;
	readonly lineStarts: LineStarts;
	/** By place. */
	readonly findings: readonly LintFinding[];
	/** How many a comment silences. */
	readonly suppressedCount: number;
	/** The edits that silence one of the findings; undefined where no comment can. */
	silence(finding: LintFinding): Silencing | undefined;
}

/** What can be linted in a text of a kind; undefined if nothing can. `parse` may give a Dockerfile that was read before. */
export function lintableOf(kind: "dockerfile", text: string): Lintable;
export function lintableOf(kind: DocumentKind, text: string, parse?: (text: string) => Dockerfile): Lintable | undefined;
export function lintableOf(kind: DocumentKind, text: string, parse: (text: string) => Dockerfile = parseDockerfile): Lintable | undefined {
	switch (kind) {
		case "dockerfile":
			return dockerfileLintable(parse(text));
		case "compose":
			return inlineLintable(text, composeDockerfiles(text));
		case "bake":
			return inlineLintable(text, bakeDockerfiles(text));
		case "ignoreFile":
			return ignoreFileLintable(text, true);
		case "ownIgnoreFile":
			return ignoreFileLintable(text, false);
		default:
			return undefined;
	}
}

function dockerfileLintable(dockerfile: Dockerfile): Lintable {
	return {
		text: dockerfile.text,
		dockerfile,
		isEmpty: false,
		lint: (options) => textLintOf(lintParsed(dockerfile, options)),
	};
}

function textLintOf({ file, findings, suppressed }: LintResult): TextLint {
	const { text, lineStarts } = file;
	return { text, lineStarts, findings, suppressedCount: suppressed.length, silence: (finding) => silencing(file, finding) };
}

/** Something to lint, and how. */
export interface LintableJob {
	readonly lintable: Lintable;
	readonly options: LintOptions;
}

/** Lints several texts, with a result for each, in order: a few dozen Dockerfiles together are done sooner than one by one. */
export function lintLintables(jobs: readonly LintableJob[]): readonly TextLint[] {
	const results = lintTogether(
		jobs.flatMap(({ lintable: { dockerfile }, options }) => (dockerfile === undefined ? [] : [{ file: dockerfile, options }])),
	).values();
	return jobs.map(({ lintable, options }) => {
		const result = lintable.dockerfile === undefined ? undefined : results.next().value;
		return result === undefined ? lintable.lint(options) : textLintOf(result);
	});
}

function inlineLintable(text: string, inline: readonly InlineDockerfile[]): Lintable {
	return {
		text,
		dockerfile: undefined,
		isEmpty: inline.length === 0,
		lint(options) {
			const lineStarts = lineStartsOf(text);
			const own = withoutContext(options);
			const lints = inline.map((each) => lintInline(each, lineStarts, own));
			return {
				text,
				lineStarts,
				findings: lints.flatMap(({ findings }) => findings),
				suppressedCount: lints.reduce((sum, { suppressedCount }) => sum + suppressedCount, 0),
				silence: (finding) => lintWith(lints, finding)?.silence(finding),
			};
		},
	};
}

/** @param isBeside whether its folder is the context that it is for: a Dockerfile of its own may be built from another one */
function ignoreFileLintable(text: string, isBeside: boolean): Lintable {
	return {
		text,
		dockerfile: undefined,
		isEmpty: text.trim() === "",
		lint(options) {
			const contextEntries = isBeside ? options.workspace?.contextEntries : undefined;
			const lineStarts = lineStartsOf(text);
			const findings = ignoreFileFindings(text, lineStarts, { contextEntries }, options);
			return { text, lineStarts, findings, suppressedCount: 0, silence: () => undefined };
		},
	};
}

function lintWith(lints: readonly InlineLint[], finding: LintFinding): InlineLint | undefined {
	return lints.find(({ findings }) => findings.includes(finding));
}

/** What is in the folder around the file says nothing: each of its Dockerfiles may be built from another one. */
function withoutContext(options: LintOptions): LintOptions {
	return { ...options, workspace: { ...NO_WORKSPACE, today: options.workspace?.today } };
}
