import { pinFixes } from "../../digest/pinFixes.ts";
import { type ImageUse, imageUsesOf, tagEdit } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { canonicalName, familiarName, isRepositoryAmong } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const DIGEST = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
/** What the labs channel was called at first. */
const FORMER_LABS = /(?:^|-)experimental$/;
const OFFICIAL = ["docker/dockerfile", "docker/dockerfile-upstream"];

export const syntaxDirectiveUnpinned = defineRule({
	id: "syntax-directive-unpinned",
	title: "The frontend that reads the Dockerfile can change",
	category: "supply-chain",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	subCodes: { foreign: "The frontend is not Docker's", labs: "The frontend is experimental" },
	equivalents: [],
	supersededBy: ["directive-invalid"],
	onlyWith: { texts: ["#"] },
	why: "The image behind `# syntax=` is a program that the builder fetches and runs: it sees the whole build context and every secret of the build, and decides what is built. Whoever can move its tag, or owns its repository, has all of that. Docker's own is as trustworthy as Docker; others deserve a look.",
	remedy:
		"Add the digest: `# syntax=docker/dockerfile:1@sha256:…`, and let Renovate or Dependabot renew it. Use `docker/dockerfile:1` rather than an experimental channel, unless a feature is only there.",
	references: [
		"https://docs.docker.com/build/buildkit/frontend/",
		"https://github.com/moby/buildkit/blob/master/frontend/dockerfile/docs/reference.md#syntax",
	],
	options: [{ name: "allow", description: "Repositories that need no digest, as names or with a `*` at the end.", default: [] }],
	examples: [
		{
			caption: "Docker's frontend",
			bad: "# syntax=«docker/dockerfile:1»\nFROM debian:12\n",
			fixed: `# syntax=docker/dockerfile:1@${DIGEST}\nFROM debian:12\n`,
			answer: DIGEST,
		},
		{
			caption: "Somebody else's",
			bad: "# syntax=«ghcr.io/acme/frontend:1»\nFROM debian:12\n",
			fixed: `# syntax=ghcr.io/acme/frontend:1@${DIGEST}\nFROM debian:12\n`,
			answer: DIGEST,
		},
		{
			caption: "An experimental one",
			bad: "# syntax=«docker.io/docker/dockerfile:1-labs»\nFROM debian:12\n",
			fixed: `# syntax=docker.io/docker/dockerfile:1-labs@${DIGEST}\nFROM debian:12\n`,
			answer: DIGEST,
		},
		{
			caption: "Under the former name of that channel; a digest makes it no younger",
			bad: `# syntax = «docker/dockerfile:experimental@${DIGEST}»\nFROM debian:12\n`,
			fixed: `# syntax = docker/dockerfile:1@${DIGEST}\nFROM debian:12\n`,
			answer: DIGEST,
			options: { allow: ["docker/dockerfile"] },
		},
		{
			caption: "A release of it",
			bad: "# syntax=«docker.io/docker/dockerfile:1.1-experimental»\nFROM debian:12\n",
			fixed: `# syntax=docker.io/docker/dockerfile:1@${DIGEST}\nFROM debian:12\n`,
			answer: DIGEST,
		},
		{ caption: "Pinned", good: `# syntax=docker/dockerfile:1.10@${DIGEST}\nFROM debian:12\n` },
		{ caption: "Allowed, or none", good: "# syntax=ghcr.io/acme/frontend:1\nFROM debian:12\n", options: { allow: ["ghcr.io/acme/*"] } },
	],
	check(file, { options }) {
		const use = imageUsesOf(file).find(({ kind }) => kind === "syntax");
		if (use === undefined) return [];
		const official = use.reference.registry === "docker.io" && OFFICIAL.includes(use.reference.repository);
		const isFormer = official && FORMER_LABS.test(use.reference.tag ?? "");
		const allowed = use.reference.digest !== undefined || isRepositoryAmong(use.reference, options["allow"] as readonly string[]);
		if (allowed && !isFormer) return [];
		const name = familiarName(use.reference);
		const shown = shortened(`${name}${use.reference.tag === undefined ? "" : `:${use.reference.tag}`}`, 50);
		const fixes = pinFixes(file, use, `Pin ${name} to its digest`);
		const reports: Report[] = [];
		if (isFormer)
			reports.push({
				span: use.span,
				message: `The channel of ${shown} is called labs by now, its images are old`,
				subCode: "labs",
				fixes: () => stableFixes(use),
			});
		else if (!official)
			reports.push({
				span: use.span,
				message: `${shown} reads this file and all secrets of the build, unpinned`,
				severity: "warning",
				subCode: "foreign",
				fixes,
			});
		else if (/labs|master/.test(use.reference.tag ?? ""))
			reports.push({
				span: use.span,
				message: `The frontend ${shown} is experimental, and not pinned to a digest`,
				subCode: "labs",
				fixes,
			});
		else reports.push({ span: use.span, message: `The frontend ${shown} is not pinned to a digest`, fixes });
		return reports;
	},
});

function stableFixes(use: ImageUse): readonly Fix[] {
	const edit = tagEdit(use, "1");
	if (edit === undefined) return [];
	const note = "A few features are only in the labs channel: docker/dockerfile:1-labs.";
	return [
		{
			title: "Use the stable frontend, pinned to its digest",
			safety: "lookup",
			need: { kind: "imageDigest", reference: canonicalName({ ...use.reference, tag: "1", digest: undefined }) },
			finish: (digest) => [{ ...edit, newText: `${edit.newText}@${digest}` }],
			note,
		},
	];
}
