import {
	ACCOUNT_WORDS,
	AMBIGUOUS_NOUNS,
	BUNDLER_CREDENTIALS,
	CLIENT_PREFIXES,
	HARMLESS_NAMES,
	HARMLESS_WORDS,
	PASS_WORDS,
	PUBLIC_KEY_WORDS,
	SECRET_ENDINGS,
	SECRET_KEY_KINDS,
	SECRET_NAMES,
	SECRET_NOUNS,
	SECRET_SUFFIXES,
	SERVER_KEYS,
} from "../knowledge/secretNames.ts";

/**
 * What the name of a variable says of its value: `strong`: it is a credential; `weak`: it can be one, the value decides;
 * `public`: it is a key that everybody may know; undefined: nothing.
 */
export type NameEvidence = "strong" | "weak" | "public" | undefined;

/** What the account's password is called, with the account's name in front. */
const ACCOUNT_NOUNS = ["pass", "pwd", "pw", "psw", "auth"];

/** In lower case: a name that is strong evidence has one of these in it. */
export const STRONG_NAME_TRACES: readonly string[] = withoutLonger([
	...[...SECRET_NAMES].map((name) => name.toLowerCase()),
	...SECRET_NOUNS,
	...SECRET_ENDINGS,
	...ACCOUNT_NOUNS,
	"key",
	"bundle_",
]);

/** A name that says anything has one of these in it: of the weak ones and the public ones, the last word. */
const TRACES = new RegExp(withoutLonger([...STRONG_NAME_TRACES, ...AMBIGUOUS_NOUNS]).join("|"), "i");

/** The same few names with a trace are asked about again and again. */
const judged = new Map<string, NameEvidence>();
const MOST_JUDGED = 10_000;

/** Judges a name in any spelling: `GITHUB_TOKEN`, `githubToken`, `github.token`. */
export function secretName(name: string): NameEvidence {
	if (!TRACES.test(name)) return undefined;
	if (judged.has(name)) return judged.get(name);
	if (judged.size >= MOST_JUDGED) judged.clear();
	const evidence = judge(name);
	judged.set(name, evidence);
	return evidence;
}

/** Texts without those that have another one in them. */
function withoutLonger(texts: readonly string[]): readonly string[] {
	return texts.filter((text) => !texts.some((other) => other !== text && text.includes(other)));
}

/** Whether a build puts the value of a variable into pages that everybody loads. */
export function isForPages(name: string): boolean {
	return clientPrefix(name) !== undefined;
}

function clientPrefix(name: string): string | undefined {
	const upper = name.toUpperCase();
	return CLIENT_PREFIXES.find((prefix) => upper.startsWith(prefix));
}

function judge(whole: string): NameEvidence {
	const prefix = clientPrefix(whole);
	const client = prefix !== undefined;
	const name = whole.slice(prefix?.length);
	const upper = name.toUpperCase();
	if (SECRET_NAMES.has(upper) || (client && SERVER_KEYS.has(upper))) return "strong";
	if (HARMLESS_NAMES.has(upper)) return undefined;
	if (BUNDLER_CREDENTIALS.test(upper)) return "strong";
	const words = withoutSuffixes(wordsOf(name));
	const last = words[words.length - 1];
	if (last === undefined || words.some((word) => HARMLESS_WORDS.has(word))) return undefined;
	const before = words[words.length - 2];
	if (last === "key" || last === "pat") {
		if (words.some((word) => PUBLIC_KEY_WORDS.has(word)) && before !== "private" && before !== "secret") return "public";
	}
	if (SECRET_NOUNS.has(last) || SECRET_ENDINGS.some((ending) => last.endsWith(ending)))
		return client && !/pass|secret|private/.test(last) ? undefined : "strong";
	if (last === "key" && before !== undefined && SECRET_KEY_KINDS.has(before))
		return client && before !== "private" && before !== "secret" ? undefined : "strong";
	// `VITE_GITHUB_AUTH` is a switch.
	const isAccountNoun = ACCOUNT_NOUNS.includes(last) && !(client && last === "auth");
	if (isAccountNoun && before !== undefined && ACCOUNT_WORDS.has(before)) return "strong";
	if (last === "pass" && before !== undefined && PASS_WORDS.has(before)) return "strong";
	if (client) return undefined;
	return AMBIGUOUS_NOUNS.has(last) ? "weak" : undefined;
}

/** The words of a name, in lower case: split at everything that is no letter or digit, and where lower case turns to upper case. */
function wordsOf(name: string): readonly string[] {
	return name
		.replace(/([a-z0-9])([A-Z])/g, "$1_$2")
		.split(/[^A-Za-z0-9]+/)
		.filter((word) => word !== "")
		.map((word) => word.toLowerCase());
}

function withoutSuffixes(words: readonly string[]): readonly string[] {
	let end = words.length;
	while (end > 1 && (SECRET_SUFFIXES.has(words[end - 1] as string) || /^\d+$/.test(words[end - 1] as string))) end--;
	return words.slice(0, end).map((word, index) => (index === end - 1 ? word.replace(/\d+$/, "") || word : word));
}
