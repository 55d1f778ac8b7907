import { contextCopyOf, isContextRoot } from "../../dockerfile/files/contextCopies.ts";
import { isIgnored, parseIgnoreFile } from "../../dockerfile/files/ignoreFile.ts";
import { leaveOutFixes } from "../../dockerfile/files/leaveOutFixes.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { secretFile } from "../../dockerfile/secrets/secretFiles.ts";
import type { LintSeverity } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const dockerignoreLacksSensitivePatterns = defineRule({
	id: "dockerignore-lacks-sensitive-patterns",
	title: "The ignore file lets credentials into the image",
	category: "secrets",
	severity: "warning",
	preset: "recommended",
	needs: "context",
	since: "0.1.0",
	equivalents: similar(["sonar", "S6470"], ["droast", "DF007", "DF026"]),
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "A COPY of the whole context takes what happens to lie there: the `.env` of the developer who builds, a key for the server, the state of Terraform. Nothing in the Dockerfile says so, and the same file built elsewhere has none of it. Everybody who can pull the image can read them.",
	remedy:
		"Add the names to `.dockerignore`. Patterns count from the root of the context; `**/.env*` matches in every folder, and a later `!` takes a file back in. Safer still is a file that begins with `*` and names what the build needs.",
	references: ["https://docs.docker.com/build/concepts/context/#dockerignore-files", "https://docs.docker.com/build/building/secrets/"],
	examples: [
		{
			caption: "Files that are there, and that no pattern names",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nCOPY «.» /app\n",
			fixed: "# syntax=docker/dockerfile:1\nFROM debian:12\nCOPY --exclude=.env \\\n    --exclude=id_rsa \\\n    . /app\n",
			workspace: { dockerignore: { kind: "present", text: "node_modules\n" }, contextEntries: [".env", "id_rsa", "src", "node_modules"] },
		},
		{
			caption: "Named once, taken back in",
			bad: "FROM debian:12\nCOPY a «./» /app/\n",
			fixedOtherFile: "*.tfstate\n.env*\n!terraform.tfstate\nterraform.tfstate\n",
			workspace: {
				dockerignore: { kind: "present", text: "*.tfstate\n.env*\n!terraform.tfstate\n", path: "/project/.dockerignore" },
				contextEntries: ["terraform.tfstate", ".env"],
			},
		},
		{
			caption: "In a builder",
			bad: "FROM debian:12 AS b\nCOPY «.» .\nFROM scratch\nCOPY --from=b /a /a\n",
			workspace: { dockerignore: { kind: "present", text: "" }, contextEntries: ["server.key"] },
		},
		{
			caption: "All of them are named",
			good: "FROM debian:12\nCOPY . /app\n",
			workspace: {
				dockerignore: { kind: "present", text: ".env*\n**/id_rsa\n" },
				contextEntries: [".env", "id_rsa", ".env.example", "id_rsa.pub"],
			},
		},
		{
			caption: "Named in the instruction, or a part only",
			good: "FROM debian:12\nCOPY --exclude=.env . /app\nCOPY src /app\n",
			workspace: { dockerignore: { kind: "present", text: "" }, contextEntries: [".env"] },
		},
		{
			caption: "An allow list",
			good: "FROM debian:12\nCOPY . /app\n",
			workspace: { dockerignore: { kind: "present", text: "*\n!src\n" }, contextEntries: [".env", "src"] },
		},
		{ caption: "Nobody looked", good: "FROM debian:12\nCOPY . /app\n", workspace: { dockerignore: { kind: "present", text: "" } } },
		{
			caption: "No ignore file at all is another finding",
			good: "FROM debian:12\nCOPY . /app\n",
			workspace: { dockerignore: { kind: "absent" }, contextEntries: [".env"] },
		},
	],
	check(file, { workspace }) {
		const { dockerignore, contextEntries } = workspace;
		if (dockerignore.kind !== "present" || contextEntries === undefined) return [];
		const ignore = parseIgnoreFile(dockerignore.text);
		const exposed = contextEntries.filter((name) => isSensitive(name) && !isIgnored(ignore, name));
		if (exposed.length === 0) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				const copy = contextCopyOf(step);
				const source = copy?.sources.find((candidate) => candidate.value !== undefined && isContextRoot(candidate.value));
				if (source === undefined || step.flags.some((flag) => flag.name === "exclude")) continue;
				const severity = lowered(stage);
				reports.push({
					span: source.span,
					message: `${step.keyword} ${source.text} takes ${shortened(exposed.join(", "), 45)}, which .dockerignore lets in`.slice(0, 100),
					...(severity === undefined ? {} : { severity }),
					fixes: () => leaveOutFixes(step, dockerignore, exposed),
				});
			}
		}
		return reports;
	},
});

function isSensitive(name: string): boolean {
	const file = secretFile(name);
	return file !== undefined && file.evidence !== "maybe";
}

function lowered(stage: Stage): LintSeverity | undefined {
	return stage.use === "unused" ? "hint" : stage.use === "copied" ? "info" : undefined;
}
