import assert from "node:assert/strict";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { fixAll } from "../../../server/core/lint/fix.ts";
import { silencing } from "../../../server/core/lint/ignore.ts";
import { type LintResult, lint } from "../../../server/core/lint/lint.ts";
import { suppressionsOf } from "../../../server/core/lint/suppressions.ts";
import { RULES } from "../../../server/core/rules/registry.ts";
import { applyEdits } from "../../../server/core/text.ts";

const rules = new Map(RULES.map(({ id, severity }) => [id, severity] as const));
const UNUSED = "suppression-unused-or-unknown";

function linted(text: string): LintResult {
	return lint(text, { rules, today: "2026-11-22" });
}

/** The one-based lines on which a rule finds something. */
function linesOf(text: string, rule: string): readonly number[] {
	return linted(text).findings.flatMap((finding) => (finding.rule === rule ? [finding.range.start.line + 1] : []));
}

describe("suppressions of our own form", () => {
	const install = (comment: string): string => `FROM debian:12\n${comment}\nRUN apt-get update && apt-get install curl\n`;
	for (const [name, comment, counts] of [
		["a reason that names a date", '# hullguard-ignore apt-install-without-yes reason="fixed until=2020-01-01 maybe"', true],
		["a date behind the reason", '# hullguard-ignore apt-install-without-yes reason="a b" until=2020-01-01', false],
		["a date in quotes", '# hullguard-ignore apt-install-without-yes until="2020-01-01"', false],
		["no date", "# hullguard-ignore apt-install-without-yes until=2026-13-99", true],
		["words behind dashes", "# hullguard-ignore apt-install-without-yes -- the proxy answers", true],
		["words behind a number sign", "# hullguard-ignore apt-install-without-yes # the proxy answers", true],
	] as const)
		it(`count: ${name}`, () => assert.deepEqual(linesOf(install(comment), "apt-install-without-yes"), counts ? [] : [3]));

	it("hold the reason, however it is written", () => {
		for (const reason of ['reason="a b"', "reason='a b'", "reason=a b until=2027-01-01", "-- a b", "# a b"]) {
			const [suppression] = suppressionsOf(parseDockerfile(install(`# hullguard-ignore sudo-in-run ${reason}`)));
			assert.equal(suppression?.reason, "a b", reason);
		}
	});

	it("do not count for the file below the first instruction", () => {
		const late = install("# hullguard-ignore-file apt-install-without-yes");
		assert.deepEqual([linesOf(late, "apt-install-without-yes"), linesOf(late, UNUSED)], [[3], [2]]);
	});

	it("are not looked at where the file says so", () => {
		const text = `# hullguard-ignore-file ${UNUSED}\nFROM debian:12\n# hullguard-ignore no-such-rule\nRUN true\n`;
		assert.deepEqual(linesOf(text, UNUSED), []);
		assert.deepEqual(linesOf(text.replace("no-such-rule", "base-image-digest-missing").replace("# hull", "# no"), UNUSED), [3]);
		assert.deepEqual(linesOf(`FROM debian:12\n# hullguard-ignore ${UNUSED}\nRUN true\n`, UNUSED), [2]);
	});

	it("of sub-codes that are off cannot show whether they are needed", () => {
		const text = (id: string): string => `FROM debian:12\n# hullguard-ignore ${id}\nRUN cat /etc/passwd > a\n`;
		const unused = (id: string): boolean =>
			lint(text(id), { rules, codes: new Map([["shell-analysis/useless-cat", "off"]]) }).findings.some(({ rule }) => rule === UNUSED);
		assert.deepEqual(["shell-analysis/useless-cat", "shell-analysis", "shell-analysis/other"].map(unused), [false, false, true]);
	});

	it("are not removed where a directive would appear", () => {
		for (const above of [
			"# hullguard-ignore-file sudo-in-run\n",
			"# hullguard-ignore-file sudo-in-run\n# hullguard-ignore-file no-such-rule\n",
		]) {
			const text = `${above}# escape=\`\nFROM debian:12\nRUN echo a \\\n  && echo b\nUSER 1\n`;
			const only = {
				rules: new Map([
					[UNUSED, "hint"],
					["sudo-in-run", "warning"],
				] as const),
			};
			assert.equal(fixAll(text, only).text, text);
			assert.equal(fixAll(text.replace("# escape", "\n# a"), only).text, text.replace(above, "").replace("# escape", "\n# a"));
		}
	});
});

describe("suppressions of other tools", () => {
	const RUN = "RUN apt-get update && apt-get install curl";
	const YES = "apt-install-without-yes";
	for (const [name, text, rule, lines] of [
		["tally, hadolint's id", `FROM debian:12\n# tally ignore=hadolint/DL3014\n${RUN}\n`, YES, []],
		["tally, bare id", `FROM debian:12\n# tally ignore=DL3014;reason=x\n${RUN}\n`, YES, []],
		["tally, all", `FROM debian:12\n# tally ignore=all\n${RUN}\n`, YES, []],
		["tally, BuildKit's id", "FROM debian:12\n# tally global ignore=buildkit/JSONArgsRecommended\nCMD a b\n", "exec-form-preferred", []],
		["tally, BuildKit's bare id", "FROM debian:12\n# tally ignore=JSONArgsRecommended\nCMD a b\n", "exec-form-preferred", []],
		["hadolint, ShellCheck's code", "FROM debian:12\n# hadolint ignore=SC3010,DL3003\nRUN [[ -f a ]] && b\n", "bash-syntax-in-sh", []],
		["hadolint, another code of ShellCheck's", "FROM debian:12\n# hadolint ignore=SC2164\nRUN [[ -f a ]] && b\n", "bash-syntax-in-sh", [3]],
		["hadolint, ShellCheck's code for the file", "# hadolint global ignore=SC2002\nFROM debian:12\nRUN cat a | b\n", "shell-analysis", []],
		["hadolint, a stage", `# hadolint stage ignore=DL3014\nFROM debian:12\n${RUN}\nFROM debian:12\n${RUN}\n`, YES, [5]],
		["hadolint, a stage without FROM", `FROM debian:12\n# hadolint stage ignore=DL3014\n${RUN}\n`, YES, [3]],
		["BuildKit, an instruction", "FROM debian:12\n# check=skip=JSONArgsRecommended\nCMD a b\n", "exec-form-preferred", []],
		["Semgrep, all", "# NOSEMGREP\nFROM debian:latest\n", "base-image-latest-tag", []],
		["Semgrep, another one", "# nosemgrep: a.b.c\nFROM debian:latest\n", "base-image-latest-tag", [2]],
		["KICS, a line", `FROM debian:12\n# kics-scan ignore-line: why\nRUN cd /a && b\nRUN cd /a && b\n`, "cd-instead-of-workdir", [4]],
		[
			"KICS, a block",
			"FROM debian:12\nRUN cd /a && b\n# kics-scan ignore-block\nRUN cd /a && b\nRUN cd /a && b\nFROM debian:12\nRUN cd /a && b\n",
			"cd-instead-of-workdir",
			[2, 7],
		],
		["KICS, the file", "# kics-scan ignore\nFROM debian:12\nRUN cd /a && b\n", "cd-instead-of-workdir", []],
		["KICS, a query", '# kics-scan disable=fd54f200-402c-4333-a5a4-36ef6709af2f\nFROM debian:12\nCMD ["x"]\n', "user-missing", []],
		["KICS, another word", "# kics-scan ignored\nFROM debian:12\nRUN cd /a && b\n", "cd-instead-of-workdir", [3]],
		["Trivy, ended", "FROM debian:12\n# trivy:ignore:DS-0002:exp:2026-11-22\nUSER root\n", "user-root-last", [3]],
		["Trivy, not ended", "FROM debian:12\n# trivy:ignore:DS-0002:exp:2026-11-23\nUSER root\n", "user-root-last", []],
		["Trivy, all", "FROM debian:12\n# trivy:ignore:*\nUSER root\n", "user-root-last", []],
		["Trivy, several", "FROM debian:12\n# trivy:ignore:DS-0001 trivy:ignore:AVD-DS-0002\nUSER root\n", "user-root-last", []],
		["Checkov, blanks and words", "FROM debian:12\n# see #7 checkov:skip= CKV_DOCKER_3: why\n", "user-missing", []],
		["Checkov, several", "FROM debian:12\n# checkov:skip=CKV_DOCKER_2,CKV_DOCKER_3\n", "user-missing", []],
		["Sonar", "# NOSONAR\nFROM debian:latest\n", "base-image-latest-tag", []],
		["Sonar, a rule", "# NOSONAR(docker:S6596)\nFROM debian:latest\n", "base-image-latest-tag", []],
		["Sonar, another rule", "# NOSONAR(S1)\nFROM debian:latest\n", "base-image-latest-tag", [2]],
		["hadolint, at the second CMD", 'FROM debian:12\nCMD ["a"]\n# hadolint ignore=DL4003\nCMD ["b"]\n', "cmd-duplicate", []],
		["hadolint, at FROM", "# hadolint ignore=DL3057\nFROM debian:12\nEXPOSE 80\n", "healthcheck-missing", []],
		[
			"Checkov, what a more specific rule says",
			'# checkov:skip=CKV_DOCKER_3:x\nFROM debian:12\nRUN useradd app\nCMD ["x"]\n',
			"user-created-but-unused",
			[],
		],
		["Checkov, another one", '# checkov:skip=CKV_DOCKER_2:x\nFROM debian:12\nRUN useradd app\nCMD ["x"]\n', "user-created-but-unused", [3]],
		[
			"KICS, a worse one in its place",
			'# kics-scan disable=b86987e1-6397-4619-81d5-8807f2387c79\nFROM debian:12\nENTRYPOINT a b\nCMD ["c"]\n',
			"entrypoint-shell-form-drops-cmd",
			[3],
		],
		["Semgrep, at CMD", 'FROM debian:12\n# nosemgrep: missing-user\nCMD ["a"]\n', "user-missing", []],
	] as const)
		it(name, () => assert.deepEqual(linesOf(text, rule), lines));
});

describe("silencing", () => {
	const ways = (text: string, rule: string): readonly string[] => {
		const { file, findings } = linted(text);
		const finding = findings.find((each) => each.rule === rule);
		assert.ok(finding, text);
		const { onLine, inFile } = silencing(file, finding);
		return [applyEdits(text, [onLine]), applyEdits(text, [inFile])];
	};

	for (const [name, text, rule, onLine] of [
		["a directive", "# syntax=docker/dockerfile:1\n# escape=`\nFROM debian\n", "syntax-directive-unpinned", undefined],
		[
			"a comment",
			"FROM debian:12\n# escape=`\nRUN true\n",
			"directive-ineffective",
			"FROM debian:12\n# hullguard-ignore directive-ineffective\n# escape=`\nRUN true\n",
		],
		[
			"a second rule",
			"FROM debian:12\n# hullguard-ignore pipefail-missing\n# a\nRUN apt-get install a | b\n",
			"apt-install-without-yes",
			"FROM debian:12\n# hullguard-ignore pipefail-missing, apt-install-without-yes\n# a\nRUN apt-get install a | b\n",
		],
		[
			"below a shebang",
			"#!/usr/bin/env x\n# syntax=docker/dockerfile:1\nFROM debian\n",
			"base-image-untagged",
			"#!/usr/bin/env x\n# syntax=docker/dockerfile:1\n# hullguard-ignore base-image-untagged\nFROM debian\n",
		],
	] as const)
		it(name, () => {
			const [line = "", file = ""] = ways(text, rule);
			assert.equal(line, onLine ?? file);
			for (const after of [line, file]) {
				assert.deepEqual(linesOf(after, rule), []);
				assert.deepEqual(linesOf(after, UNUSED), []);
				const before = linted(text).file.directives.map(({ name: directive }) => directive);
				assert.deepEqual(
					linted(after).file.directives.map(({ name: directive }) => directive),
					before,
				);
			}
			assert.ok(file.indexOf("# hullguard-ignore-file") < file.indexOf("FROM"));
		});

	it("for BuildKit too", () => {
		const told = (text: string): string | undefined => {
			const { file, findings } = linted(text);
			const finding = findings.find((each) => each.rule === "exec-form-preferred");
			const edit = finding === undefined ? undefined : silencing(file, finding).forBuildKit;
			return edit === undefined ? undefined : applyEdits(text, [edit]);
		};
		const CHECK = "JSONArgsRecommended";
		assert.equal(told("FROM debian:12\nCMD a b\n"), `# check=skip=${CHECK}\nFROM debian:12\nCMD a b\n`);
		assert.equal(told("# syntax=a\n# b\nFROM debian:12\nCMD a b\n"), `# syntax=a\n# check=skip=${CHECK}\n# b\nFROM debian:12\nCMD a b\n`);
		assert.equal(
			told("# check=skip=A,B ; error=true\nFROM debian:12\nCMD a b\n"),
			`# check=skip=A,B,${CHECK} ; error=true\nFROM debian:12\nCMD a b\n`,
		);
		assert.equal(
			told("# check=skip=A, B ; error=true\nFROM debian:12\nCMD a b\n"),
			`# check=skip=A, B,${CHECK} ; error=true\nFROM debian:12\nCMD a b\n`,
		);
		assert.equal(told("# check=error=true\nFROM debian:12\nCMD a b\n"), `# check=skip=${CHECK};error=true\nFROM debian:12\nCMD a b\n`);
		assert.equal(told("#!/bin/x\nFROM debian:12\nCMD a b\n"), undefined);
		assert.deepEqual(linesOf(told("FROM debian:12\nCMD a b\n") ?? "", "exec-form-preferred"), []);
	});
});
