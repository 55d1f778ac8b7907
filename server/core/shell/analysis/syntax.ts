import type { ShellCheck } from "./defect.ts";

/** What of {@link ShellScript} errors is about operators, and said elsewhere. */
const OPERATORS = /^(?:unexpected token|expected command after) '(?:;;|;&|;|&&|&|\|\||\|)'$/;

/** A script that no shell takes. */
export const syntaxError: ShellCheck = ({ script }) => {
	const [error] = script.errors;
	if (error === undefined || OPERATORS.test(error.message)) return [];
	const { text } = script.source;
	// What a template engine replaces is no shell yet.
	if (text.includes("{{") || text.includes("{%") || text.includes("<%")) return [];
	// At the end of the script there is nothing to mark but what comes before.
	const span = error.span.end > error.span.start ? error.span : { start: error.span.start - 1, end: error.span.start };
	return [{ span, message: `The shell refuses this: ${error.message}`.slice(0, 100) }];
};
