import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeInstruction, removeWord, replace } from "../../dockerfile/edits/edit.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { type ServiceChange, serviceChanges } from "../../dockerfile/packages/enabledServices.ts";
import type { InstalledPackage } from "../../dockerfile/packages/installedPackages.ts";
import { preparesSshServer, sshServersIn } from "../../dockerfile/packages/sshServers.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { exposedPorts } from "../../dockerfile/start/exposedPorts.ts";
import type { EditFix } from "../../finding.ts";
import type { ManagerId } from "../../knowledge/packageManagers.ts";
import { sourceSpan } from "../../mappedText.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { contains, type SpanEdit } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Names that bring client and server, and the client alone. */
const CLIENTS: Partial<Record<ManagerId, Readonly<Record<string, string>>>> = {
	apt: { ssh: "openssh-client" },
	apk: { openssh: "openssh-client" },
	zypper: { openssh: "openssh-clients" },
};

export const sshServerInstalled = defineRule({
	id: "ssh-server-installed",
	title: "The image has an SSH server",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["openssh", "ssh", "sshd", "dropbear", "tinyssh", "tinysshd"] },
	why: "A container has a way in already: `docker exec`, `kubectl exec`, with the access control and the log of the platform. An SSH server beside it is a second one that none of them sees: with keys or passwords of its own in the image, host keys that all containers share, a process that runs as root, and one more program that needs updates.",
	remedy:
		"Leave the server out, and reach containers through the platform. Where only the client is needed, for git over SSH, install that: `openssh-client` on Alpine and Debian, `openssh-clients` on Red Hat's and SUSE's systems.",
	references: [
		"https://docs.docker.com/reference/cli/docker/container/exec/",
		"https://kubernetes.io/docs/tasks/debug/debug-application/get-shell-running-container/",
	],
	examples: [
		{
			caption: "A server to look into the container",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl «openssh-server»\nEXPOSE 22 8080\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nEXPOSE 8080\n",
		},
		{ caption: "Only a client", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl openssh-client\n" },
		{
			caption: "A server among the tools",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    «openssh-server» \\\n    git\nEXPOSE 22 80\nEXPOSE 22 22/tcp\nEXPOSE 443\nEXPOSE 8022 22 22/tcp\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    git\nEXPOSE 80\nEXPOSE 443\nEXPOSE 8022 22 22/tcp\n",
		},
		{
			caption: "A version: no edit",
			bad: "FROM debian:12\r\nRUN apt-get install -y «ssh=1:9.2*» git\r\n",
		},
		{
			caption: "On Alpine the client is a package of its own",
			bad: "FROM alpine:3.20\nRUN apk add --no-cache git «openssh»\nEXPOSE 8080\n",
			fixed: "FROM alpine:3.20\nRUN apk add --no-cache git openssh-client\nEXPOSE 8080\n",
		},
		{
			caption: "Nothing else is installed, or the name stands in quotes: no edit",
			bad: 'FROM debian:12\nRUN apt-get install -y «openssh-server»\nRUN apt-get install -y git «"openssh-server"»\n',
		},
		{
			caption: "By another stage, from which two are made",
			bad: "FROM debian:12 AS base\nRUN apt-get install -y «openssh-server» git\nFROM base AS a\nFROM base\nCOPY --from=a /a /a\n",
			fixed: "FROM debian:12 AS base\nRUN apt-get install -y git\nFROM base AS a\nFROM base\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Its port is exposed: the client alone is not what is meant",
			bad: 'FROM alpine\nRUN apk add --no-cache «openssh»\nCOPY docker-entrypoint.sh /entrypoint.sh\nEXPOSE 22\nENTRYPOINT ["/entrypoint.sh"]\n',
		},
		{
			caption: "The same for Debian's package of both",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y «ssh» git\nEXPOSE 22/tcp\n",
		},
		{
			caption: "It is what the container runs: nothing to edit",
			bad: 'FROM rockylinux:9\nRUN dnf install -y «openssh-server» git && dnf clean all\nEXPOSE 22\nCMD ["/usr/sbin/sshd", "-D"]\n',
		},
		{
			caption: "Started, but installed elsewhere",
			bad: 'FROM acme/base:1\nENTRYPOINT ["/usr/sbin/«sshd»", "-D"]\n',
		},
		{
			caption: "Started as a service",
			bad: "FROM acme/base:1\nCMD service «ssh» start && tail -f /dev/null\n",
		},
		{
			caption: "Started behind the folder of the same name",
			bad: "FROM acme/base:1\nCMD mkdir -p ~/.ssh /etc/ssh/keys && cp /keys/* ~/.ssh/ && service «ssh» start && tail -f /dev/null\n",
		},
		{
			caption: "Another server",
			bad: 'FROM acme/base:1\nENTRYPOINT ["«dropbear»", "-F"]\n',
		},
		{ caption: "By its script", bad: "FROM acme/base:1\nCMD /etc/init.d/«ssh» restart && sleep infinity\n" },
		{
			caption: "Enabled for an init system, in a stage that another one continues",
			bad: "FROM acme/base:1 AS base\nRUN systemctl enable nginx «ssh.service» && systemctl enable --now ssh\nFROM base\nRUN chkconfig sshd on\n",
		},
		{ caption: "For OpenRC", bad: "FROM acme/base:1\nRUN rc-update add «sshd» default\n" },
		{ caption: "By the scripts of Debian", bad: "FROM acme/base:1\nRUN systemctl daemon-reload; update-rc.d «ssh» defaults\n" },
		{
			caption: "Enabled in a builder or for another root, and disabled again",
			good: "FROM acme/base:1 AS build\nRUN systemctl enable sshd\nFROM acme/base:1\nCOPY --from=build /a /a\nRUN systemctl --root=/mnt enable sshd && chroot /mnt systemctl enable ssh && chkconfig sshd off\nRUN systemctl enable sshd.service nginx\nRUN systemctl disable sshd && systemctl enable ssh-agent && systemctl status sshd\n",
		},
		{
			caption: "No server is there that could be enabled",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y openssh-client && (systemctl enable ssh || true)\n",
		},
		{
			caption: "Another service, one that is stopped, a word",
			good: "FROM acme/base:1\nCMD service nginx start; service ssh stop; echo ssh start; ./ssh start\n",
		},
		{
			caption: "The client alone",
			good: "FROM debian:12\nRUN apt-get install -y openssh-client git\nFROM alpine:3.20\nRUN apk add openssh-client-default openssh-keygen && apk del openssh-server\nFROM rockylinux:9\nRUN dnf install -y openssh openssh-clients\n",
		},
		{
			caption: "In a builder, or removed again",
			good: "FROM debian:12 AS build\nRUN apt-get install -y openssh-server\nFROM debian:12\nCOPY --from=build /a /a\nRUN apt-get install -y openssh-server && apt-get purge -y openssh-server\nRUN apt-get install -y $PACKAGES\n",
		},
	],
	check(file) {
		const seen = new Set<Stage>();
		const told = new Set<ServiceChange>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			let installed = false;
			for (const ancestor of lineage(stage)) {
				for (const step of runSteps(ancestor)) {
					for (const found of sshServersIn(step)) {
						installed = true;
						if (!seen.has(ancestor)) reports.push(reportOf(stage, step, found));
					}
				}
				seen.add(ancestor);
			}
			if (installed) continue;
			const started = startedServer(stage);
			// A distribution's own image has no server, so that without one in the file nothing is enabled.
			const enabled = started === undefined && !plainDistribution(stage) ? enabledServer(stage) : undefined;
			if (started !== undefined) reports.push(started);
			if (enabled === undefined || told.has(enabled)) continue;
			told.add(enabled);
			reports.push({ span: enabled.word.span, message: `The image enables an SSH server (${enabled.service})` });
		}
		return reports;
	},
});

function reportOf(stage: Stage, step: Step, found: InstalledPackage): Report {
	return {
		span: found.word.span,
		message: `${found.name} brings an SSH server into the image`,
		fixes: () => (preparesSshServer(stage) ? [] : fixesOf(stage, step, found)),
	};
}

function fixesOf(stage: Stage, step: Step, { call, word, name, version }: InstalledPackage): readonly EditFix[] {
	if (call.command.decoded || word.value !== word.text || word.text !== name + (version ?? "")) return [];
	const client = CLIENTS[call.manager]?.[name];
	// Of two things that one package brings, the port says that the server is the one that is meant.
	if (client !== undefined && exposedPorts(stage).some(({ port }) => port === 22)) return [];
	if (client !== undefined && version === undefined)
		return [{ title: `Install ${client} instead`, safety: "review", edits: [replace(word.span, client)] }];
	if (client !== undefined || call.operands.length < 2) return [];
	return [{ title: `Remove ${name}`, safety: "review", edits: [removeArgument(step.stage.file, word.span), ...portEdits(stage)] }];
}

/** Port 22 goes with the server; where it stands twice among others, somebody has to look. */
function portEdits(stage: Stage): readonly SpanEdit[] {
	const ports = exposedPorts(stage);
	const steps = lineage(stage).flatMap((ancestor) => ancestor.steps.filter((step) => step.keyword === "EXPOSE"));
	return steps.flatMap((step) => {
		const own = ports.filter(({ span }) => contains(step.span, span));
		const [first, ...more] = own.filter(({ port }) => port === 22);
		if (first === undefined) return [];
		if (more.length + 1 === own.length) return [removeInstruction(stage.file, step)];
		return more.length === 0 ? [removeWord(stage.file, first.span)] : [];
	});
}

const SERVICES = /^(?:sshd?|dropbear)$/;

/** The server that a command is, or starts as a service. */
function serverOf({ program, name, args }: ShellCommand): string | undefined {
	if (program === "sshd" || program === "dropbear") return program;
	const service = program === "service" ? args[0]?.value : name?.text.startsWith("/etc/init.d/") ? program : undefined;
	const verb = args[program === "service" ? 1 : 0]?.value;
	return SERVICES.test(service ?? "") && /^(?:re)?start$/.test(verb ?? "") ? service : undefined;
}

/** The instruction that starts a server which the base image brings. */
function startedServer(stage: Stage): Report | undefined {
	const { entrypoint, command, commands } = containerStart(stage);
	const server = commands.map(serverOf).find((name) => name !== undefined);
	if (server === undefined) return undefined;
	for (const step of [entrypoint, command]) {
		// Such lines often prepare `~/.ssh` and `/etc/ssh/` first.
		const at = step?.arguments.text.search(new RegExp(`(?<![\\w.-])${server}(?![\\w./-])`)) ?? -1;
		if (step === undefined || at === -1) continue;
		return { span: sourceSpan(step.arguments, at, at + server.length), message: `The container starts an SSH server (${server})` };
	}
	return undefined;
}

/** What enables a server which the base image brings, where nothing behind it disables the server again. */
function enabledServer(stage: Stage): ServiceChange | undefined {
	let enabled: ServiceChange | undefined;
	for (const change of lineage(stage).toReversed().flatMap(runSteps).flatMap(changesOf))
		enabled = change.enabled ? (enabled ?? change) : undefined;
	return enabled;
}

const changesOf = remembered((step: Step): readonly ServiceChange[] =>
	commandsOf(step)
		.flatMap(serviceChanges)
		.filter(({ service }) => SERVICES.test(service)),
);
