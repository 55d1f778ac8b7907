import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Something that a test needs and that a machine may lack. */
export interface Requirement {
	/** Why the test cannot run: "Docker does not answer". */
	readonly reason: string;
	/** What provides it: a command, or a sentence. */
	readonly remedy: string;
}

const printed = new Set<string>();

/**
 * Skips the running test or suite, and prints the reason and the remedy once. With `HULLGUARD_REQUIRE_TOOLS=1` it
 * throws instead: where everything has to be there, a skip is a failure.
 */
export function skipFor(context: Mocha.Context, missing: Requirement): never {
	const line = `skipped: ${missing.reason}; ${missing.remedy}`;
	if (process.env["HULLGUARD_REQUIRE_TOOLS"] === "1") throw new Error(line);
	if (!printed.has(line)) console.log(line);
	printed.add(line);
	context.skip();
}

/** Skips unless every requirement is met; `undefined` stands for one that is. */
export function requireAll(context: Mocha.Context, requirements: readonly (Requirement | undefined)[]): void {
	const missing = requirements.find((requirement) => requirement !== undefined);
	if (missing !== undefined) skipFor(context, missing);
}

/** The absolute path of a program on the PATH. */
export function programOnPath(name: string): string | undefined {
	const names = process.platform === "win32" ? [`${name}.exe`] : [name];
	for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
		for (const file of names) {
			const path = join(folder, file);
			try {
				accessSync(path, constants.X_OK);
				return path;
			} catch {
				// The next folder may have it.
			}
		}
	}
	return undefined;
}

/** Docker with an engine that answers. */
export function needsDocker(): Requirement | undefined {
	const remedy = "install Docker and start its engine: https://docs.docker.com/get-started/get-docker/";
	const docker = programOnPath("docker");
	if (docker === undefined) return { reason: "docker is not on the PATH", remedy };
	return succeeds(docker, ["version", "--format", "{{.Server.Version}}"])
		? undefined
		: { reason: "Docker's engine does not answer", remedy };
}

/** Removes images that a test made from the engine; those that are not there do not matter. */
export function forgetImages(...references: readonly string[]): void {
	const docker = programOnPath("docker");
	if (docker !== undefined) said(docker, ["image", "rm", "--force", ...references]);
}

/** Trivy with a vulnerability database. */
export function needsTrivy(): Requirement | undefined {
	const trivy = programOnPath("trivy");
	if (trivy === undefined) {
		return { reason: "trivy is not on the PATH", remedy: "install it: https://trivy.dev/latest/getting-started/installation/" };
	}
	if (said(trivy, ["version", "--format", "json"])?.includes("VulnerabilityDB")) return undefined;
	return { reason: "Trivy has no vulnerability database", remedy: "run: trivy image --download-db-only" };
}

export function needsGrype(): Requirement | undefined {
	if (programOnPath("grype") !== undefined) return undefined;
	return { reason: "grype is not on the PATH", remedy: "install it: https://github.com/anchore/grype#installation" };
}

/** A registry that takes pushes without a login; its address is in `HULLGUARD_TEST_REGISTRY`, or `localhost:5000`. */
export function testRegistry(): string {
	return process.env["HULLGUARD_TEST_REGISTRY"] ?? "localhost:5000";
}

export async function needsRegistry(): Promise<Requirement | undefined> {
	const answer = await fetch(`http://${testRegistry()}/v2/`).catch(() => undefined);
	if (answer?.ok) return undefined;
	return { reason: `no registry answers at ${testRegistry()}`, remedy: "run: docker run -d -p 5000:5000 registry:2" };
}

/** Variables of the environment that say where something is; `what` names it: "a registry with a login". */
export function needsVariables(what: string, names: readonly string[]): Requirement | undefined {
	const missing = names.filter((name) => (process.env[name] ?? "") === "");
	if (missing.length === 0) return undefined;
	return { reason: `nobody says where ${what} is`, remedy: `set ${missing.join(", ")}` };
}

/** crane, the reference for what a registry has. */
export function needsCrane(): Requirement | undefined {
	if (programOnPath("crane") !== undefined) return undefined;
	return { reason: "crane is not on the PATH", remedy: "install it: https://github.com/google/go-containerregistry/tree/main/cmd/crane" };
}

/** A Node 20 beside the one that runs the tests: `HULLGUARD_NODE20`, or the machine's own. */
export function node20(): string | undefined {
	const candidates = [process.env["HULLGUARD_NODE20"], "/usr/bin/node", "/usr/local/bin/node"];
	return candidates.find((path) => path !== undefined && existsSync(path) && said(path, ["--version"])?.startsWith("v20.") === true);
}

export function needsNode20(): Requirement | undefined {
	if (node20() !== undefined) return undefined;
	return { reason: "there is no Node 20", remedy: "set HULLGUARD_NODE20 to the path of one" };
}

function succeeds(program: string, args: readonly string[]): boolean {
	return said(program, args) !== undefined;
}

function said(program: string, args: readonly string[]): string | undefined {
	try {
		return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: 30_000 });
	} catch {
		return undefined;
	}
}
