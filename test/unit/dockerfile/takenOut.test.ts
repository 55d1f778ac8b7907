import assert from "node:assert/strict";
import { takesForeignPrograms } from "../../../server/core/dockerfile/files/takenOut.ts";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

/** Whether the stage below takes a foreign path from one that runs a command. */
function takes(run: string, path: string): boolean {
	const file = parseDockerfile(`FROM golang AS build\nRUN ${run}\nFROM debian\nCOPY --from=build ${path} /x\n`);
	return takesForeignPrograms(file.stages[0] as Stage, []);
}

describe("what a stage gives to others that its compilers did not make", () => {
	it("was fetched, or unpacked: the folder, and what lies in it", () => {
		assert.equal(takes("curl -o /opt/tool https://a/tool", "/opt/tool"), true);
		assert.equal(takes("tar -xf a.tgz -C /opt/tool", "/opt/tool"), true);
		assert.equal(takes("unzip a.zip -d /opt/tool", "/opt/tool/run"), true);
	});

	it("is the system's own", () => {
		assert.equal(takes("true", "/usr/bin/git"), true);
	});

	it("may be anything else", () => {
		assert.equal(takes("tar -xf a.tgz -C /opt/tool", "/opt/other"), false);
		assert.equal(takes("tar -xf a.tgz -C /opt/tool", "/opt/tool/a.jar"), false);
	});
});
