import assert from "node:assert/strict";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { type PlaceOptions, placeVulnerabilities } from "../../../server/core/vulnerabilities/place.ts";
import type { ScanReport } from "../../../server/core/vulnerabilities/report.ts";
import type { Vulnerability } from "../../../server/core/vulnerabilities/vulnerability.ts";
import { writeMarks } from "../../support/marks.ts";
import { attribution, report, vulnerability } from "../../support/scan.ts";

const TEXT = "FROM debian:12\nRUN apt-get install -y \\\n    curl openssl\nCOPY app /app\n";
const ORIGINS = ["base 1", "2-3", "4"];

const ALL: PlaceOptions = { inline: "all", minimumSeverity: "low", isSuppressed: () => false };

function place(
	vulnerabilities: readonly Vulnerability[],
	options: Partial<PlaceOptions> = {},
	text = TEXT,
	more: Partial<ScanReport> = {},
) {
	const scan = report(vulnerabilities, { attribution: attribution(TEXT, ORIGINS), ...more });
	return placeVulnerabilities(scan, parseDockerfile(text), { ...ALL, ...options });
}

/** `2 error Adds …`: one-based line, severity, message. */
function lines(...args: Parameters<typeof place>): readonly string[] {
	return place(...args).map((finding) => `${finding.range.start.line + 1} ${finding.severity} ${finding.message}`);
}

const CURL = vulnerability("CVE-2026-0001", "critical", "curl", 1, { version: "7.88.1-10", fixed: "7.88.1-11" });
const OPENSSL = vulnerability("CVE-2026-0002", "high", "openssl", 1, { version: "3.0.2", fixed: "3.0.3" });
const OPENSSL_OPEN = vulnerability("CVE-2026-0003", "high", "openssl", 1, { version: "3.0.2" });
const LODASH = vulnerability("CVE-2026-0004", "high", "lodash", 2, { type: "npm", path: "app/node_modules/lodash/package.json" });
const BASE = [
	vulnerability("CVE-2026-0005", "critical", "perl-base", 0, { fixed: "5.2" }),
	vulnerability("CVE-2026-0006", "critical", "zlib1g", 0),
	vulnerability("CVE-2026-0007", "high", "apt", 0, { fixed: "2.1" }),
	vulnerability("CVE-2026-0008", "low", "tar", 0),
];

describe("vulnerabilities on lines", () => {
	it("have one finding per instruction and severity, and one for the base image", () => {
		assert.deepEqual(lines([CURL, OPENSSL, OPENSSL_OPEN, LODASH, ...BASE]), [
			"1 error Base image has 2 critical, 1 high and 1 low vulnerabilities (2 fixable)",
			"2 error Adds 1 critical in curl 7.88.1-10 (fixed in 7.88.1-11)",
			"2 warning Adds 2 high in openssl 3.0.2 (1 fixable)",
			"4 warning Adds 1 high in lodash 1.0",
		]);
	});

	it("mark the image of a FROM, and the keyword of other instructions", () => {
		const spans = place([CURL, ...BASE]).map((finding) => finding.span);
		assert.equal(writeMarks(TEXT, spans), TEXT.replace("debian:12", "«debian:12»").replace("RUN", "«RUN»"));
	});

	it("name packages as far as there is room, and never say more than 100 characters", () => {
		const many = ["libone", "libtwo", "libthree", "libfour"].map((name, index) => vulnerability(`CVE-2026-1${index}00`, "high", name, 1));
		assert.deepEqual(lines(many), ["2 warning Adds 4 high in libfour 1.0, libone 1.0 and 2 other packages"]);
		const long = many.map((one) => ({ ...one, package: { ...one.package, version: "1.0.0-very-long-version+with+suffix+and+more~rc1" } }));
		assert.deepEqual(lines(long), [
			"2 warning Adds 4 high in libfour 1.0.0-very-long-version+with+suffix+and+more~rc1 and 3 other packages",
		]);
		for (const length of [10, 60, 95, 120, 400]) {
			const [only] = place([vulnerability("CVE-2026-1000", "high", "n".repeat(length), 1, { fixed: "f".repeat(length) })]);
			assert.ok((only?.message.length ?? 999) <= 100, only?.message);
		}
	});

	it("list ten packages, the worst first, and count the rest", () => {
		const many = Array.from({ length: 13 }, (_, index) =>
			vulnerability(`CVE-2026-2${index}00`, index === 12 ? "critical" : "low", `lib${index + 10}`, 0),
		);
		const related = place(many)[0]?.related.map((text) => text.message) ?? [];
		assert.equal(related.length, 11);
		assert.equal(related[0], "lib22 1.0: CVE-2026-21200");
		assert.equal(related[10], "3 more packages in the Findings view");
	});

	it("show fixable ones only, or none, as asked", () => {
		assert.deepEqual(lines([CURL, OPENSSL_OPEN, LODASH, ...BASE], { inline: "fixableOnly" }), [
			"1 error Base image has 1 critical and 1 high vulnerabilities (2 fixable)",
			"2 error Adds 1 critical in curl 7.88.1-10 (fixed in 7.88.1-11)",
		]);
		assert.deepEqual(lines([CURL, ...BASE], { inline: "off" }), []);
	});

	it("leave out what is below the minimum; what nobody rated counts as low", () => {
		const odd = [vulnerability("CVE-2026-3001", "unknown", "a", 1), vulnerability("CVE-2026-3002", "negligible", "b", 1)];
		assert.deepEqual(lines([...odd, OPENSSL_OPEN], { minimumSeverity: "high" }), ["2 warning Adds 1 high in openssl 3.0.2"]);
		assert.deepEqual(lines(odd, { minimumSeverity: "low" }), ["2 hint Adds 1 unknown in a 1.0"]);
		assert.deepEqual(lines(odd, { minimumSeverity: "negligible" }).length, 2);
	});

	it("leave out what is suppressed, by the caller or by the scanner", () => {
		const hidden = { ...LODASH, suppressedBy: "ignored by .trivyignore" };
		assert.deepEqual(lines([CURL, hidden, OPENSSL], { isSuppressed: (one) => one.id === "CVE-2026-0002" }), [
			"2 error Adds 1 critical in curl 7.88.1-10 (fixed in 7.88.1-11)",
		]);
	});

	it("map severities as asked", () => {
		assert.deepEqual(
			place([CURL, OPENSSL], { severities: { critical: "warning" } }).map((finding) => finding.severity),
			["warning", "warning"],
		);
	});

	it("follow their instructions when the file is edited", () => {
		const edited = `# syntax=docker/dockerfile:1\n\n${TEXT.replace("COPY app", "ENV A=b\nCOPY app")}`;
		assert.deepEqual(
			place([CURL, LODASH, ...BASE], {}, edited).map((finding) => finding.range.start.line + 1),
			[3, 4, 7],
		);
	});

	it("say so when the instruction was changed or removed since the build", () => {
		assert.deepEqual(lines([CURL], {}, TEXT.replace("openssl", "openssl=3")), [
			"2 error Before it was changed, this added 1 critical in curl 7.88.1-10 (fixed in 7.88.1-11)",
		]);
		assert.deepEqual(lines([CURL], {}, "FROM debian:12\nCOPY app /app\n"), [
			"1 error An instruction that is gone added 1 critical in curl 7.88.1-10 (fixed in 7.88.1-11)",
		]);
		assert.deepEqual(lines(BASE.slice(0, 1), {}, TEXT.replace("debian:12", "debian:13")), [
			"1 error Base image had 1 critical vulnerability (1 fixable) before it was changed",
		]);
	});

	it("stand on the last FROM when nobody knows the layer", () => {
		const foreign = { ...CURL, layer: "sha256:other" };
		const text = `FROM node:22 AS build\nFROM debian:12\n`;
		assert.deepEqual(lines([foreign, { ...OPENSSL, layer: undefined }], {}, text, { attribution: undefined }), [
			"2 error Image has 1 critical and 1 high vulnerabilities (2 fixable), instruction unknown",
		]);
		assert.equal(place([foreign])[0]?.certainty, undefined);
	});

	it("find layers by the digest of the blob too", () => {
		assert.deepEqual(lines([{ ...CURL, layer: "B2" }]), ["4 error Adds 1 critical in curl 7.88.1-10 (fixed in 7.88.1-11)"]);
	});

	it("say when the place was found by the image's history", () => {
		const [finding] = place([CURL], {}, TEXT, { attribution: attribution(TEXT, ORIGINS, "history") });
		assert.equal(finding?.certainty, "history");
		assert.ok(finding?.related.some((text) => text.message.includes("history")));
	});

	it("point at what made copied files", () => {
		const text = "FROM node:22 AS build\nRUN npm ci\nFROM debian:12\nCOPY --from=build /a /a\nCOPY --from=other/image:1 /b /b\n";
		const copied = attribution(text, ["base 3", "4", "5"]);
		const origins = copied.origins.map((origin, index) => {
			if (origin.kind !== "instruction") return origin;
			return index === 1 ? { ...origin, related: [{ first: 1, last: 1 }] } : { ...origin, copiedImage: "other/image:1" };
		});
		const found = place([vulnerability("CVE-2026-4001", "high", "x", 1), vulnerability("CVE-2026-4002", "high", "y", 2)], {}, text, {
			attribution: { ...copied, origins },
		});
		assert.deepEqual(found[0]?.related.at(-1), {
			range: { start: { line: 1, character: 0 }, end: { line: 1, character: 3 } },
			message: "The copied files were made here",
		});
		assert.equal(found[1]?.related.at(-1)?.message, "The files are copied from other/image:1");
	});

	it("give nothing for a file without a FROM", () => {
		assert.deepEqual(place([CURL], {}, "# nothing\n"), []);
	});

	it("do not depend on the order of the report", () => {
		const all = [CURL, OPENSSL, OPENSSL_OPEN, LODASH, ...BASE];
		assert.deepEqual(place([...all].reverse()), place(all));
	});
});
