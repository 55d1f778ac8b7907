import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordValue } from "../../dockerfile/commands/wordValues.ts";
import { referencesTo } from "../../dockerfile/edits/stageReferences.ts";
import { copiedPaths } from "../../dockerfile/files/copiedPaths.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import type { LintSeverity } from "../../finding.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Capabilities that are as good as root, or that reach beyond the container. Source: capabilities(7), Linux 6.9. */
const BROAD = new Set([
	"all",
	"cap_sys_admin",
	"cap_sys_ptrace",
	"cap_sys_module",
	"cap_sys_rawio",
	"cap_net_admin",
	"cap_dac_override",
	"cap_dac_read_search",
	"cap_setuid",
	"cap_setgid",
	"cap_setfcap",
	"cap_setpcap",
	"cap_chown",
	"cap_fowner",
	"cap_mac_admin",
	"cap_mac_override",
	"cap_bpf",
]);

export const fileCapabilityGranted = defineRule({
	id: "file-capability-granted",
	title: "A program gets a part of root's rights",
	category: "user",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["setcap"] },
	why: "A file capability gives every user who starts the program a right that otherwise only root has. Some of these rights are root by another name: `cap_sys_admin` mounts, `cap_dac_override` writes to any file, `cap_setuid` becomes anybody. A container that is started with fewer capabilities, or with `no-new-privileges`, may then not start the program at all.",
	remedy:
		"Listen on a port above 1023 instead of granting `cap_net_bind_service`; containers on current engines may bind low ports without it. Give other capabilities to the container that needs them, with `--cap-add`.",
	references: [
		"https://man7.org/linux/man-pages/man7/capabilities.7.html",
		"https://man7.org/linux/man-pages/man8/setcap.8.html",
		"https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities",
	],
	examples: [
		{ caption: "A low port", bad: "FROM debian:12\nRUN setcap «'cap_net_bind_service=+ep'» \"$(readlink -f $(which node))\"\n" },
		{ caption: "A port that needs none", good: 'FROM node:22\nEXPOSE 8080\nUSER node\nCMD ["node", "server.js"]\n' },
		{
			caption: "As good as root",
			bad: "FROM debian:12\nRUN setcap «cap_sys_admin+ep» /usr/bin/a && setcap «'cap_net_raw,cap_net_admin=eip'» /usr/bin/b\n",
		},
		{
			caption: "All of them, by variable",
			bad: "FROM debian:12\nARG CAPS=all=ep\nRUN setcap «$CAPS» /usr/bin/a; sudo /sbin/setcap «=ep» b\n",
		},
		{ caption: "In a builder", bad: "FROM debian:12 AS b\nRUN setcap «cap_setuid+ep» /a\nFROM scratch\nCOPY --from=b /a /a\n" },
		{
			caption: "Taken away, looked at, gone with a change of owner",
			good: "FROM debian:12\nRUN setcap -r /usr/bin/ping; getcap /usr/bin/ping; setcap -v cap_net_raw+ep /a; setcap $X /b; setcap cap_net_raw-ep /c\nRUN setcap cap_net_raw+ep /d && chown app /d\nRUN apt-get install -y libcap2-bin && echo setcap cap_sys_admin+ep\n",
		},
		{
			caption: "Changes of other files",
			bad: 'FROM node:22\nRUN setcap «cap_sys_admin+ep» "$(readlink -f "$(which node)")"\nRUN chown -R "$(id -u node)" /app\nWORKDIR /a\nRUN setcap «cap_net_admin+ep» app\nWORKDIR /b\nRUN rm app\n',
		},
		{ caption: "To what a command prints", bad: "FROM node:22\nRUN setcap «cap_net_bind_service=+ep» $(readlink -f $(which node))\n" },
		{
			caption: "The helpers of user namespaces, in place of their setuid bit",
			good: "FROM debian:12\nRUN setcap cap_setuid=ep /usr/bin/newuidmap && setcap cap_setgid+eip /usr/bin/newgidmap\n",
		},
		{
			caption: "The same helpers with more",
			bad: "FROM debian:12\nRUN setcap «cap_sys_admin,cap_setuid+ep» /usr/bin/newuidmap && setcap «cap_setuid+ep» /usr/bin/newgidmap\n",
		},
		{
			caption: "Gone in a later step; in a file that stays in its builder",
			good: "FROM debian:12 AS b\nRUN setcap cap_setuid+ep /b\nFROM debian:12\nCOPY --from=b /a /a\nRUN setcap cap_sys_admin=+ep /a/x\nRUN chown -R app:app /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (!step.line.text.includes("setcap") && step.heredocs.length === 0) continue;
				for (const command of commandsOf(step)) {
					for (const grant of grantsOf(step, command)) {
						if (isForUserNamespaces(grant) || isCleared(step, command, grant.file) || isLeftBehind(stage, grant.file)) continue;
						const broad = grant.names.find((name) => BROAD.has(name));
						const severity: LintSeverity | undefined =
							stage.use === "unused" ? "hint" : stage.use === "copied" || broad === undefined ? "info" : undefined;
						const what = broad ?? grant.names[0] ?? "";
						reports.push({
							span: grant.word.span,
							message: `setcap gives ${grant.file === "" ? "a program" : shortened(grant.file, 30)} ${what === "all" ? "all capabilities" : shortened(what, 30)}${broad === undefined ? "" : broad === "cap_net_admin" ? ", rule over its network" : ", a way to root"}`,
							...(severity === undefined ? {} : { severity }),
						});
					}
				}
			}
		}
		return reports;
	},
});

interface Grant {
	readonly word: ShellWord;
	readonly names: readonly string[];
	readonly file: string;
}

/**
 * The two helpers of user namespaces, with the capability that takes the place of their setuid bit: they map only what
 * `/etc/subuid` and `/etc/subgid` allow (newuidmap(1), shadow 4.13).
 */
function isForUserNamespaces({ file, names }: Grant): boolean {
	const [, helper] = /(?:^|\/)new([ug]id)map$/.exec(file) ?? [];
	return helper !== undefined && names.every((name) => name === `cap_set${helper}`);
}

/** The pairs of capabilities and file of a call. */
function grantsOf(step: Step, command: ShellCommand): readonly Grant[] {
	if (command.program !== "setcap") return [];
	const options = command.args.filter((word) => /^-[a-z]/.test(word.text)).map((word) => word.text);
	if (options.some((option) => /^-[a-z]*[rvh]/.test(option))) return [];
	const words = command.args.filter((word) => !/^-[a-z]/.test(word.text));
	const grants: Grant[] = [];
	for (let at = 0; at + 1 < words.length; at += 2) {
		const word = words[at] as ShellWord;
		const file = words[at + 1] as ShellWord;
		const names = granted(wordValue(step, word) ?? "");
		if (names.length > 0) grants.push({ word, names, file: comparable(file).trim() });
	}
	return grants;
}

/** The names in a text such as `cap_net_raw,cap_net_admin=eip cap_setuid+ep`, without those that it takes away. */
function granted(text: string): readonly string[] {
	return text.split(/\s+/).flatMap((clause) => {
		const operator = clause.search(/[=+-]/);
		if (operator === -1 || !/[ep]/.test(clause.slice(operator)) || clause.slice(operator).startsWith("-")) return [];
		const names = clause.slice(0, operator).toLowerCase().split(",");
		return names.map((name) => (name === "" ? "all" : name));
	});
}

/** A change of the owner takes the capabilities of a file away, in the same step or below. */
function isCleared(step: Step, command: ShellCommand, file: string): boolean {
	// What a command prints has no name to compare.
	if (file.replaceAll("\0", "") === "") return false;
	return runSteps(step.stage).some((later) => {
		// A name without a folder may be another file in another step.
		if (later.ordinal < step.ordinal || (later !== step && !file.startsWith("/"))) return false;
		const commands = commandsOf(later);
		return commands.slice(later === step ? commands.indexOf(command) + 1 : 0).some((candidate) => clears(candidate, file));
	});
}

function clears({ program, args }: ShellCommand, file: string): boolean {
	if (program !== "chown" && program !== "rm") return false;
	const recursive = args.some((word) => /^(?:-[a-zA-Z]*[rR]|--recursive)/.test(word.text));
	return args.some((word) => {
		const path = comparable(word).trim();
		return path === file || (recursive && path.startsWith("/") && file.startsWith("/") && isInside(normalPath(file), normalPath(path)));
	});
}

/** Whether no COPY takes the file out of a builder, as far as the sources are known. */
function isLeftBehind(stage: Stage, file: string): boolean {
	if (stage.use !== "copied" || !file.startsWith("/")) return false;
	return referencesTo(stage).every(({ step }) => {
		if (step === undefined || step.keyword !== "COPY") return false;
		const copied = copiedPaths(step);
		return copied.length > 0 && copied.every(({ source }) => !/\$/.test(source) && !isInside(normalPath(file), normalPath(source)));
	});
}
