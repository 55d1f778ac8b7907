import { commandsOf, runSteps, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { serviceScript, startedService, startingOption } from "../../dockerfile/commands/serviceStarts.ts";
import { removeFromRun } from "../../dockerfile/edits/commandEdit.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { mountsOf } from "../../dockerfile/model/mounts.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import type { EditFix } from "../../finding.ts";
import { MACHINE_STOPPERS, SSH_EFFECTS, STATE_VIEWERS, TERMINAL_EDITORS, UNCONCERNED } from "../../knowledge/pointlessCommands.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** The programs that this is about, besides the scripts of services. */
const PROGRAMS: ReadonlySet<string> = new Set([
	...Object.keys(STATE_VIEWERS),
	...MACHINE_STOPPERS,
	...TERMINAL_EDITORS,
	...["service", "systemctl", "kill", "mount", "ssh"],
]);

export const pointlessCommandInRun = defineRule({
	id: "pointless-command-in-run",
	title: "A command has no effect in a build",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3001"],
		["kics", "9b6b0f38-92a2-41f9-b881-3a1083d99f1b"],
		["semgrep", "nonsensical-command"],
		["droast", "DF060"],
	),
	// `/etc/init.d/NAME` starts services, too.
	onlyWith: { words: [...PROGRAMS, "init"] },
	why: "A RUN keeps the files that it leaves behind, and nothing else: when it ends, every process ends. A service that is started there does not run in the container, a mounted file system is gone, and editors wait for somebody who is not there. Such lines are left from a terminal session, and hide that what they promise does not happen.",
	remedy:
		"Start services in the container, with CMD or ENTRYPOINT; a service that the build itself needs is started and used in one RUN. Take the other commands out.",
	references: ["https://docs.docker.com/reference/dockerfile/#run", "https://docs.docker.com/engine/containers/multi-service_container/"],
	examples: [
		{
			caption: "Started by the container",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y nginx\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "A service that nobody uses",
			bad: "FROM debian:12\nRUN apt-get install -y nginx && «service nginx start»\n",
			fixed: "FROM debian:12\nRUN apt-get install -y nginx\n",
		},
		{
			caption: "By its script",
			bad: "FROM debian:12\nRUN apt-get install -y nginx && «/etc/init.d/nginx start»\nRUN mkdir /a && «/etc/init.d/ssh restart»\n",
			fixed: "FROM debian:12\nRUN apt-get install -y nginx\nRUN mkdir /a\n",
		},
		{
			caption: "Enabled, and started at once",
			bad: "FROM debian:12\nRUN apt-get install -y nginx && systemctl enable «--now» nginx\n",
			fixed: "FROM debian:12\nRUN apt-get install -y nginx && systemctl enable nginx\n",
		},
		{
			caption: "All that a RUN does",
			bad: "FROM debian:12\r\nRUN mkdir /x\r\nRUN «systemctl start nginx»\r\nRUN «ps aux»\r\n",
			fixed: "FROM debian:12\r\nRUN mkdir /x\r\n",
		},
		{
			caption: "Terminals and machines",
			bad: "FROM debian:12\nRUN mkdir /a && \\\n    # look\n    «free -m» && \\\n    mkdir /b\nRUN «vim /etc/x.conf» && mkdir /c\nRUN mkdir /d && «reboot»\n",
			fixed: "FROM debian:12\nRUN mkdir /a && \\\n    # look\n    mkdir /b\nRUN mkdir /c\nRUN mkdir /d\n",
		},
		{
			caption: "Other processes, file systems, hosts",
			bad: "FROM debian:12\nRUN «kill -9 3» && mkdir /a\nRUN mkdir /b && «mount -t nfs nas:/x /mnt»\nRUN «ssh deploy@example.com» ; mkdir /c\n",
			fixed: "FROM debian:12\nRUN mkdir /a\nRUN mkdir /b\nRUN mkdir /c\n",
		},
		{
			caption: "What the RUN itself has started, what remains, what the builder allows",
			good: "FROM debian:12\nRUN mysqld & sleep 5; kill $!; kill %1; kill -0 $(cat /run/x.pid)\nRUN mount | grep /mnt; mount\nRUN --mount=type=ssh ssh git@example.com info\nRUN ssh -o StrictHostKeyChecking=no git@example.com || true; ssh -V\nRUN ssh host cat /etc/x > /x\n",
		},
		{ caption: "In exec form", bad: 'FROM debian:12\nRUN ["«ps»", "aux"]\n' },
		{
			caption: "In brackets of the shell",
			bad: "FROM debian:12\nRUN mkdir a && («vim x») && mkdir b\nRUN { «top»; }\n",
			fixed: "FROM debian:12\nRUN mkdir a && (vim x) && mkdir b\n",
		},
		{
			caption: "In brackets with other commands, over lines",
			bad: "FROM debian:12\nRUN { «ps aux»; mkdir /a; }\nRUN { «ps aux»; } \\\n && mkdir x\n",
		},
		{
			caption: "In brackets whose output somebody uses",
			good: "FROM debian:12\nRUN { ps aux; } | grep x && (free -m) > /info\nRUN { ps aux; mkdir /a; } | grep x; (free -m; uptime) > /info; { ps aux; true; } \\\n | grep x\n",
		},
		{
			caption: "A service that the RUN needs, or that is stopped again",
			good: "FROM debian:12\nRUN service mysql start && mysql -e 'create database a'\nRUN service postgresql start && psql -f a.sql && service postgresql stop\nRUN service redis-server start; ./test.sh\nRUN /etc/init.d/mysql start && mysql -e 'create database b'; /etc/init.d/nginx status; /etc/init.d/ssh status\n",
		},
		{
			caption: "Units that are enabled, scripts of editors, questions with an answer",
			good: "FROM debian:12\nRUN systemctl enable nginx && vim +PlugInstall +qall && vim -es -u a.vim\nRUN ps aux | grep x && kill $(ps -o pid= -C y) && if ps -p 1 > /dev/null; then true; fi\nRUN --security=insecure mount -t tmpfs tmpfs /mnt\nRUN apt-get install -y vim nano procps && which top && command -v reboot && free -m > /mem\n",
		},
		{
			caption: "A replacement for systemctl",
			good: "FROM debian:12\nCOPY systemctl3.py /usr/bin/systemctl\nRUN systemctl start nginx\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const [index, command] of commandsOf(step).entries()) {
					const fact = isConcerned(command) && isPlain(step, command) ? factOf(step, command, index) : undefined;
					if (fact === undefined) continue;
					// In exec form quotes stand between the words.
					const inArray = step.exec !== undefined && scriptsOf(step).length === 0;
					const whole = inArray ? (command.name?.span ?? command.span) : command.span;
					reports.push({
						span: startingOption(command)?.span ?? whole,
						message: fact,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: () => fixesOf(step, command),
					});
				}
			}
		}
		return reports;
	},
});

function isConcerned(command: ShellCommand): boolean {
	return (command.program !== undefined && PROGRAMS.has(command.program)) || serviceScript(command) !== undefined;
}

/** Enough of the text behind a command to see how its group goes on. */
const MOST_BEHIND = 200;

/** Plain commands up to a bracket whose output nobody takes, also over continued lines. */
const GROUP_END = /^(?:[ \t]*(?:&&|;|[\\`]?\r?\n)[^(){}|<>"'$#]*)?[ \t]*;?[ \t]*[)}](?:[ \t]|[\\`]\r?\n)*(?:&&|;|\r?\n|$)/;

/** Whether the output and the result of a command go nowhere. */
function isPlain(step: Step, { within, pipeline, redirects, connector, span }: ShellCommand): boolean {
	const inside = within.every((enclosure) => enclosure === "wrapper" || enclosure === "group" || enclosure === "subshell");
	// What stands behind the bracket could use the output of all that is in it.
	const enclosed = within.includes("group") || within.includes("subshell");
	if (enclosed && !GROUP_END.test(step.stage.file.text.slice(span.end, span.end + MOST_BEHIND))) return false;
	return inside && pipeline === undefined && connector !== "||" && !redirects.some(({ operator }) => /^(?:>|<)/.test(operator));
}

function factOf(step: Step, command: ShellCommand, index: number): string | undefined {
	const { program, args } = command;
	if (program === undefined) return undefined;
	const service = startedService(command);
	if (service !== undefined) {
		if (lastConcerned(step) > index || (program === "systemctl" && isReplaced(step))) return undefined;
		return `${shortened(service, 40)} is started in a build step, and stops with it`;
	}
	// The script of a service is none of the programs of its name.
	if (serviceScript(command) !== undefined) return undefined;
	if (Object.hasOwn(STATE_VIEWERS, program)) {
		// `ifconfig lo up` changes something.
		if (program === "ifconfig" && args.length > 1) return undefined;
		return `${program} ${STATE_VIEWERS[program]}`;
	}
	if (MACHINE_STOPPERS.has(program) && args.every((word) => !/help|version/.test(word.text))) return `${program} stops nothing in a build`;
	if (TERMINAL_EDITORS.has(program))
		return args.every((word) => /^[\w./~]/.test(word.text)) ? `${program} waits at a terminal that a build does not have` : undefined;
	return elsewhere(step, command);
}

/** What a command does to processes, file systems and hosts that are not the build's. */
function elsewhere(step: Step, { program, args }: ShellCommand): string | undefined {
	switch (program) {
		case "kill":
			// Whoever started it in this RUN has its number from the shell.
			return args.length > 0 && args.every((word) => /^(?:-\w+|\d+)$/.test(word.text)) && /^\d+$/.test(args[args.length - 1]?.text ?? "")
				? "kill ends a process of this step, which would end with it"
				: undefined;
		case "mount":
			return args.some((word) => /^(?:-a|--all|[^-].*)$/.test(word.text)) && !step.flags.some(({ name }) => name === "security")
				? "mount is not allowed in a build step, and would be gone behind it"
				: undefined;
		case "ssh":
			return args.length > 0 && !args.some((word) => SSH_EFFECTS.test(word.text)) && !mountsOf(step).some(({ type }) => type === "ssh")
				? "ssh works on another host: nothing of it comes into the image"
				: undefined;
		default:
			return undefined;
	}
}

/** The place of the last command of a RUN that may use a service; -1 without one. */
const lastConcerned = remembered((step: Step): number => commandsOf(step).findLastIndex((command) => !isUnconcerned(command)));

function isUnconcerned(command: ShellCommand): boolean {
	return (
		command.program !== undefined && UNCONCERNED.has(command.program) && !command.args.some((word) => /^(?:stop|status)$/.test(word.text))
	);
}

/** Whether another step brings a program of its own under the name of systemctl. */
function isReplaced(step: Step): boolean {
	return lineage(step.stage).some((ancestor) => replacements(ancestor).some((other) => other !== step));
}

const replacements = remembered((stage: Stage): readonly Step[] =>
	stage.steps.filter(
		(step) =>
			(step.keyword === "COPY" || step.keyword === "ADD" || step.keyword === "RUN") &&
			/systemctl[\w.]*\.py|\/s?bin\/systemctl/.test(stepText(step)) &&
			instructionMentions(step, "systemctl"),
	),
);

function fixesOf(step: Step, command: ShellCommand): readonly EditFix[] {
	if (command.decoded) return [];
	const now = startingOption(command);
	if (now !== undefined)
		return step.exec === undefined ? [{ title: "Remove --now", safety: "review", edits: [removeArgument(step.stage.file, now.span)] }] : [];
	if (command.within.includes("subshell")) return [];
	const edits = removeFromRun(step, [command]);
	if (edits === undefined) return [];
	const service = startedService(command);
	const what = service === undefined ? (command.program ?? "the command") : `the start of ${shortened(service, 40)}`;
	return [{ title: `Remove ${what}`, safety: "review", edits }];
}
