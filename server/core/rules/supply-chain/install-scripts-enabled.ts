import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { didBefore, isSwitchedOn } from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { mayBeModernYarn } from "../../dockerfile/packages/yarnVersion.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import type { ShellOption } from "../../shell/options.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const NPM_INSTALLS = new Set([
	...["install", "i", "in", "add", "ci", "clean-install", "ic", "install-clean"],
	...["install-test", "it", "install-ci-test", "cit", "clean-install-test", "sit"],
]);

export const installScriptsEnabled = defineRule({
	id: "install-scripts-enabled",
	title: "Packages run scripts of their own while they are installed",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S6505"]),
	onlyWith: { words: ["npm", "yarn", "yarnpkg"] },
	why: "npm and Yarn 1 run the `preinstall`, `install` and `postinstall` scripts of every package, those of dependencies of dependencies included, with all rights and secrets of the build. That is the usual way in which a hijacked package steals tokens and spreads. Few packages need it: those that compile native code or fetch a binary.",
	remedy:
		"Install with `--ignore-scripts` (or `npm config set ignore-scripts true`), and run the scripts of the packages that need theirs afterwards: `npm rebuild sharp`. pnpm from version 10 and Bun run none unless they are allowed by name; Yarn 2 and later have `enableScripts: false`.",
	references: [
		"https://docs.npmjs.com/cli/v11/using-npm/config#ignore-scripts",
		"https://classic.yarnpkg.com/en/docs/cli/install#toc-yarn-install-ignore-scripts",
		"https://cheatsheetseries.owasp.org/cheatsheets/NPM_Security_Cheat_Sheet.html",
	],
	examples: [
		{
			caption: "npm",
			bad: "FROM node:22\nCOPY package*.json ./\nRUN npm «ci» --omit=dev\n",
			fixed: "FROM node:22\nCOPY package*.json ./\nRUN npm ci --ignore-scripts --omit=dev\n",
		},
		{ caption: "Without them", good: "FROM node:22\nCOPY package*.json ./\nRUN npm ci --ignore-scripts --omit=dev\n" },
		{
			caption: "npm and Yarn 1",
			bad: "FROM node:22\nCOPY package*.json ./\nRUN npm «ci» --omit=dev && npm «install» -g typescript\nFROM node:22\nCOPY package.json yarn.lock ./\nRUN «yarn» && yarn «install» --frozen-lockfile\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM node:22\nCOPY package*.json ./\nRUN npm ci --ignore-scripts --omit=dev && npm install --ignore-scripts -g typescript\nFROM node:22\nCOPY package.json yarn.lock ./\nRUN yarn --ignore-scripts && yarn install --ignore-scripts --frozen-lockfile\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "For all projects, and with the tests behind it",
			bad: "FROM node:22\nRUN yarn global «add» serve && yarn global bin && npm «install-test» && npm «it»\n",
			fixed:
				"FROM node:22\nRUN yarn global add --ignore-scripts serve && yarn global bin && npm install-test --ignore-scripts && npm it --ignore-scripts\n",
		},
		{
			caption: "No scripts, or those that are asked for",
			good: 'FROM node:22\nCOPY package*.json ./\nRUN npm ci --ignore-scripts && npm rebuild sharp && npm run build && npm --version\nENV npm_config_ignore_scripts=true\nRUN npm install\nFROM node:22\nRUN npm config set ignore-scripts true\nRUN npm ci\nFROM node:22\nRUN npm set ignore-scripts true && npm ci\nFROM node:22\nRUN echo "ignore-scripts=true" >> .npmrc && npm ci\nFROM node:22\nCOPY package.json yarn.lock .yarnrc.yml ./\nRUN yarn install --immutable && pnpm install && bun install\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\nCOPY --from=2 /a /a\nCOPY --from=3 /a /a\n',
		},
		{
			caption: "An option that says no",
			bad: "FROM node:22\nRUN npm «ci» --ignore-scripts=false\nRUN npm «ci» --ignore-scripts false --omit=dev\n",
			fixed: "FROM node:22\nRUN npm ci --ignore-scripts\nRUN npm ci --ignore-scripts --omit=dev\n",
		},
		{
			caption: "npm alone has none",
			good: 'FROM node:22\nARG NPM_VERSION=10.8.0\nRUN npm install -g npm@10.8.0 && npm i -g "npm@${NPM_VERSION}" npm\n',
		},
		{
			caption: "A runner that says which yarn it is",
			bad: "FROM node:22\nRUN npx yarn «install» && corepack yarn@1.22.22 «install»\n",
			fixed: "FROM node:22\nRUN npx yarn install --ignore-scripts && corepack yarn@1.22.22 install --ignore-scripts\n",
		},
		{
			caption: "Later versions of Yarn have no such option",
			good: "FROM node:22\nRUN corepack yarn@4 install && corepack yarn install && npx yarn@berry install\n",
		},
		{
			caption: "npm, and something else",
			bad: "FROM node:22\nRUN npm «install» -g npm@10.8.0 node-gyp\nCOPY package.json .\nRUN npm «install» npm@10.8.0\n",
			fixed:
				"FROM node:22\nRUN npm install --ignore-scripts -g npm@10.8.0 node-gyp\nCOPY package.json .\nRUN npm install --ignore-scripts npm@10.8.0\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const word = (isGlobalAdd(call) ? call.operands[0] : call.verbWord) ?? call.command.name;
					if (word === undefined || !runsScripts(step, call)) continue;
					reports.push({
						span: word.span,
						message: `${call.program} ${verbOf(call)} runs scripts of every package that it installs`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: call.command.decoded
							? []
							: [
									{
										title: "Add --ignore-scripts",
										safety: "review",
										edits: [ignoringEdit(call, word)],
										note: "Packages with native code need `npm rebuild` afterwards, and scripts of the project itself are left out, too.",
									},
								],
					});
				}
			}
		}
		return reports;
	},
});

function verbOf(call: PackageCall): string {
	if (call.verb === "") return "install";
	return isGlobalAdd(call) ? "global add" : call.verb;
}

/** `yarn global add PACKAGE`. */
function isGlobalAdd({ manager, verb, operands }: PackageCall): boolean {
	return manager === "yarn" && verb === "global" && operands[0]?.value === "add" && operands.length > 1;
}

function isIgnoring({ name }: ShellOption): boolean {
	return name === "--ignore-scripts";
}

function ignoringEdit(call: PackageCall, word: ShellWord): SpanEdit {
	const given = call.options.findLast(isIgnoring);
	if (given === undefined) return insertAfter(word.span, " --ignore-scripts");
	return replace({ start: given.word.span.start, end: (given.valueWord ?? given.word).span.end }, "--ignore-scripts");
}

function runsScripts(step: Step, call: PackageCall): boolean {
	const npm = call.manager === "npm" && NPM_INSTALLS.has(call.verb);
	const installsWithYarn = (call.manager === "yarn" && ["", "install", "add"].includes(call.verb)) || isGlobalAdd(call);
	const yarn = installsWithYarn && !mayBeModernYarn(step, call.command);
	if ((!npm && !yarn) || call.uncertain || isNpmAlone(call)) return false;
	if (callHasOption(call, "--help", "-h", "--version", "-v", "--dry-run", "--package-lock-only", "--immutable", "--mode")) return false;
	const given = call.options.findLast(isIgnoring);
	if (given !== undefined) return given.value?.toLowerCase() === "false";
	return (
		!isSwitchedOn(step, call.command, "npm_config_ignore_scripts", "NPM_CONFIG_IGNORE_SCRIPTS", "YARN_IGNORE_SCRIPTS") &&
		!didBefore(step, call.command, configures)
	);
}

/** Whether npm installs nothing but itself: it brings all that it needs along, and has no scripts. Without `-g` a project's packages come, too. */
function isNpmAlone(call: PackageCall): boolean {
	if (call.manager !== "npm" || call.operands.length === 0 || !callHasOption(call, "-g", "--global")) return false;
	return call.operands.every(({ text }) => /^["']?npm(?:@[^:/]*)?["']?$/.test(text));
}

/** `npm config set ignore-scripts true`, `npm set …`, or the same line written to a `.npmrc`. */
function configures({ program, args, redirects }: ShellCommand): boolean {
	const words = args.map((word) => word.text);
	if (redirects.some(({ target }) => target !== undefined && /(?:^|\/)\.npmrc["']?$/.test(target.text)))
		return words.some((word) => /\bignore-scripts\s*=\s*true\b/.test(word));
	return (
		(program === "npm" || program === "yarn") &&
		/^(?:config|c|set)$/.test(words[0] ?? "") &&
		words.some((word) => /^ignore-scripts(?:=true)?$/.test(word)) &&
		!words.includes("false")
	);
}
