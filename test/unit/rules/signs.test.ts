import assert from "node:assert/strict";
import { TLS_TRACES } from "../../../server/core/dockerfile/downloads/tlsChecks.ts";
import { PRIVATE_HOSTS } from "../../../server/core/knowledge/credentialCommands.ts";
import { SECRET_SHAPES } from "../../../server/core/knowledge/secretShapes.ts";
import { TLS_COMMANDS, TLS_OPTIONS } from "../../../server/core/knowledge/tlsSettings.ts";
import { BEGINNING } from "../../../server/core/secrets/textBeginnings.ts";

/** A pattern as the text that it stands for, as far as it says one. */
function textOf(word: string | RegExp): string {
	return (typeof word === "string" ? word : word.source.replaceAll("\\", "")).toLowerCase();
}

describe("the signs that rules need of a file", () => {
	const isSign = (text: string): boolean => TLS_TRACES.some((trace) => text.includes(trace));

	it("cover every option that turns the check of certificates off", () => {
		for (const { programs, names, value } of TLS_OPTIONS) {
			for (const name of names) {
				const covered = isSign(name) || (value !== undefined && isSign(textOf(value))) || programs.every(isSign);
				assert.ok(covered, `${programs.join()} ${name}`);
			}
		}
	});

	it("cover every command that writes such a setting", () => {
		for (const { program, words } of TLS_COMMANDS)
			assert.ok(
				words.some((word) => isSign(textOf(word))),
				`${program} ${words.join(" ")}`,
			);
	});

	it("stand in the addresses of private hosts", () => {
		for (const { pattern, part } of PRIVATE_HOSTS) assert.ok(textOf(pattern).includes(part), part);
	});

	it("are long enough to be told by how they begin", () => {
		for (const { title, prefixes } of SECRET_SHAPES)
			for (const prefix of prefixes) assert.ok(prefix.length >= BEGINNING, `${title}: ${prefix}`);
	});
});
