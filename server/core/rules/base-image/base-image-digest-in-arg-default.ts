import { addTo } from "../../addTo.ts";
import { baseName } from "../../baseName.ts";
import { pinFixes } from "../../digest/pinFixes.ts";
import { insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { type ImageUse, imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { declaresArgument } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { familiarName, isLocalImage, isRepositoryAmong } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const DIGEST = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

export const baseImageDigestInArgDefault = defineRule({
	id: "base-image-digest-in-arg-default",
	title: "The default of an ARG names a base image without its digest",
	category: "base-image",
	severity: "info",
	strictSeverity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["sonar", "S7023"], ["semgrep", "dockerfile-source-not-pinned"], ["scorecard", "containerImage"]),
	supersededBy: ["base-image-untagged", "base-image-latest-tag"],
	why: "Where FROM takes its image from an ARG, the default is what is built unless somebody passes another one: on every laptop and in most pipelines. A tag in it can be moved by its owner, so that the same Dockerfile builds on another base tomorrow.\n\nThe default is also the place where an update bot looks for the version.",
	remedy:
		"Write the digest of the image index behind the tag of the default: `ARG BASE=python:3.11-slim@sha256:…`. Where name and tag are two ARGs, it goes behind the default of the tag.",
	references: [
		"https://docs.docker.com/dhi/core-concepts/digests/",
		"https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact",
	],
	options: [
		{ name: "allow", description: "Repositories that need no digest, as names or with a `*` at the end.", default: [] },
		{
			name: "repeated",
			description: "Also report an image that several FROM instructions name literally, and offer to name it once, in an ARG.",
			default: false,
		},
	],
	examples: [
		{
			caption: "The default is what is built",
			bad: "ARG PYTHON_IMAGE=«python:3.11.6-slim-bookworm»\nFROM ${PYTHON_IMAGE} AS build\nARG PYTHON_IMAGE\nFROM $PYTHON_IMAGE\nCOPY --from=build /a /a\n",
			fixed: `ARG PYTHON_IMAGE=python:3.11.6-slim-bookworm@${DIGEST}\nFROM \${PYTHON_IMAGE} AS build\nARG PYTHON_IMAGE\nFROM $PYTHON_IMAGE\nCOPY --from=build /a /a\n`,
			answer: DIGEST,
		},
		{
			caption: "Name and tag apart: the digest belongs to the tag",
			bad: "ARG NAME=python\nARG TAG='3.11'\nFROM «$NAME:$TAG»\n",
			fixed: `ARG NAME=python\nARG TAG='3.11@${DIGEST}'\nFROM $NAME:$TAG\n`,
			answer: DIGEST,
		},
		{
			caption: "A command reads the ARG, and may not expect a digest in it",
			bad: "ARG BASE=«python:3.11»\nFROM $BASE\nARG BASE\nRUN echo ${BASE#*:} > /version\n",
		},
		{
			caption: "Builds pass another one: what they have to be given is copied, not written",
			bad: "# Set by CI\nARG BASE=«python:3.11»\nFROM $BASE\n",
		},
		{
			caption: "Named once instead of three times",
			bad: "# syntax=docker/dockerfile:1\nFROM python:3.11 AS build\nFROM --platform=$BUILDPLATFORM «python:3.11» AS test\nFROM «python:3.11»\nCOPY --from=build /a /a\n",
			fixed:
				"# syntax=docker/dockerfile:1\nARG PYTHON_IMAGE=python:3.11\nFROM $PYTHON_IMAGE AS build\nFROM --platform=$BUILDPLATFORM $PYTHON_IMAGE AS test\nFROM $PYTHON_IMAGE\nCOPY --from=build /a /a\n",
			options: { repeated: true, allow: ["python"] },
		},
		{ caption: "Pinned", good: `ARG BASE=python:3.11@${DIGEST}\nFROM $BASE\n` },
		{ caption: "No default, or no image in it: nobody knows what is built", good: "ARG BASE\nARG V=3.11\nFROM $BASE\nFROM ${OTHER}:$V\n" },
		{
			caption: "Reported at FROM: literal images, tags that something else uses, and tags of two parts",
			good: "ARG V=3.11\nARG GO=1.22\nARG OS=bookworm\nFROM python:3.12\nFROM python:$V\nFROM ruby:$V\nFROM golang:$GO-$OS\n",
		},
		{ caption: "An image that was built on this machine", good: "ARG B=localhost/oracle/database:19\nFROM ${B}\n" },
		{
			caption: "A registry on it is one",
			bad: "ARG B=«localhost:5000/app:19»\nFROM ${B}\n",
			fixed: `ARG B=localhost:5000/app:19@${DIGEST}\nFROM \${B}\n`,
			answer: DIGEST,
		},
		{ caption: "A repository that needs none", good: "ARG BASE=ghcr.io/acme/base:1\nFROM $BASE\n", options: { allow: ["ghcr.io/acme/*"] } },
	],
	check(file, { options }) {
		const allow = options["allow"] as readonly string[];
		const seen = new Set<number>();
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { argument, written, reference } = use;
			if (use.kind !== "from" || argument === undefined || written === undefined || seen.has(written.span.start)) continue;
			// What has no version to speak of is reported at FROM.
			if (reference.digest !== undefined || reference.tag === undefined || reference.tag === "latest") continue;
			if (isLocalImage(reference) || isRepositoryAmong(reference, allow)) continue;
			seen.add(written.span.start);
			reports.push(reportOf(file, use, argument.assignment.name));
		}
		if (options["repeated"] === true) reports.push(...repeatedImages(file));
		return reports;
	},
});

function reportOf(file: Dockerfile, use: ImageUse, argument: string): Report {
	const { reference, span, written } = use;
	const name = familiarName(reference);
	const whole = written?.text === reference.text;
	return {
		span: whole ? written.span : span,
		message: messageOf(`${name}:${reference.tag}`, argument, whole),
		...(use.step?.stage.use === "unused" ? { severity: "hint" as const } : {}),
		fixes: () => pinFixes(file, use, `Pin ${name} to its digest`),
	};
}

/** What the two names have to share of a message's length. */
const ROOM = 49;
/** What the image leaves is the argument's, and so much in any case. */
const LEAST_OF_ARGUMENT = 18;

function messageOf(image: string, argument: string, whole: boolean): string {
	const name = shortened(argument, Math.max(LEAST_OF_ARGUMENT, ROOM - image.length));
	const shown = shortened(image, ROOM - name.length);
	if (whole) return `${shown}, the default of ${name}, is not pinned to a digest`;
	return `With the default of ${name} the base is ${shown}, without a digest`;
}

function repeatedImages(file: Dockerfile): readonly Report[] {
	const groups = new Map<string, Stage[]>();
	for (const stage of file.stages) {
		if (stage.base.kind !== "image" || stage.image?.text !== stage.base.text) continue;
		addTo(groups, stage.base.text, stage);
	}
	const reports: Report[] = [];
	for (const [text, stages] of groups) {
		for (const stage of stages.slice(1)) {
			if (stage.image === undefined) continue;
			reports.push({
				span: stage.image.span,
				message: `${shortened(text, 60)} is named ${stages.length} times in this file`,
				severity: "hint",
				related: stages.flatMap(({ image }) =>
					image === undefined || image === stage.image ? [] : [{ span: image.span, message: "Named here, too" }],
				),
				fixes: extraction(file, text, stages),
			});
		}
	}
	return reports;
}

/** One ARG above the first FROM, and its name in place of the image. */
function extraction(file: Dockerfile, text: string, stages: readonly Stage[]): readonly Fix[] {
	const base = stages[0]?.base;
	const first = file.stages[0]?.from;
	if (base?.kind !== "image" || first === undefined) return [];
	const last = baseName(base.reference.repository);
	const name = `${last.toUpperCase().replace(/[^A-Z0-9]+/g, "_")}_IMAGE`;
	if (declaresArgument(file, name) || /^\d/.test(name)) return [];
	return [
		{
			title: `Name ${text} once, in ARG ${name}`,
			safety: "review",
			edits: [
				insertInstructionBefore(file, first, `ARG ${name}=${text}`),
				...stages.flatMap(({ image }) => (image === undefined ? [] : [replace(image.span, `$${name}`)])),
			],
		},
	];
}
