import { labelsWithKey } from "../../dockerfile/variables/labels.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const KEYS = ["org.opencontainers.image.url", "org.opencontainers.image.documentation", "org.opencontainers.image.source"];

/** With a host, or with a scheme that has none: `localhost:8080` has no scheme. */
const ADDRESS = /^(?:[a-z][a-z0-9+.-]*:\/\/[^\s/?#]\S*|file:\/\/\/\S+|(?:mailto|urn):[^\s/]\S*)$/i;

export const labelUrlInvalid = defineRule({
	id: "label-url-invalid",
	title: "The value of a label is no address",
	category: "labels",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3052"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "Registries and update bots follow these labels: to the sources, the release notes, the documentation. What is no absolute address leads nowhere.",
	remedy: "Write the address in full: `https://github.com/acme/app`.",
	references: ["https://specs.opencontainers.org/image-spec/annotations/"],
	options: [{ name: "labels", description: "Further keys whose values are addresses.", default: [] }],
	examples: [
		{ caption: "No scheme", bad: 'FROM debian:12\nLABEL org.opencontainers.image.url="«example.com»"\n' },
		{ caption: "An address", good: 'FROM debian:12\nLABEL org.opencontainers.image.url="https://example.com"\n' },
		{
			caption: "No scheme, no host, not an address",
			bad: "FROM debian:12\nLABEL org.opencontainers.image.url=\"«example.com»\" org.opencontainers.image.source=«git@github.com:acme/app.git» \\\n  org.opencontainers.image.documentation='«see the wiki»' home=«https:/x»\n",
			options: { labels: ["home"] },
		},
		{
			caption: "Addresses, variables, and other labels",
			good: 'FROM debian:12\nARG U\nLABEL org.opencontainers.image.url=https://example.com org.opencontainers.image.source="git+ssh://git@example.com/a?b#c" org.opencontainers.image.documentation=$U\nLABEL org.opencontainers.image.url=mailto:a@example.com org.opencontainers.image.documentation=file:///usr/share/doc/app org.opencontainers.image.title=a home=b\n',
		},
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const { key, value, valueSpan } of labelsWithKey(file, [...KEYS, ...(options["labels"] as readonly string[])])) {
			if (value === undefined || value.trim() === "" || ADDRESS.test(value)) continue;
			reports.push({ span: valueSpan, message: `${shortened(value, 40)} is no address, but the value of ${shortened(key, 40)}` });
		}
		return reports;
	},
});
