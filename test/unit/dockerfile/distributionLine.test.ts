import assert from "node:assert/strict";
import { isBeforeLine, isFromLine } from "../../../server/core/dockerfile/base/distributionLine.ts";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

const LINES = { Debian: "11", "CentOS Stream": "9" };

function stageOf(image: string): Stage {
	return parseDockerfile(`FROM ${image}\n`).stages[0] as Stage;
}

describe("the line of a distribution", () => {
	const images: readonly (readonly [image: string, before: boolean, from: boolean | undefined])[] = [
		["debian:10", true, false],
		["debian:12", false, true],
		["python:3.9-buster", true, false],
		["arm64v8/debian:10", true, false],
		["public.ecr.aws/docker/library/debian:12-slim", false, true],
		["registry.acme.io/library/debian:10", true, false],
		["registry.acme.io/mirror/debian:12", false, true],
		["rockylinux:8", false, false],
		["redhat/ubi9", false, true],
		["debian", false, true],
		["registry.acme.io/debian", false, undefined],
		["debian@sha256:0000000000000000000000000000000000000000000000000000000000000000", false, undefined],
		["acme/app:12", false, undefined],
	];
	for (const [image, before, from] of images)
		it(image, () => {
			assert.equal(isBeforeLine(stageOf(image), LINES), before);
			assert.equal(isFromLine(stageOf(image), LINES), from);
		});
});
