const TABLE = crcTable();
const BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** The CRC-32 (IEEE 802.3) of a text of ASCII characters. */
export function crc32(text: string): number {
	let crc = ~0;
	for (let at = 0; at < text.length; at++) crc = (crc >>> 8) ^ (TABLE[(crc ^ text.charCodeAt(at)) & 0xff] as number);
	return ~crc >>> 0;
}

/**
 * Whether the last six characters are the CRC-32 of those before them, in base 62 with leading zeros: what GitHub and npm
 * put behind the prefix of their tokens. Source: "Behind GitHub's new authentication token formats", 2021.
 */
export function hasBase62Checksum(body: string): boolean {
	let rest = crc32(body.slice(0, -6));
	let digits = "";
	for (; rest > 0; rest = Math.floor(rest / 62)) digits = (BASE62[rest % 62] as string) + digits;
	return body.slice(-6) === digits.padStart(6, "0");
}

function crcTable(): readonly number[] {
	return Array.from({ length: 256 }, (_, index) => {
		let value = index;
		for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
		return value;
	});
}
