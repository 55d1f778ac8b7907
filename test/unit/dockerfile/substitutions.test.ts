import assert from "node:assert/strict";
import { allInstructions } from "../../../server/core/dockerfile/model/instructions.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { maySubstitute, substitutedTexts } from "../../../server/core/dockerfile/variables/substitutions.ts";
import { INSTRUCTIONS } from "../../../server/core/knowledge/instructions.ts";

describe("texts in which variables are substituted", () => {
	it("are looked for in every instruction that has some", () => {
		const lines = [...INSTRUCTIONS].flatMap((keyword) => [
			`${keyword} $A $B`,
			`${keyword} A=$B`,
			`${keyword} --mount=type=cache,target=$A --chown=$B a b`,
		]);
		const file = parseDockerfile(`FROM debian:12\n${lines.join("\n")}\n`);
		const substituting = new Set<string>();
		for (const instruction of allInstructions(file)) {
			const texts = substitutedTexts(instruction, file).filter(({ text }) => text.text.includes("$"));
			if (texts.length > 0) substituting.add(instruction.keyword);
			if (texts.length > 0) assert.ok(maySubstitute(instruction), instruction.line.text);
		}
		assert.deepEqual([...substituting].sort(), [
			"ADD",
			"ARG",
			"COPY",
			"ENV",
			"EXPOSE",
			"LABEL",
			"RUN",
			"STOPSIGNAL",
			"USER",
			"VOLUME",
			"WORKDIR",
		]);
	});
});
