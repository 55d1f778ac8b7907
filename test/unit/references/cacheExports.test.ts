import assert from "node:assert/strict";
import { type CacheExport, cacheExportsOf } from "../../../server/core/references/cacheExport.ts";
import { buildsOf } from "../../../server/core/references/mentions.ts";
import { workflowCacheExports } from "../../../server/core/references/workflowCacheExports.ts";

const shown = (exports: readonly CacheExport[]): readonly string[] =>
	exports.map(({ dockerfile, target, backend }) => `${dockerfile} ${target ?? "-"} ${backend}`);

const composeCacheExports = (text: string): readonly CacheExport[] => cacheExportsOf(buildsOf("compose", text, "compose.yaml"));
const bakeCacheExports = (text: string): readonly CacheExport[] => cacheExportsOf(buildsOf("bake", text, "docker-bake.hcl"));

const step = (lines: readonly string[]): string => `jobs:\n  a:\n    steps:\n      - ${lines.join("\n        ")}\n`;

describe("builds that export the layers of all stages", () => {
	it("of the build action", () => {
		const action = (...inputs: readonly string[]): readonly string[] =>
			shown(workflowCacheExports(step(["uses: docker/build-push-action@v6", "with:", ...inputs.map((input) => `  ${input}`)])));
		const max = "cache-to: type=gha,mode=max";
		assert.deepEqual(action(max), ["./Dockerfile - gha"]);
		assert.deepEqual(action("context: api", "target: app", max), ["api/Dockerfile app gha"]);
		assert.deepEqual(action("context: api", "file: docker/Dockerfile.api", max), ["./docker/Dockerfile.api - gha"]);
		assert.deepEqual(action('context: "{{defaultContext}}:api"', "file: sub/Dockerfile", max), ["api/sub/Dockerfile - gha"]);
		assert.deepEqual(action("cache-to: |", "  type=local,dest=/tmp/c,mode=max", "  type=registry,ref=${{ env.IMAGE }}:cache,mode=max"), [
			"./Dockerfile - registry",
		]);
		for (const other of [
			"type=gha",
			"type=inline",
			"type=registry,ref=a/b:c",
			"type=local,dest=x,mode=max",
			"type=registry,ref=localhost:5000/a,mode=max",
		])
			assert.deepEqual(action(`cache-to: ${other}`), [], other);
		assert.deepEqual(action("context: ${{ matrix.folder }}", max), []);
		assert.deepEqual(action("context: https://github.com/a/b.git", max), []);
		assert.deepEqual(action("file: ${{ matrix.file }}", max), []);
		assert.deepEqual(workflowCacheExports(step(["uses: other/action@v1", "with:", "  cache-to: type=gha,mode=max"])), []);
	});

	it("of scripts in workflows", () => {
		const script = (line: string, ...others: readonly string[]): readonly string[] =>
			shown(workflowCacheExports(step(["run: |", `  ${line}`, ...others])));
		const max = "--cache-to type=registry,ref=ghcr.io/a/b:cache,mode=max";
		assert.deepEqual(script(`docker buildx build ${max} -t x .`), ["./Dockerfile - registry"]);
		assert.deepEqual(script(`docker build --push ${max} -f api/Dockerfile --target app api`), ["./api/Dockerfile app registry"]);
		assert.deepEqual(script(`docker buildx build --cache-to=type=gha,mode=max,scope=$X --build-arg A=\${{ github.sha }} api/`), [
			"./api/Dockerfile - gha",
		]);
		assert.deepEqual(script(`docker buildx build ${max} .`, "working-directory: web"), ["web/Dockerfile - registry"]);
		for (const other of [
			`docker buildx build ${max} $CONTEXT`,
			`docker buildx build ${max} -f $F .`,
			`cd api && docker buildx build ${max} .`,
			`echo ${max}`,
		])
			assert.deepEqual(script(other), [], other);
	});

	it("of Compose", () => {
		const text = `services:
  api:
    build:
      context: ./api
      target: app
      cache_to: ["type=registry,ref=a/b:cache,mode=max"]
  web:
    build:
      context: .
      cache_to:
        - type=registry,ref=a/b:cache
  hidden:
    build:
      context: $X
      cache_to: ["type=gha,mode=max"]
`;
		assert.deepEqual(shown(composeCacheExports(text)), ["./api/Dockerfile app registry"]);
		assert.deepEqual(composeCacheExports("services: ["), []);
	});

	it("of Bake, with what targets inherit", () => {
		const text = `variable "X" { default = "y" }
target "_cache" {
  cache-to = [
    "type=local,dest=c", # mode=max
    "type=registry,ref=a/\${X}:cache,mode=max",
  ]
}
target "api" {
  inherits   = ["_cache"]
  context    = "api"
  dockerfile = "docker/Dockerfile"
  target     = "app"
}
target "web" {
  cache-to = [{ type = "gha", mode = "max" }]
}
# target "old" { cache-to = ["type=gha,mode=max"] }
target "own" {
  inherits = ["_cache"]
  cache-to = ["type=gha"]
}
target "hidden" {
  context = X
  cache-to = ["type=gha,mode=max"]
}
target "unknown" {
  inherits = ["elsewhere"]
  cache-to = ["type=gha,mode=max"]
}
target "inline" {
  cache-to = ["type=gha,mode=max"]
  dockerfile-inline = "FROM a"
}
`;
		assert.deepEqual(shown(bakeCacheExports(text)), [
			"./Dockerfile - registry",
			"api/docker/Dockerfile app registry",
			"./Dockerfile - gha",
		]);
	});

	it("Bake's targets in JSON, and what a template hides in an entry", () => {
		const json = '{"target": {"a": {"context": "api", "cache-to": ["type=gha,mode=max"]}, "b": {"cache-to": ["type=gha"]}}}';
		assert.deepEqual(shown(bakeCacheExports(json)), ["api/Dockerfile - gha"]);
		assert.deepEqual(shown(bakeCacheExports('target "a" {\n  cache-to = ["type=registry,ref=${HOST}/a:cache,mode=max"]\n}\n')), [
			"./Dockerfile - registry",
		]);
	});

	it("the stage: the last one where the name is empty, nobody's where it is hidden", () => {
		const bake = (target: string): readonly string[] =>
			shown(bakeCacheExports(`target "a" {\n  target = ${target}\n  cache-to = ["type=gha,mode=max"]\n}\n`));
		const compose = (target: string): readonly string[] =>
			shown(composeCacheExports(`services: { a: { build: { context: ., target: ${target}, cache_to: ["type=gha,mode=max"] } } }\n`));
		for (const read of [bake, compose]) {
			assert.deepEqual(read('"app"'), ["./Dockerfile app gha"]);
			assert.deepEqual(read('""'), ["./Dockerfile - gha"]);
			assert.deepEqual(read('"${STAGE}"'), []);
			assert.deepEqual(read("[app]"), []);
		}
	});

	it("Bake's contexts do not hide a build", () => {
		assert.deepEqual(shown(bakeCacheExports('target "a" {\n  contexts = f(X)\n  cache-to = ["type=gha,mode=max"]\n}\n')), [
			"./Dockerfile - gha",
		]);
	});

	it("hostile texts take no time", () => {
		const started = process.cpuUsage();
		for (const text of [
			Array.from({ length: 45 }, (_, at) => `target "t${at}" {\n  inherits = ["t${at + 1}", "t${at + 1}"]\n}\n`)
				.join("")
				.concat('target "t45" {\n}\n'),
			'target "a" {\n'.repeat(5000),
			`cache-to = [${'"'.repeat(100_000)}`,
			`target "a" {\ncache-to = ${"[".repeat(100_000)}`,
		])
			bakeCacheExports(text);
		assert.ok(process.cpuUsage(started).user < 2_000_000);
	});
});
