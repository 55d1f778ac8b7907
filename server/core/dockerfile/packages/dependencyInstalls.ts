import { type Ecosystem, ecosystemOf } from "../../knowledge/manifests.ts";
import type { ManagerId } from "../../knowledge/packageManagers.ts";
import type { ShellWord } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import { mountsOf } from "../model/mounts.ts";
import { callHasOption, isIdle, type PackageCall, packageCallsOf } from "./packageCalls.ts";

/** An install of what a project's manifest asks for. */
export interface DependencyInstall {
	readonly step: Step;
	readonly call: PackageCall;
	/** The subcommand or the goal that asks for it; undefined where the bare program does. */
	readonly word: ShellWord | undefined;
	readonly ecosystem: Ecosystem;
	/** The install needs the sources, too: `pip install .`, compilers that fetch as they build. */
	readonly withSources: boolean;
}

/** Subcommands that install the manifest's dependencies when they name no package. */
const PLAIN: Partial<Record<ManagerId, readonly string[]>> = {
	npm: ["install", "i", "ci", "clean-install", "ic", "install-clean"],
	yarn: ["", "install"],
	pnpm: ["install", "i", "fetch"],
	bun: ["install", "i", "ci"],
	pipenv: ["install", "sync"],
	poetry: ["install", "sync"],
	uv: ["sync"],
	bundle: ["", "install"],
	composer: ["install", "i"],
	mix: ["deps.get"],
	dotnet: ["restore"],
};
/** Builds that fetch whatever is missing first: plugins at least. */
const BUILDS: Partial<Record<ManagerId, readonly string[]>> = {
	cargo: ["build", "b", "fetch", "chef"],
	maven: ["package", "install", "verify", "compile", "deploy", "dependency:go-offline", "dependency:resolve"],
	dotnet: ["build", "pack", "publish", "test"],
};
/** Tasks of Gradle that need no dependencies; all others may. */
const GRADLE_HELPERS = new Set(["", "clean", "wrapper", "help", "tasks", "init", "projects", "properties"]);
/** With these it is not the project's dependencies that are fetched. */
const ELSEWHERE = ["--global", "--local"];
/** With these nothing but the lock file is written, or nothing but the project itself is installed. */
const WITHOUT_DEPENDENCIES: Partial<Record<ManagerId, readonly string[]>> = {
	npm: ["--package-lock-only"],
	pnpm: ["--lockfile-only"],
	bun: ["--lockfile-only"],
	poetry: ["--only-root"],
};
/** Managers to which `-g` says so; it is the folder of Gradle. */
const GLOBAL_LETTER: readonly ManagerId[] = ["npm", "pnpm", "bun"];

/** The installs of a RUN that take their list from a manifest, in order. */
export function dependencyInstallsOf(step: Step): readonly DependencyInstall[] {
	const installs: DependencyInstall[] = [];
	for (const call of packageCallsOf(step)) {
		const ecosystem = ecosystemOf(call.manager);
		if (ecosystem === undefined || isIdle(call) || isElsewhere(call)) continue;
		if (callHasOption(call, ...(WITHOUT_DEPENDENCIES[call.manager] ?? []))) continue;
		const word = goalOf(call);
		const kind = kindOf(call, word?.value?.toLowerCase() ?? call.verb) ?? (maybeBuilds(call) ? "build" : undefined);
		if (kind !== undefined) installs.push({ step, call, word, ecosystem, withSources: kind === "build" });
	}
	return installs;
}

/** Whether a call is about another place than the project: the whole machine, another root. */
export function isElsewhere(call: PackageCall): boolean {
	if (callHasOption(call, ...ELSEWHERE) || call.command.wrapper?.program === "chroot") return true;
	return GLOBAL_LETTER.includes(call.manager) && callHasOption(call, "-g");
}

/** Maven and Gradle take several goals, of which some, as `clean`, fetch nothing: the first that does tells. */
function goalOf(call: PackageCall): ShellWord | undefined {
	return goalsOf(call).find(({ value }) => value !== undefined && kindOf(call, value.toLowerCase()) !== undefined) ?? call.verbWord;
}

/** `clean` alone deletes; goals behind it that nobody knows, those of plugins and of variables, may fetch. */
function maybeBuilds(call: PackageCall): boolean {
	return call.verb === "clean" && goalsOf(call).some(({ value }) => !GRADLE_HELPERS.has(value?.toLowerCase() ?? "$"));
}

function goalsOf({ manager, verbWord, operands }: PackageCall): readonly ShellWord[] {
	return verbWord === undefined || (manager !== "maven" && manager !== "gradle") ? [] : [verbWord, ...operands];
}

function kindOf(call: PackageCall, verb: string): "plain" | "build" | undefined {
	const { manager, operands } = call;
	if (isPipCall(call)) return pipKind(call);
	if (manager === "go" && verb === "get")
		return !call.uncertain && operands.every(({ value }) => /^\.(?:\/|\/\.\.\.)?$/.test(value ?? "")) ? "build" : undefined;
	if (manager === "go") return verb === "mod" && operands[0]?.value === "download" ? "plain" : undefined;
	// `dotnet test tests.dll` runs what was built before.
	if (manager === "dotnet" && operands.some(({ value }) => /\.(?:dll|exe)$/i.test(value ?? ""))) return undefined;
	if (manager === "cargo" && callHasOption(call, "--frozen")) return undefined;
	// `cargo chef prepare` only writes down what there is to fetch.
	if (manager === "cargo" && verb === "chef" && operands[0]?.value !== "cook") return undefined;
	if (PLAIN[manager]?.includes(verb))
		return operands.length === 0 || manager === "dotnet" ? (call.uncertain && manager !== "dotnet" ? undefined : "plain") : undefined;
	if (manager === "gradle") return GRADLE_HELPERS.has(verb) ? undefined : "build";
	return BUILDS[manager]?.includes(verb) ? "build" : undefined;
}

/** Whether a call takes what pip takes: that of pip, or `uv pip`. */
export function isPipCall({ manager, verb }: PackageCall): boolean {
	return manager === "pip" || (manager === "uv" && verb === "pip");
}

/** `-r FILE` lists packages; `.` and `-e .` are the project itself. */
function pipKind(call: PackageCall): "plain" | "build" | undefined {
	if (call.manager === "pip" ? call.verb !== "install" && call.verb !== "wheel" : call.operands[0]?.value !== "install") return undefined;
	const files = call.options.filter(
		(option) => option.name === "-r" || option.name === "--requirement" || option.name === "--requirements",
	);
	if (files.some((option) => option.value === undefined || !option.value.includes("://"))) return "plain";
	const project = [...call.operands, ...call.options.filter((option) => option.name === "-e" || option.name === "--editable")].some(
		(word) => /^\.\/?(?:\[.*\])?$/.test(("value" in word ? word.value : undefined) ?? ""),
	);
	return project && !callHasOption(call, "--no-deps") ? "build" : undefined;
}

/** Whether downloads of a RUN outlive its layer on a cache mount. */
export function hasCache(step: Step): boolean {
	return mountsOf(step).some((mount) => mount.type === "cache");
}
