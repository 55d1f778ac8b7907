import assert from "node:assert/strict";
import { join } from "node:path";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { createBuildTargetReader } from "../../../server/operations/buildTargets.ts";
import { createProject } from "../../../server/operations/project.ts";
import { diskFiles, type Files } from "../../../server/tools/files.ts";
import { temporaryProject } from "../../support/realContext.ts";

describe("stages that builds name", () => {
	let project: ReturnType<typeof temporaryProject>;
	before(() => {
		project = temporaryProject({
			".git/HEAD": "",
			"api/Dockerfile": "FROM a AS t\nFROM a\n",
			"api/compose.yaml": "services:\n  a:\n    build:\n      target: t\n",
			"docker-bake.hcl":
				'target "x" {\n  context = "api"\n  target = "u"\n}\ntarget "y" {\n  target = "other"\n}\ntarget "z" {\n  context = "api"\n  target = TARGET\n}\n',
			"compose.broken.yaml": "target: [",
			"elsewhere/Dockerfile": "FROM a AS t\nFROM a\n",
			"elsewhere/compose.override.yaml": "services:\n  a:\n    build:\n      target: t\n",
			"elsewhere/compose.yaml":
				"x-build: &build\n  context: ./api\nservices:\n  a:\n    build: ./api\n  b:\n    build:\n      <<: *build\n      target: t\n  c:\n    extends: b\n    build:\n      target: t\n",
		});
	});
	after(() => project.remove());

	it("are those of the Dockerfile, where it has several", async () => {
		const targetsFor = async (text: string): Promise<unknown> => {
			const layers = { today: "2026-11-21", file: parseDockerfile(text) };
			return (await createProject(diskFiles).lintOptionsFor(project.path(join("api", "Dockerfile")), layers)).options.targets;
		};
		assert.deepEqual(await targetsFor("FROM a AS t\nFROM a\n"), { names: ["t", "u"], only: false });
		assert.equal(await targetsFor("FROM a AS t\n"), undefined);
	});

	it("are not those of a build whose context another file or a merged map may name", async () => {
		const read = createBuildTargetReader(diskFiles, diskFiles.list);
		assert.deepEqual(await read(project.path(join("elsewhere", "Dockerfile"))), []);
	});

	it("are read once, not once for each Dockerfile of a folder", async () => {
		let reads = 0;
		const counting: Files = {
			...diskFiles,
			list: (folder) => {
				reads++;
				return diskFiles.list(folder);
			},
			readText: (path) => {
				reads++;
				return diskFiles.readText(path);
			},
		};
		const read = createBuildTargetReader(counting, counting.list);
		const folder = project.path("api");
		assert.deepEqual(await read(join(folder, "Dockerfile")), ["t", "u"]);
		const first = reads;
		for (let number = 0; number < 20; number++) await read(join(folder, `${number}.Dockerfile`));
		assert.equal(reads, first);
	});
});
