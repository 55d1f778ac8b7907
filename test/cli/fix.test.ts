import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { corpusFiles } from "../support/corpus.ts";

const BAD = 'FROM debian:12\nRUN apt-get update && apt-get install curl\nMAINTAINER me\nCMD ["a"]';

describe("hullguard fix, as a tool among others", () => {
	let workspace: Workspace;
	beforeEach(() => {
		workspace = temporaryWorkspace({ "a b/Dockerfile": BAD, "clean/Dockerfile": "FROM scratch\nUSER 1:1\n" });
	});
	afterEach(() => workspace.remove());
	const text = (): string => readFileSync(workspace.path("a b/Dockerfile"), "utf8");
	const fix = (...args: readonly string[]) => hullguard(["fix", ...args], { folder: workspace.folder });

	const apply = (diff: string): void => {
		execFileSync("git", ["apply", "--whitespace=nowarn", "-"], { cwd: workspace.folder, input: diff });
	};

	it("--diff is what `git apply` makes of the file, also without a final line feed", async () => {
		const { stdout, stderr } = await fix("--diff");
		assert.equal(text(), BAD);
		assert.match(stdout, /\\ No newline at end of file/);
		assert.match(stderr, /in 1 file, nothing written;/);
		apply(stdout);
		const applied = text();
		workspace.write("a b/Dockerfile", BAD);
		await fix();
		assert.equal(text(), applied);
		assert.notEqual(applied, BAD);
	});

	it("--review repairs more than without", async () => {
		const count = async (...args: readonly string[]) => Number(/(\d+) repairs? in/.exec((await fix("--check", ...args)).stdout)?.[1] ?? 0);
		assert.ok((await count("--review")) > (await count()));
	});

	it("--check fails no more after a repair", async () => {
		assert.equal((await fix("--check")).code, 1);
		await fix();
		assert.equal((await fix("--check")).code, 0);
	});

	it("names each repair with its file and rule", async () => {
		assert.match((await fix()).stdout, /^a b\/Dockerfile: Add -y \[apt-install-without-yes\]$/m);
	});

	it("gives diffs that `git apply` takes for every file of the corpus", async function () {
		this.timeout(120_000);
		const files = corpusFiles().slice(0, 400);
		files.forEach(({ text: content }, index) => {
			workspace.write(`corpus/${index}/Dockerfile`, content);
		});
		const { stdout } = await fix("--diff", "--review", "corpus");
		apply(stdout);
		const patched = files.map((_, index) => readFileSync(workspace.path(`corpus/${index}/Dockerfile`), "utf8"));
		files.forEach(({ text: content }, index) => {
			workspace.write(`corpus/${index}/Dockerfile`, content);
		});
		await fix("--review", "corpus");
		files.forEach((_, index) => {
			assert.equal(readFileSync(workspace.path(`corpus/${index}/Dockerfile`), "utf8"), patched[index], `file ${index}`);
		});
		assert.ok(patched.some((content, index) => content !== files[index]?.text));
	});
});
