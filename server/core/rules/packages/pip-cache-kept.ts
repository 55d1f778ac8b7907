import { takesNoCacheVariable } from "../../dockerfile/base/pipVersion.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt } from "../../dockerfile/commands/shellVariables.ts";
import { insertAfter, insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import { addFlags } from "../../dockerfile/edits/layoutEdit.ts";
import { bringsUnnamedFiles, copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { isInside, mountCovers, mountTarget } from "../../dockerfile/files/mountCoverage.ts";
import { removes } from "../../dockerfile/files/removals.ts";
import { cacheMountFlag } from "../../dockerfile/layers/cacheMounts.ts";
import { cachePath } from "../../dockerfile/layers/caches.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { mountsOf } from "../../dockerfile/model/mounts.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { foldSteps } from "../../dockerfile/model/stepFold.ts";
import { callOption } from "../../dockerfile/packages/callWords.ts";
import { removedAfter } from "../../dockerfile/packages/cleanUp.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { isNoCacheOption } from "../../dockerfile/packages/pipCalls.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import type { EditFix } from "../../finding.ts";
import { CACHE_TOOLS, type CacheTool } from "../../knowledge/cacheDirectories.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const pipCacheKept = defineRule({
	id: "pip-cache-kept",
	title: "pip's cache stays in the layer",
	category: "packages",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3042"],
		["kics", "f2f903fb-b977-461e-98d7-b3e2185c6118"],
		["semgrep", "missing-pip-no-cache-dir"],
		["terrascan", "AC_DOCKER_0031"],
		["droast", "DF030"],
	),
	onlyWith: { words: ["pip"] },
	why: "pip keeps what it downloads, and the wheels that it builds, for the next install. In a layer there is no next install: the cache is a second copy of every package, often hundreds of megabytes, that each host pulls and stores.",
	remedy:
		"Add `--no-cache-dir`, or set `ENV PIP_NO_CACHE_DIR=1` for the whole stage. Where builds are repeated often a cache mount on pip's cache directory keeps the downloads for the next build and out of the layer.",
	references: ["https://pip.pypa.io/en/stable/topics/caching/", "https://docs.docker.com/build/cache/optimize/#use-cache-mounts"],
	examples: [
		{ caption: "Switched off", good: "FROM python:3.12-slim\nRUN pip install --no-cache-dir -r requirements.txt\n" },
		{
			caption: "Downloads and wheels stay",
			bad: "FROM python:3.12-slim\nRUN pip «install» -r requirements.txt\n",
			fixed: "FROM python:3.12-slim\nRUN pip install --no-cache-dir -r requirements.txt\n",
		},
		{
			caption: "In every spelling of the program",
			bad: "FROM debian:12\nRUN python3 -m pip --quiet «install» \\\n      flask && \\\n    # as wheels\n    pip3.11 wheel -w /w a && sudo -H pip3 download b\nRUN <<EOF\n/opt/venv/bin/pip «install» c\nEOF\n",
			fixed:
				"FROM debian:12\nRUN python3 -m pip --quiet install --no-cache-dir \\\n      flask && \\\n    # as wheels\n    pip3.11 wheel --no-cache-dir -w /w a && sudo -H pip3 download --no-cache-dir b\nRUN <<EOF\n/opt/venv/bin/pip install --no-cache-dir c\nEOF\n",
		},
		{
			caption: "A variable that is set later, to nothing, or for another command",
			bad: "FROM python:3.12\r\nENV PIP_NO_CACHE_DIR=\r\nRUN PIP_NO_CACHE_DIR=1 pip install a && pip «install» b\r\nENV PIP_NO_CACHE_DIR=1\r\n",
			fixed:
				"FROM python:3.12\r\nENV PIP_NO_CACHE_DIR=\r\nRUN PIP_NO_CACHE_DIR=1 pip install a && pip install --no-cache-dir b\r\nENV PIP_NO_CACHE_DIR=1\r\n",
		},
		{
			caption: "A mount on another folder, and a removal that comes too early",
			bad: "FROM python:3.12 AS base\nRUN --mount=type=cache,target=/root/.npm rm -rf ~/.cache && pip «install» a\nFROM base\n",
			fixed:
				"FROM python:3.12 AS base\nRUN --mount=type=cache,target=/root/.npm rm -rf ~/.cache && pip install --no-cache-dir a\nFROM base\n",
		},
		{
			caption: "Switched off by an option, a variable (false values, too) or a configuration",
			good: "FROM python:3.12 AS base\nRUN pip install --no-cache-dir a && pip --no-cache-dir install b && pip install --no-cache c\nENV PIP_NO_CACHE_DIR=off\nFROM base\nRUN pip install d\nFROM python:3.12\nARG PIP_NO_CACHE_DIR=1\nRUN pip install e\nFROM python:3.12\nRUN export PIP_NO_CACHE_DIR=yes && pip install f\nFROM python:3.12\nRUN pip config set global.no-cache-dir true\nRUN pip install g\nFROM python:3.12\nRUN printf '[global]\\nno-cache-dir = true\\n' > /etc/pip.conf && pip install h\nFROM python:3.12\nCOPY pip.conf /etc/pip.conf\nRUN pip install i\n",
		},
		{
			caption: "A file beside pip's configuration is not it",
			bad: "FROM python:3.12\nCOPY requirements.txt /\nCOPY nginx.conf /etc/\nRUN pip «install» -r /requirements.txt\n",
			fixed: "FROM python:3.12\nCOPY requirements.txt /\nCOPY nginx.conf /etc/\nRUN pip install --no-cache-dir -r /requirements.txt\n",
		},
		{
			caption: "The option of another call, and words about it",
			bad: "FROM python:3.12\nRUN bash -c 'pip «install» a && pip install --no-cache-dir b'\nRUN echo \"no-cache-dir is set\" && pip «install» x\n",
			fixed:
				"FROM python:3.12\nRUN bash -c 'pip install --no-cache-dir a && pip install --no-cache-dir b'\nRUN echo \"no-cache-dir is set\" && pip install --no-cache-dir x\n",
		},
		{
			caption: "The mount of another tool, and files, for a user whose home nobody knows",
			bad: "FROM python:3.12\nRUN --mount=type=cache,target=/var/cache/apt --mount=type=bind,source=r.txt,target=/r.txt sudo pip «install» -r /r.txt\n",
			fixed:
				"FROM python:3.12\nRUN --mount=type=cache,target=/var/cache/apt --mount=type=bind,source=r.txt,target=/r.txt sudo pip install --no-cache-dir -r /r.txt\n",
		},
		{
			caption: "It may be in a folder or an archive",
			good: "FROM python:3.12\nCOPY rootfs /\nRUN pip install a\nFROM python:3.12\nCOPY . /etc/\nRUN pip install a\nFROM python:3.12\nADD root.tar.gz /\nRUN pip install a\nFROM python:3.12\nCOPY ./etc.prod /etc\nRUN pip install a\nFROM python:3.12\nCOPY root-1.2 /\nRUN pip install a\nFROM python:3.12\nCOPY ETC /\nRUN pip install a\nFROM python:3.12\nCOPY rootfs.prod /\nRUN pip install a\n",
		},
		{
			caption: "On a mount",
			good: "FROM python:3.12\nRUN --mount=type=cache,target=/root/.cache/pip pip install a\nRUN --mount=type=cache,target=/root/.cache pip install a\nRUN --mount=type=cache,target=/root/.cache/pip sudo pip install d\nRUN --mount=type=cache,target=/root/.cache sudo pip install d\nRUN useradd --create-home app\nUSER app\nRUN --mount=type=cache,target=/home/app/.cache/pip,uid=1000 pip install --user b\nENV PIP_CACHE_DIR=/cache/pip\nRUN --mount=type=tmpfs,target=/cache pip install c\nARG TARGET\nRUN --mount=type=cache,target=$TARGET pip install d\nRUN --mount=type=cache,target=/x pip install --cache-dir=/x e\nRUN pip install --cache-dir /y f && rm -rf /y\nENV PIP_CACHE_DIR=/dev/shm/pip\nRUN pip install g\n",
		},
		{
			caption: "Removed in the same layer",
			good: 'FROM python:3.12\nRUN pip install a && rm -rf /root/.cache\nRUN pip install b && rm -rf ~/.cache/pip /tmp/*\nRUN pip install c && rm -rf "$HOME/.cache/"*\nRUN pip install d && pip cache purge\nRUN pip install e && find / -type d -name __pycache__ -exec rm -r {} + && rm -r /root/.cache/*\n',
		},
		{
			caption: "In a folder of its own",
			bad: "FROM python:3.12\nRUN pip «install» --cache-dir /c a && pip install --cache-dir $X b\nRUN pip «install» c && pip install --cache-dir /c d\n",
		},
		{
			caption: "Nothing is fetched, not shipped, or nobody knows",
			good: "FROM python:3.12 AS build\nRUN pip install wheel\nFROM python:3.12\nCOPY --from=build /wheels /wheels\nRUN pip install --no-index --find-links=/wheels app && pip install /wheels/*.whl && pip install --no-deps . && pip uninstall -y x && pip list && pip install --help && uv pip install a && pipx install b\nFROM acme/base:1\nRUN pip install c\nARG OPTIONS\nFROM python:3.12\nARG OPTIONS\nRUN pip install $OPTIONS d\nFROM ubuntu:14.04\nRUN pip install e\n",
		},
	],
	check(file) {
		const tool = CACHE_TOOLS.find((candidate) => candidate.id === "pip");
		if (tool === undefined) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if ((stage.use !== "shipped" && stage.use !== "ancestor") || isOld(stage)) continue;
			for (const step of runSteps(stage)) {
				const calls = packageCallsOf(step).filter((call) => call.manager === "pip" && fetches(step, call));
				if (calls.length === 0 || configured(step)) continue;
				const keeping = calls.filter((call) => call.verbWord !== undefined && keepsCache(step, call, tool));
				const [call] = keeping;
				if (call?.verbWord === undefined) continue;
				reports.push({
					span: call.verbWord.span,
					message: `pip ${call.verb} leaves its cache in the layer`,
					fixes: () => fixesOf(step, [call, ...keeping.slice(1)], tool),
				});
			}
		}
		return reports;
	},
});

/** Releases whose pip is older than 6: it knows no `--no-cache-dir`, and caches nothing by itself. */
function isOld(stage: Stage): boolean {
	const base = rootBase(stage);
	return (
		base.kind === "image" &&
		/^library\/(?:debian|ubuntu)$/.test(base.reference.repository) &&
		/^(?:[78](?:\.|$)|1[0-5]\.|squeeze|wheezy|jessie|lucid|precise|trusty|utopic|vivid|wily)/.test(base.reference.tag ?? "")
	);
}

/** Whether a call downloads and could write to the cache, as far as its own words tell. */
function fetches(step: Step, call: PackageCall): boolean {
	if (!["install", "wheel", "download"].includes(call.verb) || callHasOption(call, "--help", "-h")) return false;
	const listed = callHasOption(call, "-r", "--requirement", "-e", "--editable");
	if (call.operands.length === 0 && !listed) return call.command.wrapper?.program === "xargs";
	const local = call.operands.every((word) => /\.whl$/.test(word.text) || (/^[./]/.test(word.text) && callHasOption(call, "--no-deps")));
	if (local && !listed) return false;
	return callOption(step, call, (name) => isNoCacheOption(name) || name === "--no-index") === "no";
}

const configuredAbove = foldSteps<boolean>(
	() => false,
	(before, step) => before || configures(step),
);

/** Whether pip's configuration, as the file shows it, may switch the cache off. */
function configured(step: Step): boolean {
	return configuredAbove.at(step.stage, step) || configures(step);
}

/** `no-cache-dir = true` of a file, `global.no-cache-dir` of `pip config set`; not the option. */
const SETTING = /(?<!-)no[-_]cache[-_]dir[ \t]*=|\.no[-_]cache[-_]dir\b/;

function configures(step: Step): boolean {
	const copied = copyWordsOf(step);
	if (copied !== undefined)
		return /pip\.(?:conf|ini)\b/.test(step.arguments.text) || (/^\/(?:etc\/?)?$/.test(copied.destination.text) && bringsUnnamedFiles(step));
	if (step.keyword !== "RUN") return false;
	return (
		step.heredocs.some((heredoc) => /^[ \t]*no[-_]cache[-_]dir[ \t]*=/m.test(heredoc.body.text)) ||
		commandsOf(step).some((command) => command.args.some((word) => SETTING.test(word.text)))
	);
}

function keepsCache(step: Step, call: PackageCall, tool: CacheTool): boolean {
	const off = shellVariableAt(step, call.command, "PIP_NO_CACHE_DIR");
	// Any value switches the cache off, false ones included; only an empty one does not count.
	if (off.kind === "unknown" || (off.kind === "set" && off.value !== "")) return false;
	if (shellVariableAt(step, call.command, "PIP_CONFIG_FILE").kind !== "unset") return false;
	const path = pathOf(step, call, tool);
	if (path === undefined && namesFolder(call)) return false;
	if (mayBeMounted(step, path, tool) || removedAfter(step, call.command, path ?? "/root/.cache/pip") !== "no") return false;
	const calls = packageCallsOf(step);
	return !calls.slice(calls.indexOf(call) + 1).some((later) => later.manager === "pip" && later.verb === "cache");
}

/** Whether a mount may hold the cache: BuildKit's own one of /dev, too, and any that is not another tool's where nobody knows the folder, as behind sudo. */
function mayBeMounted(step: Step, path: string | undefined, tool: CacheTool): boolean {
	if (path !== undefined) return isInside(path, "/dev") || mountCovers(step, path) !== "no";
	return mountsOf(step).some((mount) => {
		if (mount.type !== "cache" && mount.type !== "tmpfs") return false;
		const target = mountTarget(step, mount);
		return target === undefined || !isOfAnotherTool(target, tool);
	});
}

function isOfAnotherTool(target: string, tool: CacheTool): boolean {
	const own = tool.directories.map(({ path }) => path);
	return CACHE_TOOLS.some(({ directories }) =>
		directories.some(({ path }) => {
			if (path === "" || own.includes(path)) return false;
			return path.startsWith("~") ? target.endsWith(path.slice(1)) : isInside(target, path);
		}),
	);
}

/** `--cache-dir`, which tells a folder of the call's own. */
function namesFolder(call: PackageCall): boolean {
	return callHasOption(call, "--cache-dir");
}

function pathOf(step: Step, call: PackageCall, tool: CacheTool): string | undefined {
	if (namesFolder(call)) {
		const path = call.options.findLast(({ name }) => name === "--cache-dir")?.value;
		return path?.startsWith("/") ? normalPath(path) : undefined;
	}
	const directory = tool.directories[0];
	return directory === undefined ? undefined : cachePath(step, call, tool, directory);
}

/** What keeps the cache of all calls of a step out of the layer. */
function fixesOf(step: Step, calls: readonly [PackageCall, ...PackageCall[]], tool: CacheTool): readonly EditFix[] {
	const [call] = calls;
	if (calls.some(namesFolder)) return [];
	const { file } = step.stage;
	const fixes: EditFix[] = [];
	const edits = calls.flatMap(({ verbWord, command }) =>
		verbWord === undefined || command.decoded ? [] : [insertAfter(verbWord.span, " --no-cache-dir")],
	);
	if (edits.length === calls.length) fixes.push({ title: "Add --no-cache-dir", safety: "safe", edits });
	// sudo takes the environment away.
	const keepsVariables = calls.every(({ command: { wrapper } }) => wrapper?.program !== "sudo");
	if (keepsVariables && takesNoCacheVariable(step.stage) && shellVariableAt(step, call.command, "PIP_NO_CACHE_DIR").kind === "unset")
		fixes.push({
			title: "Set PIP_NO_CACHE_DIR for the stage",
			safety: "review",
			edits: [insertInstructionBefore(file, step, "ENV PIP_NO_CACHE_DIR=1")],
			note: "It holds at run time, too, and in images that start from this one.",
		});
	const path = pathOf(step, call, tool);
	// What is mounted cannot be removed: the build would stop.
	const removed = path === undefined || commandsOf(step).some((command) => removes(step, command, path) !== "no");
	const flag = removed ? undefined : cacheMountFlag(step, call, tool, path);
	if (flag !== undefined)
		fixes.push({ title: `Mount a cache at ${path}`, safety: "review", edits: [addFlags(file, step, [flag])], note: "Needs BuildKit." });
	return fixes;
}
