import assert from "node:assert/strict";
import { RULES } from "../../../server/core/rules/registry.ts";
import { textFinder } from "../../../server/core/textFinder.ts";
import { corpusFiles } from "../../support/corpus.ts";

function found(list: readonly string[], text: string): readonly string[] {
	const finder = textFinder(list);
	const present = new Uint8Array(finder.count);
	finder.find(text, present);
	return list.filter((wanted) => present[finder.numberOf(wanted)] === 1);
}

describe("finding texts", () => {
	it("anywhere, also at both ends, in any case", () => {
		const list = ["apt", "=", "--", "nc ", "\r", "curl"];
		assert.deepEqual(found(list, "APT-get"), ["apt"]);
		assert.deepEqual(found(list, "rsync a --b=c"), ["=", "--", "nc "]);
		assert.deepEqual(found(list, "a\r\nb libCurl"), ["\r", "curl"]);
		assert.deepEqual(found(list, "="), ["="]);
		assert.deepEqual(found(list, ""), []);
	});

	it("that begin in one another", () => {
		assert.deepEqual(found(["ab", "abab", "aba", "b"], "abab"), ["ab", "abab", "aba", "b"]);
		assert.deepEqual(found(["aab"], "aaab"), ["aab"]);
		assert.deepEqual(found(["${", "$"], "$A"), ["$"]);
	});

	it("and no others: letters that only look like them, parts that break off", () => {
		assert.deepEqual(found(["key", "ass", "ab"], "\u212aey a\u017f\u017f ÄB a"), []);
		assert.deepEqual(textFinder(["a"]).numberOf("b"), -1);
	});

	it("that rules name, as a search for each of them does", () => {
		const texts = RULES.flatMap(({ onlyWith }) => onlyWith?.texts ?? []);
		for (const { id, text } of corpusFiles()) {
			const small = text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
			assert.deepEqual(
				found(texts, text),
				texts.filter((wanted) => small.includes(wanted)),
				id,
			);
		}
	}).timeout(60_000);
});
