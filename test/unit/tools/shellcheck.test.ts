import assert from "node:assert/strict";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { placedComments, type ShellComment } from "../../../server/core/shellcheck/comment.ts";
import { checkedScripts } from "../../../server/core/shellcheck/scripts.ts";
import { readShellComments, shellCheckCommand } from "../../../server/tools/shellcheck.ts";

function comment(line: number, column: number, endLine: number, endColumn: number, code = "SC2086"): ShellComment {
	return { code, severity: "info", message: "", line, column, endLine, endColumn };
}

/** What is marked in a Dockerfile of which the one script gets the comments. */
function marked(text: string, ...comments: readonly ShellComment[]): readonly string[] {
	const file = parseDockerfile(text);
	const scripts = checkedScripts(file);
	return scripts.flatMap((script) => placedComments(file, script, comments)).map(({ span }) => text.slice(span.start, span.end));
}

describe("ShellCheck", () => {
	it("gets the script on standard input, and reads no configuration", () => {
		const command = shellCheckCommand("echo $x", "bash", "0.11.0");
		assert.deepEqual(command.args, ["--norc", "--format=json1", "--shell=bash", "--exclude=SC1090,SC1091,SC2148,SC2154,SC2187", "-"]);
		assert.deepEqual([command.input, command.environment, command.acceptedExitCodes], ["echo $x", { SHELLCHECK_OPTS: "" }, [1]]);
	});

	it("is asked about BusyBox's shell where it knows it, else about the one that is most like it", () => {
		assert.ok(shellCheckCommand("", "busybox", "0.10.0").args.includes("--shell=busybox"));
		assert.ok(shellCheckCommand("", "busybox", "0.9.0").args.includes("--shell=dash"));
	});

	it("is read as it prints, and refused where it prints something else", () => {
		const printed =
			'{"comments":[{"file":"-","line":1,"endLine":2,"column":30,"endColumn":32,"level":"style","code":2086,"message":"Quote.","fix":null}]}';
		assert.deepEqual(readShellComments(printed), [
			{ code: "SC2086", severity: "hint", message: "Quote.", line: 1, column: 30, endLine: 2, endColumn: 32 },
		]);
		assert.deepEqual(readShellComments('{"comments":[]}'), []);
		for (const other of ["", "[]x", '{"comments":[{"code":"x"}]}'])
			assert.throws(() => readShellComments(other), /ShellCheck answered in a way that Hullguard does not understand/, other);
	});

	it("is asked about the scripts of RUN whose shell it knows", () => {
		const dialects = (text: string): readonly string[] =>
			checkedScripts(parseDockerfile(text)).map(({ dialect, source }) => `${dialect}: ${source.text}`);
		assert.deepEqual(dialects("FROM debian:12\nRUN a\nCMD b"), ["dash: a"]);
		assert.deepEqual(dialects("FROM alpine:3\nRUN a"), ["busybox: a"]);
		assert.deepEqual(dialects("FROM acme/own\nRUN a"), ["sh: a"]);
		assert.deepEqual(dialects('FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a'), ["bash: a"]);
		assert.deepEqual(dialects('FROM debian:12\nSHELL ["/usr/bin/zsh", "-c"]\nRUN a'), []);
		assert.deepEqual(dialects('FROM debian:12\nSHELL ["pwsh", "-c"]\nRUN a'), []);
		assert.deepEqual(dialects('FROM debian:12\nRUN ["bash", "-c", "a"]\nRUN ["a", "b"]'), ["bash: a"]);
		assert.deepEqual(
			dialects("FROM debian:12\nRUN <<EOF\na\nEOF\nRUN <<EOF\n#!/usr/bin/env bash\nb\nEOF\nRUN <<EOF\n#!/usr/bin/python\nEOF"),
			["dash: a\n", "bash: #!/usr/bin/env bash\nb\n"],
		);
		assert.deepEqual(dialects("FROM debian:12\nRUN cat <<EOF > /x\na\nEOF"), []);
	});

	it("marks the characters that it means: over continued lines, behind tabs and characters of any width", () => {
		const text = "FROM debian:12\nRUN true 😀 \\\n\t# why\n    && echo\t$x \\\n    && ls $y\n";
		// The script: `true 😀     && echo<tab>$x     && ls $y`.
		const script = checkedScripts(parseDockerfile(text))[0]?.source.text ?? "";
		const column = (word: string): number => [...script.slice(0, script.indexOf(word))].length + 1;
		assert.deepEqual(marked(text, comment(1, column("$x"), 1, column("$x") + 2), comment(1, column("$y"), 1, column("$y") + 2)), [
			"$x",
			"$y",
		]);
		assert.deepEqual(marked("FROM debian:12\nRUN <<EOF\na\n  b $c\nEOF\n", comment(2, 5, 2, 7)), ["$c"]);
		assert.deepEqual(marked("FROM debian:12\nRUN if\n", comment(1, 1, 1, 1), comment(1, 3, 1, 3), comment(9, 9, 9, 9)), ["i", "", ""]);
	});

	it("is not heard where nobody knows what /bin/sh is, nor about variables from elsewhere", () => {
		const codes = (from: string): number =>
			marked(`FROM ${from}\nRUN echo\n`, comment(1, 1, 1, 5, "SC3010"), comment(1, 1, 1, 5, "SC2154")).length;
		assert.equal(codes("acme/own"), 0);
		assert.equal(codes("debian:12"), 1);
	});

	it("is silenced by its own comments and hadolint's, on the instruction or on a line of it", () => {
		const run = "RUN true \\\n    && echo $x\n";
		const at = comment(1, 17, 1, 19);
		assert.equal(marked(`FROM debian:12\n${run}`, at).length, 1);
		for (const silence of [
			"# shellcheck disable=SC2046,SC2086",
			"# shellcheck disable=all",
			"# hadolint ignore=SC2086",
			"# hadolint global ignore=SC2086",
		])
			assert.deepEqual(marked(`FROM debian:12\n${silence}\n${run}`, at), [], silence);
		assert.equal(marked(`FROM debian:12\n# shellcheck disable=SC2046\n${run}`, at).length, 1);
		assert.deepEqual(marked(`FROM debian:12\nRUN true \\\n    # shellcheck disable=SC2086\n    && echo $x\n`, at), []);
	});
});
