import { baseName } from "../../baseName.ts";
import { isForDevelopment } from "../../dockerfile/base/forDevelopment.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import { fileSays } from "../../dockerfile/model/fileText.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { endOf } from "../../dockerfile/model/stages.ts";
import { containerStart } from "../../dockerfile/start/containerStart.ts";
import { interpreted, programChain } from "../../dockerfile/start/innerProgram.ts";
import { mainProgram } from "../../dockerfile/start/mainProgram.ts";
import { declarationAt, variableAt } from "../../dockerfile/variables/variables.ts";
import type { EditFix } from "../../finding.ts";
import { SCRIPT_RUNNERS } from "../../knowledge/interpreters.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

export const productionEnvMissing = defineRule({
	id: "production-env-missing",
	title: "The application does not know that it is in production",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["CMD", "ENTRYPOINT"], words: ["node", "rails"] },
	why: "Express, React and many packages look at `NODE_ENV`, Rails at `RAILS_ENV`. Without it they behave as on a developer's machine: errors are answered with stack traces, templates and assets are built again for each request, checks that cost time stay on.",
	remedy:
		"Set the mode in the stage that is shipped, behind the installation of packages: above it, it changes what is installed, and a build that needs development packages loses them.",
	references: [
		"https://nodejs.org/en/learn/getting-started/nodejs-the-difference-between-development-and-production",
		"https://guides.rubyonrails.org/configuring.html",
	],
	examples: [
		{ caption: "Set", good: 'FROM node:22\nENV NODE_ENV=production\nCOPY . .\nCMD ["node", "server.js"]\n' },
		{
			caption: "Node.js",
			bad: 'FROM node:22 AS build\nRUN npm ci && npm run build\nFROM node:22\nCOPY --from=build /app /app\n«CMD» ["node", "server.js"]\n',
			fixed:
				'FROM node:22 AS build\nRUN npm ci && npm run build\nFROM node:22\nCOPY --from=build /app /app\nENV NODE_ENV=production\nCMD ["node", "server.js"]\n',
		},
		{
			caption: "A module without its ending, a folder",
			bad: 'FROM node:22\n«CMD» ["node", "--enable-source-maps", "dist/main"]\n',
			fixed: 'FROM node:22\nENV NODE_ENV=production\nCMD ["node", "--enable-source-maps", "dist/main"]\n',
		},
		{
			caption: "The folder itself",
			bad: 'FROM node:22\n«CMD» ["node", "."]\n',
			fixed: 'FROM node:22\nENV NODE_ENV=production\nCMD ["node", "."]\n',
		},
		{
			caption: "A tool that sets the mode itself, others out of a package, a text",
			good: 'FROM node:22\nCMD ["node", "node_modules/next/dist/bin/next", "start"]\nFROM node:22\nCMD ["npx", "next", "start"]\nFROM node:22\nCMD ["node", "node_modules/.bin/serve"]\nFROM node:22\nCMD ["node", "-e", "a"]\nFROM node:22\nCMD node $MAIN\nFROM node:22\nCMD ["node"]\n',
		},
		{
			caption: "A script of package.json, tests, looks at a program, other managers",
			good: 'FROM node:22\nCMD ["node", "--run", "start"]\nFROM node:22\nCMD ["node", "--test", "tests"]\nFROM node:22\nCMD ["node", "-c", "app.js"]\nFROM node:22\nCMD ["node", "/usr/local/bin/yarn", "start"]\nFROM node:22\nCMD ["node", ".yarn/releases/yarn-4.5.0.cjs", "start"]\nFROM node:22\nCMD ["node", "--watch-path=src", "src/index"]\nFROM node:22\nCMD ["node", "--inspect=0.0.0.0:9229", "src/index"]\n',
		},
		{
			caption: "An ARG is gone when the container runs",
			bad: "FROM node:22\nARG NODE_ENV=production\n«CMD» exec node server.js\n",
			fixed: "FROM node:22\nARG NODE_ENV=production\nENV NODE_ENV=production\nCMD exec node server.js\n",
		},
		{
			caption: "Rails, in a file that knows of its secret",
			bad: 'FROM ruby:3.3\nRUN SECRET_KEY_BASE_DUMMY=1 rails assets:precompile\n«CMD» ["bundle", "exec", "rails", "server"]\n',
			fixed:
				'FROM ruby:3.3\nRUN SECRET_KEY_BASE_DUMMY=1 rails assets:precompile\nENV RAILS_ENV=production\nCMD ["bundle", "exec", "rails", "server"]\n',
		},
		{ caption: "Rails by its script", bad: 'FROM ruby:3.3\n«CMD» ["ruby", "bin/rails", "server"]\n' },
		{ caption: "Rails that would not start in production", bad: 'FROM ruby:3.3\n«CMD» ["rails", "server", "-b", "0.0.0.0"]\n' },
		{
			caption: "Set, in a stage below, by the command, by another name",
			good: "FROM node:22 AS base\nENV NODE_ENV=$MODE\nFROM base\nCMD node a.js\n",
		},
		{ caption: "By the command", good: "FROM node:22\nCMD NODE_ENV=production exec node a.js\n" },
		{
			caption: "In a list, by a file",
			good: 'FROM node:22\nCMD export NODE_ENV=x && exec node a.js\nFROM node:22\nCMD ["node", "--env-file=.env", "a.js"]\n',
		},
		{ caption: "By an option", good: 'FROM ruby:3.3\nCMD ["bundle", "exec", "rails", "server", "-e", "production"]\n' },
		{ caption: "A stage for development", good: 'FROM node:22 AS development\nCMD ["node", "a.js"]\n' },
		{ caption: "A script may set it, and so may a base image", good: "FROM node:22\nCMD npm start\n" },
		{ caption: "Nobody knows what the base image sets", good: 'FROM acme/node\nCMD ["node", "a.js"]\n' },
		{ caption: "No application: an interpreter, a question", good: 'FROM node:22\nCMD ["node", "--version"]\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || isForDevelopment(stage)) continue;
			const main = mainProgram(stage);
			const name = main === undefined ? undefined : variableFor(main.command);
			if (main === undefined || name === undefined || setsItself(stage, name, main.command)) continue;
			if (!isMissing(stage, name) || (name === "RAILS_ENV" && !isMissing(stage, "RACK_ENV"))) continue;
			reports.push({
				span: main.step.keywordSpan,
				message: `${name === "NODE_ENV" ? "Node.js" : "Rails"} runs without ${name}`,
				fixes: () => fixesFor(stage, name),
			});
		}
		return reports;
	},
});

function variableFor(command: ShellCommand): "NODE_ENV" | "RAILS_ENV" | undefined {
	let name: "NODE_ENV" | undefined;
	for (const { program, words } of programChain(command)) {
		if (SETS_MODE.test(program)) return undefined;
		if (program === "node" && runsApplication(words)) name = "NODE_ENV";
		if (program === "rails" && words.some((word) => word === "server" || word === "s")) return "RAILS_ENV";
	}
	return name;
}

/** Programs that set the mode by the command they are given. Source: the sources of Next.js 15 and Nuxt 3. */
const SETS_MODE = /^(?:next|nuxt|nuxi)$/;

/** Whether Node.js runs a file or a folder of the application: no text, no tool out of a package, nothing that a variable names. */
function runsApplication(words: readonly string[]): boolean {
	if (words.includes("--version")) return false;
	const run = interpreted("node", words);
	if (run?.kind !== "named" || words.slice(0, run.at).some((word) => FOR_DEVELOPMENT.test(word))) return false;
	const named = words[run.at] ?? "";
	// `.yarn/releases/yarn-4.5.0.cjs`
	const tool = baseName(named).replace(/(?:-cli|-\d[\w.]*)?\.[cm]?js$/, "");
	if (named === "inspect" || SCRIPT_RUNNERS.has(tool)) return false;
	if (words.some((word) => /\.[cm]?js$/.test(word))) return true;
	return /^[\w./@-]*[\w.]$/.test(named) && !named.includes("node_modules/");
}

/** Options of Node.js that look at a program, and do not run it in earnest. */
const FOR_DEVELOPMENT = /^(?:-c|--check|--test|--watch|--inspect)(?:$|[-=])/;

const RAILS_SECRETS = /SECRET_KEY_BASE|RAILS_MASTER_KEY|master\.key/;

/** In production Rails does not start without a secret: where the file knows of none, the variable alone would end the container. */
function fixesFor(stage: Stage, name: "NODE_ENV" | "RAILS_ENV"): readonly EditFix[] {
	if (name === "RAILS_ENV" && !fileSays(stage.file, RAILS_SECRETS)) return [];
	const edit = insertBeforeStart(stage, `ENV ${name}=production`);
	return edit === undefined ? [] : [{ title: `Set ${name} to production`, safety: "review", edits: [edit] }];
}

/** Whether the start command sets the mode, or reads a file that may. */
function setsItself(stage: Stage, name: "NODE_ENV" | "RAILS_ENV", { args }: ShellCommand): boolean {
	if (containerStart(stage).commands.some(({ assignments }) => assignments.some((assignment) => assignment.name === name))) return true;
	return args.some(({ text }) => (name === "NODE_ENV" ? /^--env-file|dotenv/.test(text) : /^(?:-e|--environment)/.test(text)));
}

function isMissing(stage: Stage, name: string): boolean {
	const end = endOf(stage);
	const declared = declarationAt(end, name);
	return declared === undefined ? variableAt(end, name).kind === "unset" : declared.kind === "ARG";
}
