import assert from "node:assert/strict";
import { isIgnored, parseIgnoreFile } from "../../../server/core/dockerfile/files/ignoreFile.ts";
import { lintIgnoreFile } from "../../../server/core/ignoreFile/lintIgnoreFile.ts";
import { newIgnoreFile } from "../../../server/core/refactor/newIgnoreFile.ts";

describe("a new ignore file", () => {
	it("knows the project, works as written, and leaves nothing out that is copied", () => {
		const text = newIgnoreFile(["package.json", "main.tf", "src"], ["Dockerfile.dev", "src/server.key"]);
		assert.deepEqual(lintIgnoreFile(text, { contextEntries: undefined }), []);
		const file = parseIgnoreFile(text);
		for (const path of [".git", "a/node_modules/b", ".env.local", "x/.env", "a/terraform.tfstate"]) assert.ok(isIgnored(file, path), path);
		for (const path of ["src/index.js", ".env.example", "Dockerfile.dev", "src/server.key", "package.json"])
			assert.ok(!isIgnored(file, path), path);
		assert.ok(!text.includes("__pycache__"));
		assert.ok(newIgnoreFile([], [], "\r\n").endsWith("\r\n"));
	});
});
