import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { homeAt } from "../accounts/home.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { removeCommands } from "../edits/commandEdit.ts";
import { insertAfter, insertInstructionBefore } from "../edits/edit.ts";
import { addFlags, removeArgument } from "../edits/layoutEdit.ts";
import { isInside, mountCovers } from "../files/mountCoverage.ts";
import { removes, wordRemoves } from "../files/removals.ts";
import { stepsBehind } from "../model/mentions.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { sourcesOf } from "../model/sources.ts";
import { lineage } from "../model/stages.ts";
import { anyStep } from "../model/stepFold.ts";
import { stepText } from "../model/stepText.ts";
import { listsNeededAfter, refreshesLists } from "../packages/aptLists.ts";
import { stepHidesCommands } from "../packages/hiddenCommands.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../packages/packageCalls.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { isRootUser, normalPath, userAt } from "../variables/state.ts";
import { cacheMountFlag } from "./cacheMounts.ts";
import { type CacheUse, cacheUsesOf, emptyingCommands, matchesOff, modulesCleaned, otherPlace } from "./cacheUses.ts";

const KEEP_PACKAGES =
	"RUN rm -f /etc/apt/apt.conf.d/docker-clean \\\n    && echo 'Binary::apt::APT::Keep-Downloaded-Packages \"true\";' > /etc/apt/apt.conf.d/keep-cache";

/** In larger files nobody looks what the other instructions need. */
const MOST_INSTRUCTIONS = 500;

/**
 * The edits that give a RUN its cache mounts and take out what would empty or bypass them. Undefined where the build could then
 * miss what it finds in the layer today, or where an edit cannot be made in place.
 */
export function cacheMountEdits(use: CacheUse): readonly SpanEdit[] | undefined {
	const { step, tool } = use;
	if (step.stage.file.instructions.length > MOST_INSTRUCTIONS) return undefined;
	if (tool.byHand !== undefined || otherPlace(use) !== undefined || step.flags.some((flag) => flag.name === "network") || isCopiedOut(use))
		return undefined;
	const flags = flagsFor(use);
	const removals = contradictions(use);
	const further = tool.neededLater === true ? laterFlags(use) : tool.id === "apt" ? aptEdits(use) : keepCache(use);
	if (flags === undefined || removals === undefined || further === undefined) return undefined;
	return [addFlags(step.stage.file, step, flags), ...removals, ...further];
}

function flagsFor(use: CacheUse): readonly string[] | undefined {
	const { step, tool, paths, calls } = use;
	const flags: string[] = [];
	for (const path of paths) {
		if (mountCovers(step, path) !== "no") continue;
		const owned = tool.directories.some(
			(directory) => directory.path.startsWith("~") || directory.path === "" || directory.otherUsers !== undefined,
		);
		const flag = owned ? cacheMountFlag(step, calls[0], tool, path) : `--mount=type=cache,target=${path},sharing=${tool.sharing}`;
		if (flag === undefined) return undefined;
		flags.push(flag);
	}
	return flags;
}

/** The edits that take out what turns the cache off or empties it: options, removals of its paths, the commands in `emptying`. Undefined where one cannot go. */
export function contradictions(
	use: CacheUse,
	emptying: readonly ShellCommand[] = [...new Set([...emptyingCommands(use), ...modulesCleaned(use)])],
): readonly SpanEdit[] | undefined {
	const { step, tool, paths, calls } = use;
	const { file } = step.stage;
	const edits: SpanEdit[] = [];
	for (const call of calls) {
		for (const option of call.options) {
			if (!(tool.turnedOffBy?.options ?? []).some((name) => matchesOff(option.name, name))) continue;
			if (call.command.decoded || option.valueWord !== undefined || !option.word.text.startsWith(option.name)) return undefined;
			edits.push(removeArgument(file, option.word.span));
		}
	}
	const whole = [...emptying];
	for (const command of commandsOf(step)) {
		if (paths.every((path) => removes(step, command, path) === "no")) continue;
		const operands = operandsOf(command);
		const words = operands.filter((word) => paths.some((path) => wordRemoves(step, command, word, path) !== "no"));
		// A removal of more than the cache would fail at the mount, or leave what it was written for.
		if (command.program !== "rm" || !words.every((word) => paths.some((path) => namesExactly(step, command, word.value, path))))
			return undefined;
		if (words.length === operands.length) whole.push(command);
		else edits.push(...words.map((word) => removeArgument(file, word.span)));
	}
	const removed = removeCommands(step, [...whole, ...needlessRemovals(use)]) ?? removeCommands(step, whole);
	if (removed === undefined) return undefined;
	edits.push(...removed);
	return edits;
}

/** Removals of what is empty once the mount is there: apk then keeps nothing in /var/cache/apk. */
function needlessRemovals({ step, tool }: CacheUse): readonly ShellCommand[] {
	if (tool.id !== "apk") return [];
	return commandsOf(step).filter((command) => {
		const operands = operandsOf(command);
		const isOnlyThat = operands.every((word) => namesExactly(step, command, word.value, "/var/cache/apk"));
		return command.program === "rm" && operands.length > 0 && isOnlyThat;
	});
}

function operandsOf({ args }: ShellCommand): readonly ShellWord[] {
	return args.filter((word) => !word.text.startsWith("-"));
}

/** Whether an operand of `rm` stands for a directory or all that lies in it, and for nothing else. */
function namesExactly(step: Step, command: Parameters<typeof homeAt>[1], value: string | undefined, path: string): boolean {
	if (value === undefined || /[{}]/.test(value)) return false;
	const home = homeAt(step, command);
	const absolute = value.startsWith("~/") && home.kind === "set" ? home.value + value.slice(1) : value;
	return absolute.startsWith("/") && normalPath(absolute.replace(/\/\*$/, "")) === path;
}

/** Whether another stage copies files out of the cache itself, or takes a tree along that later commands need it in. */
function isCopiedOut({ step, tool, paths }: CacheUse): boolean {
	return pathsTakenFrom(step.stage).some((source) =>
		paths.some((path) => isInside(source, path) || (tool.neededLater === true && source !== "/" && isInside(path, source))),
	);
}

/** What a step takes from other stages. */
interface Taking {
	readonly stages: readonly Stage[];
	/** Absolute. */
	readonly paths: readonly string[];
}

const takingsIn = remembered((file: Dockerfile): readonly Taking[] => {
	const takings: Taking[] = [];
	for (const { steps } of file.stages) {
		for (const step of steps) {
			const stages = sourcesOf(step, file).flatMap(({ target }) => (target.kind === "stage" ? [target.stage] : []));
			if (stages.length === 0) continue;
			const words = step.exec?.values ?? splitAtBlanks(step.arguments).map((word) => word.text);
			takings.push({ stages, paths: words.slice(0, -1).map(normalPath) });
		}
	}
	return takings;
});

/** What other stages name of a stage, or of one that begins where it ends. */
const pathsTakenFrom = remembered((stage: Stage): readonly string[] =>
	takingsIn(stage.file).flatMap(({ stages, paths }) => (stages.some((other) => lineage(other).includes(stage)) ? paths : [])),
);

const OFFLINE = ["--offline", "--frozen", "--no-restore"];

/** The mounts that later RUNs of the same tool need, because they would find nothing otherwise. */
function laterFlags(use: CacheUse): readonly SpanEdit[] | undefined {
	const { step, tool } = use;
	if (step.stage.use === "shipped" || step.stage.use === "ancestor") return undefined;
	const edits: SpanEdit[] = [];
	for (const later of stepsBehind(step)) {
		const calls = packageCallsOf(later).filter((call) => tool.managers.includes(call.manager) && call.verb !== "");
		if (later.keyword !== "RUN") {
			if (calls.length > 0) return undefined;
			continue;
		}
		if (
			stepHidesCommands(later) ||
			calls.some((call) => callHasOption(call, ...(call.manager === "maven" ? ["-o", "--offline"] : OFFLINE)))
		)
			return undefined;
		if (calls.length === 0 || mountCovers(later, use.paths[0]) !== "no") continue;
		if (later.flags.some((flag) => flag.name === "network") || later.stage.use === "shipped") return undefined;
		const own = cacheUsesOf(later).find(
			(candidate) => candidate.tool.managers === tool.managers || candidate.tool.managers[0] === tool.managers[0],
		);
		const flags = own === undefined ? flagsFor(use) : flagsFor(own);
		if (flags === undefined) return undefined;
		edits.push(addFlags(step.stage.file, later, flags));
	}
	return edits;
}

/** apt: packages must be kept, and what needs the lists must fetch them itself. Undefined where that cannot be had; empty where nothing is to do. */
export function aptEdits({ step }: CacheUse): readonly SpanEdit[] | undefined {
	const { stage } = step;
	if (!packageCallsOf(step).some(refreshesLists) || listsNeededAfter(step).answer !== "no") return undefined;
	const first = runSteps(stage).find((candidate) => packageCallsOf(candidate).some((call) => call.manager === "apt")) ?? step;
	// Once packages are kept, every other RUN that installs some would keep them in its layer.
	const shipped = stage.use === "shipped" || stage.use === "ancestor";
	const others = [...stage.steps, ...stepsBehind(step)].filter((other) => other !== step && other.keyword === "RUN");
	if (shipped && others.some(keepsPackages)) return undefined;
	const user = userAt(stage, first).value;
	if (user.kind !== "set" || !isRootUser(user.value)) return undefined;
	return keeping.upTo(step)
		? []
		: [
				insertInstructionBefore(
					stage.file,
					first,
					stage.file.escape === "\\" ? KEEP_PACKAGES : KEEP_PACKAGES.replace("\\\n", `${stage.file.escape}\n`),
				),
			];
}

/** Whether a RUN installs by apt without a mount for the packages. */
const keepsPackages = remembered(
	(step: Step): boolean => packageCallsOf(step).some(installsByApt) && mountCovers(step, "/var/cache/apt") !== "yes",
);

function installsByApt(call: PackageCall): boolean {
	return call.manager === "apt" && (call.kind === "install" || call.kind === "upgrade");
}

/** dnf and yum drop packages after the install unless they are told not to. */
function keepCache({ tool, calls }: CacheUse): readonly SpanEdit[] | undefined {
	if (!/^(?:dnf|yum)/.test(tool.id)) return [];
	if (calls.some((call) => call.command.decoded)) return undefined;
	return calls.flatMap((call) =>
		call.verbWord === undefined || call.options.some((option) => option.name === "--setopt" && option.value?.startsWith("keepcache"))
			? []
			: [insertAfter(call.verbWord.span, " --setopt=keepcache=1")],
	);
}

const keeping = anyStep((step) => stepText(step).includes("docker-clean"));
