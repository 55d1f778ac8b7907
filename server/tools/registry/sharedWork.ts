import { cancellationOf } from "../errors.ts";

/** Lets everybody who asks for the same thing at the same time have one answer. */
export interface SharedWork {
	/**
	 * Joins the work that runs under a key, or starts it. Who cancels leaves with an AbortError; the work itself ends when
	 * nobody waits for it any more. What it throws goes to all who wait.
	 */
	share<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

interface Running {
	readonly promise: Promise<unknown>;
	readonly controller: AbortController;
	waiting: number;
}

/** Nothing is kept: who comes after the answer starts anew. */
export function sharedWork(): SharedWork {
	const byKey = new Map<string, Running>();
	return {
		async share<T>(key: string, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
			if (signal.aborted) throw cancellationOf(signal);
			let running = byKey.get(key);
			if (running === undefined) {
				const controller = new AbortController();
				const started: Running = { promise: work(controller.signal), controller, waiting: 0 };
				const forget = (): void => {
					if (byKey.get(key) === started) byKey.delete(key);
				};
				started.promise.then(forget, forget);
				byKey.set(key, started);
				running = started;
			}
			return (await joined(running, signal, () => {
				// Whoever comes now must not join work that is being cancelled.
				if (running.waiting === 0 && byKey.get(key) === running) byKey.delete(key);
			})) as T;
		},
	};
}

function joined(running: Running, signal: AbortSignal, left: () => void): Promise<unknown> {
	running.waiting++;
	return new Promise((resolve, reject) => {
		const leave = (): void => {
			running.waiting--;
			if (running.waiting === 0) running.controller.abort();
			left();
			reject(cancellationOf(signal));
		};
		signal.addEventListener("abort", leave, { once: true });
		const done = (): void => signal.removeEventListener("abort", leave);
		running.promise.then(
			(value) => {
				done();
				resolve(value);
			},
			(error) => {
				done();
				reject(error);
			},
		);
	});
}
