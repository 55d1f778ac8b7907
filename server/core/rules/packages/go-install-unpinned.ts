import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordAt } from "../../dockerfile/commands/shellVariables.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { stagesFrom } from "../../dockerfile/model/stages.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { BRANCHES, versionCheckouts } from "../../dockerfile/packages/versionCheckouts.ts";
import { remembered } from "../../memo.ts";
import { comparable } from "../../shell/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const VERBS = new Set(["install", "run", "get"]);
const MOST_CHARACTERS = 60;
/** Queries for the newest version, and names that branches have. Any other name may be a tag. */
const MOVING = new Set(["latest", "upgrade", "patch", ...BRANCHES]);

export const goInstallUnpinned = defineRule({
	id: "go-install-unpinned",
	title: "go installs whatever version is newest",
	category: "packages",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3062"], ["droast", "DF054"], ["scorecard", "goCommand"]),
	onlyWith: { words: ["go"] },
	why: "`go install module@latest` takes what the module's owner published last, on every build another: what was tested is not what is shipped, a new version asks for a newer Go and breaks the build, and one that was published an hour ago by whoever stole an account is in the image. Go's checksum database proves that everybody gets the same version, not that it is the one that you looked at.",
	remedy:
		"Name the version: `go install golang.org/x/tools/gopls@v0.17.1`; or list the tool in `go.mod` (`go get -tool …`) and call `go install tool`.",
	references: ["https://go.dev/ref/mod#go-install", "https://go.dev/ref/mod#version-queries"],
	examples: [
		{ caption: "Whatever is newest", bad: "FROM golang:1.24\nRUN go install «golang.org/x/tools/gopls@latest»\n" },
		{ caption: "With a version", good: "FROM golang:1.24\nRUN go install golang.org/x/tools/gopls@v0.17.1\n" },
		{
			caption: "The newest, or a branch",
			bad: "FROM golang:1.24\r\nRUN go install «golang.org/x/tools/gopls@latest» && \\\r\n    # the branch\r\n    CGO_ENABLED=0 go install -ldflags '-s -w' \"«github.com/a/b/cmd/c@main»\" && go run «example.com/d@upgrade» e\r\n".replace(
				'"«github.com/a/b/cmd/c@main»"',
				'«"github.com/a/b/cmd/c@main"»',
			),
		},
		{
			caption: "No version, and no module that could have one",
			bad: "FROM golang:1.15\nRUN go get -u «golang.org/x/lint/golint»\n",
		},
		{
			caption: "Only the clone, of which a later step picks a version",
			good: 'FROM golang:alpine\nRUN go get github.com/quay/clair/cmd/clair || true\nENV CLAIR_VERSION=v2.1.4\nWORKDIR /go/src/github.com/quay/clair\nRUN git checkout "${CLAIR_VERSION}"\nRUN go install ./cmd/clair\n',
		},
		{
			caption: "What is picked belongs to something else",
			bad: "FROM golang:1.15\nRUN go get «github.com/a/b»\nWORKDIR /go/src/github.com/c/d\nRUN git checkout v1\n",
		},
		{
			caption: "A branch, nothing, a new branch, and a folder that only begins like it",
			bad: "FROM golang:1.15 AS a\nRUN go get «github.com/a/b»\nWORKDIR /go/src/github.com/a/b\nRUN git checkout master && go install\nFROM golang:1.15 AS b\nRUN go get «github.com/a/b»\nRUN cd /go/src/github.com/a/b && git reset --hard\nRUN cd /go/src/github.com/a/b && git checkout -b z\nFROM golang:1.15 AS c\nRUN go get «github.com/a/b»\nRUN cd /go/src/github.com/a/b && ls\nRUN cd /other && git checkout v1\nFROM golang:1.15\nRUN go get «github.com/a/b»\nWORKDIR /go/src/github.com/a/bcd\nRUN git checkout v1\nCOPY --from=a /x /x\nCOPY --from=b /x /x\nCOPY --from=c /x /x\n",
		},
		{
			caption: "A version, in the sources or below",
			good: "FROM golang:1.15\nRUN go get github.com/a/b/cmd && go get gopkg.in/c.v2\nRUN cd $GOPATH/src/github.com/a/b/cmd && git checkout -q -b x v1\nRUN git -C /go/src -C gopkg.in/c.v2 reset --hard 0123abc\nFROM golang:1.15\nRUN go get github.com/a/b\nWORKDIR /go/src/github.com/a/b\nRUN git switch -C x v1\n",
		},
		{
			caption: "Versions and commits",
			good: "FROM golang:1.24\nARG V=v1.2.3\nRUN go install golang.org/x/tools/gopls@v0.17.1 && go install a.example/b@$V && go install a.example/c@${UNKNOWN} && go get a.example/d@0123456789ab && go install a.example/e@v2 && go install a.example/f@1.2.3 && go install a.example/g@release-1.2 && go get a.example/h@none\n",
		},
		{
			caption: "What the module itself holds or lists",
			good: "FROM golang:1.24\nCOPY go.mod go.sum ./\nRUN go install . && go install ./cmd/a && go install golang.org/x/tools/cmd/goimports && go get -d -v ./... && go run make.go && go install std && go mod download a.example/x@latest\n",
		},
		{ caption: "A base that nobody knows", good: "FROM acme/go:1\nRUN go install a.example/b\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					if (call.manager !== "go" || !VERBS.has(call.verb)) continue;
					// What follows the package of `go run` is for the program.
					for (const word of call.verb === "run" ? call.operands.slice(0, 1) : call.operands) {
						const text = wordAt(step, call.command, word) ?? comparable(word);
						if (!isRemote(text) || isPinned(text, () => hasModule(step) || (call.verb === "get" && isCheckedOut(step, text)))) continue;
						reports.push({
							span: word.span,
							message: `${shortened(text, MOST_CHARACTERS)} is whatever version is newest`,
							...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						});
					}
				}
			}
		}
		return reports;
	},
});

/** Packages of the standard library have no dot in their first part, those of the module begin with one. */
function isRemote(text: string): boolean {
	const first = text.split("/")[0] ?? "";
	return /^[\w-][\w.-]*\.[a-z]/i.test(first) && text.includes("/") && !text.endsWith(".go");
}

function isPinned(text: string, mayBeListed: () => boolean): boolean {
	const at = text.lastIndexOf("@");
	if (at === -1) return text.includes("$") || text.includes("\0") || mayBeListed();
	return !MOVING.has(text.slice(at + 1));
}

/** Whether there may be a go.mod, which says the version. */
function hasModule(step: Step): boolean {
	return stageFamily(step.stage) === undefined || sources.upTo(step);
}

/** Whether `go get` is only the clone: a later step goes into the sources, and picks a version there. */
function isCheckedOut(step: Step, text: string): boolean {
	const repository = text.split("/").slice(0, 3).join("/");
	return stagesFrom(step.stage).some((stage) => {
		const last = lastCheckouts(stage).get(repository);
		return last !== undefined && (stage !== step.stage || last > step.ordinal);
	});
}

/** The last step of a stage, by its ordinal, that checks out a version of a repository among the sources of Go. */
const lastCheckouts = remembered((stage: Stage): ReadonlyMap<string, number> => {
	const last = new Map<string, number>();
	for (const step of runSteps(stage)) {
		for (const folder of versionCheckouts(step)) {
			const parts = /(?:^|\/)src\/([\w-]+\.[^/]*(?:\/[^/]+)+)/.exec(folder)?.[1]?.split("/") ?? [];
			// `gopkg.in/yaml.v2` is a repository of two parts.
			for (const count of [2, 3]) if (parts.length >= count) last.set(parts.slice(0, count).join("/"), step.ordinal);
		}
	}
	return last;
});

const sources = anyStep(
	(step) =>
		contextCopyOf(step) !== undefined ||
		step.keyword === "ADD" ||
		(step.keyword === "COPY" && step.flags.some((flag) => flag.name === "from")) ||
		instructionMentions(step, "mod") ||
		commandsOf(step).some(({ program }) => /^(?:git|tar|unzip|hg|svn|curl|wget)$/.test(program ?? "")),
);
