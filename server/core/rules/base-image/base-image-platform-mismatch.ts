import { replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { expand } from "../../dockerfile/syntax/expand.ts";
import { globalVariable } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { type ParsedPlatform, parsePlatform } from "../../image/platform.ts";
import { canonicalName, familiarName } from "../../image/reference.ts";
import { nearest } from "../../nearest.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";
import type { WorkspaceFacts } from "../workspaceFacts.ts";

const COMMON = ["linux/amd64", "linux/arm64", "linux/arm/v7", "windows/amd64"];
const DIGEST = `sha256:${"1".repeat(64)}`;
const KNOWN = {
	images: new Map([
		[
			"docker.io/library/alpine:3.22",
			{ digest: DIGEST, asked: "2026-11-20", platforms: ["linux/amd64", "linux/arm/v6", "linux/arm64/v8"] },
		],
		["docker.io/acme/app:1", { digest: DIGEST, asked: "2026-11-20" }],
	]),
};

export const baseImagePlatformMismatch = defineRule({
	id: "base-image-platform-mismatch",
	title: "FROM asks for a platform that does not exist",
	category: "base-image",
	severity: "error",
	preset: "strict",
	needs: "registry",
	since: "0.1.0",
	equivalents: same(["buildkit", "InvalidBaseImagePlatform"], ["tally", "platform-mismatch"]),
	onlyWith: { words: ["platform"] },
	why: "The builder refuses a platform that it cannot read, and finds no image for one that the registry does not have: `no match for platform in manifest`. An image of one platform alone is taken all the same, and then runs in an emulator, or not at all.",
	remedy:
		"Name system and architecture as Go does: `linux/amd64`, `linux/arm64`, `linux/arm/v7`. Which platforms an image has is shown by `docker buildx imagetools inspect name:tag`.",
	references: [
		"https://docs.docker.com/reference/build-checks/invalid-base-image-platform/",
		"https://docs.docker.com/build/building/multi-platform/",
	],
	examples: [
		{ caption: "Close to one", bad: "FROM --platform=«linux/adm64» debian:12\n", fixed: "FROM --platform=linux/amd64 debian:12\n" },
		{ caption: "A platform", good: "FROM --platform=linux/amd64 debian:12\n" },
		{
			caption: "No platform",
			bad: "FROM --platform=«linux/amd46» debian:12\nFROM --platform=«linux/amd64/v2/x» debian:12\nFROM --platform=«linux/» debian:12\nFROM --platform=«ubuntu/arm64» debian:12\n",
			fixed:
				"FROM --platform=linux/amd64 debian:12\nFROM --platform=linux/amd64/v2/x debian:12\nFROM --platform=linux/ debian:12\nFROM --platform=ubuntu/arm64 debian:12\n",
		},
		{ caption: "As the default of an ARG", bad: "ARG SYSTEM=lnux\nFROM --platform=«$SYSTEM/amd64» debian:12\n" },
		{
			caption: "None that the image has",
			bad: "FROM --platform=«linux/s390x» alpine:3.22\n",
			fixed: "FROM --platform=linux/amd64 alpine:3.22\n",
			workspace: KNOWN,
		},
		{
			caption: "Other names for the same, and what runs there",
			good: "FROM --platform=linux/x86_64 alpine:3.22\nFROM --platform=aarch64 alpine:3.22\nFROM --platform=linux/arm/v7 alpine:3.22\nFROM --platform=linux alpine:3.22\n",
			workspace: KNOWN,
		},
		{
			caption: "Variables, stages, and images that nobody has asked about",
			good: "ARG P\nARG S=linux/s390x\nFROM --platform=$BUILDPLATFORM alpine:3.22 AS a\nFROM --platform=$P alpine:3.22\nFROM --platform=$S alpine:3.22\nFROM --platform=linux/s390x acme/app:1\nFROM --platform=linux/s390x debian:12\nFROM --platform=windows(10.0.17763)/amd64 debian:12\n",
			workspace: KNOWN,
		},
	],
	check(file, { workspace }) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const { platform } = stage;
			if (platform?.value === undefined || platform.value === "") continue;
			const value = platformOf(file, platform.value);
			const parsed = value === undefined ? undefined : parsePlatform(value);
			if (value === undefined || parsed === undefined) continue;
			// A build may pass another platform that the image has; what is no platform stays none.
			const isPassed = value !== platform.value;
			const report =
				parsed.kind === "invalid" ? malformed(stage, value, parsed.reason) : isPassed ? undefined : absent(stage, parsed, workspace);
			if (report !== undefined) reports.push(report);
		}
		return reports;
	},
});

/** The platform that a flag names, by the defaults of its variables; undefined where one has none. */
function platformOf(file: Dockerfile, text: string): string | undefined {
	if (!text.includes("$")) return text;
	const expansion = expand(text, { escape: file.escape, lookup: (name) => globalVariable(file, name) });
	return expansion.kind === "known" && expansion.unset.length === 0 && expansion.value !== "" ? expansion.value : undefined;
}

function malformed({ platform }: Stage, value: string, reason: string): Report | undefined {
	if (platform?.valueSpan === undefined) return undefined;
	const near = /^[a-z0-9]+\/[a-z0-9]+(?:\/v\d)?$/.test(value) ? nearest(value, COMMON) : undefined;
	const fixes: readonly Fix[] =
		near === undefined || value !== platform.value
			? []
			: [{ title: `Change to ${near}`, safety: "review", edits: [replace(platform.valueSpan, near)] }];
	return { span: platform.valueSpan, message: `${shortened(value, 40)} is no platform: it ${reason}`, fixes };
}

/** The index of the image names other platforms; one without an index is taken for any. */
function absent({ platform, base }: Stage, wanted: ParsedPlatform & { kind: "platform" }, { images }: WorkspaceFacts): Report | undefined {
	if (platform?.valueSpan === undefined || base.kind !== "image" || wanted.architecture === "") return undefined;
	const { reference } = base;
	const facts = images.get(canonicalName({ ...reference, digest: undefined }));
	if (facts?.platforms === undefined || (reference.digest !== undefined && reference.digest !== facts.digest)) return undefined;
	const runs = facts.platforms.some((text) => {
		const offered = parsePlatform(text);
		return offered.kind !== "platform" || (offered.os === wanted.os && offered.architecture === wanted.architecture);
	});
	if (runs || facts.platforms.length === 0) return undefined;
	const span = platform.valueSpan;
	return {
		span,
		message: `${shortened(`${familiarName(reference)}:${reference.tag ?? "latest"}`, 45)} is not there for ${shortened(platform.value ?? "", 30)}`,
		fixes: facts.platforms
			.filter((text) => /^\w+\/\w+(?:\/\w+)?$/.test(text) && !text.startsWith("unknown"))
			.slice(0, 5)
			.map((text): Fix => ({ title: `Change to ${text}`, safety: "review", edits: [replace(span, text)] })),
	};
}
