import { replace } from "../../dockerfile/edits/edit.ts";
import { quoteAsOneWord } from "../../dockerfile/edits/quote.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import type { Fix } from "../../finding.ts";
import { sliceMapped } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const legacyKeyValue = defineRule({
	id: "legacy-key-value",
	title: "A name and its value are separated by a blank",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: [...same(["buildkit", "LegacyKeyValueFormat"], ["droast", "DF082"]), ...similar(["dockerfilelint", "label_invalid"])],
	supersededBy: ["key-value-syntax"],
	onlyWith: { instructions: ["ENV", "LABEL"] },
	why: "In `ENV NAME value` the rest of the line, equals signs included, is one value. `ENV A=1 B=2` sets two variables, `ENV A 1 B=2` sets one to `1 B=2`, and nothing says that this is not what was meant. A second variable cannot be added to the line without rewriting it. The form is deprecated.",
	remedy: 'Write `NAME=value`, with double quotes around a value that has blanks: `ENV OPTIONS="-a -b"`.',
	references: [
		"https://docs.docker.com/reference/build-checks/legacy-key-value-format/",
		"https://docs.docker.com/reference/dockerfile/#env",
	],
	examples: [
		{ caption: "A setting", bad: "FROM node:22\nENV «NODE_ENV» production\n", fixed: "FROM node:22\nENV NODE_ENV=production\n" },
		{ caption: "An equals sign", good: "FROM node:22\nENV NODE_ENV=production\n" },
		{
			caption: "One word needs no quotes",
			bad: "FROM debian:12\nENV «GOPATH» /go\nLABEL  «vendor»\tacme\nenv «PATH» $GOPATH/bin:$PATH\n",
			fixed: "FROM debian:12\nENV GOPATH=/go\nLABEL  vendor=acme\nenv PATH=$GOPATH/bin:$PATH\n",
		},
		{
			caption: "The whole rest of the line is the value",
			bad: "FROM debian:12\nENV «OPTS» -a  -b=1 c\nENV «ONE» two=three\nENV «A» B C=D\n",
			fixed: 'FROM debian:12\nENV OPTS="-a  -b=1 c"\nENV ONE=two=three\nENV A="B C=D"\n',
		},
		{
			caption: "Quotes and escapes go where they did",
			bad: 'FROM debian:12\nENV «A» "x y"\nENV «B» -Dx="y z" \'w $v\'\nENV «C» a\\ b \\"c\\" \\d ${E:-f g}\nENV «F» "a\\b \\$c" d\n',
			fixed: 'FROM debian:12\nENV A="x y"\nENV B="-Dx=y z w \\$v"\nENV C="a b \\"c\\" d ${E:-f g}"\nENV F="a\\b \\$c d"\n',
		},
		{
			caption: "More than one line",
			bad: "FROM debian:12\nENV «OPTS» -a \\\n    # why\n    -b\nENV «LIST» \\\n    c\\\n    d\n",
			fixed: 'FROM debian:12\nENV OPTS="-a \\\n    # why\n    -b"\nENV LIST="c\\\n    d"\n',
		},
		{
			caption: "Windows line breaks and escape character",
			bad: "# escape=`\r\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nENV «DIR» C:\\Program Files\\x\r\nENV «TWO» a `\r\n  b\r\n",
			fixed:
				'# escape=`\r\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nENV DIR="C:\\Program Files\\x"\r\nENV TWO="a `\r\n  b"\r\n',
		},
		{
			caption: "Nothing to offer: the value is refused, or says another thing between quotes",
			bad: 'FROM debian:12\nENV «A» it\'s\nENV «B» ${X:-"y z"} w\nENV «C» \\\n  # d\n  e\n',
		},
		{
			caption: "Pairs",
			good: 'FROM debian:12\nENV A=b C="d e"\nLABEL a=b\nARG D\n',
		},
		{ caption: "The build that starts from this image sees it", good: "FROM debian:12\nONBUILD ENV A b\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "ENV" && step.keyword !== "LABEL") continue;
				const assignment = assignmentsOf(step, file.escape)[0];
				if (assignment?.legacy !== true) continue;
				reports.push({
					span: assignment.nameSpan,
					message: `${step.keyword} ${shortened(assignment.name, 60)} is written without an equals sign`,
					tags: ["deprecated"],
					fixes: () => fixesFor(step, assignment),
				});
			}
		}
		return reports;
	},
});

function fixesFor(step: Step, { name, value, nameSpan, valueSpan }: Assignment): readonly Fix[] {
	const { arguments: args } = step;
	const { text, escape } = step.stage.file;
	if (value === undefined || valueSpan === undefined || /["'=]/.test(name)) return [];
	const quotes = quoteAsOneWord(sliceMapped(args, args.text.length - value.length, args.text.length), escape);
	const gap = { start: nameSpan.end, end: valueSpan.start };
	// A comment between the two lines would be lost.
	if (quotes === undefined || text.slice(gap.start, gap.end).includes("#")) return [];
	return [{ title: "Write an equals sign", safety: "safe", edits: [replace(gap, "="), ...quotes] }];
}
