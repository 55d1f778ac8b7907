import assert from "node:assert/strict";
import { type DigestReply, finishPins, type PinResult } from "../../../server/core/digest/finish.ts";
import { type PinOptions, planPins } from "../../../server/core/digest/plan.ts";
import { applyEdits } from "../../../server/core/text.ts";
import { readMarks, writeMarks } from "../../support/marks.ts";

const A = `sha256:${"a".repeat(64)}`;
const B = `sha256:${"b".repeat(64)}`;

/** Pins with one digest for everything that is asked. */
function pinned(
	text: string,
	options: PinOptions = {},
	digest: string = A,
): PinResult & { readonly text: string; readonly questions: readonly string[] } {
	const plan = planPins(text, options);
	const reply: DigestReply = { kind: "digest", digest, registryHost: "registry.example" };
	const result = finishPins(plan, new Map(plan.questions.map((question) => [question, reply])));
	return { ...result, text: applyEdits(text, result.edits), questions: plan.questions };
}

const states = (result: PinResult): readonly string[] => result.outcomes.map(({ reference, state }) => `${reference} ${state}`);

describe("pins of a Dockerfile", () => {
	it("are written for every image that it names, behind the tag", () => {
		const text = `# syntax=docker/dockerfile:1
ARG RUNTIME=gcr.io/distroless/base-debian12:nonroot # comment
FROM --platform=$BUILDPLATFORM golang:1.22 AS build
COPY --from=busybox:1.36 /bin/sh /sh
RUN --mount=type=bind,from=ghcr.io/acme/tools:2,target=/t \\
    --mount=type=cache,target=/c make
FROM \${RUNTIME}
COPY --from=build /a /a
`;
		const result = pinned(text);
		assert.equal(
			result.text,
			text
				.replace("dockerfile:1", `dockerfile:1@${A}`)
				.replace("nonroot", `nonroot@${A}`)
				.replace("golang:1.22", `golang:1.22@${A}`)
				.replace("busybox:1.36", `busybox:1.36@${A}`)
				.replace("tools:2", `tools:2@${A}`),
		);
		assert.deepEqual(states(result), [
			"docker/dockerfile:1 pinned",
			"golang:1.22 pinned",
			"busybox:1.36 pinned",
			"ghcr.io/acme/tools:2 pinned",
			"gcr.io/distroless/base-debian12:nonroot pinned",
		]);
		assert.deepEqual(result.questions, [
			"docker.io/docker/dockerfile:1",
			"docker.io/library/golang:1.22",
			"docker.io/library/busybox:1.36",
			"ghcr.io/acme/tools:2",
			"gcr.io/distroless/base-debian12:nonroot",
		]);
	});

	it("leave stages, scratch and what only the build knows alone", () => {
		const text = `ARG BASE
FROM scratch AS empty
FROM empty AS next
FROM $BASE AS other
COPY --from=0 /a /a
COPY --from=next /a /a
RUN --mount=from=other true
`;
		const { edits, outcomes, questions } = pinned(text);
		assert.deepEqual([edits, questions], [[], []]);
		assert.deepEqual(outcomes, [
			{
				reference: "$BASE",
				range: { start: { line: 3, character: 5 }, end: { line: 3, character: 10 } },
				argument: "BASE",
				state: "passed",
			},
		]);
	});

	it("stay what they are without update, and follow the tag with it", () => {
		const text = `FROM debian:12@${A}\nFROM alpine@${A}\nFROM node:22\n`;
		const kept = pinned(text, {}, B);
		assert.equal(kept.text, `FROM debian:12@${A}\nFROM alpine@${A}\nFROM node:22@${B}\n`);
		assert.deepEqual(states(kept), ["debian:12 current", "alpine current", "node:22 pinned"]);
		assert.deepEqual(kept.questions, ["docker.io/library/node:22"]);
		const updated = pinned(text, { update: true }, B);
		assert.equal(updated.text, `FROM debian:12@${B}\nFROM alpine@${A}\nFROM node:22@${B}\n`);
		assert.deepEqual(states(updated), ["debian:12 updated", "alpine current", "node:22 pinned"]);
		assert.deepEqual([updated.outcomes[0]?.before, updated.outcomes[0]?.digest], [A, B]);
		assert.deepEqual(updated.questions, ["docker.io/library/debian:12", "docker.io/library/node:22"], "asked by tag, not by digest");
		assert.deepEqual(states(pinned(text, { update: true }, A)).slice(0, 1), ["debian:12 current"]);
	});

	it("are not looked for where an image was built on this machine", () => {
		assert.deepEqual(planPins("FROM localhost/app:1\nFROM localhost:5000/app:1\n").questions, ["localhost:5000/app:1"]);
	});

	it("ask once for an image that is named twice", () => {
		const result = pinned("FROM debian:12 AS a\nFROM docker.io/library/debian:12\nCOPY --from=debian:12 /a /a\n");
		assert.deepEqual(result.questions, ["docker.io/library/debian:12"]);
		assert.equal(result.edits.length, 3);
	});

	it("write one edit in the default that two stages start from", () => {
		const result = pinned('ARG BASE="debian:12"\nFROM $BASE AS a\nFROM ${BASE:-x} AS b\nFROM a\n');
		assert.equal(result.text, `ARG BASE="debian:12@${A}"\nFROM $BASE AS a\nFROM \${BASE:-x} AS b\nFROM a\n`);
		assert.equal(result.edits.length, 1);
		assert.deepEqual(states(result), ["debian:12 pinned", "debian:12 pinned"]);
	});

	it("write in the default of a tag, and behind a tag that is written out", () => {
		assert.equal(pinned("ARG TAG=12\nFROM debian:$TAG\n").text, `ARG TAG=12@${A}\nFROM debian:$TAG\n`);
		assert.equal(pinned("ARG R=ghcr.io\nFROM $R/acme/app:1\n").text, `ARG R=ghcr.io\nFROM $R/acme/app:1@${A}\n`);
	});

	it("are left out where a default feeds more than the image", () => {
		for (const text of [
			"ARG TAG=12\nFROM debian:$TAG AS a\nFROM ubuntu:$TAG\n",
			"ARG BASE=debian:12\nFROM $BASE AS a\nFROM ${BASE}-slim\n",
			'ARG BASE=debian:12\nFROM $BASE\nARG BASE\nRUN test "${BASE#*:}" = 12\n',
			"ARG BASE=debian:12\nFROM $BASE\nARG BASE\nENV IMAGE=$BASE\n",
		]) {
			const result = pinned(text);
			assert.equal(result.text, text);
			assert.ok(result.outcomes.length > 0);
			for (const { state, problem } of result.outcomes) {
				assert.equal(state, "skipped");
				assert.ok(problem?.message && problem.hint?.endsWith("."), problem?.message);
			}
		}
	});

	it("are written where the default only names the image in a label", () => {
		const text = "ARG BASE=debian:12\nFROM $BASE\nARG BASE\nLABEL org.opencontainers.image.base.name=$BASE\n";
		assert.equal(pinned(text).text, text.replace("debian:12", `debian:12@${A}`));
	});

	it("give the tag that a missing one stands for", () => {
		assert.equal(pinned("FROM debian\n").text, `FROM debian:latest@${A}\n`);
		assert.deepEqual(states(pinned("FROM debian\n")), ["debian pinned"]);
	});

	it("keep line ends, blanks, comments, letter case and a missing last line break", () => {
		const text = "\ufeffFrom\t debian:12   as  X\r\n# c\r\ncopy --from=busybox:1 /a \\\r\n  /b\r\n\r\nRUN true";
		assert.equal(pinned(text).text, text.replace("debian:12", `debian:12@${A}`).replace("busybox:1", `busybox:1@${A}`));
	});

	it("are limited to a part of the text, the default of an ARG included", () => {
		const { text, spans } = readMarks("ARG BASE=«debian:12»\nFROM «$BASE» AS a\nFROM «node:22»\nCOPY --from=busybox:1 /a /a\n");
		const changed = (within: (typeof spans)[number]): string => states(pinned(text, { within })).join();
		assert.deepEqual(spans.map(changed), ["debian:12 pinned", "debian:12 pinned", "node:22 pinned"]);
		assert.equal(changed({ start: 0, end: 3 }), "");
	});

	it("say where they stand", () => {
		const text = "ARG BASE=debian:12\nFROM $BASE\nFROM node:22\n";
		const lines = text.split("\n");
		const marked = pinned(text).outcomes.map(({ range }) => lines[range.start.line]?.slice(range.start.character, range.end.character));
		assert.deepEqual(marked, ["debian:12", "node:22"]);
	});

	it("change nothing where a registry has no answer, or none that is a digest", () => {
		const plan = planPins("FROM debian:12\nFROM node:22\nFROM alpine:3\n");
		const result = finishPins(
			plan,
			new Map<string, DigestReply>([
				["docker.io/library/debian:12", { kind: "problem", problem: { kind: "unreachable", message: "offline" } }],
				["docker.io/library/node:22", { kind: "digest", digest: "sha256:short\nRUN evil", registryHost: "x" }],
			]),
		);
		assert.deepEqual(result.edits, []);
		assert.deepEqual(states(result), ["debian:12 failed", "node:22 skipped", "alpine:3 failed"]);
		assert.equal(result.outcomes[0]?.problem?.message, "offline");
	});

	it("never throw and never touch anything but digests, whatever the text", () => {
		for (const text of [
			"",
			"FROM",
			"FROM $",
			"FROM a b c",
			"ARG A=$A\nFROM $A",
			"FROM debian:12@",
			"FROM debian:@x",
			"# syntax=\n",
			"COPY --from=a:1 . .",
		]) {
			const result = pinned(text);
			assert.equal(result.text.replaceAll(`@${A}`, "").replaceAll(":latest", ""), text, writeMarks(text, []));
		}
	});
});
