import { basename } from "node:path";
import { documentKind } from "../core/documents/documentKind.ts";
import { type Lintable, type LintableJob, lintableOf, lintLintables, type TextLint } from "../core/documents/lintable.ts";
import type { FixSafety } from "../core/finding.ts";
import { type FixResult, fixUntilStable } from "../core/lint/fix.ts";
import type { LintOptions } from "../core/lint/options.ts";
import { limitHeap } from "../operations/heapLimits.ts";
import type { Input } from "./inputs.ts";
import type { Setup } from "./setup.ts";

/** A text, and what was found in it. */
export interface LintedInput {
	readonly input: Input;
	readonly lint: TextLint;
}

/** So many files are linted together: more are no faster, and what is found in the first ones comes later. */
const GROUP_FILES = 32;
/** Many small files, or few large ones. */
const GROUP_CHARACTERS = 500_000;

/** Lints Dockerfiles, and what holds some, as the files around them say. In order; a few are in memory at a time. */
export async function* lintInputs(inputs: AsyncIterable<Input>, setup: Setup): AsyncGenerator<LintedInput> {
	let group: Input[] = [];
	let characters = 0;
	for await (const input of inputs) {
		group.push(input);
		characters += input.text.length;
		if (group.length < GROUP_FILES && characters < GROUP_CHARACTERS) continue;
		yield* await lintGroup(group, setup);
		group = [];
		characters = 0;
	}
	yield* await lintGroup(group, setup);
}

async function lintGroup(inputs: readonly Input[], setup: Setup): Promise<readonly LintedInput[]> {
	const jobs = inputs.map(async ({ file, text }): Promise<LintableJob> => {
		const lintable = lintableOfFile(file.path, text);
		return { lintable, options: await setup.optionsFor(file.absolute, lintable.dockerfile) };
	});
	const lints = lintLintables(await Promise.all(jobs));
	limitHeap();
	return inputs.map((input, index) => ({ input, lint: lints[index] as TextLint }));
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
