import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { isOpen } from "../../dockerfile/edits/stageEnd.ts";
import type { StageUse, Step } from "../../dockerfile/model/model.ts";
import { neighboursWhere, runAsRoot } from "../../dockerfile/users/rootSteps.ts";
import { sudoCalls } from "../../dockerfile/users/sudoCalls.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { WRAPPERS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { findOption, readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const sudoInRun = defineRule({
	id: "sudo-in-run",
	title: "A build step calls sudo",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3004"],
		["trivy", "DS-0010"],
		["checkov", "CKV2_DOCKER_1"],
		["kics", "8ada6e80-0ade-439e-b176-0b28f6bce35a"],
		["semgrep", "no-sudo-in-dockerfile"],
		["dockle", "DKL-DI-0001"],
		["dockerfilelint", "sudo_usage"],
		["droast", "DF010"],
		["terrascan", "AC_DOCKER_0007"],
	),
	onlyWith: { words: ["sudo"] },
	why: "A step that runs as root gains nothing from sudo, and one that does not can be told to with USER. What stays in the image is a setuid program whose purpose is to turn users into root, mostly with a rule that asks for no password: whoever takes over the process has root for the asking.\n\nsudo also drops variables, sets others, and keeps signals and terminals from the program.",
	remedy:
		"Call the command without sudo, below `USER root` where another user is in force, and leave sudo out of the image. To run one command as another user, use `USER`, or `setpriv` and `runuser`, which Debian's images and most of Red Hat's have.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#user",
		"https://docs.docker.com/reference/dockerfile/#user",
		"https://www.sudo.ws/docs/man/sudo.man/",
	],
	examples: [
		{
			caption: "As in a tutorial",
			bad: "FROM debian:12\nRUN «sudo» apt-get update && sudo apt-get install -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{ caption: "A step is root's anyway", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n" },
		{
			caption: "Root already",
			bad: "FROM debian:12\nRUN «sudo» apt-get update && sudo -E -H apt-get install -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{
			caption: "Behind assignments and wrappers, in pipes, substitutions and scripts",
			bad: "FROM debian:12\nRUN A=1 «sudo» -- b && env sudo c | sudo D=2 tee $(sudo -u root e) && bash -c '/usr/bin/sudo f'\n",
			fixed: "FROM debian:12\nRUN A=1 b && env c | D=2 tee $(e) && bash -c 'f'\n",
		},
		{
			caption: "In heredocs; comments stay",
			bad: "FROM debian:12\nRUN <<EOF\n«sudo» a # not sudo\nEOF\nRUN b && \\\n  # sudo\n  «sudo» c\n",
			fixed: "FROM debian:12\nRUN <<EOF\na # not sudo\nEOF\nRUN b && \\\n  # sudo\n  c\n",
		},
		{
			caption: "Another user is in force: the step becomes root's",
			bad: 'FROM debian:12\nUSER app\nRUN cd /tmp && «sudo» a \\\n && sudo b\nCMD ["c"]\n',
			fixed: 'FROM debian:12\nUSER root\nRUN cd /tmp && a \\\n && b\nUSER app\nCMD ["c"]\n',
		},
		{
			caption: "Several such steps at once; root stays where it is root's turn",
			bad: "FROM debian:12\nRUN adduser app\nUSER app\nRUN «sudo» chown app /srv\nRUN «sudo» a\n\nUSER root\n\nRUN id\nUSER app\nRUN b\nRUN «sudo» c\nUSER other\n",
			fixed:
				"FROM debian:12\nRUN adduser app\nUSER root\nRUN chown app /srv\nRUN a\n\nRUN id\nUSER app\nRUN b\nUSER root\nRUN c\nUSER other\n",
		},
		{
			caption: "Not if other commands of the step would become root's, too",
			bad: "FROM debian:12\nUSER app\nRUN npm install && «sudo» b\n",
		},
		{ caption: "Another user than root, a login shell, an unknown base", bad: "FROM debian:12\nRUN sudo -u app a; «sudo» -i b\n" },
		{ caption: "Its name attached", bad: "FROM debian:12\nRUN «sudo» -upostgres a\nRUN «sudo» --user=postgres b -u root\n" },
		{ caption: "A base that may run as anybody", bad: "FROM acme/base\nRUN «sudo» a\n" },
		{
			caption: "In what child images will run",
			bad: "FROM debian:12\nONBUILD RUN «sudo» a\n",
			fixed: "FROM debian:12\nONBUILD RUN a\n",
		},
		{ caption: "Under another user's command", bad: "FROM debian:12\nRUN su app -c '«sudo» a'\n" },
		{
			caption: "Not a call",
			good: "FROM debian:12\nRUN apt-get install -y sudo sudo-rs && echo sudo >> /etc/sudoers && command -v sudo && visudo -c; ./sudo.sh\n",
		},
		{
			caption: "Only where the step is not root's, or sudo is there",
			good: 'FROM debian:12\nRUN if [ "$(id -u)" -ne 0 ]; then sudo apt-get update; else apt-get update; fi\nRUN test "$EUID" = 0 && a || sudo a\nRUN [[ $(id -u) == 0 ]] && a || sudo a\nRUN if command -v sudo; then sudo a; else a; fi\n',
		},
		{
			caption: "With the same command in its place, and a function of that name",
			good: 'FROM debian:12\nRUN sudo chmod +x /a || chmod +x /a\nRUN chmod +x /b || sudo chmod +x /b\nRUN sudo() { "$@"; } && sudo ls\n',
		},
		{
			caption: "What is asked is something else, or nothing depends on it",
			bad: 'FROM acme/base\nRUN if [ -f /a ]; then «sudo» a; fi\nRUN id -u && «sudo» b\nRUN [ "$(id -u)" = 0 ] && c; «sudo» d\nRUN «sudo» e || f\n',
		},
		{
			caption: "The start, exec form, another shell",
			good: 'FROM debian:12\nCMD sudo a\nRUN ["ls", "sudo"]\nSHELL ["pwsh", "-c"]\nRUN sudo a\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" || (!step.line.text.includes("sudo") && step.heredocs.length === 0)) continue;
				const calls = sudoCalls(step);
				const user = knownUser(step);
				// One finding for a step: first of all those that run something as root.
				const call = calls.find((candidate) => otherUser(step, candidate) === undefined) ?? calls[0];
				if (call?.name === undefined) continue;
				reports.push({
					span: call.name.span,
					message: messageFor(step, call, user),
					...lowered(stage.use, otherUser(step, call)),
					related: calls.filter((other) => other !== call).map((other) => ({ span: other.name?.span ?? other.span, message: "Here, too" })),
					fixes: () => fixesOf(step, calls, user),
				});
			}
		}
		return reports;
	},
});

function lowered(use: StageUse, other: string | undefined): { readonly severity?: LintSeverity } {
	if (use === "unused") return { severity: "hint" };
	return use === "copied" || other !== undefined ? { severity: "info" } : {};
}

/** The user behind `-u`, if that is not root: sudo then takes rights away. */
function otherUser(step: Step, call: ShellCommand): string | undefined {
	const innerAt = innerOf(step, call)?.name?.at ?? Number.POSITIVE_INFINITY;
	const own = call.args.filter((word) => word.at < innerAt);
	const option = findOption(readArguments(own, WRAPPERS["sudo"]?.valueOptions ?? []), "-u", "--user");
	if (option === undefined) return undefined;
	const name = option.value ?? comparable(option.valueWord ?? option.word).replace(/^(?:--user=|-[EHnSPkA]*u)/, "");
	return /^(?:root|#?0+|)$/.test(name) ? undefined : name;
}

function knownUser(step: Step): string | undefined {
	const { value } = userAt(step.stage, step);
	return value.kind === "set" ? value.value : undefined;
}

function messageFor(step: Step, call: ShellCommand, user: string | undefined): string {
	const inner = innerOf(step, call)?.program;
	const what = `sudo runs ${inner === undefined ? "a command" : shortened(inner, 30)}`;
	const other = otherUser(step, call);
	if (other !== undefined) return `${what} as ${shortened(other, 30)} in a build step`;
	if (user === undefined) return `${what} in a build step`;
	return isRootUser(user) ? `${what} in a step that runs as root already` : `${what} in a step that runs as ${shortened(user, 30)}`;
}

function innerOf(step: Step, call: ShellCommand): ShellCommand | undefined {
	return commandsOf(step).find((command) => command.wrapper === call);
}

function fixesOf(step: Step, calls: readonly ShellCommand[], user: string | undefined): readonly Fix[] {
	if (user === undefined) return [];
	if (isRootUser(user)) return fixesAsRoot(step, calls);
	const first = rootStepEdits(step) === undefined ? undefined : neighboursOf(step)[0];
	return first === undefined ? [] : fixesAsUser(first);
}

function fixesAsRoot(step: Step, calls: readonly ShellCommand[]): readonly Fix[] {
	const edits = calls.map((call) => withoutSudo(step, call));
	if (edits.some((edit) => edit === undefined)) return [];
	return [{ title: "Remove sudo", safety: "review", edits: edits.filter((edit) => edit !== undefined) }];
}

/** Builtins that are the same for every user. */
const NEUTRAL = new Set([...TEST_PROGRAMS, "cd", "set", ":", "true", "echo", "export", "umask"]);

/** What takes sudo out of a step that calls it, where the whole step may run as root. */
const rootStepEdits = remembered((step: Step): readonly SpanEdit[] | undefined => {
	const calls = step.keyword === "RUN" ? sudoCalls(step) : [];
	const others = commandsOf(step).filter((command) => command.wrapper === undefined && !calls.includes(command));
	if (calls.length === 0 || isOpen(step)) return undefined;
	if (others.some((command) => !NEUTRAL.has(command.program ?? "") || command.redirects.length > 0)) return undefined;
	if (calls.some((call) => call.redirects.length > 0)) return undefined;
	const edits = calls.flatMap((call) => withoutSudo(step, call) ?? []);
	return edits.length === calls.length ? edits : undefined;
});

const neighboursOf = neighboursWhere((step) => rootStepEdits(step) !== undefined);

/** `USER root` around neighbours, by the first of them, if no command of theirs would become root's that was not. */
const fixesAsUser = remembered((first: Step): readonly Fix[] => {
	const steps = neighboursOf(first);
	const { step: user, value } = userAt(first.stage, first);
	const back = user?.arguments.text ?? (value.kind === "set" ? value.value : undefined);
	if (back === undefined) return [];
	return [
		{
			title: steps.length === 1 ? "Run the step as root instead" : `Run the ${steps.length} steps as root instead`,
			safety: "review",
			edits: [...runAsRoot(steps, back), ...steps.flatMap((step) => rootStepEdits(step) ?? [])],
		},
	];
});

const HARMLESS_OPTIONS =
	/^(?:-[EHnSPkA]+|--preserve-env(?:=.*)?|--set-home|--non-interactive|--stdin|--preserve-groups|--reset-timestamp|--)$/;

/** Removes sudo with its options; undefined where they mean more than "as root", or where sudo's own word is not the first of the command. */
function withoutSudo(step: Step, call: ShellCommand): SpanEdit | undefined {
	const inner = innerOf(step, call);
	const name = call.name;
	if (inner?.name === undefined || name === undefined || call.decoded || inner.decoded || runsAsAnother(call)) return undefined;
	const innerAt = inner.name.at;
	const own = inner.assignments.filter((assignment) => assignment.span.start > name.span.start);
	if (own.length > 0 && call.wrapper !== undefined) return undefined;
	const options = call.args.filter((word) => word.at < innerAt && !own.some((assignment) => assignment.span.start === word.span.start));
	for (let at = 0; at < options.length; at++) {
		const text = options[at]?.value;
		const root = options[at + 1]?.value;
		if ((text === "-u" || text === "--user") && (root === "root" || root === "0")) at++;
		else if (text === undefined || (!HARMLESS_OPTIONS.test(text) && !/^(?:-u|--user=)(?:root|0)$/.test(text))) return undefined;
	}
	const end = own[0]?.span.start ?? inner.name.span.start;
	const { text } = step.stage.file;
	return text.slice(name.span.start, end).includes("\n") ? undefined : replace({ start: name.span.start, end }, "");
}

/** Whether a wrapper around sudo has left root: `su app -c 'sudo …'`. */
function runsAsAnother(call: ShellCommand): boolean {
	const changing = new Set(["su", "sudo", "gosu", "su-exec", "runuser", "setpriv", "chroot", "s6-setuidgid"]);
	for (let wrapper = call.wrapper; wrapper !== undefined; wrapper = wrapper.wrapper) if (changing.has(wrapper.program ?? "")) return true;
	return false;
}
