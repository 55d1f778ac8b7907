import assert from "node:assert/strict";
import { takesNoCacheVariable } from "../../../server/core/dockerfile/base/pipVersion.ts";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function takes(image: string): boolean {
	return takesNoCacheVariable(parseDockerfile(`FROM ${image}\n`).stages[0] as Stage);
}

describe("a pip that takes PIP_NO_CACHE_DIR=1", () => {
	it("comes with the newer lines of distributions", () => {
		assert.deepEqual(["debian:11", "debian:bookworm", "ubuntu:20.04", "alpine:3.20", "fedora:40"].map(takes), [
			true,
			true,
			true,
			true,
			true,
		]);
		assert.deepEqual(["debian:10", "debian:buster", "ubuntu:18.04", "alpine:3.11"].map(takes), [false, false, false, false]);
	});

	it("comes with images that are always of the newest, and with newer relatives of Red Hat's", () => {
		assert.deepEqual(["acme/base", "acme/base:latest", "rockylinux:9", "registry.access.redhat.com/ubi9/ubi"].map(takes), [
			true,
			true,
			true,
			true,
		]);
		assert.deepEqual(["acme/base:1", "rockylinux:8", "registry.access.redhat.com/ubi8/ubi:8.9"].map(takes), [false, false, false]);
	});

	it("is not certain behind a digest, unless the tag names a newer line", () => {
		const digest = `@sha256:${"1".repeat(64)}`;
		assert.deepEqual(
			["alpine:3", "alpine:latest", "debian", "python:3", "python:3.7", "acme/base:latest"].map((image) => takes(image + digest)),
			[false, false, false, false, false, false],
		);
		assert.deepEqual(
			["alpine:3.20", "debian:12-slim", "python:3.12-slim"].map((image) => takes(image + digest)),
			[true, true, true],
		);
	});

	it("comes with copies of such images, too", () => {
		const names = [
			"public.ecr.aws/docker/library/alpine:3",
			"mirror.gcr.io/library/python:3.12",
			"public.ecr.aws/docker/library/python:3.7.2",
		];
		assert.deepEqual(names.map(takes), [true, true, false]);
	});
});
