import { replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import type { Comment } from "../../dockerfile/syntax/structure.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** How the comments of this tool and of others begin that silence findings: a text, and what has to follow it. */
const FORMS: readonly (readonly [text: string, then: RegExp])[] = [
	["hullguard-ignore", /(?:-file)?(?:\s|$)/],
	["hadolint", /\s+(?:(?:global|stage)\s+)?ignore\s*=/],
	["check", /\s*=\s*\S*skip/],
	["checkov:skip=", /(?:)/],
	["bridgecrew:skip=", /(?:)/],
	["cortex:skip=", /(?:)/],
	["trivy:ignore:", /(?:)/],
	["tfsec:ignore:", /(?:)/],
	["nosem", /(?:grep)?\b/],
	["kics-scan", /\s+(?:disable|ignore)/],
	["tally", /\s+(?:global\s+)?ignore\s*=/],
	["droast", /\s+ignore/],
	["NOSONAR", /\b/],
	["grype:ignore", /(?:)/],
];
const SUPPRESSIONS = new RegExp(`^(?:${FORMS.map(([text, then]) => text + then.source).join("|")})`);

export const suppressionCommentDisallowed = defineRule({
	id: "suppression-comment-disallowed",
	title: "A comment silences findings",
	category: "style",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL1001"]),
	onlyWith: { texts: FORMS.map(([text]) => text.toLowerCase()) },
	why: "Where exceptions are decided by people other than those who write Dockerfiles, a comment goes around them. The exceptions belong in the project's configuration then, where they are reviewed.",
	remedy: "Remove the comment, repair what it hid, or move the exception to the configuration.",
	references: ["https://github.com/hadolint/hadolint#inline-ignores"],
	examples: [
		{
			caption: "For hadolint",
			bad: "FROM debian:12\n«# hadolint ignore=DL3008»\nRUN apt-get update && apt-get install -y curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{ caption: "No such comment", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl=7.88.*\n" },
		{
			caption: "Of any tool",
			bad: "FROM debian:12\n«# hadolint ignore=DL3008»\nRUN apt-get install -y a \\\n    «# nosemgrep: x»\n    b\n«# trivy:ignore:DS-0002»\nUSER root\n",
			fixed: "FROM debian:12\nRUN apt-get install -y a \\\n    b\nUSER root\n",
		},
		{
			caption: "As a directive, for a stage",
			bad: "«# check=skip=JSONArgsRecommended»\n«# hadolint stage ignore=DL3008»\nFROM debian:12\nCMD a\n",
			fixed: "FROM debian:12\nCMD a\n",
		},
		{
			caption: "With another setting, which stays",
			bad: "«# check=skip=JSONArgsRecommended;error=true»\nFROM debian:12\n",
			fixed: "# check=error=true\nFROM debian:12\n",
		},
		{
			caption: "Behind another setting",
			bad: "«# check=error=true;skip=all»\nFROM debian:12\n",
			fixed: "# check=error=true\nFROM debian:12\n",
		},
		{ caption: "Comments for people", good: "# hadolint is run in CI\nFROM debian:12\n# check the version\nRUN a # ignore\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const directive of file.directives) {
			const skip = directive.name === "check" ? /(?:^|;)\s*skip\s*=[^;]*/.exec(directive.value) : null;
			if (skip === null) continue;
			// `error=true` beside it makes the build stricter, and stays.
			const rest = (directive.value.slice(0, skip.index) + directive.value.slice(skip.index + skip[0].length)).replace(
				/^[\s;]+|[\s;]+$/g,
				"",
			);
			const report = reportOf(file, directive);
			if (rest === "") reports.push(report);
			else reports.push({ ...report, fixes: [{ title: "Remove skip", safety: "review", edits: [replace(directive.valueSpan, rest)] }] });
		}
		for (const comment of file.comments) {
			if (!SUPPRESSIONS.test(comment.text)) continue;
			reports.push(reportOf(file, comment));
		}
		return reports;
	},
});

function reportOf(file: Dockerfile, place: Pick<Comment, "span" | "line">): Report {
	return {
		span: place.span,
		message: "This comment silences findings",
		fixes: [{ title: "Remove the comment", safety: "review", edits: [removal(file, place)] }],
	};
}

/** Removes the comment with its line. */
function removal(file: Dockerfile, { span, line }: Pick<Comment, "span" | "line">): SpanEdit {
	const start = file.lineStarts[line] ?? span.start;
	return { span: { start, end: file.lineStarts[line + 1] ?? file.text.length }, newText: "" };
}
