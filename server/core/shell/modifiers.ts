import { withoutMatch } from "./expandPattern.ts";
import type { ShellWordPart } from "./model.ts";

/** A default or a replacement without quotes, variables and other words of the shell. */
const PLAIN = /^[\w.:@=+,/%-]*$/;
/** A pattern without brackets and escapes, which shells read in more than one way. */
const PATTERN = /^[\w.:@=+,/*?-]*$/;

type VariablePart = Extract<ShellWordPart, { kind: "variable" }>;

/** What a shell makes of `${NAME…}` where the variable has a value: `1.2` of `${V#v}` and `v1.2`. Undefined where nobody can tell. */
export function modifiedValue({ operator, operand }: VariablePart, value: string): string | undefined {
	if (operator === undefined) return value;
	if (operand === undefined) return undefined;
	switch (operator) {
		case "-":
		case "=":
		case "?":
			return value;
		case ":=":
		case ":?":
			return value === "" ? undefined : value;
		case ":-":
			return value === "" ? plain(operand) : value;
		case "+":
			return plain(operand);
		case ":+":
			return value === "" ? "" : plain(operand);
		case "#":
		case "##":
		case "%":
		case "%%":
			return PATTERN.test(operand) ? withoutMatch(operand, value, operator.length === 2, operator.startsWith("%")) : undefined;
		case "/":
		case "//":
			return replaced(operand, value, operator === "//");
		default:
			return undefined;
	}
}

function plain(operand: string): string | undefined {
	return PLAIN.test(operand) ? operand : undefined;
}

/** `./_` replaces each or the first dot. Patterns with stars are left alone. */
function replaced(operand: string, value: string, all: boolean): string | undefined {
	const slash = operand.indexOf("/");
	const pattern = slash === -1 ? operand : operand.slice(0, slash);
	const replacement = slash === -1 ? "" : operand.slice(slash + 1);
	if (pattern === "" || !PLAIN.test(pattern) || !PLAIN.test(replacement)) return undefined;
	return all ? value.replaceAll(pattern, replacement) : value.replace(pattern, replacement);
}
