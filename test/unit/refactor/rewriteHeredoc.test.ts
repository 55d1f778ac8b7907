import assert from "node:assert/strict";
import { rewriteHeredoc } from "../../../server/core/refactor/rewriteHeredoc.ts";
import { refactored } from "../../support/refactor.ts";

const rewritten = (marked: string) => refactored(rewriteHeredoc, marked);
const HEAD = "# syntax=docker/dockerfile:1\nFROM debian\n";

describe("heredocs and chains", () => {
	it("a chain becomes a script that stops at the first failure, with its comments", () => {
		assert.equal(
			rewritten(`${HEAD}RUN --network=none «a» \\\n    # why\n    && b | c \\\n      --long \\\n    && echo 'EOF'\nCMD d\n`),
			`${HEAD}RUN --network=none <<EOF\nset -e\na\n# why\nb | c \\\n      --long\necho 'EOF'\nEOF\nCMD d\n`,
		);
	});

	it("and back, to the same chain", () => {
		const chain = `${HEAD}RUN «a» \\\n    && b | c \\\n    && d\n`;
		const script = rewritten(chain) ?? "";
		assert.equal(script, `${HEAD}RUN <<EOF\nset -e\na\nb | c\nd\nEOF\n`);
		assert.equal(rewritten(script.replace("b |", "«b» |")), chain.replace(/[«»]/g, ""));
	});

	it("a chain stays one where the meaning could change", () => {
		for (const run of [
			"«a»",
			"«a» || b && c",
			"«a»; b",
			"«! a» && b",
			"(«a»; b) && c",
			"«a» && b # why",
			"«a» \\\n    # inside\n    --option && b",
			"echo 'a «\\\n» b' && c",
			"x=$(«a»; b) && c",
			'["«a»"]',
		])
			assert.equal(rewritten(`${HEAD}RUN ${run}\n`), undefined, run);
		assert.equal(rewritten("# syntax=docker/dockerfile:1.3\nFROM debian\nRUN «a» && b\n"), undefined, "too old for heredocs");
		assert.equal(rewritten("FROM debian\r\nRUN «a» && b\r\n"), undefined, "the shell would see carriage returns");
		assert.equal(rewritten('FROM debian\nSHELL ["powershell"]\nRUN «a» && b\n'), undefined);
	});

	it("a heredoc stays one where the meaning could change", () => {
		for (const body of [
			"«a»\nb",
			"set -e\n# «why»\na",
			"set -e\n«cd» a; b || c",
			"set -e\nif «a»; then b; fi",
			"#!/bin/bash -e\n«a»",
			"set -e\nx=$(«a»; b)\nc",
			"set -e\n«echo» 'a \\\n b'",
			"set -e\n«a» &",
		])
			assert.equal(rewritten(`${HEAD}RUN <<EOF\n${body}\nEOF\n`), undefined, body);
		assert.equal(rewritten(`${HEAD}RUN bash <<EOF\nset -e\n«a»\nEOF\n`), undefined);
		assert.equal(rewritten(`${HEAD}COPY <<EOF /x\n«a»\nEOF\n`), undefined);
	});
});
