import { defineRule, similar } from "../rule.ts";

export const suppressionUnusedOrUnknown = defineRule({
	id: "suppression-unused-or-unknown",
	title: "An ignore comment names no rule, or silences nothing",
	category: "style",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["droast", "DF072"]),
	why: "An exception that is no longer needed hides the next finding of that rule at the same place, and nobody will notice. A misspelt one hides nothing, though its author believes that it does. One whose date has passed was meant to be looked at again.",
	remedy:
		'Write `# hullguard-ignore RULE[, RULE…] [until=2027-01-31] [reason="…"]` above an instruction or above a line in it, or `# hullguard-ignore-file` with the same above the first instruction. Remove an id that silences nothing, correct it, or, where the exception is still right, give it a new date.',
	references: [],
	options: [{ name: "reasons", description: "Also report exceptions without a reason.", default: false }],
	examples: [
		{
			caption: "There is no such rule",
			bad: "# hullguard-ignore «image-of-the-week»\nFROM debian:12-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000\nUSER 1000:1000\n",
			fixed: "FROM debian:12-slim@sha256:0000000000000000000000000000000000000000000000000000000000000000\nUSER 1000:1000\n",
		},
		{
			caption: "Misspelt, and the id of another tool",
			bad: "FROM debian:12\n# hullguard-ignore «apt-install-without-ye», «dl3015»\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n",
			fixed:
				"FROM debian:12\n# hullguard-ignore apt-install-without-yes, apt-install-recommends\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n",
		},
		{
			caption: "The rule finds nothing here",
			bad: "FROM debian:12\n# hullguard-ignore apt-install-recommends, «apt-install-without-yes»\nRUN apt-get update && apt-get install -y curl\nUSER 1000:1000\n",
			fixed: "FROM debian:12\n# hullguard-ignore apt-install-recommends\nRUN apt-get update && apt-get install -y curl\nUSER 1000:1000\n",
		},
		{
			caption: "Written in another way",
			bad: "FROM debian:12\n# hullguard-ignore«:» sudo-in-run\nRUN sudo a\n# «hullguard-ignore-line» sudo-in-run\nRUN sudo a\n# «hullguard-ignore-file» sudo-in-run\nRUN sudo a\n",
			fixed:
				"# hullguard-ignore-file sudo-in-run\nFROM debian:12\n# hullguard-ignore sudo-in-run\nRUN sudo a\n# hullguard-ignore sudo-in-run\nRUN sudo a\nRUN sudo a\n",
		},
		{
			caption: "No rule, and no date",
			bad: "FROM debian:12\n# «hullguard-ignore» until=2027-01-31\nRUN a\n# hullguard-ignore sudo-in-run until=«2027-02-30»\nRUN sudo a\n",
		},
		{
			caption: "Reasons are asked for",
			options: { reasons: true },
			bad: "FROM debian:12\n# «hullguard-ignore» sudo-in-run\nRUN sudo a\n# hullguard-ignore sudo-in-run -- the image has it\nRUN sudo a\n",
		},
		{
			caption: "What stands above another comment may keep that from being a directive: it stays",
			bad: "# hullguard-ignore-file «apt-install-without-yes»\n# escape=`\nFROM debian:12\nRUN echo a \\\n  && echo b\n",
		},
		{
			caption: "It silences a finding",
			good: 'FROM debian:12\n# hullguard-ignore apt-install-without-yes reason="the proxy answers; until=2020-01-01"\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n',
		},
		{
			caption: "It silences one of this rule, or of another comment",
			good: "FROM debian:12\n# hullguard-ignore suppression-unused-or-unknown\n# hullguard-ignore sudo-in-run\nRUN a\n# hullguard-ignore directive-ineffective\n# escape=`\nRUN a\n",
		},
		{ caption: "Comments of other tools are theirs", good: "# hadolint ignore=DL9999\nFROM debian:12\nUSER 1000:1000\n" },
	],
	// Only the whole run can tell: lint/unusedSuppressions.ts finds these.
	check: () => [],
});
