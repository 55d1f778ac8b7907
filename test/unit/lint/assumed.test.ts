import assert from "node:assert/strict";
import type { LintFinding } from "../../../server/core/finding.ts";
import { lint } from "../../../server/core/lint/lint.ts";
import { RULES } from "../../../server/core/rules/registry.ts";
import { NO_WORKSPACE } from "../../../server/core/rules/workspaceFacts.ts";
import { applyEdits } from "../../../server/core/text.ts";

const rules = new Map(RULES.map((rule) => [rule.id, rule.severity] as const));

function findingsOf(text: string, ...wanted: readonly string[]): readonly LintFinding[] {
	return lint(text, { rules }).findings.filter(({ rule }) => wanted.includes(rule));
}

function toldIn(text: string, ...wanted: readonly string[]): readonly string[] {
	return findingsOf(text, ...wanted).map(({ rule, span }) => `${rule} ${text.slice(span.start, span.end)}`);
}

describe("instructions inside ONBUILD", () => {
	it("are linted like others, in their place, with repairs inside of them", () => {
		const text = "FROM debian:12\nONBUILD RUN apt-get update && \\\n  apt-get install curl\n";
		const [finding] = findingsOf(text, "apt-install-without-yes");
		assert.ok(finding !== undefined);
		assert.deepEqual(finding.range.start, { line: 2, character: 10 });
		const [fix] = finding.fixes();
		assert.ok(fix !== undefined && "edits" in fix);
		assert.equal(applyEdits(text, fix.edits), text.replace("install curl", "install -y curl"));
	});

	it("offer no repair that needs a line of its own", () => {
		assert.deepEqual(
			findingsOf("FROM python:3.13\nONBUILD RUN pip install -r a.txt\n", "pip-cache-kept").flatMap(({ fixes }) =>
				fixes().filter((fix) => "edits" in fix && fix.edits.some(({ newText }) => newText.includes("\n"))),
			),
			[],
		);
		assert.deepEqual(findingsOf("FROM debian:12\nONBUILD RUN cd /opt && make\n", "cd-instead-of-workdir")[0]?.fixes(), []);
	});

	it("go on where the stage ends", () => {
		assert.deepEqual(
			toldIn("FROM debian:12\nWORKDIR /app\nONBUILD WORKDIR src\nONBUILD COPY a b\n", "workdir-relative", "copy-relative-destination"),
			[],
		);
		assert.deepEqual(toldIn("FROM acme/base:1\nONBUILD WORKDIR src\n", "workdir-relative"), ["workdir-relative src"]);
	});

	it("are the start of a build that nobody knows: nothing is said of how it ends", () => {
		const text = "FROM debian:12\nUSER app\nONBUILD USER root\nONBUILD ARG A\nONBUILD RUN useradd b\nONBUILD EXPOSE 80\n";
		assert.deepEqual(toldIn(text, "user-root-last", "arg-unused", "user-created-but-unused", "healthcheck-missing"), []);
	});

	it("say nothing more of the stages around them", () => {
		assert.deepEqual(toldIn("FROM golang:1.22 AS build\nONBUILD RUN make\nFROM scratch\n", "stage-unnamed"), []);
	});

	it("know nothing of the files of that build", () => {
		const workspace = { ...NO_WORKSPACE, dockerignore: { kind: "present" as const, text: "*.log\n" }, contextEntries: [".git", ".env"] };
		const found = (text: string): number =>
			lint(text, { rules, workspace }).findings.filter(({ rule }) => rule === "dockerignore-lacks-sensitive-patterns").length;
		assert.equal(found("FROM debian:12\nCOPY . /app\n"), 1);
		assert.equal(found("FROM debian:12\nONBUILD COPY . /app\n"), 0);
	});

	it("are told of once, and silenced like others", () => {
		const text = "FROM debian:12\nONBUILD RUN curl -k https://example.com/a\n";
		assert.equal(findingsOf(text, "tls-verification-disabled").length, 1);
		const silenced = text.replace("ONBUILD", "# hullguard-ignore apt-install-without-yes\nONBUILD").replace(/curl .*/, "apt-get install a");
		assert.deepEqual(toldIn(silenced, "apt-install-without-yes", "suppression-unused"), []);
	});
});

describe("a file without FROM", () => {
	it("is linted as a part of one, on an image that nobody knows", () => {
		const text = "RUN cd /opt && sudo apt-get install curl\nUSER root\n";
		assert.deepEqual(toldIn(text, "apt-install-without-yes", "user-root-last", "user-missing"), [
			"apt-install-without-yes install",
			"user-root-last root",
		]);
		const [finding] = findingsOf(text, "apt-install-without-yes");
		assert.deepEqual(finding?.range.start, { line: 0, character: 28 });
	});

	it("has nothing to say where all is ARG, a template or no Dockerfile", () => {
		for (const text of ["ARG A=latest\n", "{{ if .X }}\nRUN apt-get install curl\n{{ end }}\n", "hello world\n", ""])
			assert.deepEqual(toldIn(text, "apt-install-without-yes", "arg-unused"), []);
	});

	it("is a file like others as soon as FROM stands in it", () => {
		assert.deepEqual(toldIn("RUN apt-get install curl\nFROM debian:12\n", "apt-install-without-yes"), []);
	});
});
