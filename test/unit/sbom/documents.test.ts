import assert from "node:assert/strict";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { jsonRoot } from "../../../server/core/json/values.ts";
import type { Component, DocumentFacts, Sbom } from "../../../server/core/sbom/component.ts";
import { readCycloneDx } from "../../../server/core/sbom/cyclonedx.ts";
import { exportSbom } from "../../../server/core/sbom/export.ts";
import { packageIdentity } from "../../../server/core/sbom/packageIdentity.ts";
import { readSpdx } from "../../../server/core/sbom/spdx.ts";
import { recorded } from "../../support/fixtures.ts";
import { component } from "../../support/scan.ts";
import { CYCLONEDX_RULES, SPDX_RULES } from "./rules.ts";

const FACTS: DocumentFacts = { created: "2026-01-02T03:04:05.678Z", uuid: "11111111-2222-4333-8444-555555555555", version: "0.1.0" };

function parsed(path: string): unknown {
	return JSON.parse(recorded(path));
}

const SPDX = (parsed("buildx/0.29.1/imagetools-sbom.json") as { readonly SPDX: unknown }).SPDX;
const CYCLONEDX = parsed("trivy/0.76.0/image.cdx.json");
const TRIVY_SPDX = parsed("trivy/0.76.0/image.spdx.json");

function sbomOf(components: readonly Component[], more: Partial<Sbom> = {}): Sbom {
	return {
		image: "localhost:5000/app:1",
		digest: `sha256:${"a".repeat(64)}`,
		platform: "linux/amd64",
		source: "a test",
		components,
		original: undefined,
		...more,
	};
}

function named(components: readonly Component[], name: string): Component {
	return components.find((one) => one.name === name) ?? assert.fail(`${name} is not there`);
}

describe("documents that list packages", () => {
	it("are read alike, whoever wrote them", () => {
		const lists = [readSpdx(jsonRoot(SPDX)), readCycloneDx(jsonRoot(CYCLONEDX)), readSpdx(jsonRoot(TRIVY_SPDX))];
		assert.deepEqual(
			lists.map((list) => list.tool),
			["syft-1.18.1", "trivy 0.76.0", "trivy-0.76.0"],
		);
		const identities = lists.map((list) => list.components.map(packageIdentity).sort());
		assert.ok((identities[0]?.length ?? 0) >= 6);
		assert.deepEqual(identities[1], identities[0]);
		assert.deepEqual(identities[2], identities[0]);
	});

	it("name licences, source packages, files and the layer that brought a package", () => {
		const attestation = readSpdx(jsonRoot(SPDX)).components;
		const scanner = readCycloneDx(jsonRoot(CYCLONEDX)).components;
		for (const components of [attestation, scanner]) {
			assert.deepEqual(named(components, "lodash").licenses, ["MIT"]);
			assert.deepEqual(named(components, "lodash").locations, ["app/node_modules/lodash/package.json"]);
			assert.equal(named(components, "bsdutils").sourcePackage?.name, "util-linux");
			assert.deepEqual(named(components, "bsdutils").locations, []);
		}
		// The attestation speaks of blobs, the scanner of DiffIDs: both are layers of the same image.
		const layers = (
			parsed("trivy/0.76.0/image.json") as {
				readonly Metadata: { readonly Layers: readonly { readonly Digest: string; readonly DiffID: string }[] };
			}
		).Metadata.Layers;
		for (const [name, index] of [
			["perl-base", 0],
			["libexpat1", 2],
			["lodash", 3],
			["minimist", 4],
		] as const) {
			assert.equal(named(attestation, name).layer, layers[index]?.Digest, name);
			assert.equal(named(scanner, name).layer, layers[index]?.DiffID, name);
		}
	});

	it("are refused when they are something else", () => {
		assert.throws(() => readSpdx(jsonRoot({ spdxVersion: "SPDX-3.0" })), /\$\.spdxVersion is not SPDX-2\.2 or SPDX-2\.3/);
		assert.throws(() => readCycloneDx(jsonRoot(SPDX)), /\$\.bomFormat is not CycloneDX/);
	});

	it("may be of any version of CycloneDX, and nest components", () => {
		const old = {
			bomFormat: "CycloneDX",
			specVersion: "1.4",
			version: 1,
			metadata: { tools: [{ name: "old", version: "1" }] },
			components: [
				{
					type: "library",
					name: "a",
					components: [
						{ type: "framework", group: "org", name: "b", version: "2", licenses: [{ expression: "MIT OR X" }] },
						{ type: "file", name: "f" },
					],
				},
			],
		};
		const read = readCycloneDx(jsonRoot(old));
		assert.equal(read.tool, "old 1");
		assert.deepEqual(
			read.components.map((one) => [one.name, one.version, one.type, ...one.licenses]),
			[
				["a", "", "library"],
				["org/b", "2", "framework", "MIT OR X"],
			],
		);
	});

	it("keep a choice of licences as one, and split a list", () => {
		const spdx = (licenseDeclared: string): unknown => ({
			spdxVersion: "SPDX-2.3",
			packages: [
				{ SPDXID: "SPDXRef-a", name: "a", licenseDeclared, externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:npm/a@1" }] },
			],
		});
		const licenses = (text: string) => readSpdx(jsonRoot(spdx(text))).components[0]?.licenses;
		assert.deepEqual(licenses("MIT AND LicenseRef-public-domain AND MIT"), ["MIT", "public-domain"]);
		assert.deepEqual(licenses("MIT OR Apache-2.0"), ["MIT OR Apache-2.0"]);
		assert.deepEqual(licenses("NOASSERTION"), []);
	});
});

describe("exported documents", () => {
	const ODD = [
		component("same", "1", { reference: "same", type: "npm", locations: ["a/package.json"] }),
		component("same", "1", { reference: "same", type: "npm", locations: ["b/package.json"], dependsOn: ["same", "libc", "nothing"] }),
		component("libc", "2.36", { reference: "libc", licenses: ["GPL-2.0-only", "Odd Licence (v2)", "odd licence/v2"], layer: "sha256:1" }),
		component('ünïcode "quoted"', "1~rc1+b", { purl: "", reference: "" }),
		component("image", "", { reference: "image" }),
	];

	const sources: readonly (readonly [string, Sbom])[] = [
		["an attestation", sbomOf(readSpdx(jsonRoot(SPDX)).components)],
		["a scanner's document", sbomOf(readCycloneDx(jsonRoot(CYCLONEDX)).components)],
		["odd packages", sbomOf(ODD, { digest: undefined })],
		["nothing", sbomOf([])],
	];

	for (const [name, sbom] of sources) {
		it(`follow the rules of CycloneDX and SPDX: ${name}`, () => {
			const ajv = new Ajv({ allErrors: true });
			addFormats.default(ajv);
			for (const [format, rules] of [
				["cyclonedx", CYCLONEDX_RULES],
				["spdx", SPDX_RULES],
			] as const) {
				const document: unknown = JSON.parse(exportSbom(sbom, format, FACTS));
				assert.ok(ajv.validate(rules, document), ajv.errorsText());
				assertUniqueAndKnown(document);
			}
		});

		it(`give the same packages when they are read again: ${name}`, () => {
			const wanted = sbom.components.filter((one) => one.purl !== "").map(packageIdentity);
			const spdx = readSpdx(jsonRoot(JSON.parse(exportSbom(sbom, "spdx", FACTS)))).components;
			assert.deepEqual(spdx.map(packageIdentity), wanted);
			const cyclonedx = readCycloneDx(jsonRoot(JSON.parse(exportSbom(sbom, "cyclonedx", FACTS)))).components;
			assert.deepEqual(
				cyclonedx.map((one) => [one.name, one.version, one.layer]),
				sbom.components.map((one) => [one.name, one.version, one.layer]),
			);
			assert.deepEqual(
				cyclonedx.map((one) => one.licenses),
				sbom.components.map((one) => one.licenses),
			);
		});
	}

	it("are the original where it has the format", () => {
		const sbom = sbomOf([], { original: { format: "spdx", value: SPDX } });
		assert.deepEqual(JSON.parse(exportSbom(sbom, "spdx", FACTS)), SPDX);
		assert.notDeepEqual(JSON.parse(exportSbom(sbom, "cyclonedx", FACTS)), SPDX);
	});

	it("name the operating system, so that scanners find the advisories of its packages", () => {
		const text = exportSbom(sbomOf(readCycloneDx(jsonRoot(CYCLONEDX)).components), "cyclonedx", FACTS);
		const document = JSON.parse(text) as { readonly components: readonly object[] };
		assert.deepEqual(document.components[0], { type: "operating-system", "bom-ref": "operating-system", name: "debian", version: "12.15" });
		assert.match(text, /upstream=util-linux/);
	});
});

/** Every id is there once, and every reference leads to one. */
function assertUniqueAndKnown(document: unknown): void {
	const text = JSON.stringify(document);
	const ids = [...text.matchAll(/"(?:SPDXID|bom-ref)":("(?:[^"\\]|\\.)*")/g)].map((match) => match[1] as string);
	assert.equal(new Set(ids).size, ids.length);
	const references = [...text.matchAll(/"(?:spdxElementId|relatedSpdxElement|ref)":("(?:[^"\\]|\\.)*")/g)].map(
		(match) => match[1] as string,
	);
	for (const reference of references) assert.ok(ids.includes(reference), reference);
}
