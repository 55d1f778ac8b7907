import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type CanonicalDocument, canonicalId, canonicalText } from "../../../server/core/vex/canonical.ts";

/** The documents of go-vex's own test, and the hashes that it expects. */
const ONE: CanonicalDocument = {
	timestamp: "2022-12-22T16:36:43-05:00",
	version: 1,
	author: "John Doe",
	statements: [
		{
			vulnerability: "CVE-1234-5678",
			aliases: ["some vulnerability alias"],
			products: [
				{
					id: "pkg:oci/example@sha256:47fed8868b46b060efb8699dc40e981a0c785650223e03602d8c4493fc75b68c",
					subcomponents: ["pkg:apk/wolfi/bash@1.0.0"],
				},
			],
			decision: { status: "under_investigation" },
		},
	],
};
const TWO: CanonicalDocument = {
	...ONE,
	statements: [
		...ONE.statements,
		{
			vulnerability: "CVE-2010-543231",
			aliases: [],
			products: [{ id: "pkg:apk/wolfi/git@2.0.0", subcomponents: [] }],
			decision: { status: "affected", action: "" },
		},
	],
};

function hash(document: CanonicalDocument): string {
	return createHash("sha256")
		.update(canonicalText(document) ?? "")
		.digest("hex");
}

describe("canonical ids", () => {
	it("are those of go-vex", () => {
		assert.equal(hash(ONE), "8ed99017785c3b43219018c7c50353c031cdaaf1c7efc146c683b0ce57123cf6");
		assert.equal(hash(TWO), "cbfbba00d118572164b5b934e3ced71c1b02e171f942abfe66d42775dba703cf");
		assert.equal(canonicalId("ab"), "https://openvex.dev/docs/public/vex-ab");
	});

	it("do not depend on the order of statements, products and aliases", () => {
		const [first, second] = TWO.statements;
		assert.equal(hash({ ...TWO, statements: [second!, first!] }), hash(TWO));
		const products = [
			{ id: "pkg:npm/b", subcomponents: [] },
			{ id: "pkg:npm/a", subcomponents: ["pkg:npm/c"] },
		];
		const statement = { ...first!, aliases: ["b", "a"], products };
		const turned = { ...first!, aliases: ["a", "b"], products: products.toReversed() };
		assert.equal(hash({ ...ONE, statements: [statement] }), hash({ ...ONE, statements: [turned] }));
	});

	it("count a statement's own time, and need times that can be read", () => {
		const [first] = ONE.statements;
		assert.equal(hash({ ...ONE, statements: [{ ...first!, timestamp: "2022-12-22T21:36:43Z" }] }), hash(ONE));
		assert.notEqual(hash({ ...ONE, statements: [{ ...first!, timestamp: "2022-12-22T21:36:44Z" }] }), hash(ONE));
		assert.equal(canonicalText({ ...ONE, timestamp: "soon" }), undefined);
		assert.equal(canonicalText({ ...ONE, statements: [{ ...first!, timestamp: "soon" }] }), undefined);
	});
});
