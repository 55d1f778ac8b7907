import { replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type Mount, type MountOption, mountOption, mountsOf } from "../../dockerfile/model/mounts.ts";
import { mountOwner } from "../../dockerfile/secrets/secretMounts.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const secretMountWorldReadable = defineRule({
	id: "secret-mount-world-readable",
	title: "Every user of a build step can read its secret",
	category: "secrets",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S6469"]),
	onlyWith: { instructions: ["RUN"], words: ["mount"] },
	why: "Without `mode` a secret is readable for its owner alone (0400, an SSH socket 0600). With a mode for everybody, every process of the step can read it: the install scripts that a package manager runs as another user just because they are not to be trusted, and what they leave running.",
	remedy: "Leave `mode` out, or write `mode=0400`, and name the user that needs the secret with `uid=`.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#run---mounttypesecret",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypessh",
	],
	examples: [
		{
			caption: "Readable for everybody",
			bad: "FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,mode=«0444» npm ci\n",
			fixed: "FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc,mode=0400 npm ci\n",
		},
		{
			caption: "For its owner",
			good: "FROM node:22\nCOPY package*.json ./\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n",
		},
		{
			caption: "For everybody",
			bad: "FROM debian:12\nRUN --mount=type=secret,id=a,mode=«0444» cat /run/secrets/a\n",
			fixed: "FROM debian:12\nRUN --mount=type=secret,id=a,mode=0400 cat /run/secrets/a\n",
		},
		{
			caption: "For the user of the step",
			bad: "FROM node:22\nUSER node\nRUN --mount=type=secret,id=a,target=/home/node/.npmrc,mode=«444» npm ci\nRUN --mount=type=ssh,mode=«0666»,uid=1000 git clone a@b:c\n",
			fixed:
				"FROM node:22\nUSER node\nRUN --mount=type=secret,id=a,target=/home/node/.npmrc,mode=0400,uid=1000 npm ci\nRUN --mount=type=ssh,mode=0600,uid=1000 git clone a@b:c\n",
		},
		{ caption: "A user that nobody knows", bad: "FROM acme/base\nUSER app\nRUN --mount=type=secret,id=a,mode=«0777» a\n" },
		{
			caption: "In child images",
			bad: "FROM debian:12\nONBUILD RUN --mount=type=secret,id=a,mode=«0644» a\n",
			fixed: "FROM debian:12\nONBUILD RUN --mount=type=secret,id=a,mode=0400 a\n",
		},
		{
			caption: "For the owner, for a group; other mounts",
			good: "FROM debian:12\nRUN --mount=type=secret,id=a --mount=type=secret,id=b,mode=0400 --mount=type=secret,id=c,mode=440,gid=1000 --mount=type=cache,target=/c,mode=0777 a\nRUN --mount=type=secret,id=a,mode=$M a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN") continue;
				for (const mount of mountsOf(step)) {
					const mode = mount.type === "secret" || mount.type === "ssh" ? mountOption(mount, "mode") : undefined;
					if (mode === undefined || !/^[0-7]{1,5}$/.test(mode.value) || (Number.parseInt(mode.value, 8) & 0o007) === 0) continue;
					const id = mountOption(mount, "id")?.value;
					const what = mount.type === "ssh" ? "the SSH agent" : id === undefined ? "the secret" : `the secret ${shortened(id, 30)}`;
					reports.push({
						span: mode.valueSpan,
						message: `mode=${mode.value} opens ${what} to every user of the step`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: () => fixesFor(step, mount, mode),
					});
				}
			}
		}
		return reports;
	},
});

function fixesFor(step: Step, mount: Mount, mode: MountOption): readonly Fix[] {
	const plain = mode.valueSpan.end - mode.valueSpan.start === mode.value.length;
	const owner = mountOption(mount, "uid") === undefined ? mountOwner(step) : "";
	if (!plain || owner === undefined) return [];
	const own = mount.type === "ssh" ? "0600" : "0400";
	// A script of the step may run as somebody else.
	return [{ title: "Let its owner alone read it", safety: "review", edits: [replace(mode.valueSpan, `${own}${owner}`)] }];
}
