import { type ContextCopy, contextCopyOf, wholeContextSource } from "../../dockerfile/files/contextCopies.ts";
import { type IgnoreFile, isAllowList, isIgnored, parseIgnoreFile } from "../../dockerfile/files/ignoreFile.ts";
import { leaveOutFixes } from "../../dockerfile/files/leaveOutFixes.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { normalPath } from "../../dockerfile/variables/state.ts";
import type { LintSeverity } from "../../finding.ts";
import { defineRule, type Report, same } from "../rule.ts";
import type { WorkspaceFacts } from "../workspaceFacts.ts";

/** What most contexts hold and no image should. */
const UNWANTED = [".git", ".env"] as const;

export const copyWholeContext = defineRule({
	id: "copy-whole-context",
	title: "The whole build context is copied into the image",
	category: "cache",
	severity: "warning",
	preset: "recommended",
	needs: "context",
	since: "0.1.0",
	equivalents: same(["sonar", "S6470"], ["droast", "DF007", "DF026"]),
	supersededBy: ["dockerignore-missing", "dockerignore-lacks-sensitive-patterns"],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "`COPY . .` takes whatever lies in the folder when somebody builds: the history in `.git` with every password that was ever committed, a `.env` with those of today, keys, dumps, editor files. An ignore file that lists what is not wanted helps against what its author thought of; the next kind of file gets in.\n\nIt also ends the layer cache whenever any of those files changes.",
	remedy:
		"Name what the image needs: `COPY package.json package-lock.json ./`, `COPY src ./src`. Or turn the ignore file round: `*` first, then `!src` for each thing that is wanted.",
	references: [
		"https://docs.docker.com/build/concepts/context/#dockerignore-files",
		"https://docs.docker.com/reference/dockerfile/#copy---exclude",
		"https://docs.docker.com/build/building/best-practices/#exclude-with-dockerignore",
	],
	examples: [
		{
			caption: "An ignore file that leaves .git and .env in",
			bad: "FROM node:22\nWORKDIR /app\nCOPY «.» .\n",
			workspace: { dockerignore: { kind: "present", text: "node_modules\n" } },
		},
		{
			caption: "In every spelling",
			bad: 'FROM node:22\nARG DIR=.\nARG OTHER\nCOPY «./» /a/\nADD --chown=1:1 «*» /b/\nCOPY ["«./*»", "/c/"]\nCOPY «/» /d/\nCOPY a «${DIR}» \\\n  /e/\nCOPY ${OTHER} /f/\n',
			workspace: { dockerignore: { kind: "present", text: "" } },
		},
		{
			caption: "Where the syntax allows it, single copies can leave things out",
			bad: "# syntax=docker/dockerfile:1\nFROM node:22\nCOPY --chown=1000:1000 «.» /app\n",
			fixed: "# syntax=docker/dockerfile:1\nFROM node:22\nCOPY --chown=1000:1000 --exclude=.git --exclude=.env . /app\n",
			workspace: { dockerignore: { kind: "present", text: "dist\n" } },
		},
		{
			caption: "A list of what is not wanted, as a hint",
			bad: "FROM node:22\nCOPY «.» /app\n",
			workspace: { dockerignore: { kind: "present", text: ".git\n**/.env*\n" } },
		},
		{
			caption: "An ignore file that names what is wanted",
			good: "FROM node:22\nCOPY . /app\n",
			workspace: { dockerignore: { kind: "present", text: "# all\n*\n!src\n!package*.json\n" } },
		},
		{
			caption: "Parts of the context, other sources, copies that leave things out",
			good: "FROM node:22\nCOPY src package.json ./\nCOPY ./src/ /app/\nCOPY *.json /\nCOPY --from=alpine / /rootfs\nCOPY --exclude=.git . /app\nADD https://example.com/x.tar.gz /\nCOPY <<EOF /x\n.\nEOF\nONBUILD COPY . /app\n",
			workspace: { dockerignore: { kind: "present", text: "" } },
		},
		{ caption: "Nobody looked at the ignore file", good: "FROM node:22\nCOPY . /app\n" },
	],
	check(file, { workspace }) {
		const { dockerignore } = workspace;
		if (dockerignore.kind === "unknown") return [];
		const ignore = dockerignore.kind === "present" ? parseIgnoreFile(dockerignore.text) : undefined;
		if (ignore !== undefined && isAllowList(ignore)) return [];
		const exposed = UNWANTED.filter((name) => comesAlong(name, ignore, workspace));
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				const copy = contextCopyOf(step);
				const source = copy === undefined ? undefined : wholeContextSource(copy);
				if (copy === undefined || source === undefined || step.flags.some((flag) => flag.name === "exclude")) continue;
				const known = workspace.contextEntries === undefined ? [] : exposed;
				reports.push({
					span: source.span,
					message: `${step.keyword} ${shortened(source.text)} takes the whole build context${known.length === 0 ? "" : `, ${known.join(" and ")} included`}`,
					severity: severityOf(stage, copy, exposed.length > 0),
					fixes: () => leaveOutFixes(step, dockerignore, exposed),
				});
			}
		}
		return reports;
	},
});

function shortened(text: string): string {
	return text.length <= 30 ? text : "of its root";
}

/** Whether an entry could be part of the context: it is there, or may be, and no pattern leaves it out. */
function comesAlong(name: string, ignore: IgnoreFile | undefined, { contextEntries }: WorkspaceFacts): boolean {
	if (contextEntries !== undefined && !contextEntries.includes(name)) return false;
	return ignore === undefined || !isIgnored(ignore, name);
}

function severityOf(stage: Stage, copy: ContextCopy, exposed: boolean): LintSeverity {
	if (stage.use === "unused" || !exposed) return "hint";
	return stage.use === "copied" && !isTakenOn(stage, copy.target) ? "info" : "warning";
}

/** Whether another stage takes the whole folder that a stage copies the context to. */
function isTakenOn(stage: Stage, target: string | undefined): boolean {
	if (target === undefined) return false;
	return stage.file.stages.some((other) =>
		other.steps.some((step) => {
			if (!sourcesOf(step, stage.file).some((from) => from.target.kind === "stage" && lineage(from.target.stage).includes(stage)))
				return false;
			const words = step.exec?.values ?? splitAtBlanks(step.arguments).map((word) => word.text);
			return words.slice(0, -1).some((word) => isInside(target, normalPath(word.replace(/\/\*$/, ""))));
		}),
	);
}
