import { commentAbove } from "../dockerfile/model/comments.ts";
import type { Dockerfile } from "../dockerfile/model/model.ts";
import { assignmentsOf } from "../dockerfile/model/views.ts";
import type { Declaration } from "../dockerfile/variables/variables.ts";

const AGENT = String.raw`(?:ci\/cd|circleci|ci|(?:(?:ci|ci\/cd|build|release|deployment) )?pipelines?|build server|jenkins|gitlab(?: ci)?|github actions)`;
const END = String.raw`(?![\w-])`;
/** `Set by CI`, `injected at build time by the pipeline`, `passed with --build-arg`, `CI sets this`. */
const SAYS: readonly RegExp[] = [
	new RegExp(
		String.raw`\b(?:set|injected|passed|supplied|provided|given|filled|overridden|overwritten|replaced)(?: in)?(?: at build time)? (?:by|from|in|via|through) (?:(?:the|our|your) )?${AGENT}${END}`,
	),
	/\b(?:injected|passed|supplied|provided|overridden)(?: in)?(?: by ci)? (?:by|with|as|via|through|using) (?:a )?--build-arg(?![\w-])/,
	new RegExp(String.raw`(?:^|[^\w-])${AGENT} (?:always )?(?:sets|injects|passes|supplies|provides|overrides|overwrites|replaces)${END}`),
];
/** What may be passed, or only now and then, is not what certainly comes with the build. */
const DOUBT = /\b(?:not|never|no|can|cannot|could|may|might|optional|optionally|if|unless|when|sometimes|usually|used to)\b|n't\b|\?/;
/** A longer comment is a text about many things. */
const LONGEST = 400;

/**
 * Whether a comment says that builds pass an argument, whatever its default is: one behind the declaration, or in the lines
 * directly above it. Only a wording that leaves no doubt counts, and only where the instruction declares nothing else.
 */
export function isSetByBuild(file: Dockerfile, { instruction, assignment }: Declaration): boolean {
	const written = file.text.slice(instruction.span.start, instruction.span.end);
	const sign = /\s#/.exec(written)?.index ?? written.length;
	const declared = assignmentsOf(instruction, file.escape).filter(({ span }) => span.start < instruction.span.start + sign);
	if (declared.length !== 1 || declared[0]?.name !== assignment.name) return false;
	return saysSetByBuild(written.slice(sign)) || saysSetByBuild(commentAbove(file, instruction.firstLine));
}

/** Whether a text says that builds set what it speaks of. */
export function saysSetByBuild(text: string): boolean {
	if (text.length > LONGEST) return false;
	const words = text.toLowerCase().split(/\s+/).join(" ");
	return !DOUBT.test(words) && SAYS.some((pattern) => pattern.test(words));
}
