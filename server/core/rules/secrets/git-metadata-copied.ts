import { addFlag, removeFlag, removeInstruction, replace } from "../../dockerfile/edits/edit.ts";
import { type ContextCopy, contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { isIgnored, parseIgnoreFile } from "../../dockerfile/files/ignoreFile.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import type { Flag } from "../../dockerfile/syntax/flags.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const gitMetadataCopied = defineRule({
	id: "git-metadata-copied",
	title: "The history of the repository is copied into the image",
	category: "secrets",
	severity: "warning",
	preset: "recommended",
	needs: "context",
	since: "0.1.0",
	equivalents: similar(["dockle", "DKL-LI-0003"]),
	onlyWith: { instructions: ["COPY", "ADD"], words: ["git"] },
	why: "`.git` holds every version of every file that was ever committed, credentials that were taken out again included, and in its `config` the address of the server, sometimes with the token of the machine that builds. Whoever can pull the image can read all of it. It is also mostly larger than the application, and changes with every commit, so that no layer below the COPY is ever taken from the cache.",
	remedy:
		"Leave `.git` out of the context with `.dockerignore`. A step that asks git for a version can be shown it without a copy: `RUN --mount=type=bind,source=.git,target=.git git describe`.",
	references: [
		"https://docs.docker.com/build/concepts/context/#dockerignore-files",
		"https://docs.docker.com/reference/dockerfile/#add---keep-git-dir",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypebind",
	],
	examples: [
		{
			caption: "Mounted for the step that needs it",
			good: 'FROM golang:1.22\nWORKDIR /src\nCOPY main.go ./\nRUN --mount=type=bind,source=.git,target=.git go build -ldflags "-X main.v=$(git describe)"\n',
		},
		{
			caption: "Copied by name, for one step that asks for it",
			bad: 'FROM golang:1.22\nWORKDIR /src\nCOPY «.git» .git\nCOPY main.go ./\nRUN go build -ldflags "-X main.v=$(git describe)"\n',
			fixed:
				'FROM golang:1.22\nWORKDIR /src\nCOPY main.go ./\nRUN --mount=type=bind,source=.git,target=/src/.git go build -ldflags "-X main.v=$(git describe)"\n',
		},
		{
			caption: "A part of it, in a list, in JSON",
			bad: 'FROM debian:12\nCOPY a «.git/» /app/\nCOPY ["«.git»", "/app/.git"]\nADD «./.git/refs» /r/\n',
		},
		{
			caption: "Kept by ADD",
			bad: "FROM debian:12\nADD «--keep-git-dir=true» https://github.com/a/b.git#v1 /b\nADD «--keep-git-dir» https://github.com/a/b.git#v1 /c\nADD «https://github.com/a/b.git?tag=v1&keep-git-dir=1» /d\n",
			fixed:
				"FROM debian:12\nADD https://github.com/a/b.git#v1 /b\nADD https://github.com/a/b.git#v1 /c\nADD https://github.com/a/b.git?tag=v1 /d\n",
		},
		{ caption: "In a builder: in its cache only", bad: "FROM debian:12 AS b\nCOPY «.git» /src/.git\nFROM scratch\nCOPY --from=b /a /a\n" },
		{
			caption: "Mounted, kept in a builder, from another stage",
			good: "FROM debian:12 AS b\nRUN --mount=type=bind,source=.git,target=.git git describe\nADD --keep-git-dir=true https://github.com/a/b.git#v1 /b\nFROM debian:12\nADD --keep-git-dir=false https://github.com/a/b.git#v1 /b\nCOPY --from=b /src/.git /x\n",
		},
		{
			caption: "Other names; single files without secrets",
			good: "FROM debian:12\nCOPY .gitignore .gitmodules .gitattributes .github a.git ./\nCOPY .git/HEAD /app/revision\n",
		},
		{
			caption: "The ignore file leaves it out",
			good: "FROM debian:12\nCOPY .git /app/.git\n",
			workspace: { dockerignore: { kind: "present", text: ".git\n" } },
		},
	],
	check(file, { workspace }) {
		const { dockerignore } = workspace;
		const ignore = dockerignore.kind === "present" && file.text.includes(".git") ? parseIgnoreFile(dockerignore.text) : undefined;
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "COPY" && step.keyword !== "ADD") continue;
				const copy = contextCopyOf(step);
				for (const source of copy?.sources ?? []) {
					const path = source.value?.replace(/^\.?\//, "").replace(/\/$/, "");
					if (copy === undefined || path === undefined || !isHistory(path) || (ignore !== undefined && isIgnored(ignore, path))) continue;
					reports.push({
						span: source.span,
						message: `${step.keyword} ${shortened(source.text, 40)} takes the history of the repository into a layer`,
						...lowered(stage),
						fixes: mounted(step, copy),
					});
				}
				if (step.keyword === "ADD" && stage.use !== "copied" && stage.use !== "unused") reports.push(...keptBy(step));
			}
		}
		return reports;
	},
});

/** `.git`, or one of its folders with objects, settings or references. */
function isHistory(path: string): boolean {
	return path === ".git" || /^\.git\/(?:\*|objects|refs|logs|config|packed-refs)/.test(path);
}

function lowered(stage: Stage): { readonly severity?: LintSeverity } {
	return stage.use === "unused" ? { severity: "hint" } : stage.use === "copied" ? { severity: "info" } : {};
}

/** Shows it to the one RUN that calls git, without a copy. */
function mounted(step: Step, copy: ContextCopy): readonly Fix[] {
	const { file } = step.stage;
	const users = step.stage.steps.filter(
		(other) => other.keyword === "RUN" && other.ordinal > step.ordinal && /\bgit\b/.test(stepText(other)),
	);
	const [user] = users;
	const target = copy.target;
	const others = file.stages.filter((stage) => stage.base.kind === "stage" && stage.base.stage === step.stage);
	if (copy.sources.length > 1 || users.length !== 1 || user === undefined || others.length > 0) return [];
	if (target === undefined || !target.endsWith("/.git") || copy.sources[0]?.value?.replace(/\/$/, "") !== ".git") return [];
	return [
		{
			title: "Mount it into the step that needs it",
			safety: "review",
			edits: [removeInstruction(file, step), addFlag(user, `--mount=type=bind,source=.git,target=${target}`)],
		},
	];
}

function keptBy(step: Step): readonly Report[] {
	const { file } = step.stage;
	const message = "ADD keeps the history of the repository in a layer";
	const flag = step.flags.find((candidate: Flag) => candidate.name === "keep-git-dir" && /^(?:true|1|t)$/i.test(candidate.value ?? "true"));
	const reports: Report[] = [];
	if (flag !== undefined) {
		reports.push({
			span: flag.span,
			message,
			fixes: [{ title: "Leave the history out", safety: "review", edits: [removeFlag(file, flag)] }],
		});
		return reports;
	}
	if (step.exec !== undefined) return reports;
	for (const word of splitAtBlanks(step.arguments)) {
		const option = /[?&]keep-git-dir=(?:1|true)(?=&|$|#)/.exec(word.text);
		if (option === null) continue;
		const leads = option[0].startsWith("?") && word.text[option.index + option[0].length] === "&";
		const start = word.span.start + option.index + (leads ? 1 : 0);
		const plain = word.span.end - word.span.start === word.text.length;
		reports.push({
			span: word.span,
			message,
			fixes: plain
				? [{ title: "Leave the history out", safety: "review", edits: [replace({ start, end: start + option[0].length }, "")] }]
				: [],
		});
	}
	return reports;
}
