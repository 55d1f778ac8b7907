import { baseName } from "../../baseName.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { whyMissing } from "../../dockerfile/packages/missingPrograms.ts";
import { lastStep } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import type { Span } from "../../text.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const healthcheckProbeUnusable = defineRule({
	id: "healthcheck-probe-unusable",
	title: "The health check cannot tell whether the container is well",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "ruby/healthcheck-rails-up-endpoint"]),
	onlyWith: { instructions: ["HEALTHCHECK"] },
	why: "A health check whose program is not in the image fails each time: the container is ill for ever, is replaced again and again, or never gets its first request. A check that cannot fail is no better: `curl` without `-f` calls an answer of *500 Internal Server Error* a success, and a check that asks another host says how that one is.",
	remedy:
		"Ask the container itself, at `127.0.0.1`, with a program that is in the image: BusyBox's wget on Alpine, the interpreter that runs the application, or `curl -f` where curl is installed.",
	references: ["https://docs.docker.com/reference/dockerfile/#healthcheck", "https://curl.se/docs/manpage.html#-f"],
	examples: [
		{
			caption: "Installed for it",
			good: "FROM node:22-slim\nRUN apt-get update && apt-get install -y curl\nHEALTHCHECK CMD curl -f http://127.0.0.1:3000/ || exit 1\n",
		},
		{
			caption: "A program that nobody has installed",
			bad: "FROM node:22-slim\nRUN apt-get update && apt-get install -y git\nHEALTHCHECK CMD «curl» -f http://127.0.0.1:3000/ || exit 1\n",
		},
		{
			caption: "What follows a failure is no other probe",
			bad: "FROM debian:12\nHEALTHCHECK CMD «curl» -f http://localhost/ || bash -c 'kill -s 15 -1 && (sleep 10; kill -s 9 -1)'\n",
		},
		{ caption: "Nor a restart", bad: "FROM debian:12\nHEALTHCHECK CMD «curl» -f http://localhost/ || supervisorctl restart web\n" },
		{
			caption: "In JSON, on Alpine, through a stage",
			bad: 'FROM alpine:3.20 AS base\nFROM base\nHEALTHCHECK --interval=5s CMD [«"curl"», "-fsS", "http://localhost/"]\n',
		},
		{
			caption: "It is taken out again",
			bad: "FROM alpine:3.20\nRUN apk add --no-cache curl && curl -fsSo /a https://example.com/a && apk del curl\nHEALTHCHECK CMD «curl» -f http://localhost/\n",
		},
		{
			caption: "By its virtual name",
			bad: "FROM alpine:3.20\nRUN apk add --no-cache --virtual .fetch curl tar\nRUN apk del .fetch\nHEALTHCHECK CMD «curl» -f http://localhost/\n",
		},
		{
			caption: "In the same RUN, with all that came along",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && apt-get purge -y --auto-remove curl\nHEALTHCHECK CMD «curl» -f http://localhost/\n",
		},
		{
			caption: "Images without any programs",
			bad: 'FROM gcr.io/distroless/static-debian12\nCOPY --from=build /go/bin/server /server\nHEALTHCHECK CMD [«"curl"», "-f", "http://localhost/"]\n',
		},
		{
			caption: "Nor are there any in scratch",
			bad: 'FROM scratch\nCOPY --from=build /server /server\nHEALTHCHECK CMD [«"wget"», "-q", "--spider", "http://localhost/"]\n',
		},
		{
			caption: "A folder that is poured into the root",
			good: 'FROM scratch\nCOPY --from=build /rootfs /\nHEALTHCHECK CMD ["wget", "http://localhost/"]\nFROM scratch\nCOPY --from=build /rootfs/[a-z]* //\nHEALTHCHECK CMD ["wget", "http://localhost/"]\nFROM scratch\nWORKDIR /app\nCOPY --from=build /rootfs/a* ../\nHEALTHCHECK CMD ["wget", "http://localhost/"]\n',
		},
		{
			caption: "A search path of its own",
			good: 'FROM scratch\nENV PATH=/app\nCOPY --from=build /app /app\nHEALTHCHECK CMD ["wget", "http://localhost/"]\n',
		},
		{
			caption: "A folder of the application that holds it",
			good: 'FROM scratch\nCOPY --from=build /app /app\nHEALTHCHECK CMD ["/app/wget", "http://localhost/"]\n',
		},
		{
			caption: "A variant with BusyBox",
			good: 'FROM gcr.io/distroless/static-debian12:debug\nHEALTHCHECK CMD ["wget", "http://localhost/"]\n',
		},
		{
			caption: "Removed, and installed once more",
			good: "FROM alpine:3.20\nRUN apk add curl && apk del curl\nRUN apk add curl\nHEALTHCHECK CMD curl -f http://localhost/\n",
		},
		{
			caption: "Kept under its own name",
			good: "FROM alpine:3.20\nRUN apk add curl && apk add --virtual .d curl tar && apk del .d\nHEALTHCHECK CMD curl -f http://localhost/\n",
		},
		{
			caption: "Perhaps removed",
			good: 'FROM alpine:3.20\nRUN apk add curl && if [ -n "$A" ]; then apk del curl; fi\nHEALTHCHECK CMD curl -f http://localhost/\n',
		},
		{
			caption: "curl succeeds whatever the server answers",
			bad: "FROM nginx:1.27\nHEALTHCHECK CMD «curl» -s http://localhost/ || exit 1\n",
			fixed: "FROM nginx:1.27\nHEALTHCHECK CMD curl -f -s http://localhost/ || exit 1\n",
		},
		{
			caption: "It takes an address without its scheme",
			bad: "FROM nginx:1.27\nHEALTHCHECK CMD «curl» -s localhost:80/health || exit 1\n",
			fixed: "FROM nginx:1.27\nHEALTHCHECK CMD curl -f -s localhost:80/health || exit 1\n",
		},
		{
			caption: "In JSON",
			bad: 'FROM nginx:1.27\nHEALTHCHECK CMD [«"curl"», "http://localhost/"]\n',
			fixed: 'FROM nginx:1.27\nHEALTHCHECK CMD ["curl", "-f", "http://localhost/"]\n',
		},
		{ caption: "Another host", bad: "FROM nginx:1.27\nHEALTHCHECK CMD curl -f «https://www.example.com/»\n" },
		{
			caption: "Installed, also in a stage below, under a list, by a script that nobody sees",
			good: "FROM node:22-slim AS a\nRUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl=7.*\nFROM a\nHEALTHCHECK CMD curl --fail http://127.0.0.1/\n",
		},
		{ caption: "A script could install it", good: "FROM debian:12\nRUN ./setup.sh\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n" },
		{ caption: "It is copied", good: "FROM debian:12\nCOPY --from=a /usr/bin/curl /usr/bin/\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n" },
		{
			caption: "A variable could name it",
			good: "FROM debian:12\nARG P\nRUN apt-get install -y $P\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n",
		},
		{ caption: "An image that may have it, BusyBox's wget", good: "FROM acme/base\nHEALTHCHECK CMD curl -f http://127.0.0.1/\n" },
		{ caption: "BusyBox brings a wget", good: "FROM alpine:3.20\nHEALTHCHECK CMD wget -q --spider http://127.0.0.1/\n" },
		{
			caption: "The answer is looked at",
			good: "FROM nginx\nHEALTHCHECK CMD curl -s http://localhost/health | grep -q ok\n",
		},
		{
			caption: "Or its number",
			good: "FROM nginx\nHEALTHCHECK CMD test \"$(curl -so /dev/null -w '%{http_code}' http://localhost/)\" = 200\n",
		},
		{
			caption: "Another protocol, a socket, a name of this host",
			good: "FROM nginx\nHEALTHCHECK CMD curl --unix-socket /s http://x.y/ -f && curl -f http://$HOSTNAME:1/ && curl -f http://web:2/ && curl telnet://a.b:1 && curl -f --resolve a.com:80:127.0.0.1 http://a.com/\n",
		},
		{
			caption: "Another program does it where there is none",
			good: "FROM alpine\nHEALTHCHECK CMD curl -f http://localhost || wget -q --spider http://localhost || exit 1\n",
		},
		{
			caption: "So does a script, or the shell",
			good: "FROM debian:12\nHEALTHCHECK CMD curl -f http://localhost || /opt/healthcheck.sh\nFROM debian:12\nHEALTHCHECK CMD curl -f http://localhost || bash -c '</dev/tcp/127.0.0.1/80'\n",
		},
		{
			caption: "It is asked for",
			good: "FROM debian:12\nHEALTHCHECK CMD (command -v curl && curl -f http://localhost) || exit 1\n",
		},
		{ caption: "Replaced, or none", good: "FROM debian:12\nHEALTHCHECK CMD curl http://localhost/\nHEALTHCHECK NONE\n" },
	],
	check(file) {
		const reported = new Set<Step>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const step = lastStep(stage, undefined, (candidate) => candidate.keyword === "HEALTHCHECK");
			if (step === undefined || reported.has(step) || /^NONE$/i.test(step.arguments.text.trim())) continue;
			reported.add(step);
			const replaceable = canDoWithout(step);
			for (const probe of probesOf(step)) {
				const report = reportOf(stage, probe, replaceable);
				if (report !== undefined) reports.push(report);
			}
		}
		return reports;
	},
});

interface Probe {
	readonly tool: string;
	/** The tool with its folder, as far as the file names one. */
	readonly written: string;
	readonly span: Span;
	readonly words: readonly { readonly text: string; readonly span: Span }[];
	/** Whether nothing looks at what it prints. */
	readonly alone: boolean;
	/** What the option that makes it fail looks like behind the tool's name; undefined where it cannot be inserted. */
	readonly option: string | undefined;
}

function probesOf(step: Step): readonly Probe[] {
	const { exec } = step;
	const first = exec?.elements[0];
	if (exec !== undefined && first !== undefined && commandsOf(step).length === 0) {
		const tool = baseName(first.value);
		const words = exec.elements.slice(1).map(({ value, span }) => ({ text: value, span }));
		return [{ tool, written: first.value, span: first.span, words, alone: true, option: ', "-f"' }];
	}
	return commandsOf(step).flatMap((command) => {
		if (command.name === undefined || command.program === undefined) return [];
		return [
			{
				tool: command.program,
				written: command.name.text,
				span: command.name.span,
				words: command.args.map((word) => ({ text: word.value ?? word.text, span: word.span })),
				alone: command.pipeline === undefined && !command.within.includes("substitution") && !command.within.includes("condition"),
				option: command.decoded ? undefined : " -f",
			},
		];
	});
}

/** Programs that find out themselves how the container is, or run what does. */
const OTHER_PROBES =
	/^(?:curl|wget|nc|ncat|netcat|python[0-9.]*|node|bun|deno|perl|php|ruby|test|\[|\[\[|pgrep|pidof|ps|ss|netstat|grep)$|health|check|ping|ready/;

/** Whether the check asks for its programs, or has another one to fall back on. */
function canDoWithout(step: Step): boolean {
	return commandsOf(step).some(
		({ program = "", args, connector }) =>
			/^(?:which|type|hash)$/.test(program) ||
			(program === "command" && /^-[vV]$/.test(args[0]?.text ?? "")) ||
			// What restarts or kills something is no other probe.
			(connector === "||" && (OTHER_PROBES.test(program) || step.line.text.includes("/dev/tcp/"))),
	);
}

function reportOf(stage: Stage, probe: Probe, replaceable: boolean): Report | undefined {
	const { tool, span, words } = probe;
	if (tool !== "curl" && tool !== "wget") return undefined;
	const missing = whyMissing(stage, tool, probe.written);
	if (missing !== undefined) {
		const reason = missing === "removed again" ? "what installs it is removed again" : "nothing installs it";
		return replaceable ? undefined : { span, message: `${tool} is not in the image: ${reason}` };
	}
	const url = words.find(
		({ text }, index) => /^https?:\/\//i.test(text) || (LOCAL.test(text) && NO_VALUE.test(words[index - 1]?.text ?? "-s")),
	);
	if (url === undefined || words.some(({ text }) => ELSEWHERE.test(text))) return undefined;
	const host = /^https?:\/\/(?:[^/@]*@)?([A-Za-z0-9.-]+)/i.exec(url.text)?.[1]?.toLowerCase();
	if (host !== undefined && isElsewhere(host))
		return { span: url.span, message: `The check asks ${shortened(host, 50)}, not this container`, severity: "info" };
	if (tool !== "curl" || !probe.alone || words.some(({ text }) => looksAtNumber(text))) return undefined;
	const fixes: readonly Fix[] =
		probe.option === undefined ? [] : [{ title: "Let curl fail (-f)", safety: "review", edits: [insertAfter(span, probe.option)] }];
	return { span, message: "curl without -f succeeds whatever the server answers", fixes };
}

/** Options with which curl connects to something else than the URL says. */
const ELSEWHERE = /^(?:-x|--proxy|--resolve|--connect-to)|--(?:abstract-)?unix-socket/;
/** What curl takes for the address of a web server without its scheme, where it is this host. */
const LOCAL = /^(?:localhost|127(?:\.\d+){3}|0\.0\.0\.0|\[::1\])(?::[\w${}]+)?(?:\/|$)/i;
/** Options of curl that take no value. */
const NO_VALUE = /^(?:[^-]|-[fsSLkIigv046]+$|--(?:fail|silent|show-error|location|insecure|head|include|verbose|ipv[46])$)/;

/** `-f` in all spellings, and options with which something else looks at the answer. */
function looksAtNumber(text: string): boolean {
	return /^-[a-zA-Z]*[fwK]/.test(text) || /^--(?:fail|write-out|config|help|version)/.test(text);
}

/** A public name: not this host, a network's own short name, or an address of one. */
function isElsewhere(host: string): boolean {
	return /\.(?:com|org|net|io|dev|app|de|uk|eu|fr|cn|co|info|ai|cloud)$/.test(host) && !/\.(?:local|internal|svc|docker)\b/.test(host);
}
