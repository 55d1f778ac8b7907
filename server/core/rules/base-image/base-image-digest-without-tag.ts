import { insertAt } from "../../dockerfile/edits/edit.ts";
import { digestSpan, type ImageUse, imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { familiarName, parseReference, splitReference } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";
import type { WorkspaceFacts } from "../workspaceFacts.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const OTHER = `sha256:${"2".repeat(64)}`;
const DEBIAN = "docker.io/library/debian";

export const baseImageDigestWithoutTag = defineRule({
	id: "base-image-digest-without-tag",
	title: "A digest without a tag says nothing to people and update bots",
	category: "base-image",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	excludes: ["base-image-tag-and-digest-together"],
	onlyWith: { texts: ["@"] },
	why: "The digest decides what is built, but it does not say which version that is. Nobody who reads the file sees that the base is two years old, and an update bot does not know which line to follow: the pin that was meant to be moved stays for ever.",
	remedy: "Write the tag in front of the digest: `name:tag@sha256:…`. The builder looks at the digest alone.",
	references: ["https://docs.renovatebot.com/docker/#digest-pinning", "https://docs.docker.com/dhi/core-concepts/digests/"],
	examples: [
		{
			caption: "A registry has said which tag it is",
			bad: `FROM debian@«${DIGEST}»\n`,
			fixed: `FROM debian:12-slim@${DIGEST}\n`,
			workspace: {
				images: new Map([
					[`${DEBIAN}:12`, { digest: OTHER, asked: "2026-11-20" }],
					[`${DEBIAN}:12-slim`, { digest: OTHER, manifests: [DIGEST], asked: "2026-11-20" }],
				]),
			},
		},
		{ caption: "Which one is it", bad: `FROM debian@«${DIGEST}» AS a\nFROM scratch\nCOPY --from=busybox@«${DIGEST}» /a /a\n` },
		{ caption: "From an ARG", bad: `ARG BASE=debian@«${DIGEST}»\nFROM $BASE\n` },
		{ caption: "Both, or a tag alone", good: `FROM debian:12@${DIGEST}\nFROM debian:12\nFROM debian\n` },
		{
			caption: "What other images and other tags have is nothing to go by, and latest comes last",
			bad: `FROM debian@«${DIGEST}»\n`,
			fixed: `FROM debian:12@${DIGEST}\n`,
			workspace: {
				images: new Map([
					["docker.io/acme/debian:acme-debian", { digest: DIGEST, asked: "2026-11-20" }],
					["quay.io/library/debian:somewhere-else", { digest: DIGEST, asked: "2026-11-20" }],
					[`${DEBIAN}:another-one`, { digest: OTHER, manifests: [OTHER], asked: "2026-11-20" }],
					[`${DEBIAN}:latest`, { digest: DIGEST, asked: "2026-11-20" }],
					[`${DEBIAN}:1`, { digest: DIGEST, asked: "2026-11-20" }],
					[`${DEBIAN}:12`, { digest: DIGEST, asked: "2026-11-20" }],
				]),
			},
		},
		{ caption: "The frontend", good: `# syntax=docker/dockerfile@${DIGEST}\nFROM debian:12\n` },
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { reference, step } = use;
			if (use.kind === "syntax" || reference.digest === undefined || reference.tag !== undefined) continue;
			reports.push({
				span: digestSpan(use),
				message: `The digest of ${shortened(familiarName(reference), 50)} does not say which version it is`,
				...(step?.stage.use === "unused" ? { severity: "hint" as const } : {}),
				fixes: () => fixesFor(use, workspace),
			});
		}
		return reports;
	},
});

/** The tags that a registry had for the digest when somebody asked, the most exact one first. */
function fixesFor({ written, reference }: ImageUse, { images }: WorkspaceFacts): readonly Fix[] {
	const at = written === undefined ? -1 : splitReference(written.text).digestAt;
	if (written === undefined || at < 1 || reference.digest === undefined) return [];
	const { digest } = reference;
	const tags = [...images].flatMap(([name, facts]) => {
		const other = parseReference(name);
		const same = other?.registry === reference.registry && other.repository === reference.repository;
		return same && other.tag !== undefined && (facts.digest === digest || facts.manifests?.includes(digest)) ? [other.tag] : [];
	});
	return tags
		.sort((a, b) => Number(a === "latest") - Number(b === "latest") || b.length - a.length)
		.slice(0, 3)
		.map((tag): Fix => ({ title: `Write the tag ${tag}`, safety: "review", edits: [insertAt(written.span.start + at, `:${tag}`)] }));
}
