import { insertAt } from "../../dockerfile/edits/edit.ts";
import { mayBeContext } from "../../dockerfile/files/namedContext.ts";
import { type ImageUse, imageUsesOf, wholeSpan } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { DOCKER_HUB } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const baseImageRegistryImplicit = defineRule({
	id: "base-image-registry-implicit",
	title: "The image's registry is left to the builder",
	category: "base-image",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "Docker reads a name without a host as Docker Hub's. Podman, Buildah and CRI-O ask the registries in `registries.conf`, or refuse. The same line can bring an image of somebody else's registry, with the same name.",
	remedy: "Write the name in full: `docker.io/library/debian:12`.",
	references: [
		"https://github.com/containers/image/blob/main/docs/containers-registries.conf.5.md",
		"https://docs.docker.com/reference/dockerfile/#from",
	],
	examples: [
		{
			caption: "A name without a registry",
			bad: 'FROM «debian:12»\nCMD ["bash"]\n',
			fixed: 'FROM docker.io/library/debian:12\nCMD ["bash"]\n',
		},
		{ caption: "With its registry", good: 'FROM docker.io/library/debian:12\nCMD ["bash"]\n' },
		{
			caption: "Docker Hub is meant",
			bad: "ARG BASE='«acme/app:1»'\nFROM --platform=$BUILDPLATFORM «golang:1.26» AS build\nFROM $BASE\nCOPY --from=«busybox» /a /a\nCOPY --from=build /a /a\n",
			fixed:
				"ARG BASE='docker.io/acme/app:1'\nFROM --platform=$BUILDPLATFORM docker.io/library/golang:1.26 AS build\nFROM $BASE\nCOPY --from=docker.io/library/busybox /a /a\nCOPY --from=build /a /a\n",
		},
		{ caption: "A variable in the name", bad: "ARG V=1\nFROM «golang:$V»\n", fixed: "ARG V=1\nFROM docker.io/library/golang:$V\n" },
		{
			caption: "In full, stages, and what may be a named context",
			good: "FROM docker.io/debian AS a\nFROM a\nFROM scratch\nFROM localhost/app\nFROM index.docker.io/acme/app\nCOPY --from=assets /a /a\nCOPY --from=a /a /a\n",
		},
		{ caption: "The host is a variable", good: "ARG HOST=docker.io/\nFROM ${HOST}debian:12\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { reference, kind } = use;
			if (kind === "syntax" || reference.registry !== DOCKER_HUB || /^(?:index\.)?docker\.io\//.test(reference.name)) continue;
			if (mayBeContext(use)) continue;
			reports.push({
				span: wholeSpan(use),
				message: `${shortened(reference.name, 60)} names no registry`,
				fixes: () => fixesFor(use),
			});
		}
		return reports;
	},
});

function fixesFor(use: ImageUse): readonly Fix[] {
	const { reference, written, step, kind } = use;
	const prefix = reference.name.includes("/") ? `${DOCKER_HUB}/` : `${DOCKER_HUB}/library/`;
	const title = `Write ${prefix}${reference.name}`;
	if (written?.text.startsWith(reference.name)) return [{ title, safety: "review", edits: [insertAt(written.span.start, prefix)] }];
	// `golang:$V`: the name stands at the start of FROM itself.
	const image = kind === "from" ? step?.stage.image : undefined;
	return image?.text.startsWith(`${reference.name}:`) ? [{ title, safety: "review", edits: [insertAt(image.span.start, prefix)] }] : [];
}
