import assert from "node:assert/strict";
import {
	insertFirstLine,
	insertInstructionAfter,
	insertInstructionBefore,
	removeInstruction,
} from "../../../server/core/dockerfile/edits/edit.ts";
import { insertBeforeStart } from "../../../server/core/dockerfile/edits/stageEnd.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
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

describe("removeInstruction", () => {
	const removed = (text: string, index: number): string => {
		const file = parseDockerfile(text);
		const instruction = file.instructions[index];
		assert.ok(instruction !== undefined);
		return applyEdits(text, [removeInstruction(file, instruction)]);
	};

	it("takes one of two empty lines along", () => {
		assert.equal(removed("FROM a\n\nRUN b\n\nUSER c\n", 1), "FROM a\n\nUSER c\n");
		assert.equal(removed("FROM a\nRUN b\n\nUSER c\n", 1), "FROM a\n\nUSER c\n");
	});

	it("leaves no empty lines at the end of the file", () => {
		assert.equal(removed("FROM a\nUSER c\n\n\nRUN b\n", 2), "FROM a\nUSER c\n");
		assert.equal(removed("FROM a\r\n\r\nRUN b\r\n \r\n", 1), "FROM a\r\n");
		assert.equal(removed("FROM a\n\nRUN b", 1), "FROM a");
		assert.equal(removed("FROM a\n\n# c\nRUN b\n", 1), "FROM a\n\n# c\n");
		assert.equal(removed("FROM a\n\nRUN b\n\n# c\n", 1), "FROM a\n\n# c\n");
	});
});

describe("insertInstructionBefore and insertInstructionAfter", () => {
	const inserted = (text: string): readonly string[] => {
		const file = parseDockerfile(text);
		const run = file.instructions[1];
		assert.ok(run !== undefined);
		return [insertInstructionBefore(file, run, "ARG A"), insertInstructionAfter(file, run, "ARG A")].map((edit) =>
			applyEdits(text, [edit]),
		);
	};

	it("indent as the instruction is", () => {
		assert.deepEqual(inserted("FROM a\n\t RUN b\n"), ["FROM a\n\t ARG A\n\t RUN b\n", "FROM a\n\t RUN b\n\t ARG A\n"]);
	});

	it("take blanks and tabs alone for indentation: a no-break space in front of a new line would be a part of its keyword elsewhere", () => {
		assert.deepEqual(inserted("FROM a\n\u00a0RUN b\n"), ["FROM a\nARG A\n\u00a0RUN b\n", "FROM a\n\u00a0RUN b\nARG A\n"]);
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
