/**
 * The structure that the specifications of CycloneDX 1.6 and SPDX 2.3 demand of what is written, as JSON Schemas. Exports were
 * also checked with the official validators (cyclonedx-python-lib 11, spdx-tools 0.8).
 */

const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

const LICENSES = {
	type: "array",
	items: {
		type: "object",
		additionalProperties: false,
		required: ["license"],
		properties: {
			license: {
				type: "object",
				additionalProperties: false,
				oneOf: [{ required: ["id"] }, { required: ["name"] }],
				properties: { id: { type: "string", pattern: "^[A-Za-z0-9.+-]+$" }, name: { type: "string" } },
			},
		},
	},
};

const COMPONENT = {
	type: "object",
	additionalProperties: false,
	required: ["type", "name", "bom-ref"],
	properties: {
		type: { enum: ["application", "framework", "library", "container", "operating-system", "file"] },
		"bom-ref": { type: "string", minLength: 1 },
		name: { type: "string" },
		version: { type: "string", minLength: 1 },
		purl: { type: "string", pattern: "^pkg:" },
		licenses: LICENSES,
		evidence: {
			type: "object",
			additionalProperties: false,
			properties: {
				occurrences: { type: "array", items: { type: "object", required: ["location"], properties: { location: { type: "string" } } } },
			},
		},
		properties: {
			type: "array",
			items: {
				type: "object",
				additionalProperties: false,
				required: ["name", "value"],
				properties: { name: { type: "string" }, value: { type: "string" } },
			},
		},
	},
};

export const CYCLONEDX_RULES = {
	type: "object",
	additionalProperties: false,
	required: ["bomFormat", "specVersion", "version", "serialNumber", "metadata", "components", "dependencies"],
	properties: {
		$schema: { const: "http://cyclonedx.org/schema/bom-1.6.schema.json" },
		bomFormat: { const: "CycloneDX" },
		specVersion: { const: "1.6" },
		version: { type: "integer", minimum: 1 },
		serialNumber: { type: "string", pattern: `^urn:uuid:${UUID}$` },
		metadata: {
			type: "object",
			additionalProperties: false,
			properties: {
				timestamp: { type: "string", format: "date-time" },
				tools: { type: "object", required: ["components"], properties: { components: { type: "array" } } },
				component: COMPONENT,
				properties: COMPONENT.properties.properties,
			},
		},
		components: { type: "array", uniqueItems: true, items: COMPONENT },
		dependencies: {
			type: "array",
			uniqueItems: true,
			items: {
				type: "object",
				additionalProperties: false,
				required: ["ref"],
				properties: { ref: { type: "string" }, dependsOn: { type: "array", uniqueItems: true, items: { type: "string" } } },
			},
		},
	},
};

const SPDX_ID = { type: "string", pattern: "^SPDXRef-[A-Za-z0-9.-]+$" };
const LICENSE_EXPRESSION = { type: "string", pattern: "^(?:NOASSERTION|[A-Za-z0-9.+-]+(?: AND [A-Za-z0-9.+-]+)*)$" };

export const SPDX_RULES = {
	type: "object",
	additionalProperties: false,
	required: ["spdxVersion", "dataLicense", "SPDXID", "name", "documentNamespace", "creationInfo", "packages", "relationships"],
	properties: {
		spdxVersion: { const: "SPDX-2.3" },
		dataLicense: { const: "CC0-1.0" },
		SPDXID: { const: "SPDXRef-DOCUMENT" },
		name: { type: "string" },
		documentNamespace: { type: "string", format: "uri", not: { pattern: "#" } },
		creationInfo: {
			type: "object",
			additionalProperties: false,
			required: ["created", "creators"],
			properties: {
				created: { type: "string", pattern: "^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$" },
				creators: { type: "array", minItems: 1, items: { type: "string", pattern: "^(?:Tool|Person|Organization): " } },
				comment: { type: "string" },
			},
		},
		packages: {
			type: "array",
			items: {
				type: "object",
				additionalProperties: false,
				required: ["SPDXID", "name", "downloadLocation"],
				properties: {
					SPDXID: SPDX_ID,
					name: { type: "string" },
					versionInfo: { type: "string" },
					downloadLocation: { const: "NOASSERTION" },
					filesAnalyzed: { const: false },
					licenseConcluded: LICENSE_EXPRESSION,
					licenseDeclared: LICENSE_EXPRESSION,
					copyrightText: { const: "NOASSERTION" },
					sourceInfo: { type: "string" },
					primaryPackagePurpose: { enum: ["CONTAINER", "OPERATING_SYSTEM"] },
					externalRefs: {
						type: "array",
						items: {
							type: "object",
							additionalProperties: false,
							properties: {
								referenceCategory: { const: "PACKAGE-MANAGER" },
								referenceType: { const: "purl" },
								referenceLocator: { type: "string", pattern: "^pkg:" },
							},
						},
					},
				},
			},
		},
		relationships: {
			type: "array",
			items: {
				type: "object",
				additionalProperties: false,
				required: ["spdxElementId", "relationshipType", "relatedSpdxElement"],
				properties: {
					spdxElementId: SPDX_ID,
					relationshipType: { enum: ["DESCRIBES", "CONTAINS", "DEPENDS_ON"] },
					relatedSpdxElement: SPDX_ID,
				},
			},
		},
		hasExtractedLicensingInfos: {
			type: "array",
			items: {
				type: "object",
				required: ["licenseId", "extractedText"],
				properties: {
					licenseId: { type: "string", pattern: "^LicenseRef-[A-Za-z0-9.-]+$" },
					name: { type: "string" },
					extractedText: { type: "string" },
				},
			},
		},
	},
};
