import { removeFlag, replace } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { stagesFrom } from "../../dockerfile/model/stages.ts";
import type { Fix } from "../../finding.ts";
import { parsePlatform, spellingsOf } from "../../image/platform.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const baseImagePlatformConstant = defineRule({
	id: "base-image-platform-constant",
	title: "FROM takes its image for one platform, whatever is built for",
	category: "base-image",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3029"],
		["buildkit", "FromPlatformFlagConstDisallowed"],
		["kics", "b16e8501-ef3c-44e1-a543-a093238099c9"],
		["semgrep", "avoid-platform-with-from"],
		["droast", "DF061"],
		["terrascan", "AC_DOCKER_0001"],
	),
	supersededBy: ["base-image-platform-mismatch"],
	onlyWith: { words: ["platform"] },
	why: "With a fixed platform the result runs on that one alone: `--platform` of the build has no say any more, an image for several platforms holds the same bytes for all of them, and on other machines every step runs in an emulator, ten times slower and with bugs of its own, if it runs at all.",
	remedy:
		"Leave the flag out and name the platform where the image is built: `docker build --platform=linux/amd64`. A stage that only builds takes `--platform=$BUILDPLATFORM` and compiles for `$TARGETARCH`. A stage that is meant for one platform says so in its name (`AS build-amd64`).",
	references: [
		"https://docs.docker.com/reference/build-checks/from-platform-flag-const-disallowed/",
		"https://docs.docker.com/build/building/multi-platform/",
	],
	examples: [
		{
			caption: "A builder runs on the platform of the machine that builds",
			good: "FROM --platform=$BUILDPLATFORM golang:1.26 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build /app /app\n",
		},
		{
			caption: "The build decides",
			bad: "FROM --platform=«linux/amd64» debian:12\nRUN true\n",
			fixed: "FROM debian:12\nRUN true\n",
		},
		{
			caption: "In quotes, and for a stage that builds",
			bad: 'FROM --platform=«"linux/arm64"» golang:1.26 AS build\nFROM scratch\nCOPY --from=build /a /a\n',
			fixed: "FROM golang:1.26 AS build\nFROM scratch\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Stages that start from it say the same: changing one would leave them behind",
			bad: "FROM --platform=«linux/amd64» debian:12 AS cross\nFROM --platform=linux/amd64 cross AS tools\nFROM debian:12\nCOPY --from=tools /a /a\n",
		},
		{
			caption: "A tag that a variable holds; stages that start from another one",
			bad: "ARG V\nFROM --platform=«linux/amd64» node:$V\nFROM --platform=«linux/amd64» debian:12 AS x\nFROM --platform=«linux/arm64» debian:12 AS y\nFROM --platform=linux/amd64 y\nCOPY --from=0 /a /a\nCOPY --from=x /a /a\n",
			fixed:
				"ARG V\nFROM node:$V\nFROM debian:12 AS x\nFROM debian:12 AS y\nFROM --platform=linux/amd64 y\nCOPY --from=0 /a /a\nCOPY --from=x /a /a\n",
		},
		{
			caption: "A stage that may start from it",
			bad: "ARG BASE=cross\nFROM --platform=«linux/amd64» debian:12 AS cross\nFROM --platform=linux/amd64 $BASE\nCMD a\n",
		},
		{
			caption: "Variables, and stages for a platform of their own",
			good: "ARG P=linux/amd64\nFROM --platform=$BUILDPLATFORM golang:1.26\nFROM --platform=$P debian:12\nFROM --platform=linux/amd64 debian:12 AS tools-amd64\nFROM --platform=linux/arm64 debian:12 AS arm64\nFROM --platform=linux/amd64 debian:12 AS build-x86_64\nFROM --platform=linux/arm64 debian:12 AS aarch64\nFROM --platform=windows/amd64 debian:12 AS for-windows\nFROM --platform=windows/amd64 mcr.microsoft.com/windows/nanoserver:ltsc2025 AS agent\nFROM --platform=darwin/arm64 crazymax/osxcross:14 AS cross\nFROM --platform=linux/arm64 nvcr.io/nvidia/l4t-jetpack:r36 AS jetpack\n",
		},
		{
			caption: "The platform of a stage, of nothing, and what is no platform",
			good: "FROM debian:12 AS a\nFROM --platform=linux/amd64 a\nFROM --platform=linux/amd64 scratch\nFROM --platform=linux/amd64 tools-${TARGETOS}\nFROM --platform== debian:12\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const { platform, base, name, image } = stage;
			if (platform?.value === undefined || platform.valueSpan === undefined || platform.value.includes("$")) continue;
			// What a variable hides can be the name of a stage.
			if (base.kind !== "image" && !(base.kind === "unknown" && /[/:]/.test(image?.text ?? ""))) continue;
			const parsed = parsePlatform(platform.value);
			// No container runs on macOS: such an image holds files for it. Those of Windows exist for no other system, and no emulator
			// stands in for one. NVIDIA's images for Jetson exist for its processor alone.
			if (parsed.kind !== "platform" || parsed.os === "darwin" || parsed.os === "windows" || /\/l4t-|jetson/.test(image?.text ?? ""))
				continue;
			const own = name?.text.toLowerCase();
			const { architecture } = parsed;
			if (own?.includes(parsed.os) || (architecture !== "" && spellingsOf(architecture).some((spelling) => own?.includes(spelling))))
				continue;
			reports.push({
				span: platform.valueSpan,
				message: `${shortened(platform.value, 30)} is built whatever platform the build is for`,
				...(stage.use === "unused" ? { severity: "info" as const } : {}),
				fixes: () => fixesFor(stage),
			});
		}
		return reports;
	},
});

function fixesFor(stage: Stage): readonly Fix[] {
	const { platform, file, use } = stage;
	if (platform?.valueSpan === undefined || isSharedByStages(stage)) return [];
	const note = "What the steps download or copy may be made for the platform that was fixed.";
	const removal: Fix = { title: "Remove --platform", safety: "review", edits: [removeFlag(file, platform)], note };
	if (use !== "copied") return [removal];
	const builder = replace(platform.valueSpan, "$BUILDPLATFORM");
	return [
		removal,
		{
			title: "Run on the platform that builds",
			safety: "review",
			edits: [builder],
			note: "What it compiles has to be told about $TARGETARCH.",
		},
	];
}

/** Whether a stage that starts from this one, or may, is tied to the same platform: changing one alone would leave it behind. */
function isSharedByStages(stage: Stage): boolean {
	const { file, platform, name } = stage;
	const behind = file.stages.filter((other) => other.index > stage.index);
	const heirs = new Set([...stagesFrom(stage), ...(name === undefined ? [] : behind.filter(mayStartFromAny))]);
	return [...heirs].some((other) => other !== stage && other.platform?.value === platform?.value);
}

/** Whether a variable stands where a stage could be named: `FROM $BASE`, not `FROM node:$VERSION`. */
function mayStartFromAny({ base, image }: Stage): boolean {
	return base.kind === "unknown" && !/[/:]/.test((image?.text ?? "").replace(/\$\{[^}]*\}/g, "$"));
}
