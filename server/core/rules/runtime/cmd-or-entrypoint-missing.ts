import { baseName } from "../../baseName.ts";
import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { absolute } from "../../dockerfile/files/copiedPaths.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { isFilledFolder, isKnownFolder, isMadeFolder } from "../../dockerfile/files/knownFolders.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { compilesAnything } from "../../dockerfile/packages/compiling.ts";
import { isWorkplaceByName } from "../../dockerfile/start/workplace.ts";
import { normalPath, workdirAt } from "../../dockerfile/variables/state.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const cmdOrEntrypointMissing = defineRule({
	id: "cmd-or-entrypoint-missing",
	title: "The image does not say what it starts",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["droast", "DF036"]),
	why: "Images of distributions start a shell. An application image that adds no CMD or ENTRYPOINT starts one as well: without a terminal the container ends at once, with one somebody is root in it. How the application is started is written down elsewhere, and changes without the image.",
	remedy: "Say with CMD or ENTRYPOINT what the container is for.",
	references: ["https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact"],
	examples: [
		{
			caption: "It says what it starts",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y nginx\nEXPOSE 80\nCMD ["nginx", "-g", "daemon off;"]\n',
		},
		{ caption: "A port, and nothing that listens on it", bad: "FROM «debian:12»\nRUN apt-get install -y app\nEXPOSE 80\n" },
		{
			caption: "A program that was built, inherited through a stage",
			bad: "FROM golang:1.22 AS build\nRUN go build -o /app .\nFROM alpine AS base\nFROM «base»\nCOPY --from=build /app /app\n",
		},
		{
			caption: "Into the folder that containers start in",
			bad: "FROM golang:1.22 AS build\nRUN go build -o /app .\nFROM «alpine:3.20»\nWORKDIR /service\nCOPY --from=build /app ./\n",
		},
		{
			caption: "A program right below the root",
			bad: "FROM golang:1.22 AS build\nRUN go build -o /server .\nFROM «alpine:3.20»\nCOPY --from=build /server /server\n",
		},
		{
			caption: "By the name that it has already",
			bad: "FROM golang:1.22 AS build\nRUN go build -o /out/app .\nFROM «alpine:3.20»\nCOPY --from=build /out/app /\n",
		},
		{
			caption: "An application at home",
			bad: "FROM node:22 AS build\nRUN npm ci\nFROM «debian:12»\nCOPY --from=build /src /home/node/app\n",
		},
		{
			caption: "An editor in a comment, a port in an image for work",
			bad: "FROM debian:12 AS build-env\nRUN make\nFROM «debian:12» AS dev\n# vscode: set editor\nCOPY --from=build-env /a /app/\nEXPOSE 80\n",
		},
		{
			caption: "A folder of its own below /opt",
			bad: "FROM debian:12 AS build\nRUN make\nFROM «alpine:3.20»\nCOPY --from=build /out /opt/tool\n",
		},
		{
			caption: "A health check, and nothing that it could check",
			bad: "FROM «debian:12»\nRUN apt-get install -y app\nHEALTHCHECK CMD app --ping\n",
		},
		{
			caption: "The folder of all applications, an image without steps, the context",
			good: "FROM debian:12 AS build\nRUN make\nFROM debian:12 AS plain\nFROM alpine:3.20\nCOPY --from=build /out /opt/\nCOPY --from=build /out $DIR\nCOPY --from=plain /a /app/\nCOPY . /app\nCOPY --from=docker:cli /docker /app/\n",
		},
		{
			caption: "A file that is no program",
			good: "FROM golang:1.22 AS build\nRUN uname -a > /log\nFROM alpine:3.20\nCOPY --from=build /log /log\n",
		},
		{
			caption: "Folders below the root",
			good: "FROM golang:1.22 AS build\nRUN mkdir -p /rules && make install DESTDIR=/image && ls /image/usr\nFROM alpine:3.20\nCOPY --from=build /rules /\nCOPY --from=build /rules /rules\nCOPY --from=build /image /\nCOPY --from=build /wheels /wheels\nCOPY --from=build /out /\n",
		},
		{
			caption: "Folders below the root, as other steps tell",
			good: "FROM golang:1.22 AS build\nRUN go build ./... && chown -R 1000 /rules && ls /more/a\nFROM alpine:3.20\nRUN mkdir /plug && touch /plug/a\nCOPY --from=build /plug /plug\nCOPY --from=build /rules /rules\nCOPY --from=build /more /more\n",
		},
		{
			caption: "Several files, a folder by its slash, names with a dot, unknown ones, folders that builds collect in",
			good: "FROM golang:1.22 AS build\nARG N\nRUN go build ./...\nFROM alpine:3.20\nARG N\nCOPY --from=build /a /b /\nCOPY --from=build /c/ /c\nCOPY --from=build /d.txt /d.txt\nCOPY --from=build /$N /$N\nCOPY --from=build /out /result\nCOPY --from=build /result /lib64/result\nCOPY --from=build /result /data\n",
		},
		{
			caption: "Said, also in a stage below, or for the images to come",
			good: "FROM debian:12 AS base\nENTRYPOINT app\nFROM base\nEXPOSE 80\n",
		},
		{ caption: "Said for the images to come", good: "FROM debian:12\nEXPOSE 80\nONBUILD CMD app\n" },
		{ caption: "A base for other images, a tool box", good: "FROM debian:12\nRUN apt-get install -y a b\nCOPY x.conf /etc/\nUSER app\n" },
		{
			caption: "A toolchain",
			good: "FROM buildpack-deps:trixie-scm AS build\nRUN mkdir /target\nFROM buildpack-deps:trixie-scm\nENV GOPATH=/go\nENV PATH=$GOPATH/bin:/usr/local/go/bin:$PATH\nCOPY --from=build --link /target/ /\nWORKDIR $GOPATH\n",
		},
		{
			caption: "A check with the tool of another image",
			good: "FROM alpine AS opafmt\nCOPY --from=openpolicyagent/opa:1.15.2-static /opa /usr/bin/opa\nFROM opafmt AS validate\nRUN --mount=type=bind opa fmt --fail -d .\n",
		},
		{
			caption: "A test of what was built",
			good: "FROM golang:1.22 AS build\nRUN go build -o /app .\nFROM alpine AS test\nCOPY --from=build /app /app\nRUN /app --version\n",
		},
		{ caption: "Sources that are built in it", good: "FROM alpine\nRUN apk add --no-cache gcc\nWORKDIR /src\nCOPY . .\n" },
		{ caption: "An image that starts something by itself, or may", good: "FROM nginx:1.27\nEXPOSE 80\nFROM acme/base\nEXPOSE 80\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || stage.image === undefined || !plainDistribution(stage)) continue;
			if (hasAny(stage, "CMD", "ENTRYPOINT")) continue;
			const serves = hasAny(stage, "EXPOSE", "HEALTHCHECK");
			const brings = (step: Step): boolean => bringsApplication(stage, step);
			if (!serves && (isWorkplaceByName(stage) || !lineage(stage).some(({ steps }) => steps.some(brings)))) continue;
			reports.push({ span: stage.image.span, message: `The image starts what ${shortened(stage.image.text, 50)} starts: a shell` });
		}
		return reports;
	},
});

/** Whether a stage's lineage has one of two instructions, ONBUILD's included. */
function hasAny(stage: Stage, first: string, second: string): boolean {
	const isAny = (step: Step): boolean => {
		const { keyword } = step.trigger ?? step;
		return keyword === first || keyword === second;
	};
	return lineage(stage).some(({ steps }) => steps.some(isAny));
}

/** Folders that people put an application into. */
const APPLICATION_FOLDERS = /^\/(?:app|srv|opt\/[^/]+|home\/[^/]+\/app|usr\/src\/app|var\/www)(?:\/|$)/;

/**
 * Whether a step copies from a stage that builds into a folder for applications, or the one that containers start in. Tools and toolchains go
 * elsewhere, and what comes from the context may be there to be built or checked.
 */
function bringsApplication(stage: Stage, step: Step): boolean {
	const [source] = step.keyword === "COPY" ? sourcesOf(step, step.stage.file) : [];
	if (source?.target.kind !== "stage" || lineage(source.target.stage).every(({ steps }) => steps.length === 0)) return false;
	const destination = absolute(step, copyWordsOf(step)?.destination.text ?? "");
	if (destination === undefined) return false;
	const workdir = workdirAt(stage);
	return (
		APPLICATION_FOLDERS.test(destination) ||
		(workdir.kind === "set" && workdir.value !== "/" && isInside(destination, workdir.value)) ||
		isProgramBelowRoot(step, source.target.stage, destination)
	);
}

/** What a program may be called, also with its platform. */
const PROGRAM_NAME = /^[\w-]+(?:\.jar)?$/;

/** Names of folders that builds collect files in: for all of the image, or to be used in it. */
const COLLECTION_NAMES =
	/^(?:artifacts?|build|bundle|certs?|data|deps|dest|destdir|export|go|install|lib|libs|out|output|overlay|packages|pkg|pkgs|plugins|release|root|rootfs|scripts|src|stage|staging|sysroot|target|tmp|usr|wheels|work|workspace)$/i;

/** Whether a step puts a single program of a stage that compiles right below `/`, as far as names tell: `/server /server`, `/out/app /`. */
function isProgramBelowRoot(step: Step, from: Stage, destination: string): boolean {
	const [source, ...others] = copyWordsOf(step)?.sources ?? [];
	if (!/^\/[^/]*$/.test(destination) || source?.value === undefined || others.length > 0 || source.value.endsWith("/")) return false;
	const path = normalPath(`/${source.value}`);
	const name = baseName(destination === "/" ? path : destination);
	if (!PROGRAM_NAME.test(name) || COLLECTION_NAMES.test(name) || COLLECTION_NAMES.test(baseName(path))) return false;
	if (destination !== "/" && isKnownFolder(destination, step.stage)) return false;
	if (isKnownFolder(path, from) || isMadeFolder(path, from) || isFilledFolder(path, from)) return false;
	return lineage(from).some((stage) => runSteps(stage).some((run) => commandsOf(run).some(compilesAnything)));
}
