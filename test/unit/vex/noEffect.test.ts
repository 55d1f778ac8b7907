import assert from "node:assert/strict";
import type { Image } from "../../../server/core/image/image.ts";
import { type NoEffectReason, whyNoEffect } from "../../../server/core/vex/noEffect.ts";
import type { Vulnerability } from "../../../server/core/vulnerabilities/vulnerability.ts";
import { fileWith, INDEX, imageWith, LODASH, OTHER, PASSWD, REPOSITORY } from "../../support/vex.ts";

const VULNERABILITY = { name: "CVE-2021-23337", aliases: ["GHSA-35jh-r3h4-6jhm"] };
const INSIDE = [{ "@id": "pkg:npm/lodash@4.17.20" }];

function why(
	said: object,
	findings: readonly Vulnerability[] = [LODASH, PASSWD],
	image: Image = imageWith(),
): ReturnType<typeof whyNoEffect> {
	const { document } = fileWith([
		{ vulnerability: VULNERABILITY, products: [{ "@id": `pkg:oci/app@${INDEX}`, subcomponents: INSIDE }], status: "fixed", ...said },
	]);
	return whyNoEffect(document.statements[0]!, findings, image);
}

function product(id: string, ...purls: readonly string[]): object {
	return { products: [{ "@id": id, subcomponents: purls.map((purl) => ({ "@id": purl })) }] };
}

const CASES: readonly (readonly [string, object, NoEffectReason, RegExp, RegExp])[] = [
	[
		"the vulnerability is gone",
		{ vulnerability: { name: "CVE-2000-1" } },
		"vulnerabilityNotFound",
		/CVE-2000-1 is not found/,
		/not needed/,
	],
	["small letters", { vulnerability: { name: "cve-2021-23337" } }, "idNotKnownToScanner", /write CVE-2021-23337, not/, /Write CVE/],
	[
		"no alias for Grype",
		{ vulnerability: { name: "CVE-2021-23337" } },
		"idNotKnownToScanner",
		/^Grype knows CVE-2021-23337/,
		/Add GHSA-35jh-r3h4-6jhm/,
	],
	[
		"no CVE for Trivy",
		{ vulnerability: { name: "GHSA-35jh-r3h4-6jhm" } },
		"idNotKnownToScanner",
		/^Trivy knows GHSA/,
		/Add CVE-2021-23337/,
	],
	["no products", { products: [] }, "noProducts", /names no products/, /pkg:oci/],
	["another build", product(`pkg:oci/app@${OTHER}`, INSIDE[0]!["@id"]), "otherBuild", /another build of app/, /Decide again/],
	["another image", product(`pkg:oci/web@${INDEX}`), "otherImage", /the image web/, /This one is app/],
	[
		"another registry",
		product("pkg:oci/app?repository_url=ghcr.io/team/app"),
		"otherImage",
		/image in ghcr.io\/team\/app/,
		/localhost:5000\/team\/app/,
	],
	["a tag", product(`pkg:oci/app@${INDEX}?tag=1`), "productForm", /qualifier tag/, /without it/],
	["a namespace", product("pkg:oci/team/app"), "productForm", /repository_url/, /pkg:oci\/NAME/],
	["the type docker", product("pkg:docker/team/app@1"), "productForm", /docker/, /pkg:oci\/NAME/],
	["a plain reference", product(`${REPOSITORY}:1`), "productForm", /not understood/, /pkg:oci\/NAME/],
	["another package inside", product(`pkg:oci/app@${INDEX}`, "pkg:npm/other@1"), "packageNotFound", /another package/, /in lodash/],
	["another package", product("pkg:npm/other@1"), "packageNotFound", /another package/, /in lodash/],
	[
		"another version",
		product(`pkg:oci/app@${INDEX}`, "pkg:npm/lodash@4.17.19"),
		"packageVersion",
		/lodash 4.17.19, the image has 4.17.20/,
		/Decide again/,
	],
	[
		"a qualifier",
		product(`pkg:oci/app@${INDEX}`, "pkg:npm/lodash@4.17.20?arch=x"),
		"packageSpelling",
		/spells lodash/,
		/Write pkg:npm\/lodash@4.17.20$/,
	],
	[
		"one spelling of an epoch",
		{ vulnerability: { name: "CVE-2007-5686" }, ...product(`pkg:oci/app@${INDEX}`, "pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2") },
		"packageSpelling",
		/spells passwd/,
		/passwd@4\.13.* and pkg:deb\/debian\/passwd@1:4\.13/,
	],
];

describe("why a statement has no effect", () => {
	for (const [what, said, reason, message, hint] of CASES) {
		it(`${what}: ${reason}`, () => {
			const found = why(said);
			assert.equal(found?.reason, reason);
			assert.match(found?.message ?? "", message);
			assert.match(found?.hint ?? "", hint);
		});
	}

	it("an image without a digest", () => {
		const found = why({}, [LODASH], imageWith({ repositoryDigests: [] }));
		assert.equal(found?.reason, "imageWithoutDigest");
	});

	it("a second name of the image, for Trivy", () => {
		const found = why({}, [LODASH], imageWith({ repositoryDigests: [`zzlocal@${INDEX}`, `${REPOSITORY}@${INDEX}`] }));
		assert.equal(found?.reason, "otherImage");
		assert.match(found?.message ?? "", /^Trivy .* zzlocal$/);
	});

	it("names the product that comes closest", () => {
		const products = [
			{ "@id": "pkg:oci/web" },
			{ "@id": `pkg:oci/app@${INDEX}`, subcomponents: [{ "@id": "pkg:npm/lodash@1" }] },
			{ "@id": "app:1" },
		];
		assert.equal(why({ products })?.reason, "packageVersion");
	});

	it("is nothing where it has one", () => {
		assert.equal(why({}), undefined);
		assert.equal(why({ status: "affected", action_statement: "Update." }), undefined);
		assert.equal(why({ vulnerability: { name: "CVE-2021-23337" } }, [{ ...LODASH, reportedBy: ["trivy"] }]), undefined);
	});
});
