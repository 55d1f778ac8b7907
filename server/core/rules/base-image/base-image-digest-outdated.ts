import { pinPlace } from "../../digest/place.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { digestEdit, digestSpan, type ImageUse, imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import type { Fix } from "../../finding.ts";
import { canonicalName, familiarName } from "../../image/reference.ts";
import { daysBetween } from "../../instant.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";
import type { ImageFacts } from "../workspaceFacts.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const NEWER = `sha256:${"2".repeat(64)}`;
const facts = (of: Partial<ImageFacts>): { readonly images: ReadonlyMap<string, ImageFacts>; readonly today: string } => ({
	images: new Map([["docker.io/library/debian:12", { digest: NEWER, asked: "2026-11-20", ...of }]]),
	today: "2026-11-21",
});

export const baseImageDigestOutdated = defineRule({
	id: "base-image-digest-outdated",
	title: "The pinned base image is not the newest of its tag, or is old",
	category: "base-image",
	severity: "info",
	preset: "strict",
	needs: "registry",
	since: "0.1.0",
	equivalents: similar(["sonar", "S6497"], ["scout", "no-outdated-base-images"]),
	why: "A digest freezes the image, and with it every vulnerability that was found since. Maintainers rebuild their tags when fixes come out; a pin that nobody moves does not see them. That is the price of pinning, and an update in time is how it is paid.",
	remedy:
		"Take the digest that the tag has now, with *Update Image Digest* or an update bot, and build. Nothing is asked while you type: what is known is what a registry said the last time that somebody asked.",
	references: [
		"https://docs.docker.com/dhi/core-concepts/digests/",
		"https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
	],
	options: [
		{ name: "days", description: "The age from which on an image counts as old although its tag still points at it.", default: 30 },
	],
	examples: [
		{
			caption: "The tag has moved on",
			bad: `FROM debian:12@«${DIGEST}»\nRUN true\n`,
			fixed: `FROM debian:12@${NEWER}\nRUN true\n`,
			workspace: facts({}),
		},
		{
			caption: "In an ARG",
			bad: `ARG BASE=debian:12@«${DIGEST}»\nFROM $BASE\n`,
			fixed: `ARG BASE=debian:12@${NEWER}\nFROM $BASE\n`,
			workspace: facts({}),
		},
		{ caption: "The newest is old", bad: `FROM debian:12@«${NEWER}»\n`, workspace: facts({ created: "2026-10-01" }) },
		{ caption: "Fresh, or of an age that nobody knows", good: `FROM debian:12@${NEWER}\n`, workspace: facts({ created: "2026-10-30" }) },
		{ caption: "No age", good: `FROM debian:12@${NEWER}\n`, workspace: facts({}) },
		{
			caption: "The manifest of one platform is another matter",
			good: `FROM debian:12@${DIGEST}\n`,
			workspace: facts({ manifests: [DIGEST] }),
		},
		{
			caption: "Nobody has asked about it",
			good: `FROM debian:13@${DIGEST}\nFROM debian@${DIGEST}\nFROM debian:12\n`,
			workspace: facts({}),
		},
	],
	check(file, { options, workspace }) {
		if (workspace.images.size === 0) return [];
		const days = Number(options["days"]);
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { reference, step } = use;
			if (use.kind === "syntax" || reference.digest === undefined || reference.tag === undefined) continue;
			const known = workspace.images.get(canonicalName({ ...reference, digest: undefined }));
			if (known === undefined) continue;
			const current = known.digest === reference.digest || known.manifests?.includes(reference.digest) === true;
			const age = known.created === undefined || workspace.today === undefined ? undefined : daysBetween(known.created, workspace.today);
			if (current && (age === undefined || age <= days)) continue;
			const name = shortened(`${familiarName(reference)}:${reference.tag}`, 50);
			reports.push({
				span: digestSpan(use),
				message: current ? `${name} was made ${age} days ago` : `${name} had another digest on ${known.asked}`,
				...(step?.stage.use === "unused" ? { severity: "hint" as const } : {}),
				fixes: () => (current ? [] : fixesFor(file, use, known)),
			});
		}
		return reports;
	},
});

function fixesFor(file: Dockerfile, use: ImageUse, { digest, asked }: ImageFacts): readonly Fix[] {
	const edit = digestEdit(use, digest);
	if (edit === undefined || pinPlace(file, use).kind === "none") return [];
	const note = `The digest that the registry had on ${asked}: build and test with it.`;
	return [{ title: "Take the digest that the tag has now", safety: "review", edits: [edit], note }];
}
