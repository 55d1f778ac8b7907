import { replace } from "../../dockerfile/edits/edit.ts";
import { type Label, labelsWithKey } from "../../dockerfile/variables/labels.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const KEYS = ["org.opencontainers.image.version"];
/** Source: semver.org 2.0.0, the grammar; numbers without leading zeros. */
const CORE = /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)$/;
const IDENTIFIER = /^[0-9A-Za-z-]+$/;

export const labelVersionInvalid = defineRule({
	id: "label-version-invalid",
	title: "The value of a label is no semantic version",
	category: "labels",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3056"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "Tools that compare versions, for updates or for vulnerabilities, can order semantic versions and nothing else: `1.10` comes before `1.9` in the alphabet.",
	remedy: "Write three numbers, and what else belongs to it behind a dash or a plus sign: `1.2.3-rc.1+build.5`.",
	references: ["https://semver.org/", "https://specs.opencontainers.org/image-spec/annotations/"],
	options: [{ name: "labels", description: "Further keys whose values are versions.", default: [] }],
	examples: [
		{ caption: "A semantic version", good: 'FROM debian:12\nLABEL org.opencontainers.image.version="1.2.3"\n' },
		{
			caption: "A letter in front",
			bad: 'FROM debian:12\nLABEL org.opencontainers.image.version="«v1.2.3»"\n',
			fixed: 'FROM debian:12\nLABEL org.opencontainers.image.version="1.2.3"\n',
		},
		{
			caption: "Too few numbers, too many, other texts",
			bad: "FROM debian:12\nLABEL org.opencontainers.image.version=«1.2» v=«1.2.3.4»\nLABEL org.opencontainers.image.version=«01.2.3»\nLABEL org.opencontainers.image.version=«1.2.3-»\nLABEL org.opencontainers.image.version=«1.2.3-01»\n",
			options: { labels: ["v"] },
		},
		{
			caption: "Versions, variables, and other labels",
			good: "FROM debian:12\nARG V\nLABEL org.opencontainers.image.version=1.2.3-rc.1+build.5 v=1\nLABEL org.opencontainers.image.version=0.0.0+01\nLABEL org.opencontainers.image.version=$V\n",
		},
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const label of labelsWithKey(file, [...KEYS, ...(options["labels"] as readonly string[])])) {
			const { value, valueSpan } = label;
			if (value === undefined || value.trim() === "" || isSemantic(value)) continue;
			reports.push({ span: valueSpan, message: `${shortened(value, 50)} is no semantic version`, fixes: () => fixesFor(label) });
		}
		return reports;
	},
});

function isSemantic(text: string): boolean {
	const plus = text.indexOf("+");
	const build = plus === -1 ? undefined : text.slice(plus + 1);
	const head = plus === -1 ? text : text.slice(0, plus);
	const dash = head.indexOf("-");
	const prerelease = dash === -1 ? undefined : head.slice(dash + 1);
	if (!CORE.test(dash === -1 ? head : head.slice(0, dash))) return false;
	if (prerelease?.split(".").some((identifier) => /^0\d+$/.test(identifier))) return false;
	return [build, prerelease].every((part) => part === undefined || part.split(".").every((identifier) => IDENTIFIER.test(identifier)));
}

function fixesFor({ value = "", valueSpan }: Label): readonly Fix[] {
	const plain = value.replace(/^v/i, "");
	if (plain === value || !isSemantic(plain) || valueSpan.end - valueSpan.start !== value.length) return [];
	return [{ title: `Change to ${plain}`, safety: "review", edits: [replace(valueSpan, plain)] }];
}
