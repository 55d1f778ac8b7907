/** Three-valued knowledge: what is not known is not "no". */
export type Answer = "yes" | "no" | "unknown";

/** "yes" if one of them is, else "unknown" if one of them is. */
export function anyOf(answers: Iterable<Answer>): Answer {
	let result: Answer = "no";
	for (const answer of answers) {
		if (answer === "yes") return "yes";
		if (answer === "unknown") result = "unknown";
	}
	return result;
}
