import assert from "node:assert/strict";
import { printPurl } from "../../../server/core/purl/purl.ts";
import { purlsForStatement, spellingsOf } from "../../../server/core/vex/packages.ts";
import { findingOf } from "../../support/vex.ts";

/** Name, package URL of one scanner, that of Trivy, that of Grype. As seen in reports of Trivy 0.76 and Grype 0.120. */
const SPELLINGS: readonly (readonly [string, string, string, string])[] = [
	[
		"passwd",
		"pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12.15&epoch=1",
		"pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12.15&epoch=1",
		"pkg:deb/debian/passwd@1:4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12.15",
	],
	[
		"passwd",
		"pkg:deb/debian/passwd@1%3A4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12.15&upstream=shadow",
		"pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12.15&epoch=1&upstream=shadow",
		"pkg:deb/debian/passwd@1:4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12.15&upstream=shadow",
	],
	["libc6", "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14", "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14", "pkg:deb/debian/libc6@2.36-9%2Bdeb12u14"],
	[
		"curl",
		"pkg:rpm/fedora/curl@7.50.3-1.fc25?epoch=1",
		"pkg:rpm/fedora/curl@7.50.3-1.fc25?epoch=1",
		"pkg:rpm/fedora/curl@7.50.3-1.fc25?epoch=1",
	],
	["lodash", "pkg:npm/lodash@4.17.20", "pkg:npm/lodash@4.17.20", "pkg:npm/lodash@4.17.20"],
	["JSONStream", "pkg:npm/jsonstream@1.0.0", "pkg:npm/jsonstream@1.0.0", "pkg:npm/JSONStream@1.0.0"],
	["JSONStream", "pkg:npm/JSONStream@1.0.0", "pkg:npm/jsonstream@1.0.0", "pkg:npm/JSONStream@1.0.0"],
	["@Scope/Name", "pkg:npm/%40scope/name@1", "pkg:npm/%40scope/name@1", "pkg:npm/%40Scope/Name@1"],
	["other", "pkg:npm/lodash@1", "pkg:npm/lodash@1", "pkg:npm/lodash@1"],
	["zope.interface", "pkg:pypi/zope.interface@5.0.0", "pkg:pypi/zope.interface@5.0.0", "pkg:pypi/zope-interface@5.0.0"],
	["zope.interface", "pkg:pypi/zope-interface@5.0.0", "pkg:pypi/zope.interface@5.0.0", "pkg:pypi/zope-interface@5.0.0"],
	["typing_extensions", "pkg:pypi/typing-extensions@4.0.0", "pkg:pypi/typing-extensions@4.0.0", "pkg:pypi/typing-extensions@4.0.0"],
	["Jinja2", "pkg:pypi/jinja2@3.1.2", "pkg:pypi/jinja2@3.1.2", "pkg:pypi/jinja2@3.1.2"],
	["stdlib", "pkg:golang/stdlib@v1.22.1", "pkg:golang/stdlib@v1.22.1", "pkg:golang/stdlib@1.22.1"],
	["stdlib", "pkg:golang/stdlib@1.22.1", "pkg:golang/stdlib@v1.22.1", "pkg:golang/stdlib@1.22.1"],
	["golang.org/x/net", "pkg:golang/golang.org/x/net@v0.10.0", "pkg:golang/golang.org/x/net@v0.10.0", "pkg:golang/golang.org/x/net@v0.10.0"],
];

describe("spellings of packages", () => {
	for (const [name, purl, trivy, grype] of SPELLINGS) {
		it(`of ${name}, from ${purl}`, () => {
			const spellings = spellingsOf(findingOf("CVE-1", { name, purl }).package);
			assert.ok(spellings);
			assert.equal(printPurl(spellings.trivy), trivy);
			assert.equal(printPurl(spellings.grype), grype);
		});
	}

	it("go into statements with the version and without qualifiers", () => {
		assert.deepEqual(purlsForStatement(findingOf("CVE-1", { purl: SPELLINGS[0]![1] }).package), [
			"pkg:deb/debian/passwd@4.13%2Bdfsg1-1%2Bdeb12u2",
			"pkg:deb/debian/passwd@1:4.13%2Bdfsg1-1%2Bdeb12u2",
		]);
		assert.deepEqual(purlsForStatement(findingOf("CVE-1", { purl: "pkg:apk/alpine/curl@8.8.0-r0?arch=x86_64#x" }).package), [
			"pkg:apk/alpine/curl@8.8.0-r0",
		]);
		assert.deepEqual(purlsForStatement(findingOf("CVE-1", { purl: "" }).package), []);
	});
});
