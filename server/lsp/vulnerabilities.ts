import { type CodeAction, CodeActionKind, type Diagnostic } from "vscode-languageserver/node";
import type { VulnerabilityFinding } from "../core/vulnerabilities/place.ts";
import { findingKey } from "../core/vulnerabilities/tree.ts";
import { CLIENT_COMMANDS } from "../protocol.ts";
import { SOURCE, severityOf } from "./convert.ts";
import type { PlacedFinding } from "./fileScans.ts";

/** Vulnerabilities that get an action of their own in the light bulb; the view has the others. */
const MOST_ACTIONS = 8;

/** The code of diagnostics that scans bring. */
const VULNERABILITY_CODE = "vulnerability";

export function vulnerabilityDiagnostic(finding: VulnerabilityFinding, uri: string): Diagnostic {
	const { range, severity, message, related, vulnerabilities } = finding;
	const link = vulnerabilities.length === 1 ? vulnerabilities[0]?.link : undefined;
	return {
		range,
		severity: severityOf(severity),
		source: SOURCE,
		code: vulnerabilities.length === 1 ? (vulnerabilities[0]?.id ?? VULNERABILITY_CODE) : VULNERABILITY_CODE,
		...(link === undefined ? {} : { codeDescription: { href: link } }),
		message,
		relatedInformation: related.map((other) => ({ location: { uri, range: other.range }, message: other.message })),
	};
}

/** *Create VEX Statement…* for each vulnerability that a finding stands for, the worst first. */
export function vexActions({ finding, report }: PlacedFinding, uri: string): readonly CodeAction[] {
	const byId = new Map<string, { readonly names: string[]; readonly keys: string[] }>();
	for (const vulnerability of finding.vulnerabilities) {
		const entry = byId.get(vulnerability.id) ?? { names: [], keys: [] };
		byId.set(vulnerability.id, entry);
		entry.keys.push(findingKey(report, vulnerability));
		if (!entry.names.includes(vulnerability.package.name)) entry.names.push(vulnerability.package.name);
	}
	const diagnostics = [vulnerabilityDiagnostic(finding, uri)];
	return [...byId].slice(0, MOST_ACTIONS).map(([id, { names, keys }]) => {
		const title = `Create VEX Statement for ${id} in ${names.slice(0, 3).join(", ")}${names.length > 3 ? " …" : ""}…`;
		return { title, kind: CodeActionKind.QuickFix, diagnostics, command: { title, command: CLIENT_COMMANDS.createVex, arguments: [keys] } };
	});
}
