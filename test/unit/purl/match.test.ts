import assert from "node:assert/strict";
import { purlMatches, samePackage } from "../../../server/core/purl/match.ts";
import { type PackageUrl, parsePurl } from "../../../server/core/purl/purl.ts";

function matches(pattern: string, subject: string): boolean {
	return purlMatches(parsePurl(pattern) as PackageUrl, parsePurl(subject) as PackageUrl);
}

const DIGEST = `sha256:${"1".repeat(64)}`;

/** Pattern, subject, whether go-vex 0.2.9 says that they match. */
const CASES: readonly (readonly [string, string, boolean])[] = [
	["pkg:npm/lodash@4.17.20", "pkg:npm/lodash@4.17.20", true],
	["pkg:npm/lodash", "pkg:npm/lodash@4.17.20", true],
	["pkg:npm/lodash@4.17.20", "pkg:npm/lodash", false],
	["pkg:npm/lodash@4.17.21", "pkg:npm/lodash@4.17.20", false],
	["pkg:npm/Lodash", "pkg:npm/lodash", false],
	["pkg:pypi/A_b", "pkg:pypi/a-b", true],
	["pkg:golang/Golang.org/X/net", "pkg:golang/golang.org/x/net@v0.10.0", true],
	["pkg:deb/debian/libssl3@3.0.20-1~deb12u2", "pkg:deb/debian/libssl3@3.0.20-1%7Edeb12u2?arch=amd64&distro=debian-12.15", true],
	["pkg:deb/debian/passwd@1:4.13", "pkg:deb/debian/passwd@1%3A4.13?arch=amd64", true],
	["pkg:deb/debian/passwd@4.13", "pkg:deb/debian/passwd@1%3A4.13?arch=amd64", false],
	["pkg:deb/debian/passwd@4.13?epoch=1", "pkg:deb/debian/passwd@4.13?arch=amd64&epoch=1", true],
	["pkg:deb/debian/passwd?distro=debian-12", "pkg:deb/debian/passwd@4.13?distro=debian-12.15", false],
	["pkg:deb/debian/passwd?arch=arm64", "pkg:deb/debian/passwd@4.13?arch=amd64", false],
	["pkg:deb/ubuntu/passwd", "pkg:deb/debian/passwd@4.13", false],
	[`pkg:oci/app@${DIGEST}`, `pkg:oci/app@${DIGEST.replace(":", "%3A")}?arch=amd64&repository_url=localhost:5000/app`, true],
	["pkg:oci/app?repository_url=localhost%3A5000%2Fapp", `pkg:oci/app@${DIGEST}?repository_url=localhost:5000/app`, true],
	["pkg:oci/team/app", `pkg:oci/app@${DIGEST}`, false],
	["pkg:oci/App", `pkg:oci/app@${DIGEST}`, false],
	["pkg:docker/app", `pkg:oci/app@${DIGEST}`, false],
	["pkg:golang/example.org/x#sub", "pkg:golang/example.org/x@v1", true],
];

describe("purlMatches", () => {
	for (const [pattern, subject, expected] of CASES) {
		it(`${pattern} ${expected ? "fits" : "does not fit"} ${subject}`, () => assert.equal(matches(pattern, subject), expected));
	}

	it("knows the same package in another version", () => {
		const [a, b, c] = ["pkg:npm/a@1", "pkg:npm/a@2?x=y", "pkg:npm/%40s/a@1"].map((text) => parsePurl(text) as PackageUrl);
		assert.ok(samePackage(a!, b!));
		assert.ok(!samePackage(a!, c!));
	});
});
