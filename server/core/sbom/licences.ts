import { LICENCE_NAMES } from "../knowledge/licenceNames.ts";
import { ownValue } from "../ownValue.ts";

/** The SPDX identifier that a name for people means: `Apache License, Version 2.0` → `Apache-2.0`; undefined if that is not clear. */
export function spdxIdOfName(name: string): string | undefined {
	const plain = plainLicenceName(name);
	return ownValue(LICENCE_NAMES, plain);
}

/** `Apache License, Version 2.0` → `apache20`. */
export function plainLicenceName(text: string): string {
	return text
		.toLowerCase()
		.replace(/\b(?:licen[cs]e|version|the)\b/g, "")
		.replace(/gnu\s+lesser\s+general\s+public|gnu\s+lgpl/, "lgpl")
		.replace(/gnu\s+affero\s+general\s+public|gnu\s+agpl/, "agpl")
		.replace(/gnu\s+general\s+public|gnu\s+gpl/, "gpl")
		.replace(/mozilla\s+public/, "mpl")
		.replace(/eclipse\s+public/, "epl")
		.replace(/[^a-z0-9+]/g, "")
		.replace(/v(?=\d)/g, "");
}

/**
 * The licence in an SPDX expression that is denied and cannot be avoided; undefined if there is none. Of a choice (`OR`) all have
 * to be denied. A licence with an exception (`WITH`) is one of its own. What is no expression is taken for one name.
 */
export function deniedLicence(expression: string, isDenied: (licence: string) => boolean): string | undefined {
	const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
	const reader = { tokens, at: 0, isDenied };
	const found = tokens.length > MOST_TOKENS ? FAULT : readChoice(reader, 0);
	if (found !== FAULT && reader.at === tokens.length) return found;
	return denied(spdxIdOfName(expression) ?? expression.trim(), isDenied);
}

/** A longer expression is taken for a name. */
const MOST_TOKENS = 400;
const DEEPEST = 40;
const FAULT = Symbol("no expression");

interface Reader {
	readonly tokens: readonly string[];
	readonly isDenied: (licence: string) => boolean;
	at: number;
}

type Found = string | undefined | typeof FAULT;

function denied(licence: string, isDenied: (licence: string) => boolean): string | undefined {
	return isDenied(licence) ? licence : undefined;
}

/** `A OR B`: as good as its best part. */
function readChoice(reader: Reader, depth: number): Found {
	let found = readObligations(reader, depth);
	while (found !== FAULT && takes(reader, "OR")) {
		const other = readObligations(reader, depth);
		found = other === FAULT ? FAULT : found === undefined || other === undefined ? undefined : found;
	}
	return found;
}

/** `A AND B`: as bad as its worst part. */
function readObligations(reader: Reader, depth: number): Found {
	let found = readOperand(reader, depth);
	while (found !== FAULT && takes(reader, "AND")) {
		const other = readOperand(reader, depth);
		found = other === FAULT ? FAULT : (found ?? other);
	}
	return found;
}

function readOperand(reader: Reader, depth: number): Found {
	if (depth > DEEPEST) return FAULT;
	if (takes(reader, "(")) {
		const found = readChoice(reader, depth + 1);
		return takes(reader, ")") ? found : FAULT;
	}
	const name = reader.tokens[reader.at];
	if (name === undefined || /^(?:AND|OR|WITH|\)|\()$/i.test(name)) return FAULT;
	reader.at++;
	if (!takes(reader, "WITH")) return denied(spdxIdOfName(name) ?? name, reader.isDenied);
	const exception = reader.tokens[reader.at++];
	return exception === undefined ? FAULT : denied(`${name} WITH ${exception}`, reader.isDenied);
}

function takes(reader: Reader, token: string): boolean {
	if (reader.tokens[reader.at]?.toUpperCase() !== token) return false;
	reader.at++;
	return true;
}
