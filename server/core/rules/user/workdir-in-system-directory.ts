import { baseName } from "../../baseName.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { outputFiles } from "../../dockerfile/commands/writtenWords.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf, isContextRoot } from "../../dockerfile/files/contextCopies.ts";
import { absolute, copiedPaths } from "../../dockerfile/files/copiedPaths.ts";
import { globMatches } from "../../dockerfile/files/removals.ts";
import { standsInOnbuild } from "../../dockerfile/model/instructions.ts";
import { stepsBehind } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { lastStep, normalPath, workdirAt } from "../../dockerfile/variables/state.ts";
import { TAR_NAME } from "../../knowledge/archiveNames.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** What the build puts there, the container's own mounts hide. */
const MOUNTED = ["/proc", "/sys", "/dev"];
/** Nothing of an application lives there, be it for one step only. */
const NEVER = [...MOUNTED, "/boot", "/lost+found", "/initrd"];
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

/** Instructions that name programs. */
const RUNNING: ReadonlySet<string> = new Set(["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK"]);

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
		{ caption: "A folder of its own", good: 'FROM debian:12\nWORKDIR /app\nCOPY app .\nCMD ["./app"]\n' },
		{
			caption: "Among the system's programs",
			bad: 'FROM debian:12\nWORKDIR «/usr/bin»\nCOPY app .\nCMD ["./app"]\n',
			fixed: 'FROM debian:12\nWORKDIR /app\nCOPY app .\nCMD ["./app"]\n',
		},
		{
			caption: "A program that the file did not put there is not found in another folder",
			bad: 'FROM debian:12\nRUN dpkg -i /tmp/zoom.deb\nWORKDIR «/usr/bin»\nCOPY app .\nCMD ["./zoom"]\n',
		},
		{
			caption: "What the file downloads there moves along",
			bad: 'FROM debian:12\nWORKDIR «/usr/bin»\nRUN curl -o app https://a.example/x && chmod +x ./app\nCMD ["./app"]\n',
			fixed: 'FROM debian:12\nWORKDIR /app\nRUN curl -o app https://a.example/x && chmod +x ./app\nCMD ["./app"]\n',
		},
		{
			caption: "A folder may bring it",
			bad: 'FROM golang AS build\nFROM debian:12\nWORKDIR «/usr/bin»\nCOPY --from=build /out/ .\nCMD ["./app"]\n',
			fixed: 'FROM golang AS build\nFROM debian:12\nWORKDIR /app\nCOPY --from=build /out/ .\nCMD ["./app"]\n',
		},
		{
			caption: "A pattern may",
			bad: 'FROM debian:12\nWORKDIR «/usr/bin»\nCOPY app* .\nCMD ["./app"]\n',
			fixed: 'FROM debian:12\nWORKDIR /app\nCOPY app* .\nCMD ["./app"]\n',
		},
		{
			caption: "An archive may",
			bad: 'FROM debian:12\nWORKDIR «/usr/bin»\nADD x.tar.gz .\nCMD ["./app"]\n',
			fixed: 'FROM debian:12\nWORKDIR /app\nADD x.tar.gz .\nCMD ["./app"]\n',
		},
		{
			caption: "A system that is not there; the container's mounts are",
			bad: "FROM scratch\nWORKDIR «/proc/self»\nWORKDIR /boot\nWORKDIR /bin\nCOPY app .\n",
			fixed: "FROM scratch\nWORKDIR /app\nWORKDIR /boot\nWORKDIR /bin\nCOPY app .\n",
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
		{ caption: "A child image may count on it", bad: "FROM debian:12\nONBUILD WORKDIR «/boot»\nONBUILD COPY a b\n" },
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
			// An image that starts empty has no system whose files could be meant.
			const isEmpty = rootBase(stage).kind === "scratch";
			const never = isEmpty ? MOUNTED : NEVER;
			for (const step of stage.steps) {
				const path = step.keyword === "WORKDIR" ? pathBehind(step) : undefined;
				if (path === undefined || !isBelow(path, never)) continue;
				reports.push(report(step, path, stage.use === "unused" ? "hint" : undefined));
			}
			if (stage.use !== "shipped" || isEmpty) continue;
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

/** Whether a step behind runs `./name` that the file did not put there: it may be a program of the system, or of a package. */
function runsOtherPrograms(workdir: Step, path: string): boolean {
	const behind = stepsBehind(workdir);
	const brought = new Set(behind.flatMap((step) => broughtTo(step, path)));
	const patterns = [...brought].filter((name) => /[*?[]/.test(name));
	return behind
		.filter(({ keyword }) => RUNNING.has(keyword))
		.flatMap((step) => [...stepText(step).matchAll(/(?<![\w./$}])\.\/([\w.-]+)/g)])
		.some(([, name = ""]) => !brought.has(name) && !patterns.some((pattern) => globMatches(pattern, name)));
}

/** The names that a step gives to files in a folder, as patterns: a folder or an archive may bring any. */
function broughtTo(step: Step, folder: string): readonly string[] {
	if (step.keyword === "RUN") return namesIn(folder, writtenPaths(step));
	if (step.keyword !== "COPY" && step.keyword !== "ADD") return [];
	const words = step.exec?.values ?? splitAtBlanks(step.arguments).map(({ text }) => text);
	const sources = words.slice(0, -1);
	if (sources.some(isContextRoot)) return ["*"];
	const copied = namesIn(
		folder,
		copiedPaths(step).flatMap(({ paths }) => paths),
	);
	if (absolute(step, words[words.length - 1] ?? "") !== folder) return copied;
	const inside = sources.map((source) => {
		const name = baseName(source);
		return name === "" || (step.keyword === "ADD" && TAR_NAME.test(name)) ? "*" : name;
	});
	return [...copied, ...inside];
}

/** The files that a RUN names as the place of what it downloads, builds or prints. */
function writtenPaths(step: Step): readonly string[] {
	const named = commandsOf(step).flatMap((command) => [
		...outputFiles(step, command),
		...command.args.filter((_, index) => command.args[index - 1]?.text === "-o").map(({ text }) => text),
	]);
	const downloaded = downloadsOf(step).flatMap(({ sink }) => (sink.kind === "file" && sink.path !== undefined ? [sink.path] : []));
	return [...named, ...downloaded].flatMap((path) => absolute(step, path) ?? []);
}

function namesIn(folder: string, paths: readonly string[]): readonly string[] {
	return paths.filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1));
}

function report(step: Step, path: string, severity: Report["severity"]): Report {
	const { file } = step.stage;
	const word = splitAtBlanks(step.arguments)[0];
	const written = step.arguments.text.replace(/(?<=.)\/$/, "");
	const isNamed = file.instructions.some((other) => other.span.start !== step.span.start && other.line.text.includes(written));
	const plain =
		word !== undefined &&
		word.text === step.arguments.text &&
		written === path &&
		path !== "/" &&
		!isNamed &&
		!standsInOnbuild(file, step) &&
		!runsOtherPrograms(step, path);
	return {
		span: word?.span ?? step.keywordSpan,
		message: path === "/" ? "WORKDIR / pours the application over the root" : `WORKDIR ${shortened(path, 50)} is a folder of the system`,
		...(severity === undefined ? {} : { severity }),
		fixes: plain && word !== undefined ? [{ title: "Work in /app", safety: "review", edits: [replace(word.span, "/app")] }] : [],
	};
}
