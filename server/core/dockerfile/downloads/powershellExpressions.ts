import { sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { powershellTexts } from "./powershellTexts.ts";

/** A text that PowerShell fetches and runs. */
export interface FetchedExpression {
	/** The address; all of the expression where there is none. */
	readonly span: Span;
	readonly address: string | undefined;
}

const NONE: readonly FetchedExpression[] = [];
/** Without it nothing is run. */
const CALL = /\b(?:iex|Invoke-Expression)\b/i;
const FETCH = "(?:iwr|irm|curl|wget|Invoke-WebRequest|Invoke-RestMethod)";
const EXPRESSIONS = [
	new RegExp(`\\b${FETCH}\\b[^;|&\\n]{1,400}\\|\\s{0,20}(?:iex|Invoke-Expression)\\b`, "gi"),
	new RegExp(`\\b(?:iex|Invoke-Expression)\\b[^;\\n]{0,200}?(?:DownloadString|\\b${FETCH}\\b)[^;\\n]{0,400}`, "gi"),
];

/** `iwr … | iex` and `iex ((New-Object Net.WebClient).DownloadString('…'))` in a RUN that PowerShell reads. */
export function fetchedExpressions(step: Step): readonly FetchedExpression[] {
	if (step.keyword !== "RUN" || !CALL.test(stepText(step))) return NONE;
	return powershellTexts(step).flatMap((mapped) =>
		EXPRESSIONS.flatMap((expression) => [...mapped.text.matchAll(expression)]).map((match) => {
			const address = /https?:\/\/[^\s'"|;()]{1,300}/i.exec(match[0]);
			const at = match.index + (address?.index ?? 0);
			return { span: sourceSpan(mapped, at, at + (address?.[0] ?? match[0]).length), address: address?.[0] };
		}),
	);
}
