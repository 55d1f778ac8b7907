import { orderOf } from "../../dockerfile/commands/commandOrder.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { isOnlyCommand } from "../../dockerfile/edits/commandEdit.ts";
import { insertInstructionAfter, insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import { isOpen } from "../../dockerfile/edits/stageEnd.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { installedPackages, isRemovedAgain } from "../../dockerfile/packages/installedPackages.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const suInsteadOfUser = defineRule({
	id: "su-instead-of-user",
	title: "A build step changes its user with su",
	category: "user",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["su", "runuser"] },
	why: "`su` starts a login of its own: it asks PAM, may ask for a password, sets or keeps variables by rules that differ between distributions, and puts the command into a string that is quoted twice. USER does the same without any of it, and shows in the image's history who did what.",
	remedy: "Put `USER name` above the step, write the command as it is, and `USER root` below it where root has to go on.",
	references: ["https://docs.docker.com/reference/dockerfile/#user", "https://man7.org/linux/man-pages/man1/su.1.html"],
	examples: [
		{
			caption: "A step of another user",
			bad: 'FROM node:22\nWORKDIR /app\nCOPY --chown=node . .\nRUN «su» node -c \'npm ci\'\nCMD ["node", "server.js"]\n',
			fixed: 'FROM node:22\nWORKDIR /app\nCOPY --chown=node . .\nUSER node\nRUN npm ci\nUSER root\nCMD ["node", "server.js"]\n',
		},
		{ caption: "A USER above", good: "FROM node:22\nUSER node\nRUN npm ci\n" },
		{
			caption: "All that a step does",
			bad: "FROM debian:12\nRUN «su» app -c 'npm ci'\nCMD a\n",
			fixed: "FROM debian:12\nUSER app\nRUN npm ci\nUSER root\nCMD a\n",
		},
		{
			caption: "Among others, with other programs, as a login",
			bad: "FROM debian:12\nRUN make && «su» - app -c 'npm ci'; runuser -u app -- npm test\nRUN «runuser» -u app -- npm test; su -s /bin/sh -c \"true $X\" app\n",
		},
		{
			caption: "When the container starts, to root, without a command",
			good: "FROM debian:12\nCMD su app -c a\nRUN su root -c b; su -c c; command -v su; apt-get install -y su-exec; echo su app -c d\n",
		},
		{
			caption: "A question about the user's surroundings",
			good: "FROM debian:12\nRUN echo \"PATH=$(runuser -l app -c 'echo $PATH')\" >> /home/app/.ssh/environment && A=$(su app -c id)\n",
		},
		{
			caption: "Among packages that one layer installs and removes",
			good: 'FROM alpine:3.22\nRUN apk add --no-cache --virtual .build-deps gcc make && su nobody -s /bin/sh -c "cd /tmp/x && make" && apk del .build-deps\n',
		},
		{
			caption: "Behind them, or with packages that stay",
			bad: "FROM alpine:3.22\nRUN apk add --virtual .d gcc && make && apk del .d && «su» app -c ./a\nRUN apk add curl && «su» app -c ./b && apk del wget\n",
		},
		{ caption: "A user whom only the build knows", good: "FROM debian:12\nRUN su $(cat /name) -c 'npm ci'\n" },
		{ caption: "USER", good: "FROM debian:12\nUSER app\nRUN npm ci\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (!/\bsu\b|runuser/.test(step.line.text) && step.heredocs.length === 0) continue;
				// One finding for a step.
				const [first, ...others] = commandsOf(step)
					.flatMap((command) => callOf(command) ?? [])
					.filter(({ command }) => !isAmongInstalls(step, command));
				if (first === undefined) continue;
				const { command, name, user } = first;
				reports.push({
					span: name.span,
					message: `${command.program} runs a command as ${shortened(comparable(user), 40)}, which USER is for`,
					related: others.map((other) => ({ span: other.name.span, message: "Here, too" })),
					fixes: () => fix(step, command, user),
				});
			}
		}
		return reports;
	},
});

interface Call {
	readonly command: ShellCommand;
	readonly name: ShellWord;
	readonly user: ShellWord;
}

/** A call that USER could replace: not one that only asks for something, in a substitution. */
function callOf(command: ShellCommand): Call | undefined {
	const { name } = command;
	const user = command.within.includes("substitution") ? undefined : otherUser(command);
	return name === undefined || user === undefined ? undefined : { command, name, user };
}

/** Whether the RUN installs something in front of a command and takes it out behind it: root has to stand around it, in one layer. */
function isAmongInstalls(step: Step, command: ShellCommand): boolean {
	const { first, last } = passingInstalls(step);
	const at = orderOf(step).get(command) ?? -1;
	return first < at && at < last;
}

/** The places of the first command of a RUN that installs what the RUN takes out again, and of the last one that takes something out. */
const passingInstalls = remembered((step: Step): { readonly first: number; readonly last: number } => {
	const order = orderOf(step);
	const removal = packageCallsOf(step).findLast(({ kind }) => kind === "remove");
	const install = removal === undefined ? undefined : installedPackages(step).find((found) => isRemovedAgain(step, found));
	const placeOf = (call: PackageCall | undefined): number | undefined => (call === undefined ? undefined : order.get(call.command));
	return { first: placeOf(install?.call) ?? Number.POSITIVE_INFINITY, last: placeOf(removal) ?? -1 };
});

/** The word that names the user of `su USER -c …` and `runuser -u USER -- …`. */
function otherUser(command: ShellCommand): ShellWord | undefined {
	if (command.program !== "su" && command.program !== "runuser") return undefined;
	const args = readArguments(command.args, ["-c", "--command", "-s", "--shell", "-g", "--group", "-G", "-u", "--user", "-w"]);
	const named = args.options.find(({ name }) => name === "-u" || name === "--user")?.valueWord;
	const runs = named !== undefined || args.options.some(({ name }) => name === "-c" || name === "--command");
	const user = named ?? args.operands.find((word) => word.text !== "-");
	if (!runs || user === undefined || user.value === "root") return undefined;
	// USER knows no commands.
	return user.parts.some(({ kind }) => kind === "command") ? undefined : user;
}

/** For `su USER -c 'script'` as the only command of a step of root. */
function fix(step: Step, command: ShellCommand, user: ShellWord): readonly Fix[] {
	const { file } = step.stage;
	const now = userAt(step.stage, step).value;
	const at = command.args.findIndex((word) => word.text === "-c");
	const script = command.args[at + 1];
	const plain = command.args.length === 3 && script !== undefined && /^(?:'[^'\n]*'|"[^"$`\\\n]*")$/.test(script.text);
	// Without its quotes a script could be a flag, exec form, a heredoc or a line that goes on.
	if (script === undefined || !/^.[\w./~$]/.test(script.text) || /<<|[\\`]/.test(script.text)) return [];
	if (!plain || command.decoded || user.value === undefined || command.assignments.length > 0) return [];
	if (command.wrapper !== undefined || command.redirects.length > 0 || step.heredocs.length > 0) return [];
	if (now.kind !== "set" || !isRootUser(now.value) || !isOnlyCommand(step, command) || isOpen(step)) return [];
	return [
		{
			title: `Run the step as ${shortened(user.value, 30)}`,
			safety: "review",
			edits: [
				insertInstructionBefore(file, step, `USER ${user.value}`),
				replace(command.span, script.text.slice(1, -1)),
				insertInstructionAfter(file, step, "USER root"),
			],
		},
	];
}
