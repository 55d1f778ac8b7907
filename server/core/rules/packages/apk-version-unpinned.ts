import { unpinnedCalls, unpinnedMessage } from "../../dockerfile/packages/versionPins.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const apkVersionUnpinned = defineRule({
	id: "apk-version-unpinned",
	title: "apk installs whatever version is newest",
	category: "packages",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3018"], ["kics", "d3499f6d-1651-41bb-a9a7-de925fea487b"], ["droast", "DF052"]),
	onlyWith: { words: ["apk"] },
	why: "Two builds of the same file on two days install different packages, and nobody sees which: what was tested need not be what is shipped, and a build that worked may fail.\n\nA policy with a price: Alpine deletes an old build from its mirrors as soon as there is a new one, so that exact versions break the build on that day. The rule is therefore off by default.",
	remedy: "Say which version is wanted loosely enough to outlive a rebuild: `apk add 'curl~=8.9'` takes every 8.9.",
	references: ["https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper#Advanced_version_pinning"],
	examples: [
		{ caption: "A name alone", bad: "FROM alpine:3.20\nRUN apk add --no-cache «curl»\n" },
		{ caption: "With a version", good: "FROM alpine:3.20\nRUN apk add --no-cache curl=8.12.1-r0\n" },
		{
			caption: "No version",
			bad: "FROM alpine:3.20\nRUN apk add --no-cache «curl» git=2.45.2-r0 make\n",
		},
		{
			caption: "Option values are no packages; a repository is no version",
			bad: "FROM alpine:3.20\r\nRUN apk add --timeout 10 --virtual .build -X https://example.com --arch x86_64 \\\r\n    # one\r\n    a~=1 «b@edge» && apk -U add -t .x «c»\r\n",
		},
		{ caption: "In the root of another image", bad: "FROM alpine:3.20\nRUN apk add --root /mnt --initdb «busybox»\n" },
		{
			caption: "Any version, files, virtual names, nobody knows",
			good: "FROM alpine:3.20\nARG V=1.2\nRUN apk add a=1 'b~=2' 'c>3' 'd<4' e=$V f=$UNKNOWN ./g.apk '!j' /tmp/h.apk $PACKAGES && apk del .build && apk upgrade\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { stage, span, names } of unpinnedCalls(file, ["apk"])) {
			reports.push({ span, message: unpinnedMessage(names), ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
		}
		return reports;
	},
});
