import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeFromRun } from "../../dockerfile/edits/commandEdit.ts";
import { upgradesSystem } from "../../dockerfile/layers/systemUpgrade.ts";
import { standsInOnbuild } from "../../dockerfile/model/instructions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { listsNeededAfter } from "../../dockerfile/packages/aptLists.ts";
import { hidesCommands } from "../../dockerfile/packages/hiddenCommands.ts";
import { callHasOption, type PackageCall, packageCallAt, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { SYSTEM_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const systemUpgradeDiscouraged = defineRule({
	id: "system-upgrade-discouraged",
	title: "All packages of the base image are upgraded",
	category: "packages",
	severity: "info",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["trivy", "DS-0024"],
			["semgrep", "avoid-apk-upgrade", "avoid-apt-get-upgrade", "avoid-dnf-update", "avoid-yum-update", "avoid-zypper-update"],
			["dockle", "DKL-DI-0003"],
			["dockerfilelint", "apt-get-upgrade", "apt-get-dist-upgrade"],
			["terrascan", "AC_DOCKER_0003", "AC_DOCKER_0029", "AC_DOCKER_0039", "AC_DOCKER_0052"],
			["droast", "DF069"],
		),
		...similar(["hadolint", "DL3005", "DL3017", "DL3031", "DL3039"]),
	],
	excludes: ["security-upgrade-missing"],
	supersededBy: ["zypper-dist-upgrade"],
	onlyWith: { words: SYSTEM_MANAGER_WORDS },
	why: "An upgrade of everything replaces what the base image's makers tested by whatever is newest on the day of the build: two builds of one commit differ, and each upgraded file takes room a second time.\n\nThis is the older of two policies. Docker and OWASP no longer give the advice, because a base image that is rebuilt rarely leaves known holes open; the rule is off by default, and cannot be on together with the one that asks for upgrades.",
	remedy: "Move to a newer base image, pinned by digest, and upgrade single packages by name where a fix cannot wait.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#rebuild-your-images-often",
		"https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html",
	],
	examples: [
		{ caption: "What is needed alone", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n" },
		{
			caption: "Everything",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «upgrade» -y && apt-get install -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{
			caption: "With the update that was there for it alone",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «upgrade» -y\nRUN mkdir /a && apt-get update && apt-get «upgrade» -y && apt-get clean\n",
			fixed: "FROM debian:12\nRUN mkdir /a && apt-get clean\n",
		},
		{
			caption: "With all that was there for it",
			bad: "FROM debian:bookworm\nRUN apt-get update && export DEBIAN_FRONTEND=noninteractive \\\n    && apt-get «upgrade» -y \\\n    && rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get «upgrade» -y && rm -rf /var/lib/apt/lists/* /opt/a\nRUN sudo apt-get update && sudo apt-get «upgrade» -y && sudo apt-get clean\n",
			fixed: "FROM debian:bookworm\nRUN rm -rf /var/lib/apt/lists/* /opt/a\n",
		},
		{
			caption: "For child images",
			bad: "FROM debian:12\nONBUILD RUN apt-get update && apt-get «upgrade» -y && rm -rf /var/lib/apt/lists/*\nRUN a\n",
			fixed: "FROM debian:12\nONBUILD RUN rm -rf /var/lib/apt/lists/*\nRUN a\n",
		},
		{
			caption: "In other dialects, alone in its RUN, with Windows line breaks",
			bad: "FROM alpine:3.20\r\nRUN apk -U «upgrade»\r\nFROM rockylinux:9\r\nRUN dnf -y «update» && \\\r\n    # one\r\n    dnf install -y a && yum «upgrade» -y\r\nCOPY --from=0 /a /a\r\n",
			fixed: "FROM alpine:3.20\r\nFROM rockylinux:9\r\nRUN \\\r\n    # one\r\n    dnf install -y a\r\nCOPY --from=0 /a /a\r\n",
		},
		{
			caption: "An operator at both ends of its line",
			bad: "FROM alpine:3.23\nRUN apk update \\\n    && apk «upgrade» && \\\n    apk add --no-cache bash\n",
			fixed: "FROM alpine:3.23\nRUN apk update && \\\n    apk add --no-cache bash\n",
		},
		{
			caption: "Single packages, lists alone, nobody knows",
			good: "FROM alpine:3.20\nRUN apk upgrade openssl && apk add --upgrade curl && yum update -y glibc && apt-get update && apt-get install --only-upgrade -y a && dnf upgrade -y $PACKAGES && apt-get dist-upgrade -s\nRUN zypper -n patch && yum update --security -y && dnf upgrade-minimal -y\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const word = call.verbWord;
					if (word === undefined || !upgradesSystem(call) || call.uncertain || isHarmless(call) || isLimited(call)) continue;
					reports.push({
						span: word.span,
						message: `${call.program} ${call.verb} upgrades every package of the base image`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: () => fixesOf(step, call),
					});
				}
			}
		}
		return reports;
	},
});

function isHarmless(call: PackageCall): boolean {
	return callHasOption(
		call,
		"-s",
		"--simulate",
		"--dry-run",
		"--help",
		"-h",
		"--assumeno",
		"--downloadonly",
		"--download-only",
		"--installroot",
		"--root",
		"-p",
	);
}

/** Whether a call brings fixes alone, which is less than everything. */
function isLimited(call: PackageCall): boolean {
	const limits = ["--security", "--advisory", "--advisories", "--bugfix", "--cve", "--cves", "--sec-severity", "--secseverity"];
	return call.verb === "patch" || call.verb.endsWith("-minimal") || callHasOption(call, ...limits);
}

function fixesOf(step: Step, call: PackageCall): readonly EditFix[] {
	const { command, program, verb } = call;
	if (command.decoded) return [];
	const removed = [...updatesFor(step, call), command];
	const whole = !standsInOnbuild(step.stage.file, step) && isOnlyFramed(step, removed) ? removeFromRun(step, commandsOf(step)) : undefined;
	const edits = whole ?? removeFromRun(step, removed) ?? removeFromRun(step, [command]);
	return edits === undefined
		? []
		: [
				{
					title: `Remove ${program} ${verb}`,
					safety: "review",
					edits,
					note: "Known holes of the base image stay open until it is replaced.",
				},
			];
}

/** The `apt-get update` that was there for an upgrade alone; none where something else needs the lists. */
function updatesFor(step: Step, call: PackageCall): readonly ShellCommand[] {
	const others = packageCallsOf(step).filter((other) => other !== call && other.kind !== "clean");
	const updates = others.filter(({ manager, kind }) => manager === "apt" && kind === "refresh").map(({ command }) => command);
	if (call.manager !== "apt" || updates.length === 0 || updates.length < others.length || listsNeededAfter(step).answer !== "no") return [];
	const commands = commandsOf(step);
	return commands.some((command) => hidesCommands(step, command)) ? [] : updates;
}

/** Whether all that a RUN does besides some commands is to set variables for them, and to clean up behind them. */
function isOnlyFramed(step: Step, framed: readonly ShellCommand[]): boolean {
	const commands = commandsOf(step);
	const wrappers = new Set(commands.map(({ wrapper }) => wrapper));
	return commands.every((command) => {
		if (framed.includes(command) || wrappers.has(command)) return true;
		return command.name === undefined || command.program === "export" || command.program === "set" || cleansUp(step, command);
	});
}

/** `apt-get clean`, `rm -rf /var/lib/apt/lists/*`. */
function cleansUp(step: Step, command: ShellCommand): boolean {
	const paths = command.args.filter(({ text }) => !text.startsWith("-"));
	if (command.program === "rm") return paths.length > 0 && paths.every(({ text }) => /^\/var\/(?:lib\/apt|cache)\//.test(text));
	return packageCallAt(step, command)?.kind === "clean";
}
