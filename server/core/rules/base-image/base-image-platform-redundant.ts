import { removeFlag } from "../../dockerfile/edits/edit.ts";
import { globalDeclaration } from "../../dockerfile/variables/variables.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const baseImagePlatformRedundant = defineRule({
	id: "base-image-platform-redundant",
	title: "The platform of FROM is the one that it has anyway",
	category: "base-image",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3065"], ["buildkit", "RedundantTargetPlatform"], ["droast", "DF083"]),
	onlyWith: { words: ["platform"] },
	why: "Without `--platform` an image is taken for the platform that is built for. Saying so is noise, and makes the stages harder to find for which the platform does matter: those on `$BUILDPLATFORM`.",
	remedy: "Remove the flag.",
	references: ["https://docs.docker.com/reference/build-checks/redundant-target-platform/"],
	examples: [
		{
			caption: "That is the default",
			bad: "FROM «--platform=$TARGETPLATFORM» debian:12\nCOPY app /usr/local/bin/app\n",
			fixed: "FROM debian:12\nCOPY app /usr/local/bin/app\n",
		},
		{ caption: "Without it", good: "FROM debian:12\nCOPY app /usr/local/bin/app\n" },
		{
			caption: "The default, in any spelling",
			bad: 'FROM «--platform=$TARGETPLATFORM» debian:12 AS a\nFROM   «--platform="${TARGETPLATFORM}"»  scratch\nCOPY --from=a /a /a\n',
			fixed: "FROM debian:12 AS a\nFROM   scratch\nCOPY --from=a /a /a\n",
		},
		{
			caption: "On a line of its own",
			bad: "FROM «--platform=$TARGETPLATFORM» \\\r\n  debian:12\r\n",
			fixed: "FROM \\\r\n  debian:12\r\n",
		},
		{
			caption: "A stage can have another platform, and the name another meaning",
			good: "ARG TARGETPLATFORM=linux/amd64\nFROM --platform=$BUILDPLATFORM golang:1.26 AS a\nFROM --platform=$TARGETPLATFORM a\nFROM --platform=$TARGETPLATFORM debian:12\nFROM --platform=linux/$TARGETARCH debian:12\n",
		},
		{
			caption: "Text, which BuildKit refuses",
			good: "FROM --platform='$TARGETPLATFORM' debian:12\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const { platform, base } of file.stages) {
			if (platform?.value !== "$TARGETPLATFORM" && platform?.value !== "${TARGETPLATFORM}") continue;
			// Between single quotes a variable is text, and no platform.
			if (platform.valueSpan !== undefined && file.text[platform.valueSpan.start] === "'") continue;
			if (base.kind === "stage" || globalDeclaration(file, "TARGETPLATFORM")?.value.kind === "set") continue;
			reports.push({
				span: platform.span,
				message: "FROM takes the target platform without being told",
				tags: ["unnecessary"],
				fixes: [{ title: "Remove --platform", safety: "safe", edits: [removeFlag(file, platform)] }],
			});
		}
		return reports;
	},
});
