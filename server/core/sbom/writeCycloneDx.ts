import { SPDX_LICENCES } from "../knowledge/spdxLicences.ts";
import type { Component, DocumentFacts, Sbom } from "./component.ts";
import { operatingSystemOf } from "./operatingSystem.ts";
import { type ReferenceTable, referenceTable } from "./references.ts";
import { purlWithUpstream } from "./sourcePackage.ts";

const IMAGE = "image";
const SYSTEM = "operating-system";

/** A CycloneDX 1.6 document with the packages of an SBOM. */
export function cycloneDxDocument(sbom: Sbom, facts: DocumentFacts): object {
	const references = referenceTable(sbom.components);
	const system = operatingSystemOf(sbom.components);
	const systemNodes = system === undefined ? [] : [{ type: "operating-system", "bom-ref": SYSTEM, ...system }];
	return {
		$schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
		bomFormat: "CycloneDX",
		specVersion: "1.6",
		serialNumber: `urn:uuid:${facts.uuid}`,
		version: 1,
		metadata: {
			timestamp: facts.created,
			tools: { components: [{ type: "application", name: "hullguard", version: facts.version }] },
			component: {
				type: "container",
				"bom-ref": IMAGE,
				name: sbom.image,
				...(sbom.digest === undefined ? {} : { version: sbom.digest }),
			},
			properties: [{ name: "hullguard:source", value: sbom.source }],
		},
		components: [...systemNodes, ...sbom.components.map((component, index) => componentOf(component, references.own(index)))],
		dependencies: [
			{ ref: IMAGE, dependsOn: [...systemNodes.map(() => SYSTEM), ...sbom.components.map((_, index) => references.own(index))] },
			...sbom.components.map((component, index) => dependencyOf(component, index, references)),
		],
	};
}

function componentOf(component: Component, reference: string): object {
	const { name, version, licenses, layer, locations, sourcePackage } = component;
	const purl = purlWithUpstream(component);
	const properties = [
		...(layer === undefined ? [] : [{ name: "hullguard:layer", value: layer }]),
		// Trivy looks for the source package here.
		...(sourcePackage === undefined ? [] : [{ name: "aquasecurity:trivy:SrcName", value: sourcePackage.name }]),
		...(sourcePackage === undefined ? [] : [{ name: "aquasecurity:trivy:SrcVersion", value: sourcePackage.version }]),
	];
	return {
		type: "library",
		"bom-ref": reference,
		name,
		...(version === "" ? {} : { version }),
		...(licenses.length === 0 ? {} : { licenses: licenses.map(licenseOf) }),
		...(purl === "" ? {} : { purl }),
		...(locations.length === 0 ? {} : { evidence: { occurrences: locations.map((location) => ({ location })) } }),
		...(properties.length === 0 ? {} : { properties }),
	};
}

/** An identifier has to be on SPDX's list; a name may be anything. */
function licenseOf(license: string): object {
	return { license: SPDX_LICENCES.has(license) ? { id: license } : { name: license } };
}

function dependencyOf(component: Component, index: number, references: ReferenceTable): object {
	const needs = references.needs(component);
	return { ref: references.own(index), ...(needs.length === 0 ? {} : { dependsOn: needs }) };
}
