import assert from "node:assert/strict";
import { ignoreFileFix } from "../../../server/core/dockerfile/files/ignoreFileFix.ts";
import { applyEdits } from "../../../server/core/text.ts";

function textAfter(text: string, what: "leave out" | "take in", paths: readonly string[]): string | undefined {
	const fix = ignoreFileFix({ kind: "present", text, path: "/project/.dockerignore" }, what, paths);
	return fix?.otherFile === undefined ? undefined : applyEdits(text, fix.otherFile.edits);
}

describe("lines for an ignore file", () => {
	it("stand at its end, each on a line of its own", () => {
		assert.equal(textAfter("", "leave out", [".env"]), ".env\n");
		assert.equal(textAfter("node_modules", "leave out", [".env", "a/b.key"]), "node_modules\n.env\na/b.key\n");
		assert.equal(textAfter("*.md\n", "take in", ["docs/a.md"]), "*.md\n!docs/a.md\n");
	});

	it("end as the others do", () => {
		assert.equal(textAfter("a\r\nb", "leave out", ["c"]), "a\r\nb\r\nc\r\n");
	});

	it("are named with the file that gets them", () => {
		const ignoreFile = { kind: "present", text: "", path: "C:\\a\\Dockerfile.dockerignore" } as const;
		assert.equal(ignoreFileFix(ignoreFile, "leave out", [".env"])?.title, "Add .env to Dockerfile.dockerignore");
		assert.equal(ignoreFileFix(ignoreFile, "leave out", [".env", ".git"])?.title, "Add 2 paths to Dockerfile.dockerignore");
		assert.equal(ignoreFileFix({ ...ignoreFile, text: "*" }, "take in", ["a"])?.title, "Take a back in, in Dockerfile.dockerignore");
	});

	it("are not offered for names that mean something there", () => {
		for (const name of ["a*", "[a]", "#a", "!a", "a b", "a\\b", "/a", "../a", "-", ""])
			assert.equal(textAfter("", "leave out", [name]), undefined, name);
	});

	it("are not offered where they change nothing, or nobody knows a file to change", () => {
		assert.equal(textAfter("*.md", "take in", []), undefined);
		assert.equal(ignoreFileFix({ kind: "present", text: "" }, "leave out", ["a"]), undefined);
		assert.equal(ignoreFileFix({ kind: "absent" }, "leave out", ["a"]), undefined);
	});
});
