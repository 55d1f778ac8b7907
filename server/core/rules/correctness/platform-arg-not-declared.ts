import { type UndeclaredUse, undeclaredUses } from "../../dockerfile/commands/undeclaredUses.ts";
import { insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import { PLATFORM_ARGS } from "../../dockerfile/variables/predefined.ts";
import { PLATFORM_WORDS } from "../needs.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const platformArgNotDeclared = defineRule({
	id: "platform-arg-not-declared",
	title: "A platform argument is used in a stage that does not declare it",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["buildkit", "UndefinedVar"]),
	onlyWith: { words: PLATFORM_WORDS },
	why: "TARGETARCH, TARGETOS, BUILDPLATFORM and their like are there for FROM; in a stage they are empty until it declares them. `GOARCH=$TARGETARCH go build` then builds for the machine that builds, and an image for arm64 has a program for amd64 in it. The builder's own check does not look into RUN.",
	remedy: "Write `ARG TARGETARCH`, without a value, in the stage.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope",
		"https://docs.docker.com/build/building/multi-platform/",
	],
	examples: [
		{
			caption: "In RUN",
			bad: "FROM --platform=$BUILDPLATFORM golang:1.22\nWORKDIR /src\nRUN GOOS=$«TARGETOS» GOARCH=${«TARGETARCH»} go build\n",
			fixed:
				"FROM --platform=$BUILDPLATFORM golang:1.22\nWORKDIR /src\nARG TARGETOS\nARG TARGETARCH\nRUN GOOS=$TARGETOS GOARCH=${TARGETARCH} go build\n",
		},
		{
			caption: "In COPY, and in a second stage",
			bad: "FROM debian:12 AS a\nARG TARGETARCH\nRUN echo $TARGETARCH\nFROM debian:12\nCOPY --from=a /out/$«TARGETARCH»/app /app\nRUN TARGETARCH=$«TARGETARCH» make\n",
			fixed:
				"FROM debian:12 AS a\nARG TARGETARCH\nRUN echo $TARGETARCH\nFROM debian:12\nARG TARGETARCH\nCOPY --from=a /out/$TARGETARCH/app /app\nRUN TARGETARCH=$TARGETARCH make\n",
		},
		{
			caption: "In a script in quotes",
			bad: "FROM debian:12\nRUN sh -c 'echo $«TARGETARCH»'\nRUN bash -cx 'set -e; \\\n  echo $«TARGETARCH»'\nRUN su app -c 'echo ${«TARGETARCH»}'\n",
			fixed:
				"FROM debian:12\nARG TARGETARCH\nRUN sh -c 'echo $TARGETARCH'\nRUN bash -cx 'set -e; \\\n  echo $TARGETARCH'\nRUN su app -c 'echo ${TARGETARCH}'\n",
		},
		{
			caption: "A global declaration does not count",
			bad: "ARG TARGETARCH\nFROM debian:12\nRUN echo $«TARGETARCH»\n",
			fixed: "ARG TARGETARCH\nFROM debian:12\nARG TARGETARCH\nRUN echo $TARGETARCH\n",
		},
		{
			caption: "Declared, here or above; in FROM",
			good: "FROM --platform=$TARGETPLATFORM debian:12 AS a\nARG TARGETARCH TARGETOS=linux\nRUN echo $TARGETARCH $TARGETOS\nFROM a\nRUN echo $TARGETARCH\n",
		},
		{
			caption: "Set otherwise",
			good: "FROM debian:12\nENV TARGETOS=linux\nRUN echo $TARGETOS\nRUN TARGETARCH=$(dpkg --print-architecture) && echo $TARGETARCH\nRUN case \"${TARGETVARIANT:-v8}\" in v8) ;; esac\nRUN echo '$TARGETARCH' && sh '$TARGETARCH.sh' && sh build.sh -c '$TARGETARCH' && su - app -c 'echo $TARGETARCH'\nRUN TARGETVARIANT=v8 sh -c 'echo $TARGETVARIANT'; sh -c 'TARGETOSVERSION=1; echo $TARGETOSVERSION'\n",
		},
		{
			caption: "Another shell, and what happens later",
			good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN echo $TARGETARCH\nFROM debian:12\nCMD echo $TARGETARCH\n",
		},
	],
	check(file) {
		const firsts = new Map<string, UndeclaredUse>();
		const reports: Report[] = [];
		for (const use of undeclaredUses(file)) {
			const { step, name, places } = use;
			const [first, ...others] = places;
			if (!PLATFORM_ARGS.has(name) || first === undefined) continue;
			const key = `${step.stage.index} ${name}`;
			const top = firsts.get(key) ?? use;
			firsts.set(key, top);
			reports.push({
				span: first,
				message: `${name} is empty in a stage that does not declare it`,
				related: others.map((span) => ({ span, message: "Used here, too" })),
				fixes: [{ title: `Declare ARG ${name}`, safety: "review", edits: [insertInstructionBefore(file, top.step, `ARG ${name}`)] }],
			});
		}
		return reports;
	},
});
