import assert from "node:assert/strict";
import {
	breaksWithPipefail,
	hiddenFailure,
	mentionsPipefail,
	shellOf,
	supportsPipefail,
} from "../../../server/core/dockerfile/commands/pipefail.ts";
import { pipelinesOf, type StepScript, scriptsOf } from "../../../server/core/dockerfile/commands/scripts.ts";
import type { Step } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function lastStep(...lines: readonly string[]): Step {
	return parseDockerfile(`${lines.join("\n")}\n`)
		.stages.at(-1)
		?.steps.at(-1) as Step;
}

function script(...lines: readonly string[]): StepScript {
	return scriptsOf(lastStep(...lines))[0] as StepScript;
}

function mentioned(...lines: readonly string[]): boolean {
	const read = scriptsOf(lastStep(...lines)).at(-1) as StepScript;
	return mentionsPipefail(read, read.pipelines[0]?.commands[0]);
}

describe("pipefail", () => {
	it("is known to some shells", () => {
		assert.equal(supportsPipefail(script("FROM debian:12", "RUN a | b")), "no");
		assert.equal(supportsPipefail(script("FROM alpine", "RUN a | b")), "yes");
		assert.equal(supportsPipefail(script("FROM fedora", "RUN a | b")), "yes");
		assert.equal(supportsPipefail(script("FROM acme/base", "RUN a | b")), "unknown");
		assert.equal(supportsPipefail(script("FROM debian:12", 'SHELL ["/bin/bash", "-c"]', "RUN a | b")), "yes");
		assert.equal(supportsPipefail(script("FROM debian:12", 'RUN ["/bin/dash", "-c", "a | b"]')), "no");
	});

	it("depends on who reads the script", () => {
		assert.equal(shellOf(script("FROM debian:12", "RUN <<EOF", "#!/usr/bin/env bash", "a | b", "EOF")), "bash");
		assert.equal(shellOf(script("FROM debian:12", "RUN <<EOF", "a | b", "EOF")), "sh");
		assert.equal(shellOf(scriptsOf(lastStep("FROM debian:12", "RUN /bin/bash <<EOF", "a | b", "EOF")).at(-1) as StepScript), "bash");
	});

	it("counts wherever it is named", () => {
		for (const run of ["RUN set -o pipefail; a | b", 'RUN ["bash", "-eo", "pipefail", "-c", "a | b"]', "RUN bash -o pipefail -c 'a | b'"])
			assert.equal(mentioned("FROM debian:12", run), true, run);
		const shell = 'SHELL ["bash", "-o", "pipefail", "-c"]';
		assert.equal(mentioned("FROM debian:12", shell, "RUN a | b"), true);
		assert.equal(mentioned("FROM debian:12", shell, "RUN runuser -u x -- a | b"), true);
		for (const run of [
			'RUN ["sh", "-c", "a | b"]',
			"RUN sh -c 'a | b'",
			"RUN scl enable x 'a | b'",
			"RUN <<EOF sh\na | b\nEOF",
			"RUN <<EOF\n#!/bin/bash\na | b\nEOF",
		])
			assert.equal(mentioned("FROM debian:12", shell, run), false, run);
	});

	it("breaks pipes whose reader leaves early, and commands that fail over nothing", () => {
		const breaks = (text: string) => {
			const step = lastStep("FROM debian:12", `RUN ${text}`);
			return pipelinesOf(step).some((pipeline) => breaksWithPipefail(step, pipeline));
		};
		for (const text of [
			"a | head -1",
			"yes | a",
			"sudo yes | a",
			"a | grep -q b",
			"a | grep -m1 b",
			"a | sed 5q",
			"a | sed '/x/{p;q}'",
			"a | awk '{print; exit}'",
			"grep a b | c",
			"a | while read -r x; do b; done",
			"$A | b",
		])
			assert.equal(breaks(text), true, text);
		for (const text of ["a | tar x", "a | sed s/x/y/", "a | grep b", "a | sort | awk '{print $1}'"])
			assert.equal(breaks(text), false, text);
	});

	it("hides failures that matter more or less", () => {
		const weight = (text: string, base = "debian:12") => {
			const step = lastStep(`FROM ${base}`, `RUN ${text}`);
			const failure = hiddenFailure(step, pipelinesOf(step)[0] as never);
			return [failure.weight, failure.command?.program];
		};
		assert.deepEqual(weight("curl a | tar x"), ["real", "curl"]);
		assert.deepEqual(weight("echo a | gpg --dearmor | tee b"), ["real", "gpg"]);
		assert.deepEqual(weight("find . | sort"), ["minor", "find"]);
		assert.deepEqual(weight("echo a | chpasswd"), ["none", "echo"]);
		assert.deepEqual(weight("curl a | sha256sum -c -"), ["none", "curl"]);
		assert.deepEqual(weight("curl a | sha256sum"), ["real", "curl"]);
		for (const reader of ["tar zxC /b", "sudo tar -C /b --gzip -x", "tar -xvJf -", "gpg --no-tty --import", "apt-key add -", "xz -dc > b"])
			assert.deepEqual(weight(`curl a | ${reader}`), ["shown", "curl"], reader);
		for (const reader of ["tar -C /xz -xf -", "bsdtar xzf -", "gzip > b.gz", "gpg --verify b -", "(OUT=$(apt-key add -) || echo $OUT)"])
			assert.deepEqual(weight(`curl a | ${reader}`), ["real", "curl"], reader);
		assert.deepEqual(weight("(curl a; curl b) | apt-key add -"), ["real", "curl"]);
		assert.deepEqual(weight("curl a | xz -d > b", "alpine"), ["real", "curl"]);
		assert.deepEqual(weight("curl a | tar xJ", "alpine"), ["shown", "curl"]);
	});
});
