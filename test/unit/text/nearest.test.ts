import assert from "node:assert/strict";
import { editDistance } from "../../../server/core/nearest.ts";

describe("the distance of two words", () => {
	for (const [a, b, limit, distance] of [
		["requests", "requests", 2, 0],
		["reqeusts", "requests", 2, 1],
		["erquests", "requests", 2, 1],
		["requesst", "requests", 2, 1],
		["requests", "equests", 2, 1],
		["xequests", "requests", 1, 1],
		["erquests", "requests", 1, 1],
		["badc", "abcd", 3, 2],
		["badc", "abcd", 2, 2],
		["kitten", "sitting", 4, 3],
		["kitten", "sitting", 3, 3],
		["abcdef", "ghijkl", 9, 6],
		["abcdef", "ghijkl", 2, 2],
	] as const) {
		it(`is ${distance} from ${a} to ${b}, with a limit of ${limit}`, () => assert.equal(editDistance(a, b, limit), distance));
	}
});
