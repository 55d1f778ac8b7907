import type { LintFinding, LintSeverity, Problem } from "../finding.ts";
import { PROJECT, rulePageLink } from "../links.ts";
import type { OtherFileEdit } from "../otherFile.ts";
import { findRule } from "../rules/registry.ts";
import type { Rule } from "../rules/rule.ts";
import { type LineStarts, lineStartsOf, type Range, rangeOf, type SpanEdit } from "../text.ts";
import { lineHashes } from "./fingerprint.ts";
import type { LintedFile, LintReporter } from "./lintReport.ts";

/**
 * The report as SARIF 2.1.0, in the form that GitHub's code scanning reads. Lines and columns are one-based there. Only what is
 * written is kept: results one a line, and which rules they are of.
 */
export function sarifReporter(write: (text: string) => void, version: string): LintReporter {
	const rules: Rule[] = [];
	const results: string[] = [];
	return {
		file(file) {
			for (const { rule } of file.findings) {
				const known = findRule(rule);
				if (known !== undefined && !rules.includes(known)) rules.push(known);
			}
			results.push(...resultsOf(file, rules).map((result) => JSON.stringify(result)));
		},
		end(problems) {
			const driver = { name: "Hullguard", version, semanticVersion: version, informationUri: PROJECT, rules: rules.map(ruleDescriptor) };
			const run = {
				tool: { driver },
				automationDetails: { id: "hullguard/lint/" },
				columnKind: "utf16CodeUnits",
				invocations: [{ executionSuccessful: problems.length === 0, toolExecutionNotifications: problems.map(notification) }],
			};
			const head = `{"$schema":"https://json.schemastore.org/sarif-2.1.0.json","version":"2.1.0","runs":[${JSON.stringify(run).slice(0, -1)},"results":[`;
			write(`${head}${results.length === 0 ? "" : `\n${results.join(",\n")}\n`}]}]}\n`);
		},
	};
}

const LEVELS: Readonly<Record<LintSeverity, "error" | "warning" | "note">> = {
	error: "error",
	warning: "warning",
	info: "note",
	hint: "note",
};
/** GitHub sorts security alerts by this number; hygiene has none. */
const SECURITY: Readonly<Record<LintSeverity, string>> = { error: "8.0", warning: "5.5", info: "2.0", hint: "1.0" };
const SECURITY_CATEGORIES = new Set(["base-image", "user", "secrets", "supply-chain"]);

function ruleDescriptor(rule: Rule): object {
	const security = SECURITY_CATEGORIES.has(rule.category);
	return {
		id: rule.id,
		name: rule.id.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
		shortDescription: { text: rule.title },
		fullDescription: { text: rule.why.split("\n\n")[0] ?? rule.why },
		helpUri: rulePageLink(rule.id),
		help: { text: rule.remedy, markdown: `${rule.why}\n\n${rule.remedy}\n\n[${rule.id}](${rulePageLink(rule.id)})` },
		defaultConfiguration: { level: LEVELS[rule.severity] },
		properties: {
			tags: [rule.category, ...(security ? ["security"] : ["maintainability"])],
			precision: "high",
			"problem.severity": rule.severity === "error" ? "error" : rule.severity === "warning" ? "warning" : "recommendation",
			...(security ? { "security-severity": SECURITY[rule.severity] } : {}),
		},
	};
}

function resultsOf(file: LintedFile, rules: readonly Rule[]): readonly object[] {
	if (file.findings.length === 0) return [];
	const hashes = lineHashes(file.text);
	const starts = lineStartsOf(file.text);
	const uri = uriOf(file.path);
	return file.findings.map((finding) => ({
		ruleId: finding.rule,
		ruleIndex: rules.findIndex((rule) => rule.id === finding.rule),
		level: LEVELS[finding.severity],
		message: { text: finding.message },
		locations: [{ physicalLocation: { artifactLocation: { uri }, region: regionOf(finding.range) } }],
		...(finding.related.length === 0
			? {}
			: {
					relatedLocations: finding.related.map((related, id) => ({
						id,
						message: { text: related.message },
						physicalLocation: { artifactLocation: { uri }, region: regionOf(rangeOf(starts, related.span)) },
					})),
				}),
		partialFingerprints: { primaryLocationLineHash: hashes[finding.range.start.line] ?? "" },
		...fixesOf(finding, uri, starts),
		...(finding.code === finding.rule ? {} : { properties: { code: finding.code } }),
	}));
}

function fixesOf(finding: LintFinding, uri: string, starts: LineStarts): object {
	const fixes = finding.fixes().flatMap((fix) => {
		if (fix.safety === "lookup") return [];
		const { otherFile } = fix;
		const change = otherFile === undefined ? changeOf(uri, starts, fix.edits) : otherChange(otherFile);
		return [{ description: { text: fix.title }, artifactChanges: [change] }];
	});
	return fixes.length === 0 ? {} : { fixes };
}

function otherChange({ path, text, edits }: OtherFileEdit): object {
	return changeOf(uriOf(path), lineStartsOf(text), edits);
}

function changeOf(uri: string, starts: LineStarts, edits: readonly SpanEdit[]): object {
	const replacements = edits.map((edit) => ({
		deletedRegion: regionOf(rangeOf(starts, edit.span)),
		insertedContent: { text: edit.newText },
	}));
	return { artifactLocation: { uri }, replacements };
}

/** A relative path stays one, so that the report means the same on another machine; an absolute one gets the scheme of files. */
function uriOf(path: string): string {
	const drive = /^[A-Za-z]:[\\/]/.test(path);
	const encoded = encodeURI(drive ? path.replaceAll("\\", "/") : path).replace(/[?#]/g, encodeURIComponent);
	if (drive) return `file:///${encoded}`;
	if (path.startsWith("/")) return `file://${encoded}`;
	// What stands before a colon would be a scheme (RFC 3986, 4.2).
	return /^[^/]*:/.test(encoded) ? `./${encoded}` : encoded;
}

function regionOf(range: Range): object {
	return {
		startLine: range.start.line + 1,
		startColumn: range.start.character + 1,
		endLine: range.end.line + 1,
		endColumn: range.end.character + 1,
	};
}

function notification(problem: Problem): object {
	return { level: "error", message: { text: problem.hint === undefined ? problem.message : `${problem.message}. ${problem.hint}` } };
}
