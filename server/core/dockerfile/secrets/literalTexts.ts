import { type MappedText, sourceSpan } from "../../mappedText.ts";
import { secretName } from "../../secrets/names.ts";
import { looksGenerated, passwordsInUrls, valueKind } from "../../secrets/values.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";

/** A credential that stands in the file for everybody to read. */
export interface LiteralSecret {
	/** The credential alone, where its place is known exactly. */
	readonly span: Span;
	/** What it is or does, without any part of it. */
	readonly fact: string;
	/** What a variable in its place is best called. */
	readonly variable: string;
}

function mayHoldPassword({ text }: MappedText): boolean {
	return text.includes("@") && text.includes("://");
}

/** The credentials in what a step writes: passwords in addresses, settings, and files with logins. */
export function writtenSecrets(step: Step): readonly LiteralSecret[] {
	const { arguments: text, heredocs } = step;
	return [
		...(heredocs.length > 0 || mayHoldPassword(text) ? textSecrets(step) : []),
		...(text.text.includes(":_") ? npmTokensIn(text) : []),
		...(text.text.includes("machine") ? netrcPasswordsIn(text) : []),
	];
}

/** Passwords in addresses, and settings with generated values in files that heredocs write. */
function textSecrets(step: Step): readonly LiteralSecret[] {
	const bodies = step.heredocs.map((heredoc) => heredoc.body);
	const urls = [step.arguments, ...bodies].flatMap((text) =>
		passwordsInUrls(text.text).map((part) => ({
			span: sourceSpan(text, part.at, part.end),
			fact: "A URL holds a password in clear text",
			variable: "URL_PASSWORD",
		})),
	);
	return [...urls, ...bodies.flatMap((body) => [...settingsIn(body), ...npmTokensIn(body), ...netrcPasswordsIn(body)])];
}

/** `name = value` and `name: value` lines in which the name says credential and the value looks generated. */
function settingsIn(text: MappedText): readonly LiteralSecret[] {
	const found: LiteralSecret[] = [];
	const lines = /^[\t ]*(?:export )?["']?([\w.-]{3,80})["']?[\t ]*[=:][\t ]*["']?([^\s"'$<{]{16,200})["']?[\t ]*,?[\t ]*$/gm;
	for (let match = lines.exec(text.text); match !== null; match = lines.exec(text.text)) {
		const [line, name = "", value = ""] = match;
		if (secretName(name) !== "strong" || !looksGenerated(value) || valueKind(value) !== "text") continue;
		const at = match.index + line.lastIndexOf(value);
		found.push({ span: sourceSpan(text, at, at + value.length), fact: settingFact(name), variable: name });
	}
	return found;
}

/** `//registry.npmjs.org/:_authToken=…`: the setting's name is an address. */
function npmTokensIn(text: MappedText): readonly LiteralSecret[] {
	return [...text.text.matchAll(/:_(?:authToken|password|auth)(?:[\t ]?=[\t ]?|[\t ])["']?([^\s"'$<>{}]{16,400})/g)].flatMap((match) => {
		const [all, value = ""] = match;
		if (!looksGenerated(value) || valueKind(value) !== "text") return [];
		const end = match.index + all.length;
		return [{ span: sourceSpan(text, end - value.length, end), fact: "npm's settings hold a token in clear text", variable: "NPM_TOKEN" }];
	});
}

/** Between words of a netrc: blanks and lines, or `\n` for `printf`. */
const GAP = String.raw`(?:\s|\\n){1,20}`;
const WORD = String.raw`[^\s\\]{1,200}`;
const NETRC_LOGINS = new RegExp(`\\bmachine${GAP}${WORD}${GAP}login${GAP}${WORD}${GAP}password${GAP}([^\\s"'$<>{}\\\\]{4,200})`, "g");

/** `machine HOST login USER password PASSWORD`, in a file or as an argument of `echo` and `printf`. */
function netrcPasswordsIn(text: MappedText): readonly LiteralSecret[] {
	return [...text.text.matchAll(NETRC_LOGINS)].flatMap((match) => {
		const [all, value = ""] = match;
		const end = match.index + all.length;
		// What goes on behind it is no plain text.
		if (valueKind(value) !== "text" || /[$<{]/.test(text.text[end] ?? "")) return [];
		return [
			{ span: sourceSpan(text, end - value.length, end), fact: "A netrc file holds a password in clear text", variable: "NETRC_PASSWORD" },
		];
	});
}

/** Says that a setting is a credential, without its value. */
export function settingFact(name: string): string {
	return `${name.length <= 40 ? name : `${name.slice(0, 39)}…`} is set to a credential in clear text`;
}
