import { replace } from "../../dockerfile/edits/edit.ts";
import { mayBeContext } from "../../dockerfile/files/namedContext.ts";
import { type ImageUse, imageUsesOf, wholeSpan } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { type ImageReference, parseReference, splitReference } from "../../image/reference.ts";
import { matchesRepository } from "../../image/referencePattern.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const baseImageRegistryNotAllowed = defineRule({
	id: "base-image-registry-not-allowed",
	title: "The image comes from a registry or repository that is not allowed",
	category: "base-image",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["hadolint", "DL3026"], ["droast", "DF065", "DF073"]),
		...similar(["cis", "4.2"], ["dockle", "CIS-DI-0002"], ["scout", "no-unapproved-base-images"]),
	],
	why: "What an image starts from runs with all that the build and the application may do. A list of trusted sources, where images are scanned, signed and kept, turns the choice of each author into one that was made once.",
	remedy:
		"Take the image from an allowed registry, or from the mirror of it. Without a list in `registries` the rule is silent. Patterns: `ghcr.io` is a registry, `*.example.com` all below a domain, `ghcr.io/acme/*` all below a path; names without a host are Docker Hub's.",
	references: [
		"https://docs.docker.com/docker-hub/image-library/trusted-content/",
		"https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image",
	],
	options: [
		{ name: "registries", description: "Registries and repositories that images may come from, with `*`.", default: [] },
		{ name: "denied", description: "Exceptions from these.", default: [] },
		{
			name: "mirrors",
			description: "Where else a registry's images are, as `docker.io=registry.example.com/hub`: offered as a repair.",
			default: [],
		},
		{ name: "unknown", description: "Also report FROM where a variable without a default hides the image.", default: false },
	],
	examples: [
		{
			caption: "There is a mirror of Docker Hub",
			bad: 'FROM «debian:12»\nCMD ["bash"]\n',
			fixed: 'FROM registry.example.com/hub/library/debian:12\nCMD ["bash"]\n',
			options: { registries: ["registry.example.com"], mirrors: ["docker.io=registry.example.com/hub"] },
		},
		{
			caption: "From the mirror",
			good: 'FROM registry.example.com/hub/library/debian:12\nCMD ["bash"]\n',
			options: { registries: ["registry.example.com"] },
		},
		{
			caption: "Wherever an image is named",
			bad: "# syntax=«docker/dockerfile:1»\nARG BASE=«quay.io/acme/base:1»\nFROM «debian:12» AS a\nFROM $BASE\nCOPY --from=«busybox» /a /a\nRUN --mount=from=«alpine»,target=/b true\nCOPY --from=a /a /a\n",
			options: { registries: ["*.example.com"] },
		},
		{
			caption: "There is a mirror",
			bad: "FROM --platform=$BUILDPLATFORM «golang:1.26» AS build\nFROM «docker.io/acme/app»\nCOPY --from=build /a /a\n",
			fixed:
				"FROM --platform=$BUILDPLATFORM registry.example.com/hub/library/golang:1.26 AS build\nFROM registry.example.com/hub/acme/app\nCOPY --from=build /a /a\n",
			options: { registries: ["registry.example.com"], mirrors: ["docker.io=registry.example.com/hub"] },
		},
		{
			caption: "Denied although its registry is allowed",
			bad: "FROM «ghcr.io/acme/old:1»\nFROM ghcr.io/acme/new:1\n",
			options: { registries: ["ghcr.io"], denied: ["ghcr.io/acme/old"] },
		},
		{
			caption: "Names are the same in all their spellings",
			good: "FROM ubuntu\nFROM docker.io/ubuntu\nFROM index.docker.io/library/ubuntu:24.04\n",
			options: { registries: ["docker.io/library/*"] },
		},
		{
			caption: "Only the tag is not known",
			bad: "ARG TAG\nFROM «quay.io/acme/app:${TAG}»\nFROM ghcr.io/acme/app:$TAG\n",
			options: { registries: ["ghcr.io"] },
		},
		{
			caption: "Stars in a host",
			good: "FROM 123.dkr.ecr.eu-west-1.amazonaws.com/app:1\n",
			options: { registries: ["*.dkr.ecr.*.amazonaws.com"] },
		},
		{
			caption: "A name that only ends like an allowed one",
			bad: "FROM «evilexample.com/app»\n",
			options: { registries: ["*.example.com"] },
		},
		{ caption: "Nobody has said what is allowed", good: "FROM evil.example.org/app\n" },
		{
			caption: "Nobody knows what it is",
			good: "ARG BASE\nFROM $BASE\nFROM scratch\nCOPY --from=assets /a /a\n",
			options: { registries: ["ghcr.io"] },
		},
		{ caption: "Unless that is asked for", bad: "ARG BASE\nFROM «$BASE»\n", options: { registries: ["ghcr.io"], unknown: true } },
	],
	check(file, { options }) {
		const allowed = options["registries"] as readonly string[];
		const denied = options["denied"] as readonly string[];
		if (allowed.length === 0 && denied.length === 0) return [];
		const isAllowed = (reference: ImageReference): boolean =>
			(allowed.length === 0 || allowed.some((pattern) => matchesRepository(pattern, reference))) &&
			!denied.some((pattern) => matchesRepository(pattern, reference));
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			if (mayBeContext(use)) continue;
			if (isAllowed(use.reference)) continue;
			reports.push({
				span: wholeSpan(use),
				message: messageFor(use.reference),
				fixes: () => fixesFor(use, options["mirrors"] as readonly string[], allowed),
			});
		}
		for (const { base, image } of file.stages) {
			if (base.kind !== "unknown" || image === undefined) continue;
			const named = parseReference(splitReference(image.text).name);
			if (named !== undefined) {
				if (!isAllowed(named)) reports.push({ span: image.span, message: messageFor(named) });
			} else if (options["unknown"] === true)
				reports.push({ span: image.span, message: `Only the build knows where ${shortened(image.text, 50)} comes from` });
		}
		return reports;
	},
});

function messageFor({ registry, repository }: ImageReference): string {
	return `${shortened(`${registry}/${repository}`, 60)} is not among the allowed images`;
}

function fixesFor({ written, reference }: ImageUse, mirrors: readonly string[], allowed: readonly string[]): readonly Fix[] {
	if (written === undefined || written.text !== reference.text) return [];
	for (const mapping of mirrors) {
		const equals = mapping.indexOf("=");
		if (equals < 1 || mapping.slice(0, equals) !== reference.registry) continue;
		const name = `${mapping.slice(equals + 1)}/${reference.repository}`;
		const host = name.slice(0, name.indexOf("/"));
		const moved = { ...reference, registry: host, repository: name.slice(host.length + 1) };
		if (!allowed.some((pattern) => matchesRepository(pattern, moved))) continue;
		const span = { start: written.span.start, end: written.span.start + reference.name.length };
		return [{ title: `Take it from ${mapping.slice(equals + 1)}`, safety: "review", edits: [replace(span, name)] }];
	}
	return [];
}
