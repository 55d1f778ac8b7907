import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import type { Component, Sbom, SbomFormat } from "../../server/core/sbom/component.ts";
import { packageIdentity } from "../../server/core/sbom/packageIdentity.ts";
import { buildImage } from "../../server/operations/build.ts";
import { imageSbom, sbomText } from "../../server/operations/sbom.ts";
import { scanImage } from "../../server/operations/scan.ts";
import { readTrivyReport } from "../../server/tools/trivyReport.ts";
import { fakeTool, realContext, type TemporaryProject, temporaryProject } from "../support/realContext.ts";
import { forgetImages, needsDocker, needsRegistry, needsTrivy, requireAll, testRegistry } from "../support/requirements.ts";

const FILES = {
	Dockerfile: "FROM debian:12\nCOPY node_modules /app/node_modules\n",
	"node_modules/lodash/package.json": '{"name":"lodash","version":"4.17.20","license":"MIT"}\n',
};
const ATTESTED = "hullguard-test-sbom:1";
const PLAIN = "hullguard-test-sbom-plain:1";
const REMOTE = `${testRegistry()}/hullguard/test-sbom:1`;

function docker(...args: readonly string[]): string {
	return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

function identities(components: readonly Component[]): readonly string[] {
	return [...new Set(components.map(packageIdentity))].sort();
}

/** What Trivy finds in an exported document: vulnerability and package. */
function scanDocument(project: TemporaryProject, sbom: Sbom, format: SbomFormat): readonly string[] {
	const text = sbomText({ now: () => new Date() }, sbom, format, "0.1.0");
	const exported = temporaryProject({ [`export.${format}.json`]: text });
	const printed = execFileSync("trivy", ["sbom", "--quiet", "--format=json", exported.path(`export.${format}.json`)], {
		encoding: "utf8",
		maxBuffer: 1e9,
		cwd: project.folder,
		stdio: ["ignore", "pipe", "ignore"],
	});
	exported.remove();
	return [...new Set(readTrivyReport(printed).vulnerabilities.map((one) => `${one.id} ${packageIdentity(one.package)}`))].sort();
}

describe("bills of materials of real images", function () {
	this.timeout(180_000);
	let project: TemporaryProject;

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy()]);
		project = temporaryProject(FILES);
		const base = { dockerfile: project.path("Dockerfile"), context: project.folder, output: "load" as const };
		const attested = await buildImage(realContext(), { ...base, tags: [ATTESTED], provenance: "max", sbom: true });
		if (attested.kind === "built" && !attested.attested.sbom) this.skip();
		await buildImage(realContext(), { ...base, tags: [PLAIN], provenance: "off", sbom: false });
	});
	after(() => {
		project?.remove();
		forgetImages(ATTESTED, PLAIN);
	});

	it("come from the builder's attestation where there is one", async () => {
		const sbom = await imageSbom(realContext(), { reference: ATTESTED, offline: true });
		assert.match(sbom.source, /^BuildKit attestation/);
		assert.match(sbom.digest ?? "", /^sha256:/);
		assert.equal(sbom.original?.format, "spdx");
		assert.ok(sbom.components.some((one) => one.name === "lodash" && one.licenses.includes("MIT")));
	});

	it("come from Trivy where there is none, and list the same packages", async () => {
		const attested = await imageSbom(realContext(), { reference: ATTESTED, offline: true });
		const scanned = await imageSbom(realContext(), { reference: PLAIN, offline: true });
		assert.match(scanned.source, /^Trivy \d/);
		assert.equal(scanned.original?.format, "cyclonedx");
		assert.deepEqual(identities(scanned.components), identities(attested.components));
	});

	it("are read from the attestation in a registry", async function () {
		requireAll(this, [await needsRegistry()]);
		docker("tag", ATTESTED, REMOTE);
		docker("push", "--quiet", REMOTE);
		docker("image", "rm", REMOTE);
		const remote = await imageSbom(realContext(), { reference: REMOTE, offline: true });
		const local = await imageSbom(realContext(), { reference: ATTESTED, offline: true });
		assert.deepEqual([remote.digest, remote.source], [local.digest, local.source]);
		assert.deepEqual(identities(remote.components), identities(local.components));
	});

	it("do not need Trivy when the builder attested them", async () => {
		const sbom = await imageSbom(realContext({ toolPaths: { trivy: "/nothing/trivy" } }), { reference: ATTESTED, offline: true });
		assert.ok(sbom.components.length > 50);
		await assert.rejects(imageSbom(realContext({ toolPaths: { trivy: "/nothing/trivy" } }), { reference: PLAIN, offline: true }), {
			kind: "notFound",
		});
	});

	it("name the layer that brought each package, as the scan does", async () => {
		const [sbom, report] = [
			await imageSbom(realContext(), { reference: ATTESTED, offline: true }),
			await scanImage(realContext(), { reference: ATTESTED, offline: true }),
		];
		const layerOf = (layer: string | undefined): number =>
			report.image.layers.findIndex((each) => each.diffId === layer || each.digest === layer);
		const scanned = new Map(report.components.map((one) => [packageIdentity(one), layerOf(one.layer)]));
		for (const one of sbom.components) assert.equal(layerOf(one.layer), scanned.get(packageIdentity(one)), one.name);
	});

	it("are exported so that a scanner finds in them what it finds in the image", async () => {
		const report = await scanImage(realContext(), { reference: ATTESTED, offline: true });
		const wanted = [...new Set(report.vulnerabilities.map((one) => `${one.id} ${packageIdentity(one.package)}`))].sort();
		for (const reference of [ATTESTED, PLAIN]) {
			const { original: _, ...sbom } = await imageSbom(realContext(), { reference, offline: true });
			for (const format of ["cyclonedx", "spdx"] as const) {
				assert.deepEqual(scanDocument(project, { ...sbom, original: undefined }, format), wanted, `${reference} ${format}`);
			}
		}
	});

	it("say what is wrong when the scanner prints something else", async function () {
		if (process.platform === "win32") this.skip();
		const script =
			'console.log(process.argv[2] === "version" ? JSON.stringify({ Version: "0.76.0" }) : JSON.stringify({ bomFormat: "Other" }))';
		const garbage = realContext({ toolPaths: { trivy: fakeTool(project, "trivy-garbage", script) } });
		await assert.rejects(imageSbom(garbage, { reference: PLAIN, offline: true }), {
			kind: "badOutput",
			message: "Trivy answered in a way that Hullguard does not understand: $.bomFormat is not CycloneDX",
		});
	});

	it("run nothing in a workspace that is not trusted", async () => {
		await assert.rejects(imageSbom(realContext({ trusted: false }), { reference: ATTESTED, offline: true }), { kind: "untrusted" });
	});
});
