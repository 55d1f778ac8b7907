import { MODULE_SERVERS } from "../../knowledge/startPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { type Account, accountsOf } from "../accounts/accounts.ts";
import { commandsOf } from "../commands/scripts.ts";
import { writtenFiles } from "../files/writtenFiles.ts";
import { fileSays } from "../model/fileText.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { assignmentsOf } from "../model/views.ts";
import { writesAny } from "../model/writtenTexts.ts";
import { containerStart, dropsPrivileges } from "../start/containerStart.ts";
import { startsApplication } from "../start/workplace.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import { rootStartOf, switchesUserItself } from "./rootStart.ts";

/**
 * The user that a stage creates and then forgets: no USER names one, the container starts a program that the file shows, and
 * neither that program nor a configuration that the file writes mentions the user. The owner of copied files comes first, then
 * the user that was created last. Undefined as well where the base image is known to run as somebody else than root.
 */
export const unusedUser = remembered((stage: Stage): Account | undefined => {
	const start = containerStart(stage);
	return start.commands.length === 0 || start.hiddenScript !== undefined ? undefined : idleUser(stage);
});

/** The like, also where who uses the image, or a script that the file does not show, decides what the container runs. */
export const idleUser = remembered((stage: Stage): Account | undefined => {
	const user = userAt(stage);
	if (user.step !== undefined || (user.value.kind === "set" && !isRootUser(user.value.value))) return undefined;
	const start = containerStart(stage);
	const commands = [...start.commands, ...start.scripted];
	if (rootStartOf(stage) !== undefined || commands.some(switchesUserItself)) return undefined;
	return preferred(
		stage,
		createdUsers(stage).filter((account) => account.command.wrapper?.program !== "sudo" && !isUsed(stage, account, commands)),
	);
});

/** The user among those that a stage's lineage creates that the container is most likely meant to run as. */
export function likelyUser(stage: Stage): Account | undefined {
	return preferred(stage, createdUsers(stage));
}

/** Users that editors and cloud workspaces log in as, whatever USER says. */
const WORKSPACE_USERS = new Set(["vscode", "codespace", "gitpod"]);

/** Whether a stage's lineage creates a user for people or programs, be it that of an editor: another one would be of no use. */
export function createsUser(stage: Stage): boolean {
	return createdUsers(stage).length > 0 || createsEditorUser(stage);
}

/** The setting of devcontainer.json. */
const EDITOR_SETTING = /\bremoteUser\b/;
const mayNameSetting = writesAny(["remoteuser"]);

/** Whether an editor works in the container, whose settings say whom it works as: the file creates its user, or names the setting for this stage. */
export function isForEditor(stage: Stage): boolean {
	if (createsEditorUser(stage)) return true;
	return (
		mayNameSetting(stage.file) && fileSays(stage.file, EDITOR_SETTING) && !startsApplication(stage) && lineage(stage).some(namesSetting)
	);
}

/** Whether the setting is named in a stage, or above it in comments that no instruction parts from it. */
function namesSetting({ index, file }: Stage): boolean {
	const startOf = (place: number): number => {
		const before = file.stages[place - 1];
		return before === undefined ? 0 : (before.steps.at(-1) ?? before.from).span.end;
	};
	return EDITOR_SETTING.test(file.text.slice(startOf(index), index + 1 < file.stages.length ? startOf(index + 1) : undefined));
}

function createsEditorUser(stage: Stage): boolean {
	return accountsOf(stage).some(({ kind, name }) => kind === "user" && WORKSPACE_USERS.has(name));
}

/** Without uid 0 and without the accounts of daemons, whose names begin with an underscore. */
function createdUsers(stage: Stage): readonly Account[] {
	return accountsOf(stage).filter(
		({ kind, name, id }) => kind === "user" && Number(id?.value ?? 1) !== 0 && !WORKSPACE_USERS.has(name) && !name.startsWith("_"),
	);
}

function preferred(stage: Stage, users: readonly Account[]): Account | undefined {
	return users.findLast((account) => ownsCopies(stage, account)) ?? users[users.length - 1];
}

/** Whether a command of the start, a configuration or another user's command could be what the user is for. */
function isUsed(stage: Stage, account: Account, commands: readonly ShellCommand[]): boolean {
	const { name, nameWord } = account;
	// The variable that holds the name stands for it, too.
	const written = nameWord.value === undefined ? comparable(nameWord) : undefined;
	const names = (text: string): boolean => containsName(text, name) || (written !== undefined && text.includes(written));
	if (commands.some((command) => command.args.some((word) => names(comparable(word)) && !isModule(command, word)))) return true;
	if (writtenFiles(stage).some((file) => names(file.text.text))) return true;
	return lineage(stage).some((ancestor) => ancestor.steps.some((step) => usesName(step, names)));
}

/** `gunicorn app:app`: a module of Python and what is taken from it. */
function isModule({ program, args }: ShellCommand, word: ShellWord): boolean {
	const before = args[args.indexOf(word) - 1]?.text ?? "";
	return MODULE_SERVERS.has(program ?? "") && /^[\w.]+:\w+$/.test(comparable(word)) && !/^(?:-[ug]|--user|--group)$/.test(before);
}

const WRITING = new Set(["sed", "echo", "printf", "tee", "perl", "awk", "envsubst", "setfacl", "loginctl", "systemctl"]);

function usesName(step: Step, names: (text: string) => boolean): boolean {
	if (step.keyword === "ENV") return assignmentsOf(step, step.stage.file.escape).some((assignment) => names(assignment.value ?? ""));
	return step.keyword === "RUN" && usingCommands(step).some(({ args }) => args.some((word) => names(comparable(word))));
}

/** The commands of a RUN that may name the user whom something else is to run as; remembered, because a stage may create many. */
const usingCommands = remembered((step: Step): readonly ShellCommand[] =>
	commandsOf(step).filter((command) => dropsPrivileges(command) || WRITING.has(command.program ?? "")),
);

/** Where packages keep what is theirs. */
const OF_SERVICES = /^\/(?:var\/(?:lib|log|run|cache|spool)|run|etc|usr)\//;

/**
 * Whether a stage's lineage gives files to a user, as it copies them or with `chown`. The folders of the service that the user is
 * named after are none: a package has made both, and whose the application is stays open.
 */
export function ownsFiles(stage: Stage, user: string): boolean {
	const names = (text: string | undefined): boolean => text?.split(":")[0] === user;
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some((step) => {
			if (step.flags.some((flag) => flag.name === "chown" && names(flag.value))) return true;
			if (step.keyword !== "RUN") return false;
			return commandsOf(step).some(({ program, args }) => {
				const [owner, ...targets] = program === "chown" ? args.filter(({ text }) => !text.startsWith("-")) : [];
				return names(owner?.value) && targets.some(({ text }) => !(OF_SERVICES.test(text) && text.includes(`/${user}`)));
			});
		}),
	);
}

function ownsCopies(stage: Stage, account: Account): boolean {
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some((step) => step.flags.some((flag) => flag.name === "chown" && containsName(flag.value ?? "", account.name))),
	);
}

/** Whether a name stands in a text as a word of its own: not in a path, nor before the ending of a file. */
function containsName(text: string, name: string): boolean {
	for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
		const before = text[at - 1] ?? " ";
		const behind = text[at + name.length] ?? " ";
		if (!/[\w./-]/.test(before) && !/[\w/-]/.test(behind) && !/^\.\w/.test(text.slice(at + name.length, at + name.length + 2))) return true;
	}
	return false;
}
