const CONTEXT = '"@context":"https://openvex.dev/ns/v0.2.0"';
const HEAD = `${CONTEXT},"@id":"https://example.org/1","author":"A","timestamp":"2026-01-02T03:04:05Z","version":1`;
const STATEMENT = '"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"';

/** A statement with its fields, in a document without other faults. */
function inStatement(fields: string): string {
	return `{${HEAD},"statements":[{${fields}}]}`;
}

/** Marked text, severity, message. */
const CASES: readonly (readonly [string, "error" | "warning" | "info", string])[] = [
	["", "error", "The file is empty"],
	["«\n \n»", "error", "The file is empty"],
	[`«\ufeff»{${HEAD},"statements":[{${STATEMENT}}]}`, "error", "The file begins with a byte order mark"],
	['{"a": 1«,»}', "error", "A comma stands before the end"],
	[`{${CONTEXT},"statements":[{"status":«"fixe»`, "error", "A string is not closed"],
	["«[]»", "error", "The document is not an object"],
	["«{»}", "error", '"@context" is missing'],
	['{"@context":«3»}', "error", '"@context" must be a text'],
	['{"@context":«"https://example.org/ns"»}', "error", "The context is not that of OpenVEX"],
	['{"@context":«"https://openvex.dev/ns/v9.9.9"»}', "error", 'OpenVEX has no version "v9.9.9"'],
	['{"@context":«"https://openvex.dev/ns/v0.2.0/"»}', "error", 'OpenVEX has no version "v0.2.0/"'],
	[
		`{"@context":«"https://openvex.dev/ns"»,"timestamp":"2026-01-02T03:04:05Z","statements":[{${STATEMENT}}]}`,
		"error",
		"The context names version 0.0.1, the statements are those of 0.2.0",
	],
	['«{»"document":{"csaf_version":"2.0"}}', "info", "This is a CSAF document"],
	['«{»"bomFormat":"CycloneDX"}', "info", "This is a CycloneDX document"],
	[`«{»${CONTEXT},"@id":"i","author":"A","version":1,"statements":[{${STATEMENT}}]}`, "error", '"timestamp" is missing'],
	[`{${HEAD},"statements":[{${STATEMENT}},«null»]}`, "warning", 'An entry of "statements" is empty'],
	[inStatement('"vulnerability":{"name":«1»},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'), "error", '"name" must be a text'],
	[inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":«1»'), "error", '"status" must be a text'],
	[inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":«{}»,"status":"fixed"'), "error", '"products" must be a list'],
	[
		`«{»${CONTEXT},"@id":"i","author":"A","version":1,"statements":[{"timestamp":"2026-01-02T03:04:05Z",${STATEMENT}}]}`,
		"warning",
		'"timestamp" is missing',
	],
	[
		`«{»${CONTEXT},"author":"A","timestamp":"2026-01-02T03:04:05Z","version":1,"statements":[{${STATEMENT}}]}`,
		"warning",
		'"@id" is missing',
	],
	[
		`«{»${CONTEXT},"@id":"i","timestamp":"2026-01-02T03:04:05Z","version":1,"statements":[{${STATEMENT}}]}`,
		"warning",
		'"author" is missing',
	],
	[
		`«{»${CONTEXT},"@id":"i","author":"A","timestamp":"2026-01-02T03:04:05Z","version":null,"statements":[{${STATEMENT}}]}`,
		"warning",
		'"version" is missing',
	],
	[
		`{${CONTEXT},"@id":"i","author":"A","timestamp":«"2026-13-02T03:04:05Z"»,"version":1,"statements":[{${STATEMENT}}]}`,
		"error",
		'"timestamp" is no date and time',
	],
	[
		`{${CONTEXT},"@id":"i","author":"A","timestamp":"2026-01-02T03:04:05Z","version":«"1"»,"statements":[{${STATEMENT}}]}`,
		"error",
		'"version" must be a whole number',
	],
	[
		`{${CONTEXT},"@id":"i","author":"A","timestamp":"2026-01-02T03:04:05Z","version":«1.5»,"statements":[{${STATEMENT}}]}`,
		"error",
		'"version" must be a whole number',
	],
	[`{${HEAD},"statements":«[]»}`, "warning", "The document has no statements"],
	[`«{»${HEAD}}`, "warning", "The document has no statements"],
	[`{${HEAD},"statements":«{}»}`, "error", '"statements" must be a list'],
	[`{${HEAD},"statements":[«"x"»]}`, "error", '"statements" must be an object'],
	[`{${HEAD},«"extra"»:1,"statements":[{${STATEMENT}}]}`, "info", '"extra" is no field of OpenVEX 0.2.0'],
	[`{${HEAD},"author":"B","statements":[{${STATEMENT}}]}`.replace('"author":"B"', '«"author"»:"B"'), "warning", '"author" is there twice'],
	[inStatement(`${STATEMENT},«"Status_Notes"»:"n"`), "info", '"Status_Notes" is no field of OpenVEX 0.2.0'],
	[
		inStatement('"vulnerability":«"CVE-2021-1"»,"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'),
		"error",
		'"vulnerability" must be an object',
	],
	[
		inStatement('"products":[{"@id":"pkg:npm/a"}],"status":"fixed"').replace("[{", "[«{»"),
		"warning",
		"The statement names no vulnerability",
	],
	[inStatement('"vulnerability":«{»},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'), "warning", "The vulnerability has no name"],
	[
		inStatement('"vulnerability":{"name":«"cve-2021-1"»},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'),
		"warning",
		"Scanners write cve-2021-1 in capital letters",
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1","aliases":«"x"»},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'),
		"error",
		'"aliases" must be a list',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1","aliases":[«1»]},"products":[{"@id":"pkg:npm/a"}],"status":"fixed"'),
		"error",
		'"aliases" must be a list of texts',
	],
	[inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":«[]»,"status":"fixed"'), "warning", "The statement names no products"],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[«"pkg:npm/a"»],"status":"fixed"'),
		"error",
		'"products" must be an object',
	],
	[inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[«{»}],"status":"fixed"'), "warning", "Nothing names this component"],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":«"pkg:npm"»}],"status":"fixed"'),
		"warning",
		"This is not a package URL",
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"identifiers":{"purl":«"lodash"»}}],"status":"fixed"'),
		"warning",
		"This is not a package URL",
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a","hashes":{«"sha256"»:"ab"}}],"status":"fixed"'),
		"info",
		'"sha256" is no field of OpenVEX 0.2.0',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a","subcomponents":[«"pkg:npm/b"»]}],"status":"fixed"'),
		"error",
		'"subcomponents" must be an object',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}]').replace("[{", "[«{»"),
		"warning",
		"The statement has no status",
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":«"Fixed"»'),
		"warning",
		'"Fixed" is no status',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":«"not_affected"»'),
		"warning",
		"A statement that is not_affected needs a justification or an impact_statement",
	],
	[
		inStatement(
			'"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":"not_affected","impact_statement":"i","justification":«"because"»',
		),
		"warning",
		'"because" is no justification',
	],
	[
		inStatement(
			'"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":"not_affected","justification":"component_not_present",«"action_statement"»:"a"',
		),
		"warning",
		'"action_statement" does not go with not_affected',
	],
	[
		inStatement('"vulnerability":{"name":"CVE-2021-1"},"products":[{"@id":"pkg:npm/a"}],"status":«"affected"»'),
		"warning",
		"A statement that is affected needs an action_statement",
	],
	[inStatement(`${STATEMENT},«"justification"»:"component_not_present"`), "warning", '"justification" does not go with fixed'],
	[inStatement(`${STATEMENT},"timestamp":«"yesterday"»`), "error", '"timestamp" is no date and time'],
	[inStatement(`${STATEMENT},"last_updated":«"2026-02-30T00:00:00Z"»`), "error", '"last_updated" is no date and time'],
	[
		`{"@context":«"https://openvex.dev/ns/v0.0.1"»,"statements":[{"vulnerability":"CVE-2021-1"}]}`,
		"warning",
		"This is a document of OpenVEX 0.0.1",
	],
];

/** A text with one fault. */
export interface VexFault {
	/** Marks show what is underlined. */
	readonly marked: string;
	readonly severity: "error" | "warning" | "info";
	readonly message: string;
}

export const FAULTS: readonly VexFault[] = CASES.map(([marked, severity, message]) => ({ marked, severity, message }));
