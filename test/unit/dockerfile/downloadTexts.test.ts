import assert from "node:assert/strict";
import { downloadsOf } from "../../../server/core/dockerfile/downloads/downloads.ts";
import { downloadName } from "../../../server/core/dockerfile/downloads/downloadTexts.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function nameIn(run: string, most?: number): string | undefined {
	const [download] = downloadsOf(parseDockerfile(`FROM debian:12\nRUN ${run}\n`).stages[0]!.steps[0]!);
	return download === undefined ? undefined : downloadName(download, most);
}

describe("what a download is called in a message", () => {
	const cases: Readonly<Record<string, string>> = {
		"curl -o x.zip https://a.b/app.zip": "app.zip from a.b",
		"curl -o x.zip https://a.b/app.zip/download": "x.zip from a.b",
		"curl https://a.b/app.zip/download": "download from a.b",
		'curl -o x.zip "https://a.b/$FILE"': "x.zip from a.b",
		"curl https://a.b/": "a file from a.b",
		"curl https://a.b/{c,d}": "files from a.b",
		"curl https://repository.example.com/Miniconda3-latest-Linux-x86_64.sh": "Miniconda3-latest-Linux-x86_64.sh from ….example.com",
	};
	for (const [run, name] of Object.entries(cases)) {
		it(run, () => assert.equal(nameIn(run), name));
	}

	it("uses the room that there is", () => {
		const run = "curl https://repository.example.com/Miniconda3-latest-Linux-x86_64.sh";
		assert.equal(nameIn(run, 80), "Miniconda3-latest-Linux-x86_64.sh from repository.example.com");
		assert.equal(nameIn(`${run}${"x".repeat(200)}`, 80)?.length, 78);
	});
});
