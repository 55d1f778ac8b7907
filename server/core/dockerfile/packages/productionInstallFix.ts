import type { EditFix } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { insertAfter, insertInstructionBefore } from "../edits/edit.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { isUpdatedLater } from "./laterUpdates.ts";
import { type DevelopmentInstall, syncsAgain } from "./productionInstalls.ts";

/** How an install leaves out development dependencies. `shipped`: the stage whose containers work with what the install brings. */
export function productionInstallFixes(shipped: Stage, step: Step, { call, word, add }: DevelopmentInstall): readonly EditFix[] {
	if (call.command.decoded || call.manager === "pip") return [];
	const setting = (title: string, line: string, note: string): EditFix => ({
		title,
		safety: "review",
		edits: [insertInstructionBefore(step.stage.file, step, line)],
		note,
	});
	// `npm install PACKAGE` brings back what was left out.
	if (["npm", "yarn", "pnpm", "bun"].includes(call.manager) && isUpdatedLater(step, call)) return [];
	if (add === undefined) {
		// A stage that only copies the gems would miss them without the same setting.
		if (!lineage(shipped).includes(step.stage)) return [];
		return [
			setting(
				"Leave out development and test",
				'ENV BUNDLE_WITHOUT="development:test"',
				"It holds at run time, too, so that Bundler does not miss them.",
			),
		];
	}
	if (call.manager === "uv" && syncsAgain(shipped))
		return lineage(shipped).includes(step.stage)
			? [
					setting(
						"Leave out development and test",
						"ENV UV_NO_DEV=1",
						"It holds for uv run, too, which installs again. Old versions of uv do not know it.",
					),
				]
			: [];
	if (call.manager === "composer" && isUpdatedLater(step, call))
		return [
			setting(
				"Set COMPOSER_NO_DEV",
				"ENV COMPOSER_NO_DEV=1",
				"It holds for what updates later, too. Old versions of Composer do not know it.",
			),
		];
	return [
		{
			title: `Add ${add}`,
			safety: "review",
			edits: [insertAfter(word.span, ` ${add}`)],
			note: "What is needed at run time has to stand among the dependencies proper.",
		},
	];
}

/** What an install says that does not leave out development dependencies. */
export function missingOptionMessage({ call, word }: DevelopmentInstall): string {
	if (call.manager === "pip") return `${shortened(word.text.replace(/^(?:-r|--requirement=)/, ""), 50)} lists development dependencies`;
	return `${`${call.program} ${call.verb}`.trim()} does not leave out development dependencies`;
}
