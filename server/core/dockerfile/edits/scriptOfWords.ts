/** Operators that stand as words of their own. */
export const OPERATOR_WORDS: ReadonlySet<string> = new Set(["&&", "||", "|", ">", ">>", "<", "2>", "2>&1", "&>", "1>&2", "&", "|&", ";"]);

/** Behind these the next command begins. */
const JOINING: ReadonlySet<string> = new Set(["&&", "||", "|", "&", "|&", ";"]);
/** Names of variables that hold several arguments, or none. */
const SEVERAL_WORDS = /^\$\{?[A-Z0-9_]*(?:OPTS|OPTIONS|ARGS|FLAGS)\}?$/;
const PLAIN = /^[\w./:=@%+,*~-]+$/;

/**
 * The script that words of a JSON array were meant to be: operators and variables work, all else stays one word. With `replacesShell` the
 * command takes the place of the shell, unless there is more than one. Undefined where quotes cannot be written plainly.
 */
export function scriptOfWords(values: readonly string[], replacesShell: boolean): string | undefined {
	const command = values.findIndex((value) => !/^[A-Za-z_]\w*=/.test(value));
	// `["A=b c"]` may be a value with a blank, or the whole line.
	if (command === -1) return undefined;
	const words = values.map((value, index) =>
		index < command ? assignment(value) : shellWord(value, values[index - 1], values[index + 1]),
	);
	if (words.some((word) => word === undefined)) return undefined;
	if (replacesShell && !values.some((value) => OPERATOR_WORDS.has(value))) words.splice(command, 0, "exec");
	return words.join(" ");
}

function assignment(text: string): string | undefined {
	const at = text.indexOf("=") + 1;
	const value = shellWord(text.slice(at), undefined, undefined);
	return value === undefined ? undefined : `${text.slice(0, at)}${value}`;
}

function shellWord(value: string, before: string | undefined, behind: string | undefined): string | undefined {
	if (OPERATOR_WORDS.has(value) || PLAIN.test(value) || SEVERAL_WORDS.test(value)) return value;
	// `"||", "exit 1"`: no program has a blank in its name.
	const isAlone = JOINING.has(before ?? "") && (behind === undefined || OPERATOR_WORDS.has(behind));
	if (isAlone && /^[\w.-]+(?: [\w./:=@%+,-]+)+$/.test(value)) return value;
	if (/\$[{(A-Z]/.test(value)) return /["`\\]/.test(value) ? undefined : `"${value}"`;
	return value.includes("'") ? undefined : `'${value}'`;
}
