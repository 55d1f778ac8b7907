import assert from "node:assert/strict";
import fc from "fast-check";
import { type PackageUrl, parsePurl, printPurl } from "../../../server/core/purl/purl.ts";

interface Case {
	readonly text: string;
	readonly type: string;
	readonly namespace?: string;
	readonly name: string;
	readonly version?: string;
	readonly qualifiers?: Readonly<Record<string, string>>;
	readonly subpath?: string;
	/** Where it is not the text itself. */
	readonly canonical?: string;
}

const SHA = "sha256:244fd47e07d10";

/**
 * From the test suite of the specification (ECMA-427), and the spellings that real documents have. The suite prints slashes in
 * qualifiers in both ways; here they are always encoded.
 */
const CASES: readonly Case[] = [
	{
		text: "pkg:oci/debian@sha256%3A244fd47e07d10?repository_url=docker.io/library/debian&arch=amd64&tag=latest",
		type: "oci",
		name: "debian",
		version: SHA,
		qualifiers: { arch: "amd64", repository_url: "docker.io/library/debian", tag: "latest" },
		canonical: "pkg:oci/debian@sha256:244fd47e07d10?arch=amd64&repository_url=docker.io%2Flibrary%2Fdebian&tag=latest",
	},
	{ text: "pkg:oci/hello-wasm@sha256:244fd47e07d10?tag=v1", type: "oci", name: "hello-wasm", version: SHA, qualifiers: { tag: "v1" } },
	{
		text: "pkg:oci/app?repository_url=localhost:5000/team/app",
		type: "oci",
		name: "app",
		qualifiers: { repository_url: "localhost:5000/team/app" },
		canonical: "pkg:oci/app?repository_url=localhost:5000%2Fteam%2Fapp",
	},
	{ text: "pkg:oci/Debian", type: "oci", name: "Debian", canonical: "pkg:oci/debian" },
	{
		text: "pkg:docker/customer/dockerimage@sha256%3A244fd47e07d10?repository_url=gcr.io",
		type: "docker",
		namespace: "customer",
		name: "dockerimage",
		version: SHA,
		qualifiers: { repository_url: "gcr.io" },
		canonical: "pkg:docker/customer/dockerimage@sha256:244fd47e07d10?repository_url=gcr.io",
	},
	{ text: "pkg:docker/cassandra@latest", type: "docker", name: "cassandra", version: "latest" },
	{
		text: "pkg:docker/localhost%3A5055/sbomgen@1?platform=linux%2Famd64",
		type: "docker",
		namespace: "localhost:5055",
		name: "sbomgen",
		version: "1",
		qualifiers: { platform: "linux/amd64" },
		canonical: "pkg:docker/localhost:5055/sbomgen@1?platform=linux%2Famd64",
	},
	{
		text: "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64",
		type: "deb",
		namespace: "debian",
		name: "attr",
		version: "1:2.4.47-2+b1",
		qualifiers: { arch: "amd64" },
	},
	{
		text: "pkg:deb/debian/passwd@1%3A4.13+dfsg1-1+deb12u2?distro=debian-12.15&arch=amd64",
		type: "deb",
		namespace: "debian",
		name: "passwd",
		version: "1:4.13+dfsg1-1+deb12u2",
		qualifiers: { arch: "amd64", distro: "debian-12.15" },
		canonical: "pkg:deb/debian/passwd@1:4.13%2Bdfsg1-1%2Bdeb12u2?arch=amd64&distro=debian-12.15",
	},
	{
		text: "pkg:deb/debian/libssl3@3.0.20-1%7Edeb12u2",
		type: "deb",
		namespace: "debian",
		name: "libssl3",
		version: "3.0.20-1~deb12u2",
		canonical: "pkg:deb/debian/libssl3@3.0.20-1~deb12u2",
	},
	{
		text: "pkg:deb/debian/libstdc%2B%2B6@12.2.0-14%2Bdeb12u1",
		type: "deb",
		namespace: "debian",
		name: "libstdc++6",
		version: "12.2.0-14+deb12u1",
	},
	{
		text: "pkg:deb/Debian/libbrotli1@1.0.9-2%2Bb6?upstream=brotli%401.0.9-2",
		type: "deb",
		namespace: "debian",
		name: "libbrotli1",
		version: "1.0.9-2+b6",
		qualifiers: { upstream: "brotli@1.0.9-2" },
		canonical: "pkg:deb/debian/libbrotli1@1.0.9-2%2Bb6?upstream=brotli%401.0.9-2",
	},
	{
		text: "pkg:apk/alpine/libcrypto3@3.5.5-r0?arch=x86_64&distro=alpine-edge&upstream=openssl",
		type: "apk",
		namespace: "alpine",
		name: "libcrypto3",
		version: "3.5.5-r0",
		qualifiers: { arch: "x86_64", distro: "alpine-edge", upstream: "openssl" },
	},
	{
		text: "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25",
		type: "rpm",
		namespace: "fedora",
		name: "curl",
		version: "7.50.3-1.fc25",
		qualifiers: { arch: "i386", distro: "fedora-25" },
		canonical: "pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25",
	},
	{
		text: "pkg:rpm/centerim@4.22.10-1.el6?arch=i686&epoch=1&distro=fedora-25",
		type: "rpm",
		name: "centerim",
		version: "4.22.10-1.el6",
		qualifiers: { arch: "i686", distro: "fedora-25", epoch: "1" },
		canonical: "pkg:rpm/centerim@4.22.10-1.el6?arch=i686&distro=fedora-25&epoch=1",
	},
	{ text: "pkg:npm/foobar@12.3.1", type: "npm", name: "foobar", version: "12.3.1" },
	{ text: "pkg:npm/%40angular/animation@12.3.1", type: "npm", namespace: "@angular", name: "animation", version: "12.3.1" },
	{ text: "pkg:npm/%40angular/core", type: "npm", namespace: "@angular", name: "core" },
	{
		text: "pkg:npm/@babel/core#/googleapis/api/annotations/",
		type: "npm",
		namespace: "@babel",
		name: "core",
		subpath: "googleapis/api/annotations",
		canonical: "pkg:npm/%40babel/core#googleapis/api/annotations",
	},
	{
		text: "pkg:npm/@babel/core@7.0.0",
		type: "npm",
		namespace: "@babel",
		name: "core",
		version: "7.0.0",
		canonical: "pkg:npm/%40babel/core@7.0.0",
	},
	// Old packages have capitals: npm names are not folded.
	{ text: "pkg:npm/JSONStream@1.3.5", type: "npm", name: "JSONStream", version: "1.3.5" },
	{
		text: "pkg:npm/mypackage@12.4.5?vcs_url=git://host.com/path/to/repo.git%404345abcd34343",
		type: "npm",
		name: "mypackage",
		version: "12.4.5",
		qualifiers: { vcs_url: "git://host.com/path/to/repo.git@4345abcd34343" },
		canonical: "pkg:npm/mypackage@12.4.5?vcs_url=git:%2F%2Fhost.com%2Fpath%2Fto%2Frepo.git%404345abcd34343",
	},
	{ text: "pkg:npm/foo@1.0.0#src/%F0%9F%98%83/file.js", type: "npm", name: "foo", version: "1.0.0", subpath: "src/😃/file.js" },
	{
		text: "pkg:pypi/django@1.11.1?filename=Django-1.11.1.tar.gz",
		type: "pypi",
		name: "django",
		version: "1.11.1",
		qualifiers: { filename: "Django-1.11.1.tar.gz" },
	},
	{
		text: "pkg:pypi/Typing_Extensions@4.0.0",
		type: "pypi",
		name: "typing-extensions",
		version: "4.0.0",
		canonical: "pkg:pypi/typing-extensions@4.0.0",
	},
	// Dots stay: scanners spell such names in two ways and do not equate them.
	{ text: "pkg:pypi/zope.interface@5.0.0", type: "pypi", name: "zope.interface", version: "5.0.0" },
	{
		text: "pkg:GOLANG/google.golang.org/genproto@abcdedf#/googleapis/api/annotations/",
		type: "golang",
		namespace: "google.golang.org",
		name: "genproto",
		version: "abcdedf",
		subpath: "googleapis/api/annotations",
		canonical: "pkg:golang/google.golang.org/genproto@abcdedf#googleapis/api/annotations",
	},
	{
		text: "pkg:golang/github.com/Masterminds/Semver@v3.2.0%2Bincompatible",
		type: "golang",
		namespace: "github.com/masterminds",
		name: "semver",
		version: "v3.2.0+incompatible",
		canonical: "pkg:golang/github.com/masterminds/semver@v3.2.0%2Bincompatible",
	},
	{ text: "pkg:golang/stdlib@v1.22.1", type: "golang", name: "stdlib", version: "v1.22.1" },
	{ text: "pkg:maven/org.apache.commons/io@1.3.4", type: "maven", namespace: "org.apache.commons", name: "io", version: "1.3.4" },
	{
		text: "pkg:Maven/org.apache.xmlgraphics/batik-anim@1.9.1?type=pom&repositorY_url=repo.spring.io/release",
		type: "maven",
		namespace: "org.apache.xmlgraphics",
		name: "batik-anim",
		version: "1.9.1",
		qualifiers: { repository_url: "repo.spring.io/release", type: "pom" },
		canonical: "pkg:maven/org.apache.xmlgraphics/batik-anim@1.9.1?repository_url=repo.spring.io%2Frelease&type=pom",
	},
	{
		text: "pkg://maven/org.apache.commons/io",
		type: "maven",
		namespace: "org.apache.commons",
		name: "io",
		canonical: "pkg:maven/org.apache.commons/io",
	},
	{
		text: "pkg:///maven/org.apache.commons/io",
		type: "maven",
		namespace: "org.apache.commons",
		name: "io",
		canonical: "pkg:maven/org.apache.commons/io",
	},
	{ text: "pkg:maven/HTTPClient/HTTPClient@0.3-3", type: "maven", namespace: "HTTPClient", name: "HTTPClient", version: "0.3-3" },
	{ text: "pkg:generic/openssl@1.1.10g", type: "generic", name: "openssl", version: "1.1.10g" },
	{
		text: "pkg:generic/bitwarderl?vcs_url=git%2Bhttps://git.fsfe.org/dxtr/bitwarderl%40cc55108da32",
		type: "generic",
		name: "bitwarderl",
		qualifiers: { vcs_url: "git+https://git.fsfe.org/dxtr/bitwarderl@cc55108da32" },
		canonical: "pkg:generic/bitwarderl?vcs_url=git%2Bhttps:%2F%2Fgit.fsfe.org%2Fdxtr%2Fbitwarderl%40cc55108da32",
	},
	{
		text: "pkg:generic/openssl@1.1.10g?checksum=sha1:ad9503c3e994a4f%2Csha256:41bf9088b3a1e6c1ef1d",
		type: "generic",
		name: "openssl",
		version: "1.1.10g",
		qualifiers: { checksum: "sha1:ad9503c3e994a4f,sha256:41bf9088b3a1e6c1ef1d" },
	},
	{
		text: "pkg:generic/a@1?empty=&b=2",
		type: "generic",
		name: "a",
		version: "1",
		qualifiers: { b: "2" },
		canonical: "pkg:generic/a@1?b=2",
	},
	{ text: "pkg:generic/a@1#./b/../c//d", type: "generic", name: "a", version: "1", subpath: "b/c/d", canonical: "pkg:generic/a@1#b/c/d" },
	{ text: "pkg:generic/a@1.0(x)'*!", type: "generic", name: "a", version: "1.0(x)'*!", canonical: "pkg:generic/a@1.0%28x%29%27%2A%21" },
];

const REFUSED: readonly string[] = [
	"",
	"EnterpriseLibrary.Common@6.0.1304",
	"pkg:EnterpriseLibrary.Common@6.0.1304",
	"pkg:n&g?inx/nginx@0.8.9",
	"pkg:3nginx/nginx@0.8.9",
	"pkg:nginx:a/nginx@0.8.9",
	"pkg:npm/myartifact@1.0.0?in%20production=true",
	"pkg:maven/@1.3.4",
	"pkg%3Amaven/org.apache.commons/io",
	"pkg:npm/",
	"pkg:npm/@4.17.21",
	"pkg:npm/lodash@%zz",
	"pkg:npm/%C3",
	"pkg:npm/a?x=1&x=2",
	"pkg:npm/a?1x=1",
	"http://example.org",
];

describe("package URLs", () => {
	for (const { text, canonical = text, type, namespace = "", name, version = "", qualifiers = {}, subpath = "" } of CASES) {
		it(`reads ${text}`, () => {
			const purl = parsePurl(text);
			assert.ok(purl);
			assert.deepEqual(
				{ ...purl, qualifiers: Object.fromEntries(purl.qualifiers) },
				{ type, namespace, name, version, qualifiers, subpath },
			);
			assert.equal(printPurl(purl), canonical);
			assert.equal(printPurl(parsePurl(canonical) as PackageUrl), canonical);
		});
	}

	for (const text of REFUSED) {
		it(`refuses ${JSON.stringify(text)}`, () => assert.equal(parsePurl(text), undefined));
	}

	it("reads back what it prints", () => {
		const part = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => !/\p{Surrogate}/u.test(text));
		const path = fc
			.array(
				part.filter((text) => !text.includes("/") && text !== "." && text !== ".."),
				{ maxLength: 3 },
			)
			.map((parts) => parts.join("/"));
		const key = fc.stringMatching(/^[a-z][a-z0-9._-]{0,8}$/);
		const purls = fc.record({
			type: fc.constantFrom("maven", "generic", "npm", "cargo"),
			namespace: path,
			name: part,
			version: fc.oneof(fc.constant(""), part),
			qualifiers: fc.dictionary(key, part, { maxKeys: 3 }),
			subpath: path,
		});
		fc.assert(
			fc.property(purls, ({ qualifiers, ...parts }) => {
				const sorted = Object.entries(qualifiers).sort(([a], [b]) => (a < b ? -1 : 1));
				const purl: PackageUrl = { ...parts, qualifiers: new Map(sorted) };
				assert.deepEqual(parsePurl(printPurl(purl)), purl);
			}),
		);
	});

	it("takes hostile texts in its stride", () => {
		for (const character of ["/", "@", "%", "?", "&", "=", "#", ".", "-", ":"]) {
			const started = performance.now();
			parsePurl(`pkg:npm/${character.repeat(100_000)}`);
			parsePurl(`pkg:pypi/x?a=${character.repeat(100_000)}`);
			assert.ok(performance.now() - started < 200, character);
		}
		assert.equal(
			printPurl({ type: "npm", namespace: "", name: "\ud800", version: "", qualifiers: new Map(), subpath: "" }),
			"pkg:npm/%EF%BF%BD",
		);
	});
});
