import { defineRule } from "../rule.ts";

export const suppressionUnusedOrUnknown = defineRule({
	id: "suppression-unused-or-unknown",
	title: "An ignore comment names no rule, or silences nothing",
	category: "style",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "An exception that is no longer needed hides the next finding of that rule at the same place, and nobody will notice. A misspelt one hides nothing, though its author believes that it does. One whose date has passed was meant to be looked at again.",
	remedy: "Remove the id from the comment, correct it, or, where the exception is still right, give it a new date.",
	references: [],
	examples: [
		{
			caption: "There is no such rule",
			bad: "# hullguard-ignore «no-such-rule»\nFROM debian:12-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000\nUSER 1000:1000\n",
			fixed: "FROM debian:12-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000\nUSER 1000:1000\n",
		},
		{
			caption: "Misspelt, or another tool's",
			bad: "FROM debian:12\n# hullguard-ignore «apt-install-recomends», «DL3014»\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n",
			fixed:
				"FROM debian:12\n# hullguard-ignore apt-install-recommends, apt-install-without-yes\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n",
		},
		{
			caption: "The rule finds nothing here",
			bad: "FROM debian:12\n# hullguard-ignore apt-install-recommends, «apt-install-without-yes»\nRUN apt-get update && apt-get install -y curl\nUSER 1000:1000\n",
			fixed: "FROM debian:12\n# hullguard-ignore apt-install-recommends\nRUN apt-get update && apt-get install -y curl\nUSER 1000:1000\n",
		},
		{
			caption: "It silences a finding",
			good: 'FROM debian:12\n# hullguard-ignore apt-install-without-yes reason="the proxy answers"\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n',
		},
		{ caption: "Comments of other tools are theirs", good: "# hadolint ignore=DL9999\nFROM debian:12\nUSER 1000:1000\n" },
	],
	// Only the whole run can tell: lint/unusedSuppressions.ts finds these.
	check: () => [],
});
