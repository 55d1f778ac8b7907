import { pinFixes } from "../../digest/pinFixes.ts";
import { imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { familiarName, isLocalImage, isRepositoryAmong } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const baseImageDigestMissing = defineRule({
	id: "base-image-digest-missing",
	title: "The base image is not pinned to a digest",
	category: "base-image",
	severity: "info",
	strictSeverity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["semgrep", "dockerfile-source-not-pinned"], ["sonar", "S7023"]), ...similar(["scorecard", "containerImage"])],
	supersededBy: ["base-image-untagged", "base-image-latest-tag"],
	why: "A tag is a name that its owner can move. The image that is built today and the one that is built from the same Dockerfile tomorrow can differ, without a commit that says so: a release that breaks, or an account that was taken over, arrives with the next build.\n\nA digest names the bytes. What was tested is what is shipped, and a change of base is a line in the history.",
	remedy:
		"Keep the tag for people and update bots, and write the digest of the image index behind it: `name:tag@sha256:…`. Renovate, Dependabot and *Update Image Digest* keep it fresh.",
	references: [
		"https://docs.docker.com/dhi/core-concepts/digests/",
		"https://docs.docker.com/build/building/best-practices/#pin-base-image-versions",
	],
	options: [{ name: "allow", description: "Repositories that need no digest, as names or with a `*` at the end.", default: [] }],
	examples: [
		{
			caption: "The tag can move",
			bad: 'FROM «python:3.11.6-slim-bookworm»\nCMD ["python3"]\n',
			fixed: 'FROM python:3.11.6-slim-bookworm@sha256:1111111111111111111111111111111111111111111111111111111111111111\nCMD ["python3"]\n',
			answer: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		},
		{
			caption: "Everything else of the line stays",
			bad: "FROM --platform=$BUILDPLATFORM «golang:1.22» AS build # tools\nFROM scratch\nCOPY --from=build /a /a\n",
			fixed:
				"FROM --platform=$BUILDPLATFORM golang:1.22@sha256:1111111111111111111111111111111111111111111111111111111111111111 AS build # tools\nFROM scratch\nCOPY --from=build /a /a\n",
			answer: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		},
		{ caption: "Pinned", good: "FROM debian:12@sha256:1111111111111111111111111111111111111111111111111111111111111111\n" },
		{ caption: "No image, or one that only the build knows", good: "ARG BASE\nFROM scratch AS empty\nFROM empty\nFROM $BASE\n" },
		{ caption: "An image that was built on this machine", good: "FROM localhost/oracle/database:19\n" },
		{ caption: "A repository that needs none", good: "FROM ghcr.io/acme/base:1\n", options: { allow: ["ghcr.io/acme/*"] } },
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			if (use.kind !== "from" || use.reference.digest !== undefined || use.argument !== undefined) continue;
			if (isLocalImage(use.reference) || isRepositoryAmong(use.reference, options["allow"] as readonly string[])) continue;
			const name = familiarName(use.reference);
			reports.push({
				span: use.span,
				message: `${shortened(`${name}${use.reference.tag === undefined ? "" : `:${use.reference.tag}`}`, 70)} is not pinned to a digest`,
				...(use.step?.stage.use === "unused" ? { severity: "hint" as const } : {}),
				fixes: () => pinFixes(file, use, `Pin ${name} to its digest`),
			});
		}
		return reports;
	},
});
