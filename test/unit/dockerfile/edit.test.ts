import assert from "node:assert/strict";
import { insertFirstLine, insertInstructionBefore, removeInstruction } from "../../../server/core/dockerfile/edit.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse.ts";
import { insertBeforeStart } from "../../../server/core/dockerfile/stageEnd.ts";
import { commentAbove } from "../../../server/core/lint/ignore.ts";
import { applyEdits } from "../../../server/core/text.ts";

describe("edits at the start of a file with a byte order mark", () => {
	const text = "\ufeffFROM debian:12\n";
	const file = parseDockerfile(text);
	const [from] = file.instructions;
	assert.ok(from !== undefined);

	it("leave it in front of everything", () => {
		const inserted = [insertInstructionBefore(file, from, "ARG A"), insertFirstLine(file, "ARG A")];
		for (const edit of inserted) assert.equal(applyEdits(text, [edit]), "\ufeffARG A\nFROM debian:12\n");
		assert.equal(applyEdits(text, [commentAbove(file, 3, "a")]), "\ufeff# a\nFROM debian:12\n");
		assert.equal(applyEdits(text, [removeInstruction(file, from)]), "\ufeff");
	});
});

describe("insertBeforeStart", () => {
	const inserted = (text: string): string | undefined => {
		const stage = parseDockerfile(text).stages[0];
		assert.ok(stage !== undefined);
		const edit = insertBeforeStart(stage, "USER a");
		return edit === undefined ? undefined : applyEdits(text, [edit]);
	};

	it("puts lines in front of what starts the container, or at the end", () => {
		assert.equal(inserted("FROM a\nRUN b\nCMD c\n"), "FROM a\nRUN b\nUSER a\nCMD c\n");
		assert.equal(inserted("FROM a\nRUN b"), "FROM a\nRUN b\nUSER a");
	});

	it("adds nothing to a text that ends in mid-instruction, whatever follows the backslash", () => {
		for (const end of ["RUN b \\", "RUN b \\\n", "RUN b \\\n# c", "RUN b \\\n\n  # c\n", "RUN <<E\nb\n"])
			assert.equal(inserted(`FROM a\n${end}`), undefined, end);
	});
});
