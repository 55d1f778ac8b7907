import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { type IgnoreFile, isIgnored, matches, mayReachInto, parseIgnoreFile } from "../../dockerfile/files/ignoreFile.ts";
import { ignoreFileFix } from "../../dockerfile/files/ignoreFileFix.ts";
import { contextPath } from "../../dockerfile/start/contextQuestions.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const copySourceIgnored = defineRule({
	id: "copy-source-ignored",
	title: "The ignore file leaves out what is copied",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "context",
	since: "0.1.0",
	equivalents: same(["buildkit", "CopyIgnoredFile"], ["droast", "DF077"]),
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "What `.dockerignore` leaves out is not sent to the builder. A COPY that names it finds nothing, and the build stops.",
	remedy: "Take it back in with a line `!path` behind the pattern, or copy something else.",
	references: [
		"https://docs.docker.com/reference/build-checks/copy-ignored-file/",
		"https://docs.docker.com/build/concepts/context/#dockerignore-files",
	],
	examples: [
		{
			caption: "A file, a folder, something in a folder",
			bad: 'FROM node:22\nCOPY src «./README.md» «dist» /app/\nADD ["«docs/a/b.txt»", "/"]\nARG F=README.md\nCOPY «$F» /\n',
			workspace: { dockerignore: { kind: "present", text: "# out\n*.md\n/dist/\n**/docs\n" } },
		},
		{
			caption: "Not taken back by what is taken back",
			bad: "FROM node:22\nCOPY «secret.json» package.json src /app/\n",
			fixedOtherFile: "*\n!package.json\n!src/main\n!secret.json\n",
			workspace: {
				dockerignore: { kind: "present", text: "*\n!package.json\n!src/main\n", path: "/project/.dockerignore" },
				contextFiles: new Map([["secret.json", { kind: "file" }]]),
			},
		},
		{
			caption: "Taken back, as a whole or in part",
			good: "FROM node:22\nCOPY README.md dist packages lib /app/\n",
			workspace: { dockerignore: { kind: "present", text: "*.md\ndist\npackages\nlib\n!README.md\n!dist/app\n!**/package.json\n" } },
		},
		{
			caption: "Patterns, the whole context, other sources, what a variable hides",
			good: "ARG X\nFROM node:22\nARG X\nCOPY *.md /\nCOPY . /\nCOPY --from=a:1 README.md /\nADD https://example.com/a.md /\nCOPY $X.md /\nCOPY <<a.md /\nx\na.md\nONBUILD COPY a.md /\n",
			workspace: { dockerignore: { kind: "present", text: "*.md\n" } },
		},
		{
			caption: "An allow list for other folders",
			bad: "FROM node:22\nCOPY «other» src /app/\n",
			workspace: { dockerignore: { kind: "present", text: "*\n!src/**\n!pack*/x\n" } },
		},
		{ caption: "Nobody looked", good: "FROM node:22\nCOPY a.md /\n" },
	],
	check(file, { workspace }) {
		if (workspace.dockerignore.kind !== "present") return [];
		const ignore = parseIgnoreFile(workspace.dockerignore.text);
		if (ignore.patterns.length === 0) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const source of contextCopyOf(step)?.sources ?? []) {
					const path = source.value === undefined ? undefined : contextPath(source.value);
					if (path === undefined || !isIgnored(ignore, path)) continue;
					if (workspace.contextFiles.get(path)?.kind !== "file" && mayHoldMore(ignore, path)) continue;
					const by = ignore.patterns.findLast((pattern) => !pattern.negated && matches(pattern, path));
					reports.push({
						span: source.span,
						message: `.dockerignore leaves ${shortened(path, 40)} out${by === undefined ? "" : `: line ${by.line + 1}, ${shortened(by.text, 25)}`}`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						fixes: [ignoreFileFix(workspace.dockerignore, "take in", [path])].filter((fix) => fix !== undefined),
					});
				}
			}
		}
		return reports;
	},
});

/** Whether a `!` takes something in a folder back in, so that the folder is part of the context after all. */
function mayHoldMore({ patterns }: IgnoreFile, folder: string): boolean {
	return patterns.some((pattern) => pattern.negated && mayReachInto(pattern, folder));
}
