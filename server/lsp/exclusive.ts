import { cancellationOf } from "../tools/errors.ts";

/** Somebody who waits for work: what ends the wait, and where the current step is told. */
export interface Waiter {
	readonly signal: AbortSignal;
	readonly progress: (message: string) => void;
}

/** Runs something of which there may be one at a time. */
export interface Exclusive {
	/**
	 * With `join` a second call gets the result of the one that runs; with `replace` the one that runs is cancelled first. What runs
	 * is told all that wait: its signal fires when the last of them has walked away.
	 */
	run<T>(key: string, how: "join" | "replace", waiter: Waiter, start: (shared: Waiter) => Promise<T>): Promise<T>;
}

interface Running {
	readonly promise: Promise<unknown>;
	readonly controller: AbortController;
	readonly waiters: Set<Waiter>;
	/** What was told last: who joins is told the same. */
	step: string | undefined;
}

export function createExclusive(): Exclusive {
	const running = new Map<string, Running>();

	const begin = (key: string, start: (shared: Waiter) => Promise<unknown>): Running => {
		const controller = new AbortController();
		const waiters = new Set<Waiter>();
		const progress = (message: string): void => {
			entry.step = message;
			for (const waiter of waiters) waiter.progress(message);
		};
		const end = (): void => {
			if (running.get(key) === entry) running.delete(key);
		};
		// It starts in the next turn, when there is somebody to be told.
		const promise = Promise.resolve()
			.then(() => start({ signal: controller.signal, progress }))
			.finally(end);
		const entry: Running = { promise, controller, waiters, step: undefined };
		running.set(key, entry);
		return entry;
	};

	return {
		async run<T>(key: string, how: "join" | "replace", waiter: Waiter, start: (shared: Waiter) => Promise<T>): Promise<T> {
			if (waiter.signal.aborted) throw cancellationOf(waiter.signal);
			let entry = running.get(key);
			// What was cancelled is nobody's to join; when it has ended, somebody else may have started meanwhile.
			while (entry !== undefined && (how === "replace" || entry.controller.signal.aborted)) {
				entry.controller.abort();
				await entry.promise.catch(() => undefined);
				if (waiter.signal.aborted) throw cancellationOf(waiter.signal);
				entry = running.get(key);
			}
			return (await waitFor(entry ?? begin(key, start), waiter)) as T;
		},
	};
}

/** The last one who walks away waits until the work has ended; the others go at once. */
async function waitFor(entry: Running, waiter: Waiter): Promise<unknown> {
	const { promise, controller, waiters } = entry;
	const { signal } = waiter;
	waiters.add(waiter);
	if (entry.step !== undefined) waiter.progress(entry.step);
	let leave = (): void => {};
	const left = new Promise<never>((_, reject) => {
		leave = () => {
			waiters.delete(waiter);
			if (waiters.size === 0) controller.abort();
			else reject(cancellationOf(signal));
		};
		signal.addEventListener("abort", leave, { once: true });
	});
	try {
		return await Promise.race([promise, left]);
	} finally {
		waiters.delete(waiter);
		signal.removeEventListener("abort", leave);
	}
}
