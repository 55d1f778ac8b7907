/**
 * Characters that nobody sees, or that look like others. Source: Unicode 16 names; Unicode Technical Standard 55 and CVE-2021-42574
 * ("Trojan Source") for the directional ones. Read 2026-11.
 */

/** Reorder what is shown, wherever they stand. */
export const DIRECTIONAL: ReadonlyMap<number, string> = new Map([
	[0x202a, "left-to-right embedding"],
	[0x202b, "right-to-left embedding"],
	[0x202c, "pop directional formatting"],
	[0x202d, "left-to-right override"],
	[0x202e, "right-to-left override"],
	[0x2066, "left-to-right isolate"],
	[0x2067, "right-to-left isolate"],
	[0x2068, "first strong isolate"],
	[0x2069, "pop directional isolate"],
]);

/** Have no width. */
export const INVISIBLE: ReadonlyMap<number, string> = new Map([
	[0x00ad, "soft hyphen"],
	[0x061c, "Arabic letter mark"],
	[0x180e, "Mongolian vowel separator"],
	[0x200b, "zero width space"],
	[0x200c, "zero width non-joiner"],
	[0x200d, "zero width joiner"],
	[0x200e, "left-to-right mark"],
	[0x200f, "right-to-left mark"],
	[0x2060, "word joiner"],
	[0x2061, "function application"],
	[0x2062, "invisible times"],
	[0x2063, "invisible separator"],
	[0x2064, "invisible plus"],
	[0xfeff, "byte order mark"],
]);

/** Join letters of scripts and parts of emoji. */
export const JOINERS: ReadonlySet<number> = new Set([0x200c, 0x200d]);

/** Look like a space, and separate nothing. */
export const SPACES: ReadonlyMap<number, string> = new Map([
	[0x00a0, "no-break space"],
	[0x1680, "Ogham space mark"],
	[0x2000, "en quad"],
	[0x2001, "em quad"],
	[0x2002, "en space"],
	[0x2003, "em space"],
	[0x2004, "three-per-em space"],
	[0x2005, "four-per-em space"],
	[0x2006, "six-per-em space"],
	[0x2007, "figure space"],
	[0x2008, "punctuation space"],
	[0x2009, "thin space"],
	[0x200a, "hair space"],
	[0x2028, "line separator"],
	[0x2029, "paragraph separator"],
	[0x202f, "narrow no-break space"],
	[0x205f, "medium mathematical space"],
	[0x3000, "ideographic space"],
]);

/** Look like a hyphen. */
export const DASHES: ReadonlyMap<number, string> = new Map([
	[0x2010, "hyphen"],
	[0x2011, "non-breaking hyphen"],
	[0x2012, "figure dash"],
	[0x2013, "en dash"],
	[0x2014, "em dash"],
	[0x2015, "horizontal bar"],
	[0x2212, "minus sign"],
]);

/** The same for patterns. */
export const DASH_LIKE = "[\u2010-\u2015\u2212]";
/** For patterns: a hyphen, or what looks like one. */
export const ANY_DASH = "[-\u2010-\u2015\u2212]";

/** Whether a character is a hyphen, or looks like one. */
export function isDash(character: string | undefined): boolean {
	return character !== undefined && (character === "-" || DASHES.has(character.charCodeAt(0)));
}

/** Look like a quotation mark: name, and the one that is meant. */
export const QUOTES: ReadonlyMap<number, readonly [string, string]> = new Map([
	[0x2018, ["left single quotation mark", "'"]],
	[0x2019, ["right single quotation mark", "'"]],
	[0x201c, ["left double quotation mark", '"']],
	[0x201d, ["right double quotation mark", '"']],
	[0x201e, ["low double quotation mark", '"']],
]);
