import assert from "node:assert/strict";
import { byRepository, parseReference } from "../../../server/core/image/reference.ts";

const TABLE = [
	{ name: "first", repositories: ["debian", "example.com/team/*"] },
	{ name: "second", repositories: ["example.com/team/app"] },
	{ name: "third", repositories: ["debian"] },
];

describe("a table by repositories", () => {
	const look = byRepository(TABLE);
	for (const [text, names] of [
		["debian:12", ["first", "third"]],
		["docker.io/library/debian", ["first", "third"]],
		["example.com/team/app", ["first", "second"]],
		["example.com/team/other", ["first"]],
		["example.com/debian", []],
		["debian/app", []],
	] as const) {
		it(`has ${names.length} entries for ${text}, in its order`, () => {
			const reference = parseReference(text);
			assert.ok(reference);
			assert.deepEqual(
				look(reference).map(({ name }) => name),
				names,
			);
		});
	}
});
