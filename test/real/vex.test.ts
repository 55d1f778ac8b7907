import assert from "node:assert/strict";
import type { Image } from "../../server/core/image/image.ts";
import { applyEdits } from "../../server/core/text.ts";
import { assess, isSuppressed } from "../../server/core/vex/apply.ts";
import { compileForScanners } from "../../server/core/vex/compile.ts";
import { scopeOf, type VexScope } from "../../server/core/vex/products.ts";
import type { VexDecision } from "../../server/core/vex/statement.ts";
import type { Vulnerability } from "../../server/core/vulnerabilities/vulnerability.ts";
import { findingsNamed, triage } from "../../server/operations/triage.ts";
import { needsDocker, needsGrype, needsRegistry, needsTrivy, requireAll } from "../support/requirements.ts";
import { documentOf } from "../support/vex.ts";
import {
	droppedByUs,
	keysOf,
	type PushedImage,
	pushImage,
	removeImage,
	SCAN_TIMEOUT_MS,
	type Scan,
	scanWithGrype,
	scanWithTrivy,
	tagImage,
	VULNERABLE_FILES,
} from "../support/vexImage.ts";

const NOT_AFFECTED: VexDecision = { status: "not_affected", justification: "vulnerable_code_not_in_execute_path", impact: "Never called." };

/** What the decisions below drop: one package each, although others have the same vulnerability. */
const DROPPED = [
	"CVE-2007-5686 passwd",
	"CVE-2020-28500 lodash",
	"CVE-2021-23337 lodash",
	"CVE-2022-0563 bsdutils",
	"CVE-2023-32681 requests",
	"CVE-2024-56433 login",
];
const KEPT = ["CVE-2007-5686 login", "CVE-2022-0563 mount", "CVE-2024-35195 requests", "CVE-2024-47081 requests", "CVE-2024-56433 passwd"];

describe("VEX with real scanners", function () {
	this.timeout(SCAN_TIMEOUT_MS);
	let pushed: PushedImage | undefined;
	let localName = "";
	let image: Image;
	let findings: readonly Vulnerability[];

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy(), needsGrype(), await needsRegistry()]);
		pushed = await pushImage("app", VULNERABLE_FILES);
		localName = `aaa-${pushed.name.slice(pushed.name.lastIndexOf("/") + 1)}:1`;
		const first = await scanWithTrivy({ source: "registry", reference: pushed.reference });
		image = { ...first.image, manifestDigests: pushed.platformDigests };
		findings = first.findings;
	});

	after(async () => {
		await removeImage(localName);
		await pushed?.remove();
	});

	/** A document with one more statement, written as the editor and the command line write it. */
	function decide(
		document: string | undefined,
		[id, packageName]: readonly [string, string],
		scope: VexScope | undefined,
		decision: VexDecision,
		day: number,
	): string {
		const named = findingsNamed(id, findings, packageName);
		assert.ok(!("message" in named), JSON.stringify(named));
		assert.ok(scope !== undefined);
		const now = new Date(Date.UTC(2026, 0, day));
		const result = triage({ findings: named, decision, scope, document, author: "Hullguard's tests", now });
		assert.ok("edits" in result, JSON.stringify(result));
		return applyEdits(document ?? "", result.edits);
	}

	/** Each scope, on packages with and without an epoch, and two decisions that drop nothing. */
	function decisionsAbout(subject: Image): string {
		const scope = (kind: VexScope["kind"]): VexScope | undefined => scopeOf(kind, subject);
		let text = decide(undefined, ["CVE-2021-23337", "lodash"], scope("digest"), NOT_AFFECTED, 1);
		text = decide(text, ["CVE-2007-5686", "passwd"], scope("digest"), NOT_AFFECTED, 2);
		text = decide(text, ["CVE-2020-28500", "lodash"], scope("repository"), { status: "fixed" }, 3);
		text = decide(text, ["CVE-2024-56433", "login"], scope("repository"), NOT_AFFECTED, 4);
		text = decide(text, ["CVE-2023-32681", "requests"], scope("package"), NOT_AFFECTED, 5);
		text = decide(text, ["CVE-2022-0563", "bsdutils"], scope("package"), { status: "fixed", notes: "Patched by us." }, 6);
		text = decide(text, ["CVE-2024-35195", "requests"], scope("digest"), { status: "affected", action: "Update." }, 7);
		return decide(text, ["CVE-2024-47081", "requests"], scope("digest"), { status: "under_investigation" }, 8);
	}

	/** Scans with both: what they drop is what was decided, and what our own matching says. */
	async function expectDropped(where: Omit<Scan, "vexFile">, text: string): Promise<void> {
		assert.ok(pushed !== undefined);
		const scan = { ...where, vexFile: pushed.save("decided.openvex.json", text) };
		const byTrivy = await scanWithTrivy(scan);
		const byGrype = await scanWithGrype(scan, byTrivy.image);
		for (const [scanner, result] of Object.entries({ Trivy: byTrivy, Grype: byGrype })) {
			assert.deepEqual(result.dropped, DROPPED, scanner);
			assert.deepEqual(droppedByUs(result, text), DROPPED, `our matching of what ${scanner} found`);
			// What must stay is really there, or "nothing else" would say nothing.
			const open = keysOf(result.findings).filter((key) => !result.dropped.includes(key));
			assert.deepEqual(
				KEPT.filter((key) => !open.includes(key)),
				[],
				scanner,
			);
		}
	}

	it("drops what was decided, and nothing else, in the registry by tag", async () => {
		await expectDropped({ source: "registry", reference: pushed?.reference ?? "" }, decisionsAbout(image));
	});

	it("drops the same by the digest of the platform", async function () {
		const [platform] = image.manifestDigests;
		if (platform === undefined) return this.skip();
		await expectDropped({ source: "registry", reference: `${pushed?.name}@${platform}` }, decisionsAbout(image));
	});

	it("drops the same in the daemon, where the image has two names", async () => {
		const reference = pushed?.reference ?? "";
		await tagImage(reference, localName);
		const { image: known } = await scanWithTrivy({ source: "daemon", reference });
		assert.ok(known.repositoryDigests.some((digest) => digest.startsWith(`${pushed?.name}@`)));
		await expectDropped({ source: "daemon", reference }, decisionsAbout({ ...known, manifestDigests: image.manifestDigests }));
	});

	it("makes both read a history alike", async () => {
		assert.ok(pushed !== undefined);
		const scope = scopeOf("digest", image);
		let text = decide(undefined, ["CVE-2021-23337", "lodash"], scope, { status: "under_investigation" }, 1);
		text = decide(text, ["CVE-2020-28500", "lodash"], scope, NOT_AFFECTED, 2);
		text = decide(text, ["CVE-2021-23337", "lodash"], scope, NOT_AFFECTED, 3);
		text = decide(text, ["CVE-2020-28500", "lodash"], scope, { status: "affected", action: "Update." }, 4);
		text = decide(text, ["CVE-2007-5686", "passwd"], { kind: "package" }, NOT_AFFECTED, 5);
		text = decide(text, ["CVE-2007-5686", "passwd"], scope, { status: "affected", action: "Update." }, 6);
		const assessed = assess(findings, image, [{ path: "history", document: documentOf(text) }]);
		assert.deepEqual(keysOf(assessed.filter(isSuppressed).map((each) => each.vulnerability)), ["CVE-2021-23337 lodash"]);

		const compiled = compileForScanners(assessed, image, "2026-03-01T00:00:00Z");
		assert.ok(compiled !== undefined);
		const scan: Scan = { source: "registry", reference: pushed.reference, vexFile: pushed.save("compiled.openvex.json", compiled) };
		assert.deepEqual((await scanWithTrivy(scan)).dropped, ["CVE-2021-23337 lodash"]);
		assert.deepEqual((await scanWithGrype(scan, image)).dropped, ["CVE-2021-23337 lodash"]);
		// The document itself Trivy reads in another way: the reason for all this.
		const raw = await scanWithTrivy({ ...scan, vexFile: pushed.save("history.openvex.json", text) });
		assert.deepEqual(raw.dropped, ["CVE-2007-5686 passwd", "CVE-2021-23337 lodash"]);
	});
});
