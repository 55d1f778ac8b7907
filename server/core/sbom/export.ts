import type { DocumentFacts, Sbom, SbomFormat } from "./component.ts";
import { cycloneDxDocument } from "./writeCycloneDx.ts";
import { spdxDocument } from "./writeSpdx.ts";

/**
 * The text of a bill of materials: the document that it was read from where that has the format, else one that is made from its
 * packages (CycloneDX 1.6, SPDX 2.3).
 */
export function exportSbom(sbom: Sbom, format: SbomFormat, facts: DocumentFacts): string {
	const { original } = sbom;
	const document =
		original?.format === format ? original.value : format === "cyclonedx" ? cycloneDxDocument(sbom, facts) : spdxDocument(sbom, facts);
	return `${JSON.stringify(document, undefined, 2)}\n`;
}
