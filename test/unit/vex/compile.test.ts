import assert from "node:assert/strict";
import { assess } from "../../../server/core/vex/apply.ts";
import { compileForScanners } from "../../../server/core/vex/compile.ts";
import { documentOf, fileWith, findingOf, INDEX, imageWith, LODASH, PASSWD, PLATFORM } from "../../support/vex.ts";

const NOW = "2026-03-04T05:06:07Z";
const VULNERABILITY = { name: "CVE-2021-23337", aliases: ["GHSA-35jh-r3h4-6jhm"] };
const OLDER = findingOf(
	"CVE-2021-23337",
	{ name: "lodash", version: "4.17.19", purl: "pkg:npm/lodash@4.17.19" },
	{ aliases: LODASH.aliases },
);

function compiled(findings: readonly (typeof LODASH)[], statements: readonly object[]): string | undefined {
	return compileForScanners(assess(findings, imageWith(), [fileWith(statements)]), imageWith(), NOW);
}

/** Vulnerability, product, subcomponents and status of all that is said. */
function saidIn(text: string | undefined): readonly (readonly string[])[] {
	return documentOf(text ?? "").statements.flatMap((statement) =>
		statement.products.map((product) => [
			statement.vulnerability,
			product.ids.join(" "),
			product.subcomponents.flatMap((each) => each.ids).join(" "),
			statement.status,
		]),
	);
}

describe("the document for scanners", () => {
	it("has the statement in force only, and each question once", () => {
		const about = { vulnerability: VULNERABILITY, products: [{ "@id": `pkg:oci/app@${INDEX}` }, { "@id": `pkg:oci/app@${PLATFORM}` }] };
		const text = compiled(
			[LODASH, { ...LODASH, package: { ...LODASH.package, path: "other/package.json" } }],
			[
				{ ...about, timestamp: "2026-02-01T00:00:00Z", status: "under_investigation" },
				{
					...about,
					timestamp: "2026-02-02T00:00:00Z",
					status: "not_affected",
					justification: "component_not_present",
					impact_statement: "No.",
				},
			],
		);
		assert.deepEqual(saidIn(text), [["CVE-2021-23337", `pkg:oci/app@${INDEX}`, "pkg:npm/lodash@4.17.20", "not_affected"]]);
		const [statement] = documentOf(text ?? "").statements;
		assert.deepEqual(
			[statement?.aliases, statement?.justification, statement?.impact, statement?.timestamp],
			[["GHSA-35jh-r3h4-6jhm"], "component_not_present", "No.", "2026-02-02T00:00:00Z"],
		);
	});

	it("says of each package what is in force for it", () => {
		const text = compiled(
			[LODASH, OLDER],
			[
				{ vulnerability: VULNERABILITY, timestamp: "2026-02-01T00:00:00Z", products: [{ "@id": "pkg:npm/lodash" }], status: "fixed" },
				{
					vulnerability: VULNERABILITY,
					timestamp: "2026-02-02T00:00:00Z",
					products: [{ "@id": "pkg:npm/lodash@4.17.19" }],
					status: "affected",
					action_statement: "Update.",
				},
			],
		);
		assert.deepEqual(saidIn(text), [
			["CVE-2021-23337", "pkg:npm/lodash@4.17.20", "", "fixed"],
			["CVE-2021-23337", "pkg:npm/lodash@4.17.19", "", "affected"],
		]);
	});

	it("spells packages for both scanners, under all ids", () => {
		const finding = { ...PASSWD, aliases: ["GHSA-aaaa-bbbb-cccc"] };
		const text = compiled(
			[finding],
			[
				{
					vulnerability: { name: "CVE-2007-5686" },
					products: [{ "@id": "pkg:oci/app?repository_url=localhost:5000/team/app" }],
					status: "fixed",
				},
			],
		);
		assert.deepEqual(saidIn(text), [
			[
				"CVE-2007-5686",
				"pkg:oci/app?repository_url=localhost:5000/team/app",
				"pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2 pkg:deb/debian/passwd@1:4.13%2Bdfsg1-1%2Bdeb12u2",
				"fixed",
			],
		]);
		assert.deepEqual(documentOf(text ?? "").statements[0]?.aliases, ["GHSA-aaaa-bbbb-cccc"]);
	});

	it("means the same as the documents it was made of", () => {
		const findings = [LODASH, OLDER, PASSWD];
		const statements = [
			{ vulnerability: VULNERABILITY, timestamp: "2026-02-01T00:00:00Z", products: [{ "@id": `pkg:oci/app@${INDEX}` }], status: "fixed" },
			{
				vulnerability: VULNERABILITY,
				timestamp: "2026-02-02T00:00:00Z",
				products: [{ "@id": "pkg:npm/lodash@4.17.19" }],
				status: "under_investigation",
			},
			{
				vulnerability: { name: "CVE-2007-5686" },
				timestamp: "2026-02-01T00:00:00Z",
				products: [{ "@id": "pkg:deb/debian/passwd" }],
				status: "affected",
				action_statement: "Update.",
			},
		];
		const before = assess(findings, imageWith(), [fileWith(statements)]).map((each) => each.status);
		const document = documentOf(compiled(findings, statements) ?? "");
		const after = assess(findings, imageWith(), [{ path: "compiled", document }]).map((each) => each.status);
		assert.deepEqual(before, ["fixed", "under_investigation", "affected"]);
		assert.deepEqual(after, before);
	});

	it("is none where nothing is in force", () => {
		assert.equal(
			compiled([LODASH], [{ vulnerability: { name: "CVE-1" }, products: [{ "@id": "pkg:npm/a" }], status: "fixed" }]),
			undefined,
		);
		assert.equal(compiled([], []), undefined);
	});
});
