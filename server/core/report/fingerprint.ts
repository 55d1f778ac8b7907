/**
 * A hash of each line that survives moved lines: GitHub's `primaryLocationLineHash`, as the CodeQL action computes it. Blanks do
 * not count, line breaks are one, and each line's hash covers the 100 characters from its start on.
 */
export function lineHashes(text: string): readonly string[] {
	const normalised = text.replace(/\r\n?/g, "\n").replace(/[ \t]/g, "");
	const codes: number[] = [];
	for (let at = 0; at < normalised.length; at++) codes.push(normalised.charCodeAt(at));
	codes.push(65535);
	const starts = [0];
	for (let at = 0; at < codes.length - 1; at++) if (codes[at] === 10) starts.push(at + 1);
	const seen = new Map<string, number>();
	return starts.map((start) => {
		const hash = windowHash(codes, start);
		const times = (seen.get(hash) ?? 0) + 1;
		seen.set(hash, times);
		return `${hash}:${times}`;
	});
}

const WINDOW = 100;

/** h = h·37 + c, modulo 2⁶⁴, in lower hex. */
function windowHash(codes: readonly number[], start: number): string {
	let high = 0;
	let low = 0;
	for (let index = 0; index < WINDOW; index++) {
		const product = low * 37 + (codes[start + index] ?? 0);
		high = (Math.imul(high, 37) + Math.floor(product / 4294967296)) >>> 0;
		low = product % 4294967296;
	}
	const digits = (high === 0 ? "" : high.toString(16)) + (high === 0 ? low.toString(16) : low.toString(16).padStart(8, "0"));
	return digits;
}
