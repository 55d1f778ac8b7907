import { baseName } from "../../baseName.ts";
import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { addFlag, insertAfter } from "../../dockerfile/edits/edit.ts";
import { copiedPaths } from "../../dockerfile/files/copiedPaths.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { isKnownFolder, mayBeBehindLink } from "../../dockerfile/files/knownFolders.ts";
import { understands } from "../../dockerfile/model/frontend.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import type { SpanEdit } from "../../text.ts";
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
		{ caption: "Linked", good: "FROM golang:1.22 AS build\nFROM debian:12\nCOPY --from=build --link /app /app\n" },
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
			caption: "A file that is copied to a folder would take its place without the slash",
			bad: "FROM node:22 AS node\nFROM debian:12\nWORKDIR /srv/app\n«COPY» --from=node /usr/local/bin/node /usr/local/bin\n«COPY» --from=node /a /etc/nginx/conf.d\n«COPY» --from=node /b /srv\n",
			fixed:
				"FROM node:22 AS node\nFROM debian:12\nWORKDIR /srv/app\nCOPY --from=node --link /usr/local/bin/node /usr/local/bin/\nCOPY --from=node --link /a /etc/nginx/conf.d/\nCOPY --from=node --link /b /srv/\n",
		},
		{
			caption: "Folders that the other stage names, and files by their names",
			bad: 'FROM debian:12 AS build\nWORKDIR /src\nENV PATH=/venv/bin:$PATH\nFROM debian:12\n«COPY» --from=build /src /code\n«COPY» --from=build ["/venv", "/python"]\n«COPY» --from=build /a.jar /b.jar\n«COPY» --from=build /tool /usr/local/bin/my-tool\n',
			fixed:
				'FROM debian:12 AS build\nWORKDIR /src\nENV PATH=/venv/bin:$PATH\nFROM debian:12\nCOPY --from=build --link /src /code\nCOPY --from=build --link ["/venv", "/python"]\nCOPY --from=build --link /a.jar /b.jar\nCOPY --from=build --link /tool /usr/local/bin/my-tool\n',
		},
		{
			caption: "A file into what may be a folder; a link that the file makes",
			good: "FROM debian:12 AS build\nFROM debian:12\nRUN ln -s /data/app /app && cd /srv && ln -s /data/x\nCOPY --from=build /tool /etc/site\nCOPY --from=build /x/ /app/x/\nCOPY --from=build /x/ /srv/x/\nCOPY --from=build /srv/conf/site /etc/apache\n",
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
				const edits = linkEdits(step);
				if (edits === undefined) continue;
				reports.push({
					span: step.keywordSpan,
					message: "This layer is copied again whenever a layer below it changes",
					fixes: [{ title: "Add --link", safety: "review", edits }],
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

/**
 * The flag, and the slash that a folder then needs: a linked layer is made on nothing, so that a file that is copied to a folder without
 * a slash would take the folder's place. Undefined where the destination may be a link, or such a folder.
 */
function linkEdits(step: Step): readonly SpanEdit[] | undefined {
	const words = copyWordsOf(step);
	const target = words?.destination.value;
	if (words === undefined || target === undefined || mayBeBehindLink(step, normalPath(target))) return undefined;
	const flag = addFlag(step, "--link");
	const { sources, destination } = words;
	if (target.endsWith("/") || sources.every(({ value }) => value !== undefined && isFolder(step, value))) return [flag];
	if (isKnownFolder(normalPath(target), step.stage)) return [flag, insertAfter(destination.span, "/")];
	return sources.every(({ value }) => value !== undefined && isNamedLike(value, target)) ? [flag] : undefined;
}

function isFolder(step: Step, source: string): boolean {
	const [from] = sourcesOf(step, step.stage.file);
	const stage = from?.target.kind === "stage" ? from.target.stage : undefined;
	return source.endsWith("/") || isKnownFolder(normalPath(`/${source}`), stage);
}

/** Whether a source that is a file becomes one, by the names: the same, the same extension, a program. */
function isNamedLike(source: string, target: string): boolean {
	const name = baseName(target);
	const extension = /[^.](\.\w+)$/.exec(name)?.[1];
	return name === baseName(source) || (extension !== undefined && baseName(source).endsWith(extension)) || /\/s?bin\/[^/]+$/.test(target);
}
