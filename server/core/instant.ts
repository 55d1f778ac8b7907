/** A moment in time, as RFC 3339 names it. Core knows no clock: moments come in as text. */
export interface Instant {
	/** Seconds since 1970-01-01T00:00:00Z; negative before. */
	readonly seconds: number;
	/** 0 ≤ n < 1 000 000 000. */
	readonly nanoseconds: number;
}

const SHAPE = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,30}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
const DAYS_BEFORE_1970 = 719_468;

/** Reads a date and time as Go's RFC 3339 does: `2026-01-02T03:04:05Z`, with fraction and offset. Undefined for everything else. */
export function parseInstant(text: string): Instant | undefined {
	const parts = SHAPE.exec(text);
	if (parts === null) return undefined;
	const [year, month, day, hour, minute, second] = parts.slice(1, 7).map(Number) as [number, number, number, number, number, number];
	const [offsetHours, offsetMinutes] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
	if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
	if (hour > 23 || minute > 59 || second > 59 || offsetHours > 23 || offsetMinutes > 59) return undefined;
	const offset = (parts[8] === "-" ? -1 : 1) * (offsetHours * 3600 + offsetMinutes * 60);
	return {
		seconds: daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset,
		nanoseconds: Number((parts[7] ?? "").slice(0, 9).padEnd(9, "0")),
	};
}

/** Sorts earlier ones first. */
export function compareInstants(a: Instant, b: Instant): number {
	return a.seconds - b.seconds || a.nanoseconds - b.nanoseconds;
}

/** In UTC, to the second: `2026-01-02T03:04:05Z`. Moments outside the years 0 to 9999 cannot be written. */
export function printInstant(instant: Instant): string {
	const days = Math.floor(instant.seconds / 86_400);
	const rest = instant.seconds - days * 86_400;
	const { year, month, day } = dateOf(days);
	const time = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60].map(two).join(":");
	return `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${time}Z`;
}

/** The day (`YYYY-MM-DD`) that many days after another; the same one if that is no day. */
export function dayAfter(day: string, days: number): string {
	const start = parseInstant(`${day}T00:00:00Z`);
	return start === undefined ? day : printInstant({ seconds: start.seconds + days * 86_400, nanoseconds: 0 }).slice(0, 10);
}

/** The days from one day (`YYYY-MM-DD`) to another, negative if it comes first; undefined if one of them is no day. */
export function daysBetween(from: string, to: string): number | undefined {
	const [start, end] = [from, to].map((day) => parseInstant(`${day}T00:00:00Z`));
	return start === undefined || end === undefined ? undefined : (end.seconds - start.seconds) / 86_400;
}

function two(value: number): string {
	return String(value).padStart(2, "0");
}

function daysIn(year: number, month: number): number {
	if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
	return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Days of the Gregorian calendar, counted in years that start in March, so that the leap day comes last. */
function daysSince1970(year: number, month: number, day: number): number {
	const shifted = month <= 2 ? year - 1 : year;
	const era = Math.floor(shifted / 400);
	const yearOfEra = shifted - era * 400;
	const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
	const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
	return era * 146_097 + dayOfEra - DAYS_BEFORE_1970;
}

function dateOf(days: number): { readonly year: number; readonly month: number; readonly day: number } {
	const shifted = days + DAYS_BEFORE_1970;
	const era = Math.floor(shifted / 146_097);
	const dayOfEra = shifted - era * 146_097;
	const yearOfEra = Math.floor(
		(dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
	);
	const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
	const march = Math.floor((5 * dayOfYear + 2) / 153);
	const month = march < 10 ? march + 3 : march - 9;
	return {
		year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
		month,
		day: dayOfYear - Math.floor((153 * march + 2) / 5) + 1,
	};
}
