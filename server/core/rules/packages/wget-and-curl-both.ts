import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { calledBy } from "../../dockerfile/commands/scripts.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { installedPackages, isRemovedAgain } from "../../dockerfile/packages/installedPackages.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import type { Connector, ShellChoice, ShellCommand } from "../../shell/model.ts";
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
		{ caption: "One would do", bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl «wget»\n" },
		{ caption: "One of them", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n" },
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
			good: 'FROM acme/base:1\nRUN if command -v curl >/dev/null; then curl -O https://example.com/a; else wget https://example.com/a; fi\nRUN which curl && curl -O https://example.com/b || wget https://example.com/b\nRUN curl -O https://example.com/b || which wget && sudo wget https://example.com/b || exit 1\nRUN sudo curl -O https://example.com/c || sudo wget https://example.com/c\nRUN sh -c "cd /x && wget https://example.com/d || { echo none; } || curl -O https://example.com/d"\nRUN if [ -x /usr/bin/wget ]; then (wget https://example.com/e); elif [ -x "$(which curl)" ]; then curl -O https://example.com/e; fi\nHEALTHCHECK CMD wget -q http://localhost/ || curl -f http://localhost/ || exit 1\n',
		},
		{
			caption: "What is called behind the choice, or installed for it, counts",
			bad: "FROM debian:12\nRUN apt-get install -y curl «wget»\nRUN curl -O https://example.com/a || wget https://example.com/a\nFROM acme/base:1\nRUN wget https://example.com/a || exit 1; «curl» -O https://example.com/b || true\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Where something else answers a failure, or both are called in any case",
			bad: "FROM debian:12\nRUN wget https://example.com/a || exit 1 && «curl» -O https://example.com/b || exit 1\nFROM debian:12\nRUN curl -O https://example.com/a && [ -f x ] || mkdir x && «wget» https://example.com/b\nFROM debian:12\nRUN wget https://example.com/a || curl -O https://example.com/a && wget https://example.com/b\nRUN wget https://example.com/c || true && «curl» -O https://example.com/d\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
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
	for (let at = choice; at !== undefined; at = at.outer) if (asksForTool(at)) return true;
	return false;
}

const asksForTool = remembered(({ conditions }: ShellChoice): boolean => conditions.some(looksForTool));

function looksForTool({ program = "", args }: ShellCommand): boolean {
	return (
		(LOOKUPS.has(program) || TEST_PROGRAMS.has(program)) && args.some((word) => /^["']?(?:\/\S*\/)?(?:curl|wget)["']?$/.test(word.text))
	);
}

/** The calls of one tool that stand in for those of the other where these fail: `curl … || wget …`. */
function alternatives(commands: readonly ShellCommand[]): ReadonlySet<ShellCommand> {
	const chosen = new Set<ShellCommand>();
	const wrappers = new Set(commands.map(({ wrapper }) => wrapper));
	/** By depth, the part of a list that is open there. */
	const parts = new Map<number, Part>();
	for (const command of commands) {
		const connector = connectorOf(command);
		const depth = command.within.filter((enclosure) => enclosure !== "wrapper").length;
		const isOpen = connector !== "start" && connector !== ";" && connector !== "&";
		const open = isOpen ? parts.get(depth) : undefined;
		const isNext = open === undefined || (command.connector === "||" && !open.isEmpty);
		const part: Part = isNext ? { answers: open?.calls ?? [], calls: [], isEmpty: true, isAnswer: true } : open;
		parts.set(depth, part);
		if (wrappers.has(command)) continue;
		part.isEmpty = false;
		if (isTool(command.program)) {
			const others = part.isAnswer ? part.answers.filter(({ program }) => program !== command.program) : [];
			if (others.length > 0) for (const call of [command, ...others]) chosen.add(call);
			part.calls.push(command);
		}
		if (!looksForTool(command)) part.isAnswer = false;
	}
	return chosen;
}

/** What stands between two `||` of a list, as far as it has been read. */
interface Part {
	/** The calls of the tools that it follows where they fail. */
	readonly answers: readonly ShellCommand[];
	/** Its own. */
	readonly calls: ShellCommand[];
	/** Whether nothing has been read but what wraps its first command. */
	isEmpty: boolean;
	/** Whether nothing but looking for a tool came first. */
	isAnswer: boolean;
}

/** What leads to a command, or to what wraps it. */
function connectorOf({ connector, wrapper }: ShellCommand): Connector {
	return connector === "start" && wrapper !== undefined ? connectorOf(wrapper) : connector;
}
