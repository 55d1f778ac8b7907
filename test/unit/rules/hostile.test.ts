import assert from "node:assert/strict";
import { RULES } from "../../../server/core/rules/registry.ts";
import { NO_WORKSPACE } from "../../../server/core/rules/workspaceFacts.ts";
import { lintInFull, MOST_MILLISECONDS, processorTime } from "../../support/fuzzCheck.ts";
import { type HostileInput, largeInputs, repeatedCharacters } from "../../support/hostileInputs.ts";
import { referenceTime } from "../../support/speed.ts";

const rules = new Map(RULES.map((rule) => [rule.id, rule.severity] as const));
const workspace = { ...NO_WORKSPACE, today: "2026-11-21" };

/** What the reference computation takes on a machine that has nothing else to do, in milliseconds. */
const USUAL_REFERENCE = 16;

/**
 * Milliseconds of the processor. What else the machine does counts against the processor, too: where the time is too long at first, the
 * shortest of four counts, by as much less as the machine is slower just then.
 */
function timeOf(text: string): number {
	const once = (): number => processorTime(() => lintInFull(text, { rules, workspace, today: "2026-11-21" }));
	const first = once();
	if (first < MOST_MILLISECONDS) return first;
	const slowness = Math.max(1, referenceTime() / USUAL_REFERENCE);
	return Math.min(first, once(), once(), once()) / slowness;
}

describe("hostile input: every rule takes less than a second", function () {
	this.timeout(60_000);
	// What the engine compiles for the first file is no part of the time of another.
	before(() => {
		for (const rule of RULES.slice(0, 60)) for (const example of rule.examples) timeOf("bad" in example ? example.bad : example.good);
	});

	function check({ name, text }: HostileInput): void {
		const time = timeOf(text);
		assert.ok(time < MOST_MILLISECONDS, `${name}: ${Math.round(time)} ms`);
	}

	for (const input of largeInputs()) it(input.name, () => check(input));
	it("100,000 times the same character", () => {
		for (const input of repeatedCharacters()) check(input);
	});
});
