import { addTo } from "../../addTo.ts";
import { sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import type { Step } from "../model/model.ts";
import { expand } from "../syntax/expand.ts";
import { UNKNOWN, UNSET, type VariableValue } from "../syntax/variableValue.ts";
import { PROXY_ARGS, SBOM_ARGS, WINDOWS_VARIABLES } from "./predefined.ts";
import type { SubstitutedText } from "./substitutions.ts";
import { declarationAt, namesDeclaredAt, variableAt } from "./variables.ts";

/** A reference to a variable with a plain name. */
const REFERENCE = /\$\{?([A-Za-z_]\w*)(?![\w\u0080-\uffff])/y;

/** Whether a text has a dollar sign before something else than the plain name of a variable that is set. */
export function mayUseUnset(step: Step, text: string): boolean {
	for (let at = text.indexOf("$"); at !== -1; at = text.indexOf("$", at + 1)) {
		REFERENCE.lastIndex = at;
		const name = REFERENCE.exec(text)?.[1];
		if (name === undefined || valueInFile(step, name).kind === "unset") return true;
	}
	return false;
}

/** A use of a variable, and the text that it stands in. */
export interface UndefinedUse {
	readonly span: Span;
	readonly text: SubstitutedText;
}

/** The names that nothing in the file sets, each with the places in the instruction that use it. */
export function undefinedIn(step: Step, texts: readonly SubstitutedText[]): ReadonlyMap<string, readonly UndefinedUse[]> {
	const found = new Map<string, UndefinedUse[]>();
	for (const substituted of texts) {
		const { text, escape, heredoc, hasDeclared } = substituted;
		if (!text.text.includes("$")) continue;
		const lookup = (name: string): VariableValue => (hasDeclared(name) ? UNKNOWN : valueInFile(step, name));
		const expansion = expand(text.text, { escape, lookup, plainQuotes: heredoc !== undefined });
		if (expansion.kind === "invalid") continue;
		for (const { name, at } of expansion.unset) {
			const place = { span: sourceSpan(text, at, at + name.length), text: substituted };
			addTo(found, name, place);
		}
	}
	return found;
}

/** The value of a variable, as if a base image of which nothing is known set nothing. */
export function valueInFile(step: Step, name: string): VariableValue {
	const value = variableAt(step, name);
	if (value.kind !== "unknown" || declarationAt(step, name) !== undefined) return value;
	const isProxyOfRun = step.keyword === "RUN" && PROXY_ARGS.has(name);
	if (name === "PATH" || isProxyOfRun || SBOM_ARGS.has(name) || knownOnWindows(step, name)) return UNKNOWN;
	const { environment, sets } = stageBaseFacts(step.stage);
	return environment === undefined && !sets?.includes(name) ? UNSET : UNKNOWN;
}

/** Windows compares names without regard to case, and sets some itself. */
function knownOnWindows(step: Step, name: string): boolean {
	if (stageBaseFacts(step.stage).family !== "windows" && step.stage.file.escape !== "`") return false;
	const lower = name.toLowerCase();
	return WINDOWS_VARIABLES.has(lower) || namesDeclaredAt(step).some((declared) => declared.toLowerCase() === lower);
}
