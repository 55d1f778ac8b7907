import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { isVersionOfBase } from "../../dockerfile/commands/undeclaredUses.ts";
import { insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import { moveBelow } from "../../dockerfile/edits/moveInstruction.ts";
import { selfReferenceFix } from "../../dockerfile/edits/selfReference.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { expand } from "../../dockerfile/syntax/expand.ts";
import type { Heredoc } from "../../dockerfile/syntax/heredoc.ts";
import { misspells } from "../../dockerfile/syntax/variableNames.ts";
import type { VariableValue } from "../../dockerfile/syntax/variableValue.ts";
import { OF_LOGIN, PLATFORM_ARGS, WITH_SYSTEM_PLACES } from "../../dockerfile/variables/predefined.ts";
import { maySubstitute, substitutedTexts } from "../../dockerfile/variables/substitutions.ts";
import { mayUseUnset, type UndefinedUse, undefinedIn, valueInFile } from "../../dockerfile/variables/undefinedUses.ts";
import { firstDeclarations, globalDeclaration, namesDeclaredAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { familiarName } from "../../image/reference.ts";
import { remembered } from "../../memo.ts";
import { secretName } from "../../secrets/names.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const variableUndefined = defineRule({
	id: "variable-undefined",
	title: "A variable is used that nothing sets",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	inOnbuild: false,
	equivalents: same(["buildkit", "UndefinedVar"], ["droast", "DF087"]),
	supersededBy: ["platform-arg-not-declared", "arg-out-of-scope", "env-self-reference", "cache-mount-target-wrong"],
	onlyWith: { texts: ["$"] },
	why: "The builder replaces a variable that nobody has set by nothing, without a word. `COPY app-$VERSON.jar /` then copies another file, `WORKDIR /srv/$NAME` works in `/srv`, and `USER $APP_USER` leaves the user that was in force: mostly root. The build goes on.\n\nIn the body of a heredoc that COPY writes to a file, every `$name` that was meant for the program that reads the file is removed in the same way.",
	remedy:
		"Correct the name, or declare it with `ARG` or `ENV` above the instruction. A global ARG is visible in a stage only after `ARG NAME` in that stage. Write `${NAME:-default}` where the variable may be missing, and `<<'EOF'` where a heredoc is to be copied as it stands.",
	references: [
		"https://docs.docker.com/reference/build-checks/undefined-var/",
		"https://docs.docker.com/reference/dockerfile/#environment-replacement",
	],
	examples: [
		{ caption: "Declared", good: "FROM debian:12\nARG VERSION=1.2\nCOPY app-${VERSION}.jar /opt/\n" },
		{
			caption: "Misspelt",
			bad: "FROM debian:12\nARG VERSION=1.2\nCOPY app-${«VERSON»}.jar /opt/\n",
			fixed: "FROM debian:12\nARG VERSION=1.2\nCOPY app-${VERSION}.jar /opt/\n",
		},
		{
			caption: "Never declared; the builder's proxies reach RUN alone",
			bad: "FROM debian:12\n# where it lives\nWORKDIR /srv/$«SITE»\nUSER $«UID»:$«GID»\nENV http_proxy=$«http_proxy»\n",
			fixed:
				"FROM debian:12\nARG SITE\n# where it lives\nWORKDIR /srv/$SITE\nARG UID\nARG GID\nUSER $UID:$GID\nARG http_proxy\nENV http_proxy=$http_proxy\n",
		},
		{ caption: "A secret, which is no argument either", bad: "FROM debian:12\nENV DB_PASSWORD ${«DB_PASSWORD»}\n" },
		{
			caption: "A heredoc that is copied as it stands",
			bad: "FROM nginx:1.27\nCOPY <<EOF /etc/nginx/conf.d/site.conf\nproxy_set_header Host '$«host»';\nproxy_set_header X-Real-IP $«remote_addr»; # $host\nEOF\n",
			fixed:
				"FROM nginx:1.27\nCOPY <<'EOF' /etc/nginx/conf.d/site.conf\nproxy_set_header Host '$host';\nproxy_set_header X-Real-IP $remote_addr; # $host\nEOF\n",
		},
		{
			caption: "With a pattern, a default or another value",
			bad: "FROM scratch\nENV A=1 C=${«D»#x}\nENV E=${F:-x}${G:+:$G}${H-$«I»}\n",
			fixed: "FROM scratch\nARG D\nENV A=1 C=${D#x}\nARG I\nENV E=${F:-x}${G:+:$G}${H-$I}\n",
		},
		{
			caption: "Pairs, flags, mounts, and more than one line",
			bad: 'FROM alpine:3.20\nLABEL a=$«ONE» \\\n  # note\n  b=${«TWO»}\nADD --chown="$«WHO»:$«THEM»" a \\\n  $«HOME»/\nRUN --mount=type=cache,target=/c/$«CACHE» echo $FREE\nEXPOSE $«PORT»\n',
			fixed:
				'FROM alpine:3.20\nARG ONE\nARG TWO\nLABEL a=$ONE \\\n  # note\n  b=${TWO}\nARG WHO\nARG THEM\nADD --chown="$WHO:$THEM" a \\\n  $HOME/\nARG CACHE\nRUN --mount=type=cache,target=/c/$CACHE echo $FREE\nARG PORT\nEXPOSE $PORT\n',
		},
		{
			caption: "Set further down",
			bad: 'FROM debian:12\n# about\nLABEL a="see $«RSAT»/x" b=1\nRUN a\nENV RSAT=/packages/rsat C=1\nUSER a\n',
			fixed: 'FROM debian:12\nRUN a\nENV RSAT=/packages/rsat C=1\n# about\nLABEL a="see $RSAT/x" b=1\nUSER a\n',
		},
		{
			caption: "Set further down: no LABEL, another one between, another variable that changes, the same instruction",
			bad: "FROM debian:12\nWORKDIR /$«A»\nENV A=1 B=1\nLABEL a=$«C»\nLABEL a=1\nENV C=1\nLABEL b=$B$«D»\nENV B=2 D=1\n",
		},
		{
			caption: "What the base image sets is unknown",
			good: "FROM acme/java:17\nENV PATH=$JAVA_HOME/bin:$PATH\nWORKDIR $JAVA_HOME\n",
		},
		{
			caption: "But a name that is nearly that of another, or of nginx, is asked about",
			bad: "FROM acme/java:17\nARG VERSION=1\nCOPY a-${«VERSON»}.jar /a.jar\nCOPY <<EOF /etc/nginx/conf.d/a.conf\nset_header Host $«host»;\nEOF\n",
			fixed:
				"FROM acme/java:17\nARG VERSION=1\nCOPY a-${VERSION}.jar /a.jar\nCOPY <<'EOF' /etc/nginx/conf.d/a.conf\nset_header Host $host;\nEOF\n",
		},
		{
			caption: "Put in front of nothing",
			bad: 'FROM debian:12\nENV PERL5LIB=/a:$«PERL5LIB» LD_LIBRARY_PATH="${«LD_LIBRARY_PATH»}:/b"\nENV PYTHONPATH /c:${«PYTHONPATH»}\n',
			fixed: 'FROM debian:12\nENV PERL5LIB=/a LD_LIBRARY_PATH="/b"\nENV PYTHONPATH /c\n',
		},
		{
			caption: "The argument itself",
			bad: 'FROM debian:12\nARG A=$«A»\nARG B="${«B»}"\n',
			fixed: "FROM debian:12\nARG A\nARG B\n",
		},
		{
			caption: "Lists in which an empty part stands for the places of the system",
			good: "FROM debian:12\nENV MANPATH=/opt/a/man:$MANPATH INFOPATH=/opt/a/info:${INFOPATH}\n",
		},
		{
			caption: "Declared here, in an ancestor, or by the image",
			good: "FROM eclipse-temurin:21\nENV A=$JAVA_HOME\nFROM node:22 AS base\nARG A\nENV B=$NODE_VERSION\nFROM base\nARG C=1 D=$C\nARG http_proxy\nENV E=$A$B$PATH$http_proxy\nRUN a $https_proxy\nWORKDIR ${E:?}\n",
		},
		{
			caption: "No variable: escaped, quoted, or the shell's",
			good: "FROM alpine:3.20\nENV A=\\$X B='$Y'\nRUN echo $Z\nCMD echo $Z\nENTRYPOINT [\"$Z\"]\nHEALTHCHECK CMD echo $Z\nCOPY <<'EOF' /f\n$Z\nEOF\n",
		},
		{
			caption: "Misspelt, of the base image",
			bad: "FROM node:22\nENV C=$«NODE_VERSON»\n",
			fixed: "FROM node:22\nENV C=$NODE_VERSION\n",
		},
		{
			caption: "The version in the base image's tag: the image is likely to carry it",
			good: 'ARG VERSION=1\nFROM acme/tool:$VERSION\nLABEL version="${VERSION}"\n',
		},
		{
			caption: "Go finds its own root",
			bad: "FROM golang:1.22\nENV PATH=$«GOROOT»/bin:$GOPATH/bin:$PATH\n",
			fixed: "FROM golang:1.22\nARG GOROOT\nENV PATH=$GOROOT/bin:$GOPATH/bin:$PATH\n",
		},
		{ caption: "Known to the build that starts from this image", good: "FROM alpine:3.20\nONBUILD ENV A=$CHILD\n" },
		{
			caption: "Windows knows some names, in any case",
			good: "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nARG Tools=x\nENV A=$ProgramFiles B=$TOOLS\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const doubted = new Set<string>();
			for (const step of stage.steps) {
				if (!maySubstitute(step)) continue;
				if (!mayUseUnset(step, step.line.text) && !step.heredocs.some(({ expand, body }) => expand && mayUseUnset(step, body.text)))
					continue;
				const texts = substitutedTexts(step, file);
				for (const [name, places] of undefinedIn(step, texts)) {
					const first = places[0];
					if (first === undefined) continue;
					if (WITH_SYSTEM_PLACES.has(name) && step.keyword === "ENV") continue;
					const certain = !mayComeFromBase(step, name);
					const below = setBelow(step, name);
					// What is only a question is asked once.
					if (!certain && (below !== undefined || doubted.has(name) || !isSuspicious(step, name, first))) continue;
					if (!certain) doubted.add(name);
					reports.push({
						span: first.span,
						message: certain ? certainMessage(step, name, below) : uncertainMessage(stage, name),
						...(certain ? {} : { severity: "info" as const }),
						related: places.slice(1).map(({ span }) => ({ span, message: "Used here, too" })),
						fixes: () => fixesFor(step, name, places, below),
					});
				}
			}
		}
		return reports;
	},
});

/** Whether an image of which nothing is known could set the variable; what the builder or this file calls so, it does not, unless it is the version in its tag. */
function mayComeFromBase(step: Step, name: string): boolean {
	if (PLATFORM_ARGS.has(name) || stageBaseFacts(step.stage).environment !== undefined) return false;
	return globalDeclaration(step.stage.file, name) === undefined || isVersionOfBase(step, name);
}

/** Whether a name that a base image might set looks like a mistake all the same. */
function isSuspicious(step: Step, name: string, { text }: UndefinedUse): boolean {
	return text.heredoc !== undefined || namesDeclaredAt(step).some((declared) => misspells(name, declared));
}

/** The first ARG or ENV behind an instruction of the same stage that sets a variable. */
function setBelow({ stage, ordinal }: Step, name: string): Step | undefined {
	const first = firstOrdinals(stage).get(name) ?? -1;
	return first > ordinal ? stage.steps[first] : undefined;
}

const firstOrdinals = remembered(
	(stage: Stage): ReadonlyMap<string, number> => new Map(firstDeclarations(stage).map(({ name, ordinal }) => [name, ordinal])),
);

function certainMessage(step: Step, name: string, below: Step | undefined): string {
	if (below !== undefined) return `${shortened(name, 40)} is set only below, in line ${below.firstLine + 1}, and empty here`;
	const global = globalDeclaration(step.stage.file, name) !== undefined;
	return `${shortened(name, 40)} is ${global ? "not declared in this stage" : "set by nothing"} and becomes empty`;
}

function uncertainMessage(stage: Stage, name: string): string {
	const base = rootBase(stage);
	const image = base.kind === "image" ? shortened(familiarName(base.reference), 26) : "the base image";
	return `${shortened(name, 26)} is set nowhere in this file, only ${image} could set it`;
}

function fixesFor(step: Step, name: string, places: readonly UndefinedUse[], below: Step | undefined): readonly Fix[] {
	const { file } = step.stage;
	const fixes: Fix[] = [];
	const heredoc = places[0]?.text.heredoc;
	const own = selfReferenceFix(step, name, places);
	if (own !== undefined) return [own];
	const quoted = heredoc === undefined ? undefined : quotedDelimiter(step, heredoc);
	if (quoted !== undefined) fixes.push(quoted);
	if (below !== undefined) return [...fixes, ...movedBelow(step, name, below)];
	const { environment = [], sets = [] } = stageBaseFacts(step.stage);
	const meant = [...namesDeclaredAt(step), ...environment, ...sets].find((known) => /^\w+$/.test(known) && misspells(name, known));
	if (meant !== undefined) {
		fixes.push({ title: `Use ${meant}`, safety: "review", edits: places.map(({ span }) => replace(span, meant)) });
	}
	// A secret does not belong into an argument either.
	if (/^[A-Za-z_]\w*$/.test(name) && !OF_LOGIN.has(name) && secretName(name) !== "strong") {
		fixes.push({ title: `Declare ARG ${name}`, safety: "review", edits: [insertInstructionBefore(file, step, `ARG ${name}`)] });
	}
	return fixes;
}

/** Moves a LABEL below the line that sets its variable; none where another LABEL stands between, or a line that changes a further variable. */
function movedBelow(step: Step, name: string, below: Step): readonly Fix[] {
	const { file, steps } = step.stage;
	if (step.keyword !== "LABEL") return [];
	const simple = steps.slice(step.ordinal + 1, below.ordinal + 1).every((between) => {
		if (between.keyword === "LABEL") return false;
		const declares = between.keyword === "ENV" || between.keyword === "ARG";
		return !declares || assignmentsOf(between, file.escape).every((other) => other.name === name || !instructionMentions(step, other.name));
	});
	return simple ? [{ title: `Move it below line ${below.firstLine + 1}`, safety: "review", edits: moveBelow(file, step, below) }] : [];
}

/** Keeps the body of a heredoc as it is; only where nothing in it is substituted or escaped now. */
function quotedDelimiter(step: Step, heredoc: Heredoc): Fix | undefined {
	const { name, wordSpan, body } = heredoc;
	const word = step.stage.file.text.slice(wordSpan.start, wordSpan.end);
	if (!word.endsWith(name) || body.text.includes("\\")) return undefined;
	let substitutes = false;
	const lookup = (variable: string): VariableValue => {
		const value = valueInFile(step, variable);
		substitutes ||= value.kind !== "unset";
		return value;
	};
	const expansion = expand(body.text, { escape: "\\", lookup, plainQuotes: true });
	if (substitutes || expansion.kind !== "known") return undefined;
	const span = { start: wordSpan.end - name.length, end: wordSpan.end };
	return { title: `Quote ${name} to copy the text as it stands`, safety: "review", edits: [replace(span, `'${name}'`)] };
}
