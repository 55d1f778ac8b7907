import assert from "node:assert/strict";
import fc from "fast-check";
import { attributeByProvenance } from "../../../server/core/attribution/exact.ts";
import type { Attribution, Origin } from "../../../server/core/attribution/origin.ts";
import { readProvenance } from "../../../server/core/attribution/provenance.ts";
import { A1, A1_CLASSIC, A2, predicateOf, type RecordedBuild } from "./recordedBuilds.ts";

function attribute(build: RecordedBuild, version: "v0.2" | "v1" = "v0.2", layers = build.layerCount): Attribution | undefined {
	const provenance = readProvenance(predicateOf(build, version));
	return provenance === undefined ? undefined : attributeByProvenance(provenance, layers);
}

/** `base 10`, `7-8`, `?`: one-based, as the recorded builds are described. */
function short(origin: Origin): string {
	if (origin.kind === "unknown") return "?";
	const { first, last } = origin.lines;
	const lines = first === last ? `${first + 1}` : `${first + 1}-${last + 1}`;
	return origin.kind === "base" ? `base ${lines}` : lines;
}

describe("attribution by provenance", () => {
	for (const version of ["v0.2", "v1"] as const) {
		it(`gives every layer of a build with two lineage stages its lines (SLSA ${version})`, () => {
			const origins = attribute(A1, version)?.origins.map(short);
			assert.deepEqual(origins, ["base 10", "base 10", "base 10", "12", "16", "17", "18", "19-22"]);
		});

		it(`gives every layer of a build with ONBUILD and an unlisted base its lines (SLSA ${version})`, () => {
			const origins = attribute(A2, version)?.origins.map(short);
			const own = ["6-9", "10", "11", "12-14", "15", "16", "17", "18"];
			assert.deepEqual(origins, ["base 2", "base 2", "base 2", "base 2", "base 2", ...own]);
		});
	}

	it("gives the same lines for an engine with the old store", () => {
		assert.deepEqual(attribute(A1_CLASSIC)?.origins.map(short), attribute(A1)?.origins.map(short));
	});

	it("names the instruction that made what COPY --from takes, and the image that it comes from", () => {
		const fromStage = attribute(A1)?.origins[4];
		assert.deepEqual(fromStage?.kind === "instruction" && fromStage.related, [{ first: 6, last: 7 }]);
		const fromImage = attribute(A2)?.origins[9];
		assert.deepEqual(fromImage?.kind === "instruction" && [fromImage.related, fromImage.copiedImage], [[], "localhost:5055/base:1"]);
		const fromContext = attribute(A2)?.origins[6];
		assert.deepEqual(fromContext?.kind === "instruction" && [fromContext.related, fromContext.copiedImage], [[], undefined]);
	});

	it("takes the child's length less one for a base that nothing else lists", () => {
		const without: RecordedBuild = {
			...A2,
			steps: A2.steps.map((step, index) => (index === 4 ? { op: step.op, inputs: step.inputs } : step)),
		};
		assert.deepEqual(attribute(without)?.origins.map(short), attribute(A2)?.origins.map(short));
	});

	it("is exact, and gives the text that was built", () => {
		const attribution = attribute(A1);
		assert.equal(attribution?.text, A1.dockerfile);
		assert.ok(attribution?.origins.every((origin) => origin.kind !== "unknown" && origin.certainty === "exact"));
	});

	it("says nothing about an image with another number of layers", () => {
		assert.equal(attribute(A1, "v0.2", 7), undefined);
		assert.equal(attribute(A1, "v0.2", 9), undefined);
	});

	it("leaves a layer open that several unlisted steps can have made", () => {
		const gap: RecordedBuild = {
			...A1,
			steps: A1.steps.map((step, index) => {
				if (index !== 9) return step;
				const { layers: _, ...rest } = step;
				return rest;
			}),
		};
		assert.deepEqual(attribute(gap)?.origins.slice(5).map(short), ["17", "18", "19-22"], "one layer for each");
		const merged: RecordedBuild = { ...gap, steps: gap.steps.map((step, index) => (index === 10 ? { ...step, layers: 8 } : step)) };
		assert.deepEqual(attribute(merged, "v0.2", 9)?.origins.slice(5).map(short), ["17", "?", "?", "?"], "three layers for two");
	});

	it("does not need maps that minimum mode leaves out to say that it knows nothing", () => {
		assert.equal(readProvenance({ builder: {}, metadata: { "https://mobyproject.org/buildkit@v1#metadata": {} } }), undefined);
	});

	it("never throws, whatever JSON it is given", () => {
		fc.assert(
			fc.property(fc.jsonValue(), (value) => {
				assert.equal(readProvenance(value), undefined);
			}),
		);
	});

	it("never throws on a provenance in which anything is replaced or missing", () => {
		const documents = [predicateOf(A1, "v0.2"), predicateOf(A2, "v1")].map((document) => JSON.stringify(document));
		const odd = fc.oneof(fc.constant(null), fc.integer({ min: -3, max: 1e9 }), fc.string(), fc.constant([]), fc.constant({}), fc.boolean());
		fc.assert(
			fc.property(fc.constantFrom(...documents), fc.nat(), odd, fc.integer({ min: 0, max: 20 }), (text, seed, replacement, layers) => {
				const document: unknown = JSON.parse(text);
				const slots = slotsOf(document);
				const slot = slots[seed % slots.length] as Slot;
				slot.set(replacement);
				const provenance = readProvenance(document);
				if (provenance === undefined) return;
				const attribution = attributeByProvenance(provenance, layers);
				assert.ok(attribution === undefined || attribution.origins.length === layers);
			}),
			{ numRuns: 2000 },
		);
	});

	it("ends on circles of steps", () => {
		const circle: RecordedBuild = {
			...A1,
			steps: A1.steps.map((step, index) =>
				index === 0 ? { ...step, op: { exec: { mounts: [{ dest: "/" }] } }, inputs: ["step10"] } : step,
			),
		};
		assert.equal(attribute(circle)?.origins.length, 8);
		const merges: RecordedBuild = {
			...A1,
			steps: A1.steps.map((step, index) =>
				index === 7 ? { ...step, op: { merge: { inputs: [{}, { input: 1 }] } }, inputs: ["step8", "step8"] } : step,
			),
		};
		assert.equal(attribute(merges)?.origins.length, 8);
	});
});

interface Slot {
	set(value: unknown): void;
}

/** Every place in a document that can hold another value. */
function slotsOf(value: unknown): readonly Slot[] {
	if (typeof value !== "object" || value === null) return [];
	const container = value as Record<string, unknown>;
	return Object.keys(container).flatMap((key) => [
		{
			set(replacement) {
				container[key] = replacement;
			},
		} satisfies Slot,
		...slotsOf(container[key]),
	]);
}
