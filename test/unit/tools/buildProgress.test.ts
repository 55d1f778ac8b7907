import assert from "node:assert/strict";
import fc from "fast-check";
import type { BuildEvent } from "../../../server/core/build/build.ts";
import { buildProgressReader } from "../../../server/tools/buildProgress.ts";
import { mask } from "../../../server/tools/mask.ts";
import { recorded } from "../../support/fixtures.ts";

function read(name: string, secrets: readonly string[] = []) {
	const events: BuildEvent[] = [];
	const reader = buildProgressReader(
		(event) => events.push(event),
		(text) => mask(text, secrets),
	);
	for (const line of recorded(`buildx/0.29.1/${name}.jsonl`).split("\n")) reader.line(line);
	reader.end();
	return { events, reader, failure: reader.failure() };
}

function encode(text: string): string {
	return Buffer.from(text).toString("base64");
}

describe("progress of a build", () => {
	it("tells each step's start and end once", () => {
		const { events } = read("build");
		const steps = events.flatMap((event) => (event.kind === "step" && /RUN mkdir/.test(event.step.name) ? [event.state] : []));
		assert.deepEqual(steps, ["started", "done"]);
		const all = events.flatMap((event) => (event.kind === "step" ? [`${event.step.id} ${event.state}`] : []));
		assert.equal(new Set(all).size, all.length);
	});

	it("gives what steps print, line by line", () => {
		const { events } = read("build-failed-run");
		assert.deepEqual(
			events.flatMap((event) => (event.kind === "log" ? [event.text] : [])),
			["one", "two"],
		);
	});

	it("names a failed RUN: lines, step, log and exit code", () => {
		const { failure } = read("build-failed-run");
		assert.equal(failure.message, "The command ended with exit code 1");
		assert.deepEqual(failure.lines, { first: 2, last: 4 });
		assert.match(failure.step?.name ?? "", /^\[2\/2\] RUN echo one/);
		assert.deepEqual(failure.log, ["one", "two"]);
	});

	it("names a COPY whose source is missing, a base image that is missing, and what the parser refuses", () => {
		assert.deepEqual(
			[read("build-failed-copy").failure.message, read("build-failed-copy").failure.lines],
			["/nothing was not found", { first: 1, last: 1 }],
		);
		const base = read("build-failed-base").failure;
		assert.match(base.message, /^hullguard\/no-such-image:1: failed to resolve source metadata .*not found$/);
		assert.deepEqual(base.lines, { first: 0, last: 0 });
		const parse = read("build-failed-parse").failure;
		assert.equal(parse.message, "dockerfile parse error on line 2: unknown instruction: RUNN (did you mean RUN?)");
		assert.deepEqual(parse.lines, { first: 1, last: 1 });
		assert.equal(parse.step, undefined);
	});

	it("has no lines for a failure that is not an instruction's", () => {
		const { failure } = read("build-failed-generator");
		assert.equal(failure.lines, undefined);
		assert.match(failure.message, /hullguard\/no-such-generator:1/);
	});

	it("gives the frontend's warnings with their lines", () => {
		const [warning] = read("build-warning").reader.warnings();
		assert.match(warning?.message ?? "", /^JSONArgsRecommended: /);
		assert.deepEqual(warning?.lines, { first: 1, last: 1 });
		assert.match(warning?.url ?? "", /^https:\/\/docs\.docker\.com\//);
	});

	it("knows the step at work, and prefers one of the Dockerfile", () => {
		const reader = buildProgressReader(
			() => {},
			(text) => text,
		);
		const vertex = (digest: string, name: string, more: object = {}): void =>
			reader.line(JSON.stringify({ vertexes: [{ digest, name, ...more }] }));
		assert.equal(reader.current(), undefined);
		vertex("a", "[2/3] RUN one", { started: "1" });
		vertex("b", "[internal] load build context", { started: "1" });
		assert.equal(reader.current(), "[2/3] RUN one");
		vertex("a", "[2/3] RUN one", { started: "1", completed: "2" });
		assert.equal(reader.current(), "[internal] load build context");
	});

	it("shows no secret, wherever it turns up", () => {
		const events: BuildEvent[] = [];
		const reader = buildProgressReader(
			(event) => events.push(event),
			(text) => mask(text, ["hunter2"]),
		);
		reader.line(JSON.stringify({ vertexes: [{ digest: "a", name: "[2/2] RUN login hunter2", started: "1" }] }));
		reader.line(JSON.stringify({ logs: [{ vertex: "a", stream: 1, data: encode("password is hun"), timestamp: "" }] }));
		reader.line(JSON.stringify({ logs: [{ vertex: "a", stream: 1, data: encode("ter2\nhunter2 again"), timestamp: "" }] }));
		reader.line(
			JSON.stringify({
				vertexes: [{ digest: "a", name: "[2/2] RUN login hunter2", started: "1", completed: "2", error: "hunter2 refused" }],
			}),
		);
		reader.line("ERROR: failed to solve: hunter2 refused");
		reader.end();
		const all = JSON.stringify([events, reader.failure(), reader.text(), reader.current()]);
		assert.ok(!all.includes("hunter2"), all);
	});

	it("puts characters together that were cut in the middle, and shows what a terminal would", () => {
		const events: BuildEvent[] = [];
		const reader = buildProgressReader(
			(event) => events.push(event),
			(text) => text,
		);
		reader.line(JSON.stringify({ vertexes: [{ digest: "a", name: "x", started: "1" }] }));
		const bytes = Buffer.from("10%\r50%\r100% ü\u001b[1mdone\u001b[0m\r\nrest");
		for (const part of [bytes.subarray(0, 14), bytes.subarray(14)])
			reader.line(JSON.stringify({ logs: [{ vertex: "a", stream: 2, data: part.toString("base64"), timestamp: "" }] }));
		reader.end();
		assert.deepEqual(
			events.flatMap((event) => (event.kind === "log" ? [event.text] : [])),
			["100% üdone", "rest"],
		);
	});

	it("keeps the last 20 lines of a step for its failure", () => {
		const reader = buildProgressReader(
			() => {},
			(text) => text,
		);
		const data = Array.from({ length: 50 }, (_, index) => `line ${index}\n`).join("");
		reader.line(JSON.stringify({ logs: [{ vertex: "a", stream: 1, data: encode(data), timestamp: "" }] }));
		reader.line(JSON.stringify({ vertexes: [{ digest: "a", name: "x", started: "1", error: "boom" }] }));
		const { log, message } = reader.failure();
		assert.deepEqual([log.length, log[0], log[19], message], [20, "line 30", "line 49", "boom"]);
	});

	it("never throws, whatever is printed", () => {
		const line = fc.oneof(
			fc.string(),
			fc.json(),
			fc
				.record({ vertexes: fc.jsonValue(), logs: fc.jsonValue(), warnings: fc.jsonValue() }, { requiredKeys: [] })
				.map((value) => JSON.stringify(value)),
			fc
				.array(fc.record({ digest: fc.string(), name: fc.string(), error: fc.jsonValue() }))
				.map((vertexes) => JSON.stringify({ vertexes })),
		);
		fc.assert(
			fc.property(fc.array(line), (lines) => {
				const reader = buildProgressReader(
					() => {},
					(text) => text,
				);
				for (const text of lines) reader.line(text);
				reader.end();
				assert.ok(reader.failure().message !== "");
			}),
		);
	});

	it("takes no time on hostile text", () => {
		const reader = buildProgressReader(
			() => {},
			(text) => text,
		);
		const started = performance.now();
		for (const character of ["1", " ", ">", "E", "\u001b[", "["]) {
			reader.line(character.repeat(100_000));
			reader.line(`ERROR: failed to calculate checksum of ref ${character.repeat(100_000)}`);
			reader.line(JSON.stringify({ logs: [{ vertex: "a", stream: 1, data: encode(character.repeat(100_000)), timestamp: "" }] }));
		}
		reader.end();
		reader.failure();
		assert.ok(performance.now() - started < 1500, `${performance.now() - started} ms`);
	});
});
