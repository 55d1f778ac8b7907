import { labelsWithKey } from "../../dockerfile/variables/labels.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const labelEmailInvalid = defineRule({
	id: "label-email-invalid",
	title: "The value of a label is no e-mail address",
	category: "labels",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3058"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "When an image misbehaves at night, somebody writes to the address in its label.",
	remedy:
		"Write an address that is read: `team@example.com`. Without keys in `labels` the rule is silent: no standard label is an address.",
	references: ["https://docs.docker.com/reference/dockerfile/#label"],
	options: [{ name: "labels", description: "The keys whose values are e-mail addresses.", default: [] }],
	examples: [
		{ caption: "A name", bad: 'FROM debian:12\nLABEL contact="«Jane Doe»"\n', options: { labels: ["contact"] } },
		{ caption: "An address", good: 'FROM debian:12\nLABEL contact="jane@example.com"\n', options: { labels: ["contact"] } },
		{
			caption: "No address",
			bad: 'FROM debian:12\nLABEL contact="«Jane Doe»" owner=«jane@localhost» team=«a..b@c.d»\nLABEL contact «jane@example.com, joe@example.com»\n',
			options: { labels: ["contact", "owner", "team"] },
		},
		{
			caption: "Addresses, and variables",
			good: "FROM debian:12\nARG A\nLABEL contact=jane.doe+x@mail.example.com\nLABEL contact=$A\n",
			options: { labels: ["contact"] },
		},
		{ caption: "No list", good: "FROM debian:12\nLABEL maintainer=Jane\n" },
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const { value, valueSpan } of labelsWithKey(file, options["labels"] as readonly string[])) {
			if (value === undefined || value.trim() === "" || isAddress(value)) continue;
			reports.push({ span: valueSpan, message: `${shortened(value, 60)} is no e-mail address` });
		}
		return reports;
	},
});

/** One at sign, something in front of it, and a domain with a dot behind it. */
function isAddress(text: string): boolean {
	const [local = "", domain = "", ...more] = text.split("@");
	if (more.length > 0 || local === "" || /[\s<>(),;:"[\]]|^\.|\.\.|\.$/.test(local)) return false;
	const labels = domain.split(".");
	return labels.length > 1 && labels.every((label) => /^[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u.test(label));
}
