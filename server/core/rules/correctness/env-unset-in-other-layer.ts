import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { type Declaration, declarationAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const envUnsetInOtherLayer = defineRule({
	id: "env-unset-in-other-layer",
	title: "A RUN unsets a variable that ENV has set",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S6581"]),
	onlyWith: { instructions: ["ENV"], words: ["unset"] },
	why: "`unset` ends with the shell of its RUN. The variable is still in the image's configuration: every later RUN and every container has it, and if it is a token, whoever has the image can read it.",
	remedy:
		"Use ARG for what the build alone needs, or set the variable in the RUN that needs it: `RUN NAME=value command`. For secrets use a secret mount.",
	references: ["https://docs.docker.com/build/building/best-practices/#env"],
	examples: [
		{ caption: "An ARG is gone when the container runs", good: "FROM debian:12\nARG TOKEN_FILE=/t\nRUN make\n" },
		{
			caption: "At the end of a RUN",
			bad: "FROM debian:12\nENV TOKEN_FILE=/t\nRUN make && unset «TOKEN_FILE»\n",
			fixed: "FROM debian:12\nARG TOKEN_FILE=/t\nRUN make && unset TOKEN_FILE\n",
		},
		{ caption: "Several, from a stage above", bad: "FROM debian:12 AS a\nENV A=1 B=2\nFROM a\nRUN unset -v «A» «B» C; unset «B»\n" },
		{ caption: "Nothing to offer: the container reads it", bad: 'FROM debian:12\nENV D="x y"\nRUN echo $D; unset «D»\nCMD echo $D\n' },
		{
			caption: "For what follows in the same RUN",
			good: "FROM debian:12\nENV A=1\nRUN unset A && make\nRUN (unset A) && make\nRUN f() { unset A; }; f\n",
		},
		{
			caption: "The shell has set it",
			good: "FROM debian:12\nENV A=1\nRUN export A=2 && make && unset A\nRUN B=1; make; unset B\nARG C\nRUN unset C\nRUN unset -f A\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (!stepText(step).includes("unset")) continue;
				const commands = commandsOf(step);
				// What follows may need the variable to be gone.
				const last = commands.findLastIndex((command) => command.program !== "unset");
				const assigned = new Set(commands.flatMap((command) => command.assignments.map(({ name }) => name)));
				for (const command of commands.slice(last + 1)) {
					if (command.within.length > 0 || command.args.some((word) => word.value === "-f")) continue;
					for (const word of command.args) {
						const name = word.value ?? "";
						const declaration = name === "" || assigned.has(name) ? undefined : declarationAt(step, name);
						if (declaration?.kind !== "ENV") continue;
						reports.push({
							span: word.span,
							message: `ENV has set ${shortened(name, 40)}: unset ends with this RUN`,
							related: [{ span: declaration.assignment.nameSpan, message: "The ENV" }],
							fixes: () => fixesFor(step, declaration),
						});
					}
				}
			}
		}
		return reports;
	},
});

/** Instructions that see an ARG as they see an ENV, and that leave nothing of it to containers. */
const BUILD_ONLY = new Set(["RUN", "COPY", "ADD"]);

/** ARG in place of ENV, where it sets nothing else and no other stage sees it. */
function fixesFor(step: Step, { instruction, assignment }: Declaration): readonly Fix[] {
	const { file } = step.stage;
	const own = step.stage.steps.find((candidate) => candidate.keywordSpan.start === instruction.keywordSpan.start);
	if (own === undefined || assignment.legacy || assignmentsOf(own, file.escape).length !== 1) return [];
	if (file.stages.some((other) => other.base.kind === "stage" && other.base.stage === step.stage)) return [];
	// What is started reads it, and what is set from it would change.
	const below = step.stage.steps.slice(own.ordinal + 1);
	if (below.some((other) => !BUILD_ONLY.has(other.keyword) && instructionMentions(other, assignment.name))) return [];
	const keyword = own.keywordText === own.keywordText.toLowerCase() ? "arg" : "ARG";
	return [
		{
			title: "Declare it with ARG",
			safety: "review",
			edits: [replace(own.keywordSpan, keyword)],
			note: "Containers no longer have the variable.",
		},
	];
}
