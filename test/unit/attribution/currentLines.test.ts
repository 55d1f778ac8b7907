import assert from "node:assert/strict";
import fc from "fast-check";
import { createLineMap } from "../../../server/core/attribution/currentLines.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { A1 } from "./recordedBuilds.ts";

const BUILT = `FROM debian:12 AS build
RUN one
COPY a /a

FROM node:22
RUN two \\
    three
COPY b /b
RUN four
`;

/** Where the built lines are now: `RUN two:6 same`, one-based; `-` for nowhere. */
function where(built: string, current: string, first: number, last = first): string {
	const place = createLineMap(built, parseDockerfile(current))({ first: first - 1, last: last - 1 });
	if (place === undefined) return "-";
	return `${place.instruction.line.text.split(" ").slice(0, 2).join(" ")}:${place.instruction.firstLine + 1} ${place.state}`;
}

describe("lines of the build in the text of now", () => {
	it("stay where nothing has changed", () => {
		assert.equal(where(BUILT, BUILT, 6, 7), "RUN two:6 same");
		assert.equal(where(A1.dockerfile, A1.dockerfile, 19, 22), "RUN <<EOF:19 same");
	});

	it("move with what is added and removed above", () => {
		assert.equal(where(BUILT, `# note\n\n${BUILT}`, 6, 7), "RUN two:8 same");
		assert.equal(where(BUILT, BUILT.replace("RUN one\n", "RUN zero\nRUN one\nENV A=b\n"), 8), "COPY b:10 same");
		assert.equal(where(BUILT, BUILT.replace("RUN one\nCOPY a /a\n\n", ""), 9), "RUN four:6 same");
	});

	it("do not mind line breaks, blanks and continuations", () => {
		assert.equal(where(BUILT, BUILT.replaceAll("\n", "\r\n"), 9), "RUN four:9 same");
		assert.equal(where(BUILT, BUILT.replace("RUN two \\\n    three", "RUN two three"), 6, 7), "RUN two:6 same");
		assert.equal(where(BUILT, BUILT.replace("RUN two \\\n", "RUN two \\\n    # why\n"), 6, 7), "RUN two:6 same");
	});

	it("do not mind that a FROM is pinned", () => {
		assert.equal(
			where(BUILT, BUILT.replace("node:22", `node:22@sha256:${"a".repeat(64)}`), 5),
			"FROM node:22@sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:5 same",
		);
	});

	it("find an instruction that was moved inside its stage", () => {
		assert.equal(where(BUILT, BUILT.replace("COPY b /b\nRUN four\n", "RUN four\nCOPY b /b\n"), 9), "RUN four:8 same");
		assert.equal(where(BUILT, BUILT.replace("COPY b /b\nRUN four\n", "RUN four\nCOPY b /b\n"), 8), "COPY b:9 same");
	});

	it("call an instruction edited that stands alone between the same neighbours", () => {
		assert.equal(where(BUILT, BUILT.replace("    three", "    five"), 6, 7), "RUN two:6 edited");
		assert.equal(where(BUILT, BUILT.replace("RUN four", "RUN 4"), 9), "RUN 4:9 edited");
		assert.equal(where(BUILT, BUILT.replace("FROM node:22", "FROM node:24"), 5), "FROM node:24:5 edited");
	});

	it("call an instruction gone that has no partner, and give the FROM of its stage", () => {
		assert.equal(where(BUILT, BUILT.replace("RUN two \\\n    three\n", ""), 6, 7), "FROM node:22:5 gone");
		assert.equal(where(BUILT, BUILT.replace("RUN one\n", ""), 2), "FROM debian:12:1 gone");
		assert.equal(where(BUILT, BUILT.replace("RUN four", "COPY 4 /4"), 9), "FROM node:22:5 gone");
	});

	it("give the last FROM for lines of nothing", () => {
		assert.equal(where(BUILT, BUILT, 99), "FROM node:22:5 gone");
		assert.equal(where(BUILT, "", 6, 7), "-");
		assert.equal(where("", BUILT, 1), "FROM node:22:5 gone");
	});

	it("never throw and never leave the file, however it was edited", () => {
		const line = fc.constantFrom(
			"FROM debian:12",
			"FROM debian:12 AS b",
			"FROM b",
			"RUN one",
			"RUN two",
			"COPY a /a",
			"RUN <<EOF",
			"EOF",
			"RUN x \\",
			"",
		);
		const file = fc.array(line, { maxLength: 12 }).map((lines) => lines.join("\n"));
		fc.assert(
			fc.property(file, file, fc.nat(12), (built, current, at) => {
				const parsed = parseDockerfile(current);
				const place = createLineMap(built, parsed)({ first: at, last: at });
				assert.ok(place !== undefined || parsed.stages.length === 0);
				if (place !== undefined)
					assert.ok(parsed.instructions.some((instruction) => instruction.firstLine === place.instruction.firstLine));
			}),
			{ numRuns: 1000 },
		);
	});

	it("are the same places for an unchanged file", () => {
		const line = fc.constantFrom("FROM debian:12", "RUN one", "RUN two", "COPY a /a", "ENV A=b");
		const file = fc.array(line, { minLength: 1, maxLength: 12 }).map((lines) => `FROM scratch\n${lines.join("\n")}\n`);
		fc.assert(
			fc.property(file, (text) => {
				const parsed = parseDockerfile(text);
				const map = createLineMap(text, parsed);
				for (const instruction of parsed.instructions) {
					const place = map({ first: instruction.firstLine, last: instruction.lastLine });
					assert.deepEqual([place?.instruction.firstLine, place?.state], [instruction.firstLine, "same"]);
				}
			}),
		);
	});
});
