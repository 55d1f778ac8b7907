import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { removeAssignment, removeWord } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { expandAt, variableAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { comparable } from "../../shell/words.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

/** Hosts of everybody's modules: a pattern that names one of them without an owner takes in half the world. */
const PUBLIC_HOSTS = new Set([
	"github.com",
	"gitlab.com",
	"bitbucket.org",
	"golang.org",
	"go.googlesource.com",
	"gopkg.in",
	"google.golang.org",
	"go.uber.org",
	"k8s.io",
]);
const PATTERN_VARIABLES = new Set(["GONOSUMDB", "GONOSUMCHECK", "GOPRIVATE"]);

export const goChecksumDbDisabled = defineRule({
	id: "go-checksum-db-disabled",
	title: "Go does not compare modules with the checksum database",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["gosumdb", "gonosumdb", "gonosumcheck", "goprivate", "goflags"] },
	why: "The checksum database remembers what every version of a public module looked like when the first person fetched it. Without it a module that is not yet in `go.sum` (any `go install tool@version`, any new dependency) is believed as it comes: a tag that was moved, or a proxy or host that was taken over, goes unnoticed.",
	remedy:
		"Take the setting out. For modules of your own that the database cannot see, name their host: `GOPRIVATE=git.acme.dev,github.com/acme/*`.",
	references: ["https://go.dev/ref/mod#checksum-database", "https://go.dev/ref/mod#private-modules"],
	examples: [
		{
			caption: "Switched off for every command",
			bad: "FROM golang:1.23\nENV «GOSUMDB=off»\nCOPY . .\nRUN go build -o /app .\n",
			fixed: "FROM golang:1.23\nCOPY . .\nRUN go build -o /app .\n",
		},
		{ caption: "For modules of one's own alone", good: "FROM golang:1.23\nENV GOPRIVATE=git.acme.dev\nCOPY . .\nRUN go build -o /app .\n" },
		{
			caption: "Turned off for every command",
			bad: 'FROM golang:1.23\nENV «GOSUMDB=off» CGO_ENABLED=0\nENV «GOPRIVATE=*»\nARG «GONOSUMDB="github.com"»\nRUN go build\n',
			fixed: "FROM golang:1.23\nENV CGO_ENABLED=0\nRUN go build\n",
		},
		{
			caption: "In a script",
			bad: "FROM golang:1.23\nRUN «GOSUMDB=off» go install example.com/x@v1 && export «GONOSUMCHECK=1» && go env -w «GOSUMDB=off» && go build\nENV «GOFLAGS=-insecure»\n",
			fixed: "FROM golang:1.23\nRUN go install example.com/x@v1 && export GONOSUMCHECK=1 && go env -w GOSUMDB=off && go build\n",
		},
		{
			caption: "Own hosts, another database, vendored modules",
			good: "FROM golang:1.23\nENV GOPRIVATE=git.acme.dev,github.com/acme/* GONOSUMDB=*.acme.dev GOSUMDB=sum.golang.google.cn GOFLAGS=-buildvcs=false\nFROM golang:1.23\nENV GOFLAGS=-mod=vendor GOSUMDB=off\nRUN go build\nFROM golang:1.23\nRUN GOSUMDB=off GOFLAGS=-mod=vendor go build && echo GOSUMDB=off\n",
		},
	],
	check(file) {
		if (!/GO(?:SUMDB|NOSUM|PRIVATE|FLAGS)/.test(file.text)) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (!/GO(?:SUMDB|NOSUM|PRIVATE|FLAGS)/.test(step.line.text) && step.heredocs.length === 0) continue;
				for (const report of step.keyword === "RUN" ? scripted(step) : declared(step))
					reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
			}
		}
		return reports;
	},
});

function declared(step: Step): readonly Report[] {
	if (step.keyword !== "ENV" && step.keyword !== "ARG") return [];
	const all = assignmentsOf(step, step.stage.file.escape);
	const reports: Report[] = [];
	for (const assignment of all) {
		const expansion = assignment.value === undefined ? undefined : expandAt(step, assignment.value);
		const what = expansion?.kind === "known" ? turnedOff(assignment.name, expansion.value) : undefined;
		const vendored = all.some(({ name, value }) => name === "GOFLAGS" && value?.includes("-mod=vendor")) || isVendored(step);
		if (what === undefined || vendored) continue;
		const edit = removeAssignment(step.stage.file, step, assignment);
		reports.push({ span: assignment.span, message: messageOf(what), fixes: () => fixes(edit) });
	}
	return reports;
}

function scripted(step: Step): readonly Report[] {
	const reports: Report[] = [];
	for (const command of commandsOf(step)) {
		if (isVendored(step) || command.assignments.some(({ name, value }) => name === "GOFLAGS" && value?.text.includes("-mod=vendor")))
			continue;
		for (const { name, value, span } of command.assignments) {
			const what = value === undefined ? undefined : turnedOff(name, comparable(value));
			if (what === undefined) continue;
			const edit = command.program === "go" && !command.decoded ? removeWord(step.stage.file, span) : undefined;
			reports.push({ span, message: messageOf(what), fixes: () => fixes(edit) });
		}
		if (command.program !== "go" || command.args[0]?.value !== "env") continue;
		for (const word of command.args.slice(1)) {
			const match = /^(GO\w+)=(.*)$/s.exec(word.value ?? "");
			const what = match === null ? undefined : turnedOff(match[1] ?? "", match[2] ?? "");
			if (what !== undefined) reports.push({ span: word.span, message: messageOf(what) });
		}
	}
	return reports;
}

function isVendored(step: Step): boolean {
	const flags = variableAt(step, "GOFLAGS");
	return flags.kind === "set" && flags.value.includes("-mod=vendor");
}

/** The setting, if it turns the comparison off for modules of everybody. */
function turnedOff(name: string, value: string): string | undefined {
	if (name === "GOSUMDB") return value === "off" ? "GOSUMDB=off" : undefined;
	if (name === "GOFLAGS") return /(?:^|\s)-insecure\b/.test(value) ? "GOFLAGS=-insecure" : undefined;
	if (!PATTERN_VARIABLES.has(name)) return undefined;
	if (name === "GONOSUMCHECK" && value === "1") return "GONOSUMCHECK=1";
	const wide = value.split(",").find((pattern) => pattern.trim() === "*" || PUBLIC_HOSTS.has(pattern.trim().replace(/\/\*?$/, "")));
	return wide === undefined ? undefined : `${name}=${wide.trim()}`;
}

function messageOf(what: string): string {
	return `${what} turns the checksum database off for modules of everybody`;
}

function fixes(edit: SpanEdit | undefined): readonly Fix[] {
	return edit === undefined
		? []
		: [
				{
					title: "Compare with the checksum database again",
					safety: "review",
					edits: [edit],
					note: "Modules of private hosts need GOPRIVATE.",
				},
			];
}
