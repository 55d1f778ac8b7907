import { insertGlobalArgument, replace } from "../../dockerfile/edits/edit.ts";
import { moveToGlobals } from "../../dockerfile/edits/moveInstruction.ts";
import { standsInOnbuild } from "../../dockerfile/model/instructions.ts";
import { stepsBehind, stepsBehindThatMention } from "../../dockerfile/model/mentions.ts";
import type { Dockerfile, Stage, Step } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import { expand } from "../../dockerfile/syntax/expand.ts";
import { UNKNOWN, type VariableValue } from "../../dockerfile/syntax/variableValue.ts";
import { PLATFORM_ARGS } from "../../dockerfile/variables/predefined.ts";
import { globalDeclaration, globalVariable } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { sourceSpan } from "../../mappedText.ts";
import { editDistance } from "../../nearest.ts";
import { type Span, type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const SHORTEST_MISSPELT = 4;

export const baseImageArgUndefined = defineRule({
	id: "base-image-arg-undefined",
	title: "FROM uses a variable that no ARG before it declares",
	category: "base-image",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["buildkit", "UndefinedArgInFrom"], ["dockerfile-utils", "BASE_NAME_EMPTY"], ["droast", "DF086"]),
	onlyWith: { texts: ["$"] },
	why: "FROM sees the ARGs that stand above the first FROM, and no others: neither those of the stage before it nor ENV. What it does not see becomes the empty text, even if it is passed with `--build-arg`. The build stops at an invalid name, or, worse, goes on with another image than the one that was meant.",
	remedy: "Declare the ARG above the first FROM. A stage that uses it in its own instructions repeats `ARG NAME`, without a default.",
	references: [
		"https://docs.docker.com/reference/build-checks/undefined-arg-in-from/",
		"https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact",
	],
	examples: [
		{ caption: "Declared above FROM", good: "ARG TAG=1.2\nFROM acme/app:$TAG\n" },
		{
			caption: "Declared in a stage: FROM does not see it",
			bad: "FROM debian:12 AS a\nARG TAG=1.2\nRUN echo $TAG\nFROM acme/app:$«TAG»\nCOPY --from=a /a /a\n",
			fixed: "ARG TAG=1.2\nFROM debian:12 AS a\nARG TAG\nRUN echo $TAG\nFROM acme/app:$TAG\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Nothing else in the stage uses it: it moves as it is",
			bad: " ARG A\nFROM alpine:$A AS a\n\n# in the cluster\nARG \\\n # the server\n  SERVER_VERSION=1.2\n\nFROM nginx:$«SERVER_VERSION»\nRUN echo $A\n",
			fixed:
				" ARG A\n# in the cluster\nARG \\\n # the server\n  SERVER_VERSION=1.2\nFROM alpine:$A AS a\n\nFROM nginx:$SERVER_VERSION\nRUN echo $A\n",
		},
		{
			caption: "Misspelt",
			bad: "ARG PYTHON_VERSION=3.13\nFROM python:${«PYTHN_VERSION»}-slim\nFROM --platform=«$BULIDPLATFORM» golang:1.26\n",
			fixed: "ARG PYTHON_VERSION=3.13\nFROM python:${PYTHON_VERSION}-slim\nFROM --platform=$BUILDPLATFORM golang:1.26\n",
		},
		{
			caption: "Nowhere",
			bad: "# the base\r\nFROM acme/app:$«TAG»\r\n",
			fixed: "ARG TAG\r\n# the base\r\nFROM acme/app:$TAG\r\n",
		},
		{
			caption: "What is left is another image",
			bad: "FROM debian:12 AS a\nENV SUFFIX=-slim\nFROM python:3.13$«SUFFIX»\n",
			fixed: "ARG SUFFIX\nFROM debian:12 AS a\nENV SUFFIX=-slim\nFROM python:3.13$SUFFIX\n",
		},
		{
			caption: "Declared, predefined, or with a default of its own",
			good: "ARG TAG\nARG V=12\nFROM acme/app:$TAG\nFROM --platform=$BUILDPLATFORM debian:${V} AS base-amd64\nFROM base-${TARGETARCH}\nFROM debian:${X:-12}\nFROM debian:${X-12}${X:+a}\n",
		},
		{
			caption: "Asked for, but never there",
			bad: "FROM acme/app:${«TAG»:?missing}\n",
			fixed: "ARG TAG\nFROM acme/app:${TAG:?missing}\n",
		},
		{ caption: "A template", good: "FROM {{ image }}:$TAG\nFROM acme/app:$OTHER\n" },
		{
			caption: "The stage's own default stays where the declaration above cannot have it",
			bad: "ARG OTHER=1\nFROM debian:12 AS a\nARG TAG=$OTHER\nARG A=1 B=2\nRUN x\nFROM acme/app:$«TAG»-$«A»\nCOPY --from=a /a /a\n",
			fixed:
				"ARG OTHER=1\nARG TAG\nARG A=1\nFROM debian:12 AS a\nARG TAG=$OTHER\nARG A B=2\nRUN x\nFROM acme/app:$TAG-$A\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Another one in the stage needs it, or it has no default",
			bad: "FROM debian:12 AS a\nARG X\nARG A=1\nARG B=$A\nFROM acme/app:$«X»-$«A»\nCOPY --from=a /a /a\n",
			fixed: "ARG X\nARG A=1\nFROM debian:12 AS a\nARG X\nARG A\nARG B=$A\nFROM acme/app:$X-$A\nCOPY --from=a /a /a\n",
		},
		{
			caption: "Another number or a short name is no slip, another case is one; once for each name",
			bad: "ARG VERSION1=1\nARG tag=2\nARG AB=3\nFROM acme/app:$«VERSION2»\nFROM acme/app:$«TAG»\nFROM acme/app:$«AC»\nFROM acme/app:$«X»-$X\n",
			fixed:
				"ARG VERSION1=1\nARG tag=2\nARG AB=3\nARG VERSION2\nARG AC\nARG X\nFROM acme/app:$VERSION2\nFROM acme/app:$tag\nFROM acme/app:$AC\nFROM acme/app:$X-$X\n",
		},
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const { name, span, refused, required } of undeclaredIn(stage)) {
				const inside = stageDeclaration(file, name);
				reports.push({
					span,
					message:
						inside === undefined
							? required === true
								? `${shortened(name, 40)} is not declared above the first FROM, and the build stops without it`
								: `${shortened(name, 40)} is not declared above the first FROM and becomes empty`
							: `${shortened(name, 40)} is declared inside a stage only, FROM does not see it`,
					...(!refused && (stage.base.kind === "image" || stage.base.kind === "stage") ? { severity: "warning" as const } : {}),
					...(inside === undefined ? {} : { related: [{ span: inside.assignment.span, message: "Declared here" }] }),
					fixes: () => fixesFor(file, name, span, inside),
				});
			}
		}
		return reports;
	},
});

interface Use {
	readonly name: string;
	/** Of the name in the image; of the whole value in the flag. */
	readonly span: Span;
	/** Whether BuildKit stops at it: at a platform that becomes empty. */
	readonly refused: boolean;
	/** Whether the use itself asks for a value: `${NAME:?text}`. */
	readonly required?: boolean;
}

function undeclaredIn(stage: Stage): readonly Use[] {
	const { file, image, platform, from } = stage;
	const lookup = (name: string): VariableValue => (globalDeclaration(file, name) === undefined ? globalVariable(file, name) : UNKNOWN);
	const uses: Use[] = [];
	if (platform?.value?.includes("$") && platform.valueSpan !== undefined) {
		const expansion = expand(platform.value, { escape: file.escape, lookup });
		const first = expansion.kind === "invalid" ? undefined : expansion.unset[0];
		if (first !== undefined) {
			const refused = expansion.kind === "known" && expansion.value === "";
			uses.push({ name: first.name, span: platform.valueSpan, refused });
		}
	}
	if (image?.text.includes("$")) {
		const expansion = expand(image.text, { escape: file.escape, lookup });
		if (expansion.kind === "invalid") {
			const required = /\$\{([A-Za-z_]\w*):?\?/.exec(image.text);
			const name = required?.[1] ?? "";
			if (required !== null && lookup(name).kind === "unset" && expansion.message.startsWith(`${name}:`)) {
				const at = image.at + required.index + 2;
				uses.push({ name, span: sourceSpan(from.arguments, at, at + name.length), refused: true, required: true });
			}
		} else {
			for (const { name, at } of expansion.unset) {
				if (!/^[A-Za-z_]\w*$/.test(name) || uses.some((use) => use.name === name)) continue;
				uses.push({ name, span: sourceSpan(from.arguments, image.at + at, image.at + at + name.length), refused: false });
			}
		}
	}
	return uses;
}

interface InStage {
	readonly step: Step;
	readonly assignment: Assignment;
}

/** The only ARG of the name in a stage; undefined if there are several, or none. */
function stageDeclaration(file: Dockerfile, name: string): InStage | undefined {
	const found = file.stages.flatMap((stage) =>
		stage.steps.flatMap((step) =>
			step.keyword === "ARG"
				? assignmentsOf(step, file.escape).flatMap((assignment) => (assignment.name === name ? [{ step, assignment }] : []))
				: [],
		),
	);
	return found.find(({ assignment }) => assignment.value !== undefined) ?? found[0];
}

function fixesFor(file: Dockerfile, name: string, span: Span, inside: InStage | undefined): readonly Fix[] {
	const written = file.text.slice(span.start, span.end);
	const at = written.indexOf(name);
	const place = { start: span.start + at, end: span.start + at + name.length };
	const globals = file.globals.flatMap((instruction) =>
		instruction.keyword === "ARG" ? assignmentsOf(instruction, file.escape).map((assignment) => assignment.name) : [],
	);
	const meant =
		inside === undefined && at !== -1
			? [...globals, ...PLATFORM_ARGS].find((other) => /^\w+$/.test(other) && misspells(name, other))
			: undefined;
	if (meant !== undefined) return [{ title: `Use ${meant}`, safety: "review", edits: [replace(place, meant)] }];
	const edits = declared(file, name, inside);
	return edits === undefined ? [] : [{ title: `Declare ARG ${name} above the first FROM`, safety: "review", edits }];
}

/** The declaration, with the default that the stage has for it. There only the name stays, or nothing where nothing uses it. */
function declared(file: Dockerfile, name: string, inside: InStage | undefined): readonly SpanEdit[] | undefined {
	if (inside !== undefined && !isUsedInStage(file, inside)) return moveToGlobals(file, inside.step);
	const { value, span, valueSpan } = inside?.assignment ?? {};
	const plain = value !== undefined && !value.includes("$") && valueSpan !== undefined && valueSpan.end - valueSpan.start === value.length;
	const edit = insertGlobalArgument(file, plain ? `ARG ${name}=${value}` : `ARG ${name}`);
	if (edit === undefined) return undefined;
	const own = plain && span !== undefined && span.end === valueSpan.end;
	return own ? [edit, replace(span, name)] : [edit];
}

/** Whether a stage needs an ARG for itself, or may: every RUN has it in its environment, and others of one instruction can take their default from it. */
function isUsedInStage(file: Dockerfile, { step, assignment }: InStage): boolean {
	if (
		standsInOnbuild(file, step) ||
		assignment.value === undefined ||
		assignment.value.includes("$") ||
		assignmentsOf(step, file.escape).length > 1
	)
		return true;
	return (
		stepsBehindThatMention(step, assignment.name).length > 0 ||
		stepsBehind(step).some((other) => (other.trigger ?? other).keyword === "RUN")
	);
}

/** One letter off, or another case; `V1` is no misspelt `V2`. */
function misspells(name: string, declaredName: string): boolean {
	if (name.toLowerCase() === declaredName.toLowerCase()) return true;
	if (name.length < SHORTEST_MISSPELT || name.replace(/\D/g, "") !== declaredName.replace(/\D/g, "")) return false;
	return editDistance(name, declaredName, 2) < 2;
}
