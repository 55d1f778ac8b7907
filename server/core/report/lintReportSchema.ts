import { LINT_SEVERITIES, PROBLEM_KINDS } from "../finding.ts";

/** The JSON Schema of what `hullguard lint --format json` prints (json.ts). */
export function lintReportSchema(): object {
	return {
		$schema: "http://json-schema.org/draft-07/schema#",
		title: "What hullguard lint --format json prints",
		...closed({
			files: list("Every file that was looked at, those without findings, too.", reference("file")),
			problems: list("What could not be done: files that nobody can read, mistakes in configuration files.", reference("problem")),
		}),
		definitions: {
			position: closed({ line: count("Zero-based."), character: count("Zero-based, in UTF-16 units.") }),
			range: closed({ start: reference("position"), end: described(reference("position"), "The first position behind it.") }),
			edit: closed({ range: reference("range"), newText: { type: "string" } }),
			file: closed({
				path: text("As the call names it, or relative to the current folder."),
				findings: list("By place, the worst first at one place.", reference("finding")),
			}),
			finding: closed({
				rule: text("`rule`, or `rule/case` where a rule tells cases apart."),
				severity: { enum: LINT_SEVERITIES },
				message: text("The fact, in 100 characters at most."),
				range: reference("range"),
				fixes: list("Repairs, the preferred one first.", reference("fix")),
				help: text("Address of the rule's page."),
			}),
			fix: closed(
				{
					title: { type: "string" },
					safety: {
						enum: ["safe", "review", "lookup"],
						description: "`safe`: the build succeeds or fails as before. `review`: a choice. `lookup`: something has to be asked first.",
					},
					file: text("Absolute path of the file that is repaired, where that is another one: `.dockerignore`, a script."),
					edits: list("Of the text that was linted, or of `file`. They do not overlap.", reference("edit")),
					needs: { description: "What has to be asked, for the edits to be known.", oneOf: NEEDS },
				},
				["title", "safety", "edits"],
			),
			problem: closed(
				{
					kind: { enum: PROBLEM_KINDS },
					message: text("What happened."),
					hint: text("What to do about it."),
					path: text("The file that it is about."),
					range: described(reference("range"), "The place in that file."),
				},
				["kind", "message"],
			),
		},
	};
}

const NEEDS = [
	closed({ kind: { const: "imageDigest" }, reference: text("The image of which a registry has to tell the digest.") }),
	closed({ kind: { const: "fileDigest" }, url: text("The address of which the sha256 is wanted.") }),
];

/** An object with these properties and no others. Without `required`, all of them are there. */
function closed(properties: Readonly<Record<string, object>>, required: readonly string[] = Object.keys(properties)): object {
	return { type: "object", properties, required, additionalProperties: false };
}

function list(description: string, items: object): object {
	return { description, type: "array", items };
}

function text(description: string): object {
	return { description, type: "string" };
}

function count(description: string): object {
	return { description, type: "integer", minimum: 0 };
}

function reference(definition: string): object {
	return { $ref: `#/definitions/${definition}` };
}

/** Draft 7 ignores what stands beside a reference. */
function described(schema: object, description: string): object {
	return { description, allOf: [schema] };
}
