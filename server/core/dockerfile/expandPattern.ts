/** BuildKit refuses a text; the message says why. */
export class Refusal extends Error {}

/** `value` with the first match of a shell pattern replaced, or with all of them. Throws a `Refusal` if the pattern is none. */
export function withReplacement(pattern: string, value: string, replacement: string, all: boolean): string {
	return value.replace(new RegExp(shellPattern(pattern, true), all ? "gsu" : "su"), () => replacement);
}

/** `value` without the start (or, from the end, without the end) that the pattern matches: the longest one where it is greedy. */
export function withoutMatch(pattern: string, value: string, greedy: boolean, fromEnd: boolean): string {
	if (!fromEnd) return value.replace(new RegExp(`^${shellPattern(pattern, greedy)}`, "su"), "");
	const expression = new RegExp(`^${shellPattern(pattern, true)}$`, "su");
	const characters = [...value];
	const candidates = characters.map((_, index) => index).concat(characters.length);
	if (!greedy) candidates.reverse();
	for (const start of candidates) {
		if (expression.test(characters.slice(start).join(""))) return characters.slice(0, start).join("");
	}
	return value;
}

/** A shell pattern (`*`, `?`, escapes) as a regular expression. */
function shellPattern(pattern: string, greedy: boolean): string {
	let expression = "";
	for (let at = 0; at < pattern.length; at++) {
		const character = pattern[at] as string;
		if (character === "*") expression += greedy ? ".*" : ".*?";
		else if (character === "?") expression += ".";
		else if (character === "\\") {
			const escaped = pattern[at + 1];
			if (escaped === "}" || escaped === "/") continue;
			if (escaped !== "*" && escaped !== "?" && escaped !== "\\") throw new Refusal(`invalid pattern (${pattern}) in substitution`);
			expression += `\\${escaped}`;
			at++;
		} else expression += character.replace(/[[\]{}.+()|^$/]/, "\\$&");
	}
	return expression;
}
