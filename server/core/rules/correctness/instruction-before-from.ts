import { insertInstructionAfter, removeInstruction } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { OCI_LABEL_PREFIX } from "../../knowledge/ociLabels.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const instructionBeforeFrom = defineRule({
	id: "instruction-before-from",
	title: "An instruction stands in front of the first FROM",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3061"], ["dockerfilelint", "from_first"], ["droast", "DF037"], ["dockerfile-utils", "NO_SOURCE_IMAGE"]),
	why: "There is no image yet that it could change, and the builder stops. Only ARG may stand there, for what FROM substitutes.",
	remedy: "Move it below the FROM of the stage that it belongs to.",
	references: ["https://docs.docker.com/reference/dockerfile/#format"],
	examples: [
		{
			caption: "A label",
			bad: '«LABEL» org.opencontainers.image.vendor="Acme"\nFROM debian:12\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nLABEL org.opencontainers.image.vendor="Acme"\nCMD ["app"]\n',
		},
		{ caption: "Below FROM", good: 'FROM debian:12\nLABEL org.opencontainers.image.vendor="Acme"\nCMD ["app"]\n' },
		{
			caption: "A label and a variable",
			bad: "# who\n«LABEL» a=b\nARG V=12\n«ENV» C=$V\nFROM debian:$V\nRUN true\n",
			fixed: "# who\nARG V=12\nFROM debian:$V\nLABEL a=b\nENV C=$V\nRUN true\n",
		},
		{
			caption: "More than one line",
			bad: "«RUN» a \\\r\n  && b\r\nFROM debian:12\r\n",
			fixed: "FROM debian:12\r\nRUN a \\\r\n  && b\r\n",
		},
		{
			caption: "What is deprecated becomes a label",
			bad: "«MAINTAINER» A B <a@b.c>\n«maintainer» a\n«MAINTAINER» $A\nFROM debian:12\n",
			fixed:
				'FROM debian:12\nLABEL org.opencontainers.image.authors="A B <a@b.c>"\nlabel org.opencontainers.image.authors="a"\nMAINTAINER $A\n',
		},
		{ caption: "What may stand there", good: "# syntax=docker/dockerfile:1\n# c\n\nARG A=1\nFROM debian:$A\n" },
		{ caption: "No FROM at all, and words that are no instructions", good: "ENV A=1\nRUN true\n" },
		{ caption: "A template", good: "{% if x %}\nENV A=1\nFROM debian:12\n" },
	],
	check(file) {
		const first = file.stages[0];
		if (first === undefined || file.globals.length === 0 || templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const instruction of file.globals) {
			const { keyword, keywordSpan } = instruction;
			if (keyword === "ARG" || !INSTRUCTIONS.has(keyword)) continue;
			const moved = [removeInstruction(file, instruction), insertInstructionAfter(file, first.from, movedText(file, instruction))];
			reports.push({
				span: keywordSpan,
				message: `${keyword} stands in front of the first FROM`,
				related: [{ span: first.from.keywordSpan, message: "The first FROM" }],
				fixes: [{ title: "Move below the first FROM", safety: "review", edits: moved }],
			});
		}
		return reports;
	},
});

/** MAINTAINER would be deprecated below FROM, too. */
function movedText(file: Dockerfile, { keyword, keywordText, arguments: args, span }: Instruction): string {
	if (keyword !== "MAINTAINER" || !/^[\w .,<>@()+-]+$/.test(args.text)) return file.text.slice(span.start, span.end);
	const label = keywordText === "maintainer" ? "label" : "LABEL";
	return `${label} ${OCI_LABEL_PREFIX}authors="${args.text}"`;
}
