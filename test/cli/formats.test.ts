import assert from "node:assert/strict";
import { hullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";

const BAD = "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl <x\nUSER 1:1\nMAINTAINER a & b\n";

describe("formats of reports", () => {
	let workspace: Workspace;
	before(() => {
		workspace = temporaryWorkspace({
			"a, b/Dockerfile": BAD,
			"clean/Dockerfile": "FROM scratch\nUSER 1000:1000\n",
			"hullguard.yaml": "rules: { '*': off, maintainer-deprecated: error }\n",
		});
	});
	after(() => workspace.remove());
	const report = async (format: string, ...paths: readonly string[]): Promise<string> =>
		(await hullguard(["lint", "--format", format, ...paths], { folder: workspace.folder })).stdout;

	it("GitHub: one command for each finding, with escaped names", async () => {
		assert.match(
			await report("github"),
			/^::error file=a%2C b\/Dockerfile,line=4,endLine=4,col=1,endColumn=11,title=hullguard%3A maintainer-deprecated::MAINTAINER is deprecated/m,
		);
	});

	it("GitLab: issues with fingerprints that differ, and that stay when lines move", async () => {
		const issues = JSON.parse(await report("gitlab")) as {
			fingerprint: string;
			severity: string;
			location: { path: string; positions: { begin: { line: number } } };
		}[];
		assert.equal(new Set(issues.map(({ fingerprint }) => fingerprint)).size, issues.length);
		const [first] = issues;
		assert.deepEqual([first?.severity, first?.location.path, first?.location.positions.begin.line], ["critical", "a, b/Dockerfile", 4]);
		const moved = temporaryWorkspace({
			"a, b/Dockerfile": `# moved\n${BAD}`,
			"hullguard.yaml": "rules: { '*': off, maintainer-deprecated: error }\n",
		});
		try {
			const after = JSON.parse((await hullguard(["lint", "--format", "gitlab"], { folder: moved.folder })).stdout) as typeof issues;
			assert.deepEqual(
				after.map(({ fingerprint }) => fingerprint),
				issues.map(({ fingerprint }) => fingerprint),
			);
		} finally {
			moved.remove();
		}
	});

	it("GitLab: no finding is an empty list", async () => assert.equal(await report("gitlab", "clean"), "[]\n"));

	it("Checkstyle and JUnit: XML with escaped texts", async () => {
		assert.match(
			await report("checkstyle"),
			/<file name="a, b\/Dockerfile">\n<error line="4" column="1" severity="error" message="MAINTAINER is/,
		);
		const junit = await report("junit");
		assert.match(junit, /<testsuite name="a, b\/Dockerfile" tests="1" failures="1" errors="0">/);
		assert.match(junit, /<testcase name="clean\/Dockerfile" classname="hullguard"\/>/);
		for (const text of [junit, await report("checkstyle")]) assert.equal(tagsOf(text), "");
	});

	it("Markdown: a table, and one line that sums up", async () => {
		const text = await report("markdown");
		assert.match(text, /^### `a, b\/Dockerfile`\n\n\| Line \|/);
		assert.match(text, /1 finding in 2 files\.\n$/);
	});

	it("rules as Markdown", async () => {
		assert.match(
			(await hullguard(["rules", "--format", "markdown"])).stdout,
			/\| \[user-missing\]\(https:[^)]*\) \| warning \| recommended \| review \|/,
		);
	});
});

describe("hullguard config", () => {
	let workspace: Workspace;
	before(() => {
		workspace = temporaryWorkspace({
			"hullguard.yaml": "preset: strict\nrules:\n  user-missing: error\n  user-root-last: off\n",
			"other/.hadolint.yaml": "ignored: [DL3015]\noverride:\n  error: [DL3006]\n",
			"broken/hullguard.yaml": "preset: strickt\n",
		});
	});
	after(() => workspace.remove());
	const call = (...args: readonly string[]) => hullguard(["config", ...args], { folder: workspace.folder });

	it("shows what runs, and who said so", async () => {
		const { stdout, code } = await call("show", "Dockerfile");
		assert.equal(code, 0);
		assert.match(stdout, /^Preset: strict \(hullguard\.yaml\)$/m);
		assert.match(stdout, /^user-missing +error +hullguard\.yaml:3$/m);
		assert.match(stdout, /^user-root-last +off +hullguard\.yaml:4$/m);
		assert.match(stdout, /^healthcheck-missing +info +preset strict$/m);
	});

	it("the same as JSON, with every rule", async () => {
		const { rules } = JSON.parse((await call("show", "--format", "json")).stdout) as {
			rules: { rule: string; severity: string; source: string }[];
		};
		assert.deepEqual(
			rules.find(({ rule }) => rule === "user-missing"),
			{ rule: "user-missing", severity: "error", options: {}, source: "hullguard.yaml:3" },
		);
	});

	it("says what is wrong in a file, and where", async () => {
		const { stderr, code } = await call("show", "broken/Dockerfile");
		assert.equal(code, 2);
		assert.match(stderr, /hullguard\.yaml:1:9: There is no preset strickt/);
	});

	it("takes over hadolint's configuration, and what it prints says the same", async () => {
		const { stdout } = await call("import", "other/.hadolint.yaml");
		assert.equal(stdout, "# Made from .hadolint.yaml\nrules:\n  base-image-untagged: error\n  apt-install-recommends: off\n");
		assert.equal((await call("import")).code, 2);
	});
});

/** What is left of an XML text when pairs of tags are taken away, innermost first; nothing of one that is well formed. */
function tagsOf(text: string): string {
	let rest = [...text.matchAll(/<[^?>]*>/g)].map(([tag]) => (tag.endsWith("/>") ? "" : tag.replace(/ .*>$/, ">"))).join("");
	for (let before = ""; before !== rest; ) {
		before = rest;
		rest = rest.replace(/<([a-z]+)><\/\1>/g, "");
	}
	return rest;
}
