import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { moveTogether } from "../../dockerfile/edits/moveInstruction.ts";
import { fetchedBy, isFetching, mayReadVariables } from "../../dockerfile/layers/expensiveSteps.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
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
			caption: "Moved to the end, with its label",
			bad: 'FROM debian:12\n# when\nARG «BUILD_DATE»\nLABEL org.opencontainers.image.created=$BUILD_DATE\nRUN apt-get update && apt-get install -y curl\nUSER 1000\nCMD ["a"]\n',
			fixed:
				'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n# when\nARG BUILD_DATE\nLABEL org.opencontainers.image.created=$BUILD_DATE\nUSER 1000\nCMD ["a"]\n',
		},
		{
			caption: "Behind what is fetched",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nARG BUILD_DATE\nLABEL org.opencontainers.image.created=$BUILD_DATE\n",
		},
		{
			caption: "Only labels use them: what shares a label moves together",
			bad: 'FROM debian:12\n# when\nARG «BUILD_DATE»\nARG «GIT_COMMIT»=unknown\nLABEL org.opencontainers.image.created=$BUILD_DATE \\\n      org.opencontainers.image.revision=$GIT_COMMIT\nRUN apt-get update && apt-get install -y curl\nUSER 1000\nCMD ["a"]\n',
			fixed:
				'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n# when\nARG BUILD_DATE\nARG GIT_COMMIT=unknown\nLABEL org.opencontainers.image.created=$BUILD_DATE \\\n      org.opencontainers.image.revision=$GIT_COMMIT\nUSER 1000\nCMD ["a"]\n',
		},
		{
			caption: "A label needs something else as well, or a step reads one of the values",
			bad: "FROM debian:12\nARG VERSION=1\nARG «BUILD_DATE»\nLABEL created=$BUILD_DATE version=$VERSION\nRUN apt-get install -y a\nFROM debian:12\nARG BUILD_ID\nRUN echo $BUILD_ID\nARG «VCS_REF»\nLABEL id=$BUILD_ID ref=$VCS_REF\nRUN apt-get install -y a\n",
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
				for (const assignment of assignmentsOf(step, file.escape)) {
					if (!isVolatile(assignment)) continue;
					const { name, nameSpan } = assignment;
					const report = reportOf(file, step, name);
					if (report !== undefined)
						reports.push({ span: nameSpan, ...report, ...(stage.use === "unused" ? { severity: "hint" as const } : {}) });
				}
			}
		}
		return reports;
	},
});

function isVolatile({ name, value }: Assignment): boolean {
	return VOLATILE.test(name) && PLACEHOLDER.test((value ?? "").replace(/^(["'])(.*)\1$/su, "$2"));
}

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
	if (user !== undefined && users.length > 0) return [];
	const goal = user ?? endOf(later);
	const last = later[later.length - 1];
	if (goal === undefined && last?.stage !== file.stages[file.stages.length - 1]) return [];
	if (goal === undefined && !file.text.endsWith("\n")) return [];
	const block = user === undefined ? labelBlock(file, step, goal) : { names: [name], moved: [step] };
	if (block === undefined) return [];
	const { names, moved } = block;
	if (file.comments.some(({ line }) => moved.some((instruction) => instruction.firstLine < line && line < instruction.lastLine))) return [];
	const title =
		names.length === 1 ? `Declare ${name} where it is used` : `Declare ${shortened(names.join(" and "), 60)} where they are used`;
	return [{ title, safety: "review", edits: moveTogether(file, moved, goal) }];
}

/** The declarations and labels that can only move together, in their order. */
interface LabelBlock {
	readonly names: readonly string[];
	readonly moved: readonly Step[];
}

/** What has to move with a declaration that only labels need: those above the goal, and the other declarations that they need. */
function labelBlock(file: Dockerfile, first: Step, goal: Step | undefined): LabelBlock | undefined {
	const candidates = first.stage.steps.filter((step) => step.keyword === "ARG" && assignmentsOf(step, file.escape).every(isVolatile));
	const declarations = new Set([first]);
	const labels = new Set<Step>();
	// Both grow: a label may need a declaration that another label needs, too.
	for (const declaration of declarations) {
		const found = assignmentsOf(declaration, file.escape);
		const users = usersOf(declaration, found[0]?.name ?? "");
		if (found.length !== 1 || users.some(({ keyword }) => keyword !== "LABEL")) return undefined;
		// Those that the stage ends with stay: the declaration goes above them.
		for (const label of users.filter(({ ordinal }) => goal === undefined || ordinal < goal.ordinal)) {
			labels.add(label);
			for (const other of candidates) if (declares(file, other, label)) declarations.add(other);
		}
	}
	const names = first.stage.steps
		.filter((step) => declarations.has(step))
		.flatMap((step) => assignmentsOf(step, file.escape).map((assignment) => assignment.name));
	// Labels that come later could set the same name, and those that move could need other declarations.
	if ([...labels].some((label) => !isMovable(file, label, names))) return undefined;
	return { names, moved: first.stage.steps.filter((step) => declarations.has(step) || labels.has(step)) };
}

/** The steps behind a declaration that need its value, or may. */
function usersOf({ stage, ordinal }: Step, name: string): readonly Step[] {
	return stage.steps
		.slice(ordinal + 1)
		.filter((other) => instructionMentions(other, name) || (other.keyword === "RUN" && mayReadVariables(other)));
}

/** Whether a label takes a value that a declaration above it names. */
function declares(file: Dockerfile, argument: Step, label: Step): boolean {
	return argument.ordinal < label.ordinal && assignmentsOf(argument, file.escape).some(({ name }) => instructionMentions(label, name));
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

function isMovable(file: Dockerfile, label: Step, names: readonly string[]): boolean {
	const others = label.stage.steps.filter((other) => other.keyword === "LABEL" && other !== label);
	const own = assignmentsOf(label, file.escape).map((assignment) => assignment.name);
	if (others.some((other) => assignmentsOf(other, file.escape).some((assignment) => own.includes(assignment.name)))) return false;
	// Other variables of the label keep the values that they have where it stands.
	const rest = names.reduce(
		(text, name) => text.replaceAll(`\${${name}}`, "").replaceAll(new RegExp(`\\$${name}(?!\\w)`, "g"), ""),
		label.arguments.text,
	);
	return !rest.includes("$");
}
