import { removeFlag, replace } from "../../dockerfile/edits/edit.ts";
import { addFlags } from "../../dockerfile/edits/layoutEdit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { mainProgram } from "../../dockerfile/start/mainProgram.ts";
import type { Flag } from "../../dockerfile/syntax/flags.ts";
import { lastStep } from "../../dockerfile/variables/state.ts";
import type { EditFix } from "../../finding.ts";
import { defineRule, type Report } from "../rule.ts";

export const healthcheckTimingSuspicious = defineRule({
	id: "healthcheck-timing-suspicious",
	title: "The times of a health check do not fit together",
	category: "runtime",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["HEALTHCHECK"] },
	why: "A check each second is a process each second in each container. The next check begins one interval after the end of the one before it: with a timeout that is longer than the interval, most of the time in which something hangs passes in waiting for the answer. And a program that needs half a minute to start is called ill, and replaced, before it has begun.",
	remedy: "Ask every 10 to 60 seconds, wait no longer than that for the answer, and give programs that start slowly a `--start-period`.",
	references: ["https://docs.docker.com/reference/dockerfile/#healthcheck"],
	examples: [
		{
			caption: "Each second",
			bad: "FROM nginx:1.27\nHEALTHCHECK --interval=«1s» --timeout=1s CMD curl -f http://localhost/\n",
			fixed: "FROM nginx:1.27\nHEALTHCHECK --interval=10s --timeout=1s CMD curl -f http://localhost/\n",
		},
		{
			caption: "Every ten seconds, within three",
			good: "FROM nginx:1.27\nHEALTHCHECK --interval=10s --timeout=3s CMD curl -f http://localhost/\n",
		},
		{
			caption: "Too often",
			bad: "FROM debian:12\nHEALTHCHECK --interval=«1s» --timeout=500ms CMD a\n",
			fixed: "FROM debian:12\nHEALTHCHECK --interval=10s --timeout=500ms CMD a\n",
		},
		{
			caption: "Longer than the interval, in mixed units",
			bad: "FROM debian:12\nHEALTHCHECK --interval=10s --timeout=«0m10.5s» CMD a\nFROM debian:12\nHEALTHCHECK --timeout=«1m» CMD a\nFROM debian:12\nHEALTHCHECK --start-period=120s --interval=5s --timeout=«10s» --retries=96 CMD a\n",
			fixed:
				"FROM debian:12\nHEALTHCHECK --interval=0m10.5s --timeout=0m10.5s CMD a\nFROM debian:12\nHEALTHCHECK --timeout=1m --interval=1m CMD a\nFROM debian:12\nHEALTHCHECK --start-period=120s --interval=10s --timeout=10s --retries=96 CMD a\n",
		},
		{
			caption: "A flag on each line",
			bad: "FROM debian:12\nHEALTHCHECK --timeout=«45s» \\\n  --retries=5 \\\n  CMD a\n",
			fixed: "FROM debian:12\nHEALTHCHECK --timeout=45s \\\n  --retries=5 \\\n  --interval=45s \\\n  CMD a\n",
		},
		{ caption: "A timeout that is too long itself", bad: "FROM debian:12\nHEALTHCHECK --timeout=«10m» CMD a\n" },
		{
			caption: "No retries is no number of them",
			bad: "FROM debian:12\nHEALTHCHECK «--retries=0» --interval=30s CMD a\n",
			fixed: "FROM debian:12\nHEALTHCHECK --interval=30s CMD a\n",
		},
		{
			caption: "Java takes its time",
			bad: 'FROM eclipse-temurin:21-jre\n«HEALTHCHECK» --interval=30s CMD a\nCMD ["java", "-jar", "a.jar"]\n',
			fixed: 'FROM eclipse-temurin:21-jre\nHEALTHCHECK --interval=30s --start-period=60s CMD a\nCMD ["java", "-jar", "a.jar"]\n',
		},
		{
			caption: "Tomcat",
			bad: 'FROM tomcat:10\n«HEALTHCHECK» --interval=30s CMD a\nCMD ["catalina.sh", "run"]\n',
			fixed: 'FROM tomcat:10\nHEALTHCHECK --interval=30s --start-period=60s CMD a\nCMD ["catalina.sh", "run"]\n',
		},
		{
			caption: "They fit",
			good: 'FROM eclipse-temurin:21-jre\nHEALTHCHECK --interval=1m30s --timeout=5s --start-period=1m --start-interval=1s --retries=3 CMD a\nCMD ["java", "-jar", "a.jar"]\n',
		},
		{
			caption: "As long as the interval, defaults, variables, no check",
			good: "FROM debian:12\nHEALTHCHECK --interval=10s --timeout=10s CMD a\nFROM debian:12\nHEALTHCHECK CMD a\nFROM debian:12\nHEALTHCHECK --timeout=30s CMD a\nFROM debian:12\nHEALTHCHECK --interval=$I --timeout=${T}s CMD a\nFROM debian:12\nHEALTHCHECK NONE\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) if (step.keyword === "HEALTHCHECK") reports.push(...reportsOf(step));
			const step = stage.use === "shipped" ? lastStep(stage, undefined, (candidate) => candidate.keyword === "HEALTHCHECK") : undefined;
			if (
				step?.stage !== stage ||
				/^NONE$/i.test(step.arguments.text.trim()) ||
				!isJava(stage) ||
				step.flags.some(({ name }) => name === "start-period")
			)
				continue;
			reports.push({
				span: step.keywordSpan,
				message: "Java takes a while to start, and the check counts from the first second",
				fixes: () => [{ title: "Add --start-period=60s", safety: "review", edits: [addFlags(file, step, ["--start-period=60s"])] }],
			});
		}
		return reports;
	},
});

const DEFAULT_SECONDS = 30;
/** Who waits longer than a minute for an answer is to lower that instead of asking as seldom. */
const MOST_SECONDS = 60;

function reportsOf(step: Step): readonly Report[] {
	const flag = (name: string) => step.flags.find((candidate) => candidate.name === name);
	const interval = flag("interval");
	const timeout = flag("timeout");
	const retries = flag("retries");
	const every = interval === undefined ? DEFAULT_SECONDS : seconds(interval.value);
	const wait = timeout === undefined ? undefined : seconds(timeout.value);
	const reports: Report[] = [];
	if (interval?.valueSpan !== undefined && every !== undefined && every > 0 && every < 5) {
		reports.push({
			span: interval.valueSpan,
			message: `The check runs every ${interval.value}`,
			fixes: [{ title: "Ask every 10s", safety: "review", edits: [replace(interval.valueSpan, "10s")] }],
		});
	} else if (
		timeout?.valueSpan !== undefined &&
		every !== undefined &&
		wait !== undefined &&
		wait > every &&
		every > 0 &&
		wait > DEFAULT_SECONDS / 10
	) {
		reports.push({
			span: timeout.valueSpan,
			message: `A check may take ${timeout.value}, longer than the ${interval?.value ?? "30s"} between two of them`,
			fixes: () => (wait > MOST_SECONDS ? [] : [raiseInterval(step, timeout.value ?? "", interval)]),
		});
	}
	if (retries?.value === "0")
		reports.push({
			span: retries.span,
			message: "--retries=0 means the default, 3",
			fixes: [{ title: "Remove --retries=0", safety: "safe", edits: [removeFlag(step.stage.file, retries)] }],
		});
	return reports;
}

/** The interval follows the timeout. */
function raiseInterval(step: Step, timeout: string, interval: Flag | undefined): EditFix {
	const raised = `--interval=${timeout}`;
	const edit = interval === undefined ? addFlags(step.stage.file, step, [raised]) : replace(interval.span, raised);
	return { title: `Raise the interval to ${timeout}`, safety: "review", edits: [edit] };
}

const UNITS: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1, ms: 1e-3, us: 1e-6, µs: 1e-6, ns: 1e-9 };

/** `1m30s` in seconds; undefined for what is no duration. */
function seconds(text: string | undefined): number | undefined {
	if (text === undefined || !/^(?:\d+(?:\.\d*)?(?:h|ms|us|µs|ns|m|s))+$/.test(text)) return undefined;
	let sum = 0;
	for (const match of text.matchAll(/(\d+(?:\.\d*)?)(h|ms|us|µs|ns|m|s)/g)) sum += Number(match[1]) * (UNITS[match[2] ?? ""] ?? 0);
	return sum;
}

function isJava(stage: Stage): boolean {
	// Tomcat's script is known, although the file does not show it.
	if (containerStart(stage).commands.some(({ program, args }) => program === "catalina.sh" && /^(?:run|start)$/.test(args[0]?.text ?? "")))
		return true;
	const main = mainProgram(stage);
	return main?.command.program === "java" && !main.command.args.some(({ text }) => text === "-version");
}
