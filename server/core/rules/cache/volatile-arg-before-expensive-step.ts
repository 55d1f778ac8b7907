import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { moveTogether } from "../../dockerfile/edits/moveInstruction.ts";
import { fetchedBy, isFetching, mayReadVariables } from "../../dockerfile/layers/expensiveSteps.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import type { Fix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Names of values that are new in each build: the commit, the date, the number of the build. */
const VOLATILE =
	/^(?:(?:APP_|IMAGE_|DOCKER_|CI_|BUILD_|VCS_|SOURCE_)?(?:GIT_?)?(?:COMMIT|REVISION)(?:_?(?:SHA|HASH|ID|SHORT|SHORT_SHA|REF|DATE|TIME|TIMESTAMP))?|(?:CI_|BUILD_|APP_|SOURCE_)?GIT_?(?:SHA|HASH|REF|REV|REVISION|SHORT_SHA|BRANCH_SHA|DESCRIBE|DIRTY)|GITHUB_(?:SHA|RUN_ID|RUN_NUMBER)|VCS_REF|SHORT_SHA|BUILD_?(?:DATE|TIME|TIMESTAMP|NUMBER|NUM|NO|ID|REV|REF|SHA|COUNTER|URL|TAG)|(?:DATE|TIMESTAMP|CREATED|BUILT_AT|BUILD_AT)|CI_(?:PIPELINE|JOB|BUILD)_(?:ID|IID|NUMBER|URL)|SOURCE_DATE_EPOCH)$/i;

/** Defaults that a build is meant to replace. A commit or a number as the default is a pin. */
const PLACEHOLDER =
	/^(?:|unknown|none|dev|develop|local|n\/?a|unset|undefined|null|-1|0|latest|master|main|head|snapshot|not[-_ ]?set|default|now)$/i;

/** What comes at the end of a stage: a declaration that only labels need goes above it. */
const EPILOGUE = new Set(["USER", "EXPOSE", "CMD", "ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "VOLUME", "LABEL"]);

export const volatileArgBeforeExpensiveStep = defineRule({
	id: "volatile-arg-before-expensive-step",
	title: "A value that is new in each build is declared above steps that fetch packages",
	category: "cache",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["ARG"] },
	why: "Every RUN behind an ARG sees its value as a variable, so the builder takes the value for something that the RUN depends on. With a commit or a date in it nothing below is ever found in the cache: packages are installed and programs compiled again for each commit, however small.",
	remedy: "Declare it where it is used: in front of the step that needs it, or, for labels, at the end of the stage.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#impact-on-build-caching",
		"https://docs.docker.com/build/cache/optimize/#order-your-layers",
	],
	examples: [
		{
			caption: "Only labels use it",
			bad: 'FROM debian:12\n# when\nARG «BUILD_DATE»\nARG «GIT_COMMIT»=unknown\nLABEL org.opencontainers.image.created=$BUILD_DATE \\\n      org.opencontainers.image.revision=$GIT_COMMIT\nRUN apt-get update && apt-get install -y curl\nUSER 1000\nCMD ["a"]\n',
		},
		{
			caption: "Moved to the end, with its label",
			bad: 'FROM debian:12\n# when\nARG «BUILD_DATE»\nLABEL org.opencontainers.image.created=$BUILD_DATE\nRUN apt-get update && apt-get install -y curl\nUSER 1000\nCMD ["a"]\n',
			fixed:
				'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n# when\nARG BUILD_DATE\nLABEL org.opencontainers.image.created=$BUILD_DATE\nUSER 1000\nCMD ["a"]\n',
		},
		{
			caption: "With empty lines between the instructions",
			bad: 'FROM alpine:3.20\n\nARG «BUILD_ID»=UNSET\n\nLABEL build_id="${BUILD_ID}"\n\nRUN apk add --no-cache curl\n\nUSER 1000\n\nCMD ["a"]\nFROM alpine:3.20\n\n# when\nARG «BUILD_DATE»\n# of the image\nLABEL build_date=$BUILD_DATE\n\nRUN apk add --no-cache curl\n\nRUN mkdir /a\n',
			fixed:
				'FROM alpine:3.20\n\nRUN apk add --no-cache curl\n\nARG BUILD_ID=UNSET\nLABEL build_id="${BUILD_ID}"\n\nUSER 1000\n\nCMD ["a"]\nFROM alpine:3.20\n\nRUN apk add --no-cache curl\n\nRUN mkdir /a\n\n# when\nARG BUILD_DATE\n# of the image\nLABEL build_date=$BUILD_DATE\n',
		},
		{
			caption: "Above the labels that the stage ends with, in front of other steps that fetch",
			bad: "FROM debian:12\nARG «COMMIT_SHA»\nRUN curl -fsSL https://example.com/a.jar -o /a.jar\nLABEL r=$COMMIT_SHA a=$PATH",
			fixed: "FROM debian:12\nRUN curl -fsSL https://example.com/a.jar -o /a.jar\nARG COMMIT_SHA\nLABEL r=$COMMIT_SHA a=$PATH",
		},
		{
			caption: "Moved to the step that needs it",
			bad: 'FROM golang:1.22\r\nARG «GIT_SHA»=none\r\nCOPY go.mod go.sum ./\r\nRUN go mod download\r\nCOPY . .\r\n# build\r\nRUN go build -ldflags "-X main.sha=$GIT_SHA" .\r\n',
			fixed:
				'FROM golang:1.22\r\nCOPY go.mod go.sum ./\r\nRUN go mod download\r\nCOPY . .\r\nARG GIT_SHA=none\r\n# build\r\nRUN go build -ldflags "-X main.sha=$GIT_SHA" .\r\n',
		},
		{
			caption: "No edit where it becomes a variable of the container, or stands with others",
			bad: "FROM debian:12\nARG «VCS_REF»\nENV REF=$VCS_REF\nRUN apt-get install -y a\nFROM debian:12\nARG A=1 «BUILD_NUMBER»\nRUN apt-get install -y a\n",
		},
		{
			caption: "Only noted by a step in between",
			bad: "FROM debian:12\nARG «GIT_COMMIT»\nRUN echo $GIT_COMMIT > /v\nRUN apt-get update && apt-get install -y a\n",
		},
		{
			caption: "Needed by the step, or by what it compiles, or behind it",
			good: "FROM debian:12\nARG GIT_COMMIT\nRUN git clone https://example.com/a && git -C a checkout $GIT_COMMIT && make\nRUN apt-get update && apt-get install -y curl\nARG BUILD_DATE\nLABEL created=$BUILD_DATE\nRUN mkdir /a\nFROM debian:12\nARG GIT_COMMIT\nRUN make\nRUN apt-get install -y a\n",
		},
		{
			caption: "Meant to run what follows anew",
			good: 'FROM debian:12\nARG BUILD_DATE\nRUN echo "$BUILD_DATE"\nRUN echo $BUILD_DATE > /dev/null\nRUN echo $BUILD_DATE >&2\nRUN apt-get update && apt-get install -y a\n',
		},
		{
			caption: "Global, or something that seldom changes",
			good: "ARG GIT_COMMIT\nFROM debian:12\nARG VERSION=1.2\nARG COMMIT=7c62642\nARG COMMITTER\nARG NODE_VERSION\nRUN apt-get update && apt-get install -y curl\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "ARG") continue;
				for (const { name, nameSpan, value } of assignmentsOf(step, file.escape)) {
					if (!VOLATILE.test(name) || !PLACEHOLDER.test((value ?? "").replace(/^(["'])(.*)\1$/su, "$2"))) continue;
					const report = reportOf(file, step, name);
					if (report !== undefined)
						reports.push({ span: nameSpan, ...report, ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
				}
			}
		}
		return reports;
	},
});

const FETCHED = { packages: "packages are fetched", files: "files are downloaded", repository: "a repository is cloned" };

function reportOf(file: Dockerfile, step: Step, name: string): Omit<Report, "span"> | undefined {
	const later = step.stage.steps.slice(step.ordinal + 1);
	const user = later.find((other) => other.keyword === "RUN" && (instructionMentions(other, name) || mayReadVariables(other)));
	const before = user === undefined ? later : later.slice(0, later.indexOf(user));
	// What only notes the value could come last; what compiles with it has its place.
	const noted = user !== undefined && notesValue(user);
	const victim = before.find(isFetching) ?? (noted ? later.slice(later.indexOf(user)).find(isFetching) : undefined);
	if (victim === undefined) return undefined;
	return {
		message: `${shortened(name, 40)} is new in each build, and ${FETCHED[fetchedBy(victim) ?? "packages"]} behind it`,
		related: [{ span: victim.keywordSpan, message: "This step is never found in the cache" }],
		fixes: () => (before.includes(victim) ? fixesOf(file, step, name, later, user) : []),
	};
}

/** Whether a RUN does no more than write something down. An `echo` that writes nowhere is there to run what follows anew. */
function notesValue(step: Step): boolean {
	const commands = commandsOf(step);
	const writes = commands.some(({ redirects }) =>
		redirects.some(({ operator, target }) => /^>[>|]?$/.test(operator) && target?.text.startsWith("/dev/") !== true),
	);
	return writes && commands.every(({ program }) => program === "echo" || program === "printf" || program === "mkdir");
}

function fixesOf(file: Dockerfile, step: Step, name: string, later: readonly Step[], user: Step | undefined): readonly Fix[] {
	if (assignmentsOf(step, file.escape).length !== 1) return [];
	const users = later.filter(
		(other) => other !== user && instructionMentions(other, name) && (user === undefined || other.ordinal < user.ordinal),
	);
	const labels = users.filter((other) => other.keyword === "LABEL");
	if (labels.length !== users.length || (user !== undefined && labels.length > 0)) return [];
	const goal = user ?? endOf(later);
	const last = later[later.length - 1];
	if (goal === undefined && last?.stage !== file.stages[file.stages.length - 1]) return [];
	if (goal === undefined && !file.text.endsWith("\n")) return [];
	// Those that the stage ends with stay: the declaration goes above them.
	const early = labels.filter((label) => goal === undefined || label.ordinal < goal.ordinal);
	// Labels that come later could set the same name, and those that move could need other declarations.
	if (early.some((label) => !isMovable(file, label, name, step))) return [];
	const moved = [step, ...early];
	if (file.comments.some(({ line }) => moved.some((instruction) => instruction.firstLine < line && line < instruction.lastLine))) return [];
	return [{ title: `Declare ${name} where it is used`, safety: "review", edits: moveTogether(file, moved, goal) }];
}

/** The first of the instructions that a stage ends with. */
function endOf(later: readonly Step[]): Step | undefined {
	let first: Step | undefined;
	for (const step of [...later].reverse()) {
		if (!EPILOGUE.has(step.keyword)) break;
		first = step;
	}
	return first;
}

function isMovable(file: Dockerfile, label: Step, name: string, argument: Step): boolean {
	const others = label.stage.steps.filter((other) => other.keyword === "LABEL" && other !== label);
	const own = assignmentsOf(label, file.escape).map((assignment) => assignment.name);
	if (others.some((other) => assignmentsOf(other, file.escape).some((assignment) => own.includes(assignment.name)))) return false;
	// Other variables of the label keep the values that they have where it stands.
	const rest = label.arguments.text.replaceAll(`\${${name}}`, "").replaceAll(`$${name}`, "");
	return !rest.includes("$") && label.ordinal > argument.ordinal;
}
