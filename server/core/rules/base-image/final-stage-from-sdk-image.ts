import { baseImageFacts } from "../../dockerfile/base/baseFacts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { compileCommands, needsToolchain, runtimeImage } from "../../dockerfile/packages/compiling.ts";
import { calledCommands, startedCommands } from "../../dockerfile/start/calledCommands.ts";
import { splitStage } from "../../dockerfile/start/split.ts";
import { isWorkplace } from "../../dockerfile/start/workplace.ts";
import type { Fix } from "../../finding.ts";
import { familiarName, type ImageReference } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const finalStageFromSdkImage = defineRule({
	id: "final-stage-from-sdk-image",
	title: "The shipped image keeps the toolchain that built it",
	category: "base-image",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "gpu/prefer-runtime-final-stage", "prefer-multi-stage-build"], ["droast", "DF011"]),
	why: "A toolchain image brings compilers, package managers, sources and headers: hundreds of megabytes, most of the vulnerabilities that a scanner will list, and everything an intruder needs to build tools of his own. The program needs none of it once it is built.",
	remedy:
		"Name the stage that builds, and start the shipped one from a runtime image: `COPY --from=build` takes what was built along. Interpreters (Python, Ruby, plain Node.js) ship in their own images, best in the slim ones.",
	references: [
		"https://docs.docker.com/build/building/multi-stage/",
		"https://docs.docker.com/build/building/best-practices/#use-multi-stage-builds",
	],
	examples: [
		{
			caption: "Built and shipped in one stage",
			bad: 'FROM «golang:1.23-bookworm»\nWORKDIR /src\nCOPY . .\nENV CGO_ENABLED=0\nRUN go build -o /app ./cmd/app\n\n# the port\nEXPOSE 8080\nCMD ["/app", "-v"]\n',
			fixed:
				'FROM golang:1.23-bookworm AS build\nWORKDIR /src\nCOPY . .\nENV CGO_ENABLED=0\nRUN go build -o /app ./cmd/app\n\nFROM debian:bookworm-slim\nWORKDIR /src\nCOPY --from=build /app /app\n\n# the port\nEXPOSE 8080\nCMD ["/app", "-v"]\n',
		},
		{
			caption: "Only the builder has it",
			good: 'FROM golang:1.23 AS build\nRUN go build -o /app .\nFROM gcr.io/distroless/static\nCOPY --from=build /app /app\nCMD ["/app"]\n',
		},
		{
			caption: "NVIDIA's own registry",
			bad: 'FROM «nvcr.io/nvidia/cuda:12.4.0-devel-ubuntu22.04»\nWORKDIR /src\nCOPY . .\nRUN nvcc a.cu -o /a\nCMD ["/a"]\n',
			fixed:
				'FROM nvcr.io/nvidia/cuda:12.4.0-devel-ubuntu22.04 AS build\nWORKDIR /src\nCOPY . .\nRUN nvcc a.cu -o /a\n\nFROM nvcr.io/nvidia/cuda:12.4.0-runtime-ubuntu22.04\nWORKDIR /src\nCOPY --from=build /a /a\nCMD ["/a"]\n',
		},
		{
			caption: "PyTorch brings the same compiler",
			bad: 'FROM «pytorch/pytorch:2.4.0-cuda12.4-cudnn9-devel»\nWORKDIR /src\nCOPY . .\nRUN nvcc a.cu -o /a\nCMD ["python", "a.py"]\n',
		},
		{
			caption: "Another stage has built it already",
			bad: 'FROM maven:3.9-eclipse-temurin-21 AS build\nRUN mvn -q package\nFROM «eclipse-temurin:21-jdk-noble» # jdk\nCOPY --from=build /src/target/a.jar /a.jar\nENTRYPOINT ["java", "-jar", "/a.jar"]\n',
			fixed:
				'FROM maven:3.9-eclipse-temurin-21 AS build\nRUN mvn -q package\nFROM eclipse-temurin:21-jre-noble # jdk\nCOPY --from=build /src/target/a.jar /a.jar\nENTRYPOINT ["java", "-jar", "/a.jar"]\n',
		},
		{
			caption: ".NET publishes a folder",
			bad: 'FROM «mcr.microsoft.com/dotnet/sdk:8.0»\r\nWORKDIR /src\r\nCOPY . .\r\nRUN dotnet publish -c Release -o /out\r\nWORKDIR /out\r\nENTRYPOINT ["dotnet", "App.dll"]\r\n',
			fixed:
				'FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\r\nWORKDIR /src\r\nCOPY . .\r\nRUN dotnet publish -c Release -o /out\r\n\r\nFROM mcr.microsoft.com/dotnet/aspnet:8.0\r\nCOPY --from=build /out /out\r\nWORKDIR /out\r\nENTRYPOINT ["dotnet", "App.dll"]\r\n',
		},
		{
			caption: "No repair where the runtime image, or what it needs, is not known",
			bad: 'FROM «rust:1.85» AS app\nRUN cargo build --release\nCMD ["target/release/app"]\n',
		},
		{
			caption: "Leiningen compiles for the JVM",
			bad: 'FROM «clojure:temurin-21-lein»\nCOPY . .\nRUN lein uberjar\nCMD ["java", "-jar", "target/app.jar"]\n',
		},
		{ caption: "A container that works with it needs it", good: 'FROM clojure:temurin-21-lein\nRUN lein uberjar\nCMD ["lein", "run"]\n' },
		{
			caption: "Nor where the container starts with a script",
			bad: 'FROM «golang:1.23-bookworm»\nCOPY start.sh /\nRUN go build -o /app .\nCMD ["/start.sh"]\n',
		},
		{
			caption: "Nor where the build calls the toolchain's programs",
			bad: 'FROM maven:3.9-eclipse-temurin-21 AS build\nRUN mvn package\nFROM «eclipse-temurin:21-jdk»\nCOPY --from=build /a.jar /a.jar\nRUN $JAVA_HOME/bin/jlink --output /jre\nCMD ["java", "-jar", "/a.jar"]\n',
		},
		{
			caption: "Or a health check",
			bad: 'FROM «mcr.microsoft.com/dotnet/sdk:9.0»\nRUN dotnet publish -o /out\nHEALTHCHECK CMD ["dotnet", "trace", "ps"]\nENTRYPOINT ["dotnet", "/out/a.dll"]\n',
		},
		{
			caption: "The toolchain comes from an ancestor",
			bad: 'FROM «golang:1.23» AS base\nENV PORT=1\nFROM base\nRUN make build\nCMD ["/app"]\n',
		},
		{
			caption: "Compilers of the full Node.js image, for a build that is done",
			bad: 'FROM «node:22»\nCOPY . .\nRUN npm ci && npm run build\nCMD ["node", "dist/main.js"]\n',
		},
		{
			caption: "Nothing is built, or another language",
			good: 'FROM eclipse-temurin:21-jdk\nCOPY a.jar /\nCMD ["java", "-jar", "/a.jar"]\nFROM debian:12 AS protoc\nRUN cmake --build .\nFROM golang:1.23\nCOPY --from=protoc /protoc /bin/\nENTRYPOINT ["/bin/protoc"]\n',
		},
		{ caption: "A place to work in", good: 'FROM golang:1.23\nRUN go build ./...\nCMD ["go", "test", "./..."]\n' },
		{ caption: "Another one", good: 'FROM golang:1.23 AS dev\nRUN go build -o /app .\nCMD ["/app"]\n' },
		{
			caption: "Interpreters, and Node.js without its compilers",
			good: 'FROM python:3.12\nRUN make install\nCMD ["python", "a.py"]\nFROM node:22-slim\nRUN npm run build\nCMD ["node", "dist"]\n',
		},
		{
			caption: "Two stages start from it: reported once",
			bad: 'FROM «golang:1.23» AS base\nRUN go build -o /a ./a && go build -o /b ./b\nFROM base AS one\nCMD ["/a"]\nFROM base\nCOPY --from=one /x /x\nCMD ["/b"]\n',
		},
		{
			caption: "A variable stands in its name: no edit",
			bad: 'ARG V=1.23-bookworm\nFROM «golang:$V»\nRUN go build -o /app ./cmd/app\nCMD ["/app", "-v"]\n',
		},
		{
			caption: "Node.js without a build of its own, and its small images",
			good: 'FROM node:22 AS build\nRUN npm run build\nFROM node:22\nCOPY --from=build /a /a\nCMD ["node", "a.js"]\nFROM node:22-alpine\nRUN npm run build\nCMD ["node", "a.js"]\n',
		},
		{
			caption: "Copied from images, or from a stage that compiles something else",
			good: 'FROM debian:12 AS other\nRUN make\nFROM eclipse-temurin:21-jdk\nCOPY --from=maven:3 /a.jar /a.jar\nCOPY --from=other /b /b\nCMD ["java", "-jar", "/a.jar"]\n',
		},
	],
	check(file) {
		const seen = new Set<Stage>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			const root = lineage(stage).at(-1) ?? stage;
			const base = rootBase(stage);
			if (root.image === undefined || base.kind !== "image" || seen.has(root)) continue;
			const language = toolchainOf(base.reference);
			if (language === undefined || isWorkplace(stage)) continue;
			const own = compileCommands(stage, language).length > 0;
			if (!own && (language === "JavaScript" || !takesFromBuilder(stage, language))) continue;
			seen.add(root);
			const name = shortened(`${familiarName(base.reference)}${base.reference.tag === undefined ? "" : `:${base.reference.tag}`}`, 50);
			reports.push({
				span: root.image.span,
				message:
					language === "JavaScript"
						? `${name} ships compilers that only the build could need`
						: `${name} ships the ${language} toolchain with the program`,
				...(language === "JavaScript" ? { severity: "info" as const } : {}),
				...(root === stage ? {} : { related: [{ span: stage.from.keywordSpan, message: "The stage that is shipped" }] }),
				fixes: () => (root === stage ? fixesFor(stage, base.reference, own) : []),
			});
		}
		return reports;
	},
});

/** The language whose toolchain an image brings. Node.js ships in its own image, but compilers come with the full one only. */
function toolchainOf(reference: ImageReference): string | undefined {
	const { sdk, interpreter, family } = baseImageFacts(reference);
	if (sdk !== undefined) return sdk.language;
	return interpreter === "node" && family === "debian" && !/slim/.test(reference.tag ?? "") ? "JavaScript" : undefined;
}

/** Whether the stage copies from one that compiles the language. */
function takesFromBuilder(stage: Stage, language: string): boolean {
	return stage.steps.some((step) =>
		sourcesOf(step, stage.file).some(
			({ target }) => target.kind === "stage" && target.stage !== stage && compileCommands(target.stage, language).length > 0,
		),
	);
}

function fixesFor(stage: Stage, reference: ImageReference, own: boolean): readonly Fix[] {
	const runtime = runtimeImage(reference);
	if (runtime === undefined || stage.image === undefined || stage.image.text !== reference.text) return [];
	if ((own ? startedCommands(stage) : calledCommands(stage)).some(needsToolchain)) return [];
	if (!own) return [{ title: `Start from ${runtime}`, safety: "review", edits: [replace(stage.image.span, runtime)] }];
	const edits = splitStage(stage, runtime);
	if (edits === undefined) return [];
	const note = "Libraries and files that the program reads beside what is copied have to be copied, too.";
	return [{ title: `Ship the program in ${runtime}`, safety: "review", edits, note }];
}
