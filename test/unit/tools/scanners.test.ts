import assert from "node:assert/strict";
import { mergeVulnerabilities } from "../../../server/core/vulnerabilities/merge.ts";
import type { Vulnerability } from "../../../server/core/vulnerabilities/vulnerability.ts";
import type { CommandOutput } from "../../../server/tools/command.ts";
import { explainGrype, grypeScanCommand } from "../../../server/tools/grype.ts";
import { readGrypeReport } from "../../../server/tools/grypeReport.ts";
import { explainTrivy, mirrorConfiguration, readState, sbomCommand, scanCommand, type TrivyOptions } from "../../../server/tools/trivy.ts";
import { digestFor, readTrivyReport } from "../../../server/tools/trivyReport.ts";
import { recorded } from "../../support/fixtures.ts";

const TRIVY = "trivy/0.76.0";
const GRYPE = "grype/0.120.0";

const OPTIONS: TrivyOptions = { reference: "localhost:5000/app:1", source: "docker", offline: false, timeoutMs: 300_000 };

function failed(stderr: string): CommandOutput {
	return { stdout: "", stderr, exitCode: 1, cut: false };
}

function find(vulnerabilities: readonly Vulnerability[], id: string, path?: string): Vulnerability {
	return (
		vulnerabilities.find((one) => one.id === id && (path === undefined || one.package.path === path)) ?? assert.fail(`${id} is not there`)
	);
}

describe("Trivy", () => {
	it("scans with everything in the report, and lets no environment variable hide anything", () => {
		const command = scanCommand(OPTIONS);
		assert.deepEqual(command.args, [
			"image",
			"--quiet",
			"--format=json",
			"--scanners=vuln",
			"--list-all-pkgs",
			"--show-suppressed",
			"--exit-code=0",
			"--severity=UNKNOWN,LOW,MEDIUM,HIGH,CRITICAL",
			"--pkg-types=os,library",
			"--image-src=docker",
			"--timeout=300s",
			"localhost:5000/app:1",
		]);
		assert.equal(command.scans, true);
		assert.deepEqual(command.environment, { TRIVY_SKIP_VERSION_CHECK: "true", TRIVY_DISABLE_TELEMETRY: "true", NO_COLOR: "1" });
	});

	it("passes every choice", () => {
		const args = scanCommand({
			...OPTIONS,
			source: "remote",
			platform: "linux/arm64",
			vexFiles: ["/a b.json"],
			ignoreFile: "/i",
			configFile: "/c",
			offline: true,
		}).args;
		for (const argument of [
			"--config=/c",
			"--image-src=remote",
			"--platform=linux/arm64",
			"--vex=/a b.json",
			"--ignorefile=/i",
			"--skip-db-update",
			"--skip-java-db-update",
			"--offline-scan",
		]) {
			assert.ok(args.includes(argument), argument);
		}
		assert.ok(sbomCommand(OPTIONS).args.includes("--format=cyclonedx"));
		assert.throws(() => scanCommand({ ...OPTIONS, reference: "--version" }), { kind: "invalid" });
	});

	it("is told the engine's mirrors", () => {
		assert.deepEqual(JSON.parse(mirrorConfiguration(["http://localhost:5000/", "https://mirror.example.org"])), {
			registry: { mirrors: { "index.docker.io": ["localhost:5000", "mirror.example.org"] } },
		});
	});

	it("reports an image with its layers and history", () => {
		const { image } = readTrivyReport(recorded(`${TRIVY}/image.json`));
		assert.deepEqual([image.reference, image.platform, image.layers.length], ["hullguard-recorded:1", "linux/amd64", 6]);
		assert.match(image.digest ?? "", /^sha256:[0-9a-f]{64}$/);
		assert.ok(image.layers.every((layer) => layer.diffId.startsWith("sha256:") && layer.digest?.startsWith("sha256:")));
		assert.match(image.layers[2]?.createdBy ?? "", /^RUN \|1 TOKEN=secret-value \/bin\/sh -c apt-get update/);
		assert.equal(image.config.history.filter((entry) => !entry.emptyLayer).length, 6);
		assert.equal(image.config.workdir, "/app");
	});

	it("reports vulnerabilities with package, layer, fix and file", () => {
		const { vulnerabilities, image } = readTrivyReport(recorded(`${TRIVY}/image.json`));
		const lodash = find(vulnerabilities, "CVE-2021-23337");
		assert.deepEqual(lodash, {
			id: "CVE-2021-23337",
			aliases: ["GHSA-35jh-r3h4-6jhm"],
			severity: "high",
			package: {
				name: "lodash",
				version: "4.17.20",
				purl: "pkg:npm/lodash@4.17.20",
				type: "npm",
				path: "app/node_modules/lodash/package.json",
			},
			fixedVersions: ["4.17.21"],
			fixState: "fixed",
			title: "Command Injection in lodash",
			description: undefined,
			link: "https://avd.aquasec.com/nvd/cve-2021-23337",
			reportedBy: ["trivy"],
			layer: image.layers[3]?.diffId,
			suppressedBy: undefined,
		});
		assert.equal(vulnerabilities.find((one) => one.package.name === "minimist")?.layer, image.layers[4]?.diffId);
		assert.equal(vulnerabilities.find((one) => one.package.name === "libexpat1")?.layer, image.layers[2]?.diffId);
		assert.equal(find(vulnerabilities, "CVE-2023-45853").layer, image.layers[0]?.diffId);
		assert.equal(find(vulnerabilities, "CVE-2023-45853").fixState, "will-not-fix");
	});

	it("reports packages with licences, source packages and full versions", () => {
		const { components } = readTrivyReport(recorded(`${TRIVY}/image.json`));
		const bsdutils = components.find((one) => one.name === "bsdutils");
		assert.deepEqual([bsdutils?.version, bsdutils?.type, bsdutils?.sourcePackage?.name], ["1:2.38.1-5+deb12u3", "deb", "util-linux"]);
		assert.ok(bsdutils?.licenses.includes("MIT"));
		assert.deepEqual(components.find((one) => one.name === "minimist")?.locations, ["srv/node_modules/minimist/package.json"]);
	});

	it("says which VEX document hides a finding", () => {
		const { vulnerabilities } = readTrivyReport(recorded(`${TRIVY}/image-vex.json`));
		assert.equal(find(vulnerabilities, "CVE-2021-23337").suppressedBy, "not_affected by app.openvex.json: vulnerable_code_not_present");
		assert.equal(find(vulnerabilities, "CVE-2020-28500").suppressedBy, undefined);
	});

	it("takes the digest of the name that was scanned, not the first one", () => {
		const [a, b] = ["a", "b"].map((letter) => `sha256:${letter.repeat(64)}`);
		assert.equal(digestFor("localhost:5000/x/app:1", [`other@${a}`, `localhost:5000/x/app@${b}`]), b);
		assert.equal(digestFor("app:1", [`app@${a}`]), a);
		assert.equal(digestFor("docker.io/library/app:1", [`app@${a}`]), a);
		assert.equal(digestFor("renamed:1", [`other@${a}`]), a);
		assert.equal(digestFor("app:1", []), undefined);
	});

	it("knows its version and the date of its database", () => {
		assert.deepEqual(readState(recorded(`${TRIVY}/version.json`)), { version: "0.76.0", databaseDate: "2026-11-21T00:00:00Z" });
		assert.deepEqual(readState('{"Version":"v0.60.0"}'), { version: "0.60.0", databaseDate: undefined });
	});

	it("names the place of what it does not understand", () => {
		assert.throws(() => readTrivyReport('{"ArtifactName":"x","Results":[{"Vulnerabilities":[{"PkgName":"y"}]}]}'), {
			kind: "badOutput",
			message: "Trivy answered in a way that Hullguard does not understand: $.Results[0].Vulnerabilities[0].VulnerabilityID is not a text",
		});
		assert.throws(() => readTrivyReport("<html>"), { kind: "badOutput", message: /it is not JSON$/ });
	});

	it("reads a report without results, and one of an older Trivy without layers", () => {
		const report = readTrivyReport('{"SchemaVersion":2,"ArtifactName":"x:1","Metadata":{"DiffIDs":["sha256:1"]}}');
		assert.deepEqual([report.vulnerabilities, report.components, report.image.layers.length], [[], [], 1]);
		assert.equal(report.image.layers[0]?.digest, undefined);
	});

	const COMPLAINTS: readonly (readonly [string, string, string])[] = [
		["image-missing", "failed", "There is no image hullguard/nothing:1"],
		["registry-missing", "failed", "There is no image localhost:5000/hullguard/nothing:1"],
		["daemon-down", "unreachable", "Docker's engine does not answer at unix:///var/run/docker.sock"],
		["no-database", "failed", "Trivy has no vulnerability database yet"],
		["unknown-flag", "tooOld", "This Trivy does not know an option that is needed"],
		["bad-vex", "invalid", "Trivy cannot read a VEX file"],
	];
	for (const [name, kind, message] of COMPLAINTS) {
		it(`explains: ${message}`, () => {
			const explanation = explainTrivy(failed(recorded(`${TRIVY}/${name}.txt`)));
			assert.deepEqual([explanation?.kind, explanation?.message], [kind, message]);
			assert.ok(explanation?.hint);
		});
	}

	it("explains what a registry refuses, and leaves the rest to the log", () => {
		const refused =
			'unable to find the specified image "x/y:1" in ["remote"]: 1 error occurred:\n\t* remote error: GET https://index.docker.io/v2/x/y/manifests/1: UNAUTHORIZED: authentication required';
		assert.equal(explainTrivy(failed(refused))?.kind, "denied");
		assert.equal(explainTrivy(failed("failed to download vulnerability DB: x"))?.kind, "unreachable");
		assert.equal(explainTrivy(failed("panic: nil")), undefined);
	});
});

describe("Grype", () => {
	it("scans with a scheme and without -q", () => {
		const command = grypeScanCommand({
			reference: "localhost:5000/app:1",
			scheme: "registry",
			vexFiles: ["/v.json"],
			offline: true,
			timeoutMs: 1000,
		});
		assert.deepEqual(command.args, ["registry:localhost:5000/app:1", "--output=json", "--vex=/v.json"]);
		assert.equal(command.environment?.["GRYPE_DB_AUTO_UPDATE"], "false");
	});

	it("reports the same vulnerabilities as Trivy, with the same layers", () => {
		const trivy = readTrivyReport(recorded(`${TRIVY}/image.json`));
		const grype = readGrypeReport(recorded(`${GRYPE}/image.json`));
		assert.deepEqual([grype.version, grype.databaseDate], ["0.120.0", "2026-11-21T00:00:00Z"]);
		const merged = mergeVulnerabilities([trivy.vulnerabilities, grype.vulnerabilities]);
		const alone = merged.filter((one) => one.reportedBy.length === 1).map((one) => `${one.id} ${one.package.name} ${one.reportedBy[0]}`);
		// Grype hides this one by a rule of its own.
		assert.deepEqual(
			alone,
			alone.filter((line) => line === "CVE-2023-45853 zlib1g trivy"),
		);
		for (const found of grype.vulnerabilities) {
			const twin = trivy.vulnerabilities.find(
				(one) => one.id === found.id && one.package.name === found.package.name && one.package.path === found.package.path,
			);
			assert.equal(found.layer, twin?.layer, `${found.id} ${found.package.name}`);
			// Debian's "unimportant" is low for Trivy.
			const own = found.severity === "negligible" ? "low" : found.severity;
			assert.equal(own, twin?.severity, `${found.id} ${found.package.name}`);
		}
	});

	it("names a vulnerability by its CVE and keeps what VEX hides", () => {
		const { vulnerabilities } = readGrypeReport(recorded(`${GRYPE}/image.json`));
		const hidden = find(vulnerabilities, "CVE-2021-23337");
		assert.deepEqual(
			[hidden.aliases, hidden.suppressedBy, hidden.package.path],
			[["GHSA-35jh-r3h4-6jhm"], "not_affected by VEX", "app/node_modules/lodash/package.json"],
		);
		assert.equal(find(vulnerabilities, "CVE-2020-28500").suppressedBy, undefined);
	});

	it("explains what it complains of", () => {
		assert.equal(explainGrype(failed(recorded(`${GRYPE}/bad-vex.txt`)))?.message, "Grype cannot read a VEX file");
		assert.equal(
			explainGrype(failed("failed to load vulnerability db: database does not exist"))?.message,
			"Grype has no vulnerability database yet",
		);
		assert.equal(explainGrype(failed("something")), undefined);
	});
});
