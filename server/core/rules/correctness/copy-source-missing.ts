import { replace } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { contextPath } from "../../dockerfile/start/contextQuestions.ts";
import type { Fix } from "../../finding.ts";
import { nearest } from "../../nearest.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";
import type { WorkspaceFacts } from "../workspaceFacts.ts";

export const copySourceMissing = defineRule({
	id: "copy-source-missing",
	title: "What is copied is not in the build context",
	category: "correctness",
	severity: "info",
	preset: "strict",
	needs: "context",
	since: "0.1.0",
	equivalents: [],
	supersededBy: ["copy-source-ignored"],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "The builder stops where it does not find what a COPY names: a misspelt path, a file that was renamed, or one that a step outside of the Dockerfile has to make first.",
	remedy:
		"Correct the path: it counts from the root of the context, not from the Dockerfile. A file that is made before the build needs no change here.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy", "https://docs.docker.com/build/concepts/context/"],
	examples: [
		{
			caption: "Misspelt",
			bad: "FROM node:22\nCOPY package.json «package-lok.json» ./\n",
			fixed: "FROM node:22\nCOPY package.json package-lock.json ./\n",
			workspace: {
				contextEntries: ["package.json", "package-lock.json", "src"],
				contextFiles: new Map([
					["package.json", { kind: "file" }],
					["package-lok.json", { kind: "absent" }],
				]),
			},
		},
		{
			caption: "Nothing like it is there",
			bad: 'FROM node:22\nADD ["«./build/app.jar»", "src", "/app/"]\n',
			workspace: {
				contextEntries: ["src"],
				contextFiles: new Map([
					["build/app.jar", { kind: "absent" }],
					["src", { kind: "folder" }],
				]),
			},
		},
		{
			caption: "There, optional, or unknown",
			good: 'FROM node:22\nCOPY package.json yarn.lock* other ./\nCOPY --from=a:1 gone ./\nARG U=https://example.com/x\nADD "https://example.com/x" $U /\n',
			workspace: { contextEntries: ["package.json"], contextFiles: new Map([["package.json", { kind: "file" }]]) },
		},
		{
			caption: "Nothing of it is there: somebody builds from another folder",
			good: "FROM node:22\nCOPY a b ./\n",
			workspace: {
				contextEntries: ["x"],
				contextFiles: new Map([
					["a", { kind: "absent" }],
					["b", { kind: "absent" }],
				]),
			},
		},
	],
	check(file, { workspace }) {
		const { contextFiles } = workspace;
		// Where nothing is there the context is probably another folder.
		if (![...contextFiles.values()].some(({ kind }) => kind !== "absent")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use === "unused") continue;
			for (const step of stage.steps) {
				for (const source of contextCopyOf(step)?.sources ?? []) {
					const path = source.value === undefined ? undefined : contextPath(source.value);
					if (path === undefined || contextFiles.get(path)?.kind !== "absent") continue;
					reports.push({
						span: source.span,
						message: `${shortened(path, 60)} is not in the build context`,
						fixes: () => fixesOf(path, source, workspace),
					});
				}
			}
		}
		return reports;
	},
});

/** A name at the top of the context that may be meant. */
function fixesOf(path: string, source: { readonly text: string; readonly span: Span }, { contextEntries }: WorkspaceFacts): readonly Fix[] {
	const meant = path.includes("/") ? undefined : nearest(path, contextEntries ?? []);
	if (meant === undefined || !source.text.endsWith(path) || !/^[\w.@-]+$/.test(meant)) return [];
	const span = { start: source.span.end - path.length, end: source.span.end };
	return [{ title: `Copy ${shortened(meant, 50)}`, safety: "review", edits: [replace(span, meant)] }];
}
