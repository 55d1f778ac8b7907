import { type CancellationToken, ErrorCodes, LSPErrorCodes, ResponseError } from "vscode-languageserver/node";
import type { FailureData, NotificationName, RequestName } from "../protocol.ts";
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
		state.connection.console.error(`internal error in ${what}: ${stackOf(error)}`);
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
	const handler = (params: unknown, token: CancellationToken): Promise<unknown> => {
		if (typeof params !== "object" || params === null) {
			throw new ResponseError(ErrorCodes.InvalidParams, `${request.method} takes an object`);
		}
		return guarded(state, request.method, token, (signal) => work(params as Params, signal));
	};
	state.connection.onRequest(request.method, handler);
}

/** Starts what nobody waits for: a message to the client, a look at files. What goes wrong is told in the log. */
export function inBackground(state: ServerState, what: string, work: () => Promise<unknown> | unknown): void {
	const failed = (error: unknown): void => {
		// A client that has gone can be told nothing.
		if (!state.ended.aborted && !isCancellation(error)) state.connection.console.error(`${what}: ${stackOf(error)}`);
	};
	try {
		Promise.resolve(work()).catch(failed);
	} catch (error) {
		failed(error);
	}
}

/** Tells the client something. */
export function tell<Params>(state: ServerState, { method }: NotificationName<Params>, params: Params): void {
	inBackground(state, method, () => state.connection.sendNotification(method, params));
}

function stackOf(error: unknown): string {
	return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
