import { replace } from "../../dockerfile/edits/edit.ts";
import { type ImageUse, imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { familiarName, splitReference } from "../../image/reference.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;

export const baseImageTagAndDigestTogether = defineRule({
	id: "base-image-tag-and-digest-together",
	title: "A tag stands in front of a digest, and may say something else",
	category: "base-image",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S8431"]),
	excludes: ["base-image-digest-without-tag"],
	onlyWith: { texts: ["@"] },
	why: "With a digest, the builder does not look at the tag. A tag that was changed alone, or one that has moved since, tells readers of another version than the one that is built. This is a matter of policy: update bots need the tag, and most projects keep it.",
	remedy: "Keep the digest alone, and note the version in a comment.",
	references: ["https://docs.docker.com/dhi/core-concepts/digests/"],
	examples: [
		{
			caption: "The digest alone decides",
			bad: 'FROM debian:«12»@sha256:1111111111111111111111111111111111111111111111111111111111111111\nCMD ["bash"]\n',
			fixed: 'FROM debian@sha256:1111111111111111111111111111111111111111111111111111111111111111\nCMD ["bash"]\n',
		},
		{
			caption: "The digest decides",
			bad: `# syntax=docker/dockerfile:1\nFROM debian:«12»@${DIGEST} AS a\nFROM scratch\nCOPY --from=busybox:«1»@${DIGEST} /a /a\n`,
			fixed: `# syntax=docker/dockerfile:1\nFROM debian@${DIGEST} AS a\nFROM scratch\nCOPY --from=busybox@${DIGEST} /a /a\n`,
		},
		{
			caption: "In an ARG",
			bad: `ARG BASE="debian:«12»@${DIGEST}"\nFROM $BASE\n`,
			fixed: `ARG BASE="debian@${DIGEST}"\nFROM $BASE\n`,
		},
		{ caption: "The tag is an ARG of its own", bad: `ARG TAG=12@${DIGEST}\nFROM «debian:$TAG»\n` },
		{ caption: "One of them", good: `FROM debian:12\nFROM debian@${DIGEST}\nFROM localhost:5000/a@${DIGEST}\n` },
	],
	check(file) {
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { reference } = use;
			if (use.kind === "syntax" || reference.tag === undefined || reference.digest === undefined) continue;
			const tag = ownTag(use);
			reports.push({
				span: tag ?? use.span,
				message: `${shortened(familiarName(reference), 50)} has a tag and a digest, only the digest counts`,
				fixes: () => fixesFor(tag),
			});
		}
		return reports;
	},
});

/** The tag, where it stands in the file between a name and the digest. */
function ownTag({ written, reference }: ImageUse): Span | undefined {
	if (written === undefined) return undefined;
	const { tag, tagAt, name } = splitReference(written.text);
	if (tag === undefined || tag !== reference.tag || name === "") return undefined;
	return { start: written.span.start + tagAt + 1, end: written.span.start + tagAt + 1 + tag.length };
}

function fixesFor(tag: Span | undefined): readonly Fix[] {
	if (tag === undefined) return [];
	return [{ title: "Remove the tag", safety: "review", edits: [replace({ start: tag.start - 1, end: tag.end }, "")] }];
}
