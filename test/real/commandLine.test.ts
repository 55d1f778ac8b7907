import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type CallResult, hullguard, startHullguard, temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { commandOf, descendants, survivors } from "../support/processes.ts";
import { forgetImages, needsDocker, needsGrype, needsRegistry, needsTrivy, requireAll, testRegistry } from "../support/requirements.ts";

const run = promisify(execFile);

const DOCKERFILE = `FROM debian:12
ENV LANG C.UTF-8
RUN mkdir -p /srv/node_modules/minimist && \\
    echo '{"name":"minimist","version":"1.2.5"}' > /srv/node_modules/minimist/package.json
COPY ["packages ü", "/app/node_modules"]
USER 1000:1000
CMD ["bash"]
`;

interface Finding {
	readonly id: string;
	readonly package: { readonly name: string };
	readonly origin: {
		readonly kind: string;
		readonly exact: boolean;
		readonly path?: string;
		readonly range?: { readonly start: { readonly line: number } };
	};
	readonly status: string;
	readonly suppressedBy?: string;
}

interface ScanJson {
	readonly image: { readonly reference: string; readonly digest: string | null; readonly platform: string | null };
	readonly findings: readonly Finding[];
	readonly problems: readonly unknown[];
}

/** One vulnerability of lodash and all of minimist: each test of the round goes on where the one before it ended. */
const DECIDED = "CVE-2021-23337";

describe("once around with the command line", function () {
	this.timeout(180_000);
	this.bail(true);
	let workspace: Workspace;
	const repository = `${testRegistry()}/hullguard-cli/round-${randomBytes(4).toString("hex")}`;
	const tag = `${repository}:1`;
	let digest = "";

	before(async function () {
		requireAll(this, [needsDocker(), needsTrivy(), needsGrype(), await needsRegistry()]);
		workspace = temporaryWorkspace({
			"api/Dockerfile": DOCKERFILE,
			"api/packages ü/lodash/package.json": '{"name":"lodash","version":"4.17.20","license":"MIT"}\n',
		});
	});
	after(() => {
		workspace?.remove();
		forgetImages(tag);
	});

	const call = (...args: readonly string[]): Promise<CallResult> => hullguard(args, { folder: workspace.folder });
	const text = (): string => readFileSync(workspace.path("api/Dockerfile"), "utf8");
	const rules = async (): Promise<readonly string[]> => {
		const { stdout } = await call("lint", "--format", "json", "--fail-on", "never");
		const { files } = JSON.parse(stdout) as { files: { findings: { rule: string }[] }[] };
		return files.flatMap((file) => file.findings.map((finding) => finding.rule));
	};
	const scan = async (...args: readonly string[]): Promise<ScanJson & { readonly code: number | null }> => {
		const { stdout, stderr, code } = await call("scan", tag, "--offline", "--format", "json", ...args);
		assert.notEqual(stdout, "", stderr);
		return { ...(JSON.parse(stdout) as ScanJson), code };
	};
	const ofPackage = (report: ScanJson, name: string): readonly Finding[] =>
		report.findings.filter((finding) => finding.package.name === name);
	const lineOf = ({ origin }: Finding): string | undefined =>
		origin.range === undefined ? undefined : text().split("\n")[origin.range.start.line]?.split(" ")[0];

	it("lint finds what is wrong", async () => {
		const found = await rules();
		for (const rule of ["base-image-digest-missing", "legacy-key-value"]) assert.ok(found.includes(rule), found.join());
	});

	it("pin writes the digest that the builder uses", async () => {
		const { code, stderr } = await call("pin");
		assert.equal(code, 0, stderr);
		assert.match(text(), /^FROM debian:12@sha256:[0-9a-f]{64}\nENV LANG C/);
		assert.ok(!(await rules()).includes("base-image-digest-missing"));
	});

	it("fix repairs what is safe", async () => {
		const { code, stderr } = await call("fix");
		assert.equal(code, 0, stderr);
		assert.match(text(), /^ENV LANG=C\.UTF-8$/m);
		assert.ok(!(await rules()).includes("legacy-key-value"));
	});

	it("build --push builds and pushes", async () => {
		const { code, stdout, stderr } = await call("build", "api", "-t", tag, "--push", "--format", "json");
		assert.equal(code, 0, stderr);
		const built = JSON.parse(stdout) as { image: { reference: string; digest: string }; problems: unknown[] };
		assert.deepEqual([built.image.reference, built.problems], [tag, []]);
		digest = built.image.digest;
		const answer = await fetch(`http://${repository.replace("/", "/v2/")}/manifests/1`, {
			method: "HEAD",
			headers: { accept: "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json" },
		});
		assert.equal(answer.headers.get("docker-content-digest"), digest);
	});

	it("scan puts each vulnerability on the instruction that brought it", async () => {
		const report = await scan("-f", "api/Dockerfile");
		assert.equal(report.code, 1, "critical ones are open");
		assert.deepEqual([report.image.reference, report.image.digest, report.problems], [tag, digest, []]);
		const [lodash] = ofPackage(report, "lodash");
		const [minimist] = ofPackage(report, "minimist");
		const base = report.findings.find(({ origin }) => origin.kind === "base");
		assert.ok(lodash && minimist && base);
		assert.deepEqual([lodash, minimist, base].map(lineOf), ["COPY", "RUN", "FROM"]);
		for (const { origin } of report.findings) assert.deepEqual([origin.exact, origin.path], [true, "api/Dockerfile"]);
	});

	it("scan knows the instructions from the build alone, and the image by its digest", async () => {
		const { stdout, code } = await call("scan", `${repository}@${digest}`, "--offline");
		assert.equal(code, 1);
		assert.match(stdout, /^line 3: RUN mkdir -p \/srv\/node_modules\/minimist/m);
		assert.match(stdout, /^line 5: COPY /m);
		assert.match(stdout, /^line 1: FROM debian:12@sha256:\w+ \(base image\)$/m);
		assert.match(stdout, /\n\d+ open findings in .*\n$/);
	});

	it("sbom shows what is inside, as a tree, CycloneDX and SPDX", async () => {
		assert.match((await call("sbom", tag)).stdout, /lodash.*4\.17\.20[\s\S]*\n\d+ packages\n$/);
		const cyclonedx = JSON.parse((await call("sbom", tag, "--format", "cyclonedx")).stdout) as {
			bomFormat: string;
			components: { purl?: string }[];
		};
		assert.equal(cyclonedx.bomFormat, "CycloneDX");
		assert.ok(cyclonedx.components.some(({ purl }) => purl?.startsWith("pkg:npm/lodash@4.17.20")));
		const spdx = JSON.parse((await call("sbom", tag, "--format", "spdx")).stdout) as { spdxVersion: string; packages: { name: string }[] };
		assert.match(spdx.spdxVersion, /^SPDX-2\.\d$/);
		assert.ok(spdx.packages.some(({ name }) => name === "lodash"));
	});

	const DECISION = ["--status", "not_affected", "--justification", "vulnerable_code_not_in_execute_path", "--comment", "Never called."];

	it("vex create records a decision, and the next scan hides what it is about", async () => {
		const { stdout } = await run("trivy", ["image", "--quiet", "--offline-scan", "--skip-db-update", "--format", "json", tag], {
			maxBuffer: 1 << 28,
		});
		workspace.write("report.json", stdout);
		const created = await call("vex", "create", DECIDED, "--image-repo", repository, "--trivy-json", "report.json", ...DECISION);
		assert.equal(created.code, 0, created.stderr);
		const report = await scan();
		const lodash = ofPackage(report, "lodash");
		assert.deepEqual(
			lodash.filter(({ id }) => id === DECIDED).map(({ status, suppressedBy }) => [status, suppressedBy]),
			[["not_affected", "vex.openvex.json"]],
		);
		assert.ok(
			lodash.some(({ status }) => status === "open"),
			"another one of the same package stays",
		);
		const again = await scan("--no-vex");
		assert.deepEqual(
			again.findings.filter(({ suppressedBy }) => suppressedBy !== undefined),
			[],
		);
	});

	it("Trivy drops it by the same document, and nothing else", async () => {
		const ids = async (...args: readonly string[]): Promise<readonly string[]> => {
			const { stdout } = await run("trivy", ["image", "--quiet", "--offline-scan", "--skip-db-update", "--format", "json", ...args, tag], {
				cwd: workspace.folder,
				maxBuffer: 1 << 28,
			});
			const { Results } = JSON.parse(stdout) as { Results: { Vulnerabilities?: { VulnerabilityID: string; PkgName: string }[] }[] };
			return Results.flatMap(({ Vulnerabilities = [] }) => Vulnerabilities.map((one) => `${one.VulnerabilityID} ${one.PkgName}`));
		};
		const [open, left] = [await ids(), await ids("--vex", "vex.openvex.json")];
		assert.deepEqual(
			open.filter((each) => !left.includes(each)),
			[`${DECIDED} lodash`],
		);
	});

	it("Grype drops it by the same document, and nothing else", async () => {
		const { stdout } = await run("grype", [`registry:${tag}`, "--vex", "vex.openvex.json", "--output", "json"], {
			cwd: workspace.folder,
			maxBuffer: 1 << 28,
		});
		interface Match {
			readonly vulnerability: { readonly id: string };
			readonly relatedVulnerabilities: readonly { readonly id: string }[];
			readonly artifact: { readonly name: string };
			readonly appliedIgnoreRules?: readonly { readonly namespace?: string }[];
		}
		const report = JSON.parse(stdout) as { readonly matches: readonly Match[]; readonly ignoredMatches?: readonly Match[] };
		const named = ({ vulnerability, relatedVulnerabilities, artifact }: Match): string =>
			`${[vulnerability, ...relatedVulnerabilities].map(({ id }) => id).find((id) => id.startsWith("CVE-"))} ${artifact.name}`;
		const byVex = (report.ignoredMatches ?? []).filter((match) => match.appliedIgnoreRules?.some(({ namespace }) => namespace === "vex"));
		assert.deepEqual([...new Set(byVex.map(named))], [`${DECIDED} lodash`]);
		assert.ok(
			report.matches.map(named).some((name) => name.endsWith(" lodash")),
			"another one of the same package stays",
		);
	});

	it("a failed build names line, log and exit code", async () => {
		workspace.write("bad/Dockerfile", "FROM debian:12\nRUN echo first >&2 && \\\n    ls /nowhere\n");
		const { code, stdout, stderr } = await call("build", "bad", "-t", "hullguard-cli-bad:1");
		assert.deepEqual([code, stdout], [2, ""]);
		assert.match(
			stderr,
			/hullguard: bad\/Dockerfile:2:1: The command ended with exit code 2\n {2}2 \| RUN echo first >&2 && \\\n {4}\| \^\^\^\n {2}3 \| {5}ls \/nowhere\n {2}The last lines of its log:\n {4}first\n {4}ls: .*\n$/,
		);
	});

	/** Waits until a process that this one started, at any depth, has a command line like this. */
	async function starts(pattern: RegExp): Promise<void> {
		while (!descendants().some((id) => pattern.test(commandOf(id)))) await new Promise((resolve) => setImmediate(resolve));
	}

	for (const [what, args, sign, tool] of [
		["build", ["build", "slow", "-t", "hullguard-cli-slow:1"], "it has started", /docker-buildx buildx build/],
		["scan", ["scan", tag, "--offline"], "trivy image", /^\S*trivy image/],
	] as const) {
		it(`Ctrl-C ends a ${what} with 130 within a second, and everything that it started`, async function () {
			if (process.platform !== "linux") this.skip();
			workspace.write("slow/Dockerfile", `FROM debian:12\nRUN echo ${randomBytes(4).toString("hex")} it has started && sleep 61\n`);
			const running = startHullguard(args, { folder: workspace.folder, environment: { HULLGUARD_LOG: "1" } });
			await running.said(sign);
			await starts(tool);
			const ids = descendants();
			const at = performance.now();
			running.process.kill("SIGINT");
			const { code, stdout } = await running.result;
			assert.ok(performance.now() - at < 1000, `${performance.now() - at} ms`);
			assert.deepEqual([code, stdout], [130, ""]);
			assert.deepEqual(await survivors(ids), []);
		});
	}
});
