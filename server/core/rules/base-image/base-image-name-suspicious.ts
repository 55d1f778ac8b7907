import { replace } from "../../dockerfile/edits/edit.ts";
import { type ImageUse, imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { DOCKER_HUB, familiarName, type ImageReference, isRepositoryAmong, splitReference } from "../../image/reference.ts";
import { OTHER_OFFICIAL_IMAGES, POPULAR_IMAGES } from "../../knowledge/officialImages.ts";
import { editDistance } from "../../nearest.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Shorter names are one letter away from too many others. */
const SHORTEST = 5;

export const baseImageNameSuspicious = defineRule({
	id: "base-image-name-suspicious",
	title: "The image's name is one letter away from a popular one",
	category: "base-image",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "Anybody can publish an image under a name that looks like a well-known one, and wait for typing errors. What a misspelt name brings runs in the build with all that the build has: sources, credentials, the network; and what it leaves behind is shipped.",
	remedy: "Check the name against the registry's page of the project, and write it right.",
	references: ["https://docs.docker.com/docker-hub/image-library/trusted-content/"],
	options: [{ name: "allow", description: "Repositories whose names are right, as names or with a `*` at the end.", default: [] }],
	examples: [
		{
			caption: "Two letters swapped",
			bad: "FROM «ngnix»:1.29\nCOPY site /usr/share/nginx/html\n",
			fixed: "FROM nginx:1.29\nCOPY site /usr/share/nginx/html\n",
		},
		{ caption: "The right name", good: "FROM nginx:1.29\nCOPY site /usr/share/nginx/html\n" },
		{
			caption: "Letters swapped, left out, doubled, replaced",
			bad: "FROM «ngnix»:1.29 AS a\nFROM docker.io/«ubunut»\nFROM «pyhton»:3.13 AS b\nFROM «g0lang»\nFROM «debiann»:12\n",
			fixed: "FROM nginx:1.29 AS a\nFROM docker.io/ubuntu\nFROM python:3.13 AS b\nFROM golang\nFROM debian:12\n",
		},
		{
			caption: "In another account, COPY and mounts",
			bad: "FROM library/«apline» AS a\nFROM scratch\nCOPY --from=«busibox» /bin/sh /bin/\nRUN --mount=from=«postgers»:17,target=/p true\n",
			fixed: "FROM library/alpine AS a\nFROM scratch\nCOPY --from=busybox /bin/sh /bin/\nRUN --mount=from=postgres:17,target=/p true\n",
		},
		{
			caption: "Right names that are close to others",
			good: "FROM mono\nFROM registry\nFROM jruby:9\nFROM bash\nFROM percona\nFROM rocky\n",
		},
		{
			caption: "Registries of one's own, and stages",
			good: "FROM registry.example.com/ngnix\nFROM debian:12 AS ngnix\nFROM ngnix\nFROM localhost/ubunut\nFROM acme/pythons\n",
		},
		{
			caption: "The number of a release in the name",
			bad: "FROM «centos7»\nFROM «python3»:3.13\n",
			fixed: "FROM centos:7\nFROM python:3.13\n",
		},
		{ caption: "Allowed", good: "FROM pythonx\n", options: { allow: ["pythonx"] } },
	],
	check(file, { options }) {
		const allow = options["allow"] as readonly string[];
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { reference, step } = use;
			const meant = meantName(reference);
			if (meant === undefined || use.kind === "syntax" || isRepositoryAmong(reference, allow)) continue;
			const last = familiarName(reference);
			const name = use.written === undefined ? -1 : use.written.text.indexOf(last);
			const at = use.written === undefined || name === -1 ? undefined : use.written.span.start + name;
			reports.push({
				span: at === undefined || use.argument !== undefined ? use.span : { start: at, end: at + last.length },
				message: `${shortened(last, 40)} is one letter away from the official image ${meant}`,
				...(step?.stage.use === "unused" ? { severity: "info" as const } : {}),
				fixes: () => fixesFor(use, last, meant),
			});
		}
		return reports;
	},
});

const OFFICIAL_IMAGES: ReadonlySet<string> = new Set([...POPULAR_IMAGES, ...OTHER_OFFICIAL_IMAGES]);

/** The official image that a name of Docker's library was meant to be. */
function meantName({ registry, repository }: ImageReference): string | undefined {
	if (registry !== DOCKER_HUB || !repository.startsWith("library/")) return undefined;
	const name = repository.slice("library/".length);
	if (name.length < SHORTEST || name.includes("/") || OFFICIAL_IMAGES.has(name)) return undefined;
	return POPULAR_IMAGES.find((popular) => popular.length >= SHORTEST && editDistance(name, popular, 2) === 1);
}

function fixesFor({ written }: ImageUse, name: string, meant: string): readonly Fix[] {
	const at = written?.text.indexOf(name) ?? -1;
	// A line may break inside of the name.
	if (written === undefined || at === -1 || written.span.end - written.span.start !== written.text.length) return [];
	const start = written.span.start + at;
	// `centos7` without a tag means `centos:7`.
	const { tag, digest } = splitReference(written.text);
	const version = tag === undefined && digest === undefined && name.startsWith(meant) ? /\d$/.exec(name)?.[0] : undefined;
	const text = version === undefined ? meant : `${meant}:${version}`;
	return [{ title: `Change to ${text}`, safety: "review", edits: [replace({ start, end: start + name.length }, text)] }];
}
