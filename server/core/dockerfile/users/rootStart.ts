import { baseName } from "../../baseName.ts";
import {
	NEEDS_ADMINISTRATOR,
	NEEDS_ROOT,
	NETWORK_PACKAGES,
	ROOT_CALLS,
	SERVERS_WITH_OWN_USER,
	SERVES_WITH,
	SWITCHES_USER_ITSELF,
	WORKS_AS_ANYBODY,
} from "../../knowledge/startPrograms.ts";
import { remembered } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { wordValue } from "../commands/wordValues.ts";
import { volumePathsOf } from "../files/volumePaths.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { installedPackages, isRemovedAgain } from "../packages/installedPackages.ts";
import { preparesSshServer, sshServersIn } from "../packages/sshServers.ts";
import { type ContainerStart, callsAtStart, containerStart, dropsPrivileges } from "../start/containerStart.ts";
import { exposedPorts } from "../start/exposedPorts.ts";
import { baseServer, imageServer } from "../start/imageServer.ts";
import { startsApplication } from "../start/workplace.ts";
import { isRootUser } from "../variables/state.ts";
import { certainStart } from "./handedPrograms.ts";
import { GIVES_AWAY, isSystemChange } from "./rootCommands.ts";

/** Why a container is meant to start as root: its start hands over to another user, or its program cannot work as one. */
export type RootStart = { readonly kind: "handsOver" } | { readonly kind: "needsRoot"; readonly program: string };

/** Undefined if nothing in the file says that starting as root is intended. */
export const rootStartOf = remembered((stage: Stage): RootStart | undefined => {
	const start = certainStart(stage);
	const { commands, scripted, handedOn } = start;
	const first = reasonAmong(start, [...commands, ...scripted]);
	if (first !== undefined) return first;
	const { entrypointDropsRoot, commandNeedsRoot, entrypointNeedsRoot } = stageBaseFacts(stage);
	const administrators = (start.entrypoint === undefined ? entrypointNeedsRoot : undefined) ?? administratorsProgram(start);
	if (administrators !== undefined) return { kind: "needsRoot", program: administrators };
	if (start.entrypoint === undefined && entrypointDropsRoot === true) return { kind: "handsOver" };
	if (start.entrypoint === undefined && start.command === undefined && commandNeedsRoot !== undefined)
		return { kind: "needsRoot", program: commandNeedsRoot };
	if (start.hiddenScript !== undefined && bringsDropper(stage)) return { kind: "handsOver" };
	const handed = reasonAmong(start, handedOn);
	if (handed !== undefined) return handed;
	if (runsEngine(stage, start)) return { kind: "needsRoot", program: "dockerd" };
	const call = callsAtStart(start).find((command, at, calls) => isRootCall(command) && isCertain(command, calls[at + 1]));
	return call?.program === undefined ? undefined : { kind: "needsRoot", program: call.program };
});

function reasonAmong(start: ContainerStart, commands: readonly ShellCommand[]): RootStart | undefined {
	for (const command of commands) {
		if (dropsPrivileges(command)) return { kind: "handsOver" };
		const program = programOf(start, command);
		if (NEEDS_ROOT.has(program)) return { kind: "needsRoot", program };
	}
	return undefined;
}

/** The program of Windows that a start names, if only administrators may run it; its path has other slashes than those of Linux. */
function administratorsProgram({ entrypoint, command }: ContainerStart): string | undefined {
	const names = [entrypoint, command].flatMap((step) =>
		step === undefined ? [] : (stepText(step).match(/(?<![\w.-])[\w.-]+\.exe(?![\w.-])/gi) ?? []),
	);
	return names.find((name) => NEEDS_ADMINISTRATOR.has(name.toLowerCase()));
}

/** Whether the start of a container has a call for which only root has the rights, be it in a branch. A file may be given to its owner. */
export function startsWithRootCall(stage: Stage): boolean {
	return callsAtStart(containerStart(stage)).some((command) => isRootCall(command) || command.program === "chown");
}

function isRootCall(command: ShellCommand): boolean {
	const { program, args } = command;
	if (program === undefined || args.some(({ text }) => /^(?:-h|--help|-V|--version)$/.test(text))) return false;
	if (isSystemChange(command)) return true;
	if (!Object.hasOwn(ROOT_CALLS, program)) return false;
	const wanted = ROOT_CALLS[program];
	return wanted === undefined || args.some(({ text }) => wanted.test(text));
}

/** Whether nothing around a call decides whether it is made, or as whom, and nothing behind it makes up for its failure. */
function isCertain({ within, wrapper, connector }: ShellCommand, next: ShellCommand | undefined): boolean {
	return within.length === 0 && connector !== "||" && next?.connector !== "||" && (wrapper === undefined || wrapper.program === "exec");
}

/**
 * Whether a container runs Docker's engine: a volume keeps the engine's data and no other program starts, or the engine's image is
 * started by a script, or with options alone.
 */
function runsEngine(stage: Stage, { commands, hiddenScript }: ContainerStart): boolean {
	if (keepsEngineData(stage) && (!startsApplication(stage) || commands.some(({ program }) => program === "supervisord"))) return true;
	if (stageBaseFacts(stage).commandNeedsRoot !== "dockerd") return false;
	return hiddenScript !== undefined || commands[0]?.name?.text.startsWith("-") === true;
}

/** Whether a volume keeps the data of Docker's engine: what the container starts may start the engine. */
export function keepsEngineData(stage: Stage): boolean {
	return lineage(stage).some(({ steps }) => steps.some((step) => volumePathsOf(step).some(({ path }) => path === "/var/lib/docker")));
}

/** Whether a script that the file does not show may start an SSH server, which needs root: one is installed, and prepared or exposed. */
export function mayStartSshServer(stage: Stage): boolean {
	if (containerStart(stage).hiddenScript === undefined) return false;
	if (!lineage(stage).some((ancestor) => runSteps(ancestor).some((step) => sshServersIn(step).length > 0))) return false;
	return preparesSshServer(stage) || exposedPorts(stage).some(({ port }) => port === 22);
}

/** Whether a script that the file does not show may change the network or its filters: the file installs what does. */
export function mayStartNetworkProgram(stage: Stage): boolean {
	return containerStart(stage).hiddenScript !== undefined && installs(stage, NETWORK_PACKAGES);
}

function installs(stage: Stage, packages: RegExp): boolean {
	return lineage(stage).some((ancestor) =>
		runSteps(ancestor).some((step) => installedPackages(step).some((found) => packages.test(found.name) && !isRemovedAgain(step, found))),
	);
}

/**
 * Whether a script is handed the name of a program that needs root, or hands over. Also where that may be a word of the script's own:
 * with nothing in the file that brings the program, it is not known that the image lacks it.
 */
export function mayBeHandedProgramOfRoot(stage: Stage): boolean {
	const start = containerStart(stage);
	return reasonAmong(start, start.handedOn) !== undefined;
}

/** Init systems that start services as their users. Those for one container (`tini`) start what is behind them, as whoever they are. */
const INIT_SYSTEM =
	/^(?:init|my_init|initsh|oracleinit|saltinit|openrc-init|runit|runit-init|runsvdir|runsvdir-start|systemd|s6-svscan|s6-linux-init)$/;

/** Whether a container may start with an init system: by its name, or because a variable hides the image. */
export function mayStartAsInit(stage: Stage): boolean {
	const start = containerStart(stage);
	if (start.entrypoint === undefined && start.command === undefined) return rootBase(stage).kind === "unknown";
	return remaining(start).some((command) => INIT_SYSTEM.test(programOf(start, command)));
}

/**
 * Whether a container starts a server that writes to folders of root before it hands over to its own user, as `nginx` does to
 * `/run`, or one whose package has made its folders for a user of its own. Not where the base image has prepared them for the user
 * that it runs as, nor where a step gives them away.
 */
export function startsServerOfRoot(stage: Stage): boolean {
	const { user } = stageBaseFacts(stage);
	if (user !== undefined && !isRootUser(user)) return false;
	const start = containerStart(stage);
	// A script that the file does not show is put in front of the server.
	const inherited = start.hiddenScript === undefined ? imageServer(stage) : baseServer(stage);
	const starts = callsAtStart(start).some((command) => startsServer(stage, command)) || isServer(stage, inherited ?? "");
	return starts && !lineage(stage).some((ancestor) => ancestor.steps.some(preparesServer));
}

/** PHP's pool manager by all its names: `php-fpm8.2`, `php-fpm83`. */
const PHP_FPM = /^php[0-9.]*-fpm[0-9.]*$/;

function isServer(stage: Stage, program: string): boolean {
	// What Docker's own images build writes to its standard error alone; packages have logs and sockets in folders of root.
	if (PHP_FPM.test(program)) return program !== "php-fpm" || lineage(stage).some((ancestor) => runSteps(ancestor).some(installsPhpFpm));
	const packages = ownValue(SERVERS_WITH_OWN_USER, program);
	if (packages !== undefined) return installs(stage, packages);
	return SWITCHES_USER_ITSELF.has(program) && !WORKS_AS_ANYBODY.has(program);
}

/** `php-fpm`, `php8.2-fpm`, `php83-fpm`, `php74-php-fpm`, not what else is called after PHP; Red Hat's `php` recommends it. */
function installsPhpFpm(step: Step): boolean {
	if (!stepText(step).includes("php")) return false;
	return installedPackages(step).some(
		({ name, call }) => /^(?:\w+-)?php[\w.]*(?:-php)?-fpm$/.test(name) || (name === "php" && /^(?:yum|dnf|microdnf)$/.test(call.manager)),
	);
}

/** Where packages and sources install programs: what lies elsewhere is an application by the same name. */
const PROGRAM_FOLDER = /\/sbin\/[^/]+$|^(?:\/usr(?:\/local(?:\/[\w.-]+){0,2})?)?\/bin\/[^/]+$/;

function startsServer(stage: Stage, { name, program = "", args }: ShellCommand): boolean {
	const path = name?.value ?? program;
	// Packages have put those with a user of their own wherever they are.
	const isElsewhere = path.includes("/") && !PROGRAM_FOLDER.test(path) && ownValue(SERVERS_WITH_OWN_USER, program) === undefined;
	return !isElsewhere && serves(program, args) && isServer(stage, program);
}

function serves(program: string, args: ShellCommand["args"]): boolean {
	const wanted = ownValue(SERVES_WITH, program);
	return wanted === undefined || args.some(({ value = "" }) => wanted.test(value));
}

/** Whether a command starts a daemon that runs its workers as a user of its own configuration. */
export function switchesUserItself({ program = "", args }: ShellCommand): boolean {
	return SWITCHES_USER_ITSELF.has(program) && serves(program, args);
}

/** Whether a RUN gives away the folder in which a server leaves its process id: who thinks of that has thought of the others. */
function preparesServer(step: Step): boolean {
	if (step.keyword !== "RUN") return false;
	const text = stepText(step);
	return /\/run\b|\.pid\b|\/apache2\/logs\b/.test(text) && GIVES_AWAY.test(text);
}

/** What a container lives on: the last command of its start, or of what a script is handed, with those that run it, and what takes the place of a shell. */
function remaining({ commands, handedOn }: ContainerStart): readonly ShellCommand[] {
	const kept = commands.filter(({ wrapper }) => wrapper?.program === "exec");
	for (const last of [commands.at(-1), handedOn.at(-1)])
		for (let command = last; command !== undefined; command = command.wrapper) kept.push(command);
	return kept;
}

/** The program of a command of the start, also by a variable of the image: `/usr/bin/$INIT`. */
function programOf({ entrypoint, command: instruction }: ContainerStart, command: ShellCommand): string {
	const step = entrypoint ?? instruction;
	if (command.program !== undefined || command.name === undefined || step === undefined) return command.program ?? "";
	const path = wordValue(step, command.name) ?? "";
	return baseName(path);
}

/** Whether the lineage installs, downloads or copies gosu or su-exec, which nothing but an entry point needs. */
function bringsDropper(stage: Stage): boolean {
	return lineage(stage).some((ancestor) => ancestor.steps.some((step) => /gosu|su-exec/.test(step.line.text) && namesDropper(step)));
}

function namesDropper(step: Step): boolean {
	if (step.keyword === "COPY" || step.keyword === "ADD") return true;
	return commandsOf(step).some((command) =>
		[command.name, ...command.args].some((word) => word !== undefined && isDropper(word.value ?? word.text)),
	);
}

/** `gosu`, `/usr/local/bin/gosu`, `gosu-amd64`, `su-exec=0.2-r3`, `su-exec>=0.2`. */
function isDropper(text: string): boolean {
	const name = baseName(text);
	return ["gosu", "su-exec"].some(
		(dropper) => name.startsWith(dropper) && (name.length === dropper.length || "-=<>~".includes(name[dropper.length] ?? "")),
	);
}
