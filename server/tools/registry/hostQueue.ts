import { cancellationOf } from "../errors.ts";
import { createSlots, type Slots } from "../slots.ts";

/** Lets so many tasks for one host run at a time; the others wait in the order in which they came. */
export interface HostQueue {
	/** Runs a task when there is room for it. Throws an AbortError if the signal fires before that. */
	run<T>(host: string, signal: AbortSignal, task: () => Promise<T>): Promise<T>;
}

/** Makes a queue in which no host counts for another. */
export function hostQueue(mostPerHost: number): HostQueue {
	const hosts = new Map<string, Slots>();
	return {
		async run(host, signal, task) {
			if (signal.aborted) throw cancellationOf(signal);
			const slots = hosts.get(host) ?? createSlots(mostPerHost);
			hosts.set(host, slots);
			const release = await slots.take(signal);
			try {
				return await task();
			} finally {
				release();
			}
		},
	};
}
