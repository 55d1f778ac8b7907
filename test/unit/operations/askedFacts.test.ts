import assert from "node:assert/strict";
import { join } from "node:path";
import type { WorkspaceFacts } from "../../../server/core/rules/workspaceFacts.ts";
import { createProject } from "../../../server/operations/project.ts";
import { diskFiles } from "../../../server/tools/files.ts";
import { temporaryProject } from "../../support/realContext.ts";

describe("facts that single rules ask for", () => {
	const CYCLONEDX = JSON.stringify({
		bomFormat: "CycloneDX",
		components: [{ type: "library", name: "a", licenses: [{ license: { id: "AGPL-3.0-only" } }] }],
	});
	const WORKFLOW = `jobs:
  a:
    steps:
      - uses: docker/build-push-action@v6
        with: { context: api, cache-to: "type=gha,mode=max" }
`;
	let project: ReturnType<typeof temporaryProject>;
	before(() => {
		project = temporaryProject({
			"api/Dockerfile": "FROM a\n",
			"api/sbom.json": CYCLONEDX,
			"api/broken.cdx.json": "{",
			"api/package.json": CYCLONEDX,
			".github/workflows/build.yml": WORKFLOW,
			".github/workflows/other.yml": "jobs: [",
			"compose.yaml":
				"services:\n  a:\n    build:\n      context: ./api\n      target: t\n      cache_to: ['type=registry,ref=a/b,mode=max']\n",
			Dockerfile: "FROM a\n",
		});
	});
	after(() => project.remove());

	const factsFor = async (path: string, ...rules: readonly string[]): Promise<WorkspaceFacts | undefined> => {
		const on = { source: "test", rules: rules.map((pattern) => ({ pattern, level: "hint" as const })) };
		const { options } = await createProject(diskFiles).lintOptionsFor(project.path(path), { today: "2026-11-21", commandLine: on });
		return options.workspace;
	};

	it("are the packages of an SBOM next to the Dockerfile", async () => {
		const facts = await factsFor(join("api", "Dockerfile"), "image-licence-policy");
		assert.deepEqual(facts?.packageLists, [
			{ source: "sbom.json", base: undefined, packages: [{ name: "a", licenses: ["AGPL-3.0-only"] }] },
		]);
		assert.deepEqual((await factsFor("Dockerfile", "image-licence-policy"))?.packageLists, []);
	});

	it("are the builds of this Dockerfile that export all layers", async () => {
		const facts = await factsFor(join("api", "Dockerfile"), "cache-export-leaks-builder-secret");
		assert.deepEqual(facts?.cacheExports, [
			{ file: "compose.yaml", target: "t", backend: "registry" },
			{ file: "build.yml", target: undefined, backend: "gha" },
		]);
		assert.deepEqual((await factsFor("Dockerfile", "cache-export-leaks-builder-secret"))?.cacheExports, []);
	});

	it("are not gathered where no rule asks", async () => {
		const facts = await factsFor(join("api", "Dockerfile"));
		assert.deepEqual([facts?.packageLists, facts?.cacheExports], [[], []]);
	});
});
