import assert from "node:assert/strict";
import fc from "fast-check";
import { compareInstants, parseInstant, printInstant } from "../../../server/core/instant.ts";

describe("instants", () => {
	it("are read as Date reads them", () => {
		const dates = fc.date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9998-12-31T23:59:59Z"), noInvalidDate: true });
		fc.assert(
			fc.property(dates, fc.integer({ min: -23 * 60, max: 23 * 60 }), (date, offset) => {
				const local = new Date(date.getTime() + offset * 60_000);
				const sign = offset < 0 ? "-" : "+";
				const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60].map((part) => String(part).padStart(2, "0"));
				const instant = parseInstant(local.toISOString().replace("Z", `${sign}${hours}:${minutes}`));
				assert.ok(instant);
				assert.equal(instant.seconds * 1000 + instant.nanoseconds / 1_000_000, date.getTime());
			}),
		);
	});

	it("are printed in UTC, to the second", () => {
		fc.assert(
			fc.property(fc.integer({ min: -62_135_596_800, max: 253_402_300_799 }), (seconds) => {
				assert.equal(printInstant({ seconds, nanoseconds: 5 }), new Date(seconds * 1000).toISOString().replace(".000Z", "Z"));
			}),
		);
	});

	for (const text of [
		"",
		"2026-01-02",
		"2026-01-02T03:04:05",
		"2026-01-02 03:04:05Z",
		"2026-01-02T03:04:05z",
		"2026-02-30T00:00:00Z",
		"2026-13-01T00:00:00Z",
		"2025-02-29T00:00:00Z",
		"2026-01-02T24:00:00Z",
		"2026-01-02T03:04:60Z",
		"2026-01-02T03:04:05+1:00",
		"2026-01-02T03:04:05+24:00",
		"1767323045",
	]) {
		it(`are not ${JSON.stringify(text)}`, () => assert.equal(parseInstant(text), undefined));
	}

	it("know leap days, fractions and order", () => {
		assert.ok(parseInstant("2000-02-29T00:00:00Z") && parseInstant("2024-02-29T00:00:00Z"));
		assert.equal(parseInstant("1900-02-29T00:00:00Z"), undefined);
		const [a, b, c] = ["2026-01-02T03:04:05.1Z", "2026-01-02T03:04:05.123456789999Z", "2026-01-02T04:04:05.1+01:00"].map((text) =>
			parseInstant(text),
		);
		assert.equal(b?.nanoseconds, 123_456_789);
		assert.ok(compareInstants(a!, b!) < 0);
		assert.equal(compareInstants(a!, c!), 0);
	});
});
