import { type Account, type AccountDialect, accountsOf } from "../../dockerfile/accounts/accounts.ts";
import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { containerStart, dropsPrivileges } from "../../dockerfile/start/containerStart.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import type { ShellWord } from "../../shell/model.ts";

import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const userLoginShell = defineRule({
	id: "user-login-shell",
	title: "The account that the container runs as can log in",
	category: "user",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["USER"], words: ["useradd", "adduser"] },
	why: "The account is there to run one program. With a login shell in `/etc/passwd`, `su`, a login service or a job scheduler that is tricked into it gives whoever asks an interactive session as that user. Nothing in a container needs it: `docker exec` starts a shell without looking there.",
	remedy: "Create the account with `--shell /usr/sbin/nologin` (`-s /sbin/nologin` on Alpine and Red Hat).",
	references: [
		"https://manpages.debian.org/bookworm/login/nologin.8.en.html",
		"https://manpages.debian.org/bookworm/passwd/useradd.8.en.html",
	],
	examples: [
		{
			caption: "The shell of the system's default",
			bad: 'FROM debian:12\nRUN useradd -u 1000 «app»\nUSER 1000\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nRUN useradd --shell /usr/sbin/nologin -u 1000 app\nUSER 1000\nCMD ["app"]\n',
		},
		{
			caption: "A shell that is named",
			bad: 'FROM debian:12\nRUN useradd -s «/bin/bash» app\nUSER app\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nRUN useradd -s /usr/sbin/nologin app\nUSER app\nCMD ["app"]\n',
		},
		{
			caption: "Alpine",
			bad: 'FROM alpine\nRUN adduser -D «app»\nUSER app\nCMD ["app"]\n',
			fixed: 'FROM alpine\nRUN adduser -s /sbin/nologin -D app\nUSER app\nCMD ["app"]\n',
		},
		{
			caption: "Red Hat",
			bad: 'FROM rockylinux:9\nRUN useradd --shell=«/bin/sh» app\nUSER app\nCMD ["app"]\n',
			fixed: 'FROM rockylinux:9\nRUN useradd --shell=/sbin/nologin app\nUSER app\nCMD ["app"]\n',
		},
		{
			caption: "None",
			good: 'FROM debian:12\nRUN useradd -s /usr/sbin/nologin app && adduser --system web\nUSER app\nCMD ["app"]\n',
		},
		{ caption: "BusyBox's system users have none", good: 'FROM alpine\nRUN adduser -S app\nUSER app\nCMD ["app"]\n' },
		{ caption: "Another program that ends at once", good: 'FROM debian:12\nRUN useradd -s /bin/false app\nUSER app\nCMD ["app"]\n' },
		{
			caption: "Used to log in",
			good: 'FROM debian:12\nRUN useradd app && su - app -c true\nUSER app\nCMD ["app"]\n',
		},
		{ caption: "Started with a shell", good: 'FROM debian:12\nRUN useradd app\nUSER app\nCMD ["bash"]\n' },
		{
			caption: "Started by a script that nobody sees",
			good: 'FROM debian:12\nRUN useradd app\nUSER app\nENTRYPOINT ["/entrypoint.sh"]\n',
		},
		{
			caption: "A login service is installed",
			good: 'FROM debian:12\nRUN apt-get install -y openssh-server && useradd app\nUSER app\nCMD ["app"]\n',
		},
		{
			caption: "Another user than the one that runs",
			good: 'FROM debian:12\nRUN useradd a && useradd -s /usr/sbin/nologin b\nUSER b\nCMD ["app"]\n',
		},
		{
			caption: "A base that nobody has described",
			good: 'FROM acme/base\nRUN useradd app\nUSER app\nCMD ["app"]\n',
		},
		{
			caption: "For development",
			good: 'FROM debian:12\nRUN useradd vscode\nUSER vscode\nCMD ["app"]\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const account = runtimeAccount(stage);
			const family = stageFamily(stage);
			if (account === undefined || family === undefined || account.uncertain || needsLogin(stage)) continue;
			const shell = shellOf(account);
			if (shell === undefined) continue;
			const nologin = family === "debian" ? "/usr/sbin/nologin" : "/sbin/nologin";
			reports.push({
				span: shell.span,
				message: `The ${account.system ? "service account" : "account"} ${shortened(account.name, 30)} has ${shell.description}`,
				fixes: () => fix(account, shell, nologin),
			});
		}
		return reports;
	},
});

/** The account that the container runs as, where the file creates it. */
function runtimeAccount(stage: Stage): Account | undefined {
	const { value } = userAt(stage);
	if (value.kind !== "set" || value.value === "" || isRootUser(value.value)) return undefined;
	const name = value.value.split(":")[0];
	const found = accountsOf(stage).filter((account) => account.kind === "user" && (account.name === name || account.id?.value === name));
	const [account] = found;
	return found.length === 1 && account !== undefined && !/^(?:vscode|codespace|gitpod|dev|developer)$/.test(account.name)
		? account
		: undefined;
}

/** Whether something logs in as somebody, or the container is for people to work in. */
function needsLogin(stage: Stage): boolean {
	const start = containerStart(stage);
	if (start.commands.length === 0 || start.hiddenScript !== undefined) return true;
	const started = [...start.commands, ...start.scripted];
	if (
		started.some(
			(command) =>
				POSIX_SHELLS.has(command.program ?? "") ||
				dropsPrivileges(command) ||
				/^(?:fish|sshd|cron|crond|supervisord|sudo)$/.test(command.program ?? ""),
		)
	)
		return true;
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some(
			(step) =>
				step.keyword === "RUN" &&
				(/\bsu\b|runuser|chsh|usermod|openssh|sshd|sudo|\bcron|zsh|fish|authorized_keys/.test(stepText(step)) ||
					commandsOf(step).some((command) => command.program === "su")),
		),
	);
}

/** Source: Debian's adduser.conf (DSHELL), BusyBox's adduser. */
const DEFAULT_SHELLS: Readonly<Record<AccountDialect, string>> = {
	shadow: "the system's default login shell",
	debian: "the login shell /bin/bash",
	busybox: "the login shell /bin/sh",
};

interface LoginShell {
	readonly span: Span;
	/** Which one it is, for the message. */
	readonly description: string;
	/** The option's value in the file; undefined where the program's default decides. */
	readonly place: Span | undefined;
}

/** The login shell that the account has; undefined if it has none, or nobody knows. */
function shellOf(account: Account): LoginShell | undefined {
	const { args, dialect, system, nameWord } = account;
	const option = args.options.find(({ name }) => ["-s", "--shell", "-shell"].includes(name));
	if (option === undefined) {
		// Debian's adduser and BusyBox's -S give system users none.
		if (dialect !== "shadow" && system) return undefined;
		return { span: nameWord.span, description: DEFAULT_SHELLS[dialect], place: undefined };
	}
	const path = option.value;
	if (path === undefined || !/\/(?:ba|da|a|z|k)?sh$/.test(path)) return undefined;
	const place = placeOf(option.valueWord ?? option.word, path);
	return place === undefined ? undefined : { span: place, description: `the login shell ${shortened(path, 30)}`, place };
}

function placeOf(word: ShellWord, path: string): Span | undefined {
	const at = word.text.lastIndexOf(path);
	if (at === -1 || word.span.end - word.span.start !== word.text.length) return undefined;
	return { start: word.span.start + at, end: word.span.start + at + path.length };
}

function fix(account: Account, shell: LoginShell, nologin: string): readonly Fix[] {
	const { command, dialect } = account;
	if (command.decoded || command.name === undefined) return [];
	const option = dialect === "busybox" ? "-s" : "--shell";
	const edit = shell.place === undefined ? insertAfter(command.name.span, ` ${option} ${nologin}`) : replace(shell.place, nologin);
	return [{ title: "Give it no login shell", safety: "review", edits: [edit] }];
}
