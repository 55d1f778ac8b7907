import { lacksAptKey } from "../../dockerfile/base/aptKey.ts";
import { isBeforeLine } from "../../dockerfile/base/distributionLine.ts";
import { endsStep } from "../../dockerfile/commands/errexit.ts";
import { commandsOf, runSteps, scriptOf } from "../../dockerfile/commands/scripts.ts";
import { hostOf } from "../../dockerfile/downloads/addresses.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, stagesFrom } from "../../dockerfile/model/stages.ts";
import { type AptSource, aptSourcesOf } from "../../dockerfile/packages/aptSources.ts";
import type { EditFix } from "../../finding.ts";
import { SIGNED_BY } from "../../knowledge/firstLines.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { defineRule, type Report } from "../rule.ts";

const MOST_CHARACTERS = 40;

export const aptKeyDeprecated = defineRule({
	id: "apt-key-deprecated",
	title: "apt-key trusts a key for every repository",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["key"] },
	why: "A key that `apt-key` adds is trusted for every repository that apt knows: whoever holds the key of a small vendor, or steals it, can sign packages that pass for the distribution's own. Debian and Ubuntu have deprecated the program for years, and Debian 13 has removed it: the build fails with the next base image.",
	remedy:
		"Put the key into a file of its own, and name that file where the repository is declared: `deb [signed-by=/usr/share/keyrings/vendor.gpg] https://… stable main`. apt reads armoured keys (`.asc`) as well as binary ones (`.gpg`).",
	references: [
		"https://manpages.debian.org/bookworm/apt/apt-key.8.en.html#DEPRECATION",
		"https://wiki.debian.org/DebianRepository/UseThirdParty",
	],
	examples: [
		{
			caption: "A key of its own for the repository",
			good: 'FROM debian:12\nADD https://example.com/key.asc /etc/apt/keyrings/example.asc\nRUN echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://example.com/apt stable main" > /etc/apt/sources.list.d/example.list\n',
		},
		{
			caption: "Key and repository in one RUN",
			bad: 'FROM debian:12\nRUN curl -fsSL https://example.com/key.asc | «apt-key» add - && \\\n    echo "deb https://example.com/apt stable main" > /etc/apt/sources.list.d/example.list && apt-get update\n',
			fixed:
				'FROM debian:12\nRUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/example.gpg && \\\n    echo "deb [signed-by=/usr/share/keyrings/example.gpg] https://example.com/apt stable main" > /etc/apt/sources.list.d/example.list && apt-get update\n',
		},
		{
			caption: "With wrappers, through tee, with other options",
			bad: "FROM ubuntu:22.04\nRUN wget -qO- https://example.com/key | sudo «apt-key» add - 2>/dev/null; \\\n    echo 'deb [arch=amd64] https://example.com/apt jammy main' | sudo tee -a /etc/apt/sources.list.d/vendor.list\n",
			fixed:
				"FROM ubuntu:22.04\nRUN wget -qO- https://example.com/key | sudo gpg --dearmor -o /usr/share/keyrings/vendor.gpg 2>/dev/null; \\\n    echo 'deb [arch=amd64 signed-by=/usr/share/keyrings/vendor.gpg] https://example.com/apt jammy main' | sudo tee -a /etc/apt/sources.list.d/vendor.list\n",
		},
		{
			caption: "Without the repository beside it, from a key server, from a file: no edit",
			bad: "FROM debian:12\nRUN wget -qO- https://example.com/key | «apt-key» add -\nRUN «apt-key» adv --keyserver hkp://keyserver.ubuntu.com:80 --recv-keys ABCD\nRUN «apt-key» add /tmp/key.asc && /usr/bin/apt-key list\nRUN curl https://example.com/key | «apt-key» add - && curl https://example.com/list > /etc/apt/sources.list.d/a.list && echo 'deb http://deb.debian.org/debian sid main' > /etc/apt/sources.list.d/b.list\n",
		},
		{
			caption: "add-apt-repository refuses a line that names its key: no edit",
			bad: "FROM ubuntu:22.04\nRUN wget -O - https://apt.kitware.com/keys/kitware.asc | «apt-key» add - && apt-add-repository 'deb https://apt.kitware.com/ubuntu/ jammy main'\n",
		},
		{
			caption: "Another line of the same repository, which would contradict: no edit",
			bad: 'FROM debian:11 AS base\nRUN printf "deb http://nginx.org/packages/debian/ bullseye nginx\\n deb-src http://nginx.org/packages/debian/ bullseye nginx" >> /etc/apt/sources.list && curl -L https://nginx.org/keys/nginx_signing.key | «apt-key» add -\nRUN curl https://a.example/key | «apt-key» add - && echo "deb https://a.example/ x main" > /etc/apt/sources.list.d/a.list\nFROM base\nRUN echo "deb https://a.example x contrib" > /etc/apt/sources.list.d/b.list\n',
		},
		{
			caption: "In one of the files that apt trusts: no edit",
			bad: "FROM debian:12\nRUN «apt-key» --keyring /etc/apt/trusted.gpg.d/x.gpg add k\n",
		},
		{
			caption: "Gone: the step fails",
			bad: 'FROM debian:trixie-slim\nRUN curl -fsSL https://example.com/key.asc | «apt-key» add - && \\\n    echo "deb https://example.com/apt stable main" > /etc/apt/sources.list.d/example.list\nFROM ubuntu:26.04\nRUN «apt-key» adv --recv-keys ABCD\n',
			fixed:
				'FROM debian:trixie-slim\nRUN curl -fsSL https://example.com/key.asc | gpg --dearmor -o /usr/share/keyrings/example.gpg && \\\n    echo "deb [signed-by=/usr/share/keyrings/example.gpg] https://example.com/apt stable main" > /etc/apt/sources.list.d/example.list\nFROM ubuntu:26.04\nRUN apt-key adv --recv-keys ABCD\n',
		},
		{
			caption: "In another file",
			good: "FROM debian:12\nRUN apt-key --keyring /usr/share/keyrings/x.gpg add k && apt-key --keyring $K add k\n",
		},
		{
			caption: "A key of its own",
			good: 'FROM debian:12\nRUN curl -fsSL https://example.com/key.asc -o /etc/apt/keyrings/example.asc && echo "deb [signed-by=/etc/apt/keyrings/example.asc] https://example.com stable main" > /etc/apt/sources.list.d/x.list && apt-key list && echo apt-key add\n',
		},
		{
			caption: "Releases that know nothing else",
			good: "FROM ubuntu:14.04\nRUN curl https://example.com/key | apt-key add -\nFROM example.com/ubuntu:15.10\nRUN curl https://example.com/key | apt-key add -\nFROM debian:squeeze\nRUN apt-key add k\nFROM node:8-jessie\nRUN apt-key add k\nFROM debian:jessie\nRUN apt-key adv --recv-keys ABCD\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					if (command.program !== "apt-key" || command.name === undefined || !addsKey(command)) continue;
					if (isBeforeLine(stage, SIGNED_BY)) continue;
					reports.push({
						span: command.name.span,
						...factOf(step, command),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						tags: ["deprecated"],
						fixes: () => fixesOf(step, command),
					});
				}
			}
		}
		return reports;
	},
});

/** Without the program the step fails, unless something makes up for it. */
function factOf(step: Step, command: ShellCommand): Pick<Report, "message" | "severity"> {
	if (!lacksAptKey(step.stage)) return { message: "apt-key makes apt trust the key for every repository" };
	const script = scriptOf(step, command);
	const gone = "Debian 13 and Ubuntu 25.04 removed apt-key";
	return script !== undefined && endsStep(script, command)
		? { message: `${gone}: the step fails`, severity: "error" }
		: { message: `${gone}: no key is added` };
}

function addsKey({ args }: ShellCommand): boolean {
	const { operands, options } = readArguments(args, ["--keyring"]);
	// In a file of its own elsewhere it is trusted by those who name it.
	if (options.some(({ name, value }) => name === "--keyring" && value?.startsWith("/etc/apt/trusted.gpg") !== true)) return false;
	const verb = operands[0]?.value;
	return verb === "add" || (verb === "adv" && args.some((word) => /^--(?:recv|fetch)/.test(word.text)));
}

/** The edits exist where the RUN adds one key from a pipe, and declares the one repository that it is for. */
function fixesOf(step: Step, command: ShellCommand): readonly EditFix[] {
	const words = command.args;
	const piped = command.pipeline !== undefined && words.length === 2 && words[0]?.value === "add" && words[1]?.value === "-";
	const alone = commandsOf(step).filter((other) => other.program === "apt-key").length === 1;
	const sources = aptSourcesOf(step);
	const source = sources[0];
	const last = words[1];
	if (!piped || !alone || sources.length !== 1 || source?.insertion === undefined || command.name === undefined || last === undefined)
		return [];
	// The key may be for a list that the RUN downloads.
	const belongs = downloadsOf(step).some(
		(download) => command.pipeline?.commands.includes(download.command) === true && haveOneOwner(download.address, source.uri),
	);
	const name = belongs ? nameOf(source) : undefined;
	if (name === undefined || source.options.has("signed-by") || command.decoded || isDeclaredElsewhere(source)) return [];
	const file = `/usr/share/keyrings/${name}.gpg`;
	const { offset, brackets } = source.insertion;
	return [
		{
			title: "Trust the key for its repository alone",
			safety: "review",
			edits: [
				replace({ start: command.name.span.start, end: last.span.end }, `gpg --dearmor -o ${file}`),
				insertAt(offset, brackets ? ` signed-by=${file}` : `[signed-by=${file}] `),
			],
			note: "gpg --dearmor takes armoured keys only; a binary key goes into the file as it is.",
		},
	];
}

/** Whether an image gets another line of the same repository: apt stops where one line names a key and the other does not. */
function isDeclaredElsewhere({ step, uri }: AptSource): boolean {
	const { stage } = step;
	const related = [...new Set([...lineage(stage), ...stagesFrom(stage)])];
	return related.some(
		(other) =>
			declaringSteps(other)
				.get(withoutSlash(uri))
				?.some((declaring) => declaring !== step) === true,
	);
}

/** The first two steps of a stage that declare a repository, by its address: one more than the step that asks. */
const declaringSteps = remembered((stage: Stage): ReadonlyMap<string, readonly Step[]> => {
	const byAddress = new Map<string, readonly Step[]>();
	for (const step of stage.steps) {
		for (const uri of new Set(aptSourcesOf(step).map((source) => withoutSlash(source.uri)))) {
			const known = byAddress.get(uri) ?? [];
			if (known.length < 2) byAddress.set(uri, [...known, step]);
		}
	}
	return byAddress;
});

function withoutSlash(address: string): string {
	return address.endsWith("/") ? address.slice(0, -1) : address;
}

/** Whether two addresses are of one domain: `download.docker.com`, `docker.com`. */
function haveOneOwner(a: string, b: string): boolean {
	const [one, other] = [hostOf(a), hostOf(b)].map((host) => host?.split(".").slice(-2).join("."));
	return one !== undefined && one === other;
}

/** What the key file is called: like the list of sources, or like the host. */
function nameOf({ file, uri }: AptSource): string | undefined {
	const list = /\/sources\.list\.d\/([\w.-]{1,40})\.list$/.exec(file ?? "")?.[1];
	const host = /^https?:\/\/([\w.-]{1,60})/.exec(uri)?.[1]?.replaceAll(".", "-");
	return (list ?? host)?.slice(0, MOST_CHARACTERS);
}
