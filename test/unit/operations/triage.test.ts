import assert from "node:assert/strict";
import { applyEdits } from "../../../server/core/text.ts";
import { assess, isSuppressed } from "../../../server/core/vex/apply.ts";
import { SCOPES, scopeOf } from "../../../server/core/vex/products.ts";
import { findingsNamed, type TriageRequest, triage } from "../../../server/operations/triage.ts";
import { documentOf, documentText, findingOf, imageWith, LODASH, PASSWD } from "../../support/vex.ts";

const REQUEST: TriageRequest = {
	findings: [LODASH],
	decision: { status: "not_affected", justification: "component_not_present" },
	scope: { kind: "package" },
	document: undefined,
	author: "Example Team <security@example.org>",
	now: new Date("2026-03-04T05:06:07.999Z"),
};

function written(more: Partial<TriageRequest> = {}): string {
	const request = { ...REQUEST, ...more };
	const result = triage(request);
	assert.ok("edits" in result, JSON.stringify(result));
	return applyEdits(request.document ?? "", result.edits);
}

function problemOf(more: Partial<TriageRequest>): string {
	const result = triage({ ...REQUEST, ...more });
	assert.ok("problem" in result);
	assert.ok(result.problem.hint === undefined || result.problem.hint.length > 10);
	return result.problem.message;
}

describe("triage", () => {
	for (const { value: kind } of SCOPES) {
		it(`writes a statement for the scope ${kind} that ends the finding, and only that`, () => {
			const findings = [LODASH, PASSWD, findingOf("CVE-2020-28500", LODASH.package)];
			for (const finding of [LODASH, PASSWD]) {
				const text = written({ findings: [finding], scope: scopeOf(kind, imageWith())! });
				const assessed = assess(findings, imageWith(), [{ path: "x", document: documentOf(text) }]);
				assert.deepEqual(
					assessed.filter(isSuppressed).map((each) => each.vulnerability),
					[finding],
				);
			}
		});
	}

	it("makes a new document with an id of its content, or the one that is given", () => {
		const { id, author, timestamp, version } = documentOf(written());
		assert.match(id ?? "", /^https:\/\/openvex\.dev\/docs\/public\/vex-[0-9a-f]{64}$/);
		assert.deepEqual([author, timestamp, version], [REQUEST.author, "2026-03-04T05:06:07Z", 1]);
		assert.equal(documentOf(written()).id, id);
		assert.notEqual(documentOf(written({ findings: [PASSWD] })).id, id);
		assert.equal(documentOf(written({ documentId: "https://example.org/1" })).id, "https://example.org/1");
		assert.match(written({ tooling: "hullguard/0.1.0" }), /"tooling": "hullguard\/0\.1\.0"/);
		assert.equal(written({ document: "\n" }), written());
	});

	it("adds to a document that is there", () => {
		const document = documentText([{ vulnerability: { name: "CVE-1" }, products: [{ "@id": "pkg:npm/a" }], status: "fixed" }]);
		const { statements, author, version } = documentOf(written({ document, author: "" }));
		assert.deepEqual([statements.length, author, version], [2, "Example Team <security@example.org>", 2]);
		const again = written({ document: written({ document }) });
		assert.equal(again, written({ document }));
	});

	it("names the CVE first, and every other id as alias", () => {
		const ghsa = { ...LODASH, id: "GHSA-35jh-r3h4-6jhm", aliases: ["CVE-2021-23337"] };
		const [statement] = documentOf(written({ findings: [ghsa] })).statements;
		assert.deepEqual([statement?.vulnerability, statement?.aliases], ["CVE-2021-23337", ["GHSA-35jh-r3h4-6jhm"]]);
		const [nameless] = documentOf(written({ findings: [findingOf("TEMP-0841856-B18BAF", { purl: "pkg:deb/debian/bash@5" })] })).statements;
		assert.deepEqual([nameless?.vulnerability, nameless?.aliases], ["TEMP-0841856-B18BAF", []]);
	});

	it("makes one statement about several packages with the same vulnerability", () => {
		const findings = [
			PASSWD,
			findingOf("CVE-2007-5686", { ...PASSWD.package, name: "login", purl: PASSWD.package.purl.replace("passwd", "login") }),
		];
		const { statements } = documentOf(written({ findings, scope: scopeOf("digest", imageWith())! }));
		assert.equal(statements.length, 1);
		assert.deepEqual(
			statements[0]?.products.map((product) => product.subcomponents.length),
			[4, 4],
		);
	});

	it("says what it cannot do", () => {
		assert.equal(problemOf({ findings: [] }), "There is no finding to decide about");
		assert.equal(problemOf({ author: " " }), "A new VEX document needs an author");
		assert.equal(problemOf({ document: "{" }), "A key or } is missing: the document ends too early");
		assert.equal(problemOf({ findings: [findingOf("CVE-1", { name: "x", purl: "" })] }), "The scanner gives no package URL for x");
		assert.equal(problemOf({ scope: { kind: "repository", repositories: ["A B"] } }), '"A B" is not the name of a repository');
		const nowhere = "Scanners know the image by no name that a statement could use";
		assert.equal(problemOf({ scope: { kind: "digest", repositoryDigests: [], manifestDigests: [] } }), nowhere);
	});
});

describe("finding what is meant", () => {
	const findings = [PASSWD, findingOf("CVE-2007-5686", { name: "login", purl: "pkg:deb/debian/login@1" }), LODASH];

	it("by any id, in any case", () => {
		assert.deepEqual(findingsNamed("cve-2021-23337", findings), [LODASH]);
		assert.deepEqual(findingsNamed(" GHSA-35jh-r3h4-6jhm", findings), [LODASH]);
		assert.deepEqual(findingsNamed("CVE-2007-5686", findings), findings.slice(0, 2));
		assert.deepEqual(findingsNamed("CVE-2007-5686", findings, "login"), [findings[1]]);
	});

	it("says what is there instead", () => {
		const unknown = findingsNamed("CVE-1", findings);
		assert.ok("message" in unknown);
		assert.equal(unknown.message, "CVE-1 is not among the findings of the image");
		const elsewhere = findingsNamed("CVE-2007-5686", findings, "lodash");
		assert.ok("message" in elsewhere);
		assert.equal(elsewhere.hint, "It is found in passwd, login");
	});
});
