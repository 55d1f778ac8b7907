import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { sarifReporter } from "../../../server/core/report/sarif.ts";

describe("SARIF paths", () => {
	it("are references that no reader takes for a scheme", () => {
		const uriOf = (path: string): string => {
			let text = "";
			const reporter = sarifReporter((part) => {
				text += part;
			}, "1.0.0");
			const { findings } = lint("FROM debian\n", { rules: new Map([["base-image-untagged", "warning"]]) });
			reporter.file({ path, text: "FROM debian\n", findings, suppressedCount: 0 });
			reporter.end([]);
			return JSON.parse(text).runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri;
		};
		assert.equal(uriOf("a:b/Dockerfile"), "./a:b/Dockerfile");
		assert.equal(uriOf("a/b:c/Dockerfile"), "a/b:c/Dockerfile");
		assert.equal(uriOf("/a:b/Dockerfile"), "file:///a:b/Dockerfile");
	});
});
