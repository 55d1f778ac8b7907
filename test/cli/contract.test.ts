import assert from "node:assert/strict";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";

type Json = Readonly<Record<string, unknown>>;

const BAD = "FROM debian:12\nRUN apt-get update && apt-get install curl\nADD https://example.org/x /x\nUSER 1000:1000\n";
const CLEAN = "FROM scratch\nUSER 1000:1000\n";

function keys(value: unknown): readonly string[] {
	assert.ok(typeof value === "object" && value !== null, `${JSON.stringify(value)} is no object`);
	return Object.keys(value).sort();
}

function list(value: unknown): readonly Json[] {
	assert.ok(Array.isArray(value), `${JSON.stringify(value)} is no list`);
	return value as readonly Json[];
}

function assertRange(value: unknown): void {
	assert.deepEqual(keys(value), ["end", "start"]);
	for (const position of Object.values(value as object)) {
		assert.deepEqual(keys(position), ["character", "line"]);
		for (const number of Object.values(position as object)) assert.ok(Number.isInteger(number) && (number as number) >= 0);
	}
}

function assertFix(fix: Json): void {
	const { title, safety, edits, needs, ...rest } = fix;
	assert.equal(typeof title, "string");
	assert.ok(["safe", "review", "lookup"].includes(String(safety)), String(safety));
	for (const edit of list(edits)) {
		assert.deepEqual(keys(edit), ["newText", "range"]);
		assertRange(edit["range"]);
	}
	assert.equal(needs !== undefined, safety === "lookup", "what is looked up is named, and only there");
	assert.deepEqual(
		Object.keys(rest).filter((key) => key !== "note"),
		[],
	);
}

/** A JSON document on standard output: a contract from the first release on. */
describe("JSON of the command line", () => {
	let workspace: Workspace;
	beforeEach(() => {
		workspace = temporaryWorkspace({ Dockerfile: BAD, "clean/Dockerfile": CLEAN });
	});
	afterEach(() => workspace.remove());
	const json = async (...args: readonly string[]): Promise<Json> =>
		JSON.parse((await hullguard(args, { folder: workspace.folder })).stdout) as Json;

	it("lint: files, their findings, problems", async () => {
		const report = await json("lint", "Dockerfile", "clean", "gone", "--format", "json", "--preset", "all");
		assert.deepEqual(keys(report), ["files", "problems"]);
		const files = list(report["files"]);
		assert.deepEqual(
			files.map((file) => [file["path"], keys(file)]),
			[
				["Dockerfile", ["findings", "path"]],
				["clean/Dockerfile", ["findings", "path"]],
			],
		);
		const findings = files.flatMap((file) => list(file["findings"]));
		const safeties = new Set<unknown>();
		for (const finding of findings) {
			assert.deepEqual(
				keys(finding).filter((key) => !["code", "related"].includes(key)),
				["fixes", "help", "message", "range", "rule", "severity"],
			);
			assert.ok(["error", "warning", "info", "hint"].includes(String(finding["severity"])));
			assertRange(finding["range"]);
			for (const fix of list(finding["fixes"])) {
				assertFix(fix);
				safeties.add(fix["safety"]);
			}
		}
		assert.deepEqual([...safeties].sort(), ["lookup", "review", "safe"], "the example has a fix of each kind");
		const [problem] = list(report["problems"]);
		assert.deepEqual(
			[problem?.["kind"], problem?.["message"], typeof problem?.["hint"]],
			["file", "There is no file or folder gone", "string"],
		);
	});

	it("lint: a document also when there is nothing to check", async () => {
		workspace.write("empty/notes.txt", "");
		const report = await json("lint", "empty", "--format", "json");
		assert.deepEqual([report["files"], list(report["problems"]).length], [[], 1]);
	});

	it("rules: the number that the text has, each with all its metadata, ids unique", async () => {
		const rules = list((await json("rules", "--format", "json"))["rules"]);
		const ids = rules.map((rule) => rule["id"]);
		assert.equal(new Set(ids).size, ids.length);
		const text = (await hullguard(["rules"])).stdout;
		assert.match(text, new RegExp(`\\n${ids.length} rules\\n$`));
		for (const rule of rules) {
			for (const key of ["id", "title", "category", "severity", "preset", "why", "remedy", "examples", "fix", "help"])
				assert.ok(key in rule, `${String(rule["id"])} has no ${key}`);
		}
		const strict = list((await json("rules", "--format", "json", "--preset", "strict"))["rules"]);
		const recommended = list((await json("rules", "--format", "json", "--preset", "recommended"))["rules"]);
		assert.ok(recommended.length < strict.length && strict.length <= rules.length);
	});

	it("parse: the error with its line, and the instructions up to it", async () => {
		workspace.write("broken/Dockerfile", "FROM a\nRUN <<EOF\nnever ends\n");
		const structure = await json("parse", "broken/Dockerfile");
		assert.deepEqual(keys(structure["error"]), ["line", "message"]);
		assert.equal((structure["error"] as Json)["line"], 2);
	});

	it("parse: paths on standard input, problems on standard error, the others printed", async () => {
		const { stdout, stderr, code } = await hullguard(["parse", "--files-from", "-"], {
			folder: workspace.folder,
			input: "clean/Dockerfile\r\ngone\n\nDockerfile\n",
		});
		assert.deepEqual(
			stdout
				.trim()
				.split("\n")
				.map((line) => (JSON.parse(line) as Json)["path"]),
			["clean/Dockerfile", "Dockerfile"],
		);
		assert.match(stderr, /gone cannot be read: it is not there/);
		assert.equal(code, 2);
	});

	it("scan: a document also when it could not be done", async () => {
		const environment = { PATH: workspace.folder, DOCKER_HOST: "unix:///nowhere/docker.sock" };
		const { stdout, code, stderr } = await hullguard(["scan", "debian:12", "--format", "json"], { folder: workspace.folder, environment });
		const report = JSON.parse(stdout) as Json;
		assert.deepEqual([code, report["image"], report["findings"]], [2, null, []]);
		const [problem] = list(report["problems"]);
		assert.deepEqual([problem?.["kind"], typeof problem?.["hint"]], ["notFound", "string"]);
		assert.ok(stderr.includes(String(problem?.["message"])), "and on standard error");
	});
});

describe("exit codes", () => {
	let workspace: Workspace;
	before(() => {
		workspace = temporaryWorkspace({ Dockerfile: BAD, "clean/Dockerfile": CLEAN });
	});
	after(() => workspace.remove());

	const cases: readonly (readonly [number, readonly string[]])[] = [
		[0, ["lint", "clean"]],
		[1, ["lint", "Dockerfile"]],
		[0, ["lint", "Dockerfile", "--fail-on", "never"]],
		[1, ["lint", "Dockerfile", "--fail-on", "hint"]],
		[2, ["lint", "gone"]],
		[2, ["lint", "gone", "Dockerfile"]],
		[2, ["lint", "--fail-on", "fatal"]],
		[2, ["fix", "gone"]],
		[0, ["fix", "--diff", "Dockerfile"]],
		[1, ["fix", "--check", "Dockerfile"]],
		[0, ["fix", "--check", "clean"]],
		[2, ["pin", "gone"]],
		[0, ["pin", "clean"]],
		[0, ["rules"]],
		[2, ["rules", "extra"]],
		[0, ["explain", "user-missing"]],
		[2, ["explain", "nothing-of-the-kind"]],
		[0, ["parse", "Dockerfile"]],
		[2, ["parse"]],
		[2, ["scan"]],
		[2, ["scan", "debian:12", "-f", "gone"]],
		[2, ["vex", "create", "CVE-2021-23337"]],
		[2, ["vex"]],
		[2, ["nothing"]],
		[0, ["--version"]],
		[0, ["lint", "--help"]],
	];
	for (const [expected, args] of cases) {
		it(`${expected}: hullguard ${args.join(" ")}`, async () => {
			const { code, stderr, stdout } = await hullguard(args, { folder: workspace.folder });
			assert.equal(code, expected, stderr);
			assert.equal(stderr.includes("Internal error"), false, stderr);
			if (expected === 2) assert.match(stderr, /^hullguard: /m);
			assert.equal(stdout.includes("\u001b"), false);
		});
	}
});
