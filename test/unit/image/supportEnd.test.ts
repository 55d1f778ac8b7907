import assert from "node:assert/strict";
import { parseReference } from "../../../server/core/image/reference.ts";
import { abandonedRepository, lineName, successorOf, supportedTag, supportLines } from "../../../server/core/image/supportEnd.ts";
import { parseInstant } from "../../../server/core/instant.ts";
import { IMAGES_AROUND } from "../../../server/core/knowledge/imagesAround.ts";
import {
	ALPINE,
	CENTOS,
	CENTOS_STREAM,
	DEBIAN,
	type Product,
	SUPPORTED_IMAGES,
	UBI,
	UBUNTU,
} from "../../../server/core/knowledge/supportEnds.ts";

const PRODUCTS: readonly Product[] = [
	ALPINE,
	CENTOS,
	CENTOS_STREAM,
	DEBIAN,
	UBI,
	UBUNTU,
	...SUPPORTED_IMAGES.map(({ product }) => product),
];

describe("ends of support", () => {
	it("are days, and code names belong to lines", () => {
		for (const { name, lines, codenames = {}, tagNames = {} } of PRODUCTS) {
			for (const [line, day] of Object.entries(lines)) {
				assert.match(line, /^\d+(?:\.\d+)*$/, name);
				assert.ok(parseInstant(`${day}T00:00:00Z`), `${name} ${line}: ${day}`);
			}
			for (const [codename, line] of Object.entries({ ...codenames, ...tagNames })) assert.ok(lines[line], `${name} ${codename}`);
		}
	});

	it("are found by version, code name and part of the tag", () => {
		assert.deepEqual(named("python:3.8.12-slim-buster"), ["Python 3.8 at 0", "Debian 10 (buster) at 12"]);
		assert.deepEqual(named("python:3.10"), ["Python 3.10 at 0"]);
		assert.deepEqual(named("python:3.1"), []);
		assert.deepEqual(named("arm64v8/alpine:3.18.4"), ["Alpine 3.18 at 0"]);
		assert.deepEqual(named("public.ecr.aws/docker/library/node:18-alpine3.17"), ["Node.js 18 at 0", "Alpine 3.17 at 3"]);
		assert.deepEqual(named("nvidia/cuda:11.0-base-ubuntu18.04"), ["Ubuntu 18.04 (bionic) at 10"]);
		assert.deepEqual(named("mcr.microsoft.com/dotnet-buildtools/prereqs:ubuntu-22.04-coredeps"), ["Ubuntu 22.04 (jammy) at 0"]);
		assert.deepEqual(named("gcr.io/distroless/base-debian11:nonroot"), ["Debian 11 (bullseye) at -1"]);
		assert.deepEqual(named("registry.access.redhat.com/ubi7/ubi:7.9"), ["Red Hat UBI 7 at -1"]);
		assert.deepEqual(named("acme/python:3.8"), []);
		assert.deepEqual(named("gradle:8-jdk21-groovy"), []);
	});

	it("are found in images of others, behind their own release", () => {
		for (const { product } of IMAGES_AROUND)
			assert.ok(
				SUPPORTED_IMAGES.some((image) => image.product.name === product),
				product,
			);
		assert.deepEqual(named("mcr.microsoft.com/devcontainers/python:3.8-bookworm"), ["Python 3.8 at 0", "Debian 12 (bookworm) at 4"]);
		assert.deepEqual(named("mcr.microsoft.com/vscode/devcontainers/go:1.0.3-1.19"), ["Go 1.19 at 6"]);
		assert.deepEqual(named("mcr.microsoft.com/devcontainers/java:1-16"), ["Java 16 at 2"]);
		assert.deepEqual(named("mcr.microsoft.com/devcontainers/dotnet:6.0-jammy"), [".NET 6.0 at 0", "Ubuntu 22.04 (jammy) at 4"]);
		assert.deepEqual(named("mcr.microsoft.com/devcontainers/ruby:2.1-bookworm"), ["Debian 12 (bookworm) at 4"]);
		assert.deepEqual(named("mcr.microsoft.com/devcontainers/javascript-node:4-bookworm"), ["Debian 12 (bookworm) at 2"]);
		assert.deepEqual(named("mcr.microsoft.com/devcontainers/javascript-node:4"), []);
		assert.deepEqual(named("cimg/openjdk:16.0.2"), ["Java 16 at 0"]);
	});

	it("lead to the oldest line that is supported, in the words of the tag", () => {
		assert.equal(successor("debian:buster-slim", "2026-11-21"), "bookworm");
		assert.equal(successor("debian:10.13", "2026-11-21"), "12");
		assert.equal(successor("node:18-alpine3.17", "2026-11-21"), "22");
		assert.equal(successor("eclipse-temurin:18-jre", "2026-11-21"), "21");
		assert.equal(successor("golang:1.22", "2026-11-21"), undefined);
		assert.equal(successor("nvidia/cuda:11.0-base-ubuntu18.04", "2026-11-21"), undefined);
		assert.equal(successor("node:gallium-slim", "2026-11-21"), "jod");
		assert.equal(successor("elasticsearch:7.17.1", "2026-11-21"), undefined);
		assert.equal(successor("mcr.microsoft.com/dotnet/core/sdk:3.1", "2026-11-21"), undefined);
	});

	it("give a tag that is known to exist", () => {
		assert.equal(newer("python:3.8.12-slim-buster"), "3.11-slim-bookworm");
		assert.equal(newer("python:3.11.0-slim-bullseye"), "3.11-slim-bookworm");
		assert.equal(newer("postgres:15.2-bullseye"), "15-bookworm");
		assert.equal(newer("node:22.1.0-alpine3.18"), "22-alpine");
		assert.equal(newer("mcr.microsoft.com/dotnet/sdk:6.0-alpine3.16"), "10.0-alpine");
		assert.equal(newer("mcr.microsoft.com/dotnet/sdk:6.0-jammy"), undefined);
		assert.equal(newer("buildpack-deps:buster"), "bookworm");
		assert.equal(newer("ghcr.io/acme/base:buster"), undefined);
		assert.equal(newer("mcr.microsoft.com/devcontainers/python:3.8"), undefined);
		assert.equal(newer("cimg/node:16"), undefined);
		assert.equal(newer("debian:buster-20240101"), undefined);
	});
});

describe("what takes the place of abandoned tags", () => {
	it("is on the machine that they were on", () => {
		for (const tag of ["3.6-adoptopenjdk-11-openj9", "3.6.3-jdk-11-openj9"]) assert.equal(place(`maven:${tag}`), "one on IBM Semeru", tag);
		for (const tag of ["3.6-adoptopenjdk-11", "3.6.3-jdk-11"]) assert.equal(place(`maven:${tag}`), "one on Eclipse Temurin", tag);
	});
});

function place(text: string): string | undefined {
	const reference = parseReference(text);
	assert.ok(reference);
	return abandonedRepository(reference)?.successor;
}

function named(text: string): readonly string[] {
	const reference = parseReference(text);
	assert.ok(reference);
	return supportLines(reference).map((line) => `${lineName(line)} at ${line.at}`);
}

function successor(text: string, day: string): string | undefined {
	const reference = parseReference(text);
	assert.ok(reference);
	const first = supportLines(reference)[0];
	assert.ok(first);
	return successorOf(first, day);
}

function newer(text: string): string | undefined {
	const reference = parseReference(text);
	assert.ok(reference);
	return supportedTag(reference, "2026-11-21");
}
