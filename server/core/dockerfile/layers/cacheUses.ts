import { addTo } from "../../addTo.ts";
import { BUILD_OUTPUT, type CacheTool, FETCHES_OPERANDS_ONLY, FETCHING_SUBCOMMANDS } from "../../knowledge/cacheDirectories.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { orderOf } from "../commands/commandOrder.ts";
import { commandsOf } from "../commands/scripts.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import { isInside, mountCovers, mountTarget } from "../files/mountCoverage.ts";
import type { Step } from "../model/model.ts";
import { mountsOf } from "../model/mounts.ts";
import { listsRemovedAfter, refreshesLists } from "../packages/aptLists.ts";
import { callOption } from "../packages/callWords.ts";
import { removedAfter } from "../packages/cleanUp.ts";
import { mayBeConfigured } from "../packages/configurations.ts";
import { cleansByForce } from "../packages/npmVersion.ts";
import { callHasOption, isIdle, type PackageCall, packageCallOf, packageCallsOf } from "../packages/packageCalls.ts";
import { hintsAtModernYarn } from "../packages/yarnVersion.ts";
import { lastStep } from "../variables/state.ts";
import { cachePath, cacheToolOf } from "./caches.ts";

/** What a RUN fetches with one tool. */
export interface CacheUse {
	readonly step: Step;
	readonly tool: CacheTool;
	/** Those that fetch, in order; at least one. */
	readonly calls: readonly [PackageCall, ...PackageCall[]];
	/** The directories of the tool as far as they are known, absolute; the first one is. */
	readonly paths: readonly [string, ...string[]];
}

const ELSEWHERE = ["--root", "--initdb", "--installroot"];

/** What the commands of a RUN fetch and would cache, by tool. Tools whose cache directory nobody knows are left out. */
export const cacheUsesOf = remembered(readUses);

const NO_USES: readonly CacheUse[] = [];

function readUses(step: Step): readonly CacheUse[] {
	const calls = packageCallsOf(step);
	if (calls.length === 0) return NO_USES;
	const byTool = new Map<CacheTool, PackageCall[]>();
	for (const call of calls) {
		const tool = cacheToolOf(step, call);
		if (tool === undefined || !fetches(call) || isRestored(step, call) || (tool.id === "yarn" && hintsAtModernYarn(step, call))) continue;
		addTo(byTool, tool, call);
	}
	if (byTool.size === 0) return NO_USES;
	// What `go build` mounts holds the modules, too.
	const builds = [...byTool.keys()].some((tool) => tool.id === "go");
	const uses: CacheUse[] = [];
	for (const [tool, [call, ...others]] of byTool) {
		if (call === undefined || (builds && tool.id === "go modules")) continue;
		const [first, ...rest] = tool.directories.map((directory) => cachePath(step, call, tool, directory));
		if (first === undefined) continue;
		uses.push({ step, tool, calls: [call, ...others], paths: [first, ...rest.filter((path) => path !== undefined)] });
	}
	return uses;
}

function fetches(call: PackageCall): boolean {
	if (isIdle(call) || callHasOption(call, ...ELSEWHERE) || call.command.wrapper?.program === "chroot") return false;
	if (call.options.some(({ value }) => value !== undefined && /^(?:Dir|RootDir)\b/i.test(value))) return false;
	const called = `${call.manager} ${call.verb}`;
	const nested = FETCHING_SUBCOMMANDS[called];
	if (nested !== undefined && !nested.includes(call.operands[0]?.value ?? "")) return false;
	return call.operands.length > 0 || !FETCHES_OPERANDS_ONLY.has(called) || callHasOption(call, "--path", "--git");
}

/** Whether a RUN above has restored what a build of .NET needs, and not to a mount: the build then fetches nothing. */
function isRestored(step: Step, { manager, kind }: PackageCall): boolean {
	if (manager !== "dotnet" || kind !== "build") return false;
	const restores = (call: PackageCall): boolean => call.manager === "dotnet" && call.verb === "restore";
	const keepsIt = (above: Step): boolean => above.keyword === "RUN" && mountsOf(above).length === 0;
	return lastStep(step.stage, step, (above) => keepsIt(above) && packageCallsOf(above).some(restores)) !== undefined;
}

/** Whether a RUN mounts something where a tool caches, or a cache that may be meant for it. */
export function hasCacheMount(use: CacheUse, all: readonly CacheUse[]): boolean {
	const { step, paths, tool } = use;
	if (mountsOf(step).length === 0) return false;
	const also =
		tool.id === "apk" ? ["/var/cache/apk"] : /^(?:dnf|yum)/.test(tool.id) ? ["/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/yum"] : [];
	if ([...paths, ...also].some((path) => mountCovers(step, path) !== "no")) return true;
	const others = all.filter((other) => other !== use).flatMap((other) => other.paths);
	return mountsOf(step).some((mount) => {
		if (mount.type !== "cache") return false;
		const target = mountTarget(step, mount);
		if (target !== undefined && BUILD_OUTPUT.test(target)) return false;
		return target === undefined || !others.some((path) => isInside(path, target) || isInside(target, path));
	});
}

/** Where the first directory may be as well; undefined where there is no doubt. */
export function otherPlace({ tool, paths }: CacheUse): string | undefined {
	const [directory] = tool.directories;
	const path = directory?.path.replace(/^~/, "");
	if (directory?.orElse === undefined || path === undefined || !paths[0].endsWith(path)) return undefined;
	return paths[0].slice(0, -path.length) + directory.orElse.replace(/^~/, "");
}

/** Whether a variable turns the cache of a tool off. */
export function isTurnedOff(use: CacheUse): boolean {
	return (use.tool.turnedOffBy?.variables ?? []).some((name) => {
		const value = shellVariableAt(use.step, use.calls[0].command, name);
		return value.kind === "unknown" || (value.kind === "set" && value.value !== "");
	});
}

/** Whether nothing of the cache stays in the layer: it is turned off by an option, or removed in the same RUN. */
export function leavesNothing(use: CacheUse): boolean {
	const { step, tool, calls, paths } = use;
	const last = calls[calls.length - 1] ?? calls[0];
	const off = tool.turnedOffBy?.options ?? [];
	const bypassed = (call: PackageCall): boolean =>
		callOption(step, call, (option) => off.some((name) => matchesOff(option, name))) !== "no";
	if (off.length > 0 && calls.every(bypassed)) return true;
	// BuildKit mounts an empty /dev for each step.
	if (isInside(paths[0], "/dev")) return true;
	if (tool.id !== "apt") {
		const removed = [paths[0], otherPlace(use) ?? paths[0], ...(tool.content === undefined ? [] : [paths[0] + tool.content])];
		return emptiedAfter(use, last) || removed.some((path) => removedAfter(step, last.command, path) !== "no");
	}
	// The official images remove packages by themselves; lists stay.
	const update = packageCallsOf(step).findLast(refreshesLists);
	return update === undefined || listsRemovedAfter(step, update.command) !== "no";
}

/** The calls of a use that no command behind them empties the cache of. */
export function callsNotEmptied(use: CacheUse): CacheUse["calls"] {
	const order = orderOf(use.step);
	const emptied = emptiedUpTo(use);
	const [first, ...rest] = use.calls.filter(({ command }) => (order.get(command) ?? 0) >= emptied);
	return first === undefined ? use.calls : [first, ...rest];
}

/** Whether a command behind a call empties the cache. */
function emptiedAfter(use: CacheUse, { command }: PackageCall): boolean {
	return (orderOf(use.step).get(command) ?? 0) < emptiedUpTo(use);
}

/** The place of the last command that empties the cache; -1 if there is none. A function may run at the end. */
function emptiedUpTo(use: CacheUse): number {
	const order = orderOf(use.step);
	const emptying = emptyingCommands(use).filter((command) => !isRefusedClean(use.step, command));
	return emptying.reduce(
		(last, command) => Math.max(last, command.within.includes("function") ? Number.POSITIVE_INFINITY : (order.get(command) ?? 0)),
		-1,
	);
}

/** `--no-cache` of pip stands for `--no-cache-dir`, too; short options only for themselves. */
export function matchesOff(option: string, name: string): boolean {
	return name.startsWith("--") ? option.startsWith(name) : option === name;
}

/** The commands of a RUN that empty the cache of a tool: `apt-get clean`, `npm cache clean --force`. */
export function emptyingCommands({ step, tool }: Pick<CacheUse, "step" | "tool">): readonly ShellCommand[] {
	if (tool.emptiedBy === undefined) return [];
	return commandsOf(step).filter((command) => empties(command, tool));
}

/** Whether a command empties the cache of a tool. */
export function empties(command: ShellCommand, { emptiedBy }: CacheTool): boolean {
	return emptiedBy?.some((wanted) => isCall(wanted, command)) === true;
}

/** `npm config set force true`, `echo force=true >> .npmrc`; the option of another call says nothing. */
const FORCE = /(?<!-)\bforce\b/;
const NPM_SETTINGS = /npmrc/;

/** Whether npm refuses to empty its cache: it is not told to with `--force`. */
export function isRefusedClean(step: Step, command: ShellCommand): boolean {
	const call = command.program === "npm" ? packageCallOf(command) : undefined;
	if (call?.verb !== "cache" || !/^(?:clean|clear|rm)$/.test(call.operands[0]?.value ?? "")) return false;
	if (callOption(step, call, (name, value) => (name === "--force" || name === "-f") && value !== "false") !== "no") return false;
	const isForced = ["npm_config_force", "NPM_CONFIG_FORCE"].some((name) => shellVariableAt(step, command, name).kind !== "unset");
	return !isForced && cleansByForce(step) && !mayBeConfigured(step, FORCE, NPM_SETTINGS);
}

/** `go clean -modcache` empties the second directory of `go build`; no commands where nobody knows where that is. */
export function modulesCleaned({ step, tool, paths }: CacheUse): readonly ShellCommand[] {
	if (tool.id !== "go" || paths.length < 2) return [];
	return commandsOf(step).filter((command) => isCall(["go", "clean", "-modcache"], command));
}

/** Whether a command is `PROGRAM WORD…`, other options and their values left out. */
function isCall(wanted: readonly string[], command: ShellCommand): boolean {
	const { program, args } = command;
	if (wanted[0] !== program) return false;
	const flags = wanted.filter((word) => word.startsWith("-"));
	if (flags.some((flag) => !args.some(({ text }) => text === flag))) return false;
	const words = wanted.slice(1).filter((word) => !flags.includes(word));
	const call = packageCallOf(command);
	const operands = call === undefined ? args.filter(({ text }) => !text.startsWith("-")) : [call.verbWord, ...call.operands];
	return words.every((word, index) => operands[index]?.value === word);
}
