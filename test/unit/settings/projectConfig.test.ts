import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { lint } from "../../../server/core/lint/lint.ts";
import { configText } from "../../../server/core/settings/configText.ts";
import { readHadolintConfig } from "../../../server/core/settings/hadolintConfig.ts";
import { createProject, type LintSetup } from "../../../server/operations/project.ts";
import { diskFiles } from "../../../server/tools/files.ts";

describe("configuration of a project", () => {
	let folder: string;
	beforeEach(() => {
		folder = mkdtempSync(join(tmpdir(), "hullguard ü "));
	});
	afterEach(() => rmSync(folder, { recursive: true }));

	const write = (files: Readonly<Record<string, string>>): void => {
		for (const [path, text] of Object.entries(files)) {
			mkdirSync(dirname(join(folder, path)), { recursive: true });
			writeFileSync(join(folder, path), text);
		}
	};
	const setup = (path = "Dockerfile"): Promise<LintSetup> =>
		createProject(diskFiles).lintOptionsFor(join(folder, path), { today: "2026-01-01" });
	const messages = ({ problems }: LintSetup): readonly string[] =>
		problems.map(({ message, hint, path, range }) =>
			`${path?.slice(folder.length + 1)}:${range?.start.line}:${range?.start.character} ${message}. ${hint ?? ""}`.trim(),
		);

	it("the nearest file upward counts, and no other", async () => {
		write({
			"hullguard.yaml": "rules: { user-missing: off }",
			"a/.hullguard.yml": "rules: { user-root-last: error }",
			"a/b/Dockerfile": "",
		});
		const { options, configFiles } = await setup("a/b/Dockerfile");
		assert.equal(options.rules.get("user-root-last"), "error");
		assert.equal(options.rules.has("user-missing"), true);
		assert.deepEqual(configFiles, [join(folder, "a/.hullguard.yml")]);
	});

	it("a file builds on others, which count less", async () => {
		write({
			"hullguard.yaml": "extends: [./base.yaml, '@acme/rules']\nrules: { user-missing: hint }",
			"base.yaml": "preset: strict\nrules: { user-missing: error, user-root-last: off }",
			"node_modules/@acme/rules/hullguard.yaml": "rules: { user-root-last: info }",
		});
		const { options, problems, configFiles } = await setup();
		assert.deepEqual(problems, []);
		assert.equal(options.rules.get("user-missing"), "hint");
		assert.equal(options.rules.get("user-root-last"), "info");
		assert.equal(options.rules.has("healthcheck-missing"), true);
		assert.equal(configFiles.length, 3);
	});

	it("says which file it does not find, and where that stands", async () => {
		write({ "hullguard.yaml": "extends:\n  - ./gone.yaml\n  - nobody\n" });
		assert.deepEqual(messages(await setup()), [
			"hullguard.yaml:1:4 There is no configuration ./gone.yaml. Paths are relative to this file.",
			"hullguard.yaml:2:4 There is no configuration nobody. A package has to be installed in node_modules and hold a hullguard.yaml.",
		]);
	});

	it("keys that are maps or lists end, though they hold themselves", async () => {
		const levels = Array.from({ length: 8 }, (_, level) => {
			const below = level === 0 ? "x" : `*a${level - 1}`;
			return `a${level}: &a${level} [${Array(9).fill(below).join(", ")}]\n`;
		});
		for (const text of ["rules: &r\n  ? *r\n  : off\n", "? &r [*r]\n: 1\n", `${levels.join("")}rules:\n  ? *a7\n  : off\n`]) {
			write({ "hullguard.yaml": text });
			const { options, problems } = await setup();
			assert.equal(options.rules.has("user-missing"), true);
			assert.ok(problems.length > 0 && problems.every(({ message }) => message.length < 500), text);
		}
	});

	it("files that build on each other end", async () => {
		write({ "hullguard.yaml": "extends: ./other.yaml", "other.yaml": "extends: ./hullguard.yaml\nrules: { user-missing: off }" });
		const found = await setup();
		assert.deepEqual(messages(found), ["other.yaml:0:9 ./hullguard.yaml builds on this file itself."]);
		assert.equal(found.options.rules.has("user-missing"), false);
	});

	it("an override counts for the files that it names, by path or by name", async () => {
		write({
			"hullguard.yaml":
				"rules: { user-missing: warning }\noverrides:\n  - files: legacy/**\n    rules: { user-missing: off }\n  - files: ['*.dev']\n    preset: all\n    rules: { user-missing: info }\n",
		});
		assert.equal((await setup()).options.rules.get("user-missing"), "warning");
		assert.equal((await setup("legacy/old/Dockerfile")).options.rules.has("user-missing"), false);
		assert.equal((await setup("legacy/old/Dockerfile.dev")).options.rules.get("user-missing"), "info");
		assert.equal((await setup("x/Dockerfile.dev")).resolved.preset.name, "all");
	});

	it("what is misspelt is a problem at its key, with what was meant", async () => {
		write({
			"hullguard.yaml":
				"presett: strict\nrules: { user-mising: off, user-missing: loud }\noverrides:\n  - file: x\n  - files: x\n    rule: {}\n",
		});
		assert.deepEqual(messages(await setup()), [
			"hullguard.yaml:0:0 There is no key presett. Did you mean preset?",
			"hullguard.yaml:3:4 There is no key file. Did you mean files?",
			'hullguard.yaml:3:4 files is missing: which Dockerfiles is this for?. For example: files: ["legacy/**"]',
			"hullguard.yaml:5:4 There is no key rule. Did you mean rules?",
			"hullguard.yaml:1:41 user-missing: the severity can be off, hint, info, warning or error.",
			"hullguard.yaml:1:9 There is no rule user-mising. Did you mean user-missing?",
		]);
	});

	it("what is wrong about an option is a problem at its name or its value", async () => {
		write({
			"hullguard.yaml":
				"preset: strct\nrules:\n  user-missing: { severity: hint, foo: 1 }\n  base-image-registry-not-allowed: { registres: [a], severity: loud, registries: [1] }\n  gone: { foo: 1 }\n",
		});
		assert.deepEqual(messages(await setup()), [
			"hullguard.yaml:0:8 There is no preset strct. Did you mean strict?",
			"hullguard.yaml:2:34 user-missing has no option foo. It has severity.",
			"hullguard.yaml:3:37 base-image-registry-not-allowed has no option registres. Did you mean registries?",
			"hullguard.yaml:3:63 base-image-registry-not-allowed: the severity can be off, hint, info, warning or error.",
			"hullguard.yaml:3:81 base-image-registry-not-allowed: registries has to be a list of texts.",
			"hullguard.yaml:4:2 There is no rule gone.",
		]);
	});

	it("after a fault in the YAML nothing else is called wrong", async () => {
		write({ "hullguard.yaml": 'preset:\nrules:\n  user-missing: off\n  ["x": 1\n' });
		const found = messages(await setup());
		assert.ok(found.length > 0);
		assert.deepEqual(
			found.filter((message) => /severity can be|names none/.test(message)),
			[],
		);
	});

	it("a sub-code has a switch of its own", async () => {
		write({
			"hullguard.yaml":
				"rules:\n  gpg-key-fetch-unsafe/gone: off\n  shell-analysis/syntax-errr: off\n  shell-analysis/syntax-error: hint\n",
		});
		const found = await setup();
		assert.deepEqual(messages(found), [
			"hullguard.yaml:1:2 There is no rule gpg-key-fetch-unsafe/gone. Did you mean gpg-key-fetch-unsafe/batch?",
			"hullguard.yaml:2:2 There is no rule shell-analysis/syntax-errr. Did you mean shell-analysis/syntax-error?",
		]);
		const severities = (text: string): readonly string[] =>
			lint(text, found.options).findings.flatMap(({ code, severity }) =>
				code.startsWith("shell-analysis") ? [`${code} ${severity}`] : [],
			);
		assert.deepEqual(severities("FROM debian:12\nRUN if true; then\n"), ["shell-analysis/syntax-error hint"]);
	});

	it("anchors, aliases and merged maps count where they are used", async () => {
		write({
			"hullguard.yaml": [
				"rules: &common",
				"  user-missing: &level hint",
				"  base-image-untagged: *level",
				"  base-image-registry-not-allowed: &registries { severity: error, registries: &list [a.example] }",
				"  unused-build-stage: { severity: *level, allow: *list }",
				"overrides:",
				"  - files: &files [x/*]",
				"    rules: { <<: *common, user-missing: error }",
				"  - files: *files",
				"    rules: { <<: [{ user-root-last: off }, *common] , user-missing: error }",
				"  - &self",
				"    <<: *self",
				"    files: *nothing",
				"",
			].join("\n"),
		});
		const { options } = await setup("x/Dockerfile");
		assert.equal(options.rules.get("base-image-untagged"), "hint");
		assert.equal(options.rules.get("user-missing"), "error");
		assert.equal(options.rules.has("user-root-last"), false);
		assert.deepEqual(options.options?.["base-image-registry-not-allowed"], { registries: ["a.example"] });
		assert.deepEqual(options.options?.["unused-build-stage"], { allow: ["a.example"] });
		assert.deepEqual(messages(await setup()), [
			"hullguard.yaml:12:11 There is no anchor &nothing above this.",
			'hullguard.yaml:11:4 files is missing: which Dockerfiles is this for?. For example: files: ["legacy/**"]',
		]);
	});

	it("says what of hadolint's configuration has no counterpart", () => {
		const text =
			"failure-threshold: style\nno-fail: true\noveride: {}\nformat: json\nignored: [DL3006, SC2086, DL9999]\noverride:\n  error: [DL3007]\n";
		assert.deepEqual(readHadolintConfig(text, "x").passedOver, [
			"failure-threshold: lint with --fail-on hint",
			"no-fail: lint with --fail-on never",
			"overide, which hadolint does not know either",
			"format",
			"SC2086",
			"DL9999",
		]);
	});

	it("what is made of hadolint's configuration is read as it was meant", async () => {
		const made = configText(readHadolintConfig("label-schema: { a: text, b: email }\nstrict-labels: true\n", "x").layer);
		write({ "hullguard.yaml": made });
		const { options, problems } = await setup();
		assert.deepEqual(problems, []);
		assert.deepEqual(options.options?.["label-not-allowed"], { labels: ["a", "b"] });
	});

	it("hadolint's configuration counts where it is alone", async () => {
		const hadolint = "ignored: [DL3015]\noverride:\n  error: [DL3006]\n  style: [DL4006]\n";
		write({ ".hadolint.yaml": hadolint });
		const alone = await setup("a/Dockerfile");
		assert.equal(alone.options.rules.has("apt-install-recommends"), false);
		assert.equal(alone.options.rules.get("base-image-untagged"), "error");
		assert.equal(alone.options.rules.get("pipefail-missing"), "hint");
		write({ "hullguard.yaml": "" });
		assert.equal((await setup("a/Dockerfile")).options.rules.has("apt-install-recommends"), true);
	});

	it("tells who had the last word", async () => {
		write({ "hullguard.yaml": "preset: strict\nrules:\n  user-*: error\n" });
		const { resolved } = await setup();
		assert.deepEqual(resolved.preset, { name: "strict", source: "hullguard.yaml" });
		const origin = resolved.origins.get("user-missing");
		assert.equal(origin?.pattern, "user-*");
		assert.equal(origin?.range?.start.line, 2);
		assert.equal(resolved.origins.has("healthcheck-missing"), false);
	});
});
