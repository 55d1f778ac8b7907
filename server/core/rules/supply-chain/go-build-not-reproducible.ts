import { stageBaseFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { goMinor } from "../../dockerfile/base/goVersion.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt } from "../../dockerfile/commands/shellVariables.ts";
import { insertAfter, insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { didBefore, isSwitchedOn } from "../../dockerfile/packages/lockFiles.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

export const goBuildNotReproducible = defineRule({
	id: "go-build-not-reproducible",
	title: "The Go program depends on where it was built",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	subCodes: { paths: "The program holds paths of the build", cgo: "The program may need a C library that its image lacks" },
	equivalents: [],
	onlyWith: { words: ["go"] },
	why: "Without `-trimpath` the program holds the paths of its sources: it is another file where the folder is called otherwise, which nobody can compare, and it tells how the build machine is laid out. With cgo on, which is the default, it is linked to the C library of the builder: in an image without one it does not start.",
	remedy: "Build with `-trimpath`, or set `GOFLAGS=-trimpath`. For `scratch` and `distroless/static` set `CGO_ENABLED=0`.",
	references: ["https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies", "https://go.dev/blog/rebuild"],
	examples: [
		{ caption: "Without paths", good: "FROM golang:1.23\nRUN CGO_ENABLED=0 go build -trimpath -o /a ./cmd/a\n" },
		{
			caption: "Paths in the program",
			bad: "FROM golang:1.23\nRUN CGO_ENABLED=0 go «build» -ldflags=-s -o /a ./cmd/a\n",
			fixed: "FROM golang:1.23\nRUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /a ./cmd/a\n",
		},
		{
			caption: "A C library that is not there",
			bad: "FROM golang:1.23 AS build\n«RUN» go build -trimpath -o /a\nFROM scratch\nCOPY --from=build /a /a\n",
			fixed: "FROM golang:1.23 AS build\nENV CGO_ENABLED=0\nRUN go build -trimpath -o /a\nFROM scratch\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Trimmed, static, or no program",
			good: "FROM golang:1.23 AS build\nENV GOFLAGS=-trimpath CGO_ENABLED=0\nRUN go build -o /a && go test ./... && go vet\nFROM golang:1.23-alpine AS alpine\nRUN go build -trimpath -o /b\nFROM golang:1.23 AS static\nRUN go build -trimpath -ldflags '-extldflags \"-static\"' -o /c\nRUN go env -w CGO_ENABLED=0 && go build -trimpath -o /d\nFROM scratch\nCOPY --from=build /a /a\nCOPY --from=alpine /b /b\nCOPY --from=static /c /c\n",
		},
		{
			caption: "Before Go had -trimpath",
			good: "FROM golang:1.11 AS a\nRUN go build -o /a\nFROM golang:1.12-alpine AS b\nRUN go build -o /b\nFROM golang:1.10.3 AS c\nRUN go build -o /c\nFROM debian:12\nCOPY --from=a /a /a\nCOPY --from=b /b /b\nCOPY --from=c /c /c\n",
		},
		{
			caption: "The first with it",
			bad: "FROM golang:1.13\nRUN go «build» -o /a\n",
			fixed: "FROM golang:1.13\nRUN go build -trimpath -o /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "unused") continue;
			for (const step of runSteps(stage)) {
				const builds = packageCallsOf(step).filter((call) => call.manager === "go" && call.verb === "build");
				for (const call of builds) {
					const report = trimReport(step, call);
					if (report !== undefined) reports.push(report);
				}
				const linked = builds.find((call) => needsLibrary(stage, step, call));
				if (linked !== undefined) reports.push(cgoReport(step));
			}
		}
		return reports;
	},
});

/** The minor version of Go that brought `-trimpath`. Source: the release notes of Go 1.13. */
const FIRST_WITH_TRIMPATH = 13;

function trimReport(step: Step, call: PackageCall): Report | undefined {
	const verb = call.verbWord;
	const flags = shellVariableAt(step, call.command, "GOFLAGS");
	if ((goMinor(step.stage) ?? FIRST_WITH_TRIMPATH) < FIRST_WITH_TRIMPATH) return undefined;
	if (verb === undefined || call.uncertain || call.command.args.some((word) => /^--?trimpath\b/.test(word.text) || word.text === "-n"))
		return undefined;
	if (flags.kind === "set" && flags.value.includes("-trimpath")) return undefined;
	return {
		span: verb.span,
		message: "go build writes the paths of the build into the program",
		subCode: "paths",
		fixes: call.command.decoded
			? []
			: [
					{
						title: "Add -trimpath",
						safety: "review",
						edits: [insertAfter(verb.span, " -trimpath")],
						note: "Stack traces then name packages instead of folders.",
					},
				],
	};
}

/** Whether a program that may be linked to the C library of Debian goes to an image without one. */
function needsLibrary(stage: Stage, step: Step, call: PackageCall): boolean {
	if (stageFamily(stage) !== "debian" || stageBaseFacts(stage).sdk?.language !== "Go") return false;
	const cgo = shellVariableAt(step, call.command, "CGO_ENABLED");
	if (cgo.kind === "set" || isSwitchedOn(step, call.command, "CGO_ENABLED")) return false;
	if (didBefore(step, call.command, setsCgo)) return false;
	if (call.command.args.some((word) => /static|netgo|osusergo/.test(word.text))) return false;
	return stage.file.stages.some((other) => {
		const base = rootBase(other);
		const empty = base.kind === "scratch" || (base.kind === "image" && base.reference.repository === "distroless/static");
		return (
			empty &&
			other.use === "shipped" &&
			other.steps.some((copy) => sourcesOf(copy, stage.file).some(({ target }) => target.kind === "stage" && target.stage === stage))
		);
	});
}

/** `go env -w CGO_ENABLED=0`. */
function setsCgo({ program, args }: ShellCommand): boolean {
	return program === "go" && args[0]?.value === "env" && args.some((word) => word.text.startsWith("CGO_ENABLED="));
}

function cgoReport(step: Step): Report {
	return {
		span: step.keywordSpan,
		message: "The program may be linked to a C library that its image does not have",
		subCode: "cgo",
		fixes: [
			{
				title: "Set CGO_ENABLED=0",
				safety: "review",
				edits: [insertInstructionBefore(step.stage.file, step, "ENV CGO_ENABLED=0")],
				note: "Packages that are written in C can then not be used.",
			},
		],
	};
}
