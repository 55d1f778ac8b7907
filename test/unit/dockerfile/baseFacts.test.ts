import assert from "node:assert/strict";
import { baseImageFacts } from "../../../server/core/dockerfile/base/baseFacts.ts";
import { parseReference } from "../../../server/core/image/reference.ts";
import type { BaseImageFacts } from "../../../server/core/knowledge/baseImages.ts";

function factsOf(image: string): BaseImageFacts {
	const reference = parseReference(image);
	assert.ok(reference !== undefined);
	return baseImageFacts(reference);
}

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
			const { user, sdk } = factsOf(image);
			assert.deepEqual({ user, sdk }, { user: "root", sdk: undefined });
		});
});

describe("the environment of an image", () => {
	for (const [image, name] of [
		["openjdk:8-jre-alpine", "JAVA_ALPINE_VERSION"],
		["java:8", "CA_CERTIFICATES_JAVA_VERSION"],
		["eclipse-temurin:21-jre-ubi9-minimal", "LC_ALL"],
		["maven:3.9", "MAVEN_CONFIG"],
		["gradle:8-jdk21", "GRADLE_HOME"],
		["tomcat:10.1-jdk21", "TOMCAT_VERSION"],
		["pypy:3.11-slim", "PYPY_VERSION"],
	] as const)
		it(`is known as a whole: ${image}`, () => {
			const { environment = [] } = factsOf(image);
			assert.ok(environment.includes(name));
			assert.ok(!environment.includes("PIP_NO_CACHE_DIR"));
		});

	for (const image of [
		"maven:3.9-amazoncorretto-21",
		"tomcat:10.1-jdk21-corretto",
		"gradle:jdk-21-and-23-graal",
		"gradle:jdk-lts-and-current",
		"eclipse-temurin:21-nanoserver",
	])
		it(`is not known of other bases: ${image}`, () => assert.equal(factsOf(image).environment, undefined));
});
