import type { ManagerId } from "../../knowledge/packageManagers.ts";
import { remembered } from "../../memo.ts";
import { scriptsOf } from "../commands/scripts.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import { anyStepBehind } from "../model/mentions.ts";
import type { Step } from "../model/model.ts";
import { callOption } from "../packages/callWords.ts";
import { removedAfter } from "../packages/cleanUp.ts";
import { worksElsewhere } from "../packages/dnfCalls.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../packages/packageCalls.ts";
import { type Answer, anyOf } from "../syntax/answer.ts";

/** A family of package managers that share a cache. */
export interface SystemCache {
	/** Those whose calls fill the cache. */
	readonly managers: readonly ManagerId[];
	/** Those that can empty it. */
	readonly cleaners: readonly ManagerId[];
	/** Where releases and relatives keep it. */
	readonly paths: readonly string[];
}

/** Source: dnf.conf(5) 4.18, dnf5.conf(5) 5.2, yum.conf(5) 3.4, tdnf 3.5. */
const DNF_PATHS = ["/var/cache/dnf", "/var/cache/libdnf5", "/var/cache/yum", "/var/cache/tdnf"];
const DNF_MANAGERS: readonly ManagerId[] = ["yum", "dnf", "microdnf", "tdnf"];
export const YUM_CACHE: SystemCache = { managers: ["yum"], cleaners: DNF_MANAGERS, paths: DNF_PATHS };
export const DNF_CACHE: SystemCache = { managers: ["dnf", "microdnf", "tdnf"], cleaners: DNF_MANAGERS, paths: DNF_PATHS };
/** Source: zypper(8) 1.14, zypp.conf. */
export const ZYPPER_CACHE: SystemCache = { managers: ["zypper"], cleaners: ["zypper"], paths: ["/var/cache/zypp"] };

/** The last call of a RUN whose metadata stays in the layer; undefined if nothing stays, or nobody knows. */
export function cacheLeftBy(step: Step, cache: SystemCache): PackageCall | undefined {
	const calls = packageCallsOf(step);
	const last = calls.findLast((call) => cache.managers.includes(call.manager) && fetches(call));
	if (last === undefined || worksElsewhere(last) || callHasOption(last, "-C", "--cacheonly", "--cache-dir", "--pkg-cache-dir"))
		return undefined;
	if (cache.paths.some((path) => mountCovers(step, path) !== "no")) return undefined;
	// A function runs where it is called, which may be in front of any of the others.
	const inFunction = last.command.within.includes("function");
	if (inFunction && !callsOnlyFunction(step)) return undefined;
	const cleaned = (inFunction ? calls : calls.slice(calls.indexOf(last) + 1)).some(
		(call) => cache.cleaners.includes(call.manager) && call.kind === "clean" && !cleansLittle(call),
	);
	if (cleaned) return undefined;
	const removed = anyOf(cache.paths.map((path): Answer => removedAfter(step, last.command, path)));
	return removed === "no" ? last : undefined;
}

/** Whether a RUN defines one function, and calls it. */
function callsOnlyFunction(step: Step): boolean {
	const [script, ...others] = scriptsOf(step).filter(({ functions }) => functions.size > 0);
	const isOnly = script !== undefined && others.length === 0 && script.functions.size === 1;
	return (
		isOnly && script.commands.some(({ program, within }) => program !== undefined && script.functions.has(program) && within.length === 0)
	);
}

function fetches(call: PackageCall): boolean {
	if (callHasOption(call, "--help", "-h", "--version", "--assumeno", "--dry-run")) return false;
	return call.kind === "upgrade" || (call.kind === "install" && (call.operands.length > 0 || call.command.wrapper?.program === "xargs"));
}

const LITTLE: ReadonlySet<string> = new Set(["packages", "expire-cache", "headers", "dbcache"]);

/** `clean packages` and its like leave the metadata where it is, `clean dbcache` all but what was made of them. */
function cleansLittle(call: PackageCall): boolean {
	const words = call.operands.map((word) => word.value);
	return words.length > 0 && words.every((word) => LITTLE.has(word ?? ""));
}

/** Whether a later RUN wants to work with what is in the cache, without fetching it again. */
export function cacheNeededAfter(step: Step, cache: SystemCache): boolean {
	return needsBehind(cache)(step);
}

const needsBehind = remembered(({ cleaners }: SystemCache) =>
	anyStepBehind(
		(later) =>
			later.keyword === "RUN" &&
			packageCallsOf(later).some(
				(call) =>
					cleaners.includes(call.manager) &&
					callOption(later, call, (name) => name === "-C" || name === "--cacheonly" || name === "--no-refresh" || name === "--offline") !==
						"no",
			),
	),
);
