import assert from "node:assert/strict";
import { commandsOf } from "../../../server/core/dockerfile/commands/scripts.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

interface Told {
	readonly program: string | undefined;
	readonly args: readonly (string | undefined)[];
	readonly marked: readonly string[];
}

/** The commands of the last instruction, with the parts of the text that their words stand for. */
function commandsIn(text: string): readonly Told[] {
	const step = parseDockerfile(text).stages[0]?.steps.at(-1);
	assert.ok(step !== undefined);
	return commandsOf(step).map(({ program, args, decoded }) => {
		assert.equal(decoded, true);
		return { program, args: args.map(({ value }) => value), marked: args.map(({ span }) => text.slice(span.start, span.end)) };
	});
}

describe("a RUN in exec form", () => {
	it("is the command that it starts, with each word in its place", () => {
		assert.deepEqual(commandsIn('FROM debian:12\nRUN [ "/usr/bin/apt-get", \\\n  "install","a&&b $C" ]\n'), [
			{ program: "apt-get", args: ["install", "a&&b $C"], marked: ["install", '"a&&b $C"'] },
		]);
	});

	it("is what the command runs, too", () => {
		assert.deepEqual(
			commandsIn('FROM debian:12\nRUN ["sudo", "-E", "apk", "add", "x"]\n').map(({ program }) => program),
			["sudo", "apk"],
		);
	});

	it("has words with escapes and quotes as the builder passes them on", () => {
		assert.deepEqual(commandsIn('FROM debian:12\nRUN ["echo", "a\\tb\\"c", "it\'s", ""]\n'), [
			{ program: "echo", args: ['a\tb"c', "it's", ""], marked: ['"a\\tb\\"c"', '"it\'s"', '""'] },
		]);
	});

	it("is no start command: that of a container is read elsewhere", () => {
		assert.deepEqual(commandsIn('FROM debian:12\nCMD ["apt-get", "install", "x"]\n'), []);
	});
});
