import { pinFixes } from "../../digest/pinFixes.ts";
import { mayBeContext } from "../../dockerfile/files/namedContext.ts";
import { imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { familiarName, isLocalImage, isRepositoryAmong } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const DIGEST = "sha256:1111111111111111111111111111111111111111111111111111111111111111";

export const copyFromImageUnpinned = defineRule({
	id: "copy-from-image-unpinned",
	title: "Files are copied or mounted from an image that is not pinned",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: ["from="] },
	why: "`COPY --from=image` takes programs out of somebody else's image and puts them into yours, often into `/usr/local/bin`, where they run as root in the next RUN. It depends on that image as much as FROM does, but tools that check or update base images mostly do not see it. Whoever can move its tag decides what is shipped.",
	remedy:
		"Write tag and digest: `COPY --from=name:tag@sha256:…`. Where the version is a variable, make it a stage of its own, `FROM name:$VERSION AS tool`, and copy from that: `--from` takes no variables.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---from", "https://docs.docker.com/dhi/core-concepts/digests/"],
	options: [{ name: "allow", description: "Repositories that need no digest, as names or with a `*` at the end.", default: [] }],
	examples: [
		{
			caption: "Whatever release is newest",
			bad: "FROM python:3.12-slim\nCOPY --from=«ghcr.io/astral-sh/uv» /uv /bin/\n",
			fixed:
				"FROM python:3.12-slim\nCOPY --from=ghcr.io/astral-sh/uv:latest@sha256:1111111111111111111111111111111111111111111111111111111111111111 /uv /bin/\n",
			answer: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		},
		{
			caption: "With its digest",
			good: "FROM python:3.12-slim\nCOPY --from=ghcr.io/astral-sh/uv:0.5@sha256:1111111111111111111111111111111111111111111111111111111111111111 /uv /bin/\n",
		},
		{
			caption: "Programs of the day",
			bad: "FROM debian:12\nCOPY --from=«ghcr.io/astral-sh/uv» --chmod=755 /uv /bin/\nCOPY --from=«composer:latest» /usr/bin/composer /bin/\nRUN --mount=type=bind,from=«busybox:1»,target=/b /b/bin/busybox\n",
			fixed: `FROM debian:12\nCOPY --from=ghcr.io/astral-sh/uv:latest@${DIGEST} --chmod=755 /uv /bin/\nCOPY --from=composer:latest@${DIGEST} /usr/bin/composer /bin/\nRUN --mount=type=bind,from=busybox:1@${DIGEST},target=/b /b/bin/busybox\n`,
			answer: DIGEST,
		},
		{
			caption: "An image that everybody knows",
			bad: "FROM debian:12\nCOPY --from=«nginx» /etc/nginx /etc/nginx\nONBUILD COPY --from=«acme/tools» /a /a\n",
			fixed: `FROM debian:12\nCOPY --from=nginx:latest@${DIGEST} /etc/nginx /etc/nginx\nONBUILD COPY --from=acme/tools:latest@${DIGEST} /a /a\n`,
			answer: DIGEST,
		},
		{ caption: "Pinned", good: `FROM debian:12\nCOPY --from=nginx:1.27@${DIGEST} /a /a\n` },
		{
			caption: "Stages, named contexts, and what the builder refuses",
			good: "FROM debian:12 AS nginx\nFROM debian:12\nCOPY --from=nginx /a /a\nCOPY --from=0 /b /b\nCOPY --from=assets /c /c\nCOPY --from=$d /d /d\nONBUILD COPY --from=redis /e /e\n",
		},
		{
			caption: "A repository that needs none",
			good: "FROM debian:12\nCOPY --from=ghcr.io/acme/tools:1 /a /a\n",
			options: { allow: ["ghcr.io/acme/*"] },
		},
		{ caption: "An image that was built on this machine", good: "FROM debian:12\nCOPY --from=localhost/tools:1 /a /a\n" },
		{ caption: "The frontend is another matter", good: "# syntax=docker/dockerfile:1\nFROM debian:12\n" },
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			if ((use.kind !== "copy" && use.kind !== "mount") || use.reference.digest !== undefined || mayBeContext(use)) continue;
			if (isLocalImage(use.reference) || isRepositoryAmong(use.reference, options["allow"] as readonly string[])) continue;
			const { tag } = use.reference;
			const name = familiarName(use.reference);
			const versioned = tag !== undefined && tag !== "latest";
			reports.push({
				span: use.span,
				message: versioned
					? `${shortened(`${name}:${tag}`, 70)} is not pinned to a digest`
					: `${shortened(name, 50)} has no version and stands for whatever latest is`,
				...(versioned || use.step?.stage.use === "unused" ? { severity: "info" as const } : {}),
				fixes: () => pinFixes(file, use, versioned ? `Pin ${name} to its digest` : `Pin ${name} to what latest is now`),
			});
		}
		return reports;
	},
});
