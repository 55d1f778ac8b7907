import { removeListed } from "../../dockerfile/edits/listEdit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { stepsNamed } from "../../dockerfile/model/named.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { type PortSpec, portSpecsOf } from "../../dockerfile/start/portSpecs.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { ADMIN_PORTS } from "../../knowledge/adminPorts.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Programs whose users come in through SSH, as git's do. */
const SSH_SERVICES = /git(?:ea|lab|olite|-daemon|-shell|bucket)|gogs|forgejo|gerrit|soft-serve|bitbucket|sftp|rsync|borg/i;

export const exposeAdminPort = defineRule({
	id: "expose-admin-port",
	title: "A port for remote administration is exposed",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["trivy", "DS-0004"],
		["checkov", "CKV_DOCKER_1"],
		["kics", "5907595b-5b6d-4142-b173-dbb0e73fbff8"],
		["sonar", "S6473"],
		["terrascan", "AC_DOCKER_0026"],
	),
	onlyWith: { instructions: ["EXPOSE"] },
	why: "An SSH server, a VNC desktop or a Docker engine inside of a container is a door beside the application: with passwords and keys of its own that nobody rotates, logs that nobody reads, and a shell behind it. `docker run -P` and many platforms publish every port that an image exposes.",
	remedy:
		"Leave the server and its port out: `docker exec` and `kubectl exec` give a shell to those who may have one, with the platform's own log-in and records. Where the port is what the image is for, as for a git server, name it in the option `allow`.",
	references: ["https://docs.docker.com/reference/dockerfile/#expose", "https://docs.docker.com/engine/security/protect-access/"],
	options: [
		{ name: "allow", description: 'Ports that may be exposed, in quotes: `["22"]`.', default: [] },
		{ name: "ports", description: "Further ports to report, such as those of database consoles, in quotes.", default: [] },
	],
	examples: [
		{ caption: "SSH beside the server", bad: "FROM debian:12\nEXPOSE 80 «22»\n", fixed: "FROM debian:12\nEXPOSE 80\n" },
		{ caption: "The port of the server", good: "FROM debian:12\nEXPOSE 8080\n" },
		{
			caption: "Among others, and alone",
			bad: "FROM debian:12\nEXPOSE 80 «22» 443\nEXPOSE «2375/tcp»\nCMD a\n",
			fixed: "FROM debian:12\nEXPOSE 80 443\nCMD a\n",
		},
		{
			caption: "At the end of a list of several lines",
			bad: "FROM debian:12\nEXPOSE 80 \\\n    «5900»\n",
			fixed: "FROM debian:12\nEXPOSE 80\n",
		},
		{ caption: "Inside a range", bad: "FROM debian:12\nEXPOSE «20-25»\n" },
		{
			caption: "Through variables and quotes",
			bad: 'FROM debian:12\nARG SSH=22\nEXPOSE «${SSH}» 80 «"3389"»\n',
			fixed: "FROM debian:12\nARG SSH=22\nEXPOSE 80\n",
		},
		{ caption: "For the images that start from this one", bad: "FROM debian:12\nONBUILD EXPOSE «22»\n" },
		{
			caption: "One of your own",
			bad: "FROM debian:12\nEXPOSE «8161»\nCMD a\n",
			fixed: "FROM debian:12\nCMD a\n",
			options: { ports: ["8161"] },
		},
		{
			caption: "A git server: information",
			bad: "FROM gitea/gitea:1.22\nEXPOSE «22» 3000\n",
			fixed: "FROM gitea/gitea:1.22\nEXPOSE 3000\n",
		},
		{ caption: "Other ports, UDP, unknown variables", good: "FROM debian:12\nARG P\nEXPOSE 80 22/udp 2222 $P 23-x\n" },
		{ caption: "Allowed", good: "FROM debian:12\nEXPOSE 22\n", options: { allow: ["22"] } },
		{ caption: "A stage that is not shipped", good: "FROM debian:12 AS a\nEXPOSE 22\nFROM debian:12\nCOPY --from=a /a /a\n" },
	],
	check(file, { options }) {
		const allowed = new Set((options["allow"] as readonly string[]).map(Number));
		const further = (options["ports"] as readonly string[]).map(Number);
		const ports =
			further.length === 0 ? ADMIN_PORTS : new Map([...further.map((port) => [port, "administration"] as const), ...ADMIN_PORTS]);
		const reports: Report[] = [];
		for (const step of stepsNamed(file, "EXPOSE")) {
			if (step.stage.use !== "shipped" && step.stage.use !== "ancestor") continue;
			for (const spec of portSpecsOf(step)) {
				const port = exposedOf(spec, ports, allowed);
				if (port === undefined) continue;
				const wanted = port === 22 && servesOverSsh(step.stage);
				reports.push({
					span: spec.word.span,
					message: `Port ${port} is exposed, which is for ${ports.get(port) ?? ""}`,
					...(wanted ? { severity: "info" as const } : {}),
					fixes: () => fixesFor(step, spec),
				});
			}
		}
		return reports;
	},
});

/** The first of some ports that a word of EXPOSE opens. */
function exposedOf({ ports, protocol }: PortSpec, among: ReadonlyMap<number, string>, allowed: ReadonlySet<number>): number | undefined {
	if (ports === undefined || (protocol !== undefined && protocol !== "" && protocol.toLowerCase() !== "tcp")) return undefined;
	const { first, last } = ports;
	// Who opens a thousand ports has no particular one in mind.
	if (last - first >= 1000) return undefined;
	if (first === last) return among.has(first) && !allowed.has(first) ? first : undefined;
	for (const port of among.keys()) if (first <= port && port <= last && !allowed.has(port)) return port;
	return undefined;
}

function servesOverSsh(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind === "image" && SSH_SERVICES.test(base.text)) return true;
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some(
			(step) => ["CMD", "ENTRYPOINT", "COPY", "LABEL", "RUN"].includes(step.keyword) && SSH_SERVICES.test(stepText(step)),
		),
	);
}

function fixesFor(step: Step, spec: PortSpec): readonly Fix[] {
	const { ports, word } = spec;
	// Of a range only a part is for administration; a variable can hold other ports, too.
	if (ports === undefined || ports.first !== ports.last) return [];
	const words = splitAtBlanks(step.arguments);
	if (portSpecsOf(step).filter((other) => other.word.at === word.at).length !== 1) return [];
	const edit = removeListed(step.stage.file, step, words, word);
	return edit === undefined ? [] : [{ title: `Do not expose ${shortened(word.text, 30)}`, safety: "review", edits: [edit] }];
}
