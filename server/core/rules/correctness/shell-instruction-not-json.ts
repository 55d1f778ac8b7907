import { brokenArray, isTextArray } from "../../dockerfile/edits/brokenArray.ts";
import { insertAfter, insertAt, replace } from "../../dockerfile/edits/edit.ts";
import { moveCommentAbove } from "../../dockerfile/edits/trailingComment.ts";
import { allInstructions } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { commentStart, splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { isContiguous, sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const shellInstructionNotJson = defineRule({
	id: "shell-instruction-not-json",
	title: "SHELL is not a JSON array",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["dockerfile-utils", "SHELL_JSON_FORM", "SHELL_REQUIRES_ONE", "JSON_IN_SINGLE_QUOTES", "ARGUMENT_MISSING"],
			["dockerfilelint", "invalid_format"],
		),
		...similar(["dockerfilelint", "required_params"], ["hadolint", "DL1000"]),
	],
	supersededBy: ["invisible-character"],
	onlyWith: { instructions: ["SHELL"] },
	why: "The builder stops before it runs anything: SHELL has no other form.",
	remedy: 'Write `SHELL ["/bin/bash", "-o", "pipefail", "-c"]`; backslashes are doubled.',
	references: ["https://docs.docker.com/reference/dockerfile/#shell"],
	examples: [
		{
			caption: "As on a command line",
			bad: "FROM debian:12\nSHELL «/bin/bash -o pipefail -c»\n",
			fixed: 'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n',
		},
		{ caption: "A JSON array", good: 'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n' },
		{
			caption: "Words",
			bad: "FROM debian:12\nSHELL «/bin/bash -o  pipefail -c»\nSHELL «bash»\n",
			fixed: 'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nSHELL ["bash"]\n',
		},
		{
			caption: "Single quotes, a comma too many, backslashes",
			bad: 'FROM debian:12\nSHELL «[\'/bin/bash\', \'-c\']»\nSHELL «["/bin/bash", "-c",]»\nSHELL «["C:\\Windows\\cmd.exe"]»\n',
			fixed: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nSHELL ["/bin/bash", "-c"]\nSHELL ["C:\\\\Windows\\\\cmd.exe"]\n',
		},
		{
			caption: "No brackets, or one of them",
			bad: 'FROM debian:12\nSHELL «"/bin/bash", "-c"»\nSHELL «"/bin/bash", "-c"]»\n',
			fixed: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nSHELL ["/bin/bash", "-c"]\n',
		},
		{
			caption: "A comment behind it",
			bad: 'FROM debian:12\nSHELL «["/bin/bash", "-c"] # for pipes»\n',
			fixed: 'FROM debian:12\n# for pipes\nSHELL ["/bin/bash", "-c"]\n',
		},
		{ caption: "Nothing", bad: 'FROM debian:12\n«SHELL»\nSHELL «[]»\nONBUILD SHELL «bash "-c"»\n' },
		{ caption: "An array", good: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nshell [ "a" ]\n' },
	],
	check(file) {
		if (!/\bshell\b/i.test(file.text) || templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const instruction of allInstructions(file)) {
			const { keyword, keywordSpan, arguments: args, exec } = instruction;
			if (keyword !== "SHELL" || (exec !== undefined && exec.values.length > 0)) continue;
			if (args.text === "") reports.push({ span: keywordSpan, message: "SHELL names no shell" });
			else
				reports.push({
					span: sourceSpan(args, 0, args.text.length),
					message: exec === undefined ? `SHELL takes a JSON array, not ${shortened(args.text, 60)}` : "The array of SHELL is empty",
					fixes: () => commentFix(file, instruction) ?? fixesFor(instruction),
				});
		}
		return reports;
	},
});

/** `["/bin/bash"] # why`: there are no comments behind arguments. */
function commentFix(file: Dockerfile, { arguments: args }: Instruction): readonly Fix[] | undefined {
	const words = splitAtBlanks(args);
	const first = commentStart(words, false);
	if (first === undefined || !isTextArray(args.text.slice(0, first.at).trimEnd())) return undefined;
	const edits = moveCommentAbove(file, sourceSpan(args, first.at, args.text.length));
	return edits && [{ title: "Move the comment above", safety: "review", edits }];
}

function fixesFor({ arguments: args }: Instruction): readonly Fix[] {
	const { text } = args;
	if (text.startsWith("[")) {
		const edits = brokenArray(args)?.edits;
		return edits === undefined ? [] : [{ title: "Write valid JSON", safety: "review", edits }];
	}
	const span = sourceSpan(args, 0, text.length);
	const opened = insertAt(span.start, "[");
	if (isTextArray(`[${text}`)) return [{ title: "Write valid JSON", safety: "review", edits: [opened] }];
	if (isTextArray(`[${text}]`) && text.includes(","))
		return [{ title: "Write valid JSON", safety: "review", edits: [opened, insertAfter(span, "]")] }];
	if (/["'`$#,]/.test(text) || !isContiguous(args, 0, text.length)) return [];
	const array = `[${splitAtBlanks(args)
		.map((word) => JSON.stringify(word.text))
		.join(", ")}]`;
	return [{ title: "Write a JSON array", safety: "review", edits: [replace(span, array)] }];
}
