import { pinPlace } from "../../digest/place.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { type ImageUse, imageUsesOf, tagEdit, tagSpan } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { hasNewerTags, newerTag } from "../../image/newerTags.ts";
import { canonicalName, familiarName } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const NEWER = `sha256:${"2".repeat(64)}`;
const KNOWN = {
	images: new Map([
		[
			"docker.io/library/python:3.11.6-slim-bookworm",
			{
				digest: DIGEST,
				asked: "2026-11-20",
				tags: ["3.11.9-slim-bookworm", "3.11.10-alpine", "3.12.0rc1-slim-bookworm", "4.0.0-slim-bookworm"],
			},
		],
		["docker.io/library/python:3.11", { digest: DIGEST, asked: "2026-11-20", tags: ["3.12", "3.13.1", "3"] }],
	]),
};

export const baseImageNewerTagAvailable = defineRule({
	id: "base-image-newer-tag-available",
	title: "There is a newer release of the base image",
	category: "base-image",
	severity: "info",
	preset: "opt-in",
	needs: "registry",
	since: "0.1.0",
	equivalents: [],
	why: "Newer releases of a line bring the fixes of vulnerabilities that have become known since. A tag that names one release stays where it is until somebody changes it.",
	remedy:
		"Change to the newest release of the same line and the same variant, and test. Nothing is asked while you type: what is known is what a registry said the last time that somebody asked.",
	references: ["https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often"],
	options: [
		{
			name: "step",
			description: "How far a newer release may be: `patch` keeps major and minor version, `minor` the major one.",
			default: "minor",
		},
	],
	examples: [
		{
			caption: "The same variant",
			bad: "FROM python:«3.11.6-slim-bookworm» AS a\n",
			fixed: "FROM python:3.11.9-slim-bookworm AS a\n",
			workspace: KNOWN,
		},
		{
			caption: "With the digest of the new one",
			bad: `FROM python:«3.11.6-slim-bookworm»@${DIGEST}\n`,
			fixed: `FROM python:3.11.9-slim-bookworm@${NEWER}\n`,
			answer: NEWER,
			workspace: KNOWN,
		},
		{ caption: "From an ARG", bad: "ARG V=3.11\nFROM «python:$V»\n", fixed: "ARG V=3.12\nFROM python:$V\n", workspace: KNOWN },
		{ caption: "Only patches", good: "FROM python:3.11\n", options: { step: "patch" }, workspace: KNOWN },
		{ caption: "Nobody has asked", good: "FROM python:3.10\nFROM python\n", workspace: KNOWN },
	],
	check(file, { options, workspace }) {
		if (workspace.images.size === 0) return [];
		const step = options["step"] === "patch" ? "patch" : "minor";
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { reference } = use;
			if (use.kind === "syntax" || reference.tag === undefined || !hasNewerTags(reference)) continue;
			const facts = workspace.images.get(canonicalName({ ...reference, digest: undefined }));
			const newer = facts?.tags === undefined ? undefined : newerTag(reference.tag, facts.tags, step);
			if (facts === undefined || newer === undefined) continue;
			reports.push({
				span: tagSpan(use),
				message: `${shortened(familiarName(reference), 40)} has a newer release, ${shortened(newer, 30)}`,
				...(use.step?.stage.use === "unused" ? { severity: "hint" as const } : {}),
				fixes: () => fixesFor(file, use, newer),
			});
		}
		return reports;
	},
});

function fixesFor(file: Dockerfile, use: ImageUse, newer: string): readonly Fix[] {
	const { reference } = use;
	const title = `Change to ${newer}`;
	const note = "A new release can change behaviour: build and test with it.";
	const edit = tagEdit(use, newer);
	if (edit === undefined) return [];
	if (reference.digest === undefined) return [{ title, safety: "review", edits: [edit], note }];
	if (pinPlace(file, use).kind === "none") return [];
	const question = canonicalName({ ...reference, tag: newer, digest: undefined });
	return [
		{
			title,
			safety: "lookup",
			need: { kind: "imageDigest", reference: question },
			finish: (digest) => [{ ...edit, newText: `${newer}@${digest}` }],
			note,
		},
	];
}
