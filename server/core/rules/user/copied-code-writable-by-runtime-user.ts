import { baseName } from "../../baseName.ts";
import { userIds } from "../../dockerfile/accounts/accountIds.ts";
import { isForDevelopment } from "../../dockerfile/base/forDevelopment.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { placeOf, targetOf } from "../../dockerfile/files/copiedPlace.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { bringerOf } from "../../dockerfile/files/fileOrigin.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { imageServer } from "../../dockerfile/start/imageServer.ts";
import { startedPrograms } from "../../dockerfile/start/startedFiles.ts";
import { isNamedWorkplace, startsBuildTool } from "../../dockerfile/start/workplace.ts";
import type { Flag } from "../../dockerfile/syntax/flags.ts";
import { ownerMattersBehind } from "../../dockerfile/users/ownerUses.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { isServer, WEB_ROOT } from "../../knowledge/servers.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

/** Programs, scripts and libraries, by their endings. */
const CODE = /\.(?:sh|bash|py|pyc|js|mjs|cjs|ts|tsx|jsx|rb|php|pl|lua|jar|war|ear|so|dll|exe|wasm|phar)$/;
/** Folders that hold code, by their usual names. */
const CODE_FOLDERS = new Set(
	"app apps src lib libs bin sbin dist build out publish release target server node_modules vendor site-packages dist-packages".split(" "),
);
/** What runs in browsers, where a web server hands it out. */
const BROWSER_CODE = /\.(?:js|mjs|cjs|ts|tsx|jsx|wasm)$/;
const PROGRAM_FOLDERS = /^\/(?:usr\/)?(?:local\/)?s?bin(?:\/|$)/;

export const copiedCodeWritableByRuntimeUser = defineRule({
	id: "copied-code-writable-by-runtime-user",
	title: "The application may rewrite its own code",
	category: "user",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["sonar", "S6504"]),
		...similar(["kics", "aa93e17f-b6db-4162-9334-c70334e7ac28"], ["terrascan", "AC_DOCKER_00024"]),
	],
	onlyWith: { instructions: ["COPY", "ADD"], words: ["chown"] },
	why: "Files that belong to the user of the container can be changed by every process of it. A flaw that lets an attacker write a file then lets him replace a script or a library: what he puts there runs at the next request or restart, and stays when the flaw is mended.",
	remedy:
		"Copy code without `--chown`: it belongs to root and can be read and run by all. Give the user only the folders that hold data, logs and caches.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#copy---chown---chmod",
		"https://cheatsheetseries.owasp.org/cheatsheets/Docker_Security_Cheat_Sheet.html",
	],
	examples: [
		{
			caption: "The application belongs to who runs it",
			bad: 'FROM node:22\nWORKDIR /app\nCOPY «--chown=node:node» . .\nUSER node\nCMD ["node", "server.js"]\n',
			fixed: 'FROM node:22\nWORKDIR /app\nCOPY . .\nUSER node\nCMD ["node", "server.js"]\n',
		},
		{
			caption: "Root's script beside it",
			good: 'FROM alpine:3.22\nCOPY --chown=app:app settings.yaml /app/\nCOPY start.sh /app/\nCOPY --chown=app:app settings /app/\nUSER app\nCMD ["/app/start.sh"]\n',
		},
		{
			caption: "A script, a folder, all that there is",
			bad: 'FROM debian:12\nCOPY «--chown=app:app» start.sh /app/\nCOPY «--chown=app» src /app/src\nWORKDIR /app\nCOPY «--chown=app:app» . .\nUSER app\nCMD ["./start.sh"]\n',
			fixed: 'FROM debian:12\nCOPY start.sh /app/\nCOPY src /app/src\nWORKDIR /app\nCOPY . .\nUSER app\nCMD ["./start.sh"]\n',
		},
		{
			caption: "From a builder, to where programs are, among other flags",
			bad: "FROM debian:12 AS b\nFROM debian:12\nCOPY --from=b «--chown=1000:1000» /out/a /usr/local/bin/a\nCOPY --link --from=b «--chown=1000» --chmod=755 /x/app.jar /x/\nUSER 1000:1000\n",
			fixed:
				"FROM debian:12 AS b\nFROM debian:12\nCOPY --from=b /out/a /usr/local/bin/a\nCOPY --link --from=b --chmod=755 /x/app.jar /x/\nUSER 1000:1000\n",
		},
		{
			caption: "By name and by number, by argument",
			bad: "FROM node:22\nARG U=node\nCOPY «--chown=$U» app.js ./\nUSER 1000\n",
			fixed: "FROM node:22\nARG U=node\nCOPY app.js ./\nUSER 1000\n",
		},
		{
			caption: "What the container starts is code, whatever its suffix",
			bad: 'FROM alpine:3.22\nCOPY «--chown=www-data:www-data» bin/controller /\nUSER www-data\nENTRYPOINT ["tini", "--", "/controller"]\nCMD ["/data"]\n',
			fixed: 'FROM alpine:3.22\nCOPY bin/controller /\nUSER www-data\nENTRYPOINT ["tini", "--", "/controller"]\nCMD ["/data"]\n',
		},
		{
			caption: "In a folder of whatever name",
			bad: 'FROM alpine:3.22\nCOPY «--chown=app:app» scripts/ /app/\nCOPY --chown=app:app data /data/\nUSER app\nCMD ["/app/run.sh"]\n',
			fixed: 'FROM alpine:3.22\nCOPY scripts/ /app/\nCOPY --chown=app:app data /data/\nUSER app\nCMD ["/app/run.sh"]\n',
		},
		{
			caption: "The user changes it, or works there: it has to be his",
			bad: 'FROM debian:12\nRUN useradd -u 1000 app && mkdir /app && chown app /app\nUSER app\nWORKDIR /app\nCOPY «--chown=app» start.sh .\nRUN chmod +x start.sh\nCOPY «--chown=app» tool /usr/local/bin/\nCMD ["./start.sh"]\n',
			fixed:
				'FROM debian:12\nRUN useradd -u 1000 app && mkdir /app && chown app /app\nUSER app\nWORKDIR /app\nCOPY --chown=app start.sh .\nRUN chmod +x start.sh\nCOPY tool /usr/local/bin/\nCMD ["./start.sh"]\n',
		},
		{
			caption: "A later chown gives it away all the same: no edit",
			bad: 'FROM nginx:1.27\nCOPY «--chown=nginx:nginx» start.sh /app/start.sh\nRUN chown -R nginx:nginx /app\nUSER nginx\nCMD ["/app/start.sh"]\n',
		},
		{
			caption: "What a web server hands out; what it runs",
			bad: "FROM debian:12 AS b\nRUN make\nFROM nginxinc/nginx-unprivileged:stable-alpine\nCOPY --from=b --chown=101 /src/build /usr/share/nginx/html\nCOPY --chown=101 . /usr/share/nginx/html\nCOPY «--chown=101» entry.sh /docker-entrypoint.d/\n",
			fixed:
				"FROM debian:12 AS b\nRUN make\nFROM nginxinc/nginx-unprivileged:stable-alpine\nCOPY --from=b --chown=101 /src/build /usr/share/nginx/html\nCOPY --chown=101 . /usr/share/nginx/html\nCOPY entry.sh /docker-entrypoint.d/\n",
		},
		{
			caption: "The container builds",
			good: 'FROM gradle:8\nWORKDIR /src\nRUN chown gradle /src\nUSER gradle\nCOPY --chown=gradle . .\nRUN ./gradlew assemble\nCMD ["./gradlew", "test"]\n',
		},
		{
			caption: "To wait is no work on code",
			bad: "FROM python:3.12\nRUN useradd app\nWORKDIR /app\nCOPY «--chown=app» . .\nUSER app\nCMD sleep 10 && python app.py\n",
			fixed: "FROM python:3.12\nRUN useradd app\nWORKDIR /app\nCOPY . .\nUSER app\nCMD sleep 10 && python app.py\n",
		},
		{
			caption: "A folder that is called build is no build",
			bad: 'FROM node:22\nWORKDIR /a\nCOPY «--chown=node» . .\nUSER node\nCMD ["npx", "serve", "-s", "build"]\n',
			fixed: 'FROM node:22\nWORKDIR /a\nCOPY . .\nUSER node\nCMD ["npx", "serve", "-s", "build"]\n',
		},
		{ caption: "A script that tests", good: 'FROM node:22\nCOPY --chown=node . /a\nUSER node\nCMD ["npm", "run", "test:unit"]\n' },

		{
			caption: "A stage for development",
			good: 'FROM node:22 AS development\nWORKDIR /a\nCOPY --chown=node . .\nUSER node\nCMD ["node", "a.js"]\n',
		},
		{
			caption: "Other files than the one that starts",
			good: 'FROM alpine:3.22\nWORKDIR /a\nCOPY --chown=www-data:www-data data settings.yml ./\nCOPY controller ./\nUSER www-data\nENTRYPOINT ["./controller", "/a/settings.yml"]\n',
		},
		{
			caption: "Files beside it, and folders that lie further away",
			bad: 'FROM alpine:3.22\nCOPY --chown=app settings.yaml model.onnx /app/\nCOPY «--chown=app» scripts /app/scripts\nCOPY --chown=app settings /app/\nUSER app\nCMD ["/app/scripts/run.sh"]\n',
			fixed:
				'FROM alpine:3.22\nCOPY --chown=app settings.yaml model.onnx /app/\nCOPY scripts /app/scripts\nCOPY --chown=app settings /app/\nUSER app\nCMD ["/app/scripts/run.sh"]\n',
		},
		{
			caption: "Downloaded there",
			good: 'FROM alpine:3.22\nRUN wget -O /app/a https://example.com/a && chmod +x /app/a\nCOPY --chown=app more /app/\nUSER app\nCMD ["/app/a"]\n',
		},
		{
			caption: "From a builder, or from one of two folders",
			good: 'FROM alpine:3.22 AS b\nFROM alpine:3.22\nCOPY --from=b /b /app\nCOPY --chown=app first /app/\nCOPY --chown=app second /app/\nUSER app\nCMD ["/app/a"]\n',
		},
		{
			caption: "Of the base image",
			good: 'FROM nginxinc/nginx-unprivileged:stable-alpine\nCOPY --chown=nginx root /\nUSER nginx\nCMD ["/usr/sbin/nginx", "-g", "daemon off;"]\n',
		},
		{
			caption: "Data, root's files, another user's",
			good: "FROM debian:12\nCOPY --chown=app data /data\nCOPY --chown=app config.yml /etc/app/\nCOPY --chown=root:root start.sh /\nCOPY --chown=0:app a.sh /\nCOPY --chown=other b.sh /\nCOPY c.sh /\nCOPY --chown=app rootfs/home/app /home/app\nUSER app\n",
		},
		{ caption: "In a builder", good: "FROM debian:12 AS b\nUSER app\nCOPY --chown=app . .\nFROM debian:12\nUSER app\n", notBuilt: true },
		{
			caption: "The container runs as root, or as somebody whom nobody knows",
			good: "FROM debian:12\nARG U\nCOPY --chown=$U a.sh /\nUSER $U\n",
		},
		{ caption: "No USER", good: "FROM debian:12\nCOPY --chown=app a.sh /\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			const shipped = stage.use === "shipped" ? stage : file.stages.find((other) => other.use === "shipped");
			const runtime = shipped === undefined ? undefined : runtimeUser(shipped);
			if (shipped === undefined || runtime === undefined || worksOnCode(shipped)) continue;
			const programs = startedPrograms(shipped);
			for (const step of stage.steps) {
				const flag = step.flags.find((candidate) => candidate.name === "chown" && candidate.value !== undefined);
				if (flag === undefined || (step.keyword !== "COPY" && step.keyword !== "ADD") || !isOwner(stage, step, flag, runtime)) continue;
				const code = codeIn(step, programs, shipped);
				if (code === undefined) continue;
				reports.push({
					span: flag.span,
					message: `${shortened(code, 40)} belongs to ${shortened(runtime, 25)}, whom the container runs as`,
					fixes: () => fixesOf(step, flag),
				});
			}
		}
		return reports;
	},
});

/** Whether the container builds or tests for sure, or is there for people who do: it has to write where the code is. */
function worksOnCode(shipped: Stage): boolean {
	return isNamedWorkplace(shipped) || isForDevelopment(shipped) || startsBuildTool(shipped);
}

function fixesOf(step: Step, flag: Flag): readonly Fix[] {
	if (ownerMattersBehind(step, targetOf(step))) return [];
	return [
		{
			title: "Leave it with root",
			safety: "review",
			edits: [removeArgument(step.stage.file, flag.span)],
			note: "What the application writes to must stay its own.",
		},
	];
}

/** The user that a shipped image runs as, without its group. */
function runtimeUser(shipped: Stage): string | undefined {
	const { value } = userAt(shipped);
	if (value.kind !== "set" || value.value === "" || isRootUser(value.value)) return undefined;
	return value.value.split(":")[0];
}

function isOwner(stage: Stage, step: Step, flag: Flag, runtime: string): boolean {
	const expansion = expandAt(step, flag.value ?? "");
	const owner = expansion.kind === "known" ? expansion.value.split(":")[0] : undefined;
	if (owner === undefined || owner === "" || isRootUser(owner)) return false;
	return owner === runtime || numberOf(stage, owner) === numberOf(stage, runtime);
}

function numberOf(stage: Stage, user: string): string {
	return /^\d+$/.test(user) ? user : (userIds(stage, user)?.uid.value ?? user);
}

/** Where the code lies that a step copies; undefined if nothing looks like code of the container. */
function codeIn(step: Step, programs: readonly string[], shipped: Stage): string | undefined {
	const started = programs.find((path) => bringerOf(shipped, path) === step);
	if (started !== undefined) return started;
	const words = copyWordsOf(step);
	if (words === undefined) return undefined;
	const context = contextCopyOf(step);
	const forBrowsers = WEB_ROOT.test(targetOf(step) ?? "") && servesFiles(shipped);
	for (const { text } of words.sources) {
		const path = text.replace(/\/$/, "");
		const name = baseName(path);
		if (CODE.test(name) && !/\.d\.ts$/.test(name) && !(forBrowsers && BROWSER_CODE.test(name))) return placeOf(step, words, name);
		if (forBrowsers) continue;
		// `/home/app` is the home of a user by that name.
		if ((CODE_FOLDERS.has(name) && !/(?:^|\/)home\/[^/]{1,60}$/.test(path)) || (context !== undefined && /^(?:\.|\.\/\*|\*|)$/.test(path)))
			return placeOf(step, words, undefined);
	}
	const [source] = words.sources;
	return PROGRAM_FOLDERS.test(words.destination.text)
		? placeOf(
				step,
				words,
				source?.text.split("/").findLast((part) => part !== ""),
			)
		: undefined;
}

/** Whether the container is a web server that hands files out and does not run them. */
function servesFiles(shipped: Stage): boolean {
	const { commands } = containerStart(shipped);
	if (commands.length > 0) return commands.some(({ program }) => isServer(program ?? "", "files"));
	return isServer(imageServer(shipped) ?? "", "files");
}
