import { EXAMPLE_SECRETS, SECRET_SHAPES, type SecretShape, SHORTEST_SECRET } from "../knowledge/secretShapes.ts";
import { bytesOf } from "../textBytes.ts";
import { hasBase62Checksum } from "./checksums.ts";
import { BEGINNING, movedWindow, textBeginnings } from "./textBeginnings.ts";

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

/** Longer ones first, so that `sk-ant-` is not taken for `sk-`. */
const prefixes = prefixesByLength();
const beginnings = textBeginnings(prefixes.map(({ text }) => text));

/** In lower case: a text without any of these has no credential that can be told by its shape. */
export const SHAPE_TRACES: readonly string[] = SECRET_SHAPES.flatMap((shape) => shape.prefixes.map((prefix) => prefix.toLowerCase()));

const NONE: readonly FoundSecret[] = [];

/** Every credential in a text that can be told by its shape. Documented examples and obvious fakes are left out. */
export function findSecrets(text: string): readonly FoundSecret[] {
	if (text.length < SHORTEST_SECRET) return NONE;
	const found: FoundSecret[] = [];
	let window = 0;
	const bytes = asciiBytes(text);
	for (let at = 0; at < text.length; at++) {
		window = movedWindow(window, bytes[at] as number);
		const begun = beginnings.at(window);
		const secret = begun === undefined ? undefined : secretAt(text, at + 1 - BEGINNING, begun);
		if (secret === undefined) continue;
		found.push(secret);
		at = secret.end - 1;
		window = 0;
	}
	return found;
}

/** A byte for each character, at the same offset. Credentials begin with ASCII: what is none becomes a question mark. */
function asciiBytes(text: string): Uint8Array {
	const { bytes, length } = bytesOf(text);
	return length === text.length ? bytes : bytesOf(text.replace(/[^\0-\x7f]/g, "?")).bytes;
}

const DASH = 0x2d;

/** Letters, digits, underscore and dash. */
function isWordCode(code: number): boolean {
	return (
		(code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || (code >= 0x30 && code <= 0x39) || code === 0x5f || code === DASH
	);
}

function secretAt(text: string, at: number, candidates: readonly number[]): FoundSecret | undefined {
	const number = candidates.find((candidate) => text.startsWith(prefixes[candidate]?.text ?? "", at));
	const prefix = number === undefined ? undefined : prefixes[number];
	if (prefix === undefined || (text.charCodeAt(at) !== DASH && isWordCode(text.charCodeAt(at - 1)))) return undefined;
	for (const shape of prefix.shapes) {
		shape.pattern.lastIndex = at;
		const secret = shape.pattern.exec(text)?.[0];
		if (secret === undefined || !passes(shape, secret) || looksFake(secret.slice(prefix.text.length))) continue;
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

function prefixesByLength(): readonly Prefix[] {
	const texts = [...new Set(SECRET_SHAPES.flatMap((shape) => shape.prefixes))].sort((a, b) => b.length - a.length);
	return texts.map((text) => ({ text, shapes: SECRET_SHAPES.filter((shape) => shape.prefixes.includes(text)) }));
}
