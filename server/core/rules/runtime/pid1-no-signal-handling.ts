import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { mainProgram } from "../../dockerfile/start/mainProgram.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

/** Goals for which Maven starts another JVM. With others, such as `jetty:run` and `exec:java`, the program runs in Maven's own, which takes the place of its script. */
const FORKING_GOALS = /^(?:spring-boot:run|quarkus:dev)$/;

/** Programs that start another one and wait for it, by the subcommands with which they do. */
const STARTERS: Readonly<Record<string, RegExp>> = {
	npm: /^(?:start|run|run-script|exec|x)$/,
	npx: /^[^-]/,
	yarn: /^(?:start|run|exec|dlx|serve|dev|prod|production)$/,
	pnpm: /^(?:start|run|exec|dlx)$/,
	mvn: FORKING_GOALS,
	mvnw: FORKING_GOALS,
	gradle: /^(?:run|bootRun)$/,
	gradlew: /^(?:run|bootRun)$/,
	go: /^run$/,
	cargo: /^run$/,
};

/** Options in front of the subcommand that take the next word. Source: the help of npm 10, yarn 1, pnpm 9 and Maven 3.9. */
const TAKES_VALUE = /^(?:--prefix|--cwd|-C|--dir|-w|--workspace|--filter|-F|-f|--file|-p|--project-dir)$/;

export const pid1NoSignalHandling = defineRule({
	id: "pid1-no-signal-handling",
	title: "Process 1 is a tool that starts the program",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: {
		instructions: ["CMD", "ENTRYPOINT"],
		words: ["npm", "npx", "yarn", "pnpm", "mvn", "mvnw", "gradle", "gradlew", "go", "cargo"],
	},
	why: "`docker stop` sends its signal to process 1. npm, yarn and build tools start the application as a child, often with a shell in between, and do not pass the signal on in every version: the application learns nothing of the stop and is killed ten seconds later, in the middle of requests. Nobody collects processes that the children leave behind, and the exit code is the tool's.",
	remedy:
		"Start the program itself (`node server.js`, `java -jar app.jar`). Where that cannot be, put an init such as tini in front of it, or run the container with `--init`.",
	references: [
		"https://github.com/nodejs/docker-node/blob/main/docs/BestPractices.md#cmd",
		"https://github.com/krallin/tini",
		"https://docs.docker.com/reference/cli/docker/container/run/#init",
	],
	examples: [
		{ caption: "The program itself", good: 'FROM node:22\nCMD ["node", "server.js"]\n' },
		{ caption: "npm", bad: 'FROM node:22\n«CMD» ["npm", "start"]\n' },
		{ caption: "Through a script of package.json, behind exec", bad: "FROM node:22\n«CMD» cd /app && exec yarn run serve\n" },
		{ caption: "A build tool", bad: 'FROM debian:12\n«ENTRYPOINT» ["/app/gradlew"]\nCMD ["bootRun"]\n' },
		{ caption: "Maven, which starts a second JVM", bad: 'FROM maven:3-eclipse-temurin-21\n«CMD» ["mvn", "spring-boot:run"]\n' },
		{
			caption: "In Maven's own JVM",
			good: 'FROM maven:3-jdk-8\nCMD ["mvn", "jetty:run"]\nFROM maven:3-jdk-8\nENTRYPOINT ["./mvnw", "-q", "exec:java"]\n',
		},
		{ caption: "Behind options with values", bad: 'FROM node:22\n«CMD» ["npm", "--prefix", "/app", "run", "start"]\n' },
		{ caption: "An init in front", good: 'FROM node:22\nENTRYPOINT ["tini", "--"]\nCMD ["npm", "start"]\n' },
		{ caption: "A shell that stays is another matter", good: "FROM node:22\nCMD npm start\n" },
		{ caption: "The base image may have an init, a script may call exec", good: 'FROM acme/node\nCMD ["npm", "start"]\n' },
		{ caption: "Nothing that runs on", good: 'FROM node:22\nCMD ["npm", "--version"]\nFROM node:22\nCMD ["npm", "test"]\n' },
		{ caption: "Builders", good: 'FROM node:22 AS a\nCMD ["npm", "start"]\nFROM node:22\nCOPY --from=a /a /a\n' },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || !knownStart(stage)) continue;
			const main = mainProgram(stage);
			if (main === undefined || main.init !== undefined || main.behindShell || !isStarter(main.command)) continue;
			reports.push({
				span: main.step.keywordSpan,
				message: `${main.command.program} is process 1, and starts the program as its child`,
				...(/^(?:npm|yarn|pnpm)$/.test(main.command.program ?? "") ? { severity: "hint" as const } : {}),
			});
		}
		return reports;
	},
});

/** Whether the entry point of the base image, if it has one, is known to step aside. */
function knownStart(stage: Stage): boolean {
	return plainDistribution(stage) || stageBaseFacts(stage).interpreter !== undefined || stageBaseFacts(stage).sdk !== undefined;
}

function isStarter({ program, args }: ShellCommand): boolean {
	if (program === undefined || !Object.hasOwn(STARTERS, program)) return false;
	const first = args.find(({ text }, index) => !text.startsWith("-") && !TAKES_VALUE.test(args[index - 1]?.text ?? ""))?.value;
	return first !== undefined && STARTERS[program]?.test(first) === true;
}
