import { basename } from "node:path";
import { parseDockerfile } from "../core/dockerfile/parse.ts";
import type { FixSafety, LintFinding } from "../core/finding.ts";
import { lintInline } from "../core/inline/inlineDockerfile.ts";
import { inlineDockerfiles } from "../core/inline/inlineHosts.ts";
import { type FixResult, fixUntilStable } from "../core/lint/fix.ts";
import { lint, lintParsed } from "../core/lint/lint.ts";
import type { Input } from "./inputs.ts";
import type { Setup } from "./setup.ts";

/** What was found in a Dockerfile, or in those inside a file of Compose or Bake. */
export interface InputLint {
	readonly findings: readonly LintFinding[];
	/** How many a comment silences. */
	readonly suppressedCount: number;
}

export async function lintInput({ file, text }: Input, setup: Setup): Promise<InputLint> {
	if (inlineDockerfiles(basename(file.path), text) !== undefined) return lintText(file.path, text, await setup.optionsFor(file.absolute));
	const parsed = parseDockerfile(text);
	const { findings, suppressed } = lintParsed(parsed, await setup.optionsFor(file.absolute, parsed));
	return { findings, suppressedCount: suppressed.length };
}

/** Repairs what the tiers allow until nothing changes. */
export async function fixInput({ file, text }: Input, setup: Setup, tiers: readonly FixSafety[]): Promise<FixResult<InputLint>> {
	const options = await setup.optionsFor(file.absolute, parseDockerfile(text));
	return fixUntilStable(text, (current) => lintText(file.path, current, options), tiers);
}

function lintText(path: string, text: string, options: Parameters<typeof lint>[1]): InputLint {
	const inline = inlineDockerfiles(basename(path), text);
	if (inline === undefined) {
		const { findings, suppressed } = lint(text, options);
		return { findings, suppressedCount: suppressed.length };
	}
	// Those of a context do not fit: several Dockerfiles share one.
	return { findings: inline.flatMap((each) => lintInline(each, text, options)), suppressedCount: 0 };
}
