import assert from "node:assert/strict";
import type { Image } from "../../../server/core/image/image.ts";
import { assess, isSuppressed } from "../../../server/core/vex/apply.ts";
import type { ScannerName, Vulnerability } from "../../../server/core/vulnerabilities/vulnerability.ts";
import { fileWith, findingOf, INDEX, imageWith, LODASH, OTHER, PASSWD, PLATFORM, REPOSITORY } from "../../support/vex.ts";

const LODASH_PURL = "pkg:npm/lodash@4.17.20";
const SHA = INDEX.slice("sha256:".length);

function statement(more: object = {}): object {
	return {
		vulnerability: { name: "CVE-2021-23337", aliases: ["GHSA-35jh-r3h4-6jhm"] },
		products: [{ "@id": `pkg:oci/app@${INDEX}`, subcomponents: [{ "@id": LODASH_PURL }] }],
		status: "not_affected",
		justification: "component_not_present",
		...more,
	};
}

function drops(scanner: ScannerName, finding: Vulnerability, said: object, image: Image = imageWith()): boolean {
	const [assessed] = assess([{ ...finding, reportedBy: [scanner] }], image, [fileWith([said])]);
	return isSuppressed(assessed!);
}

/** Whether Trivy and Grype drop the finding: measured with 0.76 and 0.120. */
type Verdict = "yes yes" | "yes -" | "- yes" | "- -";

function verdictOf(finding: Vulnerability, said: object, image?: Image): Verdict {
	const words = (["trivy", "grype"] as const).map((scanner) => (drops(scanner, finding, said, image) ? "yes" : "-"));
	return words.join(" ") as Verdict;
}

describe("products, as both scanners see them", () => {
	const product = (id: string, more: object = {}): object =>
		statement({ products: [{ "@id": id, subcomponents: [{ "@id": LODASH_PURL }], ...more }] });
	const CASES: readonly (readonly [string, object, Verdict])[] = [
		["the index digest", product(`pkg:oci/app@${INDEX}`), "yes yes"],
		["the index digest, encoded", product(`pkg:oci/app@${INDEX.replace(":", "%3A")}`), "yes yes"],
		["the platform digest", product(`pkg:oci/app@${PLATFORM}`), "- -"],
		["the name", product("pkg:oci/app"), "yes yes"],
		["the repository", product("pkg:oci/app?repository_url=localhost:5000/team/app"), "yes yes"],
		["the repository, encoded", product("pkg:oci/app?repository_url=localhost%3A5000%2Fteam%2Fapp"), "yes yes"],
		["the repository without the name", product("pkg:oci/app?repository_url=localhost:5000/team"), "- -"],
		["digest and repository", product(`pkg:oci/app@${INDEX}?repository_url=localhost:5000/team/app`), "yes yes"],
		["an architecture", product(`pkg:oci/app@${INDEX}?arch=amd64`), "yes -"],
		["another architecture", product(`pkg:oci/app@${INDEX}?arch=arm64`), "- -"],
		["a tag", product(`pkg:oci/app@${INDEX}?tag=1`), "- -"],
		["a namespace", product(`pkg:oci/team/app@${INDEX}`), "- -"],
		["another image", product(`pkg:oci/other@${INDEX}`), "- -"],
		["another digest", product(`pkg:oci/app@${OTHER}`), "- -"],
		["the type docker", product(`pkg:docker/team/app@${INDEX}`), "- -"],
		["a plain reference with a digest", product(`${REPOSITORY}@${INDEX}`), "- yes"],
		["a plain repository", product(REPOSITORY), "- -"],
		["a digest with its algorithm", product(INDEX), "- -"],
		["a bare digest", product(SHA), "- yes"],
		["a hash", statement({ products: [{ hashes: { "sha-256": SHA }, subcomponents: [{ "@id": LODASH_PURL }] }] }), "- yes"],
		["an identifier without an id", statement({ products: [{ identifiers: { purl: `pkg:oci/app@${INDEX}` } }] }), "yes yes"],
		["the package", statement({ products: [{ "@id": LODASH_PURL }] }), "yes yes"],
		["the package without a version", statement({ products: [{ "@id": "pkg:npm/lodash" }] }), "yes yes"],
		["the package, whatever its subcomponents are", product(LODASH_PURL, { subcomponents: [{ "@id": "pkg:npm/other" }] }), "yes yes"],
		["another package", statement({ products: [{ "@id": "pkg:npm/lodash@4.17.21" }] }), "- -"],
		["no product", statement({ products: [] }), "- -"],
	];
	for (const [what, said, expected] of CASES) {
		it(`${what}: ${expected}`, () => assert.equal(verdictOf(LODASH, said), expected));
	}

	it("in an image that nobody knows by a digest only the package counts", () => {
		const archive = imageWith({ repositoryDigests: [], digest: undefined });
		assert.equal(verdictOf(LODASH, statement(), archive), "- -");
		assert.equal(verdictOf(LODASH, product("pkg:oci/app"), archive), "- -");
		assert.equal(verdictOf(LODASH, statement({ products: [{ "@id": LODASH_PURL }] }), archive), "yes yes");
	});

	it("of an image with several names, Trivy knows the first one only", () => {
		const repositoryDigests = [`zzlocal@${INDEX}`, `localhost:5000/aaa/first@${INDEX}`, `${REPOSITORY}@${INDEX}`];
		const image = imageWith({ repositoryDigests });
		assert.equal(verdictOf(LODASH, product(`pkg:oci/zzlocal@${INDEX}`), image), "yes yes");
		assert.equal(verdictOf(LODASH, product(`pkg:oci/app@${INDEX}`), image), "- yes");
		assert.equal(verdictOf(LODASH, product("pkg:oci/zzlocal?repository_url=index.docker.io/library/zzlocal"), image), "yes yes");
		assert.equal(verdictOf(LODASH, product("pkg:oci/zzlocal?repository_url=docker.io/library/zzlocal"), image), "- yes");
		assert.equal(verdictOf(LODASH, product("pkg:oci/zzlocal?repository_url=docker.io/zzlocal"), image), "- yes");
	});
});

describe("subcomponents, as both scanners see them", () => {
	const within = (...purls: readonly string[]): object =>
		statement({
			vulnerability: { name: "CVE-2007-5686" },
			products: [{ "@id": `pkg:oci/app@${INDEX}`, subcomponents: purls.map((purl) => ({ "@id": purl })) }],
		});
	const trivy = "pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2";
	const grype = "pkg:deb/debian/passwd@1%3A4.13%2Bdfsg1-1%2Bdeb12u2";
	const CASES: readonly (readonly [string, object, Verdict])[] = [
		["none at all", within(), "yes yes"],
		["no version", within("pkg:deb/debian/passwd"), "yes yes"],
		["Trivy's spelling of an epoch", within(trivy), "yes -"],
		["Trivy's spelling with its qualifier", within(`${trivy}?epoch=1`), "yes -"],
		["Grype's spelling", within(grype), "- yes"],
		["Grype's spelling, not encoded", within("pkg:deb/debian/passwd@1:4.13+dfsg1-1+deb12u2"), "- yes"],
		["both spellings", within(trivy, grype), "yes yes"],
		["an architecture", within("pkg:deb/debian/passwd?arch=amd64"), "yes yes"],
		["architecture and distribution", within("pkg:deb/debian/passwd?arch=amd64&distro=debian-12.15"), "yes yes"],
		["the distribution's major version", within("pkg:deb/debian/passwd?distro=debian-12"), "- -"],
		["another version", within("pkg:deb/debian/passwd@5"), "- -"],
		["the source package", within("pkg:deb/debian/shadow"), "- -"],
		["two, of which the second fits", within("pkg:deb/debian/other", "pkg:deb/debian/passwd"), "yes yes"],
	];
	for (const [what, said, expected] of CASES) {
		it(`${what}: ${expected}`, () => assert.equal(verdictOf(PASSWD, said), expected));
	}
});

describe("names of vulnerabilities, as both scanners see them", () => {
	const CASES: readonly (readonly [string, object, Verdict])[] = [
		["the CVE alone", { name: "CVE-2021-23337" }, "yes -"],
		["the GHSA alone", { name: "GHSA-35jh-r3h4-6jhm" }, "- yes"],
		["the CVE with the GHSA", { name: "CVE-2021-23337", aliases: ["GHSA-35jh-r3h4-6jhm"] }, "yes yes"],
		["the other way round", { name: "GHSA-35jh-r3h4-6jhm", aliases: ["CVE-2021-23337"] }, "yes yes"],
		["small letters", { name: "cve-2021-23337", aliases: ["ghsa-35jh-r3h4-6jhm"] }, "- -"],
		["the CVE as IRI", { "@id": "CVE-2021-23337", name: "x" }, "yes -"],
	];
	for (const [what, vulnerability, expected] of CASES) {
		it(`${what}: ${expected}`, () => assert.equal(verdictOf(LODASH, statement({ vulnerability })), expected));
	}

	it("Grype reports packages of distributions under the CVE, and others under what GitHub or Go call them", () => {
		const said = (name: string): object =>
			statement({ vulnerability: { name }, products: [{ "@id": "pkg:deb/debian/x" }, { "@id": "pkg:golang/stdlib" }] });
		const debian = findingOf("CVE-2026-1", { purl: "pkg:deb/debian/x@1" }, { aliases: ["GHSA-aaaa-bbbb-cccc"] });
		assert.equal(verdictOf(debian, said("CVE-2026-1")), "yes yes");
		const go = findingOf("CVE-2026-1", { purl: "pkg:golang/stdlib@v1.22.1" }, { aliases: ["GO-2026-1"] });
		assert.equal(verdictOf(go, said("CVE-2026-1")), "yes -");
		assert.equal(verdictOf(go, said("GO-2026-1")), "- yes");
		const noAlias = findingOf("CVE-2026-1", { purl: "pkg:golang/stdlib@v1.22.1" });
		assert.equal(verdictOf(noAlias, said("CVE-2026-1")), "yes yes");
	});
});

describe("assessing vulnerabilities", () => {
	const at = (timestamp: string, status: string, more: object = {}): object =>
		statement({ status, timestamp, justification: undefined, ...more });
	const statusOf = (...said: readonly object[]): string => assess([LODASH], imageWith(), [fileWith(said)])[0]!.status;
	const [OLD, NEW] = ["2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z"];

	it("takes the newest statement, in whatever order they stand", () => {
		assert.equal(statusOf(at(OLD, "not_affected"), at(NEW, "affected")), "affected");
		assert.equal(statusOf(at(NEW, "affected"), at(OLD, "not_affected")), "affected");
		assert.equal(statusOf(at(OLD, "affected"), at(NEW, "not_affected")), "not_affected");
		assert.equal(statusOf(at(OLD, "under_investigation"), at(NEW, "fixed")), "fixed");
		assert.equal(statusOf(at("2026-02-01T23:59:59-05:00", "fixed"), at(NEW, "affected")), "fixed");
	});

	it("takes the later one of two with the same time", () => {
		assert.equal(statusOf(at(OLD, "not_affected"), at(OLD, "affected")), "affected");
		assert.equal(statusOf(at(OLD, "affected"), at(OLD, "not_affected")), "not_affected");
	});

	it("compares statements about the image and about the package", () => {
		const aboutPackage = { products: [{ "@id": LODASH_PURL }] };
		assert.equal(statusOf(at(OLD, "not_affected", aboutPackage), at(NEW, "affected")), "affected");
		assert.equal(statusOf(at(OLD, "affected"), at(NEW, "not_affected", aboutPackage)), "not_affected");
	});

	it("compares statements of several documents", () => {
		const files = [
			{ ...fileWith([at(NEW, "not_affected")]), path: "a.vex.json" },
			{ ...fileWith([at(OLD, "affected")]), path: "b.vex.json" },
		];
		const [assessed] = assess([LODASH], imageWith(), files);
		assert.equal(assessed?.status, "not_affected");
		assert.equal(assessed?.statement?.path, "a.vex.json");
		assert.equal(assessed?.statement?.statement.index, 0);
	});

	it("drops a finding only if every scanner that reported it does", () => {
		const half = at(NEW, "not_affected", { vulnerability: { name: "CVE-2021-23337" } });
		assert.equal(statusOf(half), "open");
		const files = [fileWith([half])];
		assert.equal(assess([{ ...LODASH, reportedBy: ["trivy"] }], imageWith(), files)[0]?.status, "not_affected");
		assert.equal(assess([{ ...LODASH, reportedBy: ["grype"] }], imageWith(), files)[0]?.status, "open");
		assert.equal(assess([{ ...LODASH, reportedBy: [] }], imageWith(), files)[0]?.status, "open");
	});

	it("shows what else is said where the finding stays", () => {
		const half = { vulnerability: { name: "CVE-2021-23337" } };
		assert.equal(statusOf(at(OLD, "affected", half)), "affected");
		assert.equal(statusOf(at(OLD, "affected"), at(NEW, "not_affected", half)), "affected");
	});

	it("leaves all other findings open", () => {
		const others = [
			findingOf("CVE-2020-28500", LODASH.package, { aliases: ["GHSA-29mw-wpgm-hmr9"] }),
			findingOf("CVE-2021-23337", { name: "lodash", version: "4.17.19", purl: "pkg:npm/lodash@4.17.19" }, { aliases: LODASH.aliases }),
			PASSWD,
		];
		const assessed = assess([LODASH, ...others], imageWith(), [fileWith([statement()])]);
		assert.deepEqual(
			assessed.map((each) => [each.vulnerability, each.status]),
			[[LODASH, "not_affected"], ...others.map((other) => [other, "open"])],
		);
	});

	it("is quick for large reports and documents", () => {
		const many = Array.from({ length: 5000 }, (_, index) => findingOf(`CVE-2026-${index}`, { purl: `pkg:deb/debian/p${index}@1:2.3` }));
		const said = many.map((finding) =>
			statement({
				vulnerability: { name: finding.id },
				products: [
					{
						"@id": `pkg:oci/app@${INDEX}`,
						subcomponents: [{ "@id": finding.package.purl.replace("1:", "") }, { "@id": finding.package.purl }],
					},
				],
			}),
		);
		const files = [fileWith(said)];
		const started = performance.now();
		const assessed = assess(many, imageWith(), files);
		assert.ok(performance.now() - started < 1000, `${performance.now() - started} ms`);
		assert.ok(assessed.every(isSuppressed));
	});
});
