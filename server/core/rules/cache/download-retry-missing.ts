import { isBeforeLine } from "../../dockerfile/base/distributionLine.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import { RETRY_CONNREFUSED } from "../../knowledge/firstLines.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption } from "../../shell/options.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const downloadRetryMissing = defineRule({
	id: "download-retry-missing",
	title: "curl gives up at the first failure",
	category: "cache",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "prefer-curl-config"]),
	onlyWith: { words: ["curl"] },
	why: "A name server that hesitates or a gateway that restarts ends a build of half an hour. Wget tries twenty times by itself; curl tries once.",
	remedy: "Add `--retry 3 --retry-connrefused`, or put both into a `.curlrc` that the build copies.",
	references: ["https://curl.se/docs/manpage.html#--retry"],
	examples: [
		{
			caption: "A single attempt",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN «curl» -fsSLo /usr/local/bin/tool https://example.com/tool\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl --retry 3 --retry-connrefused -fsSLo /usr/local/bin/tool https://example.com/tool\n",
		},
		{
			caption: "Tried again",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl --retry 3 --retry-connrefused -fsSLo /usr/local/bin/tool https://example.com/tool\n",
		},
		{
			caption: "Once only",
			bad: "FROM debian:12\nRUN «curl» -fsSL https://example.com/a.tgz | tar xz\nRUN apt-get update && \\\n    sudo «curl» -o a \\\n      https://example.com/a\n",
			fixed:
				"FROM debian:12\nRUN curl --retry 3 --retry-connrefused -fsSL https://example.com/a.tgz | tar xz\nRUN apt-get update && \\\n    sudo curl --retry 3 --retry-connrefused -o a \\\n      https://example.com/a\n",
		},
		{
			caption: "Of old systems, whose curl cannot be told about refused connections",
			bad: "FROM centos:7\nRUN «curl» -fsSL -o /a https://example.com/a\nFROM node:8-jessie\nRUN «curl» -fsSL -o /a https://example.com/a\nFROM ubuntu:xenial\nRUN «curl» -fsSL -o /a https://example.com/a\nFROM ubuntu:18.04\nRUN «curl» -fsSL -o /a https://example.com/a\n",
			fixed:
				"FROM centos:7\nRUN curl --retry 3 -fsSL -o /a https://example.com/a\nFROM node:8-jessie\nRUN curl --retry 3 -fsSL -o /a https://example.com/a\nFROM ubuntu:xenial\nRUN curl --retry 3 -fsSL -o /a https://example.com/a\nFROM ubuntu:18.04\nRUN curl --retry 3 --retry-connrefused -fsSL -o /a https://example.com/a\n",
		},
		{
			caption: "Tried again, set elsewhere, or no download",
			good: "FROM debian:12\nRUN curl --retry 5 -fsSL https://example.com/a && curl $OPTIONS https://example.com/a && curl --version && curl -K file https://example.com/a && wget https://example.com/a\nRUN until curl -fsSo /x https://example.com/x; do sleep 1; done\n",
		},
		{ caption: "In a configuration", good: "FROM debian:12\nCOPY .curlrc /root/\nRUN curl https://example.com/a\n" },
	],
	check(file) {
		if (!file.text.includes("curl") || file.text.includes("curlrc")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const seen = new Set<ShellCommand>();
				for (const { program, command, arguments: args } of downloadsOf(step)) {
					if (program !== "curl" || command.name === undefined || seen.has(command)) continue;
					seen.add(command);
					if (args.uncertain || hasOption(args, "--retry", "-K", "--config") || command.within.includes("loop")) continue;
					reports.push({
						span: command.name.span,
						message: "curl without --retry gives up at the first failure",
						fixes: () => fixesFor(stage, command),
					});
				}
			}
		}
		return reports;
	},
});

function fixesFor(stage: Stage, { name, decoded }: ShellCommand): readonly Fix[] {
	if (decoded || name === undefined) return [];
	const options = isBeforeLine(stage, RETRY_CONNREFUSED) ? "--retry 3" : "--retry 3 --retry-connrefused";
	return [{ title: "Add --retry 3", safety: "review", edits: [insertAfter(name.span, ` ${options}`)] }];
}
