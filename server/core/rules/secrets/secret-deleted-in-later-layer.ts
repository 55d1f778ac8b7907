import { baseName } from "../../baseName.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import { writtenFiles } from "../../dockerfile/files/writtenFiles.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { writesAny } from "../../dockerfile/model/writtenTexts.ts";
import { deletedLater, deletedLaterHere } from "../../dockerfile/secrets/secretDeletions.ts";
import { nameOf, secretFileFixes } from "../../dockerfile/secrets/secretFileFix.ts";
import { secretCopiesOf, secretFile } from "../../dockerfile/secrets/secretFiles.ts";
import { credentialEvidence, stageValue } from "../../dockerfile/variables/variableSecrets.ts";
import { declarationAt } from "../../dockerfile/variables/variables.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const secretDeletedInLaterLayer = defineRule({
	id: "secret-deleted-in-later-layer",
	title: "A credential is deleted in a later layer only",
	category: "secrets",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "Every instruction makes a layer, and a layer only says what changed. The deletion is one more entry; the file itself is still in the layer before it, and `docker save` gives it to everybody who can pull the image. An ENV that is emptied later is still in the history.",
	remedy:
		"Let the credential never be in a layer: mount it into the RUN that needs it with `--mount=type=secret`. Where that is not possible, write it and delete it in one and the same RUN. What was shipped this way has to be replaced.",
	references: [
		"https://docs.docker.com/build/building/secrets/",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypesecret",
		"https://docs.docker.com/engine/storage/drivers/",
	],
	examples: [
		{ caption: "Mounted for the step", good: "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n" },
		{
			caption: "Copied, used, deleted",
			bad: "FROM node:22\nCOPY «.npmrc» /root/.npmrc\nRUN npm ci\nRUN rm -f /root/.npmrc\n",
			fixed: "FROM node:22\nRUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n",
		},
		{
			caption: "Deleted by the step that uses it, with its folder",
			bad: "FROM debian:12\nWORKDIR /app\nCOPY package.json «.npmrc» ./\nRUN npm ci && rm .npmrc\nCOPY «id_rsa» /root/.ssh/id_rsa\nRUN git clone git@a.b:c/d && rm -rf /root/.ssh\n",
			fixed:
				"FROM debian:12\nWORKDIR /app\nCOPY package.json ./\nRUN --mount=type=secret,id=npmrc,target=/app/.npmrc npm ci\nRUN --mount=type=secret,id=id-rsa,target=/root/.ssh/id_rsa git clone git@a.b:c/d\n",
		},
		{
			caption: "In a working directory that nobody knows",
			bad: "FROM node:22\nCOPY package.json «.npmrc» ./\nRUN npm ci && rm -f ./.npmrc\n",
		},
		{
			caption: "Written by a RUN",
			bad: 'FROM debian:12\nRUN «echo "//r.b/:_authToken=$T" > /root/.npmrc»\nRUN npm ci\nRUN rm /root/.npmrc\n',
		},
		{ caption: "A variable that is emptied", bad: "FROM debian:12\nENV API_TOKEN=abc\nRUN make\nENV «API_TOKEN=» A=1\n" },
		{
			caption: "Settings and logins that are taken back",
			bad: "FROM node:22\nRUN npm config set //r.b/:_authToken=$T\nRUN npm ci && npm config «delete» //r.b/:_authToken\nRUN docker login -u a\nRUN docker «logout»\n",
		},
		{
			caption: "In one and the same RUN, or never",
			good: 'FROM node:22\nRUN echo "$T" > /root/.npmrc && npm ci && rm /root/.npmrc\nCOPY .npmrc /root/.npmrc\nRUN rm /root/.other && npm config set a=b\nRUN npm config delete a\nRUN docker login && docker logout\n',
		},
		{
			caption: "Other files, other paths, mounted ones",
			good: "FROM debian:12\nCOPY a.txt /a.txt\nRUN rm /a.txt\nCOPY .env.example /app/.env.example\nRUN rm -rf /app\nRUN --mount=type=tmpfs,target=/root echo $T > /root/.netrc\nRUN rm -f /root/.netrc\nENV A=1\nENV A=\nFROM acme/base\nCOPY .netrc .\nRUN cd /tmp && rm .netrc\nWORKDIR /app\nRUN rm .netrc\n",
		},
	],
	check(file) {
		const all: Report[] = [];
		for (const stage of file.stages) {
			const lowered =
				stage.use === "unused" ? { severity: "hint" as const } : stage.use === "copied" ? { severity: "warning" as const } : {};
			for (const reports of [copied(stage), written(stage), emptied(stage), takenBack(stage)])
				for (const found of reports) all.push({ ...found, ...lowered });
		}
		return all;
	},
});

function copied(stage: Stage): readonly Report[] {
	const reports: Report[] = [];
	for (const copy of secretCopiesOf(stage)) {
		if (copy.step.deferred) continue;
		const here = copy.path === undefined ? copy.relativePath : undefined;
		const deletion =
			copy.path !== undefined ? deletedLater(copy.step, copy.path) : here !== undefined ? deletedLaterHere(copy.step, here) : undefined;
		if (deletion === undefined) continue;
		const fixes = deletion.removal === undefined ? [] : secretFileFixes(copy, [deletion.removal]);
		reports.push({
			span: copy.source.span,
			message: `${shortened(nameOf(copy), 40)} is deleted in a later layer and stays in this one`,
			related: [{ span: deletion.span, message: "It is deleted here" }],
			fixes,
		});
	}
	return reports;
}

function written(stage: Stage): readonly Report[] {
	const reports: Report[] = [];
	for (const file of writtenFiles(stage)) {
		if (file.step.stage !== stage || file.step.deferred || secretFile(file.path) === undefined) continue;
		const { step } = file;
		if (mountCovers(step, file.path) !== "no") continue;
		const command = commandsOf(step).find((candidate) => writes(candidate, file.path));
		const deletion = deletedLater(step, file.path);
		if (deletion === undefined || command === undefined || commandsOf(step).some((other) => other.program === "rm")) continue;
		const place = command.pipeline?.commands[0] ?? command;
		reports.push({
			span: { start: place.span.start, end: command.span.end },
			message: `${shortened(file.path, 40)} is deleted in a later layer and stays in this one`,
			related: [{ span: deletion.span, message: "It is deleted here" }],
		});
	}
	return reports;
}

function writes(command: ShellCommand, path: string): boolean {
	const name = baseName(path);
	const ends = (text: string | undefined): boolean => text?.replaceAll(/["']/g, "").endsWith(name) === true;
	return (
		command.redirects.some((redirect) => redirect.operator.startsWith(">") && ends(redirect.target?.text)) ||
		(command.program === "tee" && command.args.some((word) => ends(word.text)))
	);
}

const EMPTY: ReadonlySet<string> = new Set(["", '""', "''"]);

/** `ENV TOKEN=` below an ENV that gave it a value. */
function emptied(stage: Stage): readonly Report[] {
	const reports: Report[] = [];
	for (const step of stage.steps) {
		if (step.keyword !== "ENV") continue;
		for (const assignment of assignmentsOf(step, stage.file.escape)) {
			if (assignment.value === undefined || !EMPTY.has(assignment.value)) continue;
			const before = declarationAt(step, assignment.name);
			if (before?.kind !== "ENV" || !holdsSecret(stage, before.instruction.span.start, assignment.name)) continue;
			reports.push({
				span: assignment.span,
				message: `${shortened(assignment.name, 40)} is emptied, and its value stays in the history of the image`,
				related: [{ span: before.assignment.span, message: "It gets its value here" }],
			});
		}
	}
	return reports;
}

function holdsSecret(stage: Stage, at: number, name: string): boolean {
	const step = stage.file.stages.flatMap((other) => other.steps).find((candidate) => candidate.span.start === at);
	const assignment =
		step === undefined ? undefined : assignmentsOf(step, stage.file.escape).findLast((candidate) => candidate.name === name);
	if (step === undefined || assignment === undefined) return false;
	const evidence = credentialEvidence("ENV", name, stageValue(step, assignment));
	return evidence !== undefined && evidence.kind !== "hook";
}

interface Pair {
	readonly program: string;
	readonly sets: (words: readonly string[]) => boolean;
	readonly unsets: (words: readonly string[]) => number;
	readonly what: string;
}

const SECRET_KEY = /_auth(?:token)?\b|_password\b|http-basic|github-oauth|gitlab-token|insteadof|extraheader|credential/i;

const PAIRS: readonly Pair[] = [
	{
		program: "npm",
		sets: (words) => words[0] === "config" && words[1] === "set" && words.some((word) => SECRET_KEY.test(word)),
		unsets: (words) =>
			words[0] === "config" && /^(?:delete|rm)$/.test(words[1] ?? "") && words.some((word) => SECRET_KEY.test(word)) ? 1 : -1,
		what: "The token in npm's settings",
	},
	{
		program: "git",
		sets: (words) =>
			words[0] === "config" &&
			!words.some((word) => word.startsWith("--unset")) &&
			words.some((word) => /extraheader|:\/\/[^/]*\$.*@/i.test(word)),
		unsets: (words) =>
			words[0] === "config" && words.some((word) => SECRET_KEY.test(word)) ? words.findIndex((word) => word.startsWith("--unset")) : -1,
		what: "The credential in git's settings",
	},
	...["docker", "podman", "helm", "npm"].map(
		(program): Pair => ({
			program,
			sets: (words) => words.includes("login"),
			unsets: (words) => words.indexOf("logout"),
			what: `What ${program} login wrote`,
		}),
	),
];

const mayTakeBack = writesAny(["logout", "--unset", "config delete", "config rm"]);

/** A setting or login that one RUN makes and another takes back. */
function takenBack(stage: Stage): readonly Report[] {
	if (!mayTakeBack(stage.file)) return [];
	const runs = runSteps(stage);
	const reports: Report[] = [];
	for (const pair of PAIRS) {
		let made: { readonly step: Step; readonly command: ShellCommand } | undefined;
		for (const step of runs) {
			if (!step.line.text.includes(pair.program) && step.heredocs.length === 0) continue;
			for (const command of commandsOf(step)) {
				if (command.program !== pair.program) continue;
				const words = command.args.map(comparable);
				const at = pair.unsets(words);
				const word = command.args[at];
				if (made !== undefined && made.step !== step && word !== undefined) {
					reports.push({
						span: word.span,
						message: `${pair.what} is taken back in a later layer and stays in the one before`,
						related: [{ span: made.command.span, message: "It is written here" }],
					});
					made = undefined;
				} else if (at === -1 && pair.sets(words)) made = { step, command };
				else if (at !== -1) made = undefined;
			}
		}
	}
	return reports;
}
