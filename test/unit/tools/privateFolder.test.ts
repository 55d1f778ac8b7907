import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { withPrivateFolder } from "../../../server/tools/privateFolder.ts";

describe("private folder", () => {
	it("is nobody else's, and gone afterwards", async () => {
		const path = await withPrivateFolder(async (folder) => {
			const file = await folder.write("a.json", "{}");
			assert.equal(await folder.read("a.json"), "{}");
			assert.equal(await folder.read("nothing"), undefined);
			if (process.platform !== "win32") {
				assert.equal(statSync(folder.path).mode & 0o777, 0o700);
				assert.equal(statSync(file).mode & 0o777, 0o600);
			}
			return folder.path;
		});
		assert.ok(!existsSync(path));
	});

	it("is gone when its user fails", async () => {
		let path = "";
		const failing = withPrivateFolder(async (folder) => {
			path = folder.path;
			throw new Error("boom");
		});
		await assert.rejects(failing, /boom/);
		assert.ok(path !== "" && !existsSync(path));
	});
});
