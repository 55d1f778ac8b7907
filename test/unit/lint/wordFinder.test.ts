import assert from "node:assert/strict";
import { wordFinder } from "../../../server/core/lint/wordFinder.ts";

function found(words: readonly string[], text: string): readonly string[] {
	const finder = wordFinder(words);
	const present = new Uint8Array(finder.count);
	finder.find(text, present);
	return [...new Set(words)].filter((word) => present[finder.numberOf(word)] === 1);
}

describe("words of a text", () => {
	it("are runs of letters, upper and lower case alike", () => {
		assert.deepEqual(found(["apt", "get", "pip", "go"], "RUN APT-get install; PIP3 x; golang"), ["apt", "get", "pip"]);
	});

	it("end where a text ends", () => assert.deepEqual(found(["npm", "np"], "npm"), ["npm"]));

	it("begin behind an escaped letter, too", () => assert.deepEqual(found(["apt", "napt"], "'x\\napt-get'"), ["apt", "napt"]));

	it("begin behind Python's option for modules, too", () =>
		assert.deepEqual(found(["pip", "venv"], "python3 -mpip; a-venv; xmpip"), ["pip", "venv"]));

	it("are no parts of others, and no letters of other alphabets", () => {
		assert.deepEqual(found(["run"], "runuser"), []);
		assert.deepEqual(found(["run"], "\u0172run"), ["run"]);
		assert.deepEqual(found(["a"], "[`{@\u0141"), []);
	});

	it("are told apart in a long list", () => {
		const letters = "abcdefghijklmnopqrstuvwxyz";
		const words = [...letters].flatMap((a) => [...letters].map((b) => a + b));
		for (const word of ["aa", "mz", "zz"]) assert.deepEqual(found(words, `x ${word} y`), [word]);
	});
});
