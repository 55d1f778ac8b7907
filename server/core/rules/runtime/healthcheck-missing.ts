import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { calledServer } from "../../dockerfile/start/calledServer.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { type ExposedPort, exposedPorts } from "../../dockerfile/start/exposedPorts.ts";
import { imageServer } from "../../dockerfile/start/imageServer.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { HEALTH_PROBES, type HealthProbe, HTTP_PORTS, PORTS_WITHOUT_HTTP } from "../../knowledge/healthProbes.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";
import type { WorkspaceFacts } from "../workspaceFacts.ts";

export const healthcheckMissing = defineRule({
	id: "healthcheck-missing",
	title: "Nothing checks that the server answers",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL3057"],
			["trivy", "DS-0026"],
			["checkov", "CKV_DOCKER_2"],
			["kics", "b03a748a-542d-44f4-bb86-9199ab4fd2d5"],
			["cis", "4.6"],
			["dockle", "CIS-DI-0006"],
			["droast", "DF012"],
			["terrascan", "AC_DOCKER_0047"],
		),
		...similar(["tally", "ruby/healthcheck-rails-up-endpoint"]),
	],
	why: "A process that is there is not a server that answers. Without HEALTHCHECK, Docker, Compose and Swarm take a container that hangs, or waits for a lock for ever, for a healthy one: requests keep going to it, and nothing replaces it.\n\nKubernetes asks its own probes and ignores HEALTHCHECK, and images in OCI format, which Podman builds by default, cannot carry one.",
	remedy:
		"Add a HEALTHCHECK that asks the server for something cheap, with a program that is in the image anyway: BusyBox's wget, the interpreter that runs the application. `HEALTHCHECK NONE` says that none is wanted.",
	references: ["https://docs.docker.com/reference/dockerfile/#healthcheck"],
	examples: [
		{ caption: "There is one", good: "FROM nginx:1.27\nEXPOSE 80\nHEALTHCHECK CMD curl -f http://localhost/\n" },
		{
			caption: "The interpreter asks",
			bad: 'FROM node:22-slim\nEXPOSE «3000»\nCOPY . .\n# start\nCMD ["node", "server.js"]\n',
			fixed:
				'FROM node:22-slim\nEXPOSE 3000\nCOPY . .\nHEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \\\n    CMD ["node", "-e", "http.get(\'http://127.0.0.1:3000/\', (answer) => { if (answer.statusCode >= 400) throw answer.statusCode; answer.resume(); })"]\n# start\nCMD ["node", "server.js"]\n',
		},
		{
			caption: "BusyBox has wget; a port by argument; Windows line breaks",
			bad: "FROM alpine:3.20\r\nARG PORT=8080\r\nEXPOSE «${PORT}/tcp» 9090\r\nCMD serve\r\n",
			fixed:
				'FROM alpine:3.20\r\nARG PORT=8080\r\nEXPOSE ${PORT}/tcp 9090\r\nHEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \\\r\n    CMD ["wget", "-q", "--spider", "http://127.0.0.1:8080/"]\r\nCMD serve\r\n',
		},
		{
			caption: "curl where it was installed, Python where not",
			bad: 'FROM python:3.12 AS base\nEXPOSE «8000»\nFROM base\nCMD ["gunicorn", "app"]\n',
			fixed:
				'FROM python:3.12 AS base\nEXPOSE 8000\nFROM base\nHEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \\\n    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen(\'http://127.0.0.1:8000/\', timeout=3)"]\nCMD ["gunicorn", "app"]\n',
		},
		{
			caption: "A tool that was installed",
			bad: "FROM debian:12\nRUN apt-get install -y curl\nEXPOSE 53/udp «80»",
			fixed:
				'FROM debian:12\nRUN apt-get install -y curl\nEXPOSE 53/udp 80\nHEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \\\n    CMD ["curl", "-fsS", "-o", "/dev/null", "http://127.0.0.1:80/"]',
		},
		{
			caption: "The port of the pages, not that of TLS",
			bad: "FROM rabbitmq:alpine\nRUN rabbitmq-plugins enable --offline rabbitmq_management\n\nEXPOSE 4369 5671 5672 15671 «15672» 25672\n",
			fixed:
				'FROM rabbitmq:alpine\nRUN rabbitmq-plugins enable --offline rabbitmq_management\n\nEXPOSE 4369 5671 5672 15671 15672 25672\nHEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \\\n    CMD ["wget", "-q", "--spider", "http://127.0.0.1:15672/"]\n',
		},
		{
			caption: "Another port of a server that speaks HTTP",
			bad: 'FROM python:3.12\nEXPOSE «5055»\nCMD ["uvicorn", "app:app", "--port", "5055"]\n',
			fixed:
				'FROM python:3.12\nEXPOSE 5055\nHEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \\\n    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen(\'http://127.0.0.1:5055/\', timeout=3)"]\nCMD ["uvicorn", "app:app", "--port", "5055"]\n',
		},
		{
			caption: "Such a server behind a launcher",
			bad: 'FROM python:3.12\nEXPOSE «5055»\nCMD ["poetry", "run", "python", "-u", "-W", "ignore", "-m", "uvicorn", "app:app", "--port", "5055"]\n',
			fixed:
				'FROM python:3.12\nEXPOSE 5055\nHEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \\\n    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen(\'http://127.0.0.1:5055/\', timeout=3)"]\nCMD ["poetry", "run", "python", "-u", "-W", "ignore", "-m", "uvicorn", "app:app", "--port", "5055"]\n',
		},
		{ caption: "Not the port of a debugger", bad: 'FROM node:20\nEXPOSE 9229 «3001»\nCMD ["node", "--inspect", "x"]\n' },
		{ caption: "Not one between the servers of a cluster", bad: "FROM debian:12\nEXPOSE 2888 3888 «2181»\n" },
		{ caption: "Not one of UDP", bad: "FROM debian:12\nEXPOSE 8125/udp\nEXPOSE «8126/tcp»\n" },
		{ caption: "Not all images of PyPy have a `python`", bad: 'FROM pypy:3.10\nEXPOSE «8000»\nCMD ["gunicorn", "app:app"]\n' },
		{ caption: "A port of whatever kind", bad: 'FROM python:3.12\nEXPOSE «50051»\nCMD ["python", "serve.py"]\n' },
		{ caption: "A port that does not speak HTTP, an image without a tool", bad: "FROM alpine\nEXPOSE «5432»\n" },
		{ caption: "A server that is known without EXPOSE", bad: 'FROM debian:12\n«CMD» ["nginx", "-g", "daemon off;"]\n' },
		{ caption: "What the base image starts", bad: "FROM «nginx:1.29-alpine»\nCOPY site /usr/share/nginx/html\n" },
		{ caption: "By the variant of the base image", bad: "FROM «php:8.4-apache»\nCOPY . /var/www/html\n" },
		{ caption: "From a mirror", bad: "FROM «public.ecr.aws/docker/library/redis:8»\n" },
		{ caption: "Behind a launcher", bad: 'FROM ruby:3.3\n«CMD» ["bundle", "exec", "puma"]\n' },
		{ caption: "By a subcommand", bad: 'FROM ruby:3.3\n«CMD» ["bundle", "exec", "rails", "s", "-b", "0.0.0.0"]\n' },
		{ caption: "By the subcommand of a script", bad: 'FROM python:3.13\n«CMD» ["python", "manage.py", "runserver", "0.0.0.0:8000"]\n' },
		{
			caption: "Other subcommands of such programs",
			good: 'FROM ruby:3.3\nCMD ["rails", "console"]\nFROM php:8.4-cli\nCMD ["php", "artisan", "queue:work"]\nFROM python:3.13\nCMD ["python", "manage.py", "migrate"]\n',
			notBuilt: true,
		},
		{ caption: "What an interpreter runs", bad: 'FROM debian:12\n«CMD» ["ruby", "/app/bin/puma"]\n' },
		{
			caption: "Scripts in another language, by a name of a server",
			good: 'FROM python:3.13\nCMD ["python", "/app/named"]\nFROM debian:12\nCMD ["sh", "nginx"]\n',
			notBuilt: true,
		},
		{ caption: "A base that nobody described may have one: hint only", bad: "FROM acme/base\nEXPOSE «80»\n" },
		{ caption: "The same where only its user is known", bad: "FROM phusion/baseimage:noble-1.0.2\nEXPOSE «80»\n" },
		{
			caption: "Next to files for Kubernetes: hint only",
			bad: "FROM debian:12\nEXPOSE «80»\n",
			workspace: { contextEntries: ["k8s", "Dockerfile"] },
		},
		{ caption: "Declared, inherited, or declined", good: "FROM alpine AS base\nHEALTHCHECK CMD true\nFROM base\nEXPOSE 80\n" },
		{ caption: "None on purpose", good: "FROM alpine\nEXPOSE 80\nHEALTHCHECK NONE\n" },
		{ caption: "No server, or not shipped", good: 'FROM alpine AS a\nEXPOSE 80\nFROM alpine\nCMD ["mytool"]\n', notBuilt: true },
		{ caption: "Another command than the base image's", good: 'FROM postgres:18\nENTRYPOINT ["psql"]\n' },
		{ caption: "A base that only the build knows", good: "ARG BASE\nFROM $BASE\nEXPOSE 80\n" },
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || hasHealthcheck(stage)) continue;
			const base = rootBase(stage);
			if (base.kind !== "image" && base.kind !== "scratch") continue;
			const server = serverOf(stage);
			if (server === undefined) continue;
			const unknown = base.kind === "image" && !isDescribed(stage);
			reports.push({
				span: server.span,
				message: `${server.name}, but nothing checks that it answers`,
				...(unknown || isForKubernetes(workspace) ? { severity: "hint" as LintSeverity } : {}),
				fixes: () => fixesFor(stage),
			});
		}
		return reports;
	},
});

/** Facts of how the container's user is chosen: they say nothing of what else is in an image. */
const ABOUT_USERS = new Set(["entrypointDropsRoot", "commandNeedsRoot", "entrypointNeedsRoot"]);

function isDescribed(stage: Stage): boolean {
	return Object.keys(stageBaseFacts(stage)).some((fact) => !ABOUT_USERS.has(fact));
}

function hasHealthcheck(stage: Stage): boolean {
	if (stageBaseFacts(stage).healthcheck === true) return true;
	return lineage(stage).some((ancestor) => ancestor.steps.some((step) => (step.trigger ?? step).keyword === "HEALTHCHECK"));
}

function serverOf(stage: Stage): { readonly name: string; readonly span: Span } | undefined {
	const port = webPort(stage) ?? otherPort(askedPorts(stage));
	if (port !== undefined) return { name: port.port === undefined ? "A port is exposed" : `Port ${port.port} is exposed`, span: port.span };
	const start = containerStart(stage);
	const program = start.commands.flatMap((command) => calledServer(command, "always")?.program ?? [])[0];
	const step = start.entrypoint ?? start.command;
	if (step === undefined) return serverOfBase(stage);
	return program === undefined ? undefined : { name: `${program} is started`, span: step.keywordSpan };
}

/** What the base image starts, where the file does not say. */
function serverOfBase(stage: Stage): { readonly name: string; readonly span: Span } | undefined {
	const program = imageServer(stage);
	const image = lineage(stage).at(-1)?.image;
	return program === undefined || image === undefined ? undefined : { name: `${program} starts with the container`, span: image.span };
}

/** The exposed ports without those at which ZooKeeper's servers wait for each other. */
function askedPorts(stage: Stage): readonly ExposedPort[] {
	const ports = exposedPorts(stage);
	return ports.some(({ port }) => port === 2181) ? ports.filter(({ port }) => port !== 2888 && port !== 3888) : ports;
}

/** The first port that speaks HTTP by custom; without one, what a server is told that speaks nothing else. */
function webPort(stage: Stage): ExposedPort | undefined {
	const ports = askedPorts(stage).filter(({ protocol }) => protocol === "tcp");
	const usual = ports.find(({ port }) => port !== undefined && HTTP_PORTS.has(port));
	if (usual !== undefined) return usual;
	const other = ports.find(({ port }) => port !== undefined && !PORTS_WITHOUT_HTTP.has(port));
	return other !== undefined && containerStart(stage).commands.some(isHttpServer) ? other : undefined;
}

function isHttpServer(command: ShellCommand): boolean {
	return calledServer(command, "http") !== undefined;
}

/** The port to name where none is known to speak HTTP: a debugger's and those of UDP only where there is no other. */
function otherPort(ports: readonly ExposedPort[]): ExposedPort | undefined {
	const streams = ports.filter(({ protocol }) => protocol !== "udp" && protocol !== "sctp");
	return streams.find(({ port }) => port === undefined || !PORTS_WITHOUT_HTTP.has(port)) ?? streams[0] ?? ports[0];
}

const KUBERNETES = /^(?:k8s|kubernetes|helm|helmfile\.ya?ml|charts?|chart\.ya?ml|kustomization\.ya?ml|skaffold\.ya?ml|manifests)$/i;

function isForKubernetes({ contextEntries }: WorkspaceFacts): boolean {
	return contextEntries !== undefined && hasKubernetes(contextEntries);
}

const hasKubernetes = remembered((entries: readonly string[]): boolean => entries.some((entry) => KUBERNETES.test(entry)));

function fixesFor(stage: Stage): readonly Fix[] {
	const port = webPort(stage)?.port;
	const probe = probeOf(stage);
	if (port === undefined || probe === undefined) return [];
	const words = HEALTH_PROBES[probe](`http://127.0.0.1:${port}/`).map((word) => JSON.stringify(word));
	const options = "--interval=30s --timeout=5s --start-period=10s --retries=3";
	const edit = insertBeforeStart(stage, `HEALTHCHECK ${options} ${stage.file.escape}\n    CMD [${words.join(", ")}]`);
	if (edit === undefined) return [];
	return [
		{
			title: `Ask port ${port} with ${probe}`,
			safety: "review",
			edits: [edit],
			note: "Replace the path by one that answers with success and costs little.",
		},
	];
}

/** A program of the image that can ask; undefined where none is known to be there. */
function probeOf(stage: Stage): HealthProbe | undefined {
	const { family, shell, interpreter, programs = [] } = stageBaseFacts(stage);
	if (family === "windows" || shell === "none") return undefined;
	if (family === "alpine" || family === "busybox" || shell === "busybox") return "wget";
	const installed = (["curl", "wget"] as const).find((tool) => isInstalled(stage, tool));
	if (installed !== undefined) return installed;
	if (interpreter === "node") return "node";
	return programs.includes("python") && !isPython2(stage) ? "python" : undefined;
}

/** Whether the last call of a package manager that names the tool installs it. */
function isInstalled(stage: Stage, tool: string): boolean {
	const calls = [...lineage(stage)].reverse().flatMap((ancestor) => runSteps(ancestor).flatMap((step) => packageCallsOf(step)));
	const last = calls.findLast((call) => call.operands.some((word) => word.value?.split("=")[0] === tool));
	return last?.kind === "install";
}

function isPython2(stage: Stage): boolean {
	const base = rootBase(stage);
	return base.kind === "image" && /^2(?:\D|$)/.test(base.reference.tag ?? "");
}
