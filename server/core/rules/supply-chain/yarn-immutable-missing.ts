import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import {
	didBefore,
	isSwitchedOn,
	isThere,
	type LockNames,
	lockFileOf,
	lockMessage,
	lockNote,
} from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallOf, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { isModernYarn } from "../../dockerfile/packages/yarnVersion.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

const NAMES: LockNames = { manifests: ["package.json"], lockFiles: ["yarn.lock"] };
const FROZEN = ["--frozen-lockfile", "--immutable"];
/** With these nothing is installed, or the lock file is left out on purpose. */
const ELSEWHERE = ["--no-lockfile", "--help", "-h", "--version", "-v", "--mode", "--offline"];

export const yarnImmutableMissing = defineRule({
	id: "yarn-immutable-missing",
	title: "yarn install may depart from the lock file",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: { "lock-file-missing": "yarn install runs without a lock file" },
	equivalents: [],
	onlyWith: { words: ["yarn", "yarnpkg"] },
	why: "Where `package.json` asks for something that `yarn.lock` does not have, `yarn install` resolves again and writes a new lock file, in the image, where nobody sees it. A version that was published an hour ago by whoever stole an account is then in the image, though the lock file was reviewed.\n\nYarn 2 and later refuse this by themselves where the variable `CI` is set; in a build it is not.",
	remedy:
		"Copy `yarn.lock` together with `package.json`, and call `yarn install --frozen-lockfile` (Yarn 1) or `yarn install --immutable` (Yarn 2 and later).",
	references: ["https://classic.yarnpkg.com/en/docs/cli/install", "https://yarnpkg.com/cli/install"],
	examples: [
		{
			caption: "The lock file is copied, but not enforced",
			bad: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn «install» --production\n",
			fixed: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile --production\n",
		},
		{
			caption: "The lock file decides",
			good: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile --production\n",
		},
		{
			caption: "Yarn 1, with and without its subcommand",
			bad: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn «install» --production && yarn cache clean\nFROM node:22\nCOPY package*.json yarn.lock ./\nRUN «yarn»\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile --production && yarn cache clean\nFROM node:22\nCOPY package*.json yarn.lock ./\nRUN yarn --frozen-lockfile\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Later versions of Yarn",
			bad: 'FROM node:22\nRUN corepack enable\nCOPY package.json yarn.lock .yarnrc.yml ./\nRUN --mount=type=cache,target=/root/.yarn yarn «install» \\\n    --inline-builds\nFROM node:22\nRUN yarn set version berry\nCOPY ["package.json", "yarn.lock", "./"]\nRUN su node -c \'«yarn»\'\nRUN set -e; yarn «install»\nCOPY --from=0 /a /a\n',
			fixed:
				'FROM node:22\nRUN corepack enable\nCOPY package.json yarn.lock .yarnrc.yml ./\nRUN --mount=type=cache,target=/root/.yarn yarn install --immutable \\\n    --inline-builds\nFROM node:22\nRUN yarn set version berry\nCOPY ["package.json", "yarn.lock", "./"]\nRUN su node -c \'yarn --immutable\'\nRUN set -e; yarn install --immutable\nCOPY --from=0 /a /a\n',
		},
		{
			caption: "Mounted files, and a lock file that may be missing",
			bad: "FROM node:22\nRUN --mount=type=bind,source=package.json,target=package.json --mount=type=bind,source=yarn.lock,target=yarn.lock yarn «install»\nFROM node:22\nCOPY package.json yarn.lock* ./\nRUN yarn «install»\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM node:22\nRUN --mount=type=bind,source=package.json,target=package.json --mount=type=bind,source=yarn.lock,target=yarn.lock yarn install --frozen-lockfile\nFROM node:22\nCOPY package.json yarn.lock* ./\nRUN yarn install\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "By a runner",
			bad: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN corepack yarn «install»\nRUN corepack «yarn» && npx --yes yarn@1.22.22 «install» --production\nRUN npx «yarn»\n",
			fixed:
				"FROM node:22\nCOPY package.json yarn.lock ./\nRUN corepack yarn install --frozen-lockfile\nRUN corepack yarn --frozen-lockfile && npx --yes yarn@1.22.22 install --frozen-lockfile --production\nRUN npx yarn --frozen-lockfile\n",
		},
		{
			caption: "By a runner that is told a later version",
			bad: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN corepack yarn@4 «install» && npx yarn@berry «install»\n",
			fixed:
				"FROM node:22\nCOPY package.json yarn.lock ./\nRUN corepack yarn@4 install --immutable && npx yarn@berry install --immutable\n",
		},
		{ caption: "No lock file comes along", bad: "FROM node:22\nCOPY package.json .\nRUN yarn «install»\n" },
		{
			caption: "Enforced, or decided",
			good: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile && yarn --immutable && yarn --version && yarn install --no-lockfile && yarn -v\nFROM node:22\nENV CI=true\nCOPY . .\nRUN corepack enable && yarn set version stable && yarn install\nFROM node:22\nENV YARN_ENABLE_IMMUTABLE_INSTALLS=1\nCOPY package.json yarn.lock ./\nRUN yarn\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "The option that switches it off, and the setting that switches it on",
			bad: "FROM node:22\nCOPY package.json yarn.lock .yarnrc.yml ./\nRUN yarn «install» --no-immutable\nFROM node:22\nCOPY package.json yarn.lock .yarnrc.yml ./\nRUN yarn config set enableImmutableInstalls true && yarn install\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM node:22\nCOPY package.json yarn.lock .yarnrc.yml ./\nRUN yarn install --immutable\nFROM node:22\nCOPY package.json yarn.lock .yarnrc.yml ./\nRUN yarn config set enableImmutableInstalls true && yarn install\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "The context has the settings of a later version",
			bad: "FROM node:22\nCOPY . .\nRUN yarn «install»\n",
			fixed: "FROM node:22\nCOPY . .\nRUN yarn install --immutable\n",
			workspace: { contextEntries: ["package.json", "yarn.lock", ".yarnrc.yml"] },
		},
		{
			caption: "The lock file was compared by an earlier install",
			good: "FROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn install --frozen-lockfile\nCOPY . .\nRUN yarn build && yarn install --production\n",
		},
		{
			caption: "Something else, or no manifest of the context",
			good: "FROM node:22\nRUN git clone https://example.com/x && cd x && yarn install\nRUN yarn add express && yarn global add a && yarn build && yarn run install && yarn $COMMAND\nCOPY package.json yarn.lock ./\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					if (call.manager !== "yarn" || !installs(call) || callHasOption(call, ...FROZEN)) continue;
					const lock = lockFileOf(step, call.command, NAMES, workspace.contextEntries);
					const word = call.verbWord ?? call.command.name;
					if (lock === undefined || word === undefined || didBefore(step, call.command, isFrozen)) continue;
					const refused = call.options.find(({ name }) => name === "--no-immutable");
					const modern =
						refused !== undefined || isModernYarn(step, call.command) || workspace.contextEntries?.includes(".yarnrc.yml") === true;
					if (isSwitchedOn(step, call.command, "YARN_ENABLE_IMMUTABLE_INSTALLS", ...(modern ? ["CI"] : []))) continue;
					const flag = modern ? "--immutable" : "--frozen-lockfile";
					reports.push({
						span: word.span,
						message: lockMessage("yarn install", "yarn.lock", lock.kind),
						...(lock.kind === "missing" ? { subCode: "lock-file-missing" } : {}),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						related: [{ span: lock.span, message: lockNote(lock.kind) }],
						fixes:
							isThere(lock) && !call.command.decoded
								? [
										{
											title: `${refused === undefined ? "Add" : "Use"} ${flag}`,
											safety: "review",
											edits: [refused === undefined ? insertAfter(word.span, ` ${flag}`) : replace(refused.word.span, flag)],
											note: "It fails where yarn.lock does not fit package.json.",
										},
									]
								: [],
					});
				}
			}
		}
		return reports;
	},
});

function installs(call: PackageCall): boolean {
	if ((call.verb !== "" && call.verb !== "install") || call.operands.length > 0 || call.uncertain) return false;
	return !callHasOption(call, ...ELSEWHERE) && call.command.wrapper?.program !== "xargs";
}

function isFrozen(command: ShellCommand): boolean {
	const call = packageCallOf(command);
	if (call?.manager !== "yarn") return false;
	if (call.verb === "config" && call.operands.map(({ value }) => value).join(" ") === "set enableImmutableInstalls true") return true;
	return (call.verb === "" || call.verb === "install") && callHasOption(call, ...FROZEN);
}
