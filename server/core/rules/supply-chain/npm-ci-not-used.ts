import { isBeforeNpmCi, isBeforeNpmLock, nodeMajor } from "../../dockerfile/base/nodeVersion.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeWord, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { didBefore, isThere, type LockNames, lockFileOf, lockMessage, lockNote } from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallOf, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { EditFix } from "../../finding.ts";
import { ecosystemOf } from "../../knowledge/manifests.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const NAMES: LockNames = {
	manifests: ["package.json"],
	lockFiles: ecosystemOf("npm")?.lockFiles ?? [],
	folderOptions: ["--prefix", "-C"],
};
const INSTALLS = new Set(["install", "i", "in", "isntall", "add"]);

const CI = new Set(["ci", "clean-install", "ic", "install-clean", "isntall-clean", "cit", "install-ci-test"]);

export const npmCiNotUsed = defineRule({
	id: "npm-ci-not-used",
	title: "npm install may depart from the lock file",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: { "lock-file-missing": "npm install runs without a lock file" },
	equivalents: [...same(["droast", "DF031"]), ...similar(["scorecard", "npmCommand"])],
	onlyWith: { words: ["npm"] },
	why: "`npm install` takes the lock file for advice: where `package.json` asks for something else it resolves again and writes a new lock file, in the image, where nobody sees it. Without a lock file it always does. What was reviewed and tested is then not what is shipped, and a version that was published an hour ago by whoever stole an account is in the image.\n\n`npm ci` installs exactly what the lock file says, checks every package against its hash, and fails if the two files disagree.",
	remedy: "Commit `package-lock.json`, copy it together with `package.json`, and call `npm ci`; `npm ci --omit=dev` for production.",
	references: ["https://docs.npmjs.com/cli/v11/commands/npm-ci", "https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json"],
	examples: [
		{ caption: "The lock file decides", good: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci\n" },
		{
			caption: "The lock file is copied, but not enforced",
			bad: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm «install»\n",
			fixed: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci\n",
		},
		{
			caption: "Options stay, those for production get their new name",
			bad: "FROM node:22-alpine\nCOPY --chown=node:node package*.json ./\nRUN npm «i» --production --no-audit && \\\n    npm cache clean --force\nRUN npm --silent «install» --only=prod\n",
			fixed:
				"FROM node:22-alpine\nCOPY --chown=node:node package*.json ./\nRUN npm ci --omit=dev --no-audit && \\\n    npm cache clean --force\nRUN npm --silent ci --omit=dev\n",
		},
		{
			caption: "Old versions of npm know only the old names",
			bad: "FROM node:12\r\nCOPY package.json ./\r\nCOPY package-lock.json ./\r\nRUN npm «install» --production \\\r\n  --unsafe-perm\r\n",
			fixed: "FROM node:12\r\nCOPY package.json ./\r\nCOPY package-lock.json ./\r\nRUN npm ci --production \\\r\n  --unsafe-perm\r\n",
		},
		{
			caption: "The first releases with npm ci",
			bad: "FROM node:8.12-alpine AS a\nCOPY package*.json ./\nRUN npm «install»\nFROM node:10.3.0 AS b\nCOPY package*.json ./\nRUN npm «install»\nFROM node:8\nCOPY package*.json ./\nRUN npm «install»\nCOPY --from=a /a /a\nCOPY --from=b /b /b\n",
			fixed:
				"FROM node:8.12-alpine AS a\nCOPY package*.json ./\nRUN npm ci\nFROM node:10.3.0 AS b\nCOPY package*.json ./\nRUN npm ci\nFROM node:8\nCOPY package*.json ./\nRUN npm ci\nCOPY --from=a /a /a\nCOPY --from=b /b /b\n",
		},
		{
			caption: "Behind wrappers, in scripts, in stages that start from others",
			bad: 'FROM node:22 AS base\nCOPY ["package.json", "npm-shrinkwrap.json", "./"]\nFROM base AS build\nRUN su node -c "npm «install»"\nRUN <<EOF\nset -e\nnpm «install» --ignore-scripts\nEOF\nFROM base\nCOPY --from=build /dist /dist\n',
			fixed:
				'FROM node:22 AS base\nCOPY ["package.json", "npm-shrinkwrap.json", "./"]\nFROM base AS build\nRUN su node -c "npm ci"\nRUN <<EOF\nset -e\nnpm ci --ignore-scripts\nEOF\nFROM base\nCOPY --from=build /dist /dist\n',
		},
		{
			caption: "A newer npm than the one that came with Node",
			bad: "FROM node:9\nRUN npm i -g npm@6\nCOPY package*.json ./\nRUN npm «install»\n",
			fixed: "FROM node:9\nRUN npm i -g npm@6\nCOPY package*.json ./\nRUN npm ci\n",
		},
		{
			caption: "npm knows lock files, but no ci, and there is no lock file",
			bad: "FROM node:9\nCOPY package.json ./\nRUN npm «install»\n",
		},
		{
			caption: "No lock file comes along: no edit can help",
			bad: "FROM node:22\nCOPY package.json .\nRUN npm «install»\nCOPY . .\n",
		},
		{
			caption: "In another folder: where the lock file was copied to, and where the whole context may have one",
			bad: "FROM node:22\nWORKDIR /app\nCOPY client/package*.json client/\nRUN cd client && npm «install»\nCOPY tools/package.json tools/package-lock.json /tools/\nRUN npm «install» --prefix /tools\nFROM node:22\nCOPY package*.json web/\nRUN cd web && npm «install»\nFROM node:22\nCOPY . /app\nRUN cd /app/client && npm «install»\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
			fixed:
				"FROM node:22\nWORKDIR /app\nCOPY client/package*.json client/\nRUN cd client && npm ci\nCOPY tools/package.json tools/package-lock.json /tools/\nRUN npm ci --prefix /tools\nFROM node:22\nCOPY package*.json web/\nRUN cd web && npm ci\nFROM node:22\nCOPY . /app\nRUN cd /app/client && npm install\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "Nothing is known of the folder that the call works in",
			good: "FROM node:22\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN cd client && npm install\nRUN npm install --prefix tools && npm install --prefix=$DIR && npm -C ../b install\nFROM node:22\nCOPY package.json package-lock.json ./\nRUN cd client && npm install\nRUN cd /srv && npm install\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Where the lock file did not fit",
			bad: "FROM node:22\nCOPY package.json package-lock.json ./\nRUN npm ci || npm «install»\n",
		},
		{
			caption: "The whole context, with a lock file in it",
			bad: "FROM node:22\nCOPY . .\nRUN npm «install»\n",
			fixed: "FROM node:22\nCOPY . .\nRUN npm ci\n",
			workspace: { contextEntries: ["package.json", "package-lock.json", "src"] },
		},
		{
			caption: "The whole context, which nobody looked at; a lock file that is thrown away",
			bad: "FROM node:22\nCOPY . .\nRUN npm «install»\nFROM node:22\nCOPY package*.json ./\nRUN rm -f package-lock.json && npm «install»\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Enforced, or something else is installed",
			good: "FROM node:22\nCOPY package*.json ./\nRUN npm ci && npm clean-install\nRUN npm install -g pnpm && npm install express@4 && npm i --global\nRUN npm install --package-lock-only && npm install --location=global && npm install ./x.tgz && npm run install && npm update && npm install $PACKAGES && npm install --no-package-lock\n",
		},
		{
			caption: "The lock file was compared before, or is looked for",
			good: "FROM node:22\nCOPY package*.json ./\nRUN npm ci && npm run build && npm install --production\nFROM node:22\nCOPY package*.json ./\nRUN if [ -f package-lock.json ]; then npm ci; else npm install; fi\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "No manifest of the context",
			good: "FROM node:22\nRUN git clone https://example.com/x && cd x && npm install\nCOPY . .\n",
		},
		{
			caption: "A version of npm that has no ci; other package managers",
			good: "FROM node:6\nCOPY package*.json ./\nRUN npm install\nFROM node:8.5.0\nCOPY package*.json ./\nRUN npm install\nFROM vulhub/node:9-alpine\nCOPY package*.json ./\nRUN npm install\nFROM node:boron-slim\nCOPY package*.json ./\nRUN npm install\nFROM node:10.2\nCOPY package*.json ./\nRUN npm install\nFROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn install\nCOPY --from=0 /a /a\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const isOld = isBeforeNpmCi(stage);
			const hasNoLock = isBeforeNpmLock(stage);
			for (const step of runSteps(stage)) {
				const isUpdated = isOld && replacesNpm.upTo(step);
				if (hasNoLock && !isUpdated) continue;
				for (const call of packageCallsOf(step)) {
					if (call.manager !== "npm" || call.verbWord === undefined || !installsManifest(call)) continue;
					const lock = lockFileOf(step, call.command, NAMES, workspace.contextEntries);
					// `npm ci || npm install` runs where the lock file did not fit.
					const isFallback = call.command.connector === "||";
					if (lock === undefined || (!isFallback && didBefore(step, call.command, isCi))) continue;
					const missing = lock.kind === "missing";
					if (isOld && !isUpdated && !missing) continue;
					reports.push({
						span: call.verbWord.span,
						message: lockMessage(`npm ${call.verb}`, "package-lock.json", lock.kind),
						...(missing ? { subCode: "lock-file-missing" } : {}),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						related: [{ span: lock.span, message: lockNote(lock.kind) }],
						fixes: () => (isThere(lock) && !isFallback ? fixesOf(step, call) : []),
					});
				}
			}
		}
		return reports;
	},
});

/** Whether a step installs another npm than the one that came with Node. */
const replacesNpm = anyStep(
	(step) =>
		step.keyword === "RUN" &&
		packageCallsOf(step).some(
			(call) =>
				call.manager === "npm" &&
				INSTALLS.has(call.verb) &&
				callHasOption(call, "-g", "--global", "--location") &&
				call.operands.some((word) => /^["']?npm(?:@|["']?$)/.test(word.text)),
		),
);

/** Whether a command has compared the lock file. */
function isCi(command: ShellCommand): boolean {
	const call = command.program === "npm" ? packageCallOf(command) : undefined;
	return call !== undefined && CI.has(call.verb);
}

function installsManifest(call: PackageCall): boolean {
	if (!INSTALLS.has(call.verb) || call.operands.length > 0 || call.uncertain || call.command.wrapper?.program === "xargs") return false;
	// `--no-package-lock` is a decision, not an oversight.
	return !callHasOption(call, "--no-package-lock", "-g", "--global", "--location", "--package-lock-only", "--dry-run", "--help", "-h");
}

function fixesOf(step: Step, call: PackageCall): readonly EditFix[] {
	const verb = call.verbWord;
	if (verb === undefined || call.command.decoded || callHasOption(call, "--package-lock")) return [];
	const edits: SpanEdit[] = [replace(verb.span, "ci")];
	let omitted = callHasOption(call, "--omit");
	// `--omit` came with npm 7; older ones would install everything.
	const modern = (nodeMajor(step.stage) ?? 0) >= 16;
	for (const option of call.options) {
		const production =
			(option.name === "--production" || option.name === "--prod") && (option.value === undefined || option.value === "true")
				? true
				: option.name === "--only" && /^prod/.test(option.value ?? "");
		if (!production || !modern) continue;
		if (option.valueWord !== undefined) return [];
		edits.push(omitted ? removeWord(step.stage.file, option.word.span) : replace(option.word.span, "--omit=dev"));
		omitted = true;
	}
	return [
		{
			title: "Use npm ci",
			safety: "review",
			edits,
			note: "It fails where package-lock.json is missing or does not fit package.json.",
		},
	];
}
