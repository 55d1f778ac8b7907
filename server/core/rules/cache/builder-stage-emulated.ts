import { stageBaseFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt } from "../../dockerfile/commands/shellVariables.ts";
import { insertAfter, insertAt, insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import { referencesTo } from "../../dockerfile/edits/stageReferences.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { type PlacedCommand, runsWhatItMade, takesForeignPrograms } from "../../dockerfile/files/takenOut.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { compiles } from "../../dockerfile/packages/compiling.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Programs that make something for the platform that they run on. */
const NATIVE = /^(?:jlink|jpackage|native-image|jdeps|strip|gcc|g\+\+|cc|c\+\+|clang|make|cmake|musl-gcc|node-gyp)$/;

/** Folders that bundlers write for browsers. */
const BUNDLES = /\/(?:dist|build|public|_site)(?:\/[\w.-]+)?\/?\.?$/;

/** What an image that runs JavaScript mentions, and folders of programs: a bundler can make one of those, too. */
const RUNS = /\b(?:node(?:js)?|npm|bun|deno)\b|\/s?bin\b/;

export const builderStageEmulated = defineRule({
	id: "builder-stage-emulated",
	title: "A stage that only compiles runs on the target's platform",
	category: "cache",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["RUN"] },
	why: "Built for another platform than the builder's, every step of a stage runs under emulation: a compiler takes five to twenty times as long. Go without C, .NET and Java make programs for any platform from any other, and what a bundler makes for browsers is the same everywhere.",
	remedy:
		"Run the stage where the build runs, and tell the compiler what for: `FROM --platform=$BUILDPLATFORM golang:…`, `ARG TARGETOS TARGETARCH`, `GOOS=$TARGETOS GOARCH=$TARGETARCH go build`. For Rust and C there is `tonistiigi/xx`.",
	references: ["https://docs.docker.com/build/building/multi-platform/#cross-compilation"],
	examples: [
		{
			caption: "On the platform of the machine that builds",
			good: "FROM --platform=$BUILDPLATFORM golang:1.22 AS build\nARG TARGETOS TARGETARCH\nCOPY . .\nRUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Go without C",
			bad: "FROM «golang:1.22» AS build\nENV CGO_ENABLED=0\nCOPY . .\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
			fixed:
				"FROM --platform=$BUILDPLATFORM golang:1.22 AS build\nENV CGO_ENABLED=0\nCOPY . .\nARG TARGETOS TARGETARCH\nRUN GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Java makes the same for all",
			bad: "FROM «maven:3.9-eclipse-temurin-21» AS build\nCOPY . .\nRUN mvn package\nFROM eclipse-temurin:21-jre\nCOPY --from=build /target/a.jar /a.jar\n",
			fixed:
				"FROM --platform=$BUILDPLATFORM maven:3.9-eclipse-temurin-21 AS build\nCOPY . .\nRUN mvn package\nFROM eclipse-temurin:21-jre\nCOPY --from=build /target/a.jar /a.jar\n",
		},
		{
			caption: "A bundle for browsers",
			bad: "FROM «node:22» AS build\nWORKDIR /app\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=build /app/dist /usr/share/nginx/html\n",
			fixed:
				"FROM --platform=$BUILDPLATFORM node:22 AS build\nWORKDIR /app\nRUN npm ci && npm run build\nFROM nginx:1.27\nCOPY --from=build /app/dist /usr/share/nginx/html\n",
		},
		{
			caption: "A server, or its packages: they may hold compiled parts",
			good: "FROM node:22 AS build\nWORKDIR /app\nRUN npm ci && npm run build\nFROM node:22 AS packages\nRUN npm ci && npm run build\nFROM node:22 AS server\nCOPY --from=build /app/dist /app\nFROM nginx:1.27\nCOPY --from=packages /app /app\nCOPY --from=build /app/dist /app\n",
		},
		{
			caption: "Its packages were installed for the target's platform",
			good: "FROM node:22-alpine AS deps\nWORKDIR /app\nCOPY package.json package-lock.json ./\nRUN npm ci\nFROM node:22-alpine AS build\nWORKDIR /app\nCOPY --from=deps /app/node_modules ./node_modules\nCOPY . .\nRUN npm run build\nFROM nginx:1.27-alpine\nCOPY --from=build /app/dist /usr/share/nginx/html\n",
		},
		{
			caption: "A server whose Node.js is installed, a program",
			good: 'FROM node:22 AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM alpine:3.20\nRUN apk add --no-cache nodejs\nCOPY --from=build /app/dist /app\nCMD ["node", "/app/main.js"]\nFROM node:22 AS program\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nFROM ubuntu:24.04\nCOPY --from=program /app/dist/server /usr/local/bin/server\n',
		},
		{
			caption: ".NET, without an edit",
			bad: "FROM «mcr.microsoft.com/dotnet/sdk:8.0» AS build\nRUN dotnet publish -o /out\nFROM mcr.microsoft.com/dotnet/aspnet:8.0\nCOPY --from=build /out /out\n",
		},
		{
			caption: "A GOOS of its own is replaced",
			bad: "FROM «golang:1.22» AS build\nWORKDIR /src\nRUN CGO_ENABLED=0 GOOS=linux go build -o /usr/bin/app .\nFROM alpine:3.20\nCOPY --from=build /usr/bin/app /app\nCOPY --from=build /etc/ssl/certs /etc/ssl/certs\n",
			fixed:
				"FROM --platform=$BUILDPLATFORM golang:1.22 AS build\nWORKDIR /src\nARG TARGETOS TARGETARCH\nRUN CGO_ENABLED=0 GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /usr/bin/app .\nFROM alpine:3.20\nCOPY --from=build /usr/bin/app /app\nCOPY --from=build /etc/ssl/certs /etc/ssl/certs\n",
		},
		{
			caption: "Programs of the system, and those that were fetched, are taken along",
			good: "FROM golang:1.22-alpine AS a\nRUN apk add --no-cache git\nENV CGO_ENABLED=0\nRUN go build -o /app .\nFROM golang:1.22 AS b\nENV CGO_ENABLED=0\nRUN curl -fLo /tool https://example.com/$(uname -m)/tool && go build -o /app .\nFROM maven:3-eclipse-temurin-21 AS c\nRUN mvn package\nFROM alpine:3.20\nCOPY --from=a /app /app\nCOPY --from=a /usr/bin/git /usr/bin/git\nCOPY --from=b /tool /app /bin/\nCOPY --from=c /opt/java/openjdk /java\n",
		},
		{
			caption: "The program is run, or is machine code of its own platform",
			good: "FROM golang:1.22 AS a\nENV CGO_ENABLED=0\nRUN go build -o /app .\nRUN /app version\nFROM golang:1.22 AS b\nWORKDIR /src\nENV CGO_ENABLED=0\nRUN go build -o tool . && ./tool > /list\nFROM maven:3-eclipse-temurin-21 AS c\nRUN mvn -Pnative native:compile\nFROM alpine:3.20\nCOPY --from=a /app /app\nCOPY --from=b /list /list\nCOPY --from=c /target/app /app\n",
		},
		{
			caption: "The program is run below another root, or by its name",
			good: "FROM golang:1.24 AS a\nWORKDIR /s\nCOPY . .\nRUN set -eux; CGO_ENABLED=0 go build -o /usr/local/bin/tool .; mkdir /artifacts; cp -avlL /usr/local/bin/tool /artifacts/; chroot /artifacts ./tool version\nFROM golang:1.24 AS b\nWORKDIR /s\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /usr/local/bin/tool . && tool version\nFROM scratch\nCOPY --from=a /artifacts/ /\nCOPY --from=b /usr/local/bin/tool /\n",
		},
		{
			caption: "A script of its folder is run, and another program of that name",
			bad: "FROM «golang:1.24» AS build\nWORKDIR /s\nENV CGO_ENABLED=0\nCOPY . .\nRUN ./hack/generate.sh && go build -o /out/git . && git status\nFROM scratch\nCOPY --from=build /out /s/hack /\n",
			fixed:
				"FROM --platform=$BUILDPLATFORM golang:1.24 AS build\nWORKDIR /s\nENV CGO_ENABLED=0\nCOPY . .\nARG TARGETOS TARGETARCH\nRUN ./hack/generate.sh && GOOS=$TARGETOS GOARCH=$TARGETARCH go build -o /out/git . && git status\nFROM scratch\nCOPY --from=build /out /s/hack /\n",
		},
		{
			caption: "C in it, a platform of its own, what is shipped",
			good: "FROM golang:1.22 AS a\nRUN go build -o /app .\nFROM golang:1.22 AS c\nRUN CGO_ENABLED=1 go build .\nFROM --platform=$BUILDPLATFORM golang:1.22 AS b\nRUN CGO_ENABLED=0 go build .\nFROM golang:1.22\nRUN CGO_ENABLED=0 go build .\nCOPY --from=a /app /app\nCOPY --from=b /app /app\nCOPY --from=c /app /app\n",
		},
		{
			caption: "A native image, other compilers, a base that others start from",
			good: "FROM maven:3.9-eclipse-temurin-21 AS a\nRUN mvn package && jlink --output /jre\nFROM rust:1.80 AS b\nRUN cargo build\nFROM golang:1.22 AS base\nENV CGO_ENABLED=0\nRUN go build .\nFROM base AS d\nRUN go vet\nFROM debian:12\nCOPY --from=a /a /a\nCOPY --from=b /a /a\nCOPY --from=d /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const { image } = stage;
			if (stage.use !== "copied" || stage.platform !== undefined || stage.base.kind !== "image" || image === undefined) continue;
			if (referencesTo(stage).some(({ step }) => step === undefined)) continue;
			// Native code of .NET is compiled with the tools of its own platform.
			if (/amd64|arm64|arm32|x86_64|aarch64|\baot\b/.test(image.text)) continue;
			const language = languageOf(stage);
			if (language === undefined) continue;
			const found = runSteps(stage).flatMap((step) =>
				commandsOf(step)
					.filter((command) => compiles(command, language))
					.map((command) => ({ step, command })),
			);
			const [first] = found;
			if (first === undefined || runSteps(stage).some((step) => commandsOf(step).some(({ program }) => NATIVE.test(program ?? ""))))
				continue;
			if (language === "Go" && !found.every(({ step, command }) => isWithoutC(step, command))) continue;
			const forPlatform = FOR_PLATFORM[language];
			if (forPlatform !== undefined && found.some(({ command }) => command.args.some(({ text }) => forPlatform.test(text)))) continue;
			if (takesForeignPrograms(stage, found) || (language === "Go" && runsWhatItMade(stage, found))) continue;
			reports.push({
				span: image.span,
				message: `This ${language} stage only compiles: for another platform it runs under emulation`,
				fixes: () => fixesOf(file, stage, language, found),
			});
		}
		return reports;
	},
});

type Language = "Go" | "Java" | ".NET" | "JavaScript";

/** Goals and options with which a compiler makes machine code, or something for one platform. */
const FOR_PLATFORM: Partial<Record<Language, RegExp>> = {
	Java: /native/i,
	".NET": /^(?:-r|--runtime|-a|--arch)|aot|readytorun|runtimeidentifier/i,
};

/** A language whose compiler makes the same for, or something for, any platform. */
function languageOf(stage: Stage): Language | undefined {
	const { sdk, interpreter } = stageBaseFacts(stage);
	const language = sdk?.language;
	if (language === "Go" || language === "Java" || language === ".NET") return language;
	// What comes from elsewhere, such as installed packages, is for the target's platform, and would have to run on the builder's.
	const takes = stage.steps.some((step) => sourcesOf(step, stage.file).length > 0);
	return interpreter === "node" && !takes && isBundle(stage) ? "JavaScript" : undefined;
}

/** Whether all that is taken from a stage are folders of files for browsers, into images that have no Node.js to run anything else. */
function isBundle(stage: Stage): boolean {
	return referencesTo(stage).every(({ step, inside }) => {
		const sources = step?.keyword === "COPY" ? copyWordsOf(step)?.sources : undefined;
		const { interpreter, sdk } = stageBaseFacts(inside);
		if (sources === undefined || interpreter !== undefined || sdk !== undefined || stageFamily(inside) === undefined) return false;
		if (lineage(inside).some(({ steps }) => steps.some(({ line }) => RUNS.test(line.text)))) return false;
		return sources.every(({ value }) => value !== undefined && BUNDLES.test(value));
	});
}

function isWithoutC(step: Step, command: ShellCommand): boolean {
	const value = shellVariableAt(step, command, "CGO_ENABLED");
	const other = shellVariableAt(step, command, "GOARCH");
	return value.kind === "set" && value.value === "0" && other.kind !== "set";
}

function fixesOf(file: Dockerfile, stage: Stage, language: Language, found: readonly PlacedCommand[]): readonly Fix[] {
	const platform = insertAfter(stage.from.keywordSpan, " --platform=$BUILDPLATFORM");
	if (language === "Java" || language === "JavaScript")
		return [{ title: "Run it on the builder's platform", safety: "review", edits: [platform] }];
	const [only] = found;
	if (language !== "Go" || only === undefined || found.length > 1 || only.command.decoded || only.command.name === undefined) return [];
	const declared = stage.steps.flatMap((step) => (step.keyword === "ARG" ? assignmentsOf(step, file.escape).map(({ name }) => name) : []));
	const missing = ["TARGETOS", "TARGETARCH"].filter((name) => !declared.includes(name));
	// Commands in front would run for the target, too, if the variables were set for all of them.
	const system = only.command.assignments.find(({ name }) => name === "GOOS");
	const target = system === undefined ? [] : [replace(system.span, "GOOS=$TARGETOS")];
	const variables = system === undefined ? "GOOS=$TARGETOS GOARCH=$TARGETARCH " : "GOARCH=$TARGETARCH ";
	const edits: SpanEdit[] = [platform, ...target, insertAt(only.command.name.span.start, variables)];
	if (missing.length > 0) edits.push(insertInstructionBefore(file, only.step, `ARG ${missing.join(" ")}`));
	return [{ title: "Compile on the builder's platform", safety: "review", edits }];
}
