import assert from "node:assert/strict";
import { parseDockerfile } from "../../server/core/dockerfile/parse/parse.ts";
import { placedComments } from "../../server/core/shellcheck/comment.ts";
import { checkedScripts } from "../../server/core/shellcheck/scripts.ts";
import { checkScript } from "../../server/operations/checkScript.ts";
import { corpusFiles } from "../support/corpus.ts";
import { realContext } from "../support/realContext.ts";
import { programOnPath } from "../support/requirements.ts";

describe("ShellCheck itself", function () {
	this.timeout(60_000);
	before(function () {
		if (programOnPath("shellcheck") !== undefined) return;
		// Nobody needs it: where everything else has to be there, it need not.
		console.log("skipped: shellcheck is not on the PATH; install it: https://github.com/koalaman/shellcheck#installing");
		this.skip();
	});

	async function found(text: string): Promise<readonly string[]> {
		const file = parseDockerfile(text);
		const all: string[] = [];
		for (const script of checkedScripts(file)) {
			const comments = await checkScript(realContext(), script);
			all.push(...placedComments(file, script, comments).map(({ comment, span }) => `${comment.code} ${text.slice(span.start, span.end)}`));
		}
		return all;
	}

	it("finds what stands in continued lines, heredocs and arguments at its place", async () => {
		assert.deepEqual(await found("FROM debian:12\nRUN true 😀 ü \\\n\t# why\n    && echo\t$x \\\n    && ls $y\n"), [
			"SC2086 $x",
			"SC2086 $y",
		]);
		assert.deepEqual(await found("FROM debian:12\nRUN <<EOF\nset -e\n\techo $c\nEOF\n"), ["SC2086 $c"]);
		assert.deepEqual(await found('FROM debian:12\nRUN ["bash", "-c", "echo \\"a\\" $x"]\n'), ["SC2086 $x"]);
	});

	it("is asked about the shell that runs a script", async () => {
		const script = "[[ -n $1 ]] && echo -e x\n";
		assert.ok((await found(`FROM debian:12\nRUN ${script}`)).some((each) => each.startsWith("SC3010")));
		assert.deepEqual(await found(`FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN ${script}`), []);
		assert.ok(!(await found(`FROM alpine:3\nRUN ${script}`)).some((each) => each.startsWith("SC3010")));
		assert.deepEqual(await found(`FROM acme/own\nRUN ${script}`), []);
	});

	it("answers to every script of the corpus in a way that is understood", async () => {
		for (const { text } of corpusFiles().slice(0, 60)) for (const each of await found(text)) assert.match(each, /^SC\d{4} /);
	});
});
