import assert from "node:assert/strict";
import { resolve } from "node:path";
import { buildsWith, knownBuilds } from "../../../server/operations/knownBuilds.ts";

const DOCKERFILE = resolve("/p/api/Dockerfile");

/** What the builds of `/p/api/Dockerfile` pass, as files of `/p` say, and somebody besides them. */
function passed(files: Readonly<Record<string, string>>, said: Readonly<Record<string, string>> = {}): readonly object[] {
	const builds = knownBuilds(Object.entries(files).map(([name, text]) => ({ path: resolve("/p", name), text })));
	return buildsWith(builds, DOCKERFILE, new Map(Object.entries(said))).map((values) => Object.fromEntries(values));
}

describe("what builds pass", () => {
	const COMPOSE = 'services:\n  a:\n    build:\n      context: api\n      args: { BASE: "node:22", V: "1" }\n';
	const bake = (more: string): string => `target "a" {\n  context = "api"\n  args = { BASE = "ours", V = "2" }\n${more}\n}\n`;

	it("is read from all files that build the Dockerfile", () => {
		assert.deepEqual(passed({ "compose.yaml": COMPOSE, "docker-bake.hcl": bake("") }), [
			{ BASE: "node:22", V: "1" },
			{ BASE: "ours", V: "2" },
		]);
		assert.deepEqual(passed({ "compose.yaml": COMPOSE.replace("context: api", "context: web"), "ci.yaml": COMPOSE }), []);
	});

	it("is no image where it names a context, or could", () => {
		assert.deepEqual(passed({ "docker-bake.hcl": bake('  contexts = { ours = "../ours" }') }), [{ V: "2" }]);
		assert.deepEqual(passed({ "docker-bake.hcl": bake("  contexts = f(X)") }), []);
	});

	it("counts less than what somebody says", () => {
		assert.deepEqual(passed({ "compose.yaml": COMPOSE }, { BASE: "debian:12" }), [{ BASE: "debian:12", V: "1" }]);
		assert.deepEqual(passed({}, { BASE: "debian:12" }), [{ BASE: "debian:12" }]);
	});
});
