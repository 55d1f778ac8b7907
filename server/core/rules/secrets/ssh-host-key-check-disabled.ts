import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { outputFiles } from "../../dockerfile/commands/writtenWords.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { HOST_KEYS } from "../../knowledge/hostKeys.ts";
import { type MappedText, sourceSpan } from "../../mappedText.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { defineRule, type Report } from "../rule.ts";

export const sshHostKeyCheckDisabled = defineRule({
	id: "ssh-host-key-check-disabled",
	title: "SSH believes whoever answers",
	category: "secrets",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: ["keyscan", "stricthostkey", "userknownhosts"] },
	why: "The host key is what tells the real server from one in between. Without the check, or with a key that `ssh-keyscan` fetched a second before over the same network, whoever controls a name server, a router or a proxy between the builder and the server can hand out other code, and is offered the use of the builder's SSH agent. The setting mostly outlives the build, in `/etc/ssh` or in `GIT_SSH_COMMAND`.",
	remedy:
		"Put the host's published key into `known_hosts`: copy a file that is under review, or write the line in the RUN. GitHub, GitLab and Bitbucket publish theirs.",
	references: [
		"https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/githubs-ssh-key-fingerprints",
		"https://docs.gitlab.com/user/gitlab_com/#ssh-known_hosts-entries",
		"https://man.openbsd.org/ssh_config#StrictHostKeyChecking",
		"https://man.openbsd.org/ssh-keyscan#SECURITY",
	],
	examples: [
		{
			caption: "The key is known",
			good: "FROM debian:12\nCOPY known_hosts /root/.ssh/known_hosts\nRUN --mount=type=ssh git clone git@git.acme.dev:a/b.git /src\n",
		},
		{
			caption: "The host asked for its own key",
			bad: "FROM debian:12\nRUN mkdir -p ~/.ssh && «ssh-keyscan» -t rsa github.com >> ~/.ssh/known_hosts\n",
			fixed:
				'FROM debian:12\nRUN mkdir -p ~/.ssh && echo "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl" >> ~/.ssh/known_hosts\n',
		},
		{
			caption: "Hosts whose keys nobody knows here, through tee",
			bad: "FROM debian:12\nRUN «ssh-keyscan» git.acme.dev >> /etc/ssh/ssh_known_hosts; «ssh-keyscan» -p 22 gitlab.com a.b | tee -a /root/.ssh/known_hosts\n",
		},
		{
			caption: "The check switched off",
			bad: 'FROM debian:12\nRUN ssh -o «StrictHostKeyChecking=no» -o UserKnownHostsFile=/dev/null a@b true\nRUN scp -o«UserKnownHostsFile=/dev/null» a b:c\nENV GIT_SSH_COMMAND="ssh -o «StrictHostKeyChecking=no»"\n',
		},
		{
			caption: "Written into the settings",
			bad: "FROM debian:12\nRUN printf 'Host *\\n\\t«StrictHostKeyChecking no»\\n' > /root/.ssh/config && git config --global core.sshCommand 'ssh -o «StrictHostKeyChecking=off»'\nCOPY <<EOF /root/.ssh/config\nHost *\n  «StrictHostKeyChecking no»\nEOF\n",
		},
		{
			caption: "The first answer is believed, later ones are checked",
			bad: "FROM debian:12\nRUN ssh -o «StrictHostKeyChecking=accept-new» a@b true\n",
		},
		{
			caption: "Compared, looked at, checked",
			good: "FROM debian:12\nRUN ssh-keyscan github.com > /k && echo 'abc  /k' | sha256sum -c && cat /k >> ~/.ssh/known_hosts; ssh-keyscan a.b\nRUN ssh -o StrictHostKeyChecking=yes a@b true\nRUN ssh-keyscan github.com | tee -a ~/.ssh/known_hosts | ssh-keygen -lf - | grep SHA256:abc\n",
		},
		{ caption: "Comments", good: "FROM debian:12\n# StrictHostKeyChecking no\nRUN <<EOF\n# StrictHostKeyChecking no\ntrue\nEOF\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const lowered = stage.use === "unused" ? { severity: "hint" as const } : {};
			for (const step of stage.steps) {
				if (step.heredocs.length === 0 && !/keyscan|StrictHostKey|UserKnownHosts/i.test(step.line.text)) continue;
				for (const found of [...scans(step), ...switches(step)]) reports.push({ ...found, ...lowered });
			}
		}
		return reports;
	},
});

function scans(step: Step): readonly Report[] {
	const commands = step.keyword === "RUN" ? commandsOf(step) : [];
	if (commands.some(isComparison)) return [];
	const reports: Report[] = [];
	for (const command of commands) {
		if (command.program !== "ssh-keyscan" || command.name === undefined) continue;
		if (!outputFiles(step, command).some((path) => /known_hosts/.test(path))) continue;
		const hosts = readArguments(command.args, ["-f", "-O", "-p", "-T", "-t"]).operands;
		const [host] = hosts;
		const key = hosts.length === 1 ? ownValue(HOST_KEYS, host?.value) : undefined;
		const last = command.args.at(-1);
		const whole =
			last !== undefined && last === host && command.name.text === "ssh-keyscan" && !command.decoded && command.wrapper === undefined;
		reports.push({
			span: command.name.span,
			message: "ssh-keyscan believes whoever answers, and the key goes into known_hosts",
			fixes:
				key === undefined || !whole || last === undefined
					? []
					: [
							{
								title: `Write the published key of ${host?.value ?? "the host"}`,
								safety: "review",
								edits: [replace({ start: command.name.span.start, end: last.span.end }, `echo "${key}"`)],
								note: "The key is Ed25519, which every SSH client since 2014 knows.",
							},
						],
		});
	}
	return reports;
}

/** Whether a command of the step compares keys with what is known. */
function isComparison(command: ShellCommand): boolean {
	if (/^(?:sha256sum|sha512sum|shasum|cmp|diff)$/.test(command.program ?? "")) return true;
	const words = command.args.map((word) => word.text);
	return (
		(command.program === "ssh-keygen" && words.some((word) => /^-[a-zA-Z]*l/.test(word))) ||
		(command.program === "grep" && words.some((word) => /SHA256|AAAA/.test(word)))
	);
}

const SWITCHES = /StrictHostKeyChecking[= \t]{1,4}["']?(no|off|accept-new)\b|UserKnownHostsFile[= \t]{1,4}["']?\/dev\/null/gi;

/** The settings in an instruction and its heredocs; of those on one line only the first. */
function switches(step: Step): readonly Report[] {
	const texts = step.keyword === "LABEL" ? [] : [step.line, ...step.heredocs.map((heredoc) => heredoc.body)];
	const reports: Report[] = [];
	for (const text of texts) {
		let lineOfLast = -1;
		for (const match of text.text.matchAll(SWITCHES)) {
			const start = text.text.lastIndexOf("\n", match.index) + 1;
			if (start === lineOfLast && isSameCommand(text, match.index)) continue;
			if (text.text.slice(start, match.index).trimStart().startsWith("#")) continue;
			lineOfLast = start;
			const gentle = match[1]?.toLowerCase() === "accept-new";
			reports.push({
				span: sourceSpan(text, match.index, match.index + match[0].replace(/["']/g, "").length),
				message: `${match[0].replace(/["']/g, "").trim()}: ${gentle ? "the first host key that comes is believed" : "no host key is checked"}`,
				...(gentle ? { severity: "info" as const } : {}),
			});
		}
	}
	return reports;
}

/** Whether nothing that ends a command stands between the place and the setting before it. */
function isSameCommand(text: MappedText, at: number): boolean {
	const before = text.text.slice(Math.max(0, at - 200), at);
	const last = Math.max(before.lastIndexOf("StrictHostKeyChecking"), before.lastIndexOf("UserKnownHostsFile"));
	return last !== -1 && !/&&|;|\|/.test(before.slice(last));
}
