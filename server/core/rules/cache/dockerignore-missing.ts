import { contextCopyOf, wholeContextSource } from "../../dockerfile/files/contextCopies.ts";
import type { LintSeverity } from "../../finding.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const dockerignoreMissing = defineRule({
	id: "dockerignore-missing",
	title: "The whole context is copied, and no ignore file leaves anything out",
	category: "cache",
	severity: "warning",
	preset: "recommended",
	needs: "context",
	since: "0.1.0",
	equivalents: [...same(["droast", "DF033"]), ...similar(["sonar", "S6470"], ["droast", "DF007", "DF026"])],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "Without an ignore file all that lies in the folder is sent to the builder and copied into the image: `.git`, `.env`, dependencies of another platform, build output, editor files. Builds are slow to start, the cache is of no use as soon as any of it changes, and secrets are in the image.",
	remedy:
		"Add a `.dockerignore` beside the Dockerfile's context (or `<name of the Dockerfile>.dockerignore`): `*` first, then `!src` for each thing that the build needs, is the safest form.",
	references: ["https://docs.docker.com/build/concepts/context/#dockerignore-files"],
	examples: [
		{ caption: "There is one", good: "FROM node:22\nCOPY . .\n", workspace: { dockerignore: { kind: "present", text: "" } } },
		{
			caption: "Everything goes along",
			bad: "FROM node:22\nWORKDIR /app\nCOPY package.json .\nCOPY --chown=node «.» .\nADD . /again\n",
			workspace: { dockerignore: { kind: "absent" } },
		},
		{
			caption: "Only a builder gets it",
			bad: "FROM golang:1.22 AS build\nADD «./» /src\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
			workspace: { dockerignore: { kind: "absent" } },
		},
		{
			caption: "Parts of the context, or a copy that says what it leaves out",
			good: "FROM node:22\nCOPY src package.json ./\nCOPY --exclude=.git . .\nCOPY --from=a:1 . .\n",
			workspace: { dockerignore: { kind: "absent" } },
		},
		{ caption: "Nobody looked", good: "FROM node:22\nCOPY . .\n" },
	],
	check(file, { workspace }) {
		if (workspace.dockerignore.kind !== "absent") return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				const copy = contextCopyOf(step);
				const source = copy === undefined ? undefined : wholeContextSource(copy);
				if (source === undefined || step.flags.some((flag) => flag.name === "exclude")) continue;
				const severity: LintSeverity | undefined = stage.use === "unused" ? "hint" : stage.use === "copied" ? "info" : undefined;
				reports.push({
					span: source.span,
					message: `${step.keyword} takes the whole build context, and there is no .dockerignore`,
					...(severity === undefined ? {} : { severity }),
				});
				return reports;
			}
		}
		return reports;
	},
});
