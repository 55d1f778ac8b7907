import assert from "node:assert/strict";
import { readMode } from "../../../server/core/dockerfile/files/fileMode.ts";
import { setIdBits, withoutSetId } from "../../../server/core/dockerfile/files/setIdMode.ts";

describe("setuid and setgid bits", () => {
	const bits = (text: string): string => {
		const mode = readMode(text);
		const found = mode === undefined ? undefined : setIdBits(mode);
		return found === undefined ? "-" : `${found.user ? "u" : ""}${found.group ? "g" : ""}`;
	};
	const without = (text: string): string | undefined => {
		const mode = readMode(text);
		return mode === undefined ? undefined : withoutSetId(mode);
	};

	it("are found in octal and symbolic modes", () => {
		assert.deepEqual(["4755", "2755", "6755", "06755", "1777", "755", "-4755", "+4755"].map(bits), [
			"u",
			"g",
			"ug",
			"ug",
			"-",
			"-",
			"-",
			"u",
		]);
		assert.deepEqual(["u+s", "g+s", "+s", "a+xs", "o+s", "u-s", "u=rwxs,g=rx", "u+s,u-s"].map(bits), [
			"u",
			"g",
			"ug",
			"ug",
			"-",
			"-",
			"u",
			"-",
		]);
	});

	it("are taken away, and nothing else", () => {
		assert.deepEqual(["4755", "06755", "7755", "+4755", "755"].map(without), ["755", "0755", "1755", "+755", undefined]);
		assert.deepEqual(["u+s", "u+xs", "u=rwxs,g=rx", "a+r,g+s"].map(without), ["u-s", "u+x", "u=rwx,g=rx", "a+r,g-s"]);
	});
});
