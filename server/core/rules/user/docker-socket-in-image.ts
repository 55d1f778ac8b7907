import { removeAssignment, removeFlag, removeInstruction } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { copiedPaths } from "../../dockerfile/files/copiedPaths.ts";
import { volumePathsOf } from "../../dockerfile/files/volumePaths.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { mountOption, mountsOf } from "../../dockerfile/model/mounts.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/** The sockets of engines that run as root, where their packages put them. */
const SOCKETS = [
	"/run/docker.sock",
	"/run/docker/docker.sock",
	"/run/containerd/containerd.sock",
	"/run/docker/containerd/containerd.sock",
	"/run/k3s/containerd/containerd.sock",
	"/run/crio/crio.sock",
	"/run/podman/podman.sock",
].flatMap((path) => [path, `/var${path}`]);

export const dockerSocketInImage = defineRule({
	id: "docker-socket-in-image",
	title: "The image is made to use the engine's socket",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["semgrep", "dockerfile-dockerd-socket-mount"]),
	onlyWith: { words: ["sock"] },
	why: "Whoever can write to the engine's socket can start a container that mounts the whole file system of the host: the socket is root on the host, without a password. An image that declares it asks its users to hand it over, and one flaw in the application is then a flaw of the machine.",
	remedy:
		"Leave the socket out of the image. A tool that has to talk to an engine is given an address when it is started, best that of a rootless engine or of a proxy that allows a few calls only.",
	references: [
		"https://docs.docker.com/engine/security/#docker-daemon-attack-surface",
		"https://docs.docker.com/engine/security/rootless/",
		"https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html",
	],
	examples: [
		{ caption: "Declared as a volume", bad: "FROM debian:12\nVOLUME «/var/run/docker.sock»\nCMD a\n", fixed: "FROM debian:12\nCMD a\n" },
		{
			caption: "In the environment of every container",
			bad: "FROM debian:12\nENV A=1 «DOCKER_HOST=unix:///var/run/docker.sock»\n",
			fixed: "FROM debian:12\nENV A=1\n",
		},
		{
			caption: "Of other engines, and as a path",
			bad: "FROM debian:12\nENV «CONTAINERD_ADDRESS=/run/containerd/containerd.sock» A=1\nENV «DOCKER_SOCK=/var/run/docker.sock»\n",
			fixed: "FROM debian:12\nENV A=1\n",
		},
		{
			caption: "In a mount, copied",
			bad: "FROM debian:12\nRUN «--mount=type=bind,source=docker.sock,target=/run/docker.sock» docker ps\nCOPY run/docker.sock «/var/run/docker.sock»\n",
			fixed: "FROM debian:12\nRUN docker ps\n",
		},
		{
			caption: "Copied into its folder",
			bad: "FROM debian:12\nCOPY docker.sock «/var/run/»\nCOPY docker.sock «/run»\nWORKDIR /run\nADD docker.sock «.»\nCOPY a run/docker.sock «/run»\nRUN a\n",
			fixed: "FROM debian:12\nWORKDIR /run\nCOPY a run/docker.sock /run\nRUN a\n",
		},
		{
			caption: "Other engines, in JSON",
			bad: 'FROM debian:12\nVOLUME ["/data", "«/run/containerd/containerd.sock»"]\n',
			fixed: 'FROM debian:12\nVOLUME ["/data"]\n',
		},
		{
			caption: "Mentioned only; an engine of its own",
			good: "FROM debian:12\n# mount /var/run/docker.sock\nRUN echo mount /var/run/docker.sock\nLABEL usage='-v /var/run/docker.sock:/var/run/docker.sock'\nENV DOCKER_HOST=tcp://docker:2375 SOCKET=/run/app.sock\nFROM docker:dind\nENV DOCKER_HOST=unix:///var/run/docker.sock\n",
		},
		{
			caption: "For the steps of a builder",
			good: "FROM debian:12 AS b\nENV DOCKER_HOST=unix:///var/run/docker.sock\nRUN make\nFROM debian:12\nCOPY --from=b /a /a\n",
		},
		{ caption: "An engine that the file starts", good: 'FROM debian:12\nENV DOCKER_HOST=unix:///run/docker.sock\nCMD ["dockerd"]\n' },
	],
	check(file) {
		if (!file.text.includes(".sock")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const found of reportsOf(step)) reports.push({ ...found, ...lowered(step) });
			}
		}
		return reports;
	},
});

/** What a builder declares reaches no container; its mounts are used all the same. */
function lowered(step: Step): { readonly severity?: LintSeverity } {
	const { use } = step.stage;
	return use === "unused" ? { severity: "hint" } : use === "copied" && step.keyword !== "RUN" ? { severity: "info" } : {};
}

function reportsOf(step: Step): readonly Report[] {
	const { file } = step.stage;
	const reports: Report[] = [];
	switch (step.keyword) {
		case "VOLUME":
			for (const { span, path, removal } of volumePathsOf(step))
				if (path !== undefined && SOCKETS.includes(path))
					reports.push({ span, message: `VOLUME ${path} asks for the engine's socket`, fixes: () => fixes(removal()) });
			return reports;
		case "ENV":
			if (step.stage.use === "copied" || !/\$|\.sock/.test(step.line.text) || runsEngine(step)) return reports;
			for (const assignment of assignmentsOf(step, file.escape)) {
				const value = assignment.value === undefined ? undefined : expandAt(step, assignment.value);
				if (value?.kind !== "known" || !isEngineAddress(value.value)) continue;
				reports.push({
					span: assignment.span,
					message: `ENV ${shortened(assignment.name, 30)} points every container to the engine's socket`,
					severity: "warning",
					fixes: () => fixes(removeAssignment(file, step, assignment)),
				});
			}
			return reports;
		case "RUN":
			for (const mount of mountsOf(step)) {
				const paths = ["source", "target"].map((key) => mountOption(mount, key)?.value ?? "");
				if (mount.type !== "bind" || !paths.some((path) => SOCKETS.includes(path))) continue;
				reports.push({
					span: mount.flag.span,
					message: "RUN mounts the engine's socket",
					fixes: () => fixes(removeFlag(file, mount.flag)),
				});
			}
			return reports;
		default: {
			const copy = contextCopyOf(step);
			if (copy === undefined) return reports;
			const target = copiedPaths(step)
				.flatMap(({ paths }) => paths)
				.find((path) => SOCKETS.includes(path));
			if (target === undefined) return reports;
			reports.push({
				span: copy.destinationSpan,
				message: `${step.keyword} puts a file in the place of the engine's socket ${target}`,
				fixes: () => fixes(copy.sources.length > 1 ? undefined : removeInstruction(file, step)),
			});
		}
	}
	return reports;
}

function fixes(edit: SpanEdit | undefined): readonly Fix[] {
	return edit === undefined ? [] : [{ title: "Remove the socket", safety: "review", edits: [edit] }];
}

function isEngineAddress(value: string): boolean {
	return SOCKETS.includes(value.replace(/^unix:\/\//, ""));
}

/** An engine; the path of its socket starts none. */
const ENGINE = /dockerd|dind|containerd\b(?!\.sock|\/containerd\.sock)/;

/** Whether the engine behind the socket is the container's own. */
function runsEngine(step: Step): boolean {
	return lineage(step.stage).some(
		(stage) => /\bdind\b/.test(stage.from.arguments.text) || stage.steps.some((other) => other !== step && ENGINE.test(stepText(other))),
	);
}
