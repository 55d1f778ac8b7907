import { contextCopyOf } from "../../dockerfile/contextCopies.ts";
import { replace } from "../../dockerfile/edit.ts";
import type { Stage, Step } from "../../dockerfile/model.ts";
import { lastStep, normalPath, workdirAt } from "../../dockerfile/state.ts";
import { splitAtBlanks } from "../../dockerfile/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Nothing of an application lives there, be it for one step only. */
const NEVER = ["/proc", "/sys", "/dev", "/boot", "/lost+found", "/initrd"];
/** Folders that many programs share; a folder below is one program's own. */
const SHARED = new Set([
	"/bin",
	"/sbin",
	"/usr/bin",
	"/usr/sbin",
	"/lib",
	"/lib64",
	"/etc",
	"/usr",
	"/usr/lib",
	"/usr/lib64",
	"/var",
	"/var/lib",
	"/run",
	"/var/run",
]);

export const workdirInSystemDirectory = defineRule({
	id: "workdir-in-system-directory",
	title: "The application works in a folder of the system",
	category: "user",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["trivy", "DS-0030"]),
	onlyWith: { instructions: ["WORKDIR"] },
	why: "What the application writes lands among the system's own files: a name that is taken replaces a program or a configuration, and a file that an attacker gets the application to write there is run or read by others. The user that it runs as needs write access to a folder that should belong to root.\n\nOn `/proc`, `/sys` and `/dev` the container's own mounts hide what the build put there.",
	remedy: "Give the application a folder of its own, such as `/app`.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#workdir",
		"https://docs.docker.com/build/building/best-practices/#workdir",
		"https://refspecs.linuxfoundation.org/FHS_3.0/fhs/index.html",
	],
	examples: [
		{
			caption: "Among the system's programs",
			bad: 'FROM debian:12\nWORKDIR «/usr/bin»\nCOPY app .\nCMD ["./app"]\n',
			fixed: 'FROM debian:12\nWORKDIR /app\nCOPY app .\nCMD ["./app"]\n',
		},
		{
			caption: "Kernel folders, in any stage",
			bad: "FROM debian:12 AS a\nWORKDIR «/proc/self»\nWORKDIR /b\nFROM debian:12\nCOPY --from=a /b /b\n",
			fixed: "FROM debian:12 AS a\nWORKDIR /app\nWORKDIR /b\nFROM debian:12\nCOPY --from=a /b /b\n",
		},
		{
			caption: "By a variable and a relative path",
			bad: "FROM debian:12\nENV D=/etc/\nWORKDIR /usr\nWORKDIR «../$D»\n",
		},
		{ caption: "The application poured over the root", bad: "FROM debian:12\nWORKDIR «/»\nCOPY . .\n" },
		{
			caption: "Inherited",
			bad: "FROM debian:12 AS base\nWORKDIR «/etc»\nFROM base\nCMD a\n",
			fixed: "FROM debian:12 AS base\nWORKDIR /app\nFROM base\nCMD a\n",
		},
		{
			caption: "A folder for one step only, a builder's",
			good: "FROM debian:12 AS b\nWORKDIR /usr/lib\nFROM debian:12\nWORKDIR /etc\nRUN ls\nWORKDIR /app\nCOPY --from=b /x /x\n",
		},
		{ caption: "The root, with nothing copied to it", good: 'FROM debian:12\nCOPY app /app\nWORKDIR /\nCMD ["/app"]\n' },
		{ caption: "A program's own folder", good: "FROM debian:12\nWORKDIR /etc/app\n" },
		{ caption: "Below the programs", good: "FROM debian:12\nWORKDIR /usr/bin/app\n" },
		{ caption: "Sources", good: "FROM debian:12\nWORKDIR /usr/src/app\n" },
		{ caption: "Data", good: "FROM debian:12\nWORKDIR /var/lib/app\n" },
		{ caption: "A name that only begins like one", good: "FROM debian:12\nWORKDIR /libs\n" },
		{ caption: "A base that decides, Windows", good: "FROM acme/base\nWORKDIR bin\nFROM acme/win\nWORKDIR C:/bin\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				const path = step.keyword === "WORKDIR" ? pathBehind(step) : undefined;
				if (path === undefined || !isBelow(path, NEVER)) continue;
				reports.push(report(step, path, stage.use === "unused" ? "hint" : undefined));
			}
			if (stage.use !== "shipped") continue;
			const last = lastStep(stage, undefined, (step) => step.keyword === "WORKDIR");
			const path = last === undefined ? undefined : pathBehind(last);
			if (last === undefined || path === undefined) continue;
			if (SHARED.has(path)) reports.push(report(last, path, undefined));
			else if (path === "/" && copiesHere(stage, last)) reports.push(report(last, path, "info"));
		}
		return reports;
	},
});

function pathBehind(step: Step): string | undefined {
	const value = workdirAt(step.stage, step.stage.steps[step.ordinal + 1]);
	return value.kind === "set" && value.value.startsWith("/") && !/^\/?[A-Za-z]:/.test(value.value) ? normalPath(value.value) : undefined;
}

function isBelow(path: string, folders: readonly string[]): boolean {
	return folders.some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/** Whether files of the build context go into the working folder itself. */
function copiesHere(stage: Stage, workdir: Step): boolean {
	return stage.steps.some((step) => {
		const destination = workdir.stage !== stage || step.ordinal > workdir.ordinal ? contextCopyOf(step)?.destination : undefined;
		return destination === "." || destination === "./";
	});
}

function report(step: Step, path: string, severity: Report["severity"]): Report {
	const { file } = step.stage;
	const word = splitAtBlanks(step.arguments)[0];
	const written = step.arguments.text.replace(/(?<=.)\/$/, "");
	const isNamed = file.instructions.some((other) => other.span.start !== step.span.start && other.line.text.includes(written));
	const plain = word !== undefined && word.text === step.arguments.text && written === path && path !== "/" && !isNamed && !step.deferred;
	return {
		span: word?.span ?? step.keywordSpan,
		message: path === "/" ? "WORKDIR / pours the application over the root" : `WORKDIR ${shortened(path, 50)} is a folder of the system`,
		...(severity === undefined ? {} : { severity }),
		fixes: plain && word !== undefined ? [{ title: "Work in /app", safety: "review", edits: [replace(word.span, "/app")] }] : [],
	};
}
