import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { calledBy } from "../../dockerfile/commands/scripts.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { installedPackages, isRemovedAgain } from "../../dockerfile/packages/installedPackages.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import type { Connector, ShellCommand } from "../../shell/model.ts";
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
			caption: "Whichever is there is called",
			good: 'FROM acme/base:1\nRUN if command -v curl >/dev/null; then curl -O https://example.com/a; else wget https://example.com/a; fi\nRUN which curl && curl -O https://example.com/b || wget https://example.com/b\nRUN sudo curl -O https://example.com/c || sudo wget https://example.com/c\nRUN sh -c "cd /x && wget https://example.com/d || { echo none; } || curl -O https://example.com/d"\nRUN if [ -x /usr/bin/wget ]; then (wget https://example.com/e); elif [ -x "$(which curl)" ]; then curl -O https://example.com/e; fi\nHEALTHCHECK CMD wget -q http://localhost/ || curl -f http://localhost/ || exit 1\n',
		},
		{
			caption: "What is called behind the choice, or installed for it, counts",
			bad: "FROM debian:12\nRUN apt-get install -y curl «wget»\nRUN curl -O https://example.com/a || wget https://example.com/a\nFROM acme/base:1\nRUN wget https://example.com/a || exit 1; «curl» -O https://example.com/b || true\nCOPY --from=0 /a /a\n",
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
		const commands = builtIn ? [] : calledBy(step);
		const chosen = alternatives(commands);
		for (const command of commands) {
			const { program, name } = command;
			if (!isTool(program) || name === undefined || gone.has(program) || chosen.has(command) || isForPresentTool(command)) continue;
			found.push({ tool: program, span: name.span });
		}
		for (const use of found.sort((a, b) => a.span.start - b.span.start)) add(use.tool, use.span);
	}
	return uses;
}

function isTool(program: string | undefined): program is string {
	return TOOLS.some((tool) => tool === program);
}

/** What tells whether a program is there. */
const LOOKUPS: ReadonlySet<string> = new Set(["command", "which", "type", "hash"]);

/** Whether a command stands in a branch that is chosen by which of the tools is there. */
function isForPresentTool({ choice }: ShellCommand): boolean {
	for (let at = choice; at !== undefined; at = at.outer) if (at.conditions.some(looksForTool)) return true;
	return false;
}

function looksForTool({ program = "", args }: ShellCommand): boolean {
	return (
		(LOOKUPS.has(program) || TEST_PROGRAMS.has(program)) && args.some((word) => /^["']?(?:\/\S*\/)?(?:curl|wget)["']?$/.test(word.text))
	);
}

/** The calls of one tool that stand in for those of the other where these fail: `curl … || wget …`. */
function alternatives(commands: readonly ShellCommand[]): ReadonlySet<ShellCommand> {
	const calls: { readonly command: ShellCommand; readonly list: List; readonly or: number }[] = [];
	/** By depth, the list that is open there. */
	const lists = new Map<number, List>();
	for (const command of commands) {
		const connector = connectorOf(command);
		const depth = command.within.filter((enclosure) => enclosure !== "wrapper").length;
		const isOpen = connector !== "start" && connector !== ";" && connector !== "&";
		const list = (isOpen ? lists.get(depth) : undefined) ?? { or: 0, calls: new Map() };
		lists.set(depth, list);
		if (command.connector === "||") list.or++;
		if (!isTool(command.program)) continue;
		calls.push({ command, list, or: list.or });
		list.calls.set(command.program, { first: list.calls.get(command.program)?.first ?? list.or, last: list.or });
	}
	const chosen = calls.filter(({ command, list, or }) =>
		TOOLS.some((tool) => {
			const other = tool === command.program ? undefined : list.calls.get(tool);
			return other !== undefined && (other.first < or || other.last > or);
		}),
	);
	return new Set(chosen.map(({ command }) => command));
}

/** A list of commands, as far as it has been read. */
interface List {
	/** The number of `||` in it. */
	or: number;
	/** How many of them stand in front of the first and the last call of each tool. */
	readonly calls: Map<string, { readonly first: number; readonly last: number }>;
}

/** What leads to a command, or to what wraps it. */
function connectorOf({ connector, wrapper }: ShellCommand): Connector {
	return connector === "start" && wrapper !== undefined ? connectorOf(wrapper) : connector;
}
