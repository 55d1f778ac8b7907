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
		{
			caption: "Wherever a comment stands",
			bad: "# «TODO»: pin this\nFROM debian:12\nRUN a && \\\n  # b («FIXME»)\n  c\n#«TODO»\n",
		},
		{ caption: "Other words", bad: "FROM debian:12\n# «HACK» for the old kernel\n", options: { words: ["HACK"] } },
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
		if (!/\w/.test(text[at - 1] ?? "") && !/\w/.test(text[at + word.length] ?? "")) return at;
	}
	return -1;
}
