import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Image } from "../../server/core/image/image.ts";
import { assess, isSuppressed } from "../../server/core/vex/apply.ts";
import type { Vulnerability } from "../../server/core/vulnerabilities/vulnerability.ts";
import { grypeScanCommand } from "../../server/tools/grype.ts";
import { readGrypeReport } from "../../server/tools/grypeReport.ts";
import { scanCommand } from "../../server/tools/trivy.ts";
import { readTrivyReport } from "../../server/tools/trivyReport.ts";
import { testRegistry } from "./requirements.ts";
import { documentOf } from "./vex.ts";

const run = promisify(execFile);
const LIMITS = { maxBuffer: 1 << 28 };
export const SCAN_TIMEOUT_MS = 300_000;

/** An image in the registry and in the daemon, with a folder for documents. */
export interface PushedImage {
	readonly reference: string;
	/** Without the tag. */
	readonly name: string;
	readonly folder: string;
	/** Digests of the platform manifests in its index; none if the tag is a manifest itself. */
	readonly platformDigests: readonly string[];
	/** Writes a document and gives its path. */
	save(name: string, text: string): string;
	remove(): Promise<void>;
}

/** Builds and pushes an image from some files, a Dockerfile among them; its name is new with every run. */
export async function pushImage(title: string, files: Readonly<Record<string, string>>): Promise<PushedImage> {
	const folder = mkdtempSync(join(tmpdir(), "hullguard vex "));
	for (const [path, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, path)), { recursive: true });
		writeFileSync(join(folder, path), text);
	}
	const name = `${testRegistry()}/hullguard-vex/${title}-${randomBytes(4).toString("hex")}`;
	const reference = `${name}:1`;
	await run("docker", ["build", "--quiet", "--tag", reference, folder]);
	await run("docker", ["push", "--quiet", reference]);
	return {
		reference,
		name,
		folder,
		platformDigests: await platformDigests(reference),
		save(file, text) {
			const path = join(folder, file);
			writeFileSync(path, text);
			return path;
		},
		async remove() {
			rmSync(folder, { recursive: true, force: true });
			await removeImage(reference);
		},
	};
}

/** Gives an image of the daemon a second name. */
export async function tagImage(reference: string, second: string): Promise<void> {
	await run("docker", ["tag", reference, second]);
}

/** Removes a name from the daemon, if it is there. */
export async function removeImage(reference: string): Promise<void> {
	await run("docker", ["image", "rm", "--force", reference]).catch(() => undefined);
}

async function platformDigests(reference: string): Promise<readonly string[]> {
	const { stdout } = await run("docker", ["manifest", "inspect", "--insecure", reference]);
	const index = JSON.parse(stdout) as {
		readonly manifests?: readonly { readonly digest: string; readonly platform?: { readonly os: string } }[];
	};
	// Attestations are manifests for a platform that nobody knows.
	return (index.manifests ?? []).filter((entry) => entry.platform?.os !== "unknown").map((entry) => entry.digest);
}

/** A scan of an image, with a document or without. */
export interface Scan {
	readonly source: "registry" | "daemon";
	readonly reference: string;
	readonly vexFile?: string;
}

export interface Scanned {
	readonly image: Image;
	/** All findings, also those that the document hides. */
	readonly findings: readonly Vulnerability[];
	/** `id package` of what VEX hides, sorted. */
	readonly dropped: readonly string[];
}

export async function scanWithTrivy({ source, reference, vexFile }: Scan): Promise<Scanned> {
	const command = scanCommand({
		reference,
		source: source === "daemon" ? "docker" : "remote",
		vexFiles: vexFile === undefined ? [] : [vexFile],
		offline: false,
		timeoutMs: SCAN_TIMEOUT_MS,
	});
	const { stdout } = await run("trivy", command.args, { ...LIMITS, env: { ...process.env, ...command.environment } });
	const { image, vulnerabilities } = readTrivyReport(stdout);
	return scanned(image, vulnerabilities);
}

/** Grype's reader gives no image: it is the one that Trivy saw. */
export async function scanWithGrype({ source, reference, vexFile }: Scan, image: Image): Promise<Scanned> {
	const command = grypeScanCommand({
		reference,
		scheme: source === "daemon" ? "docker" : "registry",
		vexFiles: vexFile === undefined ? [] : [vexFile],
		offline: false,
		timeoutMs: SCAN_TIMEOUT_MS,
	});
	const { stdout } = await run("grype", command.args, { ...LIMITS, env: { ...process.env, ...command.environment } });
	return scanned(image, readGrypeReport(stdout).vulnerabilities);
}

function scanned(image: Image, findings: readonly Vulnerability[]): Scanned {
	return { image, findings, dropped: keysOf(findings.filter((finding) => /not_affected|fixed/.test(finding.suppressedBy ?? ""))) };
}

/** `id package` of each, sorted, each once. */
export function keysOf(findings: readonly Vulnerability[]): readonly string[] {
	return [...new Set(findings.map((finding) => `${finding.id} ${finding.package.name}`))].sort();
}

/** What our own matching drops among the findings of one scanner. */
export function droppedByUs({ image, findings }: Scanned, text: string): readonly string[] {
	const assessed = assess(findings, image, [{ path: "vex.openvex.json", document: documentOf(text) }]);
	return keysOf(assessed.filter(isSuppressed).map((each) => each.vulnerability));
}

/** An npm, a Python and many Debian packages with known vulnerabilities. */
export const VULNERABLE_FILES: Readonly<Record<string, string>> = {
	Dockerfile: "FROM debian:12\nCOPY node /app\nCOPY python /usr/local/lib/python3.11/site-packages\n",
	"node/node_modules/lodash/package.json": '{"name":"lodash","version":"4.17.20","license":"MIT"}',
	"python/requests-2.30.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: requests\nVersion: 2.30.0\n",
};
