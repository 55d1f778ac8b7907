import assert from "node:assert/strict";
import type { Image } from "../../server/core/image/image.ts";
import type { Vulnerability } from "../../server/core/vulnerabilities/vulnerability.ts";
import { needsDocker, needsGrype, needsRegistry, needsTrivy, requireAll } from "../support/requirements.ts";
import { documentText } from "../support/vex.ts";
import {
	droppedByUs,
	type PushedImage,
	pushImage,
	SCAN_TIMEOUT_MS,
	type Scan,
	scanWithGrype,
	scanWithTrivy,
	VULNERABLE_FILES,
} from "../support/vexImage.ts";

type Form = (finding: Vulnerability) => object;

describe("forms of VEX statements with real scanners", function () {
	this.timeout(SCAN_TIMEOUT_MS);
	let pushed: PushedImage | undefined;

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy(), needsGrype(), await needsRegistry()]);
		pushed = await pushImage("forms", VULNERABLE_FILES);
	});

	after(async () => pushed?.remove());

	it("are matched by us as each scanner matches them", async () => {
		assert.ok(pushed !== undefined);
		const first = await scanWithTrivy({ source: "registry", reference: pushed.reference });
		const text = documentText([...statementsFor(first.image, first.findings), ...names(pushed.name)]);
		const scan: Scan = { source: "registry", reference: pushed.reference, vexFile: pushed.save("forms.openvex.json", text) };
		const byTrivy = await scanWithTrivy(scan);
		const byGrype = await scanWithGrype(scan, byTrivy.image);
		assert.deepEqual(droppedByUs(byTrivy, text), byTrivy.dropped);
		assert.deepEqual(droppedByUs(byGrype, text), byGrype.dropped);
		// Some forms only the one understands, some only the other.
		assert.ok(byTrivy.dropped.some((key) => !byGrype.dropped.includes(key)));
		assert.ok(byGrype.dropped.some((key) => !byTrivy.dropped.includes(key)));
		assert.ok(byTrivy.dropped.filter((key) => byGrype.dropped.includes(key)).length > 8);
	});

	/** Each form in a statement about another vulnerability. */
	function statementsFor(image: Image, findings: readonly Vulnerability[]): readonly object[] {
		const pool = findings.filter((finding) => finding.package.type === "deb" && !/^(?:passwd|login)$/.test(finding.package.name));
		const ids = [...new Set(pool.map((finding) => finding.id))];
		const forms = [...productForms(image), ...packageForms(image)];
		assert.ok(ids.length >= forms.length, `${ids.length} findings for ${forms.length} forms`);
		const statements = forms.map((form, index) => {
			const finding = pool.find((each) => each.id === ids[index])!;
			return { vulnerability: { name: finding.id }, products: [form(finding)], status: "fixed" };
		});
		return [...statements, ...epochs(image, findings)];
	}

	function productForms(image: Image): readonly Form[] {
		const name = pushed?.name.slice(pushed.name.lastIndexOf("/") + 1) ?? "";
		const path = pushed?.name.slice(0, pushed.name.lastIndexOf("/")) ?? "";
		const repository = pushed?.name ?? "";
		const digest = image.digest ?? "";
		const ids = [
			`pkg:oci/${name}@${digest.replace(":", "%3A")}`,
			`pkg:oci/${name}`,
			`pkg:oci/${name}?repository_url=${repository}`,
			`pkg:oci/${name}?repository_url=${encodeURIComponent(repository)}`,
			`pkg:oci/${name}?repository_url=${path}`,
			`pkg:oci/${name}@${digest}?repository_url=${repository}`,
			`pkg:oci/${name}@${digest}?arch=${image.platform?.split("/")[1]}`,
			`pkg:oci/${name}@${digest}?tag=1`,
			`pkg:oci/hullguard-vex/${name}@${digest}`,
			`pkg:oci/other@${digest}`,
			`pkg:oci/${name.toUpperCase()}`,
			`pkg:docker/hullguard-vex/${name}@${digest}`,
			image.repositoryDigests[0] ?? "",
			repository,
			digest,
			digest.slice("sha256:".length),
		];
		return ids.map((id) => () => ({ "@id": id }));
	}

	function packageForms(image: Image): readonly Form[] {
		const inside = (purl: string): object => ({ ...imageProduct(image), subcomponents: [{ "@id": purl }] });
		return [
			(finding) => inside(finding.package.purl),
			(finding) => inside(withoutVersion(finding)),
			(finding) => inside(`${withoutVersion(finding)}?arch=amd64`),
			(finding) => inside(`${withoutVersion(finding)}?distro=debian-12`),
			(finding) => inside(`${withoutVersion(finding)}@0.0.1`),
			(finding) => ({ "@id": withoutVersion(finding), subcomponents: [{ "@id": "pkg:npm/none" }] }),
			(finding) => ({
				identifiers: { purl: imageProduct(image)["@id"] },
				subcomponents: [{ identifiers: { purl: withoutVersion(finding) } }],
			}),
			() => ({ hashes: { "sha-256": image.digest?.slice("sha256:".length) } }),
			() => ({ ...imageProduct(image), subcomponents: [{}] }),
		];
	}

	/** One spelling of an epoch each: Trivy's for one package, Grype's for another. */
	function epochs(image: Image, findings: readonly Vulnerability[]): readonly object[] {
		return ["passwd", "login"].map((name) => {
			const finding = findings.find((each) => each.id === "CVE-2007-5686" && each.package.name === name)!;
			const purl = finding.package.purl.replace(/\?.*$/, "");
			const subcomponents = [{ "@id": name === "passwd" ? purl : purl.replace("@", "@1:") }];
			return { vulnerability: { name: finding.id }, products: [{ ...imageProduct(image), subcomponents }], status: "fixed" };
		});
	}

	/** One id each: the CVE, the GHSA, and one in small letters. */
	function names(repository: string): readonly object[] {
		const products = [{ "@id": `pkg:oci/${repository.slice(repository.lastIndexOf("/") + 1)}` }];
		return ["CVE-2021-23337", "GHSA-29mw-wpgm-hmr9", "cve-2023-32681"].map((name) => ({
			vulnerability: { name },
			products,
			status: "fixed",
		}));
	}
});

function imageProduct(image: Image): { readonly "@id": string } {
	const [name = "", digest = ""] = (image.repositoryDigests[0] ?? "").split("@");
	return { "@id": `pkg:oci/${name.slice(name.lastIndexOf("/") + 1)}@${digest}` };
}

function withoutVersion(finding: Vulnerability): string {
	return finding.package.purl.replace(/[@?].*$/, "");
}
