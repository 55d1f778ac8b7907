import { baseName } from "../../baseName.ts";
import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { asJsonArray } from "../../dockerfile/edits/plainWords.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { normalPath, stepsBackwards, workdirAt } from "../../dockerfile/variables/state.ts";
import { expandAt, variableAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const runInShellLessStage = defineRule({
	id: "run-in-shell-less-stage",
	title: "A command needs a shell that the image does not have",
	category: "runtime",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "shell-run-in-scratch"], ["hadolint", "DL3025"], ["buildkit", "JSONArgsRecommended"]),
	why: "A text behind RUN, CMD, ENTRYPOINT or `HEALTHCHECK CMD` is run with `/bin/sh`. `scratch` and distroless images have none: the RUN ends the build, the container ends before it has begun, and the health check calls a healthy container ill.",
	remedy:
		"Do the work of the RUN in a builder stage and copy the result. Write what starts the container as a JSON array, which needs no shell.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#shell-and-exec-form",
		"https://github.com/GoogleContainerTools/distroless#entrypoints",
	],
	examples: [
		{ caption: "JSON", good: 'FROM scratch\nCOPY a /\nRUN ["/a", "-i"]\nHEALTHCHECK CMD ["/a", "-c"]\nCMD ["/a"]\n' },
		{
			caption: "Nothing is there to run it",
			bad: "FROM golang:1.22 AS build\nRUN make\nFROM scratch\nCOPY --from=build /app /app\n«ENTRYPOINT» /app serve\n",
			fixed: 'FROM golang:1.22 AS build\nRUN make\nFROM scratch\nCOPY --from=build /app /app\nENTRYPOINT ["/app", "serve"]\n',
		},
		{
			caption: "exec is a word of the shell that is not there",
			bad: "FROM gcr.io/distroless/static-debian12\nCOPY app /app\n«ENTRYPOINT» exec /app serve\n",
			fixed: 'FROM gcr.io/distroless/static-debian12\nCOPY app /app\nENTRYPOINT ["/app", "serve"]\n',
		},
		{ caption: "A file was copied, and no shell", bad: "FROM scratch\nCOPY app.jar cert.pem /\nCOPY a /srv/a\n«RUN» chmod +x /srv/a\n" },
		{
			caption: "Distroless, inherited",
			bad: "FROM gcr.io/distroless/static-debian12 AS base\nCOPY a /srv/\nFROM base\n«HEALTHCHECK» --interval=5s CMD /srv/a -check\n«CMD» /srv/a $X\n",
		},
		{
			caption: "A shell that an array calls",
			bad: 'FROM gcr.io/distroless/static AS a\nCOPY a /srv/\n«RUN» ["sh", "-c", "x"]\nFROM cgr.dev/chainguard/static:latest\n«RUN» a\nFROM scratch\nCOPY a.sh /\n«HEALTHCHECK» CMD ["sh", "-c", "x"]\n«ENTRYPOINT» ["/bin/sh", "/a.sh"]\n',
		},
		{
			caption: "A shell that was brought for it, or a word for an entry point",
			good: 'FROM scratch\nCOPY rootfs /\nRUN ["sh", "-c", "x"]\nFROM gcr.io/distroless/static\nCOPY --from=busybox /bin/busybox /usr/local/bin/sh\nRUN ["sh", "-c", "x"]\nFROM gcr.io/distroless/static\nENV PATH=/x\nRUN ["sh", "-c", "x"]\nFROM gcr.io/distroless/python3\nCMD ["sh"]\nFROM gcr.io/distroless/static\nRUN ["/busybox/sh", "-c", "x"]\nFROM cgr.dev/chainguard/static:latest-dev\nRUN a\n',
		},
		{
			caption: "A command that a mount brings, or an earlier one may have copied",
			good: 'FROM scratch\nRUN --mount=from=busybox,target=/x ["/bin/sh", "-c", "a"]\nFROM scratch\nRUN --mount=from=busybox,target=/b ["/b/cp", "-r", "/b", "/bin"]\nRUN a\nFROM scratch\nCOPY init /srv/\nRUN ["/srv/init", "/bin"]\nRUN a\nFROM scratch\nRUN --mount=from=busybox,target=/bin cp -r /bin /b\nRUN a\n',
		},
		{ caption: "A root file system, or a folder that may have one", good: "FROM scratch\nADD rootfs.tar.gz /\nRUN id\nCMD a\n" },
		{
			caption: "BusyBox, at its place or mounted",
			good: "FROM gcr.io/distroless/cc\nRUN --mount=from=busybox,dst=/usr/ ls\nCOPY --from=busybox /bin/busybox /bin/sh\nRUN id\n",
		},
		{
			caption: "Another shell, or a debug image",
			good: 'FROM gcr.io/distroless/cc\nCOPY --from=busybox /bin/busybox /x/sh\nSHELL ["/x/sh", "-c"]\nRUN id\nFROM gcr.io/distroless/cc:debug\nCMD id\n',
		},
		{ caption: "A base that has a shell, or may have one", good: "FROM debian:12\nRUN id\nFROM acme/base\nRUN id\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stageBaseFacts(stage).shell !== "none") continue;
			for (const step of candidates(stage)) {
				const shell = step.exec === undefined ? (needsShell(step) ? "/bin/sh" : undefined) : calledShell(step);
				if (shell === undefined || mayHaveShell(stage, step, shell)) continue;
				reports.push({
					span: step.keywordSpan,
					message: `${step.keyword} needs ${shell}, which ${nameOfBase(stage)} does not have`,
					...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					fixes: () => fixesFor(step),
				});
			}
		}
		return reports;
	},
});

/** The RUNs of the stage, and what a container starts with. What an ancestor stage says is reported there. */
function candidates(stage: Stage): readonly Step[] {
	const runs = stage.steps.filter((step) => step.keyword === "RUN");
	if (stage.use !== "shipped") return runs;
	const { entrypoint, command } = containerStart(stage);
	const check = [...stepsBackwards(stage)].find((step) => step.keyword === "HEALTHCHECK" && !/^NONE$/i.test(step.arguments.text.trim()));
	const start = [entrypoint, entrypoint === undefined || entrypoint.exec !== undefined ? command : undefined, check];
	return [...runs, ...start.filter((step) => step !== undefined)];
}

function needsShell(step: Step): boolean {
	const text = step.keyword === "HEALTHCHECK" ? step.arguments.text.replace(/^CMD\s+/i, "") : step.arguments.text;
	return (
		text !== "" &&
		!text.startsWith("[") &&
		shellAt(step.stage, step).step === undefined &&
		!step.flags.some((flag) => flag.name === "mount")
	);
}

/** The shell that an array calls where every image has one: `["sh", "-c", "…"]`. */
function calledShell(step: Step): string | undefined {
	const program = step.exec?.values[0] ?? "";
	// Behind an entry point, of the base image perhaps, they are its arguments.
	if (step.keyword === "CMD" && (rootBase(step.stage).kind !== "scratch" || containerStart(step.stage).entrypoint !== undefined))
		return undefined;
	if (step.flags.some((flag) => flag.name === "mount")) return undefined;
	return POSIX_SHELLS.has(program.replace(/^(?:\/usr)?\/bin\//, "")) ? program : undefined;
}

const SHELL_PATHS = /^\/(?:usr(?:\/bin)?)?$|^\/(?:usr\/)?bin(?:\/|$)/;
/** Where else a shell is found by its name. */
const SEARCHED_PATHS = /^\/(?:usr(?:\/local)?)?$|^\/(?:usr\/(?:local\/)?)?s?bin(?:\/|$)/;

/** Whether a step in front of it could have brought a shell: something was copied to the root, or to a folder for programs. */
function mayHaveShell(stage: Stage, before: Step, shell: string): boolean {
	const paths = shell.startsWith("/") ? SHELL_PATHS : SEARCHED_PATHS;
	if (!shell.startsWith("/") && variableAt(before, "PATH").kind === "set") return true;
	for (const step of stepsBackwards(stage, before.keyword === "RUN" ? before : undefined)) {
		if (step.keyword === "RUN" && step !== before && (step.exec !== undefined || step.flags.some((flag) => flag.name === "mount")))
			return true;
		if (step.keyword !== "COPY" && step.keyword !== "ADD") continue;
		const words = step.exec?.values ?? splitAtBlanks(step.arguments).map((word) => word.text);
		const target = words[words.length - 1] ?? "";
		const expansion = expandAt(step, target);
		if (expansion.kind !== "known") return true;
		const workdir = workdirAt(step.stage, step);
		const base = expansion.value.startsWith("/") ? "" : workdir.kind === "set" ? workdir.value : "/";
		const path = normalPath(`${base}/${expansion.value}`);
		if (paths.test(path)) {
			if (path !== "/" || !words.slice(0, -1).every(isOneFile)) return true;
		}
	}
	return false;
}

/** A source that is evidently a file, or a folder whose name says that it is no root file system: `/app.jar`, `certs.pem`. */
function isOneFile(source: string): boolean {
	return /\.(?:jar|pem|crt|json|ya?ml|toml|conf|txt|sh|html|exe|wasm|zip)$/.test(source);
}

function nameOfBase(stage: Stage): string {
	const base = rootBase(stage);
	return base.kind === "image" ? baseName(base.reference.repository) : "scratch";
}

function fixesFor(step: Step): readonly Fix[] {
	const script = step.keyword === "CMD" || step.keyword === "ENTRYPOINT" ? scriptsOf(step)[0] : undefined;
	const edits = script === undefined ? undefined : asJsonArray(script);
	return edits === undefined ? [] : [{ title: "Write a JSON array", safety: "review", edits }];
}
