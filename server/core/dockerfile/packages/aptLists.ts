import { addTo } from "../../addTo.ts";
import { memo, remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { stageFamily } from "../base/baseFacts.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { removes } from "../files/removals.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { sourcesOf } from "../model/sources.ts";
import { foldSteps } from "../model/stepFold.ts";
import { containerStart } from "../start/containerStart.ts";
import type { Answer } from "../syntax/answer.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { removedAfter } from "./cleanUp.ts";
import { hidesCommands, stepHidesCommands } from "./hiddenCommands.ts";
import { callHasOption, type PackageCall, packageCallAt, packageCallsOf } from "./packageCalls.ts";

/** Where apt keeps what `apt-get update` fetched. Source: apt.conf(5), Dir::State::Lists. */
export const APT_LISTS = "/var/lib/apt/lists";

/** Whether something needs the lists, and the first command that does. */
export interface ListsNeed {
	readonly answer: Answer;
	readonly command: ShellCommand | undefined;
	/** Whether containers find the lists and start with what an unknown base image says. */
	readonly hiddenStart: boolean;
}

/** Verbs of apt that work without lists. */
const WITHOUT_LISTS = new Set(["remove", "clean", "refresh"]);

/** Whether a call reads the package lists: it installs, upgrades, downloads, searches or shows. */
export function readsLists(call: PackageCall): boolean {
	return call.manager === "apt" && call.verb !== "" && !WITHOUT_LISTS.has(call.kind);
}

/** Whether a call fetches the package lists: `apt-get update`, or `apt-get install --update` of apt 3. */
export function refreshesLists(call: PackageCall): boolean {
	return call.manager === "apt" && (call.kind === "refresh" || callHasOption(call, "--update", "-U"));
}

/** Whether a command runs whenever the commands around it run: no condition, loop, function or `||` stands before it. */
export function runsAlways(command: ShellCommand): boolean {
	return (
		command.connector !== "||" &&
		command.within.every((enclosure) => enclosure === "wrapper" || enclosure === "group" || enclosure === "subshell")
	);
}

/** Whether what follows `command` in its RUN empties the lists. */
export function listsRemovedAfter(step: Step, command: ShellCommand): Answer {
	return (orderOf(step).get(command) ?? 0) < lastDistClean(step) ? "yes" : removedAfter(step, command, APT_LISTS);
}

/** The place of the last `apt-get distclean` among the commands of a RUN; -1 without one. */
const lastDistClean = remembered((step: Step): number =>
	commandsOf(step).findLastIndex(
		({ program, args }) => (program === "apt" || program === "apt-get") && args.some((word) => /^dist-?clean$/.test(word.value ?? "")),
	),
);

/**
 * Whether something behind a RUN needs the lists that it leaves: a later instruction of its stage or of a stage that starts from
 * it, up to the next `apt-get update`. Scripts that nobody can read make the answer unknown.
 */
export function listsNeededAfter(step: Step): ListsNeed {
	return neededIn(step.stage, step.ordinal + 1, 0);
}

/** Stages that start from each other, beyond which nobody looks. */
const DEEPEST = 200;
const needs = memo<Stage, ListsNeed>();

function neededIn(stage: Stage, from: number, depth: number): ListsNeed {
	const before = from === 0 ? needs.get(stage) : undefined;
	if (before !== undefined) return before;
	const need = depth > DEEPEST ? { answer: "unknown" as const, command: undefined, hiddenStart: true } : readNeed(stage, from, depth);
	if (from === 0) needs.set(stage, need);
	return need;
}

function readNeed(stage: Stage, from: number, depth: number): ListsNeed {
	const { children, copied } = relationsOf(stage.file);
	let unknown = copied.has(stage);
	let hiddenStart = stage.use === "shipped" && hidesStart(stage);
	for (const step of stage.steps.slice(from)) {
		const need = needOf(step);
		if (need === "gone") return { answer: unknown ? "unknown" : "no", command: undefined, hiddenStart: false };
		if (need === "unknown") unknown = true;
		else if (need !== "no") return { answer: "yes", command: need === "yes" ? undefined : need, hiddenStart };
	}
	for (const child of children.get(stage) ?? []) {
		const need = neededIn(child, 0, depth + 1);
		if (need.answer === "yes") return need;
		if (need.answer === "unknown") unknown = true;
		if (need.hiddenStart) hiddenStart = true;
	}
	return { answer: unknown ? "unknown" : "no", command: undefined, hiddenStart };
}

/**
 * What an unknown base image starts may install packages: `compile` of oss-fuzz's base-builder does. A start script that is copied seldom does, without an update of its own.
 */
function hidesStart(stage: Stage): boolean {
	const { entrypoint, command } = containerStart(stage);
	return entrypoint === undefined && command === undefined && stageFamily(stage) === undefined;
}

/** What a step does with the lists: the command that reads them, `gone` if it fetches or removes them first, `yes` if it fails without them. */
function needOf(step: Step): ShellCommand | "gone" | "no" | "yes" | "unknown" {
	if (step.keyword === "ONBUILD") {
		const inner = step.trigger === undefined || step.trigger.keyword !== "RUN" ? "no" : needOf(step.trigger);
		// What a trigger does is done in another build.
		return inner === "gone" ? "no" : inner;
	}
	if (!["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"].includes(step.keyword)) return "no";
	const isRun = step.keyword === "RUN";
	if (isRun && mountCovers(step, APT_LISTS) === "yes") return "no";
	const commands = commandsOf(step);
	let unknown = isRun && commands.length === 0 && stepHidesCommands(step);
	for (const command of commands) {
		// What hides could fetch the lists for what follows it.
		if (isRun && hidesCommands(step, command)) unknown = true;
		const call = packageCallAt(step, command);
		const refreshes = call !== undefined && refreshesLists(call);
		// An install does not wait for it.
		if (refreshes && command.within.includes("background")) continue;
		if (refreshes || (isRun && removes(step, command, APT_LISTS) === "yes")) {
			if (!isRun) return "no";
			if (!refreshes && isStrict(command)) return unknown ? "unknown" : "yes";
			if (runsAlways(command)) return unknown ? "unknown" : "gone";
			unknown = true;
		}
		if ((call !== undefined && readsLists(call)) || /^apt-(?:cache|file)$/.test(command.program ?? ""))
			return unknown ? "unknown" : command;
	}
	return unknown ? "unknown" : "no";
}

/** Whether `rm` fails where nothing fits its pattern. */
function isStrict({ program, args }: ShellCommand): boolean {
	return (
		program === "rm" && args.some(({ text }) => /[*?[]/.test(text)) && !args.some(({ text }) => /^(?:-[a-zA-Z]*f|--force$)/.test(text))
	);
}

/**
 * Whether package lists can be there when a RUN starts. The official images of the Debian family bring none; what an unknown base
 * image, a script or a copied file system brought is unknown.
 */
export function listsBefore(step: Step): Answer {
	return stageFamily(step.stage) === "debian" ? lists.at(step.stage, step) : "unknown";
}

const lists = foldSteps<Answer>(
	() => "no",
	(before, step) => {
		if (step.keyword === "ADD" || step.keyword === "COPY")
			return /\s["']?\/(?:var\/?(?:lib\/?(?:apt\b.*)?)?)?["']?\s*\]?$/.test(step.arguments.text) ? "unknown" : before;
		return step.keyword === "RUN" ? (listsLeftBy(step) ?? before) : before;
	},
);

/** Whether a RUN leaves lists behind; undefined if it leaves them as they were. */
export function listsLeftBy(step: Step): Answer | undefined {
	const commands = commandsOf(step);
	const removal = commands.findLast((command) => runsAlways(command) && removes(step, command, APT_LISTS) === "yes");
	const rest = removal === undefined ? commands : commands.slice(commands.indexOf(removal) + 1);
	const calls = packageCallsOf(step);
	if (mountCovers(step, APT_LISTS) !== "no") return "unknown";
	if (calls.some((call) => refreshesLists(call) && rest.includes(call.command))) return "yes";
	if (rest.some(mayFetchLists)) return "unknown";
	if (removal !== undefined) return rest.some((command) => hidesCommands(step, command)) ? "unknown" : "no";
	return stepHidesCommands(step) ? "unknown" : undefined;
}

/** Whether a command fetches the lists by itself: add-apt-repository does from Ubuntu 18.04 on, unless it is told not to. */
export function mayFetchLists({ program, args }: ShellCommand): boolean {
	if (program !== "add-apt-repository" && program !== "apt-add-repository") return false;
	return !args.some((word) => word.text === "--no-update" || /^-[a-zA-Z]*n/.test(word.text));
}

interface Relations {
	/** The stages that start from a stage. */
	readonly children: ReadonlyMap<Stage, readonly Stage[]>;
	/** Stages out of which the folder that holds the lists is copied. */
	readonly copied: ReadonlySet<Stage>;
}

const relationsOf = remembered((file: Dockerfile): Relations => {
	const children = new Map<Stage, Stage[]>();
	const copied = new Set<Stage>();
	for (const stage of file.stages) {
		if (stage.base.kind === "stage") addTo(children, stage.base.stage, stage);
		for (const step of stage.steps) {
			const sources = sourcesOf(step, file);
			if (sources.length === 0) continue;
			const words = step.exec?.values ?? splitAtBlanks(step.arguments).map((word) => word.text);
			if (!words.some((word) => /^\/(?:\*|var(?:\/.*)?)?$/.test(word))) continue;
			for (const { target } of sources) if (target.kind === "stage") copied.add(target.stage);
		}
	}
	return { children, copied };
});
