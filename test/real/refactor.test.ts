import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { parseDockerfile } from "../../server/core/dockerfile/parse/parse.ts";
import { refactoringsAt } from "../../server/core/refactor/refactorings.ts";
import { applyEdits } from "../../server/core/text.ts";
import { readMarks } from "../support/marks.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";
import { needsDocker, requireAll } from "../support/requirements.ts";

/** The text without marks, and what the refactoring whose title begins so makes of it. */
function beforeAndAfter(marked: string, title: string): readonly [string, string] {
	const { text, spans } = readMarks(marked);
	const found = refactoringsAt(parseDockerfile(text), spans[0] ?? { start: 0, end: 0 }).find((each) => each.title.startsWith(title));
	assert.ok(found !== undefined, `${title} is not offered`);
	return [text, applyEdits(text, found.edits)];
}

describe("refactored files, in a real build", function () {
	this.timeout(120_000);
	let project: TemporaryProject;
	before(function () {
		requireAll(this, [needsDocker()]);
		project = temporaryProject({
			"requirements.txt": "",
			"app.py": "import sys; assert sys.prefix == '/opt/venv', sys.prefix",
			"package.json": '{"name":"a","version":"1.0.0","type":"module","scripts":{"build":"mkdir -p dist && cp src/main.js dist/"}}',
			"package-lock.json":
				'{"name":"a","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"a","version":"1.0.0"}}}',
			"src/main.js": 'import { existsSync } from "node:fs"; if (existsSync("src")) throw new Error("sources");',
		});
	});
	after(() => project?.remove());

	function build(text: string): { readonly failed: boolean; readonly log: string } {
		const args = ["buildx", "build", "--progress=plain", "--output=type=cacheonly", "-f", "-", project.folder];
		const { status, stdout, stderr } = spawnSync("docker", args, { input: text, encoding: "utf8" });
		return { failed: status !== 0, log: `${text}\n${stdout}${stderr}` };
	}

	const chain = `RUN echo 'a  b' > /x \\
    # with two blanks
    && test "$(cat /x)" = 'a  b' \\
    && cat /x | \\
       grep 'a  b' \\
    && A=1 env | grep A=1 \\
    && cd /tmp \\
    && test "$PWD" = /tmp`;

	it("a chain and its heredoc do the same, also where they fail", () => {
		const [before, after] = beforeAndAfter(`FROM debian:12\n${chain.replace("echo", "«echo»")}\n`, "Convert to a heredoc");
		assert.ok(after.includes("<<EOF"));
		for (const text of [before, after]) {
			const { failed, log } = build(text);
			assert.equal(failed, false, log);
			assert.ok(build(text.replace("test ", "false ")).failed, "a failure in the middle");
		}
		const [, chained] = beforeAndAfter("FROM debian:12\nRUN <<EOF\nset -e\n«true»\nfalse\ntrue\nEOF\n", "Convert the heredoc");
		assert.ok(build(chained).failed, chained);
	});

	it("RUNs that are merged do the same, from an image that is an argument", () => {
		const text = `FROM «debian:12»\nRUN (cd /tmp && false) || true\nRUN test "$PWD" = /\n${chain}\n`;
		const [before, named] = beforeAndAfter(text, "Extract");
		assert.equal(build(before).failed, false);
		const [, merged] = beforeAndAfter(named.replace("test ", "«test» "), "Merge 3");
		const { failed, log } = build(merged);
		assert.equal(failed, false, log);
		assert.ok(build(merged.replace("test ", "false ")).failed);
	});

	it("packages of a list are the same", () => {
		const text = [
			"FROM debian:12",
			"RUN printf '#!/bin/sh\\necho \"$*\" >> /x' > /usr/local/bin/apt-get && chmod +x /usr/local/bin/apt-get",
			"RUN apt-get install zsh «curl» \\",
			"  # why",
			"  bash && cat /x && grep '^install bash curl zsh' /x",
			"",
		].join("\n");
		const [, after] = beforeAndAfter(text, "Sort packages");
		const { failed, log } = build(after);
		assert.equal(failed, false, log);
	});

	it("Python's packages come from the environment of the build stage", () => {
		const text =
			'FROM «python:3.11-slim-bookworm»\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\nCOPY app.py .\nCMD ["python", "app.py"]\n';
		const [, after] = beforeAndAfter(text, "Split");
		const { failed, log } = build(after.replace("CMD", "RUN"));
		assert.equal(failed, false, log);
	});

	it("a program of Node.js runs without its sources and without dependencies", () => {
		const text =
			'FROM «node:22-bookworm-slim»\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY . .\nRUN npm run build\nUSER node\nCMD ["node", "dist/main.js"]\n';
		const [before, after] = beforeAndAfter(text, "Split");
		assert.ok(build(before.replace("CMD", "RUN")).failed, "the sources are there");
		const { failed, log } = build(after.replace("CMD", "RUN"));
		assert.equal(failed, false, log);
	});
});
