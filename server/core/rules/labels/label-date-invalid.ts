import { replace } from "../../dockerfile/edits/edit.ts";
import { type Label, labelsWithKey } from "../../dockerfile/variables/labels.ts";
import type { Fix } from "../../finding.ts";
import { parseInstant } from "../../instant.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const KEYS = ["org.opencontainers.image.created"];

/** RFC 3339 has leap seconds, our moments have none. */
const LEAP_SECOND = /:60(?=[.Z+-])/;

export const labelDateInvalid = defineRule({
	id: "label-date-invalid",
	title: "The value of a label is no date as RFC 3339 has it",
	category: "labels",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3053"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "Tools that sort and clean up images by their age read this label. A date in another form is not read, or read wrongly: `03/04/2026` is a day in March or in April.",
	remedy: "Write date, time and zone: `2026-01-31T12:00:00Z`, as `date -u +%Y-%m-%dT%H:%M:%SZ` gives it.",
	references: ["https://specs.opencontainers.org/image-spec/annotations/", "https://datatracker.ietf.org/doc/html/rfc3339#section-5.6"],
	options: [{ name: "labels", description: "Further keys whose values are dates.", default: [] }],
	examples: [
		{
			caption: "A day alone",
			bad: 'FROM debian:12\nLABEL org.opencontainers.image.created="«2026-01-31»"\n',
			fixed: 'FROM debian:12\nLABEL org.opencontainers.image.created="2026-01-31T00:00:00Z"\n',
		},
		{ caption: "A date and a time", good: 'FROM debian:12\nLABEL org.opencontainers.image.created="2026-01-31T12:00:00Z"\n' },
		{
			caption: "Parts are missing",
			bad: "FROM debian:12\nLABEL org.opencontainers.image.created=\"«2026-01-31»\" built=«20260131» \\\n  at='«2026-01-31 12:30:00»'\n",
			fixed:
				"FROM debian:12\nLABEL org.opencontainers.image.created=\"2026-01-31T00:00:00Z\" built=2026-01-31T00:00:00Z \\\n  at='2026-01-31T12:30:00Z'\n",
			options: { labels: ["built", "at"] },
		},
		{
			caption: "Nobody knows which day",
			bad: "FROM debian:12\nLABEL org.opencontainers.image.created=«03/04/2026»\nLABEL org.opencontainers.image.created=«2026-02-30»\n",
		},
		{
			caption: "Dates, variables, and other labels",
			good: 'FROM debian:12\nARG D\nLABEL org.opencontainers.image.created=2026-01-31T12:00:00.5+01:00\nLABEL org.opencontainers.image.created="$D" built=yesterday\nLABEL org.opencontainers.image.created=2016-12-31T23:59:60Z\n',
		},
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const label of labelsWithKey(file, [...KEYS, ...(options["labels"] as readonly string[])])) {
			const { value, valueSpan } = label;
			if (value === undefined || value.trim() === "" || parseInstant(value.toUpperCase().replace(LEAP_SECOND, ":59")) !== undefined)
				continue;
			reports.push({ span: valueSpan, message: `${shortened(value, 40)} is no date and time of RFC 3339`, fixes: () => fixesFor(label) });
		}
		return reports;
	},
});

/** The same day and time in full; a zone that is not said is taken for UTC. */
function fixesFor({ value = "", valueSpan, assignment }: Label): readonly Fix[] {
	const parts = /^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T _](\d{2}):(\d{2})(?::(\d{2}))?\s?(?:Z|UTC|\+00:?00)?)?$/i.exec(value.trim());
	if (parts === null || !assignment.value?.includes(value)) return [];
	const [, year, month, day, hour = "00", minute = "00", second = "00"] = parts;
	const text = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
	if (parseInstant(text) === undefined) return [];
	return [{ title: `Change to ${text}`, safety: "review", edits: [replace(valueSpan, text)] }];
}
