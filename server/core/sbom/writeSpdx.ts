import { SPDX_LICENCES } from "../knowledge/spdxLicences.ts";
import { PROJECT } from "../links.ts";
import type { Component, DocumentFacts, Sbom } from "./component.ts";
import { type OperatingSystem, operatingSystemOf } from "./operatingSystem.ts";
import { referenceTable } from "./references.ts";
import { purlWithUpstream } from "./sourcePackage.ts";

const ROOT = "SPDXRef-Image";
const SYSTEM = "SPDXRef-OperatingSystem";
const DOCUMENT = "SPDXRef-DOCUMENT";

/** An SPDX 2.3 document with the packages of an SBOM. */
export function spdxDocument(sbom: Sbom, facts: DocumentFacts): object {
	const references = referenceTable(sbom.components, "SPDXRef-Package-");
	const licences = createLicenceNames();
	const packages = sbom.components.map((component, index) => packageOf(component, references.own(index), licences));
	const system = operatingSystemOf(sbom.components);
	const relationships = sbom.components.flatMap((component, index) => [
		relationship(ROOT, "CONTAINS", references.own(index)),
		...references.needs(component).map((needed) => relationship(references.own(index), "DEPENDS_ON", needed)),
	]);
	return {
		spdxVersion: "SPDX-2.3",
		dataLicense: "CC0-1.0",
		SPDXID: DOCUMENT,
		name: sbom.image,
		documentNamespace: `${PROJECT}/spdx/${facts.uuid}`,
		creationInfo: {
			created: facts.created.replace(/\.\d+Z$/, "Z"),
			creators: [`Tool: hullguard-${facts.version}`],
			comment: `Made from: ${sbom.source}`,
		},
		packages: [
			{
				SPDXID: ROOT,
				name: sbom.image,
				...(sbom.digest === undefined ? {} : { versionInfo: sbom.digest }),
				...NOTHING_SAID,
				licenseDeclared: "NOASSERTION",
				primaryPackagePurpose: "CONTAINER",
			},
			...(system === undefined ? [] : [systemPackage(system)]),
			...packages,
		],
		relationships: [
			relationship(DOCUMENT, "DESCRIBES", ROOT),
			...(system === undefined ? [] : [relationship(ROOT, "CONTAINS", SYSTEM)]),
			...relationships,
		],
		...(licences.extracted().length === 0 ? {} : { hasExtractedLicensingInfos: licences.extracted() }),
	};
}

const NOTHING_SAID = {
	downloadLocation: "NOASSERTION",
	filesAnalyzed: false,
	licenseConcluded: "NOASSERTION",
	copyrightText: "NOASSERTION",
} as const;

function systemPackage({ name, version }: OperatingSystem): object {
	return {
		SPDXID: SYSTEM,
		name,
		versionInfo: version,
		...NOTHING_SAID,
		licenseDeclared: "NOASSERTION",
		primaryPackagePurpose: "OPERATING_SYSTEM",
	};
}

function packageOf(component: Component, reference: string, licences: LicenceNames): object {
	const { name, version, locations, layer, sourcePackage } = component;
	const purl = purlWithUpstream(component);
	const found = [locations.length === 0 ? "" : `found in ${locations.join(", ")}`, layer === undefined ? "" : `layer ${layer}`];
	// Trivy reads this sentence.
	const built = sourcePackage === undefined ? undefined : `built package from: ${sourcePackage.name} ${sourcePackage.version}`;
	const sourceInfo = built ?? found.filter((part) => part !== "").join("; ");
	return {
		SPDXID: reference,
		name,
		...(version === "" ? {} : { versionInfo: version }),
		...NOTHING_SAID,
		licenseDeclared: licences.expression(component.licenses),
		...(sourceInfo === "" ? {} : { sourceInfo }),
		...(purl === "" ? {} : { externalRefs: [{ referenceCategory: "PACKAGE-MANAGER", referenceType: "purl", referenceLocator: purl }] }),
	};
}

function relationship(from: string, relationshipType: string, to: string): object {
	return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

interface LicenceNames {
	/** An expression for a list of licences; names that are not on SPDX's list become references. */
	expression(licenses: readonly string[]): string;
	/** What those references stand for. */
	extracted(): readonly object[];
}

function createLicenceNames(): LicenceNames {
	const ids = new Map<string, string>();
	const idOf = (license: string): string => {
		if (SPDX_LICENCES.has(license)) return license;
		const before = ids.get(license);
		if (before !== undefined) return before;
		const slug =
			license
				.replace(/[^A-Za-z0-9.-]+/g, "-")
				.replace(/^-+|-+$/g, "")
				.slice(0, 60) || "unnamed";
		const taken = new Set(ids.values());
		let id = `LicenseRef-${slug}`;
		for (let twin = 2; taken.has(id); twin++) id = `LicenseRef-${slug}-${twin}`;
		ids.set(license, id);
		return id;
	};
	return {
		expression: (licenses) => (licenses.length === 0 ? "NOASSERTION" : licenses.map(idOf).join(" AND ")),
		extracted: () => [...ids].map(([name, licenseId]) => ({ licenseId, name, extractedText: name })),
	};
}
