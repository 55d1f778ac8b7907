import type { Problem, ProblemKind } from "../core/finding.ts";
import type { ToolName } from "./toolName.ts";

/** The only thing that tools throw, besides the `AbortError` of a cancellation, which passes through untouched. */
export class ToolError extends Error {
	readonly kind: ToolErrorKind;
	/** What to do about it: one sentence for the user. */
	readonly hint: string | undefined;
	/** The command line without secrets, exit code and the end of what was printed; for the log. */
	readonly detail: string | undefined;
	/** The tool that has to be installed, updated, started or found first; undefined for every other failure. */
	readonly tool: ToolName | undefined;

	constructor(
		kind: ToolErrorKind,
		message: string,
		more: { readonly hint?: string; readonly detail?: string; readonly tool?: ToolName; readonly cause?: unknown } = {},
	) {
		super(message, more.cause === undefined ? undefined : { cause: more.cause });
		this.name = "ToolError";
		this.kind = kind;
		this.hint = more.hint;
		this.detail = more.detail;
		this.tool = more.tool;
	}
}

export type ToolErrorKind = Extract<
	ProblemKind,
	"notFound" | "tooOld" | "unreachable" | "denied" | "rateLimited" | "failed" | "badOutput" | "timedOut" | "untrusted" | "invalid"
>;

/** The error as something that travels beside results. */
export function problemOf(error: ToolError): Problem {
	return {
		kind: error.kind,
		message: error.message,
		...(error.hint === undefined ? {} : { hint: error.hint }),
		...(error.detail === undefined ? {} : { detail: error.detail }),
	};
}

/** Whether an error means that somebody cancelled. */
export function isCancellation(error: unknown): error is Error {
	return error instanceof Error && error.name === "AbortError";
}

/** The error to throw for a signal that fired: always an AbortError, whatever reason was given. */
export function cancellationOf(signal: AbortSignal): Error {
	return isCancellation(signal.reason) ? signal.reason : new DOMException("The operation was cancelled", "AbortError");
}
