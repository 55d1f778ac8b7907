import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { needsNode20, node20, requireAll } from "../support/requirements.ts";

const BAD = "FROM debian:12\nRUN apt-get update && apt-get install curl\nUSER 1000:1000\n";

interface JsonReport {
	readonly files: readonly {
		readonly path: string;
		readonly findings: readonly {
			readonly rule: string;
			readonly severity: string;
			readonly message: string;
			readonly range: {
				readonly start: { readonly line: number; readonly character: number };
				readonly end: { readonly line: number; readonly character: number };
			};
			readonly fixes: readonly {
				readonly title: string;
				readonly safety: string;
				readonly edits: readonly unknown[];
				readonly needs?: unknown;
			}[];
			readonly help: string;
		}[];
	}[];
	readonly problems: readonly { readonly kind: string; readonly message: string; readonly hint?: string }[];
}

describe("hullguard lint", () => {
	let workspace: Workspace;
	beforeEach(() => {
		workspace = temporaryWorkspace({
			Dockerfile: BAD,
			"api/Containerfile": "FROM scratch\nUSER 1:1\n",
			"api/worker.dockerfile": "FROM scratch\nUSER 1:1\n",
			"api/Dockerfile.dockerignore": "*\n",
			"build/out/Dockerfile": BAD,
			"node_modules/x/Dockerfile": BAD,
			".gitignore": "build/\n",
		});
	});
	afterEach(() => workspace.remove());

	const json = (stdout: string): JsonReport => JSON.parse(stdout) as JsonReport;

	it("finds Dockerfiles, Containerfiles, *.dockerfile and their ignore files below the folder, except what .gitignore leaves out", async () => {
		const { stdout } = await hullguard(["lint", "--format", "json"], { folder: workspace.folder });
		assert.deepEqual(
			json(stdout).files.map((file) => file.path),
			["Dockerfile", "api/Containerfile", "api/Dockerfile.dockerignore", "api/worker.dockerfile"],
		);
	});

	it("gives findings with zero-based ranges, fixes and help", async () => {
		const { stdout, code } = await hullguard(["lint", "--format", "json", "Dockerfile"], { folder: workspace.folder });
		const found = json(stdout).files[0]?.findings.find((finding) => finding.rule === "apt-install-without-yes");
		assert.equal(code, 1);
		assert.deepEqual(found?.range, { start: { line: 1, character: 30 }, end: { line: 1, character: 37 } });
		assert.deepEqual(found?.fixes, [
			{
				title: "Add -y",
				safety: "safe",
				edits: [{ range: { start: { line: 1, character: 37 }, end: { line: 1, character: 37 } }, newText: " -y" }],
			},
		]);
		assert.match(found?.help ?? "", /^https:/);
		const pin = json(stdout).files[0]?.findings.find((finding) => finding.rule === "base-image-digest-missing")?.fixes[0];
		assert.deepEqual(
			[pin?.safety, pin?.edits, pin?.needs],
			["lookup", [], { kind: "imageDigest", reference: "docker.io/library/debian:12" }],
		);
	});

	it("ends with the code that --fail-on asks for", async () => {
		const code = async (...args: readonly string[]) =>
			(await hullguard(["lint", "Dockerfile", ...args], { folder: workspace.folder })).code;
		assert.equal(await code(), 1);
		assert.equal(await code("--fail-on", "error"), 1);
		assert.equal(await code("--fail-on", "never"), 0);
		workspace.write("Dockerfile", "FROM debian:12\nUSER 1000:1000\n");
		assert.equal(await code(), 0);
		assert.equal(await code("--fail-on", "info"), 1);
	});

	it("shows the line with carets, and one summary line at the end", async () => {
		const { stdout } = await hullguard(["lint", "Dockerfile"], { folder: workspace.folder });
		assert.match(stdout, /^Dockerfile:2:31: error: apt-get install without -y can stop at a question \[apt-install-without-yes\]$/m);
		assert.match(stdout, /^ {2}2 \| RUN apt-get update && apt-get install curl\n {4}\| {31}\^{7}$/m);
		assert.match(stdout, /\n\d+ findings in 1 file: 1 error.*\n$/);
	});

	it("colours on wish, and never with NO_COLOR", async () => {
		const coloured = await hullguard(["lint", "Dockerfile"], { folder: workspace.folder, environment: { NO_COLOR: "", FORCE_COLOR: "1" } });
		assert.ok(coloured.stdout.includes("\u001b[31m"));
		const plain = await hullguard(["lint", "Dockerfile"], { folder: workspace.folder, environment: { NO_COLOR: "1", FORCE_COLOR: "1" } });
		assert.ok(!plain.stdout.includes("\u001b"));
	});

	it("reads standard input under the name that is given, with that folder's configuration", async () => {
		workspace.write("api/hullguard.yaml", "rules:\n  apt-install-without-yes: off\n");
		const { stdout } = await hullguard(["lint", "-", "--stdin-filename", "api/Dockerfile", "--format", "json"], {
			folder: workspace.folder,
			input: BAD,
		});
		const [file] = json(stdout).files;
		assert.equal(file?.path, "api/Dockerfile");
		assert.ok(file?.findings.length !== 0);
		assert.ok(file?.findings.every((finding) => finding.rule !== "apt-install-without-yes"));
	});

	it("lets flags win over the configuration file", async () => {
		workspace.write("hullguard.yaml", "preset: strict\n");
		const severity = async (...args: readonly string[]) =>
			json(
				(await hullguard(["lint", "Dockerfile", "--format", "json", ...args], { folder: workspace.folder })).stdout,
			).files[0]?.findings.find((finding) => finding.rule === "base-image-digest-missing")?.severity;
		assert.equal(await severity(), "warning");
		assert.equal(await severity("--preset", "recommended"), "info");
	});

	it("says what is wrong in a configuration file, where, and what was meant", async () => {
		workspace.write("hullguard.yaml", "preset: strikt\nrule:\n  a: off\nrules:\n  apt-install-without-yess: off\n  user-missing: loud\n");
		const { code, stderr } = await hullguard(["lint", "Dockerfile"], { folder: workspace.folder });
		assert.equal(code, 2);
		assert.match(stderr, /hullguard\.yaml:1:9: There is no preset strikt/);
		assert.match(stderr, /hullguard\.yaml:2:1: There is no key rule\n {2}Did you mean rules\?/);
		assert.match(stderr, /There is no rule apt-install-without-yess\n {2}Did you mean apt-install-without-yes\?/);
		assert.match(stderr, /user-missing: the severity can be off, hint, info, warning or error/);
	});

	it("says which file is not there, and goes on with the others", async () => {
		const { code, stdout, stderr } = await hullguard(["lint", "gone", "Dockerfile", "--format", "json"], { folder: workspace.folder });
		assert.equal(code, 2);
		assert.equal(json(stdout).files.length, 1);
		assert.deepEqual(
			json(stdout).problems.map(({ kind, message }) => [kind, message]),
			[["file", "There is no file or folder gone"]],
		);
		assert.match(stderr, /There is no file or folder gone/);
	});

	it("refuses wrong words with a hint", async () => {
		assert.match((await hullguard(["lnt"])).stderr, /There is no command lnt\n {2}Did you mean lint\?/);
		assert.match(
			(await hullguard(["lint", "--format", "xml"])).stderr,
			/--format can be text, json, sarif, github, gitlab, junit, checkstyle, markdown, not xml\n/,
		);
		assert.match((await hullguard(["lint", "--nope"])).stderr, /Unknown option '--nope'/);
		assert.equal((await hullguard(["lint", "--nope"])).code, 2);
	});

	it("works on Node 20 as on Node 24", async function () {
		requireAll(this, [needsNode20()]);
		const old = await hullguard(["lint", "Dockerfile", "--format", "json"], { folder: workspace.folder, node: node20() ?? "" });
		const now = await hullguard(["lint", "Dockerfile", "--format", "json"], { folder: workspace.folder });
		assert.deepEqual([old.code, old.stdout], [now.code, now.stdout]);
	});

	it("checks thousands of files in one process", async () => {
		for (let index = 0; index < 3000; index++) workspace.write(`many/${index}/Dockerfile`, BAD);
		const { stdout } = await hullguard(["lint", "many", "--format", "json"], { folder: workspace.folder });
		assert.equal(json(stdout).files.length, 3000);
	});
});

describe("hullguard fix", () => {
	let workspace: Workspace;
	beforeEach(() => {
		workspace = temporaryWorkspace({ Dockerfile: BAD });
	});
	afterEach(() => workspace.remove());
	const text = (): string => readFileSync(workspace.path("Dockerfile"), "utf8");

	it("applies what is safe, and nothing a second time", async () => {
		assert.equal((await hullguard(["fix"], { folder: workspace.folder })).code, 0);
		const once = text();
		assert.match(once, /apt-get install -y curl/);
		assert.doesNotMatch(once, /no-install-recommends/);
		await hullguard(["fix"], { folder: workspace.folder });
		assert.equal(text(), once);
	});

	it("shows a diff that `git apply` takes, and writes nothing", async () => {
		const { stdout, code } = await hullguard(["fix", "--diff"], { folder: workspace.folder });
		assert.equal(code, 0);
		assert.match(stdout, /^--- a\/Dockerfile\n\+\+\+ b\/Dockerfile\n@@ -1,3 \+1,\d @@\n/);
		assert.equal(text(), BAD);
	});

	it("only says so with --check", async () => {
		const { code, stdout } = await hullguard(["fix", "--check"], { folder: workspace.folder });
		assert.equal(code, 1);
		assert.match(stdout, /^Dockerfile: Add -y \[apt-install-without-yes\]$/m);
		assert.match(stdout, /^\d repairs? in 1 file, nothing written; .*\n$/m);
		assert.equal(text(), BAD);
	});

	it("answers on standard output for a text from standard input", async () => {
		const { stdout } = await hullguard(["fix", "-"], { folder: workspace.folder, input: BAD });
		assert.match(stdout, /install -y curl/);
	});
});

describe("hullguard rules, explain, parse", () => {
	it("lists every rule with all that is known of it", async () => {
		const { stdout } = await hullguard(["rules", "--format", "json"]);
		const { rules } = JSON.parse(stdout) as { readonly rules: readonly Record<string, unknown>[] };
		assert.ok(rules.length >= 45);
		for (const rule of rules)
			for (const key of [
				"id",
				"title",
				"category",
				"severity",
				"preset",
				"needs",
				"since",
				"equivalents",
				"why",
				"remedy",
				"references",
				"examples",
				"fix",
				"help",
			])
				assert.ok(key in rule, `${String(rule["id"])} has no ${key}`);
	});

	it("explains a rule, and knows what was meant", async () => {
		const { stdout } = await hullguard(["explain", "apt-install-without-yes"]);
		assert.match(stdout, /^apt-install-without-yes: apt-get waits for an answer that nobody gives\n/);
		assert.match(stdout, /^ {2}RUN apt-get update && apt-get install curl\n {32}\^{7}$/m);
		assert.match(stdout, /\nRepaired\n {2}FROM debian:12\n {2}RUN apt-get update && apt-get install -y curl\n/);
		const wrong = await hullguard(["explain", "apt-install-without-yess"]);
		assert.deepEqual([wrong.code, /Did you mean apt-install-without-yes\?/.test(wrong.stderr)], [2, true]);
	});

	it("prints the structure of files, one JSON object a line, in the order given", async () => {
		const workspace = temporaryWorkspace({
			a: "# escape=`\nFROM x\nRUN <<E\na\nE\n",
			b: 'FROM y\nCMD ["a", "b"]\nONBUILD COPY --from=x a b\nRUN c \\\n  d\n',
		});
		try {
			const { stdout, code } = await hullguard(["parse", "--files-from", "-"], { folder: workspace.folder, input: "b\na\n" });
			assert.equal(code, 0);
			const [b, a] = stdout
				.trim()
				.split("\n")
				.map((line) => JSON.parse(line) as unknown);
			assert.deepEqual(b, {
				path: "b",
				escape: "\\",
				directives: [],
				instructions: [
					{ keyword: "FROM", start: 1, end: 1, text: "y" },
					{ keyword: "CMD", start: 2, end: 2, json: true, args: ["a", "b"] },
					{ keyword: "ONBUILD", start: 3, end: 3, flags: ["--from=x"], text: "a b", sub: "COPY" },
					{ keyword: "RUN", start: 4, end: 5, text: "c   d" },
				],
			});
			assert.deepEqual(a, {
				path: "a",
				escape: "`",
				directives: [{ name: "escape", value: "`", line: 1 }],
				instructions: [
					{ keyword: "FROM", start: 2, end: 2, text: "x" },
					{ keyword: "RUN", start: 3, end: 5, text: "<<E", heredocs: [{ name: "E", expand: true, strip: false, fd: 0, start: 4, end: 5 }] },
				],
			});
			assert.equal((await hullguard(["parse", "gone"], { folder: workspace.folder })).code, 2);
		} finally {
			workspace.remove();
		}
	});
});
