import assert from "node:assert/strict";
import { finishPins, type PinResult } from "../../../server/core/digest/finish.ts";
import type { BuildValues } from "../../../server/core/digest/passedImages.ts";
import { type PinOptions, planPins } from "../../../server/core/digest/plan.ts";
import { saysSetByBuild } from "../../../server/core/digest/setByBuild.ts";
import { applyEdits } from "../../../server/core/text.ts";

const A = `sha256:${"a".repeat(64)}`;
const B = `sha256:${"b".repeat(64)}`;

function pinned(text: string, builds: readonly Readonly<Record<string, string>>[] = [], options: PinOptions = {}): PinResult {
	const values = builds.map((build): BuildValues => new Map(Object.entries(build)));
	const plan = planPins(text, { ...options, builds: values });
	const replies = plan.questions.map((question) => [question, { kind: "digest", digest: A, registryHost: "registry.example" }] as const);
	return finishPins(plan, new Map(replies));
}

/** `state argument line` of each outcome; nothing may be written. */
function passed(...call: Parameters<typeof pinned>): readonly string[] {
	const { edits, outcomes } = pinned(...call);
	assert.deepEqual(edits, []);
	return outcomes.map(({ state, argument, buildArgument }) => `${state} ${argument} ${buildArgument}`);
}

describe("images that the build passes", () => {
	it("are no edit, but what the build has to be given, where it is known what it passes", () => {
		const text = "ARG BASE\nFROM ${BASE} AS a\nFROM $BASE\n";
		assert.deepEqual(passed(text, [{ BASE: "debian:12" }]), [`passed BASE BASE=debian:12@${A}`]);
		assert.deepEqual(passed(text, [{ BASE: "debian:12" }, { BASE: "ghcr.io/a/b:1" }, { BASE: "debian:12", X: "y" }]), [
			`passed BASE BASE=debian:12@${A}`,
			`passed BASE BASE=ghcr.io/a/b:1@${A}`,
		]);
		assert.deepEqual(passed(text, [{ BASE: "debian" }]), [`passed BASE BASE=debian:latest@${A}`]);
		const { range, reference } = pinned(text, [{ BASE: "debian:12" }]).outcomes[0] ?? assert.fail();
		assert.deepEqual([reference, range.start, range.end], ["debian:12", { line: 1, character: 5 }, { line: 1, character: 12 }]);
	});

	it("keep the digest that is passed, and follow the tag with update", () => {
		const text = "ARG BASE\nFROM $BASE\n";
		assert.deepEqual(passed(text, [{ BASE: `debian:12@${B}` }]), [`passed BASE BASE=debian:12@${B}`]);
		assert.deepEqual(passed(text, [{ BASE: `debian:12@${B}` }], { update: true }), [`passed BASE BASE=debian:12@${A}`]);
	});

	it("may be put together, with the digest in what ends them", () => {
		assert.deepEqual(passed("ARG V\nFROM python:$V\n", [{ V: "3.13-slim" }]), [`passed V V=3.13-slim@${A}`]);
		assert.deepEqual(passed("ARG R\nARG V\nFROM $R/python:${V}\n", [{ R: "ghcr.io", V: "3" }]), [`passed V V=3@${A}`]);
		assert.deepEqual(passed("ARG R\nARG V=3\nFROM $R:${V}\n", [{ R: "python" }]), [`passed V V=3@${A}`]);
		assert.deepEqual(passed("ARG R\nARG V\nFROM $R/python:${V}\n", [{ V: "3" }]), ["passed V undefined"], "not all of it is known");
		assert.deepEqual(passed("ARG R\nARG V=3\nFROM $R:${V}\n"), []);
	});

	it("are named once, without a question, where nobody knows what is passed", () => {
		assert.deepEqual(passed("ARG BASE\nFROM $BASE AS a\nFROM ${BASE}\n"), ["passed BASE undefined"]);
		assert.deepEqual(passed("ARG V\nFROM python:$V\n", [{ OTHER: "x" }]), ["passed V undefined"]);
		assert.deepEqual(planPins("ARG BASE\nFROM $BASE\n").questions, []);
	});

	it("are passed over where a digest in the argument would change something else, or has no place in it", () => {
		for (const text of [
			"ARG R\nFROM $R/python:3\n",
			"ARG V\nFROM python:$V-slim\n",
			"ARG V\nFROM python:$V\nFROM ruby:$V\n",
			"ARG BASE\nFROM $BASE\nFROM ${BASE}-slim\n",
			"ARG BASE\nFROM $BASE\nARG BASE\nRUN echo $BASE\n",
			"FROM $BASE\n",
			"FROM debian:12-$TARGETARCH\n",
		]) {
			const call = [text, [{ R: "ghcr.io", V: "3", BASE: "debian:12" }]] as const;
			assert.deepEqual(
				pinned(...call).outcomes.filter(({ state }) => state === "passed"),
				[],
				text,
			);
		}
	});

	it("take no value that is no image, a stage, or scratch", () => {
		for (const value of ["not an image", "scratch", "build", "a\nRUN evil", "$X", ""])
			assert.deepEqual(passed("ARG BASE\nFROM scratch AS build\nFROM $BASE\n", [{ BASE: value }]), [], value);
	});

	it("are not asked for where there is another one for who passes nothing", () => {
		const text = "ARG BASE\nFROM ${BASE:-debian:12}\n";
		assert.deepEqual(passed(text), []);
		assert.deepEqual(passed(text, [{ BASE: "node:22" }]), [`passed BASE BASE=node:22@${A}`]);
	});

	it("are those whose default is followed by a comment that says so, or stands below one", () => {
		for (const text of [
			"# Set by CI\nARG BASE=debian:12\nFROM $BASE\n",
			"# The image to start from.\n# Injected by the pipeline.\nARG BASE=debian:12\nFROM $BASE\n",
			"ARG BASE=debian:12 # set by CI\nFROM $BASE\n",
			'# passed with --build-arg\r\nARG BASE="debian:12"\r\nFROM $BASE\r\n',
		])
			assert.deepEqual(passed(text), [`passed BASE BASE=debian:12@${A}`], text);
		assert.deepEqual(passed("# set by CI\nARG TAG=12\nFROM debian:$TAG\n"), [`passed TAG TAG=12@${A}`]);
	});

	it("are not those whose comment speaks of something else, or whose default has a digest already", () => {
		for (const text of [
			"# Set by CI\n\nARG BASE=debian:12\nFROM $BASE\n",
			"# Set by CI\nARG VERSION=1\nARG BASE=debian:12\nFROM $BASE\n",
			"# Set by CI\nARG VERSION=1 BASE=debian:12\nFROM $BASE\n",
			"ARG BASE=debian:12\n# Set by CI\nFROM $BASE\n",
			"# Override with --build-arg BASE=…\nARG BASE=debian:12\nFROM $BASE\n",
		]) {
			const { edits } = pinned(text);
			assert.equal(applyEdits(text, edits), text.replace("debian:12", `debian:12@${A}`));
		}
		const text = `# Set by CI\nARG BASE=debian:12@${B}\nFROM $BASE\n`;
		assert.equal(applyEdits(text, pinned(text, [], { update: true }).edits), text.replace(B, A));
	});

	it("are said in words that leave no doubt", () => {
		for (const words of [
			"Set by CI.",
			"set in the CI pipeline",
			"overridden by CI/CD",
			"Passed in by the pipeline",
			"injected at build time by GitHub Actions",
			"provided via --build-arg",
			"CI sets this",
			"The pipeline always passes the real one",
		])
			assert.equal(saysSetByBuild(words), true, words);
		for (const words of [
			"",
			"CI",
			"can be set by CI",
			"may be passed with --build-arg",
			"not set by CI",
			"isn't set by CI",
			"set by CI when a release is built",
			"set with --build-arg",
			"override with --build-arg BASE=x",
			"set by circumstance",
			"passed by citizens",
			"reset by cider",
			`set by CI ${"a ".repeat(300)}`,
		])
			assert.equal(saysSetByBuild(words), false, words);
		const at = performance.now();
		for (const character of ["set by ", " ", "ci", "-"]) saysSetByBuild(character.repeat(100_000));
		assert.ok(performance.now() - at < 1000);
	});
});
