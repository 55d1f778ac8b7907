import { baseName } from "../../baseName.ts";
import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { addFlag, replace } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import type { ContextOrigin } from "../../dockerfile/files/contextOrigins.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { hasNoEntryPoint, startsItself } from "../../dockerfile/start/baseEntryPoint.ts";
import { foundFiles, lacksExecuteBit, mayBeChanged, type StartedFile } from "../../dockerfile/start/startedFiles.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";
import type { ContextFile } from "../workspaceFacts.ts";

export const entrypointNotExecutable = defineRule({
	id: "entrypoint-not-executable",
	title: "The container starts with a file that cannot be executed",
	category: "runtime",
	severity: "error",
	preset: "strict",
	needs: "context",
	since: "0.1.0",
	equivalents: [],
	subCodes: {
		mode: "The file has no execute bit",
		"line-ends": "The first line ends with a carriage return, so that the interpreter is not found",
		interpreter: "The image has no such interpreter",
		shebang: "The script does not say what runs it",
	},
	onlyWith: { instructions: ["CMD", "ENTRYPOINT"] },
	why: "The image is built, pushed and deployed, and the container ends before its first line: `permission denied`, `no such file or directory`, `exec format error`. The kernel wants the execute bit, a first line that names an interpreter which is in the image, and no carriage return behind it.",
	remedy:
		"Copy the script with `--chmod=755`, keep it with Unix line ends (`*.sh text eol=lf` in `.gitattributes`), and begin it with an interpreter that the image has: `#!/bin/sh`.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---chown---chmod", "https://man7.org/linux/man-pages/man2/execve.2.html"],
	examples: [
		{
			caption: "Copied with its mode",
			good: 'FROM debian:12\nCOPY --chmod=755 start.sh /usr/local/bin/\nENTRYPOINT ["/usr/local/bin/start.sh"]\n',
		},
		{
			caption: "No execute bit",
			bad: 'FROM debian:12\nCOPY start.sh /usr/local/bin/\nENTRYPOINT ["«/usr/local/bin/start.sh»"]\n',
			fixed: 'FROM debian:12\nCOPY --chmod=755 start.sh /usr/local/bin/\nENTRYPOINT ["/usr/local/bin/start.sh"]\n',
			workspace: { contextFiles: new Map([["start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }]]) },
		},
		{
			caption: "By its name alone, which PATH leads to",
			bad: 'FROM debian:12\nCOPY docker-entrypoint.sh /usr/local/bin/\nENTRYPOINT ["«docker-entrypoint.sh»"]\nCMD ["app"]\nFROM debian:12\nCOPY rootfs/ /\nENTRYPOINT ["tini", "--", "«start.sh»"]\n',
			fixed:
				'FROM debian:12\nCOPY --chmod=755 docker-entrypoint.sh /usr/local/bin/\nENTRYPOINT ["docker-entrypoint.sh"]\nCMD ["app"]\nFROM debian:12\nCOPY rootfs/ /\nENTRYPOINT ["tini", "--", "start.sh"]\n',
			workspace: {
				contextFiles: new Map([
					["docker-entrypoint.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }],
					["rootfs/usr/bin/start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }],
				]),
			},
		},
		{
			caption: "In shell form",
			bad: "FROM debian:12\nCOPY start.sh /\nCMD exec «/start.sh» -p\n",
			fixed: "FROM debian:12\nCOPY --chmod=755 start.sh /\nCMD exec /start.sh -p\n",
			workspace: { contextFiles: new Map([["start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }]]) },
		},
		{
			caption: "A name in a folder that PATH does not have; one of several commands",
			good: 'FROM debian:12\nWORKDIR /app\nCOPY start.sh /app/\nENTRYPOINT ["start.sh"]\nFROM debian:12\nCOPY start.sh /\nCMD chmod +x /start.sh && /start.sh\n',
			workspace: { contextFiles: new Map([["start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }]]) },
		},
		{
			caption: "A PATH of the file's own; an earlier folder has one that cannot be executed, the search goes on",
			good: 'FROM debian:12\nENV PATH=/app:$PATH\nCOPY start.sh /usr/local/bin/\nENTRYPOINT ["start.sh"]\nFROM debian:12\nCOPY rootfs/ /\nCOPY start.sh /usr/local/bin/\nENTRYPOINT ["start.sh"]\n',
			workspace: {
				contextFiles: new Map([
					["start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }],
					["rootfs/usr/bin/start.sh", { kind: "file", executable: true, text: "#!/bin/sh\nexec a\n" }],
				]),
			},
		},
		{
			caption: "None of several can be executed",
			bad: 'FROM debian:12\nCOPY rootfs/ /\nCOPY start.sh /usr/local/bin/\nENTRYPOINT ["«start.sh»"]\n',
			fixed: 'FROM debian:12\nCOPY rootfs/ /\nCOPY --chmod=755 start.sh /usr/local/bin/\nENTRYPOINT ["start.sh"]\n',
			workspace: {
				contextFiles: new Map([
					["start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }],
					["rootfs/usr/bin/start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }],
				]),
			},
		},
		{
			caption: "Another file lies over it: out of a stage, from a text in the Dockerfile",
			good: 'FROM debian:12\nCOPY start.sh /\nCOPY --chmod=755 <<EOF /start.sh\n#!/bin/sh\nexec a\nEOF\nENTRYPOINT ["/start.sh"]\nFROM debian:12 AS b\nFROM debian:12\nCOPY start.sh /app/\nCOPY --from=b /app /app\nENTRYPOINT ["/app/start.sh"]\n',
			workspace: { contextFiles: new Map([["start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }]]) },
		},
		{
			caption: "A copy beside it",
			bad: 'FROM debian:12 AS b\nFROM debian:12\nCOPY start.sh /app/\nCOPY --from=b /out/server /src/dist /app/\nENTRYPOINT ["«/app/start.sh»"]\n',
			fixed:
				'FROM debian:12 AS b\nFROM debian:12\nCOPY --chmod=755 start.sh /app/\nCOPY --from=b /out/server /src/dist /app/\nENTRYPOINT ["/app/start.sh"]\n',
			workspace: { contextFiles: new Map([["start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }]]) },
		},
		{
			caption: "A mode that takes it away",
			bad: 'FROM node:22\nCOPY --chmod=0644 start.sh /\nCMD ["«/start.sh»"]\n',
			fixed: 'FROM node:22\nCOPY --chmod=755 start.sh /\nCMD ["/start.sh"]\n',
			workspace: { contextFiles: new Map([["start.sh", { kind: "file", executable: true, text: "#!/bin/sh\nexec a\n" }]]) },
		},
		{
			caption: "The base image's entry point may start it in another way",
			good: 'FROM acme/base\nCOPY a.sh b.sh /\nCMD ["/a.sh"]\nFROM node:22\nCOPY a.sh b.sh /\nCMD ["/b.sh"]\n',
			workspace: {
				contextFiles: new Map([
					["a.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }],
					["b.sh", { kind: "file", executable: true, text: "exec a\n" }],
				]),
			},
		},
		{
			caption: "Behind tini, in a folder; a carriage return",
			bad: 'FROM debian:12\nWORKDIR /app\nCOPY . .\nENTRYPOINT ["tini", "--", "«./start.sh»"]\nFROM debian:12\nWORKDIR /app\nCOPY . .\nCMD ["«/app/run.sh»"]\n',
			workspace: {
				contextFiles: new Map([
					["start.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }],
					["run.sh", { kind: "file", executable: true, text: "#!/bin/sh\r\nexec a\r\n" }],
				]),
			},
		},
		{
			caption: "An interpreter that is not there; none named",
			bad: 'FROM alpine:3.20 AS a\nCOPY start.sh /\nENTRYPOINT ["«/start.sh»"]\nFROM gcr.io/distroless/static-debian12 AS b\nCOPY start.sh /start.sh\nENTRYPOINT ["«/start.sh»"]\nFROM debian:12\nCOPY run.sh /run.sh\nENTRYPOINT ["«/run.sh»"]\n',
			workspace: {
				contextFiles: new Map([
					["start.sh", { kind: "file", executable: true, text: "#!/bin/bash\nexec a\n" }],
					["run.sh", { kind: "file", executable: true, text: "set -e\nexec a\n" }],
				]),
			},
		},
		{
			caption: "Executable, or made so",
			good: 'FROM alpine:3.20\nRUN apk add --no-cache bash\nCOPY a.sh /a.sh\nENTRYPOINT ["/a.sh"]\nFROM debian:12\nCOPY --chmod=755 b.sh /b.sh\nENTRYPOINT ["/b.sh"]\nFROM debian:12\nCOPY b.sh /\nRUN chmod +x /b.sh\nENTRYPOINT ["/b.sh"]\nFROM debian:12\nCOPY . /opt/app\nRUN chmod -R 755 /opt\nENTRYPOINT ["/opt/app/b.sh"]\nFROM debian:12\nCOPY b.sh /\nRUN chmod +x /*.sh\nENTRYPOINT ["/b.sh"]\n',
			workspace: {
				contextFiles: new Map([
					["a.sh", { kind: "file", executable: true, text: "#!/bin/bash\nexec a\n" }],
					["b.sh", { kind: "file", executable: false, text: "#!/bin/sh\nexec a\n" }],
				]),
			},
		},
		{
			caption: "A shell reads it; a program; another file; in shell form, a shell takes what has no interpreter",
			good: 'FROM debian:12\nCOPY b.sh server /\nENTRYPOINT ["sh", "/b.sh"]\nFROM debian:12\nCOPY b.sh server /\nENTRYPOINT ["/server"]\nFROM debian:12\nCOPY b.sh server /\nENTRYPOINT ["/other.sh"]\nFROM debian:12\nCOPY c.sh server /\nCMD /c.sh\n',
			workspace: {
				contextFiles: new Map([
					["b.sh", { kind: "file", executable: false, text: "exec a\n" }],
					["c.sh", { kind: "file", executable: true, text: "exec a\n" }],
					["server", { kind: "file", executable: true, text: "\u007fELF\u0001\u0000" }],
				]),
			},
		},
	],
	check(file, { workspace }) {
		if (workspace.contextFiles.size === 0) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "copied" || stage.use === "ancestor") continue;
			for (const { started, origin, facts } of foundFiles(stage, workspace.contextFiles)) {
				if (started.way === "shell" || !startsItself(stage, started.step)) continue;
				const fault = faultOf(stage, started, origin, facts);
				if (fault === undefined || mayBeChanged(stage, origin.step, started.path)) continue;
				const name = baseName(started.written);
				reports.push({
					span: started.span,
					message: `${shortened(name, 40)} ${fault.message}`,
					subCode: fault.code,
					...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					related: [{ span: origin.step.keywordSpan, message: "Copied here" }],
					fixes: () => (fault.code === "mode" ? modeFix(origin) : []),
				});
			}
		}
		return reports;
	},
});

interface Fault {
	readonly code: "mode" | "line-ends" | "interpreter" | "shebang";
	readonly message: string;
}

function faultOf(stage: Stage, started: StartedFile, origin: ContextOrigin, facts: ContextFile): Fault | undefined {
	if (lacksExecuteBit(origin, facts)) return { code: "mode", message: "has no execute bit: the container does not start" };
	const { text } = facts;
	if (text === undefined || text === "" || text.startsWith("\u007fELF") || text.includes("\u0000")) return undefined;
	if (!text.startsWith("#!"))
		// tini and its like hand such a file to a shell, and so does a shell that calls `exec "$@"` in an entry point of the base image.
		return started.way === "direct" &&
			(started.step.keyword === "ENTRYPOINT" || hasNoEntryPoint(stage)) &&
			/\.(?:sh|bash)$/.test(started.written)
			? { code: "shebang", message: "does not begin with #!: the container does not start" }
			: undefined;
	const line = text.split("\n")[0] ?? "";
	if (line.endsWith("\r"))
		return { code: "line-ends", message: "has a carriage return behind its interpreter: the container does not start" };
	const words = line.slice(2).trim().split(/\s+/);
	const interpreter = words[0]?.endsWith("/env") ? words[1] : words[0];
	return interpreter !== undefined && isMissing(stage, baseName(interpreter))
		? { code: "interpreter", message: `wants ${shortened(interpreter, 30)}, which the image does not have` }
		: undefined;
}

/** Whether the image has no such shell, for certain: no shell at all, or no bash on plain Alpine. */
function isMissing(stage: Stage, interpreter: string): boolean {
	if (!/^(?:sh|bash|ash|dash)$/.test(interpreter)) return false;
	const facts = stageBaseFacts(stage);
	const touched = lineage(stage).some((ancestor) => ancestor.steps.some((step) => mayBring(step, interpreter)));
	if (touched) return false;
	if (facts.shell === "none") return true;
	const base = rootBase(stage);
	const plain =
		base.kind === "image" && base.reference.registry === "docker.io" && /^library\/(?:alpine|busybox)$/.test(base.reference.repository);
	return plain && interpreter === "bash";
}

/** Whether a step may put an interpreter into the image. */
function mayBring(step: Step, interpreter: string): boolean {
	if (step.keyword === "RUN") return stepText(step).includes(interpreter);
	if (step.keyword !== "COPY" && step.keyword !== "ADD") return false;
	const copy = contextCopyOf(step);
	if (copy?.target === undefined) return true;
	if (copy.target === "/") return !copy.sources.every(({ text }) => /\.(?:sh|jar|json|conf|txt)$/.test(text));
	return /^\/(?:bin|usr(?:\/bin)?|busybox)$/.test(copy.target);
}

function modeFix({ step, named }: ContextOrigin): readonly Fix[] {
	const copy = contextCopyOf(step);
	if (!named || copy === undefined || copy.sources.length !== 1) return [];
	const mode = step.flags.find((flag) => flag.name === "chmod");
	if (mode !== undefined && mode.valueSpan === undefined) return [];
	const edit = mode?.valueSpan === undefined ? addFlag(step, "--chmod=755") : replace(mode.valueSpan, "755");
	return [{ title: "Copy with --chmod=755", safety: "review", edits: [edit] }];
}
