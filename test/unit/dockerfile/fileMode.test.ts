import assert from "node:assert/strict";
import {
	grantsWorldWrite,
	readMode,
	revokesWorldWrite,
	setsSticky,
	withoutWorldWrite,
} from "../../../server/core/dockerfile/files/fileMode.ts";

/** Mode, and what is left of it; undefined where others may not write. */
const MODES: readonly (readonly [mode: string, left: string | undefined])[] = [
	["777", "755"],
	["0777", "0755"],
	["00777", "00755"],
	["666", "644"],
	["757", "755"],
	["776", "774"],
	["773", "771"],
	["2777", "2755"],
	["+777", "+755"],
	["a+rwx", "a+rx,u+w"],
	["a+w", "u+w"],
	["ugo+rwX", "a+rX,u+w"],
	["go+w", "g+w"],
	["o+rw", "o+r"],
	["a=rwx", "u=rwx,go=rx"],
	["go=rw", "g=rw,o=r"],
	["u=rwx,o=rw", "u=rwx,o=r"],
	["1777", undefined],
	["01777", undefined],
	["755", undefined],
	["775", undefined],
	["-777", undefined],
	["u+w", undefined],
	["+w", undefined],
	["o-w", undefined],
	["a+rwx,o-w", undefined],
	["a+rwxt", undefined],
	["a+w,+t", undefined],
	["o=", undefined],
	["g=u", undefined],
];

describe("file modes", () => {
	for (const [text, left] of MODES) {
		it(`${text} ${left === undefined ? "lets nobody else write" : `becomes ${left}`}`, () => {
			const mode = readMode(text);
			assert.ok(mode !== undefined);
			assert.equal(grantsWorldWrite(mode), left !== undefined);
			if (left === undefined) return;
			assert.equal(withoutWorldWrite(mode), left);
			const result = readMode(left);
			assert.ok(result !== undefined && !grantsWorldWrite(result));
		});
	}

	it("are nothing else", () => {
		for (const text of ["", "888", "123456", "rwx", "a", "a+q", "$MODE", "a+w,,", "o+w "]) assert.equal(readMode(text), undefined, text);
	});

	it("obey the umask where no class is named", () => {
		const mode = readMode("+w");
		assert.ok(mode !== undefined && grantsWorldWrite(mode, true) && !grantsWorldWrite(mode, false));
	});

	it("offer nothing where nothing would be left", () => {
		for (const text of ["o+w", "7", "a+r+w"]) {
			const mode = readMode(text);
			assert.ok(mode !== undefined && grantsWorldWrite(mode));
			assert.equal(withoutWorldWrite(mode), undefined, text);
		}
	});

	it("take back, and set the sticky bit", () => {
		const of = (text: string) => readMode(text) as NonNullable<ReturnType<typeof readMode>>;
		assert.deepEqual(
			["755", "o-w", "go-rwx", "o=rx", "u+x", "777", "g-w"].map((text) => revokesWorldWrite(of(text))),
			[true, true, true, true, false, false, false],
		);
		assert.deepEqual(
			["1777", "+t", "a+rwt", "777", "-t", "-1777"].map((text) => setsSticky(of(text))),
			[true, true, true, false, false, false],
		);
	});
});
