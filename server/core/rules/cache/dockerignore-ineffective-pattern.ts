import { contextCopyOf, wholeContextSource } from "../../dockerfile/files/contextCopies.ts";
import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { lintIgnoreFile } from "../../ignoreFile/lintIgnoreFile.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule } from "../rule.ts";

export const dockerignoreIneffectivePattern = defineRule({
	id: "dockerignore-ineffective-pattern",
	title: "A pattern of the ignore file does not do what it seems to say",
	category: "cache",
	severity: "info",
	preset: "recommended",
	needs: "context",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["COPY", "ADD"] },
	why: "`.dockerignore` looks like `.gitignore` and is not: patterns count from the root of the context, a comment needs a line of its own, braces, quotes and `[!…]` are part of the name, and a later pattern takes back what an earlier one left out. What the author believes to be left out is sent, copied and shipped.",
	remedy:
		"Write `**/name` for a name in any folder, one pattern a line, `[^…]` for all but some characters. Exceptions with `!` belong behind what they take back.",
	references: ["https://docs.docker.com/build/concepts/context/#dockerignore-files", "https://pkg.go.dev/path/filepath#Match"],
	examples: [
		{
			caption: "What git would understand",
			bad: "FROM node:22\nCOPY package.json .\nCOPY «.» .\n",
			workspace: { dockerignore: { kind: "present", text: "node_modules # deps\n*.{log,tmp}\n.git\n" } },
		},
		{
			caption: "What the builder refuses ends every build",
			bad: "FROM node:22\nCOPY «src» /app/\n",
			workspace: { dockerignore: { kind: "present", text: "!\n" } },
		},
		{
			caption: "Taken back by a later pattern",
			bad: "FROM node:22\nADD «./» /app\n",
			workspace: { dockerignore: { kind: "present", text: ".env\n*\n!.env\n!src\n" } },
		},
		{
			caption: "All is well, or repeated, or matters to no copy",
			good: "FROM node:22\nCOPY . /app\n",
			workspace: { dockerignore: { kind: "present", text: ".git\n**/node_modules\n.git\n*.md\n!README.md\n" } },
		},
		{
			caption: "Named files come in any case",
			good: "FROM node:22\nCOPY src /app/src\n",
			workspace: { dockerignore: { kind: "present", text: '"dist"\n' } },
		},
		{ caption: "Nobody looked", good: "FROM node:22\nCOPY . .\n" },
	],
	check(file, { workspace }) {
		if (workspace.dockerignore.kind !== "present") return [];
		const findings = lintIgnoreFile(workspace.dockerignore.text, { contextEntries: workspace.contextEntries }).filter(
			({ severity }) => severity !== "hint",
		);
		const [first] = findings;
		if (first === undefined) return [];
		const refused = findings.find(({ code }) => code === "refused");
		const span = firstCopy(file, refused !== undefined);
		if (span === undefined) return [];
		// One Dockerfile may have an ignore file of its own.
		const name = shortened(workspace.dockerignore.path?.split(/[\\/]/).pop() ?? ".dockerignore", 30);
		if (refused !== undefined)
			return [{ span, message: `${name} cannot be read at ${shortened(refused.pattern, 34)}: no build works`, severity: "error" }];
		const others = findings.length - 1;
		return [
			{
				span,
				message: `${name}: ${shortened(first.pattern, 20)}${others === 0 ? "" : ` and ${others} more`} ${others === 0 ? "does" : "do"} not do what ${others === 0 ? "it says" : "they say"}`,
			},
		];
	},
});

/** The first copy of the whole context, for which the patterns matter; of anything in the context, where it is about all of them. */
function firstCopy(file: Dockerfile, any: boolean): Span | undefined {
	for (const stage of file.stages) {
		for (const step of stage.steps) {
			const copy = contextCopyOf(step);
			const source = copy === undefined ? undefined : (wholeContextSource(copy) ?? (any ? copy.sources[0] : undefined));
			if (source !== undefined) return source.span;
		}
	}
	return undefined;
}
