/** What a server said about how often it may be asked. */
export interface RateLimit {
	readonly host: string;
	/** Requests in the window, from `RateLimit-Limit`. */
	readonly limit: number | undefined;
	/** Requests left in it, from `RateLimit-Remaining`. */
	readonly remaining: number | undefined;
	readonly windowSeconds: number | undefined;
	/** When to ask again, in milliseconds since 1970; set by an answer of 429 that says so. */
	readonly retryAt: number | undefined;
}

/** Longer waits are a mistake of the server's, or of its clock. */
const LONGEST_WAIT_SECONDS = 24 * 60 * 60;

/**
 * Reads `RateLimit-Limit` and `RateLimit-Remaining` in Docker Hub's form (`100;w=21600`) and, of a 429, `Retry-After` (seconds or
 * a date). Undefined if the answer says nothing of that. `now` in milliseconds.
 */
export function rateLimitOf(host: string, status: number, headers: Headers, now: number): RateLimit | undefined {
	const limit = quantity(headers.get("ratelimit-limit"));
	const remaining = quantity(headers.get("ratelimit-remaining"));
	const wait = status === 429 ? retryAfter(headers.get("retry-after"), now) : undefined;
	if (limit === undefined && remaining === undefined && status !== 429) return undefined;
	return {
		host,
		limit: limit?.count,
		remaining: remaining?.count,
		windowSeconds: limit?.seconds ?? remaining?.seconds,
		retryAt: wait === undefined ? undefined : now + wait * 1000,
	};
}

/** `in 40 seconds`, `in 6 hours`; rounded up. */
export function durationInWords(seconds: number): string {
	const [count, unit] = seconds < 120 ? [seconds, "second"] : seconds < 7200 ? [seconds / 60, "minute"] : [seconds / 3600, "hour"];
	const whole = Math.max(1, Math.ceil(count as number));
	return `${whole} ${unit}${whole === 1 ? "" : "s"}`;
}

function quantity(header: string | null): { readonly count: number; readonly seconds: number | undefined } | undefined {
	const match = header === null ? null : /^\s*(\d{1,9})(?:\s*;\s*w=(\d{1,9}))?/.exec(header);
	if (match === null) return undefined;
	return { count: Number(match[1]), seconds: match[2] === undefined ? undefined : Number(match[2]) };
}

function retryAfter(header: string | null, now: number): number | undefined {
	if (header === null) return undefined;
	const text = header.trim();
	const isDate = /^[A-Z][a-z]{2,8}, .{1,40} GMT$/.test(text);
	const seconds = /^\d{1,9}$/.test(text) ? Number(text) : isDate ? (Date.parse(text) - now) / 1000 : Number.NaN;
	return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : undefined;
}
