import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Instructions that put files or folders into a stage. */
const FILLING = new Set(["RUN", "COPY", "ADD", "WORKDIR"]);

export const copyFromEmptyStage = defineRule({
	id: "copy-from-empty-stage",
	title: "A file is copied from a stage in which there is nothing",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "copy-from-empty-scratch-stage"]),
	onlyWith: { instructions: ["COPY"], texts: ["scratch"] },
	why: "A stage that starts from `scratch` and is given no files has none: the builder stops at the copy.",
	remedy: "Add the files to the stage, or copy from the one that has them.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---from"],
	examples: [
		{
			caption: "Nothing was copied to it",
			bad: "FROM scratch AS files\nLABEL vendor=acme\nFROM debian:12\nCOPY --from=files «/app» /app\n",
		},
		{ caption: "Something was copied to it", good: "FROM scratch AS files\nCOPY app /app\nFROM debian:12\nCOPY --from=files /app /app\n" },
		{
			caption: "Settings are no files",
			bad: "FROM scratch AS empty\nENV A=1\nLABEL b=c\nFROM empty AS more\nUSER 1\nFROM debian:12\nCOPY --from=empty «/a» /a\nCOPY --from=0 --chown=1 «b» «c/» /d/\nCOPY --from=more «/a» /a\n",
		},
		{
			caption: "Something is in it",
			good: "FROM scratch AS a\nCOPY x /x\nFROM scratch AS b\nWORKDIR /y\nFROM a AS c\nFROM debian:12 AS d\nFROM debian:12\nCOPY --from=a /x /x\nCOPY --from=b /y /y\nCOPY --from=c /x /x\nCOPY --from=d /etc /etc\n",
		},
		{
			caption: "All of nothing is nothing",
			good: "FROM scratch AS a\nFROM debian:12\nCOPY --from=a / /x/\nCOPY --from=a . /x/\nCOPY --from=a /lib/*.so /x/\nRUN --mount=from=a,target=/x true\n",
		},
		{ caption: "A path that only the build knows", good: "ARG P\nFROM scratch AS a\nFROM debian:12\nARG P\nCOPY --from=a $P /x/\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "COPY" || !step.flags.some((flag) => flag.name === "from")) continue;
				const target = sourcesOf(step, file)[0]?.target;
				if (target?.kind !== "stage" || target.stage.index >= stage.index || !isEmpty(target.stage)) continue;
				for (const { text, span } of copied(step)) {
					if (!namesFile(step, text)) continue;
					reports.push({
						span,
						message: `There is no ${shortened(text, 40)} in an empty stage`,
						related: [{ span: target.stage.from.span, message: "The stage, to which nothing is added" }],
					});
				}
			}
		}
		return reports;
	},
});

function isEmpty(stage: Stage): boolean {
	if (rootBase(stage).kind !== "scratch") return false;
	return lineage(stage).every((ancestor) => ancestor.steps.every((step) => !FILLING.has(step.keyword)));
}

function copied(step: Step): readonly { readonly text: string; readonly span: Span }[] {
	const words =
		step.exec === undefined ? splitAtBlanks(step.arguments) : step.exec.elements.map(({ value, span }) => ({ text: value, span }));
	return words.slice(0, -1);
}

/** Whether a source names something: the root folder is there, and a pattern may match nothing. */
function namesFile(step: Step, text: string): boolean {
	const expansion = expandAt(step, text);
	if (expansion.kind !== "known" || expansion.unset.length > 0 || /[*?[\\]|^<</.test(expansion.value)) return false;
	return normalPath(expansion.value) !== "/" && !/^[A-Za-z]:/.test(expansion.value);
}
