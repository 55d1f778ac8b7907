import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { contextCopyOf, wholeContextSource } from "../../dockerfile/files/contextCopies.ts";
import { isIgnored, parseIgnoreFile } from "../../dockerfile/files/ignoreFile.ts";
import { leaveOutFixes } from "../../dockerfile/files/leaveOutFixes.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { compilesAnything } from "../../dockerfile/packages/compiling.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { CONTEXT_JUNK, type ContextJunk } from "../../knowledge/contextJunk.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const SHOWN = 3;

export const contextJunkCopied = defineRule({
	id: "context-junk-copied",
	title: "Dependencies, build output or caches of the host are copied along",
	category: "cache",
	severity: "info",
	preset: "strict",
	needs: "context",
	since: "0.1.0",
	equivalents: similar(["dockle", "DKL-LI-0003"]),
	supersededBy: ["dockerignore-missing"],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "What was installed and built on a developer's machine is of another platform and another day than what the image needs. Copied over the image's own it breaks native modules; beside it, it is megabytes of nothing that end the layer cache at every change.",
	remedy: "Name it in `.dockerignore`: `**/node_modules`, `dist`, `.venv`, `coverage`, `.idea`.",
	references: ["https://docs.docker.com/build/concepts/context/#dockerignore-files"],
	examples: [
		{
			caption: "Dependencies that the image installs itself",
			bad: "# syntax=docker/dockerfile:1\nFROM node:22\nCOPY «.» .\nRUN npm ci\n",
			fixed: "# syntax=docker/dockerfile:1\nFROM node:22\nCOPY --exclude=node_modules \\\n    --exclude=coverage \\\n    . .\nRUN npm ci\n",
			workspace: { dockerignore: { kind: "present", text: ".git\n" }, contextEntries: ["src", "node_modules", "coverage", ".git"] },
		},
		{
			caption: "Build output where the image builds",
			bad: "FROM golang:1.22 AS b\nADD «./» .\nRUN make build\nFROM debian:12\nCOPY --from=b /a /a\n",
			fixedOtherFile: "build\n.idea\na.log\nb.log\n",
			workspace: {
				dockerignore: { kind: "present", text: "", path: "/project/.dockerignore" },
				contextEntries: ["build", "main.go", ".idea", "a.log", "b.log"],
			},
		},
		{
			caption: "Meant to be copied",
			good: "FROM nginx:1\nCOPY . /usr/share/nginx/html\nFROM node:22\nCOPY . .\nCMD a\n",
			workspace: { dockerignore: { kind: "present", text: "" }, contextEntries: ["dist", "node_modules", "build", "vendor"] },
		},
		{
			caption: "Left out, not there, or not looked for",
			good: "FROM node:22\nCOPY . .\nRUN npm ci\n",
			workspace: { dockerignore: { kind: "present", text: "**/node_modules\n.vs*\n" }, contextEntries: ["src", "node_modules", ".vscode"] },
		},
		{ caption: "Nobody looked", good: "FROM node:22\nCOPY . .\nRUN npm ci\n", workspace: { dockerignore: { kind: "present", text: "" } } },
		{
			caption: "A part of the context",
			good: "FROM node:22\nCOPY src .\nCOPY --exclude=node_modules . .\nRUN npm ci\n",
			workspace: { dockerignore: { kind: "present", text: "" }, contextEntries: ["node_modules"] },
		},
	],
	check(file, { workspace }) {
		const { dockerignore, contextEntries } = workspace;
		if (dockerignore.kind === "unknown" || contextEntries === undefined || !file.stages.some(copiesContext)) return [];
		const ignore = parseIgnoreFile(dockerignore.kind === "present" ? dockerignore.text : "");
		const junk = CONTEXT_JUNK.filter((entry) => isMade(file, entry)).flatMap((entry) => entry.names);
		const found = contextEntries.filter((name) => junk.some((pattern) => fits(pattern, name)) && !isIgnored(ignore, name));
		const [first] = found;
		if (first === undefined) return [];
		const shown = found.slice(0, SHOWN).map((name) => shortened(name, 18));
		const rest = found.length - shown.length;
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				const copy = contextCopyOf(step);
				const source = copy === undefined ? undefined : wholeContextSource(copy);
				if (copy === undefined || source === undefined || step.flags.some((flag) => flag.name === "exclude")) continue;
				reports.push({
					span: source.span,
					message: `${step.keyword} takes ${shown.join(", ")}${rest > 0 ? ` and ${rest} more` : ""} of the host along`,
					...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					fixes: () => leaveOutFixes(step, dockerignore, found),
				});
			}
		}
		return reports;
	},
});

function copiesContext({ steps }: Stage): boolean {
	return steps.some((step) => {
		const copy = contextCopyOf(step);
		return copy !== undefined && wholeContextSource(copy) !== undefined;
	});
}

/** Whether the Dockerfile makes the like itself, so that nobody wants that of the host. */
function isMade(file: Dockerfile, { unless }: ContextJunk): boolean {
	if (unless === undefined) return true;
	return file.stages.some((stage) =>
		runSteps(stage).some((step) => {
			if (unless !== "build")
				return packageCallsOf(step).some((call) => unless.includes(call.manager) && (call.kind === "install" || call.verb === ""));
			return packageCallsOf(step).some((call) => call.kind === "build") || commandsOf(step).some(compilesAnything);
		}),
	);
}

function fits(pattern: string, name: string): boolean {
	return pattern.startsWith("*") ? name.endsWith(pattern.slice(1)) : pattern === name;
}
