import assert from "node:assert/strict";
import { isVexFile } from "../../../server/core/vex/files.ts";

describe("isVexFile", () => {
	for (const path of [
		"vex.openvex.json",
		"a/b/app.openvex.json",
		"app.vex.json",
		".vex/app.json",
		".vex/2026/x.json",
		"services\\api\\.vex\\a.json",
		"App.OpenVEX.JSON",
	]) {
		it(`takes ${path}`, () => assert.ok(isVexFile(path)));
	}
	for (const path of [
		"vex.json",
		"openvex.json",
		".vex/README.md",
		".vex",
		"a.openvex.json.bak",
		"node_modules/dep/dep.openvex.json",
		"app/node_modules/dep/.vex/a.json",
		"vendor/x/y.vex.json",
		"my.vex/a.json",
		"package.json",
	]) {
		it(`leaves ${path}`, () => assert.ok(!isVexFile(path)));
	}
});
