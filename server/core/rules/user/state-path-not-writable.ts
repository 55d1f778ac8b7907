import { groupId, userIds } from "../../dockerfile/accounts/accountIds.ts";
import { insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import { absolute } from "../../dockerfile/files/copiedPaths.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import { volumePathsOf } from "../../dockerfile/files/volumePaths.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { stepHidesCommands } from "../../dockerfile/packages/hiddenCommands.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { type EffectiveUser, isRootUser, normalPath, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { sourceSpan } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const statePathNotWritable = defineRule({
	id: "state-path-not-writable",
	title: "The container's user may not write to where its data goes",
	category: "user",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "ruby/state-paths-not-writable-as-non-root"]),
	onlyWith: { instructions: ["USER"] },
	why: "Folders that a Dockerfile makes, and volumes that are empty, belong to root. The application runs as another user and fails when it first writes there: at the start, at the first upload, or when a cache is full. What people then do is let the container run as root, or open the folder to everybody.",
	remedy: "Make the folder in a step of root with its owner, before USER: `RUN install -d -o 10001 -g 10001 -m 0750 /var/lib/app`.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#volume",
		"https://docs.docker.com/engine/storage/volumes/#populate-a-volume-using-a-container",
		"https://hub.docker.com/_/nginx",
	],
	examples: [
		{
			caption: "A volume that belongs to root",
			bad: 'FROM debian:12\nRUN mkdir /data\nVOLUME «/data»\nUSER 10001:10001\nCMD ["a"]\n',
			fixed: 'FROM debian:12\nRUN mkdir /data\nRUN install -d -o 10001 -g 10001 -m 0750 /data\nVOLUME /data\nUSER 10001:10001\nCMD ["a"]\n',
		},
		{
			caption: "The number that the user was made with",
			bad: "FROM debian:12\nRUN useradd -u 1000 app\nVOLUME «/data»\nUSER app\n",
			fixed: "FROM debian:12\nRUN useradd -u 1000 app\nRUN install -d -o 1000 -g 1000 -m 0750 /data\nVOLUME /data\nUSER app\n",
		},
		{ caption: "A user without a number, below the USER", bad: 'FROM alpine\nRUN adduser -D app\nUSER app\nVOLUME ["«/var/lib/app»"]\n' },
		{
			caption: "The official nginx image",
			bad: "FROM nginx:1.27\nCOPY site /usr/share/nginx/html\nUSER «nginx»\n",
		},
		{
			caption: "Given to the user, or made by it",
			good: 'FROM debian:12\nRUN mkdir /data && chown app /data\nVOLUME /data\nUSER app\nCMD ["a"]\n',
		},
		{
			caption: "Copied with an owner, in the user's home",
			good: "FROM debian:12\nRUN useradd -m -d /home/app app\nCOPY --chown=app data /data\nVOLUME /data /home/app\nUSER app\n",
		},
		{ caption: "Made by WORKDIR as the user", good: 'FROM debian:12\nUSER 1000\nWORKDIR /data/app\nVOLUME /data\nCMD ["a"]\n' },
		{
			caption: "A WORKDIR gives nothing away that root has made",
			bad: 'FROM debian:12\nRUN mkdir /data\nUSER 1000\nWORKDIR /data\nVOLUME «/data»\nCMD ["a"]\n',
		},
		{
			caption: "Nor one that root's WORKDIR has made, in a stage above",
			bad: 'FROM debian:12 AS base\nWORKDIR /data\nFROM base\nUSER 1000\nWORKDIR /data/app\nVOLUME «/data»\nCMD ["a"]\n',
		},
		{ caption: "A script may do it; a base may have it", good: "FROM debian:12\nRUN /setup.sh\nVOLUME /data\nUSER app\n" },
		{ caption: "A base with folders of its own", good: "FROM postgres:16\nVOLUME /var/lib/postgresql/data\nUSER postgres\n" },
		{ caption: "Root, an unknown user", good: "FROM debian:12\nARG U\nVOLUME /data\nUSER $U\n" },
		{ caption: "nginx with settings of its own", good: "FROM nginx:1.27\nCOPY nginx.conf /etc/nginx/nginx.conf\nUSER nginx\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const user = stage.use === "shipped" ? userAt(stage) : undefined;
			if (user?.step === undefined || user.value.kind !== "set" || user.value.value === "" || isRootUser(user.value.value)) continue;
			const steps = lineage(stage).flatMap((ancestor) => ancestor.steps);
			if (steps.some((step) => step.keyword === "RUN" && stepHidesCommands(step))) continue;
			reports.push(...volumes(stage, user, steps));
			reports.push(...nginx(stage, user, steps));
		}
		return reports;
	},
});

/** Bases that are a distribution and nothing else: whatever is not there is made by the file, or by root when the container starts. */
const PLAIN_BASES =
	/^docker\.io\/library\/(?:debian|ubuntu|alpine|rockylinux|almalinux|fedora|amazonlinux|oraclelinux|node|python|ruby|golang)$/;

function baseRepository(stage: Stage): string {
	const base = rootBase(stage);
	return base.kind === "image" ? `${base.reference.registry}/${base.reference.repository}` : "";
}

function volumes(stage: Stage, user: EffectiveUser, steps: readonly Step[]): readonly Report[] {
	if (!PLAIN_BASES.test(baseRepository(stage)) || user.value.kind !== "set") return [];
	const found: Report[] = [];
	for (const step of stage.steps) {
		for (const { span, path } of volumePathsOf(step)) {
			if (path === undefined || isInside(path, "/tmp") || isInside(path, "/var/tmp") || path === "/dev/shm" || isGiven(path, step, steps))
				continue;
			found.push({
				span,
				message: `The volume ${shortened(path, 40)} belongs to root, and the container runs as ${shortened(user.value.value, 20)}`,
				fixes: () => fixes(stage, step, user, path),
			});
		}
	}
	return found;
}

/** Whether a step could have given the folder, or one that holds it, to somebody. */
function isGiven(path: string, volume: Step, steps: readonly Step[]): boolean {
	const first = `/${path.split("/")[1] ?? ""}`;
	return steps.some((step) => {
		if (step === volume) return false;
		const text = stepText(step);
		if (step.keyword === "COPY" || step.keyword === "ADD") return text.includes("--chown") || text.includes("--from");
		// A folder that is there keeps its owner.
		if (step.keyword === "WORKDIR") return makesForUser(step, path) && !stepsAbove(step).some((above) => mayMake(above, path));
		if (step.keyword !== "RUN") return false;
		if (
			/chown|chmod|chgrp|install|useradd|adduser|setfacl|fix-permissions|tar|cp|rsync|mv/.test(text) &&
			(text.includes(path) || text.includes(first) || /[$*]/.test(text))
		)
			return true;
		// What a step of another user makes is that user's.
		const maker = userAt(step.stage, step).value;
		return text.includes(path) && !(maker.kind === "set" && isRootUser(maker.value));
	});
}

/** BuildKit makes the folder of a WORKDIR, and those that it lies in, as the user in force. */
function makesForUser(step: Step, path: string): boolean {
	const maker = userAt(step.stage, step).value;
	const folder = absolute(step, step.arguments.text);
	return maker.kind === "set" && !isRootUser(maker.value) && folder !== undefined && isInside(folder, normalPath(path));
}

/** What has run before a step, in its stage and those that it starts from. */
function stepsAbove(step: Step): readonly Step[] {
	return lineage(step.stage).flatMap((stage) =>
		stage === step.stage ? stage.steps.filter(({ ordinal }) => ordinal < step.ordinal) : stage.steps,
	);
}

/** Whether a step of root makes or fills the folder. */
function mayMake(step: Step, path: string): boolean {
	const maker = userAt(step.stage, step).value;
	if (maker.kind === "set" && !isRootUser(maker.value)) return false;
	if (step.keyword === "WORKDIR") {
		const folder = absolute(step, step.arguments.text);
		return folder !== undefined && isInside(folder, normalPath(path));
	}
	return ["RUN", "COPY", "ADD"].includes(step.keyword) && stepText(step).includes(path);
}

function fixes(stage: Stage, volume: Step, user: EffectiveUser, path: string): readonly Fix[] {
	const { file } = volume.stage;
	const [name = "", group] = (user.value.kind === "set" ? user.value.value : "").split(":");
	const ids = /^\d+$/.test(name) ? undefined : userIds(stage, name);
	const uid = ids?.uid.value ?? name;
	const gid = group === undefined ? ids?.gid?.value : groupId(stage, group)?.value;
	const now = userAt(volume.stage, volume).value;
	if (!/^\d+$/.test(uid) || (group !== undefined && gid === undefined) || /[^\w./-]/.test(path)) return [];
	if (volume.deferred || now.kind !== "set" || !isRootUser(now.value)) return [];
	const line = `RUN install -d -o ${uid} -g ${gid ?? uid} -m 0750 ${path}`;
	return [{ title: `Make ${shortened(path, 30)} for ${uid}`, safety: "review", edits: [insertInstructionBefore(file, volume, line)] }];
}

/** nginx as another user than root writes to /var/cache/nginx and /run, which belong to root in the official image. */
function nginx(stage: Stage, user: EffectiveUser, steps: readonly Step[]): readonly Report[] {
	if (baseRepository(stage) !== "docker.io/library/nginx" || user.step?.stage !== stage || user.value.kind !== "set") return [];
	const start = containerStart(stage);
	if (start.entrypoint !== undefined || start.command !== undefined) return [];
	const touched = steps.some((step) =>
		/\/var\/cache|nginx\.conf|\/etc\/nginx(?:\/?\s|\/?$)|\/run\b|\/var\/run|conf\.d\/?\s*$|client_body_temp/.test(stepText(step)),
	);
	if (touched || steps.some((step) => step.keyword === "RUN")) return [];
	return [
		{
			span: sourceSpan(user.step.arguments, 0, user.step.arguments.text.length),
			message: `nginx cannot write to /var/cache/nginx and /run as ${shortened(user.value.value, 20)}`,
		},
	];
}
