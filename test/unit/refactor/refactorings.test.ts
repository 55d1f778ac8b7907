import assert from "node:assert/strict";
import { parseDockerfile } from "../../../server/core/dockerfile/parse/parse.ts";
import { refactoringsAt } from "../../../server/core/refactor/refactorings.ts";
import { applyEdits } from "../../../server/core/text.ts";
import { corpusFiles } from "../../support/corpus.ts";
import { readMarks } from "../../support/marks.ts";

function offered(marked: string): ReadonlyMap<string, string> {
	const { text, spans } = readMarks(marked);
	const found = refactoringsAt(parseDockerfile(text), spans[0] ?? { start: 0, end: 0 });
	return new Map(found.map(({ title, edits }) => [title, applyEdits(text, edits)]));
}

/** Keywords of instructions that refactorings bring, take away or leave. */
function kinds(text: string): ReadonlyMap<string, number> {
	const counts = new Map<string, number>();
	for (const { keyword } of parseDockerfile(text).instructions) counts.set(keyword, (counts.get(keyword) ?? 0) + 1);
	return counts;
}

/** By how much the numbers of instructions may change, by the start of the title; what is not listed stays. */
const CHANGES: Readonly<Record<string, Readonly<Record<string, readonly [number, number]>>>> = {
	Merge: { RUN: [-Number.POSITIVE_INFINITY, -1] },
	Convert: {},
	Sort: {},
	Extract: { ARG: [1, 1] },
	Inline: { ARG: [-1, 0] },
	Split: { FROM: [1, 1], WORKDIR: [0, 2], COPY: [1, 10], RUN: [0, 1], ENV: [0, 20], LABEL: [0, 20], EXPOSE: [0, 20], ADD: [0, 5] },
	Run: { USER: [1, 1] },
	"Create the user": { USER: [1, 1], RUN: [1, 1] },
	"Set the labels": { ARG: [0, 4], LABEL: [1, 1] },
	Mount: { RUN: [-1, 1] },
};

describe("refactorings at a place", () => {
	it("FROM and the start offer what changes the whole stage", () => {
		for (const text of ['FROM «»debian:12\nCMD ["a"]\n', 'FROM debian:12\nCMD «["a"]»\n']) {
			const found = offered(text);
			assert.match(found.get("Create the user app and run as it") ?? "", /RUN groupadd [\s\S]*\nUSER 10001:10001\nCMD \["a"\]\n$/);
			assert.match(
				found.get("Set the labels from ARGs") ?? "",
				/ARG GIT_COMMIT=unknown\n[\s\S]*image\.revision="\$GIT_COMMIT"[\s\S]*CMD \["a"\]\n$/,
			);
		}
	});

	it("a user that exists, labels and mounts that are there are not offered again", () => {
		let text = 'FROM node:22\nRUN npm ci\nCMD ["a"]\n';
		for (const title of ["Run as node", "Set the labels from ARGs"]) text = offered(text.replace("FROM ", "FROM «»")).get(title) ?? "";
		assert.deepEqual([...offered(text.replace("FROM ", "FROM «»")).keys()], ["Extract the base image to ARG NODE_IMAGE"]);
		const mounted = offered(text.replace("npm ci", "«npm» ci")).get("Mount a cache at /root/.npm") ?? "";
		assert.ok(mounted.includes("\nRUN --mount=type=cache,target=/root/.npm npm ci\n"));
		assert.deepEqual([...offered(mounted.replace(" npm ci", " «npm» ci")).keys()], []);
	});

	it("no comment becomes a directive for want of the line above it", () => {
		const text = "ARG IMAGE=debian:12\n# comment\nFROM «»$IMAGE\n";
		const inlines = (marked: string): number => [...offered(marked).keys()].filter((title) => title.startsWith("Inline")).length;
		assert.equal(inlines(text), 1);
		assert.equal(inlines(text.replace("# comment", "# escape=`")), 0);
	});

	it("nothing is offered between instructions, in templates, and in files that no builder reads", () => {
		for (const text of [
			"«»# comment\n\nFROM debian\n",
			"FROM debian\n\n«»\n\nRUN a && b\n",
			"FROM {{ image }}\nRUN «a» && b\n",
			"FROM debian\nRUN «a» && b\nENV A\n",
		])
			assert.deepEqual([...offered(text).keys()], [], text);
	});

	it("real files parse afterwards, keep their comments and line breaks, and have the instructions that they should", function () {
		this.timeout(60_000);
		const all = corpusFiles();
		const step = Math.max(1, Math.floor(all.length / 250));
		const seen = new Map<string, number>();
		for (const { id, text } of all.filter((_, index) => index % step === 0)) {
			const file = parseDockerfile(text);
			if (file.errors.length > 0 || file.instructions.length > 100) continue;
			for (const instruction of file.instructions) {
				for (const { title, edits } of refactoringsAt(file, { start: instruction.span.start, end: instruction.span.start })) {
					const where = `${id}:${instruction.firstLine + 1}: ${title}`;
					const start = Object.keys(CHANGES).find((candidate) => title.startsWith(candidate)) ?? "";
					const changes = CHANGES[start];
					assert.ok(changes !== undefined, where);
					seen.set(start, (seen.get(start) ?? 0) + 1);
					const after = applyEdits(text, edits);
					assert.notEqual(after, text, where);
					const parsed = parseDockerfile(after);
					assert.deepEqual(parsed.errors, [], where);
					const [was, is] = [kinds(text), kinds(after)];
					for (const keyword of new Set([...was.keys(), ...is.keys()])) {
						const [least, most] = changes[keyword] ?? [0, 0];
						const change = (is.get(keyword) ?? 0) - (was.get(keyword) ?? 0);
						assert.ok(least <= change && change <= most, `${where}: ${change} ${keyword}`);
					}
					const lost = file.comments.filter((comment) => !after.includes(text.slice(comment.span.start, comment.span.end).trimEnd()));
					assert.deepEqual(lost, [], where);
					assert.equal(after.includes("\r"), text.includes("\r"), where);
				}
			}
		}
		for (const start of ["Merge", "Convert", "Sort", "Extract", "Inline", "Set the labels", "Mount"])
			assert.ok((seen.get(start) ?? 0) > 2 || all.length < 1000, `${start}: ${seen.get(start)}`);
	});
});
