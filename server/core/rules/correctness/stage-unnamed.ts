import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import { nameForUnnamed, referencesTo } from "../../dockerfile/edits/stageReferences.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const stageUnnamed = defineRule({
	id: "stage-unnamed",
	title: "A stage that is not the last one has no name",
	category: "correctness",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["droast", "DF023"]),
	why: "Such a stage can be reached by its number only, which changes when a stage is put in front of it. Nobody can build it alone with `--target`, and the output of a build calls it `stage-0`.",
	remedy: "Write `AS name` behind the image, and the name in place of the number.",
	references: ["https://docs.docker.com/build/building/multi-stage/#name-your-build-stages"],
	examples: [
		{
			caption: "A builder",
			bad: "FROM «golang:1.22»\nRUN go build -o /app\nFROM debian:12\nCOPY --from=0 /app /app\n",
			fixed: "FROM golang:1.22 AS golang-stage\nRUN go build -o /app\nFROM debian:12\nCOPY --from=golang-stage /app /app\n",
		},
		{ caption: "With a name", good: "FROM golang:1.22 AS build\nRUN go build -o /app\nFROM debian:12\nCOPY --from=build /app /app\n" },
		{
			caption: "Used by number",
			bad: "FROM «golang:1.22»\nRUN make\nFROM debian:12\nCOPY --from=0 /a /a\nCOPY --from=0 /b /b\n",
			fixed: "FROM golang:1.22 AS golang-stage\nRUN make\nFROM debian:12\nCOPY --from=golang-stage /a /a\nCOPY --from=golang-stage /b /b\n",
		},
		{
			caption: "A name that is taken",
			bad: "from «node»\nfrom debian:12 as node-stage\nfrom debian:12\n",
			fixed: "from node as node-stage-2\nfrom debian:12 as node-stage\nfrom debian:12\n",
		},
		{ caption: "The last one, and those that have names", good: "FROM a:1 AS x\nFROM b:1 AS y\nFROM debian:12\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages.slice(0, -1)) {
			const { name, image, from } = stage;
			if (name !== undefined || image === undefined || splitAtBlanks(from.arguments).length !== 1) continue;
			const fresh = nameForUnnamed(stage);
			const references = referencesTo(stage);
			const as = from.keywordText === from.keywordText.toLowerCase() ? "as" : "AS";
			const edits = [insertAfter(image.span, ` ${as} ${fresh}`), ...references.map(({ span }) => replace(span, fresh))];
			reports.push({
				span: image.span,
				message: `Stage ${stage.index}, from ${shortened(image.text, 50)}, has no name`,
				fixes: references.every(({ plain }) => plain) ? [{ title: `Name it ${fresh}`, safety: "review", edits }] : [],
			});
		}
		return reports;
	},
});
