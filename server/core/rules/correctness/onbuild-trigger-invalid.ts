import { removeInstruction, replace } from "../../dockerfile/edits/edit.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Fix } from "../../finding.ts";
import { INSTRUCTIONS } from "../../knowledge/instructions.ts";
import { nearest } from "../../nearest.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const FORBIDDEN = new Set(["ONBUILD", "FROM", "MAINTAINER"]);

export const onbuildTriggerInvalid = defineRule({
	id: "onbuild-trigger-invalid",
	title: "ONBUILD holds something that it cannot",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL3043"],
			["dockerfile-utils", "ONBUILD_TRIGGER_DISALLOWED", "ONBUILD_CHAINING_DISALLOWED"],
			["tally", "invalid-onbuild-trigger"],
			["droast", "DF068"],
		),
		...similar(
			["dockerfile-utils", "UNKNOWN_INSTRUCTION", "DEPRECATED_MAINTAINER"],
			["dockerfilelint", "invalid_command"],
			["hadolint", "DL1000"],
			["sonar", "S2260"],
		),
	],
	onlyWith: { instructions: ["ONBUILD"] },
	why: "The builder refuses ONBUILD, FROM and MAINTAINER inside ONBUILD. A misspelt instruction it stores as it is: the build of this image goes well, and every build that starts from it fails.",
	remedy: "Put one instruction behind ONBUILD, other than these three.",
	references: ["https://docs.docker.com/reference/dockerfile/#onbuild"],
	examples: [
		{
			caption: "One in another",
			bad: "FROM debian:12\nONBUILD «ONBUILD» RUN true\n",
			fixed: "FROM debian:12\nONBUILD RUN true\n",
		},
		{
			caption: "Another image",
			bad: "FROM debian:12\nonbuild «from» debian:11\nONBUILD «MAINTAINER» a\nONBUILD «ONBUILD» FROM a\n",
			fixed: "FROM debian:12\n",
		},
		{
			caption: "No instruction",
			bad: "FROM debian:12\nONBUILD «RUNN» true\nONBUILD «&&» b\n",
			fixed: "FROM debian:12\nONBUILD RUN true\n",
		},
		{ caption: "Everything else", good: "FROM debian:12\nONBUILD COPY . /src\nONBUILD run make\nONBUILD \\\n  # why\n  ENV A=1\n" },
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const instruction of file.instructions) {
			const { trigger } = instruction;
			if (trigger === undefined) continue;
			const { keyword, keywordText, keywordSpan } = trigger;
			if (INSTRUCTIONS.has(keyword) && !FORBIDDEN.has(keyword)) continue;
			const removal: Fix = { title: "Remove the instruction", safety: "review", edits: [removeInstruction(file, instruction)] };
			const inner = trigger.trigger;
			const doubled: Span = { start: keywordSpan.start, end: inner?.keywordSpan.start ?? keywordSpan.end };
			const meant = INSTRUCTIONS.has(keyword) ? undefined : nearest(keyword, [...INSTRUCTIONS]);
			const fix: Fix | undefined =
				keyword === "ONBUILD" && inner !== undefined && INSTRUCTIONS.has(inner.keyword) && !FORBIDDEN.has(inner.keyword)
					? { title: "Remove one ONBUILD", safety: "review", edits: [replace(doubled, "")] }
					: meant !== undefined && !FORBIDDEN.has(meant)
						? { title: `Change to ${meant}`, safety: "review", edits: [replace(keywordSpan, meant)] }
						: undefined;
			const isPlain = !file.text.slice(doubled.start, doubled.end).includes("\n");
			reports.push({
				span: keywordSpan,
				message: INSTRUCTIONS.has(keyword)
					? `ONBUILD cannot hold ${keyword}`
					: `${shortened(keywordText, 40)} behind ONBUILD is not an instruction`,
				fixes:
					fix === undefined || !isPlain
						? file.comments.some((comment) => comment.line > instruction.firstLine && comment.line < instruction.lastLine)
							? []
							: [removal]
						: [fix],
			});
		}
		return reports;
	},
});
