import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { expand, UNKNOWN, UNSET } from "../../../server/core/dockerfile/expand.ts";

interface Cases {
	readonly environment: Readonly<Record<string, string>>;
	readonly cases: readonly {
		readonly text: string;
		readonly escape: string;
		readonly refused?: boolean;
		readonly value?: string;
		readonly words?: readonly string[];
	}[];
}

describe("variable substitution", () => {
	const { environment, cases } = JSON.parse(readFileSync("test/fixtures/buildkit/expansion-cases.json", "utf8")) as Cases;
	for (const { text, escape, refused, value, words } of cases) {
		it(`is BuildKit's for ${JSON.stringify(text)}`, () => {
			const found = expand(text, {
				escape,
				lookup: (name) => (Object.hasOwn(environment, name) ? { kind: "set", value: environment[name] ?? "" } : UNSET),
			});
			if (refused) assert.equal(found.kind, "invalid");
			else assert.deepEqual(found.kind === "known" ? [found.value, found.words] : found, [value, words]);
		});
	}

	it("says so when a variable hides the value, and names it", () => {
		const found = expand("python:${TAG}-slim", { escape: "\\", lookup: () => UNKNOWN });
		assert.deepEqual(found, { kind: "unknown", names: ["TAG"], unset: [] });
	});

	it("does not need a default that is not used", () => {
		const lookup = (name: string) => (name === "A" ? ({ kind: "set", value: "a" } as const) : UNKNOWN);
		assert.equal(expand("${A:-$HIDDEN}", { escape: "\\", lookup }).kind, "known");
		assert.equal(expand("${A:+$HIDDEN}", { escape: "\\", lookup }).kind, "unknown");
	});

	it("names variables without a value and without a default", () => {
		const found = expand("$A ${B} ${C:-c}", { escape: "\\", lookup: () => UNSET });
		assert.deepEqual(found, {
			kind: "known",
			value: "  c",
			words: ["c"],
			unset: [
				{ name: "A", at: 1 },
				{ name: "B", at: 5 },
			],
		});
	});
});
