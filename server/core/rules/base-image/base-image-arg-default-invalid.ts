import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { expand } from "../../dockerfile/syntax/expand.ts";
import { UNKNOWN, type VariableValue } from "../../dockerfile/syntax/variableValue.ts";
import { globalDeclaration, globalVariable } from "../../dockerfile/variables/variables.ts";
import { parseReference } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const baseImageArgDefaultInvalid = defineRule({
	id: "base-image-arg-default-invalid",
	title: "Without build arguments FROM names no image",
	category: "base-image",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["buildkit", "InvalidDefaultArgInFrom"], ["dockerfile-utils", "BASE_NAME_EMPTY"]),
	onlyWith: { instructions: ["ARG"] },
	why: "A build that passes no argument stops at FROM. Pipelines pass one; a colleague who runs `docker build .`, an editor that wants to show what the image is based on, and tools that look for updates do not, and cannot tell what is built.",
	remedy:
		"Give the ARG the default that most builds use: `ARG TAG=3.13-slim`, or write it in FROM: `${TAG:-3.13-slim}`. Where every build has to choose, `${TAG:?}` says so with a clear message.",
	references: [
		"https://docs.docker.com/reference/build-checks/invalid-default-arg-in-from/",
		"https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact",
	],
	examples: [
		{ caption: "Nothing behind the colon", bad: 'ARG TAG\nFROM «acme/app:$TAG»\nCMD ["app"]\n' },
		{ caption: "With a default", good: "ARG TAG=1.2\nFROM acme/app:$TAG\n" },
		{ caption: "No default", bad: "ARG TAG\nARG BASE\nFROM «acme/app:$TAG»\nFROM «${BASE}»\n" },
		{ caption: "None behind another one", bad: "ARG A\nARG B=$A\nFROM «acme/app:$B»\n" },
		{
			caption: "A long chain, each ARG twice the one above",
			bad:
				Array.from({ length: 30 }, (_, at) => (at === 0 ? "ARG A0\n" : `ARG A${at}=$A${at - 1}$A${at - 1}\n`)).join("") +
				"FROM «acme/app:$A29»\n",
		},
		{ caption: "An empty one in FROM", bad: "ARG TAG\nFROM «acme/app:${TAG:-}»\n" },
		{
			caption: "An empty one, and one that is no name",
			bad: 'ARG PROJECT=\nARG BASE="My Image"\nFROM «gcr.io/$PROJECT/az»\nFROM «$BASE»\n',
		},
		{
			caption: "What is left is an image, or a stage",
			good: "ARG SUFFIX\nARG STAGE=base\nARG TAG\nFROM python:3.13$SUFFIX AS base\nFROM $STAGE\nFROM debian:${TAG:-12}\nFROM base-$TARGETARCH\nFROM debian:${TAG:?no tag}\nARG LOOP=$LOOP\n",
		},
		{ caption: "Not declared at all is another matter", good: "FROM acme/app:$TAG\n" },
		{ caption: "A template", good: "ARG TAG\nFROM {{ image }}:$TAG\n" },
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const { image } = stage;
			if (image === undefined || (stage.base.kind !== "unknown" && stage.base.kind !== "invalid") || !image.text.includes("$")) continue;
			const result = withDefaults(stage);
			if (result === undefined || namesSomething(file, stage, result.text)) continue;
			const shown = result.text === "" ? "nothing" : shortened(result.text, 40);
			reports.push({
				span: image.span,
				message: `Without build arguments ${shortened(image.text, 36)} is ${shown}`,
				// Whoever leaves the default out means builds to pass a value.
				...(result.emptied ? { severity: "info" as const } : {}),
				related: result.names.flatMap((name) => {
					const declaration = globalDeclaration(file, name);
					return declaration === undefined ? [] : [{ span: declaration.assignment.span, message: "The ARG" }];
				}),
			});
		}
		return reports;
	},
});

interface WithDefaults {
	readonly text: string;
	readonly names: readonly string[];
	/** Whether an ARG without a default, or with an empty one, had a part in it. */
	readonly emptied: boolean;
}

/** What FROM names if nothing is passed; undefined where the builder has a say, or where a name is not declared. */
function withDefaults({ file, image }: Stage): WithDefaults | undefined {
	const names: string[] = [];
	let emptied = false;
	const open = new Set<string>();
	// Expanded once each: ARGs that mention the one above twice would double the work with every line.
	const answers = new Map<string, VariableValue>();
	const lookup = (name: string): VariableValue => {
		const declaration = globalDeclaration(file, name);
		if (declaration === undefined) return globalVariable(file, name);
		names.push(name);
		if (declaration.assignment.value === undefined) {
			emptied = true;
			return { kind: "unset" };
		}
		const value = declaration.value.kind === "unknown" ? chained(name, declaration.assignment.value) : declaration.value;
		if (value.kind === "set" && value.value === "") emptied = true;
		return value;
	};
	/** A default that takes another ARG's: that one's decides. */
	const chained = (name: string, written: string): VariableValue => {
		const known = answers.get(name);
		if (known !== undefined) return known;
		if (open.has(name)) return UNKNOWN;
		open.add(name);
		const expansion = expand(written, { escape: file.escape, lookup });
		open.delete(name);
		const value: VariableValue = expansion.kind === "known" ? { kind: "set", value: expansion.value } : UNKNOWN;
		answers.set(name, value);
		return value;
	};
	const expansion = expand(image?.text ?? "", { escape: file.escape, lookup });
	if (expansion.kind !== "known" || expansion.unset.some(({ name }) => globalDeclaration(file, name) === undefined)) return undefined;
	return { text: expansion.value, names, emptied };
}

function namesSomething(file: Dockerfile, stage: Stage, text: string): boolean {
	if (text === "scratch" || parseReference(text) !== undefined) return true;
	return file.stages.some((other) => other.index < stage.index && other.name?.text.toLowerCase() === text.toLowerCase());
}
