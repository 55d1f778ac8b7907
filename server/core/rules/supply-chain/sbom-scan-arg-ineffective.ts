import { replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { finalStage } from "../../dockerfile/model/stages.ts";
import { type Assignment, assignmentsOf } from "../../dockerfile/model/views.ts";
import type { Instruction } from "../../dockerfile/syntax/structure.ts";
import { nearest } from "../../nearest.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const STAGE = "BUILDKIT_SBOM_SCAN_STAGE";
const CONTEXT = "BUILDKIT_SBOM_SCAN_CONTEXT";
const NAMES = [STAGE, CONTEXT];
/** What Go's `strconv.ParseBool` takes; anything else is a list of stages. Source: BuildKit 0.25, `isEnabledForStage`. */
const BOOLEAN = /^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

export const sbomScanArgIneffective = defineRule({
	id: "sbom-scan-arg-ineffective",
	title: "An argument for the SBOM has no effect",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: {
		env: "ENV sets it, which BuildKit does not read",
		name: "No argument has this name",
		value: "The value names no stage",
		last: "The last stage is scanned anyway",
	},
	equivalents: [],
	onlyWith: { instructions: ["ARG", "ENV"], words: ["sbom"] },
	why: "BuildKit reads `BUILDKIT_SBOM_SCAN_STAGE` and `BUILDKIT_SBOM_SCAN_CONTEXT` from ARG alone, and says nothing about a name or a value that it does not know. The SBOM then lacks what it was meant to hold, and nobody notices until somebody looks for a component that is in the image.",
	remedy:
		"Write `ARG BUILDKIT_SBOM_SCAN_STAGE=true` (or a list of stage names in lower case, separated by commas without blanks) before the first FROM, or in the stages that are to be scanned.",
	references: ["https://docs.docker.com/build/metadata/attestations/sbom/#sbom-scan-arguments"],
	examples: [
		{
			caption: "An ARG",
			good: "FROM golang:1.23 AS build\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\n",
		},
		{
			caption: "ENV instead of ARG",
			bad: "FROM golang:1.23 AS build\nENV «BUILDKIT_SBOM_SCAN_STAGE»=true\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\n",
			fixed: "FROM golang:1.23 AS build\nARG BUILDKIT_SBOM_SCAN_STAGE=true\nRUN go build\nFROM scratch\nCOPY --from=build /a /a\n",
		},
		{
			caption: "A name that nobody reads",
			bad: "ARG «BUILDKIT_SBOM_SCAN_STAGES»=true\nARG «BUILDKIT_SBOM_CONTEXT»=true\nFROM debian:12\n",
			fixed: "ARG BUILDKIT_SBOM_SCAN_STAGE=true\nARG BUILDKIT_SBOM_SCAN_CONTEXT=true\nFROM debian:12\n",
		},
		{
			caption: "Values that name no stage",
			bad: 'ARG BUILDKIT_SBOM_SCAN_STAGE=«yes»\nARG BUILDKIT_SBOM_SCAN_CONTEXT=«"Build"»\nFROM golang:1.23 AS Build\nFROM debian:12\nCOPY --from=build /a /a\n',
			fixed:
				"ARG BUILDKIT_SBOM_SCAN_STAGE=true\nARG BUILDKIT_SBOM_SCAN_CONTEXT=build\nFROM golang:1.23 AS Build\nFROM debian:12\nCOPY --from=build /a /a\n",
		},
		{
			caption: "A misspelt stage",
			bad: "ARG BUILDKIT_SBOM_SCAN_STAGE=«build,tset»\nFROM golang:1.23 AS build\nFROM debian:12 AS test\nCOPY --from=build /a /a\n",
		},
		{
			caption: "In the last stage alone",
			bad: "FROM golang:1.23 AS build\nFROM debian:12\nARG «BUILDKIT_SBOM_SCAN_STAGE»=true\nCOPY --from=build /a /a\n",
		},
		{
			caption: "In force",
			good: "ARG BUILDKIT_SBOM_SCAN_STAGE=build,test\nARG BUILDKIT_SBOM_SCAN_CONTEXT=1\nFROM golang:1.23 AS build\nARG BUILDKIT_SBOM_SCAN_STAGE\nFROM debian:12 AS test\nARG BUILDKIT_SBOM_SCAN_STAGE=$X\nFROM debian:12\nARG BUILDKIT_SBOM_SCAN_STAGE=false\nENV SBOM=true\n",
		},
	],
	check(file) {
		if (!file.text.includes("BUILDKIT_SBOM")) return [];
		const reports: Report[] = [];
		for (const instruction of file.instructions) {
			if (instruction.keyword !== "ARG" && instruction.keyword !== "ENV") continue;
			for (const assignment of assignmentsOf(instruction, file.escape)) {
				if (!assignment.name.startsWith("BUILDKIT_SBOM")) continue;
				const report = instruction.keyword === "ENV" ? environment(file, instruction, assignment) : argument(file, instruction, assignment);
				if (report !== undefined) reports.push(report);
			}
		}
		return reports;
	},
});

function environment(file: Dockerfile, instruction: Instruction, assignment: Assignment): Report | undefined {
	if (!NAMES.includes(assignment.name)) return undefined;
	const alone = assignmentsOf(instruction, file.escape).length === 1 && !assignment.legacy;
	return {
		span: assignment.nameSpan,
		message: `BuildKit reads ${assignment.name} from ARG, not from ENV`,
		subCode: "env",
		fixes: alone
			? [
					{
						title: "Make it an ARG",
						safety: "review",
						edits: [replace(instruction.keywordSpan, "ARG")],
						note: "The variable is no longer set in containers.",
					},
				]
			: [],
	};
}

function argument(file: Dockerfile, instruction: Instruction, assignment: Assignment): Report | undefined {
	const { name, nameSpan, value, valueSpan } = assignment;
	if (!NAMES.includes(name)) {
		const meant = nearest(name, NAMES);
		return {
			span: nameSpan,
			message: `BuildKit knows no argument ${shortened(name, 60)}`,
			subCode: "name",
			fixes: meant === undefined ? [] : [{ title: `Rename it to ${meant}`, safety: "safe", edits: [replace(nameSpan, meant)] }],
		};
	}
	if (value === undefined || valueSpan === undefined || value.includes("$")) return undefined;
	const text = value.replace(/^(["'])(.*)\1$/s, "$2");
	const last = finalStage(file);
	if (BOOLEAN.test(text)) {
		const inLast = last?.steps.some((step) => step.keywordSpan.start === instruction.keywordSpan.start);
		if (name !== STAGE || !inLast || /^[0fF]/.test(text) || file.stages.length === 1 || declaredElsewhere(file, instruction))
			return undefined;
		return {
			span: nameSpan,
			message: "The last stage is scanned without it; the stages before it are not",
			severity: "info",
			subCode: "last",
		};
	}
	return valueReport(file, name, text, valueSpan);
}

function declaredElsewhere(file: Dockerfile, instruction: Instruction): boolean {
	return file.instructions.some(
		(other) =>
			other !== instruction && other.keyword === "ARG" && assignmentsOf(other, file.escape).some((assignment) => assignment.name === STAGE),
	);
}

/** BuildKit compares the names of stages in lower case with the parts of the value as they are. */
function valueReport(file: Dockerfile, name: string, text: string, span: Report["span"]): Report | undefined {
	const names = file.stages.map(stageName);
	const parts = text.split(",");
	const unknown = parts.find((part) => !names.includes(part));
	if (unknown === undefined) return undefined;
	const word = /^(?:yes|on|y|enabled?|tRue|all)$/i.test(text) ? "true" : /^(?:no|off|n|disabled?|none)$/i.test(text) ? "false" : undefined;
	const corrected = word ?? correctedList(parts, names);
	return {
		span,
		message: `${shortened(unknown === "" ? "An empty value" : unknown, 40)} of ${name} is no stage in lower case, nor true or false`,
		subCode: "value",
		fixes:
			corrected === undefined ? [] : [{ title: `Write ${shortened(corrected, 40)}`, safety: "safe", edits: [replace(span, corrected)] }],
	};
}

function correctedList(parts: readonly string[], names: readonly string[]): string | undefined {
	const known = parts.map((part) => names.find((name) => name !== "" && name === part.trim().toLowerCase()));
	return known.every((part) => part !== undefined) ? known.join(",") : undefined;
}

function stageName(stage: Stage): string {
	return (stage.name?.text ?? "").toLowerCase();
}
