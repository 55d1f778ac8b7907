import assert from "node:assert/strict";
import { isPlainMember } from "../../../server/core/dockerfile/commands/errexit.ts";
import { type StepScript, scriptsOf } from "../../../server/core/dockerfile/commands/scripts.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

function scriptOf(text: string): StepScript {
	const step = parseDockerfile(`FROM debian:12\nRUN ${text}\n`).stages[0]?.steps[0];
	const script = step === undefined ? undefined : scriptsOf(step)[0];
	assert.ok(script !== undefined);
	return script;
}

function plainMembers(text: string): readonly (string | undefined)[] {
	const script = scriptOf(text);
	return script.commands.filter((command) => isPlainMember(script, command)).map(({ program }) => program);
}

describe("plain members of a list", () => {
	it("are programs, no functions in either spelling", () => {
		assert.deepEqual(plainMembers("my-f.x() { a; }; function g { b; }; my-f.x; g; h"), ["a", "b", "h"]);
	});
});
