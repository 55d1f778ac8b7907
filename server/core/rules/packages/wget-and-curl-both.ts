import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { calledBy } from "../../dockerfile/commands/scripts.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { installedPackages, isRemovedAgain } from "../../dockerfile/packages/installedPackages.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const TOOLS = ["curl", "wget"] as const;

export const wgetAndCurlBoth = defineRule({
	id: "wget-and-curl-both",
	title: "One stage has both wget and curl",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL4001"],
		["trivy", "DS-0014"],
		["kics", "fc775e75-fcfb-4c98-b2f2-910c5858b359"],
		["semgrep", "use-either-wget-or-curl"],
		["droast", "DF058"],
	),
	onlyWith: { words: ["wget"], texts: ["curl"] },
	why: "wget and curl do the same thing in different ways: two programs with libraries of their own to install, to update and to find vulnerabilities in, and two sets of options for certificates, retries and errors to get right.",
	remedy: "Use one of them in each stage; or neither: `ADD --checksum=… https://…` fetches without a program in the image.",
	references: ["https://docs.docker.com/reference/dockerfile/#add---checksum"],
	examples: [
		{
			caption: "Both are installed",
			bad: "FROM debian:12\r\nRUN apt-get update && apt-get install -y curl \\\r\n    # and\r\n    «wget»\r\n",
		},
		{
			caption: "One is called beside the other",
			bad: "FROM debian:12\nRUN apt-get install -y wget && wget -O a https://example.com/a\nRUN «curl» -fsSL https://example.com/b -o b\n",
		},
		{
			caption: "In a health check",
			bad: "FROM debian:12\nRUN wget -O a https://example.com/a\nHEALTHCHECK CMD «curl» -f http://localhost/ || exit 1\n",
		},
		{
			caption: "In a health check in exec form",
			bad: 'FROM debian:12\nRUN wget -O a https://example.com/a\nHEALTHCHECK CMD ["«curl»", "-f", "http://localhost/"]\n',
		},
		{
			caption: "One in each stage; libraries, and what is removed again",
			good: "FROM debian:12 AS a\nRUN wget https://example.com/a\nFROM debian:12\nRUN apt-get install -y wget libcurl4 && wget https://example.com/b && apt-get purge -y wget\nRUN apt-get install -y curl && echo wget\nCOPY --from=a /a /a\n",
		},
		{
			caption: "BusyBox brings a wget of its own",
			good: "FROM alpine:3.20\nRUN apk add --no-cache curl && wget https://example.com/a && curl -O https://example.com/b\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "unused") continue;
			const [first, second] = usesOf(stage);
			if (first === undefined || second === undefined) continue;
			reports.push({
				span: second.span,
				message: `This stage uses ${second.tool} beside ${first.tool}`,
				related: [{ span: first.span, message: `${first.tool} is used here` }],
			});
		}
		return reports;
	},
});

interface Use {
	readonly tool: string;
	readonly span: Span;
}

/** The first use of each tool, in order. Where BusyBox has a wget only packages count. */
function usesOf(stage: Stage): readonly Use[] {
	const family = stageFamily(stage);
	const builtIn = family === "alpine" || family === "busybox" || family === "wolfi";
	const uses: Use[] = [];
	const add = (tool: string, span: Span): void => {
		if (!uses.some((use) => use.tool === tool)) uses.push({ tool, span });
	};
	for (const step of stage.steps) {
		const packages = installedPackages(step).filter(({ name }) => TOOLS.some((tool) => tool === name));
		const gone = new Set(packages.filter((found) => isRemovedAgain(step, found)).map(({ name }) => name));
		const found: Use[] = packages.filter(({ name }) => !gone.has(name)).map(({ name, word }) => ({ tool: name, span: word.span }));
		for (const { program, name } of calledBy(step)) {
			if (program === undefined || name === undefined || builtIn || gone.has(program) || !TOOLS.some((tool) => tool === program)) continue;
			found.push({ tool: program, span: name.span });
		}
		for (const use of found.sort((a, b) => a.span.start - b.span.start)) add(use.tool, use.span);
	}
	return uses;
}
