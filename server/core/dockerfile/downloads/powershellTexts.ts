import type { MappedText } from "../../mappedText.ts";
import { shellAt } from "../commands/shell.ts";
import type { Step } from "../model/model.ts";

/** The texts of a RUN that PowerShell reads: because of SHELL, because it is called, or because no other shell has such words. */
export function powershellTexts(step: Step): readonly MappedText[] {
	if (step.keyword !== "RUN") return [];
	const texts = [step.arguments, ...step.heredocs.map(({ body }) => body)];
	return shellAt(step.stage, step).kind === "powershell"
		? texts
		: texts.filter(({ text }) => /\b(?:powershell|pwsh)\b|net\.webclient/i.test(text));
}
