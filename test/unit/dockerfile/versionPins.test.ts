import assert from "node:assert/strict";
import { unpinnedMessage } from "../../../server/core/dockerfile/packages/versionPins.ts";

describe("what is said of packages without a version", () => {
	it("knows a range from none at all", () => {
		assert.equal(unpinnedMessage(["flask"]), "flask is installed without a version");
		assert.equal(unpinnedMessage(["wheel<0.46"]), "wheel<0.46 is installed without an exact version");
		assert.equal(unpinnedMessage(["flask", "gunicorn>=22"]), "flask and 1 more package are installed without an exact version");
		assert.equal(unpinnedMessage(['a;python_version<"3"']), 'a;python_version<"3" is installed without a version');
	});
});
