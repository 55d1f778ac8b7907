import assert from "node:assert/strict";
import { extractBaseImage, inlineBaseImage } from "../../../server/core/refactor/baseImageArgument.ts";
import { refactored, refactoringsOf } from "../../support/refactor.ts";

describe("base images as arguments", () => {
	it("a reference gets a name, in each FROM that has it", () => {
		const before =
			"# syntax=docker/dockerfile:1\n\n# base\nFROM --platform=linux/amd64 «debian:12» AS a\nFROM debian:12\nCOPY --from=debian:12 /a /b\n";
		assert.equal(
			refactored(extractBaseImage, before),
			"# syntax=docker/dockerfile:1\n\nARG DEBIAN_IMAGE=debian:12\n# base\nFROM --platform=linux/amd64 ${DEBIAN_IMAGE} AS a\nFROM ${DEBIAN_IMAGE}\nCOPY --from=debian:12 /a /b\n",
		);
		assert.deepEqual(
			refactoringsOf(extractBaseImage, before).map(({ title, kind }) => [title, kind]),
			[["Extract the base image to ARG DEBIAN_IMAGE", "refactor.extract"]],
		);
	});

	it("the name is the image's own, below the other arguments, and nobody else's", () => {
		assert.equal(
			refactored(
				extractBaseImage,
				"ARG A=1\r\nFROM «ghcr.io/x/my-app@sha256:0000000000000000000000000000000000000000000000000000000000000000»\r\n",
			),
			"ARG A=1\r\nARG MY_APP_IMAGE=ghcr.io/x/my-app@sha256:0000000000000000000000000000000000000000000000000000000000000000\r\nFROM ${MY_APP_IMAGE}\r\n",
		);
		const taken = "FROM «node:22»\nARG NODE_IMAGE\nENV A=$NODE_BASE_IMAGE\n# BASE_IMAGE\n";
		assert.ok(refactored(extractBaseImage, taken)?.startsWith("ARG BASE_IMAGE=node:22\nFROM ${BASE_IMAGE}\n"));
		assert.equal(refactored(extractBaseImage, `${taken}RUN echo BASE_IMAGE\n`), undefined);
	});

	it("what is no image of a registry, or has a variable, gets none", () => {
		for (const from of ["«scratch»", "«a»", "«debian:$TAG»", "«»"]) {
			const marked = `ARG TAG=12\nFROM debian AS a\nFROM ${from}\n`;
			assert.equal(refactored(extractBaseImage, marked), undefined, from);
		}
		assert.equal(refactored(extractBaseImage, "FROM debian\nRUN «debian»\n"), undefined);
	});

	it("the default comes back to its one use, asked for at either end", () => {
		const plain = "# syntax=docker/dockerfile:1\n# base\nFROM debian:12\nRUN a\n";
		const named = refactored(extractBaseImage, plain.replace("debian:12", "«debian:12»")) ?? "";
		assert.equal(refactored(inlineBaseImage, named.replace("FROM ", "FROM «»")), plain);
		assert.equal(refactored(inlineBaseImage, named.replace("ARG ", "ARG «»")), plain);
	});

	it("a part of a reference comes back, too, and nothing else changes", () => {
		assert.equal(refactored(inlineBaseImage, 'ARG TAG="12"\n\nFROM debian:«$TAG»-slim\n'), "FROM debian:12-slim\n");
		assert.equal(refactored(inlineBaseImage, "ARG A=x TAG=12\nFROM debian:«${TAG}»\n"), "ARG A=x\nFROM debian:12\n");
		assert.equal(refactored(inlineBaseImage, "# why\nARG I=a:1\n\n# base\nFROM «$I»"), "# why\n\n# base\nFROM a:1");
	});

	it("an argument with other uses, without a value, or with one that means something else, stays", () => {
		for (const text of [
			"ARG I=a:1\nFROM «$I»\nARG I\n",
			"ARG I=a:1\nFROM «$I»\nFROM $I\n",
			"ARG I\nFROM «$I»\n",
			"ARG B=a\nARG I=$B:1\nFROM «$I»\n",
			"ARG I=a:1\nFROM «${I:-b}»\n",
			"ARG I=a\nARG I=b\nFROM «$I»\n",
			"ARG P=linux/amd64\nFROM --platform=«$P» debian\n",
			"ARG «I=a»\nFROM debian\n",
		])
			assert.equal(refactored(inlineBaseImage, text), undefined, text);
	});
});
