import { replace } from "../../dockerfile/edits/edit.ts";
import { type Label, labelsWithKey } from "../../dockerfile/variables/labels.ts";
import type { Fix } from "../../finding.ts";
import { LICENCE_NAMES, NO_LICENCES } from "../../knowledge/licenceNames.ts";
import { SPDX_LICENCES } from "../../knowledge/spdxLicences.ts";
import { plainLicenceName, spdxIdOfName } from "../../sbom/licences.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const KEYS = ["org.opencontainers.image.licenses"];
const IDS: ReadonlySet<string> = new Set([...SPDX_LICENCES].map((id) => id.toLowerCase()));
/** Still valid, though the list recommends others. */
const OLD_GNU = /^(?:a|l)?gpl-\d\.\d\+?$/;

export const labelLicenseInvalid = defineRule({
	id: "label-license-invalid",
	title: "The value of a label is no SPDX licence expression",
	category: "labels",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3054"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "Licence policies are checked by machines, and machines know licences by their SPDX identifiers. A name that only people understand counts as unknown, and an unknown licence stops a release, or passes where it should not.",
	remedy:
		"Write an expression of identifiers: `Apache-2.0`, `MIT OR GPL-2.0-only`, `LicenseRef-acme` for one's own. Identifiers that the rule does not know are not reported.",
	references: ["https://spdx.org/licenses/", "https://spdx.github.io/spdx-spec/v3.0.1/annexes/spdx-license-expressions/"],
	options: [{ name: "labels", description: "Further keys whose values are licences.", default: [] }],
	examples: [
		{
			caption: "A name for people",
			bad: 'FROM debian:12\nLABEL org.opencontainers.image.licenses="«Apache License, Version 2.0»"\n',
			fixed: 'FROM debian:12\nLABEL org.opencontainers.image.licenses="Apache-2.0"\n',
		},
		{ caption: "An identifier of SPDX", good: 'FROM debian:12\nLABEL org.opencontainers.image.licenses="Apache-2.0"\n' },
		{
			caption: "Names for people",
			bad: 'FROM debian:12\nLABEL org.opencontainers.image.licenses="«Apache License, Version 2.0»" license=«GPLv3»\nLABEL org.opencontainers.image.licenses=«GPL-2+»\n',
			fixed:
				'FROM debian:12\nLABEL org.opencontainers.image.licenses="Apache-2.0" license=GPL-3.0-only\nLABEL org.opencontainers.image.licenses=GPL-2.0-or-later\n',
			options: { labels: ["license"] },
		},
		{
			caption: "No expression, no licence",
			bad: 'FROM debian:12\nLABEL org.opencontainers.image.licenses="«see LICENSE file»"\nLABEL org.opencontainers.image.licenses=«Proprietary»\nLABEL org.opencontainers.image.licenses="«MIT, Apache-2.0»"\nLABEL org.opencontainers.image.licenses="«MIT OR»"\n',
		},
		{
			caption: "Expressions, and identifiers that nobody here knows",
			good: 'FROM debian:12\nARG L\nLABEL org.opencontainers.image.licenses=mit\nLABEL org.opencontainers.image.licenses="(MIT OR Apache-2.0) AND GPL-2.0+ WITH Classpath-exception-2.0"\nLABEL org.opencontainers.image.licenses=LicenseRef-acme-1\nLABEL org.opencontainers.image.licenses=NOASSERTION\nLABEL org.opencontainers.image.licenses=CECILL-2.1\nLABEL org.opencontainers.image.licenses=$L license=GPLv3\n',
		},
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const label of labelsWithKey(file, [...KEYS, ...(options["labels"] as readonly string[])])) {
			const { value, valueSpan } = label;
			if (value === undefined || value.trim() === "") continue;
			const identifiers = identifiersIn(value.trim());
			if (identifiers !== undefined && !identifiers.some(isKnownToBeWrong)) continue;
			reports.push({ span: valueSpan, message: `${shortened(value, 55)} is no SPDX licence expression`, fixes: () => fixesFor(label) });
		}
		return reports;
	},
});

/** The identifiers of an expression, exceptions left out; undefined if it is none. */
function identifiersIn(text: string): readonly string[] | undefined {
	const tokens = text.match(/[()]|[^\s()]+/g) ?? [];
	const identifiers: string[] = [];
	let depth = 0;
	let wanted: "operand" | "operator" | "exception" = "operand";
	for (const token of tokens) {
		if (token === "(" && wanted === "operand") depth++;
		else if (token === ")" && wanted === "operator" && depth > 0) depth--;
		else if (wanted === "operator" && /^(?:AND|OR)$/i.test(token)) wanted = "operand";
		else if (wanted === "operator" && /^WITH$/i.test(token)) wanted = "exception";
		else if (wanted !== "operator" && /^[A-Za-z0-9.:-]+\+?$/.test(token) && !/^(?:AND|OR|WITH)$/i.test(token)) {
			if (wanted === "operand") identifiers.push(token);
			wanted = "operator";
		} else return undefined;
	}
	return wanted === "operator" && depth === 0 ? identifiers : undefined;
}

function isKnownToBeWrong(identifier: string): boolean {
	const lower = identifier.toLowerCase();
	if (IDS.has(lower) || IDS.has(lower.replace(/\+$/, "")) || OLD_GNU.test(lower) || lower.includes("licenseref-")) return false;
	const plain = plainLicenceName(identifier);
	return NO_LICENCES.has(plain) || Object.hasOwn(LICENCE_NAMES, plain);
}

function fixesFor({ value = "", valueSpan, assignment }: Label): readonly Fix[] {
	const meant = spdxIdOfName(value);
	if (meant === undefined || !assignment.value?.includes(value)) return [];
	return [{ title: `Change to ${meant}`, safety: "review", edits: [replace(valueSpan, meant)] }];
}
