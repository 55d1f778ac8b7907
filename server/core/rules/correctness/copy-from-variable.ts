import { baseName } from "../../baseName.ts";
import { insertGlobalArgument, insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import { freeStageName, stageReferences } from "../../dockerfile/edits/stageReferences.ts";
import { allSteps } from "../../dockerfile/model/instructions.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type Source, sourcesOf } from "../../dockerfile/model/sources.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import { expand } from "../../dockerfile/syntax/expand.ts";
import { UNSET } from "../../dockerfile/syntax/variableValue.ts";
import { declarationAt, globalDeclaration } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const copyFromVariable = defineRule({
	id: "copy-from-variable",
	title: "The source of COPY or of a mount is a variable",
	category: "correctness",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: ["from="] },
	why: "BuildKit replaces no variables in `--from` and in `from=` of a mount: it stops. FROM is the only place where an image may be a variable.",
	remedy: "Start a stage from the variable, `FROM ${IMAGE} AS tools`, and copy from that stage. The ARG has to stand above the first FROM.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#copy---from",
		"https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact",
	],
	examples: [
		{ caption: "A stage", good: "ARG TOOLS_IMAGE=acme/tools:1\nFROM $TOOLS_IMAGE AS tools\nFROM debian:12\nCOPY --from=tools /a /a\n" },
		{
			caption: "A global argument",
			bad: "ARG TOOLS_IMAGE=acme/tools:1\nFROM debian:12\nCOPY --from=«$TOOLS_IMAGE» /a /a\n",
			fixed: "ARG TOOLS_IMAGE=acme/tools:1\nFROM $TOOLS_IMAGE AS tools\nFROM debian:12\nCOPY --from=tools /a /a\n",
		},
		{
			caption: "An argument of the stage, part of the name, a mount",
			bad: "FROM debian:12\nARG VERSION=1.2\nRUN --mount=from=«acme/tools:${VERSION}»,target=/t /t/a\n",
			fixed:
				"ARG VERSION=1.2\nFROM acme/tools:${VERSION} AS tools\nFROM debian:12\nARG VERSION=1.2\nRUN --mount=from=tools,target=/t /t/a\n",
		},
		{
			caption: "Nothing to offer: a variable of the image, numbers that would change, another file",
			bad: "FROM debian:12 AS a\nFROM debian:12\nENV B=a\nARG C\nCOPY --from=«$B» /a /a\nCOPY --from=«\\$C» /a /a\nCOPY --from=0 /a /a\nCOPY --from=«$C» /a /a\nONBUILD COPY --from=«${D}» /a /a\n",
		},
		{
			caption: "No variable",
			good: "FROM debian:12 AS a\nFROM debian:12\nARG B\nCOPY --from=a --chown=$B $B /a\nADD --from=$B /a /\nRUN --mount=from=a,target=$B true\n",
		},
	],
	check(file) {
		if (!/from=[^\s,]*\$/.test(file.text) || templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const step of allSteps(file)) {
			// ADD has no such flag, which is said there.
			if (step.keyword === "ADD") continue;
			for (const source of sourcesOf(step, file)) {
				if (!isRefused(source)) continue;
				reports.push({
					span: source.span,
					message: `Variables are not replaced in ${source.flag.name === "mount" ? "from=" : "--from="}${shortened(source.text, 50)}`,
					fixes: () => (step.deferred ? [] : fixesFor(step, source)),
				});
			}
		}
		return reports;
	},
});

function isRefused({ text, flag }: Source): boolean {
	if (flag.name === "mount") return /\$./.test(text);
	const expansion = expand(text, { escape: "\\", lookup: () => UNSET });
	return text.includes("$") && (expansion.kind !== "known" || expansion.value !== text);
}

function fixesFor(step: Step, source: Source): readonly Fix[] {
	const { file } = step.stage;
	const { text, span } = source;
	const names = [...text.matchAll(/\$\{?(\w+)/g)].map((match) => match[1] ?? "");
	const isPlain = file.text.slice(span.start, span.end) === text && !/[\\"']/.test(text) && names.length > 0;
	// A new stage moves the numbers of those behind it.
	if (!isPlain || stageReferences(file).some((reference) => reference.byNumber)) return [];
	const declarations: SpanEdit[] = [];
	for (const name of new Set(names)) {
		if (globalDeclaration(file, name) !== undefined) continue;
		const declared = declarationAt(step, name);
		if (declared?.kind !== "ARG" || /\$/.test(declared.assignment.value ?? "")) return [];
		const { value } = declared.assignment;
		const edit = insertGlobalArgument(file, value === undefined ? `ARG ${name}` : `ARG ${name}=${value}`);
		if (edit === undefined) return [];
		declarations.push(edit);
	}
	const name = freeStageName(file, wantedName(text, names[0] ?? ""));
	const stage = insertInstructionBefore(file, step.stage.from, `FROM ${text} AS ${name}`);
	return [
		{ title: `Copy from a new stage ${shortened(name, 40)}`, safety: "review", edits: [...declarations, stage, replace(span, name)] },
	];
}

/** `tools` for `acme/tools:${V}` and for `$TOOLS_IMAGE`. */
function wantedName(text: string, variable: string): string {
	const written = /([a-z][a-z0-9-]+)(?:[:@].*)?$/.exec(baseName(text))?.[1];
	if (written !== undefined && !text.startsWith("$")) return written;
	return variable
		.toLowerCase()
		.replace(/_(?:image|version|tag|stage|ref)$/, "")
		.replaceAll("_", "-");
}
