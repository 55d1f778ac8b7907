/**
 * One pattern that matches where any of some patterns does, for a quick look in front of the question which of them it is. They have no flags.
 */
export function anyPattern(patterns: readonly RegExp[]): RegExp {
	return new RegExp(patterns.map(({ source }) => `(?:${source})`).join("|"));
}
