import assert from "node:assert/strict";
import { readDecision } from "../../../server/core/vex/decision.ts";
import { JUSTIFICATIONS, STATUSES } from "../../../server/core/vex/justifications.ts";
import { SCOPES } from "../../../server/core/vex/products.ts";

describe("decisions", () => {
	it("are read from what is typed", () => {
		assert.deepEqual(readDecision({ status: "not_affected", justification: "component_not_present", comment: " Not there. " }), {
			decision: { status: "not_affected", justification: "component_not_present", impact: "Not there." },
		});
		assert.deepEqual(readDecision({ status: "not_affected", justification: "component_not_present" }), {
			decision: { status: "not_affected", justification: "component_not_present" },
		});
		assert.deepEqual(readDecision({ status: "affected", comment: "Update." }), { decision: { status: "affected", action: "Update." } });
		assert.deepEqual(readDecision({ status: "fixed", comment: "Patched by us." }), {
			decision: { status: "fixed", notes: "Patched by us." },
		});
		assert.deepEqual(readDecision({ status: "under_investigation" }), { decision: { status: "under_investigation" } });
	});

	const REFUSED: readonly (readonly [Parameters<typeof readDecision>[0], string, RegExp])[] = [
		[{ status: "safe" }, '"safe" is no VEX status', /not_affected, affected, fixed or under_investigation/],
		[{ status: "not_affected" }, '"not_affected" needs a justification', /component_not_present/],
		[{ status: "not_affected", justification: "because" }, '"because" is no justification', /component_not_present/],
		[{ status: "affected" }, '"affected" needs a comment', /what users/],
		[{ status: "affected", comment: "  " }, '"affected" needs a comment', /what users/],
		[{ status: "fixed", justification: "component_not_present" }, 'A justification does not go with "fixed"', /not_affected/],
	];
	for (const [input, message, hint] of REFUSED) {
		it(`are refused: ${message}`, () => {
			const result = readDecision(input);
			assert.ok("problem" in result);
			assert.equal(result.problem.message, message);
			assert.match(result.problem.hint ?? "", hint);
		});
	}

	it("have words for people", () => {
		for (const choice of [...STATUSES, ...JUSTIFICATIONS, ...SCOPES]) {
			assert.match(choice.label, /^[A-Z].{3,40}[^.]$/);
			assert.match(choice.description, /^[A-Z].*\.$/);
		}
		assert.equal(STATUSES.length, 4);
		assert.equal(JUSTIFICATIONS.length, 5);
	});
});
