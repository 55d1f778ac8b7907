import assert from "node:assert/strict";
import { folderIsMade, mayBeBehindLink } from "../../../server/core/dockerfile/files/knownFolders.ts";
import type { Step } from "../../../server/core/dockerfile/model/model.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

/** The step behind some lines. */
function stepBehind(...lines: readonly string[]): Step {
	const stage = parseDockerfile(`${lines.join("\n")}\nRUN true\n`).stages.at(-1);
	return stage?.steps.at(-1) as Step;
}

describe("folders that an earlier step has made", () => {
	it("are those of mkdir, of WORKDIR, and those that something is copied into", () => {
		assert.equal(folderIsMade(stepBehind("FROM debian", "RUN mkdir -p /a/b"), "/a"), true);
		assert.equal(folderIsMade(stepBehind("FROM debian", "WORKDIR /a/b", "WORKDIR /"), "/a/b"), true);
		assert.equal(folderIsMade(stepBehind("FROM debian", "COPY x /a/b/"), "/a/b"), true);
		assert.equal(folderIsMade(stepBehind("FROM debian", "COPY x /a/b/"), "/a"), true);
	});

	it("are not what may be a file", () => {
		assert.equal(folderIsMade(stepBehind("FROM debian", "COPY x /a/b"), "/a/b"), false);
		assert.equal(folderIsMade(stepBehind("FROM debian", "COPY x /a/b/"), "/c"), false);
	});
});

describe("paths behind a symbolic link", () => {
	it("are the link and what lies below it", () => {
		const step = stepBehind("FROM debian", "RUN ln -s /srv/data /opt/data");
		assert.equal(mayBeBehindLink(step, "/opt/data"), true);
		assert.equal(mayBeBehindLink(step, "/opt/data/x"), true);
		assert.equal(mayBeBehindLink(step, "/opt/other"), false);
	});

	it("begin inside a folder that is there", () => {
		const step = stepBehind("FROM debian", "RUN ln -s /srv/data /opt");
		assert.equal(mayBeBehindLink(step, "/opt/data/x"), true);
		assert.equal(mayBeBehindLink(step, "/opt/other"), false);
		assert.equal(mayBeBehindLink(stepBehind("FROM debian", "WORKDIR /app", "RUN ln -s /srv/data ."), "/app/data"), true);
	});

	it("may be any where nobody knows the link", () => {
		assert.equal(mayBeBehindLink(stepBehind("FROM debian", "ARG TO", "RUN ln -s /srv/data $TO"), "/x"), true);
	});
});
