import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepsNamed } from "../../dockerfile/model/named.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { SIGNALS, signalName } from "../../knowledge/signals.ts";
import { sourceSpan } from "../../mappedText.ts";
import { nearest } from "../../nearest.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const stopsignalInvalid = defineRule({
	id: "stopsignal-invalid",
	title: "STOPSIGNAL names no signal",
	category: "runtime",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["dockerfile-utils", "INVALID_SIGNAL", "ARGUMENT_EXTRA"]),
	onlyWith: { instructions: ["STOPSIGNAL"] },
	why: "The build ends at a name that is no signal, and at a comment behind one. A number beyond 64 is built, and the engine then fails to stop the container.",
	remedy: "Write the name of a signal with `SIG` in front, such as `SIGTERM`, `SIGQUIT` or `SIGRTMIN+3`.",
	references: ["https://docs.docker.com/reference/dockerfile/#stopsignal", "https://man7.org/linux/man-pages/man7/signal.7.html"],
	examples: [
		{ caption: "Misspelt", bad: "FROM debian:12\nSTOPSIGNAL «SIGTREM»\n", fixed: "FROM debian:12\nSTOPSIGNAL SIGTERM\n" },
		{ caption: "A signal", good: "FROM debian:12\nSTOPSIGNAL SIGTERM\n" },
		{
			caption: "A slip: the nearest name is offered",
			bad: "FROM debian:12\nSTOPSIGNAL «SIGTREM»\nONBUILD STOPSIGNAL «SIG_QUIT»\n",
			fixed: "FROM debian:12\nSTOPSIGNAL SIGTERM\nONBUILD STOPSIGNAL SIGQUIT\n",
		},
		{
			caption: "No signal at all, too high a number, too far from the real-time ones",
			bad: "FROM debian:12\nSTOPSIGNAL «0»\nFROM debian:12\nSTOPSIGNAL «65»\nFROM debian:12\nSTOPSIGNAL «SIGRTMIN+99»\n",
		},
		{
			caption: "A comment behind it",
			bad: "FROM debian:12\nSTOPSIGNAL «SIGTERM # in good order»\n",
		},
		{ caption: "Through a variable", bad: "FROM debian:12\nARG S=STOP!NOW\nSTOPSIGNAL «$S»\n" },
		{
			caption: "Names in every spelling, numbers, variables",
			good: 'FROM debian:12\nARG S\nSTOPSIGNAL SIGTERM\nSTOPSIGNAL term\nSTOPSIGNAL 15\nSTOPSIGNAL RTMIN+3\nSTOPSIGNAL SIGRTMAX-14\nSTOPSIGNAL "SIGQUIT"\nSTOPSIGNAL $S\nSTOPSIGNAL 64\n',
		},
		{ caption: "Windows knows no signals", good: "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nSTOPSIGNAL CTRL\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of stepsNamed(file, "STOPSIGNAL")) {
			const { text } = step.arguments;
			const expansion = expandAt(step, text);
			if (text === "" || expansion.kind !== "known" || stageFamily(step.stage) === "windows") continue;
			// A variable without a value leaves nothing, and that is another mistake.
			if (expansion.value === "" || signalName(expansion.value) !== undefined) continue;
			const name = shortened(expansion.value, 50);
			reports.push({
				span: sourceSpan(step.arguments, 0, text.length),
				message: expansion.value.includes(" #") ? `${name}: the comment is taken for a part of the signal` : `${name} is no signal`,
				fixes: () => fixesFor(step, expansion.value),
			});
		}
		return reports;
	},
});

function fixesFor(step: Step, value: string): readonly Fix[] {
	const { text } = step.arguments;
	if (value !== text || !/^[A-Za-z_]+$/.test(value)) return [];
	const upper = value.toUpperCase().replaceAll("_", "");
	const name = nearest(upper.startsWith("SIG") ? upper : `SIG${upper}`, Object.keys(SIGNALS));
	if (name === undefined) return [];
	return [{ title: `Write ${name}`, safety: "review", edits: [replace(sourceSpan(step.arguments, 0, text.length), name)] }];
}
