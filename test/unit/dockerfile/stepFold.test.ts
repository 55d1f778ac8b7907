import assert from "node:assert/strict";
import { instructionAt } from "../../../server/core/dockerfile/model/instructionAt.ts";
import type { Stage } from "../../../server/core/dockerfile/model/model.ts";
import { anyStep, foldSteps } from "../../../server/core/dockerfile/model/stepFold.ts";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";

const TEXT = "FROM debian:12 AS a\nRUN one\nRUN two \\\n  three\nFROM a AS b\nRUN four\nFROM a\n\nRUN five\n";

function stagesOf(text: string): readonly [Stage, Stage, Stage] {
	const [first, second, third] = parseDockerfile(text).stages;
	assert.ok(first !== undefined && second !== undefined && third !== undefined);
	return [first, second, third];
}

describe("foldSteps", () => {
	it("gives what stands above a step, in its stage and in those that it starts from", () => {
		const [a, b, last] = stagesOf(TEXT);
		const words = foldSteps<string>(
			(root) => root.name?.text ?? "",
			(before, step) => `${before} ${step.arguments.text.split(" ")[0]}`,
		);
		assert.equal(words.at(last, last.steps[0]), "a one two");
		assert.equal(words.at(last), "a one two five");
		assert.equal(words.at(b), "a one two four");
		assert.equal(words.at(a, a.steps[1]), "a one");
		assert.equal(words.at(a, a.steps[0]), "a");
	});

	it("looks at each step once, however often it is asked", () => {
		const [, , last] = stagesOf(TEXT);
		const seen: string[] = [];
		const any = anyStep((step) => {
			seen.push(step.arguments.text);
			return step.arguments.text === "one";
		});
		const step = last.steps[0];
		assert.ok(step !== undefined);
		assert.deepEqual([any.above(step), any.above(step), any.above(step)], [true, true, true]);
		assert.equal(seen.filter((text) => text === "one").length, 1);
	});

	it("tells a step itself from those above it", () => {
		const [a] = stagesOf(TEXT);
		const any = anyStep((step) => step.arguments.text === "one");
		const [one, two] = a.steps;
		assert.ok(one !== undefined && two !== undefined);
		assert.deepEqual([any.above(one), any.upTo(one), any.above(two)], [false, true, true]);
	});

	it("walks chains of stages that are longer than the call stack", () => {
		const chain = `FROM debian:12 AS s0\n${Array.from({ length: 20_000 }, (_, index) => `FROM s${index} AS s${index + 1}\n`).join("")}`;
		const last = parseDockerfile(chain).stages.at(-1);
		assert.ok(last !== undefined);
		const roots = foldSteps<string>(
			(root) => root.name?.text ?? "",
			(before) => before,
		);
		assert.equal(roots.at(last), "s0");
	});
});

describe("instructionAt", () => {
	it("finds the instruction of each line, and nothing between two", () => {
		const file = parseDockerfile(TEXT);
		const found = Array.from({ length: 11 }, (_, line) => instructionAt(file, line)?.firstLine);
		assert.deepEqual(found, [0, 1, 2, 2, 4, 5, 6, undefined, 8, undefined, undefined]);
	});
});
