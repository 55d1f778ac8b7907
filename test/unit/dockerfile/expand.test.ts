import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { expand } from "../../../server/core/dockerfile/syntax/expand.ts";
import { UNKNOWN, UNSET } from "../../../server/core/dockerfile/syntax/variableValue.ts";

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

describe("expand, with values and patterns beyond all measure", () => {
	const lookup = (values: Readonly<Record<string, string>>) => (name: string) => {
		const value = values[name];
		return value === undefined ? UNSET : ({ kind: "set", value } as const);
	};
	const value = (text: string, values: Readonly<Record<string, string>>): string | undefined => {
		const expansion = expand(text, { escape: "\\", lookup: lookup(values) });
		return expansion.kind === "known" ? expansion.value : undefined;
	};
	const long = "a".repeat(10_000);

	it("gives up what grows too long", () => {
		assert.equal(value("$A", { A: long }), long);
		assert.equal(value("$A$A", { A: long }), undefined);
		assert.equal(value("${A//a/bb}", { A: long }), undefined);
	});

	it("compares stars without taking choices back", () => {
		const stars = "*a".repeat(200);
		assert.equal(value(`\${A//${stars}b/}`, { A: long }), long);
		assert.equal(value(`\${A//${stars}/}`, { A: long }), "");
		assert.equal(value(`\${A#${stars}}`, { A: long }), "a".repeat(9_800));
		assert.equal(value(`\${A%%b${stars}}`, { A: `c${long}` }), `c${long}`);
	});

	it("takes the longest or the shortest match, from either end", () => {
		const values = { A: "abcabc" };
		for (const [text, expected] of [
			["${A#*b}", "cabc"],
			["${A##*b}", "c"],
			["${A%b*}", "abca"],
			["${A%%b*}", "a"],
			["${A/b?/-}", "a-abc"],
			["${A//b?/-}", "a-a-"],
			["${A//*/-}", "-"],
			["${A//c*a/-}", "ab-bc"],
		] as const)
			assert.equal(value(text, values), expected, text);
	});
});
