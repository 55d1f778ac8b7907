import { baseName } from "../../baseName.ts";
import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { folderOf } from "../../dockerfile/commands/commandFolder.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { removeInstruction, replace } from "../../dockerfile/edits/edit.ts";
import { standsInOnbuild } from "../../dockerfile/model/instructions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const shellReplacedByLink = defineRule({
	id: "shell-replaced-by-link",
	title: "/bin/sh is replaced by another shell",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL4005"],
		["kics", "8a301064-c291-4b20-adcb-403fe7fd95fd"],
		["semgrep", "use-shell-instruction"],
		["terrascan", "AC_DOCKER_0020"],
	),
	onlyWith: { words: ["ln", "mv", "cp", "install", "dpkg", "alternatives"], texts: ["bin/sh", "dash", "alternatives", "bash sh"] },
	why: "Scripts of the distribution, of packages and of their upgrades are written and tested for the `/bin/sh` that the distribution ships. In the image they run with another one, also in every container. The next upgrade of the package that owns the link puts the old shell back, and RUN instructions that need the new one break.",
	remedy:
		'Tell the builder which shell its instructions are for: `SHELL ["/bin/bash", "-c"]`. Podman ignores SHELL in images of OCI format: there, write `RUN bash -c \'…\'` or a heredoc that begins with `#!/bin/bash`.',
	references: ["https://docs.docker.com/reference/dockerfile/#shell", "https://wiki.debian.org/Shell"],
	examples: [
		{ caption: "SHELL", good: 'FROM ubuntu:24.04\nSHELL ["/bin/bash", "-c"]\nRUN source /etc/os-release && echo $NAME\n' },
		{
			caption: "A link",
			bad: "FROM ubuntu:24.04\nRUN «ln» -snf /bin/bash /bin/sh\nCMD a\n",
			fixed: 'FROM ubuntu:24.04\nSHELL ["/bin/bash", "-c"]\nCMD a\n',
		},
		{ caption: "A copy", bad: "FROM ubuntu:24.04\nRUN «install» -m755 /bin/bash /bin/sh && «install» -m 755 /bin/bash /bin/sh\n" },
		{
			caption: "Behind a removal",
			bad: "FROM ubuntu:24.04\r\nRUN rm /bin/sh && «ln» -s /bin/bash /bin/sh\r\n",
			fixed: 'FROM ubuntu:24.04\r\nSHELL ["/bin/bash", "-c"]\r\n',
		},
		{
			caption: "SHELL has chosen bash, with options of its own",
			bad: 'FROM ubuntu:24.04\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN «ln» -sf /bin/bash /bin/sh\nRUN a\n',
			fixed: 'FROM ubuntu:24.04\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN a\n',
		},
		{
			caption: "Other ways to do it",
			bad: "FROM debian:12\nRUN a && «ln» bash -f -s /usr/bin/sh\nRUN sudo «mv» /bin/bash /bin/sh; «cp» /bin/bash /bin/sh\nRUN echo 'dash dash/sh boolean false' | debconf-set-selections && «dpkg-reconfigure» -f noninteractive dash\nRUN cd /bin && «ln» -sf bash sh\nRUN «update-alternatives» --install /bin/sh sh /bin/bash 100\nRUN «dpkg-divert» --local --rename --add /bin/sh && a\n",
		},
		{
			caption: "SHELL; another link; a shell that moves away from there; BusyBox links its own",
			good: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN ln -s /bin/bash /usr/local/bin/sh && ln -sf /bin/true /bin/sh.distrib && cp /bin/sh /bin/mysh\nRUN dpkg-reconfigure tzdata && update-alternatives --set editor /bin/vi && ln -s /bin/busybox /bin/sh\n',
		},
		{ caption: "What it is anyway", good: "FROM debian:12\nRUN ln -sf /bin/dash /bin/sh\n" },
		{ caption: "Text", good: "FROM debian:12\nRUN echo ln -s /bin/bash /bin/sh\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					const span = command.name?.span;
					const shell = span === undefined ? undefined : replacedBy(step, command);
					// dash in its own place changes nothing.
					if (span === undefined || shell === undefined || (shell === "dash" && stageBaseFacts(stage).shell === "dash")) continue;
					reports.push({
						span,
						message: shell === "" ? "/bin/sh becomes another shell than the distribution's" : `/bin/sh becomes ${shell}`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: () => (shell === "bash" ? fixesFor(step, command) : []),
					});
				}
			}
		}
		return reports;
	},
});

/** Options of install that take the next word. Source: the manual of coreutils 9. */
const INSTALL_VALUES = ["-m", "--mode", "-o", "--owner", "-g", "--group", "-S", "--suffix"];
const SHELLS = /^(?:bash|zsh|ksh|mksh|dash|ash|fish)$/;

/** The shell that takes the place of `/bin/sh`; empty if the command does not name it. */
function replacedBy(step: Step, command: ShellCommand): string | undefined {
	const operands = command.args.filter((word) => !word.text.startsWith("-"));
	const last = operands[operands.length - 1]?.value;
	switch (command.program) {
		case "ln":
		case "mv":
		case "cp":
		case "install": {
			const copied = command.program === "install" ? readArguments(command.args, INSTALL_VALUES).operands : operands;
			const source = nameOf(copied[0]);
			const inFolder = last === "sh" && /^\/(?:usr\/)?bin$/.test(folderOf(step, command) ?? "");
			return copied.length === 2 && (isSystemShell(last) || inFolder) && SHELLS.test(source) ? source : undefined;
		}
		case "dpkg-reconfigure":
			return operands.some((word) => word.value === "dash") ? "" : undefined;
		case "dpkg-divert":
			return isSystemShell(last) && !command.args.some((word) => /^--(?:remove|list|listpackage|truename)$/.test(word.text))
				? ""
				: undefined;
		case "update-alternatives": {
			const set = command.args.findIndex((word) => word.text === "--install" || word.text === "--set");
			const words = command.args.slice(set + 1);
			if (set === -1 || !(isSystemShell(words[0]?.value) || (command.args[set]?.text === "--set" && words[0]?.value === "sh")))
				return undefined;
			return nameOf(words.find((word) => SHELLS.test(nameOf(word))));
		}
		default:
			return undefined;
	}
}

function isSystemShell(path: string | undefined): boolean {
	return path === "/bin/sh" || path === "/usr/bin/sh";
}

function nameOf(word: ShellWord | undefined): string {
	const value = word?.value ?? "";
	return baseName(value);
}

/** SHELL in the place of a RUN that does nothing else. */
function fixesFor(step: Step, command: ShellCommand): readonly Fix[] {
	const { file } = step.stage;
	const others = commandsOf(step).filter((other) => other !== command);
	const prepares = others.every(
		(other) =>
			(other.program === "rm" || other.program === "mv" || other.program === "unlink") &&
			isSystemShell(other.args.find((word) => !word.text.startsWith("-"))?.value),
	);
	const commented = file.comments.some(({ span }) => step.span.start < span.start && span.end < step.span.end);
	if (!prepares || commented || command.program !== "ln" || step.exec !== undefined || step.heredocs.length > 0) return [];
	const note = "Scripts that ask for /bin/sh run with the distribution's own shell again.";
	const shell = shellAt(step.stage, step);
	if (shell.step !== undefined)
		return shell.program === "bash" && !standsInOnbuild(file, step)
			? [{ title: "Remove it: SHELL has chosen bash", safety: "review", edits: [removeInstruction(file, step)], note }]
			: [];
	return [
		{
			title: "Use SHELL for the instructions of this file",
			safety: "review",
			edits: [replace(step.span, 'SHELL ["/bin/bash", "-c"]')],
			note,
		},
	];
}
