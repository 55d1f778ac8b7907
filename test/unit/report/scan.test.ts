import assert from "node:assert/strict";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { terminalColors } from "../../../server/core/report/colors.ts";
import { type ShownScan, scanJson } from "../../../server/core/report/scan.ts";
import { scanText } from "../../../server/core/report/scanText.ts";
import { attribution, report, vulnerability } from "../../support/scan.ts";

const BUILT = "FROM debian:12\nRUN apt-get install curl\nCOPY app /app\n";
const PLAIN = terminalColors(false);

function shown(more: Partial<ShownScan> = {}): ShownScan {
	const vulnerabilities = [
		vulnerability("CVE-1", "high", "curl", 1, { fixed: "1.1" }),
		vulnerability("CVE-2", "critical", "zlib", 0, { aliases: ["GHSA-2"] }),
		vulnerability("CVE-3", "low", "curl", 1),
	];
	return {
		report: report(vulnerabilities, { attribution: attribution(BUILT, ["base 1", "2", "3"]) }),
		dockerfile: undefined,
		statusOf: () => "open",
		suppressedBy: () => undefined,
		wanted: () => true,
		problems: [],
		...more,
	};
}

const named = (text: string, path = "api/Dockerfile") => ({ path, file: parseDockerfile(text) });

describe("scan report as text", () => {
	it("names the instructions of the text that was built, where no Dockerfile is named", () => {
		const text = scanText(shown(), PLAIN);
		assert.match(text, /^line 1: FROM debian:12 \(base image\)\n {2}1 finding: 1 critical\n {2}critical {4}CVE-2 {2}zlib 1\.0 {2}no fix\n/);
		assert.match(text, /^line 2: RUN apt-get install curl\n {2}2 findings: 1 high, 1 low\n {2}high .*CVE-1.*fixed in 1\.1\n {2}low /m);
		assert.match(text, /\nLines are those of the Dockerfile that was built; -f DOCKERFILE shows where they stand in yours\.\n/);
		assert.match(text, /\n3 open findings in localhost:5000\/app:1: 1 critical, 1 high, 1 low; 1 fixable \(trivy 0\.76\.0\)\.\n$/);
	});

	it("names path and line as they are now, in the Dockerfile that is named", () => {
		const text = scanText(shown({ dockerfile: named(`# new\n${BUILT}`) }), PLAIN);
		assert.match(text, /^api\/Dockerfile:2: FROM debian:12 \(base image\)$/m);
		assert.match(text, /^api\/Dockerfile:3: RUN apt-get install curl$/m);
		assert.doesNotMatch(text, /Lines are those/);
	});

	it("says how sure it is, and what has become of the instruction", () => {
		const byHistory = attribution(BUILT, ["base 1", "2", "3"], "history");
		const scan = shown({ dockerfile: named(BUILT), report: { ...shown().report, attribution: byHistory } });
		assert.match(scanText(scan, PLAIN), /^api\/Dockerfile:2: RUN apt-get install curl \(by the image's history\)$/m);
		const edited = shown({ dockerfile: named(BUILT.replace("curl", "curl wget")) });
		assert.match(scanText(edited, PLAIN), /^api\/Dockerfile:2: RUN apt-get install curl wget \(edited since the build\)$/m);
	});

	it("says that nobody knows, and what would tell", () => {
		const unknown = { ...shown().report, attribution: undefined };
		assert.match(scanText(shown({ report: unknown }), PLAIN), /^Instruction unknown\n {2}3 findings.*\n[\s\S]*-f DOCKERFILE finds them/);
		const other = shown({ report: unknown, dockerfile: named(BUILT) });
		assert.match(scanText(other, PLAIN), /^Instruction unknown\n[\s\S]*the image's history is not that of this Dockerfile\./);
	});

	it("lists the worst of a base image, and says how many more there are", () => {
		const many = Array.from({ length: 40 }, (_, index) => vulnerability(`CVE-${index}`, index === 39 ? "critical" : "low", `p${index}`, 0));
		const ofBase = { ...shown().report, vulnerabilities: many };
		const text = scanText(shown({ report: ofBase }), PLAIN);
		assert.equal(text.match(/^ {2}(?:critical|low) /gm)?.length, 10);
		assert.match(text, /^ {2}critical {4}CVE-39/m);
		assert.match(text, /^ {2}… and 30 more, see --format json: 30 low$/m);
		const ofRun = { ...ofBase, vulnerabilities: many.map((one) => ({ ...one, layer: "L1" })) };
		assert.equal(
			scanText(shown({ report: ofRun }), PLAIN).match(/^ {2}(?:critical|low) /gm)?.length,
			40,
			"all of what an instruction brought",
		);
	});

	it("leaves out what is suppressed, and counts it", () => {
		const text = scanText(shown({ suppressedBy: ({ id }) => (id === "CVE-2" ? "vex.openvex.json" : undefined) }), PLAIN);
		assert.doesNotMatch(text, /CVE-2/);
		assert.match(text, /2 open findings .*\. 1 suppressed\.\n$/);
	});

	it("shows control characters of names and texts", () => {
		const hostile = vulnerability("CVE-1", "high", "a\u001b[2J", 1, { fixed: "1\u0007" });
		const text = scanText(shown({ report: { ...shown().report, vulnerabilities: [hostile] } }), PLAIN);
		assert.match(text, /a␛\[2J 1\.0 {2}fixed in 1␇/);
	});
});

describe("scan report as JSON", () => {
	it("has the keys of the contract, no more and no less", () => {
		const scan = shown({
			dockerfile: named(BUILT),
			statusOf: ({ id }) => (id === "CVE-1" ? "not_affected" : "open"),
			suppressedBy: ({ id }) => (id === "CVE-1" ? "vex.openvex.json" : undefined),
			problems: [{ kind: "file", message: "x cannot be read", hint: "Look at it." }],
		});
		const { image, findings, problems, ...rest } = JSON.parse(scanJson(scan)) as Record<string, unknown[]>;
		assert.deepEqual(rest, {});
		assert.deepEqual(image, { reference: "localhost:5000/app:1", digest: `sha256:${"a".repeat(64)}`, platform: "linux/amd64" });
		assert.deepEqual(findings?.slice(0, 2), [
			{
				id: "CVE-1",
				aliases: [],
				severity: "high",
				package: { name: "curl", version: "1.0", purl: "pkg:deb/debian/curl@1.0" },
				fixedVersions: ["1.1"],
				origin: {
					kind: "instruction",
					exact: true,
					path: "api/Dockerfile",
					range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
				},
				status: "not_affected",
				suppressedBy: "vex.openvex.json",
			},
			{
				id: "CVE-2",
				aliases: ["GHSA-2"],
				severity: "critical",
				package: { name: "zlib", version: "1.0", purl: "pkg:deb/debian/zlib@1.0" },
				fixedVersions: [],
				origin: {
					kind: "base",
					exact: true,
					path: "api/Dockerfile",
					range: { start: { line: 0, character: 5 }, end: { line: 0, character: 14 } },
				},
				status: "open",
			},
		]);
		assert.deepEqual(problems, [{ kind: "file", message: "x cannot be read", hint: "Look at it." }]);
	});

	it("names lines without a path where no Dockerfile is named, and nothing where nothing is known", () => {
		const origins = (scan: ShownScan): readonly unknown[] =>
			(JSON.parse(scanJson(scan)) as { findings: { origin: unknown }[] }).findings.map((finding) => finding.origin);
		assert.deepEqual(origins(shown())[0], {
			kind: "instruction",
			exact: true,
			range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
		});
		assert.deepEqual(origins(shown({ report: { ...shown().report, attribution: undefined } }))[0], { kind: "unknown", exact: false });
	});
});
