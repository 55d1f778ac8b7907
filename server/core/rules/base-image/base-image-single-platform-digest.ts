import { pinPlace } from "../../digest/place.ts";
import { digestEdit, digestSpan, imageUsesOf } from "../../dockerfile/variables/imageUses.ts";
import { canonicalName, familiarName } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const MANIFEST = `sha256:${"1".repeat(64)}`;
const INDEX = `sha256:${"2".repeat(64)}`;
const DEBIAN = "docker.io/library/debian:12";
const ASKED = { images: new Map([[DEBIAN, { digest: INDEX, manifests: [MANIFEST, INDEX.replace(/2/g, "3")], asked: "2026-11-20" }]]) };

export const baseImageSinglePlatformDigest = defineRule({
	id: "base-image-single-platform-digest",
	title: "The digest names the image of one platform only",
	category: "base-image",
	severity: "info",
	preset: "opt-in",
	needs: "registry",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: ["@"] },
	why: "A tag of several platforms points at an index, and the index at one manifest for each. With the digest of a manifest, every build gets that platform: on another machine the steps run in an emulator or stop with `exec format error`, and an image for several platforms holds the same one in all of them.",
	remedy: "Pin the digest of the index. `docker buildx imagetools inspect name:tag` shows it in its first lines.",
	references: ["https://docs.docker.com/dhi/core-concepts/digests/", "https://docs.docker.com/build/building/multi-platform/"],
	examples: [
		{
			caption: "A manifest of the index",
			bad: `FROM debian:12@«${MANIFEST}»\n`,
			fixed: `FROM debian:12@${INDEX}\n`,
			workspace: ASKED,
		},
		{
			caption: "The index, another one, or no index at all",
			good: `FROM debian:12@${INDEX}\nFROM debian:12@sha256:${"4".repeat(64)}\nFROM debian@${MANIFEST}\nFROM debian:13@${MANIFEST}\n`,
			workspace: ASKED,
		},
		{
			caption: "The platform is meant",
			good: `FROM --platform=linux/amd64 debian:12@${MANIFEST}\n`,
			workspace: ASKED,
		},
	],
	check(file, { workspace }) {
		if (workspace.images.size === 0) return [];
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			const { reference, step } = use;
			if (use.kind === "syntax" || reference.digest === undefined || reference.tag === undefined) continue;
			const facts = workspace.images.get(canonicalName({ ...reference, digest: undefined }));
			if (facts?.manifests === undefined || facts.digest === reference.digest || !facts.manifests.includes(reference.digest)) continue;
			const platform = use.kind === "from" ? step?.stage.platform?.value : undefined;
			if (platform !== undefined && !platform.includes("$")) continue;
			const edit = pinPlace(file, use).kind === "none" ? undefined : digestEdit(use, facts.digest);
			reports.push({
				span: digestSpan(use),
				message: `The digest of ${shortened(`${familiarName(reference)}:${reference.tag}`, 45)} is that of one platform`,
				fixes: edit === undefined ? [] : [{ title: "Pin the index of all platforms", safety: "review", edits: [edit] }],
			});
		}
		return reports;
	},
});
