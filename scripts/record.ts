/**
 * Records what the real tools print, trimmed, as fixtures for the tests of the readers.
 *
 *   node scripts/record.ts        needs docker, buildx, trivy, grype and a registry at localhost:5000
 *
 * Nothing of this machine stays in a recording: paths, host names and addresses are replaced.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { readBuildxVersion, VERSION_PROBES } from "../server/tools/versionProbes.ts";
import { anonymous, type Json, listOf, parse, print, trimCycloneDx, trimGrype, trimProgress, trimSpdx, trimTrivy } from "./recordTrim.ts";

const FIXTURES = fileURLToPath(new URL("../test/fixtures/tools", import.meta.url));
const IMAGE = "localhost:5000/hullguard/recorded:1";
const LOCAL = "hullguard-recorded:1";

const DOCKERFILE = `FROM debian:12 AS deps
WORKDIR /deps
COPY node_modules node_modules

FROM debian:12
ARG TOKEN=none
RUN apt-get update \\
    && apt-get install -y --no-install-recommends libexpat1 \\
    && rm -rf /var/lib/apt/lists/*
COPY --from=deps /deps /app
RUN mkdir -p /srv/node_modules/minimist \\
    && echo '{"name":"minimist","version":"1.2.5","license":"MIT"}' > /srv/node_modules/minimist/package.json
WORKDIR /app
CMD ["bash"]
`;

const FAILING = {
	"build-failed-run": "FROM debian:12\nARG TOKEN=none\nRUN echo one && \\\n    echo two >&2 && \\\n    false\n",
	"build-failed-copy": "FROM debian:12\nCOPY nothing /x\n",
	"build-failed-base": "FROM hullguard/no-such-image:1\n",
	"build-failed-parse": "FROM debian:12\nRUNN x\n",
	"build-warning": "FROM debian:12\nCMD echo hi\n",
} as const;

const folder = mkdtempSync(join(tmpdir(), "hullguard-record-"));

interface Said {
	readonly stdout: string;
	readonly stderr: string;
	readonly exitCode: number;
}

function run(tool: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Said {
	const result = spawnSync(tool, args, {
		encoding: "utf8",
		maxBuffer: 1e9,
		cwd: folder,
		env: { ...process.env, NO_COLOR: "1", ...environment },
	});
	return { stdout: result.stdout, stderr: result.stderr, exitCode: result.status ?? -1 };
}

function save(tool: string, version: string, name: string, text: string): void {
	const path = join(FIXTURES, tool, version, name);
	mkdirSync(dirname(path), { recursive: true });
	writeFileSync(path, anonymous(text, folder).replace(/\n*$/, "\n"));
	console.log(`${path}  ${text.length}`);
}

function build(name: string, dockerfile: string, args: readonly string[] = []): { readonly said: Said; readonly metadata: string } {
	const file = join(folder, `${name}.Dockerfile`);
	const metadata = join(folder, `${name}.metadata.json`);
	writeFileSync(file, dockerfile);
	const said = run(
		"docker",
		[
			"buildx",
			"build",
			"--progress=rawjson",
			`--metadata-file=${metadata}`,
			`--file=${file}`,
			"--provenance=mode=max",
			"--sbom=true",
			"--no-cache",
			...args,
			folder,
		],
		{ BUILDX_METADATA_PROVENANCE: "max" },
	);
	return { said, metadata: said.exitCode === 0 ? readFileSync(metadata, "utf8") : "" };
}

/** Reads a blob of the engine's own store. */
function blob(digest: string): string {
	return run("docker", ["buildx", "history", "inspect", "attachment", "", digest]).stdout;
}

function recordBuildx(version: string): void {
	const { said, metadata } = build("build", DOCKERFILE, [`--tag=${LOCAL}`, "--build-arg=TOKEN=secret-value"]);
	if (said.exitCode !== 0) throw new Error(said.stderr);
	save("buildx", version, "build.jsonl", trimProgress(said.stderr));
	save("buildx", version, "metadata.json", print(parse(metadata)));
	for (const [name, dockerfile] of Object.entries(FAILING))
		save("buildx", version, `${name}.jsonl`, trimProgress(build(name, dockerfile).said.stderr));
	save(
		"buildx",
		version,
		"build-failed-generator.jsonl",
		trimProgress(build("generator", "FROM debian:12\n", ["--sbom=generator=hullguard/no-such-generator:1"]).said.stderr),
	);
	const builders = run("docker", ["buildx", "ls", "--format", "json"]).stdout.split("\n").filter(Boolean);
	save("buildx", version, "ls.jsonl", builders.map((line) => JSON.stringify({ ...parse(line), Nodes: [] })).join("\n"));
	const index = blob(String(parse(metadata)["containerimage.digest"]));
	const attestation = listOf(parse(index)["manifests"]).find((entry) => entry["annotations"] !== undefined);
	save("buildx", version, "index.json", index);
	save("buildx", version, "attestation-manifest.json", blob(String(attestation?.["digest"])));
	execFileSync("docker", ["tag", LOCAL, IMAGE]);
	execFileSync("docker", ["push", "--quiet", IMAGE], { stdio: "ignore" });
	for (const part of ["Manifest", "Provenance", "SBOM"]) {
		const said = run("docker", ["buildx", "imagetools", "inspect", IMAGE, "--format", `{{json .${part}}}`]).stdout;
		const value = part === "SBOM" ? { SPDX: trimSpdx(parse(said)["SPDX"] as Json) } : parse(said);
		save("buildx", version, `imagetools-${part.toLowerCase()}.json`, print(value));
	}
	const several = run("docker", [
		"buildx",
		"imagetools",
		"inspect",
		"localhost:5000/library/multi:1",
		"--format",
		"{{json .Provenance}}",
	]).stdout;
	save("buildx", version, "imagetools-provenance-platforms.json", several);
	save(
		"buildx",
		version,
		"imagetools-not-found.txt",
		run("docker", ["buildx", "imagetools", "inspect", "localhost:5000/hullguard/nothing:1"]).stderr,
	);
}

function recordDocker(version: string): void {
	save("docker", version, "version.txt", run("docker", ["--version"]).stdout);
	const parts = [".ServerVersion", ".DriverStatus", ".RegistryConfig.Mirrors", ".OSType", ".Architecture"];
	save("docker", version, "info.jsonl", run("docker", ["info", "--format", parts.map((part) => `{{json ${part}}}`).join("\n")]).stdout);
	save("docker", version, "image-inspect.json", run("docker", ["image", "inspect", LOCAL]).stdout);
	save("docker", version, "image-missing.txt", run("docker", ["image", "inspect", "hullguard/nothing:1"]).stderr);
	const down = { DOCKER_HOST: "unix:///nothing/docker.sock" };
	save("docker", version, "daemon-down.txt", run("docker", ["image", "inspect", LOCAL], down).stderr);
	save(
		"docker",
		version,
		"buildx-missing.txt",
		run("docker", ["buildx", "version"], { DOCKER_CONFIG: "/nonexistent", HOME: "/nonexistent" }).stderr,
	);
}

function recordTrivy(version: string): void {
	const common = ["image", "--quiet", "--image-src=docker"];
	save("trivy", version, "version.json", run("trivy", ["version", "--format=json"]).stdout);
	const scan = [...common, "--format=json", "--scanners=vuln", "--list-all-pkgs", "--show-suppressed"];
	save("trivy", version, "image.json", print(trimTrivy(parse(run("trivy", [...scan, LOCAL]).stdout))));
	const ignore = join(folder, "app.openvex.json");
	const statement = {
		vulnerability: { name: "CVE-2021-23337" },
		products: [{ "@id": "pkg:npm/lodash@4.17.20" }],
		status: "not_affected",
		justification: "vulnerable_code_not_present",
	};
	writeFileSync(
		ignore,
		JSON.stringify({
			"@context": "https://openvex.dev/ns/v0.2.0",
			"@id": "https://example.org/1",
			author: "a",
			timestamp: "2026-01-02T03:04:05Z",
			version: 1,
			statements: [statement],
		}),
	);
	save("trivy", version, "image-vex.json", print(trimTrivy(parse(run("trivy", [...scan, `--vex=${ignore}`, LOCAL]).stdout))));
	save("trivy", version, "image.cdx.json", print(trimCycloneDx(parse(run("trivy", [...common, "--format=cyclonedx", LOCAL]).stdout))));
	save("trivy", version, "image.spdx.json", print(trimSpdx(parse(run("trivy", [...common, "--format=spdx-json", LOCAL]).stdout))));
	save("trivy", version, "image-missing.txt", run("trivy", [...common, "hullguard/nothing:1"]).stderr);
	save(
		"trivy",
		version,
		"registry-missing.txt",
		run("trivy", ["image", "--quiet", "--image-src=remote", "localhost:5000/hullguard/nothing:1"]).stderr,
	);
	save("trivy", version, "daemon-down.txt", run("trivy", [...common, LOCAL], { DOCKER_HOST: "unix:///nothing/docker.sock" }).stderr);
	save(
		"trivy",
		version,
		"no-database.txt",
		run("trivy", ["image", "--quiet", "--skip-db-update", "--image-src=docker", `--cache-dir=${join(folder, "cache")}`, LOCAL]).stderr,
	);
	save("trivy", version, "unknown-flag.txt", run("trivy", ["image", "--no-such-flag", LOCAL]).stderr);
	writeFileSync(ignore, "{}");
	save("trivy", version, "bad-vex.txt", run("trivy", [...scan, `--vex=${ignore}`, LOCAL]).stderr);
}

function recordGrype(version: string): void {
	save("grype", version, "version.json", run("grype", ["version", "-o", "json"]).stdout);
	const vex = join(folder, "app.openvex.json");
	const statement = {
		vulnerability: { name: "CVE-2021-23337", aliases: ["GHSA-35jh-r3h4-6jhm"] },
		products: [{ "@id": "pkg:npm/lodash@4.17.20" }],
		status: "not_affected",
		justification: "vulnerable_code_not_present",
	};
	writeFileSync(
		vex,
		JSON.stringify({
			"@context": "https://openvex.dev/ns/v0.2.0",
			"@id": "https://example.org/1",
			author: "a",
			timestamp: "2026-01-02T03:04:05Z",
			version: 1,
			statements: [statement],
		}),
	);
	save(
		"grype",
		version,
		"image.json",
		print(trimGrype(parse(run("grype", [`registry:${IMAGE}`, "--output=json", `--vex=${vex}`]).stdout))),
	);
	writeFileSync(vex, "{}");
	save("grype", version, "bad-vex.txt", run("grype", [`registry:${IMAGE}`, "--output=json", `--vex=${vex}`]).stderr);
}

function versionOf(tool: "docker" | "trivy" | "grype"): string {
	const { command, read } = VERSION_PROBES[tool];
	return read(run(tool, command.args).stdout).replace(/\+.*$/, "");
}

mkdirSync(join(folder, "node_modules/lodash"), { recursive: true });
writeFileSync(join(folder, "node_modules/lodash/package.json"), '{"name":"lodash","version":"4.17.20","license":"MIT"}\n');
try {
	recordBuildx(readBuildxVersion(run("docker", ["buildx", "version"]).stdout).replace(/\+.*$/, ""));
	recordDocker(versionOf("docker"));
	recordTrivy(versionOf("trivy"));
	recordGrype(versionOf("grype"));
} finally {
	run("docker", ["image", "rm", LOCAL, IMAGE]);
	rmSync(folder, { recursive: true });
}
