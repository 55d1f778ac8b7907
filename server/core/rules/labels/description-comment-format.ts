import { insertAt } from "../../dockerfile/edits/edit.ts";
import { commentsByLine } from "../../dockerfile/model/comments.ts";
import { assignmentsOf, fromView } from "../../dockerfile/model/views.ts";
import type { Comment } from "../../dockerfile/syntax/structure.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Comments that are meant for tools, and have to stand directly above the instruction. */
const FOR_TOOLS =
	/^(?:hullguard|hadolint|checkov|trivy|tfsec|kics|nosemgrep|semgrep|shellcheck|renovate|dockerfile_lint|tally|droast|NOSONAR|datasource|pragma|noqa|nosec|nolint)\b|ignore/i;
/** Directives that switch a tool off for a line: `check=skip=…`, `gitleaks:allow`, `x:disable-next-line`, `editorconfig-checker-disable-next-line`. */
const STEERS =
	/^(?:check=\w+=|(?:cspell|spell-checker|codespell|markdownlint|yamllint|eslint|prettier|pylint|rubocop|vale|editorconfig-checker|gitleaks|trufflehog|detect-secrets|snyk|dockle)[-:=\s]+(?:disable|enable|skip|allow)(?![a-z])|[\w.-]+:disable-[\w-]+(?!\S)|(?:[\w.-]+[:-])?disable-(?:next-?)?line(?![\w-]))/i;

export const descriptionCommentFormat = defineRule({
	id: "description-comment-format",
	title: "A comment above ARG or FROM does not begin with its name",
	category: "labels",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["buildkit", "InvalidDefinitionDescription"]),
	onlyWith: { texts: ["#"] },
	why: "`docker build --call=outline` and `--call=targets` show the comment that stands directly above an ARG or a stage as its description, if it begins with the name. Other comments are not shown, and readers of the list miss what was written for them.",
	remedy: "Begin the comment with the name: `# VERSION release to build`. A comment that is no description has an empty line below it.",
	references: ["https://docs.docker.com/reference/build-checks/invalid-definition-description/"],
	examples: [
		{
			caption: "It does not begin with the name",
			bad: "# «the version»\nARG VERSION=12\nFROM debian:${VERSION}\n",
			fixed: "# the version\n\nARG VERSION=12\nFROM debian:${VERSION}\n",
		},
		{ caption: "It begins with the name", good: "# VERSION is the release of Debian.\nARG VERSION=12\nFROM debian:${VERSION}\n" },
		{
			caption: "The last line above is marked",
			bad: "# «the version»\nARG VERSION=1\n# the base starts here\n# «or so»\nFROM debian:12 AS base\n  # «in a stage»\nARG A=1 B=2\n",
			fixed: "# the version\n\nARG VERSION=1\n# the base starts here\n# or so\n\nFROM debian:12 AS base\n  # in a stage\n\nARG A=1 B=2\n",
		},
		{ caption: "Windows line breaks", bad: "#«Base»\r\nFROM debian:12 AS base\r\n", fixed: "#Base\r\n\r\nFROM debian:12 AS base\r\n" },
		{
			caption: "Any line of the block may be the description",
			good: "# VERSION is what is built.\n# It has to be a tag.\nARG VERSION=1\n# all targets\n# base holds the tools\n# and nothing else\nFROM debian:12 AS base\n",
		},
		{
			caption: "An empty line ends the block",
			bad: "# VERSION is what is built.\n\n# «It has to be a tag.»\nARG VERSION=1\n",
			fixed: "# VERSION is what is built.\n\n# It has to be a tag.\n\nARG VERSION=1\n",
		},
		{
			caption: "What steers tools for the next line",
			good: "FROM debian:12\n# pragma: allowlist nextline secret\nARG TOKEN_URL=x\n# cspell:disable-next-line\nARG A\n# gitleaks:allow\nARG A1\n# x:disable-next-line rule\nARG A2\n# editorconfig-checker-disable-next-line\nARG B\n# noqa\nARG C\n# check=skip=UndefinedVar\nARG D=$E\n# kics-scan disable=abc\nFROM debian:12 AS b\n",
		},
		{
			caption: "Words that are none of that",
			bad: "FROM debian:12\n# «Note: skip the next line»\nARG A\n# «WITH=1 enables it»\nARG WITHOUT\n# «Browser-enabled»\nFROM debian:12 AS with\n# «Auto-enable IPv6 in the daemon»\nARG C\n# «debug:enable prints every request»\nARG D\n# «user=allow»\nARG E\n# «the nextline char»\nARG F\n",
			fixed:
				"FROM debian:12\n# Note: skip the next line\n\nARG A\n# WITH=1 enables it\n\nARG WITHOUT\n# Browser-enabled\n\nFROM debian:12 AS with\n# Auto-enable IPv6 in the daemon\n\nARG C\n# debug:enable prints every request\n\nARG D\n# user=allow\n\nARG E\n# the nextline char\n\nARG F\n",
		},
		{
			caption: "Descriptions, comments on their own, for tools, and on nothing that has a name",
			good: "# syntax=docker/dockerfile:1\n# VERSION to build\nARG VERSION=1\n# old\n\nARG V\n# B or A\nARG A=1 B=2\n# base image\nFROM debian:12 AS Base\n# hadolint ignore=DL3006\nFROM debian AS other\n# renovate: datasource=docker\nARG IMAGE=a\n# nothing\nFROM debian:12\n# run\nRUN true\n",
		},
	],
	check(file) {
		if (file.comments.length === 0) return [];
		const comments = commentsByLine(file);
		const reports: Report[] = [];
		for (const instruction of file.instructions) {
			if (instruction.keyword !== "ARG" && instruction.keyword !== "FROM") continue;
			const comment = comments.get(instruction.firstLine - 1);
			if (comment === undefined) continue;
			const names =
				instruction.keyword === "ARG"
					? assignmentsOf(instruction, file.escape).map(({ name }) => name)
					: [fromView(instruction).stage?.text.toLowerCase() ?? ""];
			if (!isMisplaced(comment, names) || describes(comments, comment, names)) continue;
			const lineStart = file.lineStarts[instruction.firstLine] ?? instruction.span.start;
			reports.push({
				span: comment.textSpan,
				message: `The comment above ${shortened(names[0] ?? "", 40)} does not begin with its name`,
				fixes: [{ title: "Set it apart with an empty line", safety: "safe", edits: [insertAt(lineStart, file.lineBreak)] }],
			});
		}
		return reports;
	},
});

function isMisplaced({ text }: Comment, names: readonly string[]): boolean {
	if (text === "" || FOR_TOOLS.test(text) || STEERS.test(text)) return false;
	return names.length > 0 && names[0] !== "";
}

/** Whether a line of the block that ends with a comment is the description: BuildKit shows the first one that begins with the name. */
function describes(comments: ReadonlyMap<number, Comment>, last: Comment, names: readonly string[]): boolean {
	for (let comment: Comment | undefined = last; comment !== undefined; comment = comments.get(comment.line - 1)) {
		if (names.includes(comment.text.split(" ")[0] ?? "")) return true;
	}
	return false;
}
