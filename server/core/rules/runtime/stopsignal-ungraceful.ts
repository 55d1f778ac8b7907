import { stageBaseFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { imageServer } from "../../dockerfile/start/imageServer.ts";
import { mainProgram } from "../../dockerfile/start/mainProgram.ts";
import { lastStep } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { GRACEFUL_SIGNALS, signalName } from "../../knowledge/signals.ts";
import { sourceSpan } from "../../mappedText.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

export const stopsignalUngraceful = defineRule({
	id: "stopsignal-ungraceful",
	title: "The container is stopped with a signal that interrupts its work",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		{ tool: "tally", id: "no-ungraceful-stopsignal", relation: "similar" },
		{ tool: "tally", id: "prefer-nginx-sigquit", relation: "similar" },
		{ tool: "tally", id: "prefer-systemd-sigrtmin-plus-3", relation: "similar" },
		{ tool: "tally", id: "prefer-canonical-stopsignal", relation: "similar" },
	],
	onlyWith: { instructions: ["CMD", "ENTRYPOINT", "STOPSIGNAL"] },
	why: "No program can react to SIGKILL or SIGSTOP: with one of them as STOPSIGNAL each stop, and each roll-out of a new version, cuts requests off and leaves files half written. Some servers take SIGTERM for the order to stop at once, and have another signal for ending their work first: nginx and php-fpm SIGQUIT, Apache SIGWINCH. systemd shuts its services down on SIGRTMIN+3.",
	remedy:
		"Set the signal that the main program ends its work on, by its full name. The official images of nginx, httpd and php-fpm do so already.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#stopsignal",
		"https://nginx.org/en/docs/control.html",
		"https://httpd.apache.org/docs/2.4/stopping.html",
	],
	examples: [
		{
			caption: "The signal on which the server ends its work",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y nginx\nSTOPSIGNAL SIGQUIT\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "Nothing can be done on SIGKILL",
			bad: "FROM debian:12\nSTOPSIGNAL «SIGKILL»\n",
			fixed: "FROM debian:12\nSTOPSIGNAL SIGTERM\n",
		},
		{
			caption: "By number, in a stage that others start from",
			bad: "FROM debian:12 AS a\nSTOPSIGNAL «19»\nFROM a\nCMD a\n",
			fixed: "FROM debian:12 AS a\nSTOPSIGNAL SIGTERM\nFROM a\nCMD a\n",
		},
		{
			caption: "A server that was installed, and the signal that it ends its work on",
			bad: 'FROM debian:12\nRUN apt-get install -y nginx\nCOPY . .\n# go\n«CMD» ["nginx", "-g", "daemon off;"]\n',
			fixed: 'FROM debian:12\nRUN apt-get install -y nginx\nCOPY . .\nSTOPSIGNAL SIGQUIT\n# go\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "Another signal than the one of the base image, behind an init",
			bad: 'FROM nginx:1.27\nSTOPSIGNAL «SIGTERM»\nENTRYPOINT ["tini", "--", "nginx", "-g", "daemon off;"]\n',
			fixed: 'FROM nginx:1.27\nSTOPSIGNAL SIGQUIT\nENTRYPOINT ["tini", "--", "nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "systemd",
			bad: 'FROM fedora:40\nSTOPSIGNAL «SIGINT»\nCMD ["/sbin/init"]\n',
			fixed: 'FROM fedora:40\nSTOPSIGNAL SIGRTMIN+3\nCMD ["/sbin/init"]\n',
		},
		{
			caption: "systemd without a signal of its own",
			bad: 'FROM debian:12\n«CMD» ["/lib/systemd/systemd"]\n',
			fixed: 'FROM debian:12\nSTOPSIGNAL SIGRTMIN+3\nCMD ["/lib/systemd/systemd"]\n',
		},
		{
			caption: "The base image starts the server",
			bad: "FROM nginx:1.27\nSTOPSIGNAL «SIGTERM»\n",
			fixed: "FROM nginx:1.27\nSTOPSIGNAL SIGQUIT\n",
		},
		{
			caption: "dumb-init passes another one on",
			good: 'FROM debian:12\nENTRYPOINT ["dumb-init", "--rewrite", "15:3", "--"]\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{ caption: "BusyBox's init", good: 'FROM alpine\nCMD ["/sbin/init"]\n' },
		{
			caption: "Not the name that everything else uses",
			bad: "FROM debian:12\nSTOPSIGNAL «quit»\n",
			fixed: "FROM debian:12\nSTOPSIGNAL SIGQUIT\n",
		},
		{ caption: "A number", bad: "FROM debian:12\nSTOPSIGNAL «15»\n", fixed: "FROM debian:12\nSTOPSIGNAL SIGTERM\n" },
		{ caption: "Set in a stage below", good: 'FROM debian:12 AS a\nSTOPSIGNAL SIGQUIT\nFROM a\nCMD ["nginx", "-g", "daemon off;"]\n' },
		{ caption: "The official image has set it", good: 'FROM nginx:1.27\nCMD ["nginx", "-g", "daemon off;"]\n' },
		{ caption: "Nobody knows what the base image has set", good: 'FROM acme/web\nCMD ["nginx"]\n' },
		{ caption: "A script", good: 'FROM debian:12\nCMD ["/start.sh", "nginx"]\n' },
		{ caption: "A list of commands, and a shell that stays", good: "FROM debian:12\nCMD service x start && nginx\n" },
		{ caption: "Another program", good: 'FROM debian:12\nCMD ["app", "nginx"]\n' },
		{ caption: "nginx in the background is not what the container lives on", good: 'FROM debian:12\nCMD ["nginx", "-t"]\n' },
		{ caption: "A variable", good: "FROM debian:12\nARG S\nSTOPSIGNAL $S\n" },
		{ caption: "No signal at all", good: "FROM debian:12\nSTOPSIGNAL SIGFOO\n" },
	],
	check(file) {
		const reported = new Set<Step>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || stageFamily(stage) === "windows") continue;
			const step = lastStep(stage, undefined, (candidate) => candidate.keyword === "STOPSIGNAL" && candidate.arguments.text !== "");
			const report = step === undefined ? missing(stage) : reported.has(step) ? undefined : setTo(stage, step);
			if (step !== undefined) reported.add(step);
			if (report !== undefined) reports.push(report);
		}
		return reports;
	},
});

interface Wanted {
	readonly program: string;
	readonly signal: string;
	readonly otherwise: string;
}

function wantedSignal(stage: Stage): (Wanted & { readonly step: Step }) | undefined {
	const main = mainProgram(stage);
	// A shell in between takes the signal, and php-fpm8.3 is php-fpm.
	if (main === undefined || main.behindShell || containerStart(stage).commands.some(rewritesSignals)) return undefined;
	const written = (main.command.program ?? "").replace(/^(php-fpm)[0-9.]+$/, "$1");
	const path = main.command.name?.value;
	const program = path === "/sbin/init" || path === "/usr/sbin/init" || path === "/lib/systemd/systemd" ? "systemd" : written;
	if (!Object.hasOwn(GRACEFUL_SIGNALS, program) || isShort(main.command.args.map((word) => word.text))) return undefined;
	const entry = GRACEFUL_SIGNALS[program];
	return entry === undefined ? undefined : { program, ...entry, step: main.step };
}

/** dumb-init can be told to pass another signal on: `--rewrite 15:3`. */
function rewritesSignals({ program, args }: ShellCommand): boolean {
	return program === "dumb-init" && args.some(({ text }) => /^(?:-r|--rewrite)/.test(text));
}

/** What an image starts by itself, where the file leaves it alone. */
function inheritedSignal(stage: Stage): Wanted | undefined {
	const program = imageServer(stage);
	const entry = ownValue(GRACEFUL_SIGNALS, program);
	return program === undefined || entry === undefined ? undefined : { program, ...entry };
}

/** A call that prints or checks something and ends. */
function isShort(words: readonly string[]): boolean {
	return words.some((word) => /^-(?:t|T|v|V|h|\?|s|-help|-version|-test)$/.test(word));
}

function setTo(stage: Stage, step: Step): Report | undefined {
	const { text } = step.arguments;
	const expansion = expandAt(step, text);
	const name = expansion.kind === "known" ? signalName(expansion.value) : undefined;
	if (expansion.kind !== "known" || name === undefined) return undefined;
	const span = sourceSpan(step.arguments, 0, text.length);
	const literal = text === expansion.value;
	const fix = (signal: string, safety: "safe" | "review"): Pick<Report, "fixes"> =>
		literal ? { fixes: [{ title: `Write ${signal}`, safety, edits: [replace(span, signal)] }] } : {};
	const wanted = wantedSignal(stage) ?? inheritedSignal(stage);
	if (name === "SIGKILL" || name === "SIGSTOP")
		return { span, message: `${name} leaves the program no chance to end its work`, ...fix(wanted?.signal ?? "SIGTERM", "review") };
	if (wanted !== undefined && name !== wanted.signal && (name === "SIGTERM" || name === "SIGINT"))
		return { span, message: `On ${name} ${wanted.program} ${wanted.otherwise}`, severity: "info", ...fix(wanted.signal, "review") };
	if (expansion.value === name || !literal) return undefined;
	return { span, message: `${expansion.value} is another way to say ${name}`, severity: "hint", ...fix(name, "safe") };
}

/** Without STOPSIGNAL it is SIGTERM, where the base image is known to set none. */
function missing(stage: Stage): Report | undefined {
	const wanted = plainDistribution(stage) ? wantedSignal(stage) : undefined;
	// BusyBox has an init of its own.
	if (wanted === undefined || (wanted.program === "systemd" && stageBaseFacts(stage).shell === "busybox")) return undefined;
	const edit = insertBeforeStart(stage, `STOPSIGNAL ${wanted.signal}`);
	return {
		span: wanted.step.keywordSpan,
		message: `On SIGTERM, the signal of docker stop, ${wanted.program} ${wanted.otherwise}`,
		severity: "info",
		fixes: edit === undefined ? [] : [{ title: `Stop with ${wanted.signal}`, safety: "review", edits: [edit] }],
	};
}
