import assert from "node:assert/strict";
import { baseImageFacts } from "../../../server/core/dockerfile/base/baseFacts.ts";
import { parseReference } from "../../../server/core/image/reference.ts";

describe("the user that an image runs as", () => {
	for (const image of [
		"swift:5.10-slim",
		"nvidia/cuda:11.0-base",
		"mcr.microsoft.com/dotnet/core/aspnet:3.1",
		"ibmjava:8-jre",
		"azul/zulu-openjdk:21-jre",
		"bellsoft/liberica-openjre-alpine:21",
		"pypy:3.10",
	])
		it(`is root also in a variant without a toolchain: ${image}`, () => {
			const reference = parseReference(image);
			assert.ok(reference !== undefined);
			const { user, sdk } = baseImageFacts(reference);
			assert.deepEqual({ user, sdk }, { user: "root", sdk: undefined });
		});
});
