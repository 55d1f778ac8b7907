import { ownValue } from "./ownValue.ts";

/** Milliseconds. Source: Go, `time.ParseDuration`. */
const UNITS: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, µs: 1e-3, μs: 1e-3, ms: 1, s: 1e3, m: 6e4, h: 3.6e6 };

/** The milliseconds of `1m30s`; undefined for what Go does not read as a duration. */
export function durationOf(text: string): number | undefined {
	const sign = /^[-+]/.exec(text)?.[0] ?? "";
	let rest = text.slice(sign.length);
	if (rest === "0") return 0;
	if (rest === "") return undefined;
	let total = 0;
	while (rest !== "") {
		const match = /^(\d+\.?\d*|\.\d+)([a-zµμ]+)/.exec(rest);
		const name = match?.[2] ?? "";
		const unit = ownValue(UNITS, name);
		if (match === null || unit === undefined) return undefined;
		total += Number(match[1]) * unit;
		rest = rest.slice(match[0].length);
	}
	return sign === "-" ? -total : total;
}
