import { replace, startOfLine } from "../../dockerfile/edits/edit.ts";
import { referencesIn, referencesTo, stageReferences } from "../../dockerfile/edits/stageReferences.ts";
import { couldName } from "../../dockerfile/model/chosenStages.ts";
import { copySteps } from "../../dockerfile/model/instructions.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { finalStage } from "../../dockerfile/model/stages.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import type { Fix } from "../../finding.ts";
import { ANY_DASH } from "../../knowledge/invisibleCharacters.ts";
import { remembered } from "../../memo.ts";
import { contains, type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Parts of the names of stages that somebody builds on purpose, with `--target`. */
const TARGETS =
	/(?:^|[-_.])(?:tests?|testing|targets?|lint(?:er|s)?|fmt|format|check(?:s|er)?|dev(?:el|elop|elopment|container|shell)?|local|ci|exports?|artifacts?|out(?:put)?|bin(?:ary|aries)?|dist|release|prod(?:uction)?|final|run(?:ner|time)?|app|image|server|worker|web|api|db|debug(?:ger)?|validate|vendor|update|generate|gen|docs?|bench(?:mark)?|coverage|cov|e2e|integration|unit|spec|package|shell|tools?|slim|full|minimal|alpine|debian|ubuntu|windows|linux|cpu|gpu|cuda|rocm|amd64|arm64|\d[\d.]*)(?:$|[-_.])/i;

export const unusedBuildStage = defineRule({
	id: "unused-build-stage",
	title: "Nothing needs a stage",
	category: "cache",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "no-unreachable-stages"]),
	why: "BuildKit skips a stage that the image does not need; the classic builder, Kaniko and others build it each time. Mostly it is what is left of something: a `COPY --from` that was removed, or one that was forgotten, so that a check in the stage never runs.",
	remedy:
		"Remove the stage, or use what it makes. If it is built with `--target`, name the target in a compose or bake file, or in the settings.",
	references: [
		"https://docs.docker.com/build/building/multi-stage/",
		"https://docs.docker.com/build/building/multi-stage/#stop-at-a-specific-build-stage",
	],
	options: [{ name: "allow", description: "Names of stages that are built by themselves.", default: [] }],
	examples: [
		{
			caption: "Nobody copies from it",
			bad: 'FROM golang:1.23 AS build\nRUN go build -o /app .\nFROM node:22 AS «assets»\nRUN npm ci && npm run build\nFROM debian:12\nCOPY --from=build /app /app\nCMD ["/app"]\n',
			fixed: 'FROM golang:1.23 AS build\nRUN go build -o /app .\nFROM debian:12\nCOPY --from=build /app /app\nCMD ["/app"]\n',
		},
		{
			caption: "Both are copied from",
			good: 'FROM golang:1.23 AS build\nRUN go build -o /app .\nFROM node:22 AS assets\nRUN npm ci && npm run build\nFROM debian:12\nCOPY --from=build /app /app\nCOPY --from=assets /dist /dist\nCMD ["/app"]\n',
		},
		{
			caption: "A stage without a name, and one that nobody copies from",
			bad: "FROM «node:22»\nRUN npm ci\n\nFROM debian:12\nRUN make\n",
			fixed: "FROM debian:12\nRUN make\n",
		},
		{
			caption: "With a name it could be a target: less certain",
			bad: "FROM node:22 AS deps\nRUN npm ci\nFROM node:22 AS «builder»\nRUN npm run build\nFROM debian:12\nCOPY --from=deps /a /a\n",
			fixed: "FROM node:22 AS deps\nRUN npm ci\nFROM debian:12\nCOPY --from=deps /a /a\n",
		},
		{
			caption: "With the stage that only it needs",
			bad: "FROM a:1 AS x\nRUN a\nFROM a:1 AS y\nRUN b\nFROM y AS «z»\nCOPY --from=x /a /a\nFROM debian:12\nRUN make\n",
			fixed: "FROM debian:12\nRUN make\n",
		},
		{
			caption: "No edit where numbers would shift, or comments go",
			bad: "FROM «node:22»\nFROM debian:12\nRUN make\nFROM debian:12\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "Used by a mount, a FROM, a copy in ONBUILD, by number",
			good: "FROM a:1 AS one\nFROM a:1 AS two\nFROM two AS three\nFROM a:1 AS four\nFROM a:1\nFROM debian:12\nRUN --mount=type=bind,from=one,target=/x make\nCOPY --from=THREE /a /a\nONBUILD COPY --from=four /a /a\nCOPY --from=4 /a /a\n",
		},
		{
			caption: "Targets: by name, by what they start, several of them, from scratch",
			good: "FROM a:1 AS unit-tests\nRUN make test\nFROM a:1\nFROM a:1 AS x\nCMD a\nFROM a:1\nCOPY --from=1 /a /a\n",
		},
		{ caption: "An image for each of several programs", good: "FROM a:1 AS x\nRUN a\nFROM a:1 AS y\nRUN b\nFROM a:1 AS z\nRUN c\n" },
		{
			caption: "Chosen by a variable, or for an SBOM",
			good: "ARG BUILDKIT_SBOM_SCAN_STAGE=z\nARG V=a\nFROM a:1 AS base-a\nRUN a\nFROM a:1 AS base-b\nRUN b\nFROM base-${V}\nRUN c\n",
		},
		{
			caption: "A flag that is broken names it",
			good: "FROM a:1 AS one\nRUN a\nFROM debian:12\nCOPY --from one /a /a\n",
		},
		{
			caption: "The same with dashes that are none, and with blanks in it",
			good: "FROM a:1 AS one\nRUN a\nFROM a:1 AS two\nRUN b\nFROM debian:12\nCOPY \u2014from=ONE /a /a\nONBUILD COPY - -from= two /a /a\n",
		},
		{
			caption: "Another stage has its name, and is meant",
			bad: "FROM a:1 AS «one»\nRUN a\nFROM b:1 AS one\nRUN b\nFROM debian:12\nCOPY --from=one /a /a\n",
			fixed: "FROM b:1 AS one\nRUN b\nFROM debian:12\nCOPY --from=one /a /a\n",
		},
		{
			caption: "A comment has its name in another word",
			bad: "# gpg --export --armor KEY > x.key\nFROM a:1 AS «pg»\nRUN b\nFROM debian:12\nRUN c\n",
			fixed: "# gpg --export --armor KEY > x.key\nFROM debian:12\nRUN c\n",
		},
		{ caption: "Or by itself", good: "# Also: pg-tap (needs pg)\nFROM a:1 AS pg\nRUN b\nFROM debian:12\nRUN c\n" },
		{
			caption: "The last stage is a target, too: it hands out files",
			good: "FROM a:1 AS source\nRUN a\nFROM b:1 AS pg\nRUN b\nFROM scratch AS deb\nCOPY --from=source /a /a\n",
		},
		{
			caption: "Where it starts something, the last stage is the image",
			bad: 'FROM a:1 AS source\nRUN a\nFROM b:1 AS «pg»\nRUN b\nFROM scratch AS app\nCOPY --from=source /a /a\nCMD ["/a"]\n',
			fixed: 'FROM a:1 AS source\nRUN a\nFROM scratch AS app\nCOPY --from=source /a /a\nCMD ["/a"]\n',
		},
		{
			caption: "A variable that means something else",
			bad: "ARG V=12\nARG BASE=a:1\nFROM $BASE AS «y»\nRUN b\nFROM debian:$V\nRUN c\n",
			fixed: "ARG V=12\nARG BASE=a:1\nFROM debian:$V\nRUN c\n",
		},
		{
			caption: "Named in the file, or allowed",
			good: "# docker build --target=x .\nFROM a:1 AS x\nRUN a\nFROM a:1 AS ours\nRUN b\nFROM a:1\n",
			options: { allow: ["ours"] },
		},
	],
	check(file, { options }) {
		const last = finalStage(file);
		// Another stage, itself needed or not, takes something from what is none.
		const leaves = file.stages.filter((stage) => stage.use === "unused" && referencesTo(stage).length === 0);
		if (last === undefined || leaves.length === 0) return [];
		const allowed = (options["allow"] as readonly string[]).map((name) => name.toLowerCase());
		const named = leaves.filter((stage) => stage.name !== undefined && !allowed.includes(stage.name.text.toLowerCase()));
		const reports: Report[] = [];
		for (const stage of leaves) {
			const span = (stage.name ?? stage.image)?.span;
			if (span === undefined || (stage.name !== undefined && (!named.includes(stage) || named.length > 1 || isTarget(stage)))) continue;
			if (startsSomething(stage) || chosenStages(file).has(stage) || isMeant(stage)) continue;
			reports.push({
				span,
				message:
					stage.name === undefined
						? `No stage uses what is made from ${shortened(stage.image?.text ?? "", 60)}`
						: `No stage uses ${shortened(stage.name.text, 70)}`,
				...(stage.name === undefined ? {} : { severity: "info" as const }),
				fixes: removal(file, stage),
				tags: ["unnecessary"],
			});
		}
		return reports;
	},
});

/** Whether somebody may build the stage by its name. */
function isTarget(stage: Stage): boolean {
	const name = stage.name?.text ?? "";
	if (TARGETS.test(name) || stage.base.kind === "scratch") return true;
	// Where the last stage has a name and hands out files alone, the image is another one.
	const last = finalStage(stage.file);
	if (last?.name !== undefined && last.base.kind === "scratch" && !startsSomething(last)) return true;
	// `gpg` names no stage `pg`.
	const whole = new RegExp(`(?<!\\w)${name.replace(/\W/g, "\\$&")}(?!\\w)`);
	return stage.file.comments.some(({ text }) => text.includes("target") || whole.test(text));
}

/** `--from builder`, `-from=builder`, `- -from=builder`, with whatever dashes. */
const FROM_FLAG = new RegExp(`(?<!\\S)${ANY_DASH}+\\s?from[\\s=]+(\\S+)`, "g");

/** Whether a flag that the builder does not read names the stage, which is said there. */
function isMeant({ file, name }: Stage): boolean {
	return name !== undefined && meantNames(file).has(name.text.toLowerCase());
}

const meantNames = remembered(
	(file: Dockerfile): ReadonlySet<string> =>
		new Set(
			copySteps(file)
				// What the builder reads means the stage that it names.
				.filter(({ flags }) => !flags.some(({ name, value }) => name === "from" && value !== undefined && value !== ""))
				.flatMap(({ line }) => [...line.text.matchAll(FROM_FLAG)].map(([, written]) => (written ?? "").toLowerCase())),
		),
);

/** With more variables in FROM than that every stage may be meant. */
const MOST_CHOICES = 100;

/** The stages that a later FROM may start from when the build gives a variable another value (`FROM base-${VARIANT}`), and those of which an SBOM is wanted. */
const chosenStages = remembered((file: Dockerfile): ReadonlySet<Stage> => {
	const choosing = file.stages.filter(({ image }) => image?.text.includes("$"));
	if (choosing.length > MOST_CHOICES) return new Set(file.stages);
	const scanned = scannedNames(file);
	return new Set(
		file.stages.filter((stage) => {
			const name = stage.name?.text.toLowerCase();
			if (name === undefined) return false;
			return scanned.includes(name) || choosing.some((other) => other.index > stage.index && couldName(other, name));
		}),
	);
});

/** What lists of stages for SBOMs name, in lower case. */
function scannedNames(file: Dockerfile): readonly string[] {
	if (!file.text.includes("BUILDKIT_SBOM_SCAN_STAGE")) return [];
	return file.instructions
		.filter(({ keyword }) => keyword === "ARG")
		.flatMap((instruction) => assignmentsOf(instruction, file.escape))
		.filter(({ name }) => name === "BUILDKIT_SBOM_SCAN_STAGE")
		.flatMap(({ value }) => (value ?? "").toLowerCase().split(/[,"']/));
}

/** A stage that says what its containers run is an image for somebody. */
function startsSomething(stage: Stage): boolean {
	return stage.steps.some(({ keyword }) => ["CMD", "ENTRYPOINT", "EXPOSE", "HEALTHCHECK", "ONBUILD"].includes(keyword));
}

/** More stages than these nobody removes with one click. */
const MOST_STAGES = 50;

/** Removes the stage, and those that only it needs, with their lines: where no comment goes with them and no number of another stage shifts. */
function removal(file: Dockerfile, stage: Stage): readonly Fix[] {
	const gone = [stage];
	for (let at = 0; at < gone.length && gone.length <= MOST_STAGES; at++) {
		for (const { stage: candidate } of referencesIn(gone[at] as Stage)) {
			if (candidate.use !== "unused" || gone.includes(candidate) || chosenStages(file).has(candidate)) continue;
			if (referencesTo(candidate).every(({ inside }) => gone.includes(inside))) gone.push(candidate);
		}
	}
	if (gone.length > MOST_STAGES) return [];
	const first = Math.min(...gone.map(({ index }) => index));
	if (highestNumbered(file) > first) return [];
	const spans: Span[] = [];
	for (const { from, index } of gone) {
		const next = file.stages[index + 1];
		if (next === undefined) return [];
		spans.push({ start: startOfLine(file, from.firstLine), end: startOfLine(file, next.from.firstLine) });
	}
	if (file.comments.some((comment) => spans.some((span) => contains(span, comment.span)))) return [];
	const title = gone.length === 1 ? "Remove the stage" : `Remove ${gone.length} stages`;
	return [{ title, safety: "review", edits: spans.map((span) => replace(span, "")) }];
}

/** The highest number by which a stage of the file is taken from; -1 if none is. */
const highestNumbered = remembered((file: Dockerfile): number =>
	stageReferences(file).reduce((most, { byNumber, stage }) => (byNumber ? Math.max(most, stage.index) : most), -1),
);
