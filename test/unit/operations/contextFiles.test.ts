import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { createContextReader } from "../../../server/operations/contextFiles.ts";
import { diskFiles } from "../../../server/tools/files.ts";

describe("files of the build context", () => {
	let folder: string;
	before(() => {
		folder = mkdtempSync(join(tmpdir(), "hullguard ü "));
		mkdirSync(join(folder, "src"));
		writeFileSync(join(folder, "src/start.sh"), "#!/bin/sh\nserver\n");
		writeFileSync(join(folder, "package.json"), "{}");
		writeFileSync(join(folder, "other.sh"), "#!/bin/sh\n");
		chmodSync(join(folder, "other.sh"), 0o755);
	});
	after(() => rmSync(folder, { recursive: true }));

	const look = (text: string) => createContextReader(diskFiles)(parseDockerfile(text), folder);

	it("are those that COPY and ADD name, from the root of the context", async () => {
		const found = await look(
			"FROM a AS b\nCOPY ./package.json /src ../gone /app/\nADD https://example.com/x /\nFROM b\nCOPY --from=b /src /x\n",
		);
		assert.deepEqual([...found.keys()], ["package.json", "src", "gone"]);
		assert.deepEqual(
			[...found.values()].map(({ kind }) => kind),
			["file", "folder", "absent"],
		);
	});

	it("what a variable hides, a pattern and the root are not looked at", async () => {
		assert.equal((await look("ARG A\nFROM a\nARG A\nCOPY $A *.json . /app/\n")).size, 0);
	});

	it("the script that starts the container is read, others are not", async () => {
		const found = await look('FROM a\nCOPY src/start.sh other.sh /app/\nENTRYPOINT ["/app/start.sh"]\n');
		assert.equal(found.get("src/start.sh")?.text, "#!/bin/sh\nserver\n");
		assert.deepEqual(found.get("other.sh"), { kind: "file", ...(process.platform === "win32" ? {} : { executable: true }) });
	});

	it("a script under another name is read, too", async () => {
		const found = await look('FROM a\nCOPY src/start.sh /usr/bin/run.sh\nCMD ["sh", "/usr/bin/run.sh"]\n');
		assert.equal(found.get("src/start.sh")?.text, "#!/bin/sh\nserver\n");
	});

	it("a script in a folder that is copied as a whole is read, too", async () => {
		const found = await look('FROM a AS b\nCOPY . /app\nFROM b\nWORKDIR /app/src\nENTRYPOINT ["./start.sh"]\n');
		assert.equal(found.get("src/start.sh")?.text, "#!/bin/sh\nserver\n");
		const inFolder = await look('FROM a\nCOPY src /x/\nCMD ["/x/start.sh"]\n');
		assert.deepEqual([...inFolder.keys()], ["src/start.sh", "src"]);
	});
});
