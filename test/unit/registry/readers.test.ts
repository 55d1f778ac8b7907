import assert from "node:assert/strict";
import { isLoopback, isPrivate, refusalToFollow } from "../../../server/tools/registry/addresses.ts";
import { memoryCache } from "../../../server/tools/registry/cache.ts";
import { parseChallenges } from "../../../server/tools/registry/challenge.ts";
import { manifestType } from "../../../server/tools/registry/mediaTypes.ts";
import { durationInWords, rateLimitOf } from "../../../server/tools/registry/rateLimit.ts";

describe("challenges of a registry", () => {
	const read = (header: string) => parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

	it("are read with and without quotes, in any case", () => {
		assert.deepEqual(
			read('bearer Realm="https://auth.docker.io/token", service=registry.docker.io ,scope="repository:library/alpine:pull,push"'),
			[["bearer", { realm: "https://auth.docker.io/token", service: "registry.docker.io", scope: "repository:library/alpine:pull,push" }]],
		);
	});

	it("may be several in one header", () => {
		assert.deepEqual(read('Negotiate, Basic realm="a, \\"b\\"", charset="UTF-8", Bearer realm="https://x/"'), [
			["negotiate", {}],
			["basic", { realm: 'a, "b"', charset: "UTF-8" }],
			["bearer", { realm: "https://x/" }],
		]);
	});

	it("keep the first of two parameters of one name, and nothing of nonsense", () => {
		assert.deepEqual(read("Bearer realm=a,realm=b"), [["bearer", { realm: "a" }]]);
		assert.deepEqual(read(""), []);
		assert.deepEqual(read(',,, ="", "'), []);
		assert.deepEqual(read('Basic realm="unclosed'), [["basic", { realm: "unclosed" }]]);
	});

	it("are read in no time, however long and strange", () => {
		for (const piece of [" ", ",", '"', "\\", "=", "a", "a=", 'a="', "a,"]) {
			const started = performance.now();
			parseChallenges(piece.repeat(100_000));
			assert.ok(performance.now() - started < 200, JSON.stringify(piece));
		}
	});
});

describe("addresses that a registry may send us to", () => {
	const refused = (from: string, to: string): boolean => refusalToFollow(new URL(from), new URL(to)) !== undefined;

	it("are public and https", () => {
		assert.ok(!refused("https://registry-1.docker.io", "https://auth.docker.io/token"));
		assert.ok(!refused("https://registry.k8s.io", "https://us-west1-docker.pkg.dev/v2/x"));
		for (const to of [
			"http://auth.docker.io/",
			"https://127.0.0.1/",
			"https://127.9.9.9/",
			"https://0x7f.1/",
			"https://2130706433/",
			"https://localhost/",
			"https://localhost./",
			"https://metadata.localhost/",
			"https://10.1.2.3/",
			"https://172.16.0.1/",
			"https://192.168.0.1:5000/",
			"https://169.254.169.254/",
			"https://100.64.0.1/",
			"https://0.0.0.0/",
			"https://[::1]/",
			"https://[::]/",
			"https://[fd00::1]/",
			"https://[fe80::1]/",
			"https://[::ffff:127.0.0.1]/",
			"https://[::ffff:10.0.0.1]/",
			"https://user@example.com/",
			"file:///etc/passwd",
		])
			assert.ok(refused("https://registry.example", to), to);
	});

	it("may be the registry's own host, and this computer for a registry on this computer", () => {
		assert.ok(!refused("https://10.0.0.5:5000", "https://10.0.0.5:5001/token"));
		assert.ok(refused("https://10.0.0.5", "https://10.0.0.6/token"));
		assert.ok(!refused("http://localhost:5000", "http://127.0.0.1:5001/token"));
		assert.ok(!refused("http://mirror.lan:5000", "http://mirror.lan:5001/token"));
		assert.ok(refused("http://mirror.lan:5000", "http://other.lan/token"));
		assert.ok(refused("https://localhost:5000", "http://localhost:5001/token"), "from https to http");
	});

	it("are told apart by what the host name says", () => {
		assert.ok(isLoopback("LOCALHOST") && isLoopback("[::1]") && !isLoopback("127.0.0.1.example.com") && !isLoopback("notlocalhost"));
		assert.ok(isPrivate("192.168.1.1") && !isPrivate("192.169.1.1") && !isPrivate("8.8.8.8") && !isPrivate("[2001:db8::1]"));
	});
});

describe("rate limits", () => {
	it("are read in Docker Hub's form and in the plain one", () => {
		const headers = new Headers({ "ratelimit-limit": "100;w=21600", "ratelimit-remaining": "76" });
		assert.deepEqual(rateLimitOf("h", 200, headers, 0), {
			host: "h",
			limit: 100,
			remaining: 76,
			windowSeconds: 21600,
			retryAt: undefined,
		});
		assert.equal(rateLimitOf("h", 200, new Headers({ "retry-after": "5" }), 0), undefined);
		assert.equal(rateLimitOf("h", 200, new Headers({ "ratelimit-limit": "many" }), 0), undefined);
	});

	it("do not take a wait that makes no sense", () => {
		for (const [value, retryAt] of [
			["-5", undefined],
			["soon", undefined],
			["0", 1000],
			["999999999", 1000 + 86_400_000],
			["Thu, 01 Jan 1970 00:00:31 GMT", 31_000],
			["Wed, 31 Dec 1969 00:00:00 GMT", undefined],
		] as const)
			assert.equal(rateLimitOf("h", 429, new Headers({ "retry-after": value }), 1000)?.retryAt, retryAt, value);
	});

	it("are said in words", () => {
		assert.deepEqual([0.2, 1, 90, 120, 3600, 21600].map(durationInWords), [
			"1 second",
			"1 second",
			"90 seconds",
			"2 minutes",
			"60 minutes",
			"6 hours",
		]);
	});
});

describe("media types", () => {
	it("are known with parameters and in any case", () => {
		assert.equal(manifestType("Application/vnd.oci.image.index.v1+JSON; charset=utf-8"), "application/vnd.oci.image.index.v1+json");
		for (const other of [null, undefined, "", "text/html", "application/vnd.oci.image.config.v1+json"])
			assert.equal(manifestType(other), undefined);
	});
});

describe("memory of answers", () => {
	it("forgets what nobody asked for the longest", () => {
		const cache = memoryCache(2);
		const answer = (digest: string) => ({
			digest,
			mediaType: "application/vnd.oci.image.index.v1+json" as const,
			registryHost: "h",
			askedAt: 1,
		});
		cache.keepDigest("a", answer("1"));
		cache.keepDigest("b", answer("2"));
		assert.equal(cache.digest("a")?.digest, "1");
		cache.keepDigest("c", answer("3"));
		assert.equal(cache.digest("b"), undefined);
		assert.equal(cache.digest("a")?.digest, "1");
		assert.equal(cache.digest("c")?.digest, "3");
	});
});
