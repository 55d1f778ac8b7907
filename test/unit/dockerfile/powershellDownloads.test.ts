import assert from "node:assert/strict";
import { powershellArguments } from "../../../server/core/dockerfile/commands/powershellWords.ts";
import { powershellDownloads } from "../../../server/core/dockerfile/downloads/powershellDownloads.ts";
import { powershellUse } from "../../../server/core/dockerfile/downloads/powershellUses.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function wordsOf(text: string): readonly string[] {
	return powershellArguments(text, 0).words.map((word) => word.text);
}

describe("the words of a PowerShell command", () => {
	it("end at what separates commands", () => {
		assert.deepEqual(wordsOf(" -Uri a -OutFile 'b c'; d"), ["-Uri", "a", "-OutFile", "'b c'"]);
		assert.deepEqual(wordsOf("a | iex"), ["a"]);
		assert.deepEqual(wordsOf("a b) { c }"), ["a", "b"]);
		assert.deepEqual(wordsOf("a\nb"), ["a"]);
	});

	it("keep quotes, what they double, and brackets together", () => {
		assert.deepEqual(wordsOf("'it''s; one' \"a`\"b\" $('x;{0}' -f $y) @{ a = 1; b = ')' }"), [
			"'it''s; one'",
			'"a`"b"',
			"$('x;{0}' -f $y)",
			"@{ a = 1; b = ')' }",
		]);
		assert.deepEqual(wordsOf("'a', 'b')"), ["'a'", ",", "'b'"]);
	});

	it("end at a quote that was opened around the command, and at the end of what is never closed", () => {
		assert.deepEqual(wordsOf('a -OutFile b" && dir'), ["a", "-OutFile", "b"]);
		assert.deepEqual(wordsOf("a (b"), ["a", "(b"]);
		assert.deepEqual(wordsOf(""), []);
	});
});

describe("what PowerShell downloads", () => {
	function downloads(run: string, above = ""): readonly string[] {
		const file = parseDockerfile(`FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-c"]\n${above}RUN ${run}\n`);
		return file.stages.flatMap((stage) =>
			stage.steps.flatMap((step) =>
				powershellDownloads(step).map(({ span, address, name }) => `${file.text.slice(span.start, span.end)} | ${address ?? ""} | ${name}`),
			),
		);
	}

	it("names the address, with what the file gives its variables, and the file", () => {
		assert.deepEqual(downloads("iwr -ur https://a.b/$env:V/x -OutF C:\\\\T\\\\App.zip", "ENV V=1\n"), [
			"https://a.b/$env:V/x | https://a.b/1/x | app.zip",
		]);
		assert.deepEqual(downloads('Invoke-WebRequest "$env:URL" -OutFile $target', "ENV URL=https://a.b/c\n"), [
			'"$env:URL" | https://a.b/c | $target',
		]);
		assert.deepEqual(downloads("Invoke-WebRequest $url -OutFile x"), ["$url |  | x"]);
	});

	it("leaves out comments, functions, parameters that send, and arrays of addresses", () => {
		assert.deepEqual(downloads("function Get-It { param($u, $f) iwr $u -OutFile $f }; Get-It https://a.b/c d"), []);
		assert.deepEqual(downloads("function a { b }; iwr https://a.b/c -OutFile d"), ["https://a.b/c | https://a.b/c | d"]);
		assert.deepEqual(downloads("iwr https://a.b/c -Body x -OutFile d; iwr https://a.b/c -Me Put -OutFile d; iwr a, b -OutFile c"), []);
		assert.deepEqual(downloads("<<EOF\n# iwr https://a.b/c -OutFile d\nEOF"), []);
	});

	it("is not what the machine itself serves, or what stays nowhere", () => {
		assert.deepEqual(downloads("iwr http://localhost:8080/health -OutFile d; iwr http://127.0.0.1/x -OutFile e"), []);
		assert.deepEqual(downloads("iwr https://a.b/c -OutFile $null; iwr https://a.b/c -OutFile NUL"), []);
	});

	it("is nothing in another shell", () => {
		const file = parseDockerfile("FROM debian:12\nRUN iwr https://a.b/c -OutFile d\n");
		assert.deepEqual(powershellDownloads(file.stages[0]!.steps[0]!), []);
	});
});

describe("what becomes of a file that PowerShell downloads", () => {
	function uses(after: string): readonly (string | undefined)[] {
		const run = `RUN iwr https://a.b/c.zip -OutFile c.zip; ${after}`;
		const file = parseDockerfile(`FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-c"]\n${run}\n`);
		return file.stages.flatMap((stage) => stage.steps.flatMap((step) => powershellDownloads(step).map(powershellUse)));
	}

	it("is what the script does with it", () => {
		assert.deepEqual(uses("Expand-Archive c.zip; Remove-Item c.zip"), ["unpacked"]);
		assert.deepEqual(uses("dir"), ["kept"]);
	});

	it("is nothing where it is removed unread", () => {
		assert.deepEqual(uses("Remove-Item C.zip"), [undefined]);
		assert.deepEqual(uses("dir; del c.zip"), [undefined]);
	});
});
