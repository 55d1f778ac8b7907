import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const userDirectiveInvalid = defineRule({
	id: "user-directive-invalid",
	title: "USER names nothing that can be a user",
	category: "user",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["dockerfilelint", "extra_args"]), ...similar(["droast", "DF071"], ["dockle", "CIS-DI-0001"])],
	onlyWith: { instructions: ["USER"] },
	why: "The builder takes the whole rest of the line as the user, and a comment behind an instruction is none. The next RUN ends with `unable to find user`, or, if there is none, the image is built and its containers do not start.",
	remedy:
		"Write one user, by number or name, with at most one group behind a colon: `USER 10001:10001`. Comments stand on a line of their own.",
	references: ["https://docs.docker.com/reference/dockerfile/#user", "https://docs.docker.com/reference/dockerfile/#format"],
	examples: [
		{ caption: "A comment on a line of its own", good: 'FROM debian:12\n# not root\nUSER app\nCMD ["a"]\n' },
		{
			caption: "A comment behind an instruction is none",
			bad: 'FROM debian:12\nUSER «app # not root»\nCMD ["a"]\n',
			fixed: 'FROM debian:12\n# not root\nUSER app\nCMD ["a"]\n',
		},
		{ caption: "Two users, two groups", bad: "FROM debian:12\nUSER «app group»\nUSER «1000:1000:1000»\n" },
		{ caption: "By argument", bad: 'FROM debian:12\nARG U="a b"\nUSER «$U»\n' },
		{ caption: "In child images", bad: "FROM debian:12\nONBUILD USER «a b»\n" },
		{ caption: "Nothing", bad: 'FROM debian:12\nUSER «""»\n' },
		{
			caption: "Windows line ends",
			bad: "FROM debian:12\r\nUSER «1000 # app»\r\n",
			fixed: "FROM debian:12\r\n# app\r\nUSER 1000\r\n",
		},
		{
			caption: "Users",
			good: 'FROM debian:12\nARG U\nARG G=a\nUSER app\nUSER 1000:1000\nUSER app:$G\nUSER $U\nUSER ${U:-app}\nUSER "app"\nUSER app:\n',
		},
		{ caption: "Another escape character makes no Windows of it", bad: "# escape=`\nFROM debian:12\nUSER «a b»\n" },
		{ caption: "Nobody knows the system", good: "# escape=`\nFROM acme/a:1\nUSER a b\n" },
		{
			caption: "Windows accounts",
			good: "# escape=`\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER NT AUTHORITY\\NetworkService\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "USER" || step.arguments.text === "" || mayBeWindows(stage)) continue;
				const found = reportOf(step);
				if (found !== undefined) reports.push(found);
			}
		}
		return reports;
	},
});

/** Whether the names of accounts may have blanks. Who writes for Windows changes the escape character. */
function mayBeWindows(stage: Stage): boolean {
	const { family } = stageBaseFacts(stage);
	return family === "windows" || (family === undefined && stage.file.escape === "`");
}

function reportOf(step: Step): Report | undefined {
	const { text } = step.arguments;
	const expansion = expandAt(step, text);
	// An argument that is empty unless the build passes it is filled in by somebody.
	if (expansion.kind !== "known" || expansion.unset.length > 0 || text.includes("\\")) return undefined;
	const { value } = expansion;
	const problem = value === "" ? (text.includes("$") ? undefined : "USER is empty") : problemOf(value);
	if (problem === undefined) return undefined;
	return { span: sourceSpan(step.arguments, 0, text.length), message: problem, fixes: () => fixesOf(step) };
}

function problemOf(user: string): string | undefined {
	if (/\s/.test(user.trim())) {
		const comment = user.indexOf("#");
		const shown = shortened(user.replace(/\s+/g, " "), 50);
		return comment > 0 ? `USER takes “${shown}” as a name, number sign and all` : `USER takes “${shown}” as one name`;
	}
	return user.split(":").length > 2 ? `USER ${shortened(user, 50)} has more than one group` : undefined;
}

function fixesOf(step: Step): readonly Fix[] {
	const { file } = step.stage;
	const { text } = step.arguments;
	const sign = text.indexOf("#");
	const user = text.slice(0, sign).trim();
	if (sign < 1 || !/\s/.test(text[sign - 1] ?? "") || /[\s"']/.test(user)) return [];
	return [
		{
			title: "Put the comment on a line of its own",
			safety: "review",
			edits: [insertInstructionBefore(file, step, text.slice(sign).trim()), replace(sourceSpan(step.arguments, 0, text.length), user)],
		},
	];
}
