import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const todoComment = defineRule({
	id: "todo-comment",
	title: "A comment says that something is still to be done",
	category: "labels",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S1135"]),
	onlyWith: { texts: ["#"] },
	why: "Such notes are written for a day and stay for years. Nobody searches the Dockerfile for them, and what was known to be wrong is shipped.",
	remedy: "Do it, or file it where work is planned, and take the note away.",
	references: ["https://docs.docker.com/reference/dockerfile/#format"],
	options: [{ name: "words", description: "The words to look for, in capital letters.", default: ["TODO", "FIXME"] }],
	examples: [
		{ caption: "Left to do", bad: '# «TODO»: pin this\nFROM debian:12\nCMD ["app"]\n' },
		{ caption: "A comment that explains", good: '# The newest release that the drivers support\nFROM debian:12\nCMD ["app"]\n' },
		{
			caption: "Wherever a comment stands",
			bad: "# «TODO»: pin this\nFROM debian:12\nRUN a && \\\n  # b («FIXME»)\n  c\n#«TODO»\n",
		},
		{ caption: "Other words", bad: "FROM debian:12\n# «HACK» for the old kernel\n", options: { words: ["HACK"] } },
		{
			caption: "Behind slashes, with a stop and without a blank, beside an address",
			bad: "FROM debian:12\n# // «TODO» a\n#  «TODO».Then b\n# see https://example.com/TODO «FIXME»: c\n# «TODO»/«FIXME»: d\n# «TODO» https://example.com/a.md\n",
		},
		{
			caption: "Behind a folder with a colon, in front of a stop or a version",
			bad: "FROM debian:12\n# wip/«TODO»: pin this\n# docs/«TODO»: write them\n# «TODO».fix this\n# «TODO»-1.x upgrade\n",
		},
		{
			caption: "Parts of paths, names of files and addresses",
			good: "FROM debian:12\n# see FIXME.md\n# http://x/TODO\n# (https://example.com/?q=TODO)\n# listed in docs/TODO, ../TODO and TODO/later.txt\n# TODO-list.md.\n",
		},
		{
			caption: "Parts of words, and what is no comment",
			good: "# escape=`\nFROM debian:12\n# TODOS and todo lists, MASTODON\nRUN echo TODO # FIXME\nCOPY <<E /a\n# TODO\nE\n",
		},
	],
	check(file, { options }) {
		const words = (options["words"] as readonly string[]).filter((word) => file.text.includes(word));
		if (words.length === 0) return [];
		const reports: Report[] = [];
		for (const { text, textSpan } of file.comments) {
			for (const word of words) {
				const at = wordAt(text, word);
				if (at === -1) continue;
				const span = { start: textSpan.start + at, end: textSpan.start + at + word.length };
				reports.push({
					span,
					message: `${word}: ${saidBehind(text, at + word.length)}`,
				});
			}
		}
		return reports;
	},
});

/** What follows the word: the beginning of it, without the full stop. */
function saidBehind(text: string, at: number): string {
	const said = shortened(
		text
			.slice(at)
			.replace(/^\([^()]{0,50}\)/, "")
			.replace(/^[\s:()-]+/, ""),
		60,
	).replace(/[.\s]+$/, "");
	return said === "" ? "nothing said" : said;
}

/** Where a word stands by itself; -1 if it does not. */
function wordAt(text: string, word: string): number {
	if (word === "") return -1;
	for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) {
		const end = at + word.length;
		if (!/\w/.test(text[at - 1] ?? "") && !/\w/.test(text[end] ?? "") && !isInPath(text, at, end)) return at;
	}
	return -1;
}

/** The longest path that is looked at, to each side. */
const LONGEST_PATH = 300;

/** How names of files end that hold notes, or that somebody names after them. */
const ENDING = String.raw`\.(?:md|mdx|markdown|txt|rst|adoc|org|html?|json|ya?ml|toml|xml|csv|py|js|ts|sh|rb|php)(?!\w)`;
const FILE_NAME = new RegExp(String.raw`^(?:\/[\w-]+(?:\/\w|${ENDING})|[\w-]*${ENDING})`, "i");

/** Whether a word is a part of an address, a path or the name of a file: `https://x/TODO`, `docs/TODO`, `TODO/a.txt`, `TODO-list.md`; `wip/TODO: a` is none. */
function isInPath(text: string, at: number, end: number): boolean {
	const before = text.slice(Math.max(0, at - LONGEST_PATH), at);
	const behind = text.slice(end, end + LONGEST_PATH);
	if (/:\/\/[^\s"'<>]*$/.test(before) || FILE_NAME.test(behind)) return true;
	return /[a-z0-9_.~$}-]\/$/.test(before) && !/^:(?:\s|$)/.test(behind);
}
