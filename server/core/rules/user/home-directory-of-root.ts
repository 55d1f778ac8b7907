import { replace } from "../../dockerfile/edits/edit.ts";
import { absolute } from "../../dockerfile/files/copiedPaths.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { isRootHome } from "../../dockerfile/users/rootHome.ts";
import { isRootUser, lastStep, normalPath, userAt, workdirAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const homeDirectoryOfRoot = defineRule({
	id: "home-directory-of-root",
	title: "The application lives in root's home, and runs as somebody else",
	category: "user",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["USER"] },
	why: "`/root` has the mode 700: nobody but root may enter it. The application cannot read its own files and fails at its start, until somebody opens the folder for all, or lets the container run as root again.",
	remedy: "Put the application into a folder of its own, such as `/app`.",
	references: ["https://docs.docker.com/reference/dockerfile/#workdir", "https://docs.docker.com/build/building/best-practices/#user"],
	examples: [
		{ caption: "A folder that everybody may enter", good: 'FROM debian:12\nWORKDIR /app\nCOPY app .\nUSER 1000\nCMD ["./app"]\n' },
		{
			caption: "The working folder",
			bad: 'FROM debian:12\nWORKDIR «/root/app»\nCOPY app .\nUSER 1000\nCMD ["./app"]\n',
			fixed: 'FROM debian:12\nWORKDIR /app\nCOPY app .\nUSER 1000\nCMD ["./app"]\n',
		},
		{
			caption: "By relative path, in a stage above",
			bad: 'FROM debian:12 AS base\nWORKDIR /root\nFROM base\nWORKDIR «app»\nUSER app\nCMD ["a"]\n',
		},
		{ caption: "The program that starts", bad: 'FROM debian:12\nCOPY app /root/app\nUSER app\nENTRYPOINT ["«/root/app»", "serve"]\n' },
		{
			caption: "Programs that PATH leads to",
			bad: 'FROM debian:12\nCOPY --from=b /root/.local «/root/.local»\nENV PATH=/root/.local/bin:$PATH\nUSER 1000\nCMD ["x"]\n',
		},
		{
			caption: "All of root's home",
			good: 'FROM python:3.12-slim\nCOPY .bashrc /root/\nENV PATH=/root/.cargo/bin:$PATH\nUSER 1000\nCMD ["a"]\n',
		},
		{
			caption: "A folder that PATH names no longer",
			good: "FROM debian:12\nCOPY a /root/.local/\nENV PATH=/root/.local/bin:$PATH\nRUN mv /root/.local /home/app/.local\nENV PATH=/home/app/.local/bin:/usr/bin\nUSER 1000\n",
		},
		{ caption: "For a step of the build", good: "FROM debian:12\nCOPY a /root/a\nRUN /root/a\nENV PATH=/opt/b:$PATH\nUSER 1000\n" },
		{
			caption: "Root, or a folder that is open to all",
			good: "FROM debian:12\nWORKDIR /root/app\n",
		},
		{ caption: "Opened", good: "FROM debian:12\nRUN chmod 755 /root\nWORKDIR /root\nUSER app\n" },
		{ caption: "The user's home", good: "FROM debian:12\nRUN useradd -d /root/home app\nWORKDIR /root/home\nUSER app\n" },
		{
			caption: "Another working folder, another name, an unknown user",
			good: "FROM debian:12\nWORKDIR /root\nRUN make\nWORKDIR /rootfs\nUSER app\n",
		},
		{ caption: "A user that nobody knows", good: "FROM debian:12\nARG U\nWORKDIR /root\nUSER $U\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const user = stage.use === "shipped" ? userAt(stage) : undefined;
			if (
				user?.step === undefined ||
				user.value.kind !== "set" ||
				user.value.value === "" ||
				isRootUser(user.value.value) ||
				isOpened(stage)
			)
				continue;
			const name = shortened(user.value.value, 30);
			const related = [{ span: user.step.span, message: `The container runs as ${name}` }];
			const workdir = lastStep(stage, undefined, (step) => step.keyword === "WORKDIR");
			const path = workdirAt(stage);
			if (workdir !== undefined && path.kind === "set" && isRootHome(path.value))
				reports.push({
					span: splitAtBlanks(workdir.arguments)[0]?.span ?? workdir.keywordSpan,
					message: `WORKDIR ${shortened(path.value, 40)} cannot be entered by ${name}`,
					related,
					fixes: () => fixes(workdir),
				});
			const copied = copiedForPath(stage);
			if (copied !== undefined)
				reports.push({ span: copied.span, message: `${shortened(copied.path, 40)}, which PATH names, cannot be read by ${name}`, related });
			const start = startPath(stage);
			if (start !== undefined)
				reports.push({ span: start.span, message: `${shortened(start.path, 40)} cannot be read by ${name}`, related });
		}
		return reports;
	},
});

/** Whether a step changes the mode or the owner of root's home, or makes it somebody else's. */
function isOpened(stage: Stage): boolean {
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some(
			(step) =>
				stepText(step).includes("/root") &&
				step.keyword === "RUN" &&
				/chmod|chown|chgrp|setfacl|useradd|adduser|usermod|sed|install/.test(stepText(step)),
		),
	);
}

/** The program below /root that the container starts with, where it stands in exec form. */
function startPath(stage: Stage): { readonly path: string; readonly span: Span } | undefined {
	const { entrypoint, command } = containerStart(stage);
	for (const step of [entrypoint, command]) {
		const element = step?.exec?.elements[0];
		if (step === entrypoint || entrypoint === undefined)
			if (element?.value.startsWith("/root/") === true)
				return { path: element.value, span: { start: element.span.start + 1, end: element.span.end - 1 } };
	}
	return undefined;
}

/** A COPY below /root that brings programs for the container: PATH leads there. */
function copiedForPath(stage: Stage): { readonly path: string; readonly span: Span } | undefined {
	const folders = rootFoldersInPath(stage);
	if (folders.length === 0) return undefined;
	for (const step of stage.steps) {
		if (step.keyword !== "COPY" && step.keyword !== "ADD") continue;
		const element = step.exec?.elements.at(-1);
		const word =
			element === undefined
				? splitAtBlanks(step.arguments).at(-1)
				: { text: element.value, span: { start: element.span.start + 1, end: element.span.end - 1 } };
		const path = word === undefined ? undefined : absolute(step, word.text);
		// A COPY to all of root's home may bring anything.
		if (word === undefined || path === undefined || path === "/root" || !isRootHome(path)) continue;
		if (folders.some((folder) => isInside(folder, path) || isInside(path, folder))) return { path, span: word.span };
	}
	return undefined;
}

/** The folders of root's home in the PATH that a stage ends with. */
function rootFoldersInPath(stage: Stage): readonly string[] {
	let folders: readonly string[] = [];
	for (const step of lineage(stage)
		.toReversed()
		.flatMap(({ steps }) => steps)) {
		if (step.keyword !== "ENV") continue;
		const path = assignmentsOf(step, step.stage.file.escape).find(({ name }) => name === "PATH")?.value;
		if (path === undefined) continue;
		const named = path.split(/[:"']/).flatMap((part) => (part.startsWith("/root/") ? [normalPath(part)] : []));
		// A PATH that does not take up the former one starts anew.
		folders = /\$\{?PATH\b/.test(path) ? [...folders, ...named] : named;
	}
	return folders;
}

function fixes(workdir: Step): readonly Fix[] {
	const { file } = workdir.stage;
	const word = splitAtBlanks(workdir.arguments)[0];
	const named = file.instructions.some((other) => other.span.start !== workdir.span.start && stepText(other).includes("/root"));
	if (word === undefined || !word.text.startsWith("/root") || named || word.text !== workdir.arguments.text) return [];
	return [{ title: "Work in /app", safety: "review", edits: [replace(word.span, "/app")] }];
}
