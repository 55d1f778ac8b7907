import { addTo } from "../../addTo.ts";
import { baseName } from "../../baseName.ts";
import { CACHE_TOOLS, type CacheDirectory, type CacheTool } from "../../knowledge/cacheDirectories.ts";
import { homeAt } from "../accounts/home.ts";
import { goMinor } from "../base/goVersion.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import type { Stage, Step } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";
import { mayUseGoPath } from "../packages/goPathMode.ts";
import { callHasOption, type PackageCall } from "../packages/packageCalls.ts";
import type { VariableValue } from "../syntax/variableValue.ts";
import { isRootUser, normalPath, userAt } from "../variables/state.ts";
import { declarationAt } from "../variables/variables.ts";

/** Cache tools by manager and subcommand. */
const toolsByCall = new Map<string, CacheTool[]>();
for (const tool of CACHE_TOOLS)
	for (const manager of tool.managers) for (const verb of tool.verbs) addTo(toolsByCall, `${manager} ${verb}`, tool);

/** What a call keeps its downloads with; undefined for calls that fetch nothing, and where the base image decides and is not known. */
export function cacheToolOf(step: Step, call: PackageCall): CacheTool | undefined {
	const tools = toolsByCall.get(`${call.manager} ${call.verb}`);
	if (tools === undefined) return undefined;
	if (call.manager === "go") return goTool(step, call, tools[0]);
	if (call.manager !== "dnf" && call.manager !== "yum") return tools[0];
	const id = call.program === "dnf5" ? "dnf5" : dnfGeneration(step.stage);
	return tools.find((tool) => tool.id === id);
}

/** The build cache came with Go 1.10, that of modules with 1.11; where there are none, `go get` builds, unless told not to. */
function goTool(step: Step, call: PackageCall, tool: CacheTool | undefined): CacheTool | undefined {
	if ((goMinor(step.stage) ?? 10) < 10) return undefined;
	if (call.verb !== "get" || !mayUseGoPath(step, call.command)) return tool;
	return callHasOption(call, "-d") ? undefined : CACHE_TOOLS.find(({ id }) => id === "go");
}

/** Which of the three programs behind the names `dnf` and `yum` the base image of a stage has; undefined for others, and where nobody knows. */
export function dnfGeneration(stage: Stage): "dnf" | "dnf5" | "yum" | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image") return undefined;
	const { repository, tag } = base.reference;
	const name = baseName(repository);
	const major = Number(/^\D{0,9}(\d+)/.exec(tag ?? "")?.[1] ?? "0");
	if (name === "fedora") return major >= 41 || /^(?:rawhide|latest)?$/.test(tag ?? "") ? "dnf5" : major > 0 ? "dnf" : undefined;
	if (name === "centos" || name === "amazonlinux") {
		if (major === 0) return undefined;
		return (name === "centos" ? major >= 8 : major >= 2022) ? "dnf" : "yum";
	}
	if (/minimal|slim|micro/.test(`${name}:${tag}`)) return undefined;
	if (name === "oraclelinux") return major >= 8 ? "dnf" : undefined;
	if (/^(?:rockylinux|almalinux)$/.test(name) || /(?:^|\/)ubi(?:8|9|10)(?:\/ubi|\/ubi-init)?$/.test(repository)) return "dnf";
	return undefined;
}

/** Where a directory of a tool is for a call, absolute; undefined where nobody knows. */
export function cachePath(step: Step, call: PackageCall, tool: CacheTool, directory: CacheDirectory): string | undefined {
	const own = ownCache(call, tool);
	if (own !== undefined) return own.path?.startsWith("/") ? normalPath(own.path) : undefined;
	if (tool.wordsIn?.some((name) => namesFolder(shellVariableAt(step, call.command, name), tool))) return undefined;
	const image = directory.images === undefined && directory.plainImages === undefined ? "" : imageName(step.stage);
	const inImage = directory.images?.[image];
	const isPlain = directory.plainImages?.includes(image) === true;
	for (const { name, below } of directory.variables ?? []) {
		const value = shellVariableAt(step, call.command, name);
		if (value.kind === "set" && value.value !== "")
			return value.value.startsWith("/") ? normalPath(value.value + (below ?? "")) : undefined;
		if (value.kind === "unknown" && declarationAt(step, name) !== undefined) return undefined;
		// Variables of the whole session (XDG_CACHE_HOME) are none that images set.
		if (value.kind === "unknown" && inImage === undefined && !isPlain && !name.startsWith("XDG_")) return undefined;
	}
	if (inImage !== undefined) return inImage;
	const path = directory.otherUsers === undefined ? directory.path : pathFor(userAt(step.stage, step).value, directory);
	if (!path.startsWith("~/")) return path === "" ? undefined : path;
	const home = homeAt(step, call.command);
	return home.kind === "set" && home.value.startsWith("/") ? normalPath(`${home.value}/${path.slice(2)}`) : undefined;
}

/** The canonical name of the image that a stage's lineage starts from; empty without one. */
function imageName(stage: Stage): string {
	const base = rootBase(stage);
	return base.kind === "image" ? `${base.reference.registry}/${base.reference.repository}` : "";
}

/** Where a directory is for a user; empty where nobody knows who that is. */
function pathFor(user: VariableValue, { path, otherUsers = path }: CacheDirectory): string {
	if (user.kind !== "set") return "";
	return isRootUser(user.value) ? path : otherUsers;
}

/** The cache of its own that a call has: `npm ci --cache /x`, `mvn -Dmaven.repo.local=/x`; the path is undefined where a variable hides it. */
export function ownCache(call: PackageCall, tool: CacheTool): { readonly path: string | undefined } | undefined {
	const option = call.options.find(({ name }) => tool.options?.includes(name) === true);
	if (option !== undefined) return { path: option.value };
	const { setting } = tool;
	if (setting === undefined) return undefined;
	const word = call.command.args.find(({ text, value }) => setting.test(value ?? text.replace(/^["']/, "")));
	return word && { path: setting.exec(word.value ?? "")?.[1] };
}

function namesFolder(value: VariableValue, { setting }: CacheTool): boolean {
	return value.kind === "set" && setting?.test(value.value) === true;
}
