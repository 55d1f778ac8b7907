import { cancellationOf } from "./errors.ts";

/** A limited number of places; who finds none free waits in line. */
export interface Slots {
	/**
	 * Gives a function that frees the place again.
	 * @throws DOMException named AbortError if the signal fires while waiting
	 */
	take(signal: AbortSignal): Promise<() => void>;
}

export function createSlots(count: number): Slots {
	let free = count;
	const waiting: (() => void)[] = [];
	const release = (): void => {
		const next = waiting.shift();
		if (next === undefined) free++;
		else next();
	};
	const once = (): (() => void) => {
		let released = false;
		return () => {
			if (!released) release();
			released = true;
		};
	};
	return {
		take(signal) {
			if (free > 0) {
				free--;
				return Promise.resolve(once());
			}
			return new Promise((resolve, reject) => {
				const turn = (): void => {
					signal.removeEventListener("abort", leave);
					resolve(once());
				};
				const leave = (): void => {
					waiting.splice(waiting.indexOf(turn), 1);
					reject(cancellationOf(signal));
				};
				waiting.push(turn);
				signal.addEventListener("abort", leave, { once: true });
			});
		},
	};
}
