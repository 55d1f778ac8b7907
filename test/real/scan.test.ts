import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { parseDockerfile } from "../../server/core/dockerfile/parse/parse.ts";
import { placeVulnerabilities, type VulnerabilityFinding } from "../../server/core/vulnerabilities/place.ts";
import type { ScanReport } from "../../server/core/vulnerabilities/report.ts";
import { type BuiltImage, buildImage } from "../../server/operations/build.ts";
import { type ScanRequest, scanImage } from "../../server/operations/scan.ts";
import { ToolError } from "../../server/tools/errors.ts";
import { fakeTool, realContext, type TemporaryProject, temporaryProject } from "../support/realContext.ts";
import { forgetImages, needsDocker, needsRegistry, needsTrivy, requireAll, testRegistry } from "../support/requirements.ts";

const DOCKERFILE = `# Two stages, each of which brings something
FROM debian:12 AS deps
WORKDIR /deps
COPY node_modules node_modules

FROM debian:12
ENV LANG=C.UTF-8
RUN mkdir -p /srv/node_modules/minimist \\
    # what is installed here is vulnerable
    && echo '{"name":"minimist","version":"1.2.5"}' > /srv/node_modules/minimist/package.json
COPY --from=deps /deps /app
WORKDIR /app
CMD ["bash"]
`;

const FILES = { Dockerfile: DOCKERFILE, "node_modules/lodash/package.json": '{"name":"lodash","version":"4.17.20","license":"MIT"}\n' };

const TAG = "hullguard-test-scan:1";
const OFFLINE: Pick<ScanRequest, "offline"> = { offline: true };

function findings(report: ScanReport, text: string): readonly VulnerabilityFinding[] {
	return placeVulnerabilities(report, parseDockerfile(text), { inline: "all", minimumSeverity: "low", isSuppressed: () => false });
}

/** The one-based line on which a package stands. */
function lineOf(report: ScanReport, text: string, name: string): number | undefined {
	const finding = findings(report, text).find((each) => each.vulnerabilities.some((one) => one.package.name === name));
	return finding === undefined ? undefined : finding.range.start.line + 1;
}

function docker(...args: readonly string[]): string {
	return execFileSync("docker", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

async function refused(promise: Promise<unknown>): Promise<ToolError> {
	const error = await promise.catch((reason: unknown) => reason);
	return error instanceof ToolError ? error : assert.fail(`not a ToolError: ${String(error)}`);
}

describe("scanning with the real Trivy", function () {
	this.timeout(180_000);
	let project: TemporaryProject;
	let image: BuiltImage;
	let report: ScanReport;

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy()]);
		project = temporaryProject(FILES);
		const outcome = await buildImage(realContext(), {
			dockerfile: project.path("Dockerfile"),
			context: project.folder,
			tags: [TAG],
			output: "load",
			provenance: "max",
			sbom: false,
		});
		assert.ok(outcome.kind === "built");
		image = outcome;
		report = await scanImage(realContext(), { reference: TAG, build: image, ...OFFLINE });
	});
	after(() => {
		project?.remove();
		forgetImages(TAG, "hullguard-test-terminal:1");
	});

	it("puts each vulnerability on the instruction that brought it", () => {
		assert.equal(lineOf(report, DOCKERFILE, "minimist"), 8, "RUN");
		assert.equal(lineOf(report, DOCKERFILE, "lodash"), 11, "COPY --from");
		assert.equal(lineOf(report, DOCKERFILE, "perl-base"), 6, "FROM of the final stage");
		assert.ok(findings(report, DOCKERFILE).every((finding) => finding.certainty === "exact"));
	});

	it("sums up the base image, and names package and fix of what is added", () => {
		const messages = findings(report, DOCKERFILE).map((finding) => finding.message);
		assert.match(messages[0] ?? "", /^Base image has \d+ critical, .* vulnerabilities \(\d+ fixable\)$/);
		assert.ok(messages.includes("Adds 1 critical in minimist 1.2.5 (fixed in 1.2.6)"), messages.join("\n"));
		assert.ok(messages.includes("Adds 1 high in lodash 4.17.20 (fixed in 4.17.21)"), messages.join("\n"));
	});

	it("shows where copied files were made", () => {
		const copied = findings(report, DOCKERFILE).find((finding) => finding.range.start.line === 10);
		assert.ok(copied?.related.some((text) => text.message === "The copied files were made here" && text.range.start.line === 3));
	});

	it("keeps lines right while the file is edited", () => {
		const edited = DOCKERFILE.replace("# Two stages", "# syntax=docker/dockerfile:1\n#\n# Two stages").replace(
			"ENV LANG",
			"ENV ONE=1\nENV TWO=2\nENV LANG",
		);
		assert.deepEqual(
			["perl-base", "minimist", "lodash"].map((name) => lineOf(report, edited, name)),
			[8, 12, 15],
		);
	});

	it("knows the image by every digest that scanners use", () => {
		assert.equal(report.image.digest, image.digest);
		assert.equal(report.image.platform, docker("image", "inspect", TAG, "--format", "{{.Os}}/{{.Architecture}}").trim());
		assert.ok(report.image.repositoryDigests.some((digest) => digest.endsWith(`@${image.digest}`)));
		assert.equal(report.image.manifestDigests.length, 1);
		assert.notEqual(report.image.manifestDigests[0], image.digest);
		assert.match(report.scanners[0]?.databaseDate ?? "", /^\d{4}-/);
	});

	it("finds the same lines without our build: by the attestation in the engine", async () => {
		const context = realContext();
		const again = await scanImage(context, { reference: TAG, ...OFFLINE });
		assert.deepEqual(again.attribution, report.attribution);
		assert.ok(context.lines.some((line) => line.includes("history inspect attachment")));
	});

	it("finds exact lines of an image that was built in a terminal: by the builder's record", async () => {
		const tag = "hullguard-test-terminal:1";
		docker("buildx", "build", "--load", "--provenance=false", `--tag=${tag}`, project.folder);
		const context = realContext();
		const own = await scanImage(context, { reference: tag, ...OFFLINE });
		assert.equal(lineOf(own, DOCKERFILE, "minimist"), 8, context.lines.join("\n"));
		assert.equal(findings(own, DOCKERFILE)[0]?.certainty, "exact");
	});

	it("does not believe our build for an image that was built again since", async () => {
		const other = { ...image, digest: `sha256:${"0".repeat(64)}`, provenance: new Map([["", { buildConfig: "not used" }]]) };
		const own = await scanImage(realContext(), { reference: TAG, build: other, ...OFFLINE });
		assert.deepEqual(own.attribution, report.attribution);
	});

	it("works when the Dockerfile was deleted meanwhile", async () => {
		rmSync(project.path("Dockerfile"));
		const own = await scanImage(realContext(), { reference: TAG, build: image, ...OFFLINE });
		assert.equal(lineOf(own, DOCKERFILE, "minimist"), 8);
	});

	describe("from a registry", () => {
		const reference = `${testRegistry()}/hullguard/test-scan:1`;
		const bare = `${testRegistry()}/hullguard/test-scan-bare:1`;

		before(async function () {
			requireAll(this, [await needsRegistry()]);
			docker("tag", TAG, reference);
			docker("push", "--quiet", reference);
			docker("image", "rm", reference);
			// An image about which nobody knows anything but its history.
			const plain = temporaryProject({ ...FILES, Dockerfile: DOCKERFILE });
			docker("buildx", "build", "--provenance=false", "--push", `--tag=${bare}`, plain.folder);
			// An engine keeps what it pushes.
			docker("image", "rm", bare);
			plain.remove();
		});

		it("finds exact lines by the attestation in the registry", async () => {
			const own = await scanImage(realContext(), { reference, ...OFFLINE });
			assert.equal(own.image.digest, image.digest);
			assert.deepEqual(own.attribution, report.attribution);
			assert.deepEqual(own.image.manifestDigests, report.image.manifestDigests);
		});

		it("compares the history with the Dockerfile where nothing is attested, and says so", async () => {
			const context = realContext();
			const own = await scanImage(context, { reference: bare, dockerfile: { text: DOCKERFILE }, ...OFFLINE });
			assert.deepEqual(
				["perl-base", "minimist", "lodash"].map((name) => lineOf(own, DOCKERFILE, name)),
				[6, 8, 11],
			);
			assert.ok(findings(own, DOCKERFILE).every((finding) => finding.certainty === "history"));
			assert.ok(
				context.lines.some((line) => line.includes("its history is compared with the Dockerfile")),
				context.lines.join("\n"),
			);
		});

		it("puts everything on the last FROM where nothing is known", async () => {
			const own = await scanImage(realContext(), { reference: bare, ...OFFLINE });
			const [finding, ...others] = findings(own, DOCKERFILE);
			assert.deepEqual([finding?.kind, finding?.range.start.line, others.length], ["unknown", 5, 0]);
			assert.match(finding?.message ?? "", /instruction unknown$/);
		});

		it("scans images of Docker Hub at the engine's mirrors", async function () {
			const mirrors = docker("info", "--format", "{{json .RegistryConfig.Mirrors}}");
			if (!mirrors.includes(testRegistry())) this.skip();
			const own = await scanImage(realContext(), { reference: "busybox:1", ...OFFLINE });
			const head = await fetch(`http://${testRegistry()}/v2/library/busybox/manifests/1`, {
				method: "HEAD",
				headers: { accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json" },
			});
			assert.equal(own.image.digest, head.headers.get("docker-content-digest"));
		});

		it("puts all that a base image brings on the FROM that names it", async function () {
			const text = "FROM busybox:1 AS tools\n\nFROM debian:12\nRUN true\n";
			const reference = `${testRegistry()}/library/debian:12`;
			const known = await fetch(`http://${testRegistry()}/v2/library/debian/tags/list`);
			if (!known.ok) this.skip();
			const own = await scanImage(realContext(), { reference, base: { text, lines: { first: 2, last: 2 } }, ...OFFLINE });
			const all = findings(own, text);
			assert.deepEqual(
				all.map((finding) => [finding.kind, finding.range.start.line]),
				[["base", 2]],
			);
		});

		it("scans the platform that is asked for", async function () {
			const several = `${testRegistry()}/library/multi:1`;
			const known = await fetch(`http://${testRegistry()}/v2/library/multi/tags/list`);
			if (!known.ok) this.skip();
			const own = await scanImage(realContext(), { reference: several, platform: "linux/arm64", ...OFFLINE });
			assert.equal(own.image.platform, "linux/arm64");
		});

		it("scans in the registry when the engine does not answer, and says why", async () => {
			const context = realContext({ environment: { DOCKER_HOST: "unix:///nothing/docker.sock" } });
			const own = await scanImage(context, { reference, ...OFFLINE });
			assert.ok(own.vulnerabilities.length > 0);
			assert.ok(context.lines.some((line) => line.includes("Docker's engine does not answer at unix:///nothing/docker.sock")));
		});

		it("says that the registry has no such image", async () => {
			const error = await refused(scanImage(realContext(), { reference: `${testRegistry()}/hullguard/nothing:1`, ...OFFLINE }));
			assert.deepEqual([error.kind, error.message], ["failed", `There is no image ${testRegistry()}/hullguard/nothing:1`]);
		});
	});

	describe("that cannot do its work", () => {
		const scan = (trivy: string, more: Partial<ScanRequest> = {}) =>
			refused(scanImage(realContext({ toolPaths: { trivy } }), { reference: TAG, ...OFFLINE, ...more }));

		it("is missing", async () => {
			const error = await scan("/nothing/trivy");
			assert.deepEqual([error.kind, error.message], ["notFound", "Trivy is not at /nothing/trivy, where the setting says"]);
		});

		it("is one of the poisoned releases", async () => {
			const error = await scan(fakeTool(project, "trivy-bad", 'console.log(JSON.stringify({ Version: "0.69.5" }))'));
			assert.match(error.message, /^Trivy 0\.69\.5 is never run/);
			assert.match(error.hint ?? "", /GHSA-69fq-xp46-6x23/);
		});

		it("fails with words that nobody knows: they are shown", async () => {
			const script =
				'if (process.argv[2] === "version") console.log(JSON.stringify({ Version: "0.76.0" })); else { console.error("FATAL\\tno disk in drive B"); process.exit(1); }';
			const error = await scan(fakeTool(project, "trivy-failing", script));
			assert.deepEqual([error.kind, error.message], ["failed", "Trivy failed (exit code 1): FATAL\tno disk in drive B"]);
			assert.match(error.detail ?? "", /trivy image --quiet/);
		});

		it("prints something else than a report", async () => {
			const script = 'console.log(process.argv[2] === "version" ? JSON.stringify({ Version: "0.76.0" }) : "Segmentation fault")';
			const error = await scan(fakeTool(project, "trivy-garbage", script));
			assert.deepEqual(
				[error.kind, /Trivy answered in a way that Hullguard does not understand: it is not JSON/.test(error.message)],
				["badOutput", true],
			);
		});

		it("has no database", async () => {
			const context = realContext({ environment: { TRIVY_CACHE_DIR: project.path("empty cache") } });
			const error = await refused(scanImage(context, { reference: TAG, ...OFFLINE }));
			assert.deepEqual([error.kind, error.message], ["failed", "Trivy has no vulnerability database yet"]);
		});

		it("is given a VEX file that it cannot read", async () => {
			const vex = temporaryProject({ "bad.openvex.json": "{}" });
			const error = await refused(scanImage(realContext(), { reference: TAG, vexFiles: [vex.path("bad.openvex.json")], ...OFFLINE }));
			vex.remove();
			assert.deepEqual([error.kind, error.message], ["invalid", "Trivy cannot read a VEX file"]);
		});

		it("takes too long", async () => {
			const script =
				'if (process.argv[2] === "version") console.log(JSON.stringify({ Version: "0.76.0" })); else setTimeout(() => {}, 60000);';
			const error = await scan(fakeTool(project, "trivy-slow", script), { timeoutMs: -9_700 });
			assert.equal(error.kind, "timedOut");
		});
	});

	it("runs nothing in a workspace that is not trusted", async () => {
		const context = realContext({ trusted: false });
		assert.equal((await refused(scanImage(context, { reference: TAG, ...OFFLINE }))).kind, "untrusted");
		assert.deepEqual(context.lines, []);
	});

	it("applies the VEX file that it is given, and keeps what it hides", async () => {
		const vex = temporaryProject({
			"ünï app.openvex.json": JSON.stringify({
				"@context": "https://openvex.dev/ns/v0.2.0",
				"@id": "https://example.org/vex/1",
				author: "Test",
				timestamp: "2026-01-02T03:04:05Z",
				version: 1,
				statements: [
					{
						vulnerability: { name: "CVE-2021-23337" },
						products: [{ "@id": "pkg:npm/lodash@4.17.20" }],
						status: "not_affected",
						justification: "vulnerable_code_not_present",
					},
				],
			}),
		});
		const own = await scanImage(realContext(), { reference: TAG, vexFiles: [vex.path("ünï app.openvex.json")], ...OFFLINE });
		vex.remove();
		const hidden = own.vulnerabilities.find((one) => one.id === "CVE-2021-23337");
		assert.match(hidden?.suppressedBy ?? "", /^not_affected by ünï app\.openvex\.json/);
		assert.ok(!findings(own, DOCKERFILE).some((finding) => finding.vulnerabilities.some((one) => one.id === "CVE-2021-23337")));
	});
});
