import assert from "node:assert/strict";
import { needsDocker, needsGrype, needsRegistry, needsTrivy, requireAll } from "../support/requirements.ts";
import { FAULTS } from "../support/vexFaults.ts";
import { type PushedImage, pushImage, SCAN_TIMEOUT_MS, type Scan, scanWithGrype, scanWithTrivy } from "../support/vexImage.ts";

/** Trivy applies these documents, Grype stops. */
const ONLY_GRYPE_REFUSES = [
	"OpenVEX has no version",
	"The context names version 0.0.1",
	"is not that of OpenVEX",
	'"timestamp" is missing',
];
/** Both take these documents without a word. */
const ACCEPTED_SILENTLY = ["is no status", "names no products", "has no statements", "is not a package URL", "is no justification"];

describe("broken VEX documents with real scanners", function () {
	this.timeout(SCAN_TIMEOUT_MS);
	let pushed: PushedImage | undefined;

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy(), needsGrype(), await needsRegistry()]);
		pushed = await pushImage("broken", {
			Dockerfile: "FROM scratch\nCOPY os-release /etc/os-release\n",
			"os-release": 'ID=debian\nVERSION_ID="12"\n',
		});
	});

	after(async () => pushed?.remove());

	function scanWith(marked: string): Scan {
		assert.ok(pushed !== undefined);
		const vexFile = pushed.save("broken.openvex.json", marked.replaceAll(/[«»]/g, ""));
		return { source: "registry", reference: pushed.reference, vexFile };
	}

	/** Whether the scan ends because of the document, and not for another reason. */
	async function isRefused(scan: Promise<unknown>): Promise<boolean> {
		try {
			await scan;
			return false;
		} catch (error) {
			assert.match(String((error as { stderr?: unknown }).stderr), /VEX/i);
			return true;
		}
	}

	it("are errors where Trivy refuses them, and only there or where Grype does", async () => {
		for (const { marked, severity, message } of FAULTS) {
			// Trivy refuses these too; among the JSON files of a folder they are no error.
			if (/CSAF|CycloneDX|0\.0\.1$/.test(message)) continue;
			const grypeAlone = severity === "error" && ONLY_GRYPE_REFUSES.some((words) => message.includes(words));
			assert.equal(await isRefused(scanWithTrivy(scanWith(marked))), severity === "error" && !grypeAlone, message);
		}
	});

	it("are errors where Grype alone refuses them, and warnings where nobody says a word", async () => {
		const { image } = await scanWithTrivy({ source: "registry", reference: pushed?.reference ?? "" });
		for (const words of [...ONLY_GRYPE_REFUSES, ...ACCEPTED_SILENTLY]) {
			const wanted = ONLY_GRYPE_REFUSES.includes(words) ? "error" : "warning";
			const fault = FAULTS.find(({ message, severity }) => message.includes(words) && severity === wanted);
			assert.ok(fault !== undefined, words);
			assert.equal(await isRefused(scanWithGrype(scanWith(fault.marked), image)), wanted === "error", words);
		}
	});
});
