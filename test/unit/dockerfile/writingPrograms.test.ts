import assert from "node:assert/strict";
import { commandsOf } from "../../../server/core/dockerfile/commands/scripts.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { keptPassword } from "../../../server/core/dockerfile/secrets/writingPrograms.ts";

describe("a program that keeps a password", () => {
	it("is told the file behind it", () => {
		const kept = (run: string): string | undefined => {
			const step = parseDockerfile(`FROM debian:12\nRUN ${run}\n`).stages[0]?.steps[0];
			assert.ok(step !== undefined);
			return commandsOf(step).map(keptPassword)[0]?.file.text;
		};
		assert.equal(kept("x11vnc -storepasswd $P /a"), "/a");
		assert.equal(kept("x11vnc -storepasswd $P"), undefined);
		assert.equal(kept("x11vnc -storepasswd"), undefined);
		assert.equal(kept("x11vnc -rfbauth /a"), undefined);
	});
});
