import assert from "node:assert/strict";
import type { Image } from "../../server/core/image/image.ts";
import type { VexFile } from "../../server/core/vex/apply.ts";
import { readVexDocument, type VexDocument } from "../../server/core/vex/document.ts";
import type { Vulnerability, VulnerablePackage } from "../../server/core/vulnerabilities/vulnerability.ts";

export const INDEX = `sha256:${"1".repeat(64)}`;
export const PLATFORM = `sha256:${"2".repeat(64)}`;
export const OTHER = `sha256:${"9".repeat(64)}`;
export const REPOSITORY = "localhost:5000/team/app";

/** An image that a registry knows by an index digest. */
export function imageWith(more: Partial<Image> = {}): Image {
	return {
		reference: `${REPOSITORY}:1`,
		digest: INDEX,
		platform: "linux/amd64",
		repositoryDigests: [`${REPOSITORY}@${INDEX}`],
		manifestDigests: [PLATFORM],
		layers: [],
		config: {
			user: undefined,
			entrypoint: [],
			command: [],
			environment: [],
			exposedPorts: [],
			labels: {},
			workdir: undefined,
			history: [],
		},
		created: undefined,
		...more,
	};
}

/** A finding in a package; both scanners report it unless `more` says otherwise. */
export function findingOf(
	id: string,
	found: Partial<VulnerablePackage> & { readonly purl: string },
	more: Partial<Vulnerability> = {},
): Vulnerability {
	const type = /^pkg:([a-z]+)\//.exec(found.purl)?.[1] ?? "";
	return {
		id,
		aliases: [],
		severity: "high",
		package: { name: "", version: "", type, path: undefined, ...found },
		fixedVersions: [],
		fixState: "unknown",
		title: undefined,
		description: undefined,
		link: undefined,
		reportedBy: ["trivy", "grype"],
		layer: undefined,
		suppressedBy: undefined,
		...more,
	};
}

export const LODASH = findingOf(
	"CVE-2021-23337",
	{ name: "lodash", version: "4.17.20", purl: "pkg:npm/lodash@4.17.20" },
	{ aliases: ["GHSA-35jh-r3h4-6jhm"] },
);

/** As Trivy spells it. */
export const PASSWD = findingOf("CVE-2007-5686", {
	name: "passwd",
	version: "1:4.13+dfsg1-1+deb12u2",
	purl: "pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12.15&epoch=1",
});

/** The text of a document with the given statements. */
export function documentText(statements: readonly object[], more: object = {}): string {
	const head = {
		"@context": "https://openvex.dev/ns/v0.2.0",
		"@id": "https://example.org/vex/1",
		author: "Example Team <security@example.org>",
		timestamp: "2026-01-02T03:04:05Z",
		version: 1,
	};
	return JSON.stringify({ ...head, ...more, statements }, undefined, 2);
}

/** A document that has to be readable. */
export function documentOf(text: string): VexDocument {
	const { document, problems } = readVexDocument(text);
	assert.ok(document, JSON.stringify(problems, undefined, 2));
	return document;
}

export function fileWith(statements: readonly object[], more: object = {}): VexFile {
	return { path: "vex.openvex.json", document: documentOf(documentText(statements, more)) };
}
