import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { copySteps } from "../../dockerfile/model/instructions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const copySourceOutsideContext = defineRule({
	id: "copy-source-outside-context",
	title: "A source is meant to lie outside of the build context",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["dockerfilelint", "add_src_invalid"]),
	onlyWith: { instructions: ["COPY", "ADD"], texts: ["..", "~/", "users", "/home/"] },
	why: "Nothing outside of the build context can be copied. BuildKit drops leading `../` without a word and looks for the rest in the context: mostly the build fails, and where a file of that name is there, that one is copied. A tilde or the path of the developer's machine is looked for in the context, too.",
	remedy:
		"Build with a folder further up as context, `docker build -f app/Dockerfile .`, or hand over a second one with `--build-context shared=../shared` and copy with `--from=shared`.",
	references: [
		"https://docs.docker.com/build/concepts/context/",
		"https://docs.docker.com/reference/cli/docker/buildx/build/#build-context",
	],
	examples: [
		{ caption: "A folder further up", bad: "FROM node:22\nCOPY «../shared» /app/shared\n" },
		{ caption: "A folder of the context", good: "FROM node:22\nCOPY shared /app/shared\n" },
		{ caption: "Further up", bad: 'FROM debian:12\nCOPY a «../b» «./../c» /d/\nADD ["«../e»", "/f"]\nCOPY «g/../../h» /h\n' },
		{
			caption: "The developer's own files",
			bad: "FROM debian:12\nCOPY «~/.npmrc» /root/\nCOPY «/Users/ann/app» «/home/ann/app» /app/\nONBUILD ADD «C:\\Users\\ann\\x» /x\n",
		},
		{
			caption: "Inside of it",
			good: "FROM debian:12\nCOPY a/../b /b\nCOPY ..a /a\nCOPY /c /c\nCOPY x~ ~x /x/\nCOPY /home/app/.bashrc /home/app/\nCOPY /home/app /app\nADD https://example.com/../a /a\nCOPY <<../e /e\n../e\n",
		},
		{
			caption: "Below /home by WORKDIR and variables, or nobody knows where",
			good: "FROM debian:12\nARG D\nENV HOME=/home/app\nCOPY /home/app/x $D\nCOPY /home/app/x $HOME/\nWORKDIR /home/app\nCOPY /home/app/x ./\nFROM acme/base\nCOPY /home/app/x ./\n",
		},
		{ caption: "From elsewhere", good: "FROM debian:12\nCOPY --from=shared ../a /a\nARG P=../x\nCOPY $P /x\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of copySteps(file)) {
			const words = step.arguments.text.includes("..") || /~\/|Users|\/home\//.test(step.arguments.text) ? copyWordsOf(step) : undefined;
			if (words === undefined || step.flags.some((flag) => flag.name === "from")) continue;
			for (const { text, span, heredoc } of words.sources) {
				if (heredoc || text.includes("$") || text.includes("://") || text.startsWith("<<")) continue;
				if (climbsOut(text))
					reports.push({ span, message: `${shortened(text, 50)} leads out of the build context, and the builder drops the dots` });
				else if (isDevelopers(text) || (isBelowHome(text) && leavesHome(step)))
					reports.push({ span, message: `${shortened(text, 50)} is looked for in the build context, not on this machine` });
			}
		}
		return reports;
	},
});

/** Whether a source names a developer's home, by a path that no context has. */
function isDevelopers(path: string): boolean {
	return /^~\/|^\/Users\/|^[A-Za-z]:[\\/]Users[\\/]/.test(path);
}

function isBelowHome(path: string): boolean {
	return /^\/home\/[^/]+\/./.test(path);
}

/** Whether a copy goes elsewhere than below /home: a context that has a `home` of its own lays it over that of the image. */
function leavesHome(step: Step): boolean {
	const target = contextCopyOf(step)?.target;
	return target !== undefined && target !== "/home" && !target.startsWith("/home/");
}

function climbsOut(path: string): boolean {
	let depth = 0;
	for (const part of path.split(/[\\/]/)) {
		if (part === "..") depth--;
		else if (part !== "" && part !== ".") depth++;
		if (depth < 0) return true;
	}
	return false;
}
