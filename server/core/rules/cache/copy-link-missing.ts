import { stageBaseFacts } from "../../dockerfile/baseFacts.ts";
import { copiedPaths } from "../../dockerfile/copiedPaths.ts";
import { addFlag } from "../../dockerfile/edit.ts";
import { understands } from "../../dockerfile/frontend.ts";
import type { Step } from "../../dockerfile/model.ts";
import { sourcesOf } from "../../dockerfile/sources.ts";
import { defineRule, type Report } from "../rule.ts";

/** `COPY --link` came with this version of Dockerfile syntax: 1.4. */
const LINK_MINOR = 4;
/** Folders that are links in many images: a linked layer would put a folder in their place. */
const LINKS = /^\/(?:bin|sbin|lib(?:32|64|x32)?|var\/run|var\/lock|var\/mail|etc\/(?:alternatives|ssl\/certs)|proc|sys|dev|tmp)(?:\/|$)/;

export const copyLinkMissing = defineRule({
	id: "copy-link-missing",
	title: "A copied layer depends on the layers below it",
	category: "cache",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["COPY"] },
	why: "A COPY is done again when anything above it changed, a new base image included, as it looks at the files that are there. With `--link` its layer is made by itself: it stays in the cache, and an image can get a new base without a build.",
	remedy:
		"Add `--link`. It follows no links in the destination, so that a copy into `/lib` or `/var/run` may hide what is there, and `--chown` wants numbers.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---link"],
	examples: [
		{
			caption: "From another stage",
			bad: "FROM golang:1.22 AS build\nFROM debian:12\n«COPY» --from=build --chown=1000:1000 /app /app\n",
			fixed: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build --chown=1000:1000 --link /app /app\n",
		},
		{
			caption: "Linked, into a folder that may be a link, by name, relative, in a builder, from the context",
			good: "FROM golang:1.22 AS build\nCOPY --from=a:1 /a /a\nFROM debian:12\nCOPY --link --from=build /app /app\nCOPY --from=build /l /lib/\nCOPY --from=build --chown=app /app /app\nCOPY --from=build /a b\nCOPY . /src\n",
		},
		{
			caption: "An old frontend",
			good: "# syntax=docker/dockerfile:1.3\nFROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build /app /app\n",
		},
	],
	check(file) {
		if (understands(file, LINK_MINOR) === "no") return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if ((stage.use !== "shipped" && stage.use !== "ancestor") || stageBaseFacts(stage).family === "windows") continue;
			for (const step of stage.steps) {
				if (step.keyword !== "COPY" || sourcesOf(step, file).length === 0 || !isIndependent(step) || isFirstLayer(step)) continue;
				reports.push({
					span: step.keywordSpan,
					message: "This layer is copied again whenever a layer below it changes",
					fixes: [{ title: "Add --link", safety: "review", edits: [addFlag(step, "--link")] }],
				});
			}
		}
		return reports;
	},
});

/** On nothing, below everything: no layer below it changes. */
function isFirstLayer({ stage, ordinal }: Step): boolean {
	return (
		stage.base.kind === "scratch" && !stage.steps.some((step) => step.ordinal < ordinal && /^(?:COPY|ADD|RUN|WORKDIR)$/.test(step.keyword))
	);
}

function isIndependent(step: Step): boolean {
	if (step.flags.some(({ name }) => name === "link" || name === "parents")) return false;
	if (step.flags.some(({ name, value }) => name === "chown" && !/^\d+(?::\d+)?$/.test(value ?? ""))) return false;
	const destination = step.exec?.values.at(-1) ?? step.arguments.text.trimEnd().split(/\s/).at(-1) ?? "";
	return destination.startsWith("/") && copiedPaths(step).length > 0 && !LINKS.test(destination);
}
