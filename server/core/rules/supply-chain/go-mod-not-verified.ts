import { goMinor } from "../../dockerfile/base/goVersion.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { insertCommandBehind } from "../../dockerfile/edits/commandEdit.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { fileSays } from "../../dockerfile/model/fileText.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { isAboveLoads, isBeforeModules, mayLoadPackages } from "../../dockerfile/packages/goFlags.ts";
import { hasModuleCache, isVendored } from "../../dockerfile/packages/goModules.ts";
import { moduleMode } from "../../dockerfile/packages/goPathMode.ts";
import { type LockNames, lockFileOf } from "../../dockerfile/packages/lockFiles.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

const NAMES: LockNames = { manifests: ["go.mod"], lockFiles: ["go.sum"] };

export const goModNotVerified = defineRule({
	id: "go-mod-not-verified",
	title: "Go chooses or takes modules that nobody has compared",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	subCodes: {
		resolve: "A command may change go.mod during the build",
		"sum-missing": "go.mod is copied without go.sum",
		cache: "Modules of a shared cache are not verified",
	},
	equivalents: [],
	onlyWith: { words: ["go", "goflags"] },
	why: "`go get`, `go mod tidy` and `-mod=mod` may write other versions into `go.mod` and believe what arrives, in the image, where nobody sees it. Without `go.sum` there is nothing to compare with. What lies in a cache mount was compared when it was fetched, not when it is used: another build that shares the cache can have changed it.",
	remedy:
		"Copy `go.mod` and `go.sum`, call `go mod download && go mod verify`, and build without `-mod=mod`: `-mod=readonly` is the default and fails where `go.mod` does not fit. Vendored modules need none of it.",
	references: ["https://go.dev/ref/mod#go-mod-verify", "https://go.dev/ref/mod#build-commands"],
	examples: [
		{
			caption: "Modules may change during the build",
			bad: "FROM golang:1.23\nCOPY . .\nRUN go build «-mod=mod» -o /app\n",
			fixed: "FROM golang:1.23\nCOPY . .\nRUN go build -mod=readonly -o /app\n",
		},
		{
			caption: "What go.sum holds",
			good: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN go build -o /app\n",
		},
		{
			caption: "Changed during the build",
			bad: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod «tidy» && go «get» ./... && go build «-mod=mod» -o /a\nENV «GOFLAGS=-mod=mod»\n",
			fixed:
				"FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod tidy && go get ./... && go build -mod=readonly -o /a\nENV GOFLAGS=-mod=mod\n",
		},
		{
			caption: "Back to the default",
			bad: "FROM golang:1.23\nCOPY . .\nRUN go build «-mod=mod» -o /a && go test «-mod mod» ./...\n",
			fixed: "FROM golang:1.23\nCOPY . .\nRUN go build -mod=readonly -o /a && go test -mod=readonly ./...\n",
		},
		{
			caption: "By a variable that commands get",
			bad: 'FROM golang:1.23\nARG «GOFLAGS=-mod=mod»\nRUN go build\nRUN «GOFLAGS=-mod=mod» go build -o /a && export «GOFLAGS="-v -mod=mod"» && go vet ./...\nRUN go env -w «GOFLAGS=-mod=mod»\n',
		},
		{ caption: "Nothing to compare with", bad: "FROM golang:1.23\nCOPY go.mod .\nRUN go mod «download»\n" },
		{
			caption: "From a shared cache",
			bad: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go/pkg/mod go mod «download»\n",
			fixed: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go/pkg/mod go mod download && go mod verify\n",
		},
		{
			caption: "From a shared cache of all that Go fetches",
			bad: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go go mod «download»\n",
			fixed: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN --mount=type=cache,target=/go go mod download && go mod verify\n",
		},
		{
			caption: "Flags that say something else, or do nothing",
			good: "FROM golang:1.23\nCOPY . .\nRUN GOFLAGS=-mod=readonly go build && GOFLAGS=-mod=mod go install example.com/x@v1 && MYFLAGS=-mod=mod go vet && go env GOFLAGS\nRUN GOFLAGS=-mod=mod go version && GOFLAGS=-mod=mod go clean && GOFLAGS=-mod=mod gofmt -l .\nRUN export GOFLAGS=-mod=mod && go install example.com/x@v1\nFROM golang:1.9\nENV GOFLAGS=-mod=mod\nFROM golang:1.23\nARG GOFLAGS=-mod=mod\nRUN go install example.com/x@v1\n",
		},
		{
			caption: "Said twice, and to a program that runs Go",
			bad: "FROM golang:1.23\nCOPY . .\nRUN GOFLAGS=-mod=mod go build «-mod=mod» && «GOFLAGS=-mod=mod» make\n",
			fixed: "FROM golang:1.23\nCOPY . .\nRUN GOFLAGS=-mod=mod go build -mod=readonly && GOFLAGS=-mod=mod make\n",
		},
		{
			caption: "Before there were modules, and where there may be none",
			good: "FROM golang:1.9-alpine\nCOPY . .\nRUN go get ./...\nFROM golang:1.10\nCOPY . .\nRUN go get -d -v ./...\nFROM acme/go\nADD ./ /go/src/\nRUN go get -d -v ./...\nFROM golang:1.20\nENV GO111MODULE=off\nCOPY . .\nRUN go get -d ./...\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\nCOPY --from=2 /a /a\n",
		},
		{
			caption: "With modules below /go/src",
			bad: "FROM golang:1.12\nENV GO111MODULE=on\nWORKDIR /go/src/app\nCOPY . .\nRUN go «get» ./...\nFROM golang:1.22-alpine\nWORKDIR /go/src/app\nCOPY . .\nRUN go «get» .\nCOPY --from=0 /a /a\n",
		},
		{ caption: "Without a package it is the one of the folder", bad: "FROM golang:1.23\nCOPY . .\nRUN go «get» -d -v\n" },
		{
			caption: "In the newest Go",
			bad: "FROM golang\nWORKDIR /go/src/app\nCOPY . .\nRUN go «get» ./...\nFROM golang:alpine\nWORKDIR /go/src/app\nCOPY . .\nRUN go «get» ./...\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Compared, vendored, or a tool of its own",
			good: "FROM golang:1.23\nCOPY go.mod go.sum ./\nRUN go mod download\nRUN --mount=type=cache,target=/go/pkg/mod go mod download && go mod verify\nCOPY . .\nRUN go build -mod=readonly && go build -mod=vendor && go install example.com/x@v1\nFROM golang:1.23\nENV GOFLAGS=-mod=vendor\nCOPY go.mod .\nRUN go mod download\nFROM golang:1.23\nRUN go mod init x && go get example.com/y@v1 && go mod tidy\nCOPY go.mod go.sum ./\nRUN go mod tidy && go mod vendor\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
	],
	check(file, { workspace }) {
		if (!/\bgo\b|GOFLAGS/.test(file.text)) return [];
		const found: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				const reports = step.keyword === "RUN" ? [...inScript(step), ...calls(step, workspace.contextEntries)] : inEnvironment(step);
				for (const report of reports) found.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
			}
		}
		return found;
	},
});

const CHANGING_FLAGS = /-mod=mod\b/;

/** `ENV GOFLAGS=-mod=mod`, and ARG, which reaches the commands of RUN below it. */
function inEnvironment(step: Step): readonly Report[] {
	if (step.keyword !== "ENV" && step.keyword !== "ARG") return [];
	const reports: Report[] = [];
	for (const { name, value, span } of assignmentsOf(step, step.stage.file.escape)) {
		if (name !== "GOFLAGS" || !CHANGING_FLAGS.test(value ?? "") || isBeforeModules(step)) continue;
		if (step.keyword === "ENV" || isAboveLoads(step)) reports.push(flagsReport(span));
	}
	return reports;
}

/** `GOFLAGS=-mod=mod go build`, `export GOFLAGS=-mod=mod`, `go env -w GOFLAGS=-mod=mod`. */
function inScript(step: Step): readonly Report[] {
	if (!stepText(step).includes("GOFLAGS") || isBeforeModules(step)) return [];
	const commands = commandsOf(step);
	const lastLoad = commands.findLastIndex(mayLoadPackages);
	const reports: Report[] = [];
	for (const [index, command] of commands.entries()) {
		const { program, args, assignments } = command;
		for (const { name, value, span } of assignments) {
			if (name !== "GOFLAGS" || !CHANGING_FLAGS.test(value?.text ?? "")) continue;
			const isPrefix = program !== undefined && program !== "export";
			if (isPrefix ? mayLoadPackages(command) : index < lastLoad) reports.push(flagsReport(span));
		}
		if (program !== "go" || args[0]?.value !== "env" || args[1]?.value !== "-w") continue;
		for (const { text, span } of args) if (/^["']?GOFLAGS=.*-mod=mod\b/.test(text)) reports.push(flagsReport(span));
	}
	return reports;
}

function flagsReport(span: Span): Report {
	return { span, message: "-mod=mod lets every command of Go change go.mod", subCode: "resolve" };
}

function calls(step: Step, entries: readonly string[] | undefined): readonly Report[] {
	const reports: Report[] = [];
	for (const call of packageCallsOf(step)) {
		if (call.manager !== "go" || call.verbWord === undefined || isVendored(step)) continue;
		const mode = modeOf(call);
		if (mode !== undefined) {
			reports.push({
				span: mode,
				message: `-mod=mod lets go ${call.verb} change go.mod`,
				subCode: "resolve",
				fixes: call.command.decoded
					? []
					: [
							{
								title: "Use -mod=readonly",
								safety: "review",
								edits: [replace(mode, "-mod=readonly")],
								note: "It fails where go.mod or go.sum is incomplete.",
							},
						],
			});
			continue;
		}
		if (call.verb === "get" && isWithoutModules(step, call.command)) continue;
		const sub = call.operands[0];
		const tidies = call.verb === "mod" && sub?.value === "tidy";
		const downloads = call.verb === "mod" && sub?.value === "download" && call.operands.length === 1;
		if (!tidies && !downloads && call.verb !== "get") continue;
		const lock = lockFileOf(step, call.command, NAMES, entries);
		if (lock === undefined) continue;
		// Single packages may be fetched without any go.mod, as before Go had modules.
		if (call.verb === "get" && lock.kind === "perhaps" && !call.operands.every((word) => /^\.(?:\/\.\.\.|\/)?$/.test(word.text))) continue;
		// A step that writes go.mod or the vendored modules anew is there for that.
		if (tidies && renewsModules(step)) continue;
		if (call.verb === "get")
			reports.push({ span: call.verbWord.span, message: "go get may write other versions into go.mod", subCode: "resolve" });
		else if (sub === undefined) continue;
		else if (tidies) reports.push({ span: sub.span, message: "go mod tidy may write other versions into go.mod", subCode: "resolve" });
		else if (lock.kind === "missing")
			reports.push({ span: sub.span, message: "go mod download has no go.sum to compare with", subCode: "sum-missing" });
		else if (hasModuleCache(step) && !isVerifiedIn(step)) {
			const edit = call.command.decoded ? undefined : insertCommandBehind(step, call.command, "go mod verify");
			reports.push({
				span: sub.span,
				message: "Modules of a shared cache are used without go mod verify",
				severity: "hint",
				subCode: "cache",
				fixes:
					edit === undefined
						? []
						: [{ title: "Add go mod verify", safety: "review", edits: [edit], note: "It reads every module of the cache." }],
			});
		}
	}
	return reports;
}

/**
 * Whether there may be no modules at all: with Go below 1.11, with GO111MODULE=off, and, up to Go 1.15, below `/go/src` in a file that names
 * neither go.mod nor go.sum. Source: the release notes of Go 1.11 and 1.16.
 */
function isWithoutModules(step: Step, command: ShellCommand): boolean {
	const { stage } = step;
	if (isBeforeModules(step)) return true;
	const minor = goMinor(stage);
	const mode = moduleMode(step, command);
	if (mode === "on" || mode === "off") return mode === "off";
	if (minor !== undefined && minor >= 16) return false;
	return fileSays(stage.file, GO_PATH) && !fileSays(stage.file, MODULE_FILES);
}

const GO_PATH = /(?:\/go|GOPATH\}?)\/src\b/;
const MODULE_FILES = /\bgo\.(?:mod|sum)\b/;

/** `go mod tidy && go mod vendor`, or go.mod copied to where it is taken out. */
function renewsModules(step: Step): boolean {
	return commandsOf(step).some(
		({ program, args }) =>
			(program === "go" && args[0]?.value === "mod" && args[1]?.value === "vendor") ||
			((program === "cp" || program === "git") && args.some((word) => word.value === "go.mod")),
	);
}

function modeOf(call: PackageCall): Span | undefined {
	for (const [index, word] of call.command.args.entries()) {
		const next = call.command.args[index + 1];
		if (word.value === "-mod=mod" || word.value === "--mod=mod") return word.span;
		if (word.value === "-mod" && next?.value === "mod") return { start: word.span.start, end: next.span.end };
	}
	return undefined;
}

function isVerifiedIn(step: Step): boolean {
	return commandsOf(step).some(
		(command) => command.program === "go" && command.args[0]?.value === "mod" && command.args[1]?.value === "verify",
	);
}
