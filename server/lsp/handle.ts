import { type CancellationToken, LSPErrorCodes, ResponseError } from "vscode-languageserver/node";
import type { FailureData, RequestName } from "../protocol.ts";
import { isCancellation, ToolError } from "../tools/errors.ts";
import { signalOf } from "./cancel.ts";
import type { ServerState } from "./state.ts";

/**
 * The one place where errors of handlers end: a cancellation stays one, a ToolError is told with its hint, anything else
 * is a bug that goes to the log with its stack.
 */
export async function guarded<T>(
	state: ServerState,
	what: string,
	token: CancellationToken,
	work: (signal: AbortSignal) => Promise<T> | T,
): Promise<T> {
	const { signal, release } = signalOf(token, state.ended);
	try {
		return await work(signal);
	} catch (error) {
		if (isCancellation(error) || signal.aborted) throw new ResponseError(LSPErrorCodes.RequestCancelled, `${what} was cancelled`);
		if (error instanceof ToolError) {
			state.connection.console.warn(`${what}: ${error.message}${error.detail === undefined ? "" : `\n${error.detail}`}`);
			throw new ResponseError<FailureData>(LSPErrorCodes.RequestFailed, error.message, {
				kind: error.kind,
				...(error.hint === undefined ? {} : { hint: error.hint }),
				...(error.tool === undefined ? {} : { tool: error.tool }),
			});
		}
		const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
		state.connection.console.error(`internal error in ${what}: ${stack}`);
		throw new ResponseError<FailureData>(LSPErrorCodes.RequestFailed, `Internal error in ${what}; the output has the details`, {
			kind: "failed",
			hint: "Please report this.",
		});
	} finally {
		release();
	}
}

/** Answers one of our own requests. */
export function answer<Params, Result>(
	state: ServerState,
	request: RequestName<Params, Result>,
	work: (params: Params, signal: AbortSignal) => Promise<Result> | Result,
): void {
	const handler = (params: unknown, token: CancellationToken): Promise<unknown> =>
		guarded(state, request.method, token, (signal) => work(params as Params, signal));
	state.connection.onRequest(request.method, handler);
}
