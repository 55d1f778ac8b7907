import { replace } from "../../dockerfile/edits/edit.ts";
import { stepsNamed } from "../../dockerfile/model/named.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { openQuoteIn } from "../../dockerfile/variables/openQuotes.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Behind the slash, with the quote that may end the word. */
const PROTOCOL = /^(tcp|udp|sctp)["']?$/i;

export const exposeProtoCasing = defineRule({
	id: "expose-proto-casing",
	title: "The protocol of a port is not in lower case",
	category: "runtime",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["buildkit", "ExposeProtoCasing"], ["droast", "DF078"]),
	onlyWith: { instructions: ["EXPOSE"] },
	why: "Builders take `80/TCP` for `80/tcp`. Other programs that read the file or the image compare the text, and find no such port.",
	remedy: "Write `tcp`, `udp` or `sctp`.",
	references: ["https://docs.docker.com/reference/build-checks/expose-proto-casing/"],
	examples: [
		{ caption: "In capital letters", bad: "FROM debian:12\nEXPOSE 80/«TCP»\n", fixed: "FROM debian:12\nEXPOSE 80/tcp\n" },
		{ caption: "In lower case", good: "FROM debian:12\nEXPOSE 80/tcp\n" },
		{
			caption: "Behind a number, a range, a variable",
			bad: "FROM debian:12\nEXPOSE 80/«TCP» 8000-8010/«Udp» $P/«SCTP»\nONBUILD EXPOSE \\\n  # a\n  81/«UDP»\n",
			fixed: "FROM debian:12\nEXPOSE 80/tcp 8000-8010/udp $P/sctp\nONBUILD EXPOSE \\\n  # a\n  81/udp\n",
		},
		{
			caption: "Between quotes",
			bad: "FROM debian:12\nEXPOSE \"5/«TCP»\" '6/«UDP»'\n",
			fixed: "FROM debian:12\nEXPOSE \"5/tcp\" '6/udp'\n",
		},
		{ caption: "Lower case, no protocol, a variable, something else", good: "FROM debian:12\nEXPOSE 80/tcp 81 82/$P 83/FOO $A/TCP/x\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of stepsNamed(file, "EXPOSE")) {
			for (const word of splitAtBlanks(step.arguments)) {
				const slash = word.text.indexOf("/");
				const protocol = PROTOCOL.exec(word.text.slice(slash + 1))?.[1];
				if (slash === -1 || protocol === undefined || protocol === protocol.toLowerCase()) continue;
				if (word.span.end - word.span.start !== word.text.length || openQuoteIn(word.text, file.escape) !== undefined) continue;
				const start = word.span.start + slash + 1;
				const span = { start, end: start + protocol.length };
				const lower = protocol.toLowerCase();
				reports.push({
					span,
					message: `The protocol ${protocol} is not in lower case`,
					fixes: [{ title: `Write ${lower}`, safety: "safe", edits: [replace(span, lower)] }],
				});
			}
		}
		return reports;
	},
});
