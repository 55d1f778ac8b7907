import assert from "node:assert/strict";
import fc from "fast-check";
import { attributeByProvenance } from "../../../server/core/attribution/exact.ts";
import { attributeByHistory, completeAttribution, type HistoryInput } from "../../../server/core/attribution/history.ts";
import type { Origin } from "../../../server/core/attribution/origin.ts";
import { readProvenance } from "../../../server/core/attribution/provenance.ts";
import type { HistoryEntry } from "../../../server/core/image/image.ts";
import { A1, A2, predicateOf, type RecordedBuild } from "./recordedBuilds.ts";

function entries(lines: readonly (readonly [string, "empty"?])[]): readonly HistoryEntry[] {
	return lines.map(([createdBy, empty]) => ({ createdBy, emptyLayer: empty === "empty", comment: "buildkit.dockerfile.v0" }));
}

function inputOf(build: RecordedBuild): HistoryInput {
	return { history: entries(build.history), layerCount: build.layerCount, text: build.dockerfile };
}

/** `base 10`, `7-8`, `?`: one-based. */
function short(origin: Origin): string {
	if (origin.kind === "unknown") return "?";
	const { first, last } = origin.lines;
	return `${origin.kind === "base" ? "base " : ""}${first === last ? first + 1 : `${first + 1}-${last + 1}`}`;
}

function attribute(input: HistoryInput): readonly string[] | undefined {
	return attributeByHistory(input)?.origins.map(short);
}

/** A Dockerfile and a history of layers only. */
function simple(text: string, layers: readonly string[]): HistoryInput {
	return { history: entries(layers.map((layer) => [layer])), layerCount: layers.length, text };
}

describe("attribution by history", () => {
	it("gives the recorded builds the lines that provenance gives them", () => {
		const exact = attributeByProvenance(readProvenance(predicateOf(A1, "v1")) ?? assert.fail(), 8)?.origins.map(short);
		assert.deepEqual(attribute(inputOf(A1)), exact);
		assert.deepEqual(attribute(inputOf(A2)), [
			"base 2",
			"base 2",
			"base 2",
			"base 2",
			"base 2",
			"6-9",
			"10",
			"11",
			"12-14",
			"15",
			"16",
			"17",
			"18",
		]);
	});

	it("marks all that it gives as history", () => {
		assert.ok(attributeByHistory(inputOf(A1))?.origins.every((origin) => origin.kind !== "unknown" && origin.certainty === "history"));
	});

	it("names the stage or the image that COPY --from takes", () => {
		const copied = attributeByHistory(inputOf(A1))?.origins[4];
		assert.deepEqual(copied?.kind === "instruction" && copied.related, [{ first: 2, last: 2 }]);
		const image = attributeByHistory(inputOf(A2))?.origins[9];
		assert.deepEqual(image?.kind === "instruction" && image.copiedImage, "localhost:5055/base:1");
	});

	it("reads the classic builder's history", () => {
		const text = "FROM debian:12\nENV A=b\nRUN apt-get update \\\n  && apt-get install -y curl\nCOPY . /app\nARG V=1\nRUN make\n";
		const history = entries([
			["/bin/sh -c #(nop) ADD file:1234 in / "],
			['/bin/sh -c #(nop)  CMD ["bash"]', "empty"],
			["/bin/sh -c #(nop)  ENV A=b", "empty"],
			["/bin/sh -c apt-get update   && apt-get install -y curl"],
			["/bin/sh -c #(nop) COPY dir:5678 in /app "],
			["/bin/sh -c #(nop)  ARG V=1", "empty"],
			["|1 V=1 /bin/sh -c make"],
		]);
		assert.deepEqual(attribute({ history, layerCount: 4, text }), ["base 1", "3-4", "5", "7"]);
	});

	it("does not take a command for the end of another one", () => {
		const text = "FROM debian:12\nARG A\nRUN make\n";
		assert.equal(attribute(simple(text, ["ADD rootfs.tar / # buildkit", "RUN |1 A=1 /bin/sh -c cd x && make # buildkit"])), undefined);
	});

	it("compares values of variables by keyword only, and believes it only if nothing is left over", () => {
		const text = "FROM debian:12\nARG DIR\nCOPY $DIR /app\nRUN make\n";
		assert.deepEqual(
			attribute(simple(text, ["ADD rootfs.tar / # buildkit", "COPY src /app # buildkit", "RUN |1 DIR=src /bin/sh -c make # buildkit"])),
			["base 1", "3", "4"],
		);
		const more = [
			"ADD rootfs.tar / # buildkit",
			"COPY src /app # buildkit",
			"RUN /bin/sh -c other # buildkit",
			"RUN |1 DIR=src /bin/sh -c make # buildkit",
		];
		assert.deepEqual(attribute(simple(text, more)), ["?", "?", "?", "4"]);
	});

	it("gives the layers that still agree when the file was edited, and is silent about the others", () => {
		const text = "FROM debian:12\nRUN one\nRUN two changed\nRUN three\n";
		const layers = [
			"ADD rootfs.tar / # buildkit",
			"RUN /bin/sh -c one # buildkit",
			"RUN /bin/sh -c two # buildkit",
			"RUN /bin/sh -c three # buildkit",
		];
		assert.deepEqual(attribute(simple(text, layers)), ["base 1", "2", "?", "4"]);
	});

	it("finds the end of the base by its CMD when the first instruction was edited", () => {
		const text = "FROM debian:12\nRUN one changed\nRUN two\n";
		const history = entries([
			["ADD rootfs.tar / # buildkit"],
			['CMD ["bash"]', "empty"],
			["RUN /bin/sh -c one # buildkit"],
			["RUN /bin/sh -c two # buildkit"],
		]);
		assert.deepEqual(attribute({ history, layerCount: 3, text }), ["base 1", "?", "3"]);
	});

	it("believes a known number of base layers", () => {
		const text = "FROM debian:12\nRUN one\n";
		const layers = ["ADD rootfs.tar / # buildkit", "RUN /bin/sh -c one # buildkit", "RUN /bin/sh -c one # buildkit"];
		assert.deepEqual(attribute({ ...simple(text, layers), baseLayerCount: 2 }), ["base 1", "base 1", "2"]);
	});

	it("has no base layers for FROM scratch", () => {
		assert.deepEqual(attribute(simple("FROM scratch\nCOPY app /\n", ["ADD other / # buildkit", "COPY app / # buildkit"])), ["?", "2"]);
	});

	it("gives all layers to the base of a file that adds none", () => {
		assert.deepEqual(attribute(simple("FROM debian:12\nENV A=b\n", ["ADD rootfs.tar / # buildkit"])), ["base 1"]);
	});

	it("builds the stage that was asked for", () => {
		const text = "FROM debian:12 AS one\nRUN one\nFROM one AS two\nRUN two\nFROM two\nRUN three\n";
		const layers = ["ADD rootfs.tar / # buildkit", "RUN /bin/sh -c one # buildkit", "RUN /bin/sh -c two # buildkit"];
		assert.deepEqual(attribute({ ...simple(text, layers), target: "two" }), ["base 1", "2", "4"]);
	});

	it("runs the triggers of ONBUILD of a stage in the same file on the FROM that sets them off", () => {
		const text = "FROM debian:12 AS one\nONBUILD RUN trigger\nFROM one\nRUN two\n";
		const layers = ["ADD rootfs.tar / # buildkit", "RUN /bin/sh -c trigger # buildkit", "RUN /bin/sh -c two # buildkit"];
		assert.deepEqual(attribute(simple(text, layers)), ["base 1", "base 3", "4"]);
	});

	it("says nothing where the history does not tell layers apart, or is that of another image", () => {
		assert.equal(attribute({ ...inputOf(A1), layerCount: 3 }), undefined);
		assert.equal(
			attribute(simple("FROM debian:12\nRUN mine\n", ["ADD rootfs.tar / # buildkit", "RUN /bin/sh -c theirs # buildkit"])),
			undefined,
		);
		assert.equal(attribute({ ...inputOf(A1), target: "nothing" }), undefined);
		assert.equal(attribute({ ...inputOf(A1), text: "" }), undefined);
	});

	it("fills what provenance leaves open, for the same text only", () => {
		const unknown: Origin = { kind: "unknown" };
		const exact = { origins: Array.from({ length: 8 }, () => unknown), text: A1.dockerfile, target: undefined };
		const history = attributeByHistory(inputOf(A1));
		assert.deepEqual(completeAttribution(exact, history).origins, history?.origins);
		assert.deepEqual(completeAttribution({ ...exact, text: "FROM x" }, history).origins, exact.origins);
	});

	it("never throws, and gives one origin per layer", () => {
		const word = fc.constantFrom(
			"RUN",
			"COPY",
			"|2",
			"|x",
			"/bin/sh",
			"-c",
			"#(nop)",
			"# buildkit",
			"--from=a",
			"a b",
			"\n",
			"$X",
			"CMD",
			"WORKDIR",
			"/",
		);
		const line = fc.array(word, { maxLength: 6 }).map((words) => words.join(" "));
		const file = fc.array(line, { maxLength: 8 }).map((lines) => `FROM debian:12\n${lines.join("\n")}`);
		fc.assert(
			fc.property(fc.array(line, { maxLength: 8 }), file, (lines, text) => {
				const attribution = attributeByHistory(simple(text, lines));
				assert.ok(attribution === undefined || attribution.origins.length === lines.length);
			}),
			{ numRuns: 1000 },
		);
	});

	it("takes no longer than a moment for hostile lengths", () => {
		const text = `FROM debian:12\n${"RUN a\n".repeat(5000)}`;
		const layers = Array.from({ length: 500 }, () => `RUN /bin/sh -c ${"a ".repeat(2000)}# buildkit`);
		const started = performance.now();
		attribute(simple(text, layers));
		attribute(
			simple(`FROM debian:12\nRUN ${"-".repeat(100_000)}\nCOPY ${"--".repeat(50_000)} a b\n`, [
				`RUN ${"|".repeat(100_000)}`,
				`COPY ${"-- ".repeat(30_000)}`,
			]),
		);
		assert.ok(performance.now() - started < 4000, `${performance.now() - started} ms`);
	});
});
