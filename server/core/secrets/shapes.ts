import { EXAMPLE_SECRETS, SECRET_SHAPES, type SecretShape } from "../knowledge/secretShapes.ts";
import { hasBase62Checksum } from "./checksums.ts";

/** A credential that its shape gives away. */
export interface FoundSecret {
	readonly shape: SecretShape;
	/** Offsets in the text that was searched. */
	readonly at: number;
	readonly end: number;
}

interface Prefix {
	readonly text: string;
	readonly shapes: readonly SecretShape[];
}

/** By the first two characters ({@link pairAt}); longer ones first, so that `sk-ant-` is not taken for `sk-`. */
const prefixes = prefixesByPair();
/** 1 at the numbers of those pairs: most places are told by a look at it. */
const hasPrefix = new Uint8Array(1 << 14);
for (const pair of prefixes.keys()) hasPrefix[pair] = 1;

/** Every credential in a text that can be told by its shape. Documented examples and obvious fakes are left out. */
export function findSecrets(text: string): readonly FoundSecret[] {
	const found: FoundSecret[] = [];
	let before = 0;
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		const begins = code === DASH || !isWordCode(before);
		before = code;
		const secret = begins ? secretAt(text, at) : undefined;
		if (secret === undefined) continue;
		found.push(secret);
		at = secret.end - 1;
		before = text.charCodeAt(at);
	}
	return found;
}

const DASH = 0x2d;

/** Letters, digits, underscore and dash. */
function isWordCode(code: number): boolean {
	return (
		(code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === DASH
	);
}

function secretAt(text: string, at: number): FoundSecret | undefined {
	const pair = pairAt(text, at);
	if (hasPrefix[pair] !== 1) return undefined;
	const prefix = prefixes.get(pair)?.find((candidate) => text.startsWith(candidate.text, at));
	for (const shape of prefix?.shapes ?? []) {
		shape.pattern.lastIndex = at;
		const secret = shape.pattern.exec(text)?.[0];
		if (secret === undefined || !passes(shape, secret) || looksFake(secret.slice(prefix?.text.length))) continue;
		return { shape, at, end: at + secret.length };
	}
	return undefined;
}

/** Whether a credential's text is one that nobody would use: a documented example, a counted-up or repeated text. */
function looksFake(body: string): boolean {
	if (EXAMPLE_SECRETS.some((example) => body.includes(example) || example.endsWith(body))) return body !== "";
	if (/example|xxxx|\*\*\*\*|\.\.\.|1234567|abcdefg|0000000|deadbeef|your|fake|dummy|redacted|placeholder/i.test(body)) return true;
	return body !== "" && new Set(body).size < 6;
}

function passes(shape: SecretShape, secret: string): boolean {
	switch (shape.check) {
		case "base62":
			return hasBase62Checksum(secret.slice(secret.indexOf("_") + 1));
		case "jwt":
			return decodeBase64Url(secret.slice(0, secret.indexOf("."))).includes('"alg"');
		default:
			return true;
	}
}

const BASE64_URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/** Decodes base64url without padding, byte by byte; characters beyond ASCII come out wrong. */
function decodeBase64Url(text: string): string {
	let result = "";
	let bits = 0;
	let value = 0;
	for (const character of text) {
		value = ((value << 6) | BASE64_URL.indexOf(character)) & 0xffffff;
		bits += 6;
		if (bits < 8) continue;
		bits -= 8;
		result += String.fromCharCode((value >> bits) & 0xff);
	}
	return result;
}

/** The number of two characters of ASCII together; for others one that no such pair has. */
function pairAt(text: string, at: number): number {
	const first = text.charCodeAt(at);
	const second = text.charCodeAt(at + 1);
	return first < 0x80 && second < 0x80 ? (first << 7) | second : -1;
}

function prefixesByPair(): ReadonlyMap<number, readonly Prefix[]> {
	const texts = [...new Set(SECRET_SHAPES.flatMap((shape) => shape.prefixes))].sort((a, b) => b.length - a.length);
	const all = texts.map((text) => ({ text, shapes: SECRET_SHAPES.filter((shape) => shape.prefixes.includes(text)) }));
	return new Map(all.map(({ text }) => pairAt(text, 0)).map((pair) => [pair, all.filter(({ text }) => pairAt(text, 0) === pair)]));
}
