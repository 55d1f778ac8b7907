import { interpreterOf, readsProgram, unpacks } from "../../dockerfile/commands/consumers.ts";
import { mentionsPipefail } from "../../dockerfile/commands/pipefail.ts";
import { runSteps, scriptOf } from "../../dockerfile/commands/scripts.ts";
import { addCurlOption } from "../../dockerfile/downloads/curlEdits.ts";
import { showsHeaders } from "../../dockerfile/downloads/curlHeaders.ts";
import { isVerified } from "../../dockerfile/downloads/downloadChecks.ts";
import { lastReader, pipedUse } from "../../dockerfile/downloads/downloadPipes.ts";
import { type Download, downloadsOf, storedNames } from "../../dockerfile/downloads/downloads.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { COMPRESSORS, CONTENT_WITH_NOTHING } from "../../knowledge/pipeConsumers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption } from "../../shell/options.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** With these an error ends the call, or somebody looks at what came back. A file of options may hold any. */
const LOOKED_AT = ["-f", "--fail", "--fail-with-body", "-w", "--write-out", "-I", "--head", "-i", "--include", "-K", "--config"];

export const curlWithoutFail = defineRule({
	id: "curl-without-fail",
	title: "curl takes an error page for the file",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["droast", "DF035"]),
	onlyWith: { words: ["curl"] },
	why: "curl succeeds when the server answers, whatever it answers: a page that says *404 Not Found* or *503* is stored under the name of the file, or goes down the pipe, and the build goes on. The failure shows up later and somewhere else, or never.",
	remedy:
		'Add `-f` (`--fail`): curl then ends with an error for answers from 400 on. `--fail-with-body` does the same and still prints what the server said. In front of a pipe into a shell, `jq`, `tee` or `sed`, `-f` needs pipefail: given nothing, they succeed. Fetch to a file first where there is none, and in place of `sh -c "$(curl …)"`.',
	references: ["https://curl.se/docs/manpage.html#-f"],
	examples: [
		{
			caption: "An error page becomes the program",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN «curl» -sSL -o /usr/local/bin/tool https://example.com/tool && chmod +x /usr/local/bin/tool\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl -fsSL -o /usr/local/bin/tool https://example.com/tool && chmod +x /usr/local/bin/tool\n",
		},
		{ caption: "An error page ends the step", good: "FROM debian:12\nRUN curl -fsSLo /bin/tool https://example.com/tool\n" },
		{
			caption: "A file, a pipe, a redirection",
			bad: "FROM debian:12\nRUN «curl» -sSL https://a.b/key.asc | apt-key add - && curl -o /usr/bin/tool https://a.b/tool\nRUN «curl» https://a.b/list > /etc/list\nRUN if true; then «curl» -o /tmp/p.tgz -D - -sL https://a.b/p && tar xf /tmp/p.tgz; fi\n",
			fixed:
				"FROM debian:12\nRUN curl -fsSL https://a.b/key.asc | apt-key add - && curl --fail -o /usr/bin/tool https://a.b/tool\nRUN curl --fail https://a.b/list > /etc/list\nRUN if true; then curl -o /tmp/p.tgz -D - -fsL https://a.b/p && tar xf /tmp/p.tgz; fi\n",
		},
		{
			caption: "Outside of quotes, a variable of which the file shows that it holds one word",
			bad: 'FROM debian:12\nENV U=https://a.b/a.tgz\nRUN «curl» -sSL $U -o a.tgz && url="https://a.b/a" && curl -o "$A" $url\n',
			fixed: 'FROM debian:12\nENV U=https://a.b/a.tgz\nRUN curl -fsSL $U -o a.tgz && url="https://a.b/a" && curl --fail -o "$A" $url\n',
		},
		{
			caption: "In every layout",
			bad: "FROM debian:12\r\nRUN V=$(«curl» -s https://a.b/version | grep -o 1) \\\r\n    # the tool\r\n && sudo curl \\\r\n      -L --silent -H 'Accept: x' \\\r\n      --retry 3 -Lo /a https://a.b/$V\r\nRUN bash -c \"«curl» --fail-early -O https://a.b/c\"\r\n",
			fixed:
				"FROM debian:12\r\nRUN V=$(curl -fs https://a.b/version | grep -o 1) \\\r\n    # the tool\r\n && sudo curl \\\r\n      -fL --silent -H 'Accept: x' \\\r\n      --retry 3 -Lo /a https://a.b/$V\r\nRUN bash -c \"curl --fail-early -fO https://a.b/c\"\r\n",
		},
		{
			caption: "Between back-ticks, with an escaped quote that they leave alone",
			bad: 'FROM debian:12\nRUN V=`«curl» https://a.b/v | grep -o "/v.*\\""` && echo $V\n',
			fixed: 'FROM debian:12\nRUN V=`curl --fail https://a.b/v | grep -o "/v.*\\""` && echo $V\n',
		},
		{
			caption: "A shell fails over the error page, but succeeds with nothing: -f alone would hide the failure",
			bad: 'FROM debian:12\nRUN «curl» -sSL https://a.b/i.sh | bash\nRUN «curl» -sSL https://a.b/i.sh | sudo -E bash - && apt-get update\nRUN bash -c "$(«curl» -sSL https://a.b/i.sh)"\nRUN eval "$(«curl» -sSL https://a.b/i.sh)"\nRUN bash <(«curl» -sSL https://a.b/i.sh)\nRUN «curl» -sSL https://a.b/i.py | python3 - --yes\nRUN V=$(«curl» -s https://a.b/v.json | jq -r .tag) && echo $V\nRUN «curl» -s https://a.b/list | xargs apt-get install -y\nRUN set +o pipefail; «curl» -sSL https://a.b/i.sh | sh\n',
		},
		{
			caption: "What follows fails over the error page, but not over an empty file or value",
			bad: "FROM debian:12\nRUN «curl» -s https://a.b/x.list | tee /etc/apt/sources.list.d/x.list && apt-get update\nRUN V=$(«curl» -s https://a.b/version | cut -c2-) && curl -fO https://a.b/$V\nRUN «curl» -s https://a.b/key | base64 -d > /key\nRUN «curl» -s https://a.b/x | sudo tee /x\nRUN «curl» -s https://a.b/x | perl -pe s/a/b/ > /x\nRUN «curl» -s https://a.b/x | gzip > /x.gz\n",
		},
		{
			caption: "A digest is compared behind the pipe, or a text is looked for in it",
			bad: 'FROM debian:12\nRUN «curl» -s https://a.b/x | tee /tmp/x && echo "0123  /tmp/x" | sha256sum -c\nRUN V=$(«curl» -s https://a.b/v | grep tag | cut -d: -f2) && echo $V\n',
			fixed:
				'FROM debian:12\nRUN curl -fs https://a.b/x | tee /tmp/x && echo "0123  /tmp/x" | sha256sum -c\nRUN V=$(curl -fs https://a.b/v | grep tag | cut -d: -f2) && echo $V\n',
		},
		{
			caption: "What fails where nothing comes",
			bad: "FROM debian:12\nRUN «curl» -s https://a.b/x.gz | gzip -d > /x\nRUN «curl» -s https://a.b/key | tee /key.asc | gpg --import\nRUN «curl» -s https://a.b/x | python3 -c 'import json, sys; json.load(sys.stdin)'\n",
			fixed:
				"FROM debian:12\nRUN curl -fs https://a.b/x.gz | gzip -d > /x\nRUN curl -fs https://a.b/key | tee /key.asc | gpg --import\nRUN curl -fs https://a.b/x | python3 -c 'import json, sys; json.load(sys.stdin)'\n",
		},
		{
			caption: "With pipefail",
			bad: 'FROM debian:12\nRUN bash -o pipefail -c "«curl» -sSL https://a.b/i.sh | bash"\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN «curl» -sSL https://a.b/i.sh | bash\nRUN V=$(«curl» -s https://a.b/v.json | jq -r .tag) && echo $V\nRUN runuser -u a -- «curl» -sSL https://a.b/i.sh | bash\n',
			fixed:
				'FROM debian:12\nRUN bash -o pipefail -c "curl -fsSL https://a.b/i.sh | bash"\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl -fsSL https://a.b/i.sh | bash\nRUN V=$(curl -fs https://a.b/v.json | jq -r .tag) && echo $V\nRUN runuser -u a -- curl -fsSL https://a.b/i.sh | bash\n',
		},
		{
			caption: "Errors end the call",
			good: "FROM debian:12\nRUN curl -fsSL -o /a https://a.b/a && curl -sSfL https://a.b/a | tar xz && curl --fail https://a.b/b -o b && curl --fail-with-body -O https://a.b/c && curl -sSLf https://a.b/d >> d\nHEALTHCHECK CMD curl -f http://localhost/ || exit 1\n",
		},
		{
			caption: "Somebody looks at the answer",
			good: "FROM debian:12\nENV U='https://a.b/a -f' O=-f\nRUN curl $U -o a && curl $O https://a.b/b -o b\nRUN curl -s -o /dev/null -w '%{http_code}' https://a.b/a && curl -sI https://a.b | grep 200 && curl https://a.b/ping && curl $OPTIONS https://a.b/x -o x && curl -K cfg https://a.b/x -o x && curl -so x -w '%{http_code}' https://a.b/x\nRUN curl -D - -so x https://a.b/x | grep '200 OK' && { curl -D - -so x https://a.b/x; } > y && curl -D h -so x https://a.b/x && curl -D - https://a.b/x > x && H=$(curl -D - -so x https://a.b/x)\nRUN curl -o a.tgz https://a.b/a.tgz && echo \"$SUM  a.tgz\" | sha256sum -c -\nHEALTHCHECK CMD curl -s http://localhost/health | grep ok\n",
		},
		{
			caption: "What stands around the call takes its headers",
			good: "FROM debian:12\nRUN if true; then curl -D - -sSo /x https://a.b/x; fi | grep 200\nRUN if true; then curl -D - -sSo /x https://a.b/x; fi > /log\nRUN exec > /log; curl -D - -sSo /x https://a.b/x; grep 200 /log\n",
		},
		{
			caption: "Other programs, other protocols, calls; health checks are the matter of another rule",
			good: "FROM debian:12\nHEALTHCHECK CMD curl http://localhost/\nRUN wget https://a.b/a && curl -O ftp://a.b/a && curl -X POST https://a.b/hook -d x > /a && apt-get install curl && curl --version\n",
		},
		{ caption: "Its settings say so for all calls", good: "FROM debian:12\nRUN echo fail >> ~/.curlrc\nRUN curl -O https://a.b/a\n" },
	],
	check(file) {
		if (hasConfiguration(file)) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const report = reportOf(step);
				if (report !== undefined) reports.push(report);
			}
		}
		return reports;
	},
});

/** A file of curl's defaults can hold the option. */
function hasConfiguration(file: Dockerfile): boolean {
	return file.text.includes("curlrc");
}

/** One finding for all calls of a step, at the first of the worst. */
function reportOf(step: Step): Report | undefined {
	const calls = callsOf(step);
	const call = calls.find(({ severity }) => severity === undefined) ?? calls[0];
	if (call === undefined) return undefined;
	return {
		span: call.span,
		message: "curl takes an error page of the server for what it was to fetch",
		...(call.severity === undefined ? {} : { severity: call.severity }),
		related: calls.filter((other) => other !== call).map(({ span }) => ({ span, message: "Here, too" })),
		fixes: () => fixesOf(calls),
	};
}

function fixesOf(calls: readonly CurlCall[]): readonly Fix[] {
	const edits = calls.map(({ download }) => editOf(download)).filter((edit) => edit !== undefined);
	if (edits.length < calls.length) return [];
	return [{ title: titleOf(edits), safety: "review", edits, note: "What was taken for a success before may now fail." }];
}

function editOf(download: Download): SpanEdit | undefined {
	return hidesNothing(download) ? undefined : addCurlOption(download.command, download.arguments, "f", "--fail");
}

function titleOf(edits: readonly SpanEdit[]): string {
	const long = edits.filter(({ newText }) => newText.includes("--fail"));
	return long.length === 0 ? "Add -f" : long.length === edits.length ? "Add --fail" : "Add -f and --fail";
}

interface CurlCall {
	readonly span: Span;
	readonly severity: LintSeverity | undefined;
	readonly download: Download;
}

const NO_CALLS: readonly CurlCall[] = [];

function callsOf(step: Step): readonly CurlCall[] {
	const downloads = downloadsOf(step);
	if (downloads.length === 0) return NO_CALLS;
	const seen = new Set<ShellCommand>();
	const found: CurlCall[] = [];
	for (const download of downloads) {
		const { command, arguments: args } = download;
		if (download.program !== "curl" || seen.has(command) || command.name === undefined) continue;
		seen.add(command);
		if (
			args.uncertain ||
			hasOption(args, ...LOOKED_AT) ||
			showsHeaders(download) ||
			!isHttp(download.resolved ?? download.address) ||
			isHarmless(download)
		)
			continue;
		const severity: LintSeverity | undefined = step.stage.use === "unused" ? "hint" : isUnpacked(download) ? "info" : undefined;
		found.push({ span: command.name.span, severity, download });
	}
	return found;
}

/** What only goes to the build log, or is compared with a digest. */
function isHarmless(download: Download): boolean {
	const { sink, command } = download;
	if (sink.kind === "file") {
		const names = storedNames(download);
		return names.includes("/dev/null") || isVerified(download, names);
	}
	const piped = (command.wrapper ?? command).pipeline ?? command.pipeline;
	return piped === undefined && !command.within.includes("substitution");
}

/** An error page is no archive: what unpacks it ends the build. */
function isUnpacked(download: Download): boolean {
	const piped = download.sink.kind === "stdout" ? pipedUse(download) : undefined;
	return piped?.kind === "use" && piped.use.kind === "unpacked";
}

/** Whether what takes the download fails over an error page, but not where nothing comes: with -f, the step would succeed. */
function hidesNothing(download: Download): boolean {
	const piped = download.sink.kind === "stdout" ? pipedUse(download) : undefined;
	if (piped?.kind === "use" && piped.use.kind === "executed" && piped.use.from === "substitution") return true;
	// What compares the file, or looks for a text in it, does not take nothing for something.
	if ((piped?.kind === "file" && isVerified(download, [piped.file])) || isSearched(download)) return false;
	const reader = lastReader(download);
	if (reader === undefined || hasPipefail(download)) return false;
	const { program = "", wrapper } = reader;
	const interpreter = interpreterOf(program);
	if (interpreter !== undefined) return readsProgram(reader, interpreter) || editsLines(reader);
	if (COMPRESSORS.has(program)) return !unpacks(reader);
	return CONTENT_WITH_NOTHING.has(program) || CONTENT_WITH_NOTHING.has(wrapper?.program ?? "");
}

/** Whether a `grep` in the pipe lets through nothing of an error page either. */
function isSearched({ command }: Download): boolean {
	const members = ((command.wrapper ?? command).pipeline ?? command.pipeline)?.commands ?? [];
	return members.some(
		({ program, args }) => /^[ef]?grep$/.test(program ?? "") && !args.some(({ text }) => /^-[a-z]*v|^--invert/i.test(text)),
	);
}

/** `perl -pe` and `ruby -ne` do for every line what they are told; other scripts may ask for more than no lines. */
function editsLines({ program = "", args }: ShellCommand): boolean {
	return /^(?:perl|ruby)/.test(program) && args.some((word) => /^-[a-z0-9]*[np]/.test(word.text));
}

/** A shell that the step starts has pipefail only if its own words or its script say so. */
function hasPipefail({ step, command }: Download): boolean {
	const { wrapper } = command;
	const inOwnShell = interpreterOf(wrapper?.program ?? "") !== undefined;
	if (inOwnShell && !wrapper?.args.some((word) => word.text.includes("pipefail"))) return false;
	const script = scriptOf(step, command);
	return script !== undefined && mentionsPipefail(script, command) && !/\+o\s+pipefail/.test(stepText(step));
}

function isHttp(address: string): boolean {
	return /^https?:\/\//i.test(address) || !/^[a-z0-9+.-]+:\/\//i.test(address);
}
