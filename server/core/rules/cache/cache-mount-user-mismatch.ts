import { identityAt } from "../../dockerfile/accounts/home.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import { readMode } from "../../dockerfile/files/fileMode.ts";
import { cacheMountsOf } from "../../dockerfile/layers/cacheTargets.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { type Mount, mountOption } from "../../dockerfile/model/mounts.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const CHANGES_USER = /^(?:sudo|doas|su|runuser|gosu|su-exec|chown|chmod)$/;

export const cacheMountUserMismatch = defineRule({
	id: "cache-mount-user-mismatch",
	title: "A cache mount does not belong to the user of the step",
	category: "cache",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "The directory of a cache mount belongs to root, and only root can write there, whatever the folder below it says. Under another USER a tool fails, or warns and works without its cache: everything is fetched again in each build.",
	remedy:
		"Name the owner: `--mount=type=cache,target=…,uid=1000,gid=1000`. A cache that is there already keeps its owner; give it another `id` as well, or remove it with `docker builder prune`.",
	references: ["https://docs.docker.com/reference/dockerfile/#run---mounttypecache"],
	examples: [
		{
			caption: "The user may not write to it",
			bad: "FROM node:22\nUSER node\nRUN --mount=type=cache,«target=/home/node/.npm» npm ci\n",
			fixed: "FROM node:22\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci\n",
		},
		{
			caption: "It belongs to the user",
			good: "FROM node:22\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci\n",
		},
		{
			caption: "The ids of a user that the image has",
			bad: "FROM node:22\nUSER node\nRUN --mount=type=cache,«target=/home/node/.npm» npm ci\nRUN --mount=type=cache,id=a,«dst=/home/node/.npm»,gid=1000 npm ci\n",
			fixed:
				"FROM node:22\nUSER node\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000,gid=1000 npm ci\nRUN --mount=type=cache,id=a,dst=/home/node/.npm,uid=1000,gid=1000 npm ci\n",
		},
		{
			caption: "Of one that the file creates, and of another than the mount's",
			bad: "FROM debian:12\nRUN groupadd -g 10001 app && useradd -u 10001 -g 10001 app\nUSER app:10001\nRUN --mount=type=cache,«target=/home/app/.cache» make\nUSER 4711:4711\nRUN --mount=type=cache,target=/c,uid=«1000»,gid=1000 make\n",
			fixed:
				"FROM debian:12\nRUN groupadd -g 10001 app && useradd -u 10001 -g 10001 app\nUSER app:10001\nRUN --mount=type=cache,target=/home/app/.cache,uid=10001,gid=10001 make\nUSER 4711:4711\nRUN --mount=type=cache,target=/c,uid=4711,gid=4711 make\n",
		},
		{
			caption: "In a group of its own that is named",
			bad: "FROM debian:12 AS a\nRUN groupadd -g 1501 staff2 && useradd -u 1500 -g staff2 app\nUSER app\nRUN --mount=type=cache,«target=/home/app/.cache» make\nFROM alpine:3.20\nRUN addgroup -g 1502 app && adduser -u 1500 -G app -D app\nUSER app:app\nRUN --mount=type=cache,«target=/home/app/.cache» make\nCOPY --from=a /a /a\n",
			fixed:
				"FROM debian:12 AS a\nRUN groupadd -g 1501 staff2 && useradd -u 1500 -g staff2 app\nUSER app\nRUN --mount=type=cache,target=/home/app/.cache,uid=1500,gid=1501 make\nFROM alpine:3.20\nRUN addgroup -g 1502 app && adduser -u 1500 -G app -D app\nUSER app:app\nRUN --mount=type=cache,target=/home/app/.cache,uid=1500,gid=1502 make\nCOPY --from=a /a /a\n",
		},
		{
			caption: "No edit where the ids are not known",
			bad: "FROM debian:12\nRUN useradd app\nUSER app\nRUN --mount=type=cache,«target=/c» make\nRUN useradd -u 1500 -g users own\nUSER own\nRUN --mount=type=cache,«target=/c» make\n",
		},
		{
			caption: "Named, open to all, or root's",
			good: "FROM node:22\nRUN --mount=type=cache,target=/root/.npm npm ci\nUSER node\nARG ID=1000\nRUN --mount=type=cache,target=/home/node/.npm,uid=1000 npm ci\nRUN --mount=type=cache,target=/home/node/.npm,uid=$ID npm ci\nRUN --mount=type=cache,target=/home/node/.npm,mode=0777 npm ci\nRUN --mount=type=bind,target=/src npm ci\nUSER 0\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
		},
		{
			caption: "Another user after all, another owner, or nobody knows",
			good: "FROM node:22\nUSER node\nRUN --mount=type=cache,target=/var/cache/apt,sharing=locked sudo apt-get update\nRUN --mount=type=cache,target=/c,from=node:22,source=/home/node npm ci\nFROM example.com/base\nRUN --mount=type=cache,target=/root/.npm npm ci\nARG WHO\nFROM node:22\nARG WHO\nUSER $WHO\nRUN --mount=type=cache,target=/root/.npm npm ci\n",
		},
	],
	check(file) {
		if (!file.text.includes("cache")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const mounts = step.flags.length === 0 ? [] : cacheMountsOf(step);
				if (mounts.length === 0) continue;
				const user = userAt(stage, step).value;
				if (user.kind !== "set" || user.value === "" || isRootUser(user.value)) continue;
				if (/^container/i.test(user.value) || commandsOf(step).some(({ program }) => CHANGES_USER.test(program ?? ""))) continue;
				const identity = identityAt(step);
				for (const mount of mounts) {
					const owner = ownerOf(step, mount);
					if (owner === undefined || owner === identity?.uid || isOpen(mount)) continue;
					const uid = mountOption(mount, "uid");
					// A number against a name that has none in the file says nothing.
					if (uid !== undefined && identity?.uid === undefined) continue;
					const target = mountOption(mount, "target");
					if (target === undefined) continue;
					reports.push({
						span: uid === undefined ? target.span : uid.valueSpan,
						message: `The cache mount belongs to ${owner === "0" ? "root" : `uid ${owner}`}, the step runs as ${shortened(user.value, 40)}`,
						fixes: () => fixesOf(file, mount, identity?.uid, identity?.gid),
					});
				}
			}
		}
		return reports;
	},
});

/** The uid of a mount's directory; undefined where a variable hides it. */
function ownerOf(step: Step, mount: Mount): string | undefined {
	const uid = mountOption(mount, "uid");
	if (uid === undefined) return "0";
	const expansion = expandAt(step, uid.value);
	return expansion.kind === "known" && /^\d+$/.test(expansion.value) ? String(Number(expansion.value)) : undefined;
}

/** Whether others, or the group, may write there; or nobody knows. */
function isOpen(mount: Mount): boolean {
	const option = mountOption(mount, "mode");
	if (option === undefined) return false;
	const mode = readMode(option.value);
	return mode?.kind !== "octal" || (mode.bits & 0o022) !== 0;
}

function fixesOf(file: Dockerfile, mount: Mount, uid: string | undefined, gid: string | undefined): readonly Fix[] {
	if (uid === undefined || gid === undefined) return [];
	const edits: SpanEdit[] = [];
	const missing: string[] = [];
	for (const [key, id] of [
		["uid", uid],
		["gid", gid],
	] as const) {
		const option = mountOption(mount, key);
		if (option === undefined) missing.push(`${key}=${id}`);
		else if (option.value === id) continue;
		else if (file.text.slice(option.valueSpan.start, option.valueSpan.end) === option.value) edits.push(replace(option.valueSpan, id));
		else return [];
	}
	const target = mountOption(mount, "target");
	if (missing.length > 0) {
		if (target === undefined || file.text.slice(target.valueSpan.start, target.valueSpan.end) !== target.value) return [];
		edits.push(insertAfter(target.span, `,${missing.join(",")}`));
	}
	return [
		{
			title: `Give the cache to ${uid}:${gid}`,
			safety: "review",
			edits,
			note: "A cache that is there already keeps its owner: name another id, or prune it.",
		},
	];
}
