/** A time limit for one piece of work, together with the caller's wish to cancel it. */
export interface Deadline {
	/** Fires when the caller cancels, when the time is up, and at the end. */
	readonly signal: AbortSignal;
	/** Whether the time was up first. */
	expired(): boolean;
	/** Ends the work, whatever is left of it, and the clock with it. */
	end(): void;
}

/** Starts the clock. `AbortSignal.any` would do the same, but older Nodes can collect such a signal before it fires. */
export function startDeadline(signal: AbortSignal, timeoutMs: number): Deadline {
	const controller = new AbortController();
	let expired = false;
	const stop = (): void => controller.abort();
	const timer = setTimeout(() => {
		expired = true;
		stop();
	}, timeoutMs);
	if (signal.aborted) stop();
	else signal.addEventListener("abort", stop, { once: true });
	return {
		signal: controller.signal,
		expired: () => expired,
		end() {
			clearTimeout(timer);
			signal.removeEventListener("abort", stop);
			stop();
		},
	};
}
