import { EXAMPLE_SECRETS, SECRET_SHAPES, type SecretShape } from "../knowledge/secretShapes.ts";
import { hasBase62Checksum } from "./checksums.ts";

/** A credential that its shape gives away. */
export interface FoundSecret {
	readonly shape: SecretShape;
	/** Offsets in the text that was searched. */
	readonly at: number;
	readonly end: number;
}

const byPrefix = shapesByPrefix();
const prefixes = prefixPattern();

/** Every credential in a text that can be told by its shape. Documented examples and obvious fakes are left out. */
export function findSecrets(text: string): readonly FoundSecret[] {
	const found: FoundSecret[] = [];
	prefixes.lastIndex = 0;
	for (let match = prefixes.exec(text); match !== null; match = prefixes.exec(text)) {
		const at = match.index;
		if (insideWord(text, at)) continue;
		for (const shape of byPrefix.get(match[0]) ?? []) {
			shape.pattern.lastIndex = at;
			const secret = shape.pattern.exec(text)?.[0];
			if (secret === undefined || !passes(shape, secret) || looksFake(secret.slice(match[0].length))) continue;
			found.push({ shape, at, end: at + secret.length });
			prefixes.lastIndex = at + secret.length;
			break;
		}
	}
	return found;
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

function insideWord(text: string, at: number): boolean {
	return at > 0 && text[at] !== "-" && /[0-9A-Za-z_-]/.test(text[at - 1] as string);
}

function shapesByPrefix(): ReadonlyMap<string, readonly SecretShape[]> {
	const shapes = new Map<string, SecretShape[]>();
	for (const shape of SECRET_SHAPES) {
		for (const prefix of shape.prefixes) shapes.set(prefix, [...(shapes.get(prefix) ?? []), shape]);
	}
	return shapes;
}

/** Finds any prefix; longer ones first, so that `sk-ant-` is not taken for `sk-`. */
function prefixPattern(): RegExp {
	const all = [...byPrefix.keys()].sort((a, b) => b.length - a.length);
	return new RegExp(all.map((prefix) => prefix.replace(/[.\\/]/g, "\\$&")).join("|"), "g");
}
