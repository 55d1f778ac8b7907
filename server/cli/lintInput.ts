import { basename } from "node:path";
import { documentKind } from "../core/documents/documentKind.ts";
import { type Lintable, lintableOf, type TextLint } from "../core/documents/lintable.ts";
import type { FixSafety } from "../core/finding.ts";
import { type FixResult, fixUntilStable } from "../core/lint/fix.ts";
import type { LintOptions } from "../core/lint/options.ts";
import type { Input } from "./inputs.ts";
import type { Setup } from "./setup.ts";

/** Lints a Dockerfile, or what holds some, as the files around it say. */
export async function lintInput({ file, text }: Input, setup: Setup): Promise<TextLint> {
	const lintable = lintableOfFile(file.path, text);
	return lintable.lint(await setup.optionsFor(file.absolute, lintable.dockerfile));
}

/** Repairs what the tiers allow until nothing changes. */
export async function fixInput({ file, text }: Input, setup: Setup, tiers: readonly FixSafety[]): Promise<FixResult<TextLint>> {
	const options: LintOptions = await setup.optionsFor(file.absolute, lintableOfFile(file.path, text).dockerfile);
	return fixUntilStable(text, (current) => lintableOfFile(file.path, current).lint(options), tiers);
}

/** Whoever names a file wants it looked at: one that is nothing else is taken for a Dockerfile. */
function lintableOfFile(path: string, text: string): Lintable {
	return lintableOf(documentKind(basename(path)), text) ?? lintableOf("dockerfile", text);
}
