import { ADDRESS_FETCHERS, GIT_HOSTS_WITH_TLS, UNSIGNED_FILES } from "../../knowledge/clearText.ts";
import { LOCAL_HOSTS } from "../../knowledge/downloadTools.ts";
import type { ShellWord } from "../../shell/model.ts";
import { isInPlace, type Span } from "../../text.ts";
import type { Download } from "./downloads.ts";

/** An address whose content travels unencrypted and unsigned, as it stands in a text. */
export interface ClearAddress {
	/** `http`, `ftp`, `git`, `svn`, however it is written. */
	readonly scheme: string;
	readonly host: string;
	/** From the scheme to the end of the host. */
	readonly at: number;
	readonly end: number;
}

const NONE: readonly ClearAddress[] = [];
const SCHEME = /\b(?:http|ftp|git|svn):\/\//i;
const SCHEMES = /\b(http|ftp|git|svn):\/\/(?:[\w.%+-]{1,64}(?::[^\s@/]{0,64})?@)?([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:]{2,45}\])/gi;
/** Names that never leave the machine or its network: no dot, or one of the endings for that. */
const INSIDE =
	/^[^.]*$|\.(?:local|localhost|internal|lan|home|corp|intranet|test|example|invalid|svc|cluster\.local)$|^(?:10|127)\.|^192\.168\.|^172\.(?:1[6-9]|2\d|3[01])\./i;
/** Identifiers that look like addresses. */
const NAMESPACES = /^(?:www\.)?(?:w3\.org|maven\.apache\.org|schemas\.[\w.]+|xml\.apache\.org|java\.sun\.com|xmlns\.jcp\.org)$/i;

/** The addresses of a text that a client would fetch in clear text from somewhere else. */
export function clearAddressesIn(text: string): readonly ClearAddress[] {
	if (!text.includes("://") || !SCHEME.test(text)) return NONE;
	const found: ClearAddress[] = [];
	for (const match of text.matchAll(SCHEMES)) {
		const host = match[2] ?? "";
		if (LOCAL_HOSTS.test(host) || INSIDE.test(host) || NAMESPACES.test(host)) continue;
		found.push({ scheme: (match[1] ?? "").toLowerCase(), host, at: match.index, end: match.index + match[0].length });
	}
	return found;
}

/** Whether a program fetches from the addresses among its words: those of the table, and every pip and Python. */
export function isFetcher(program: string | undefined): boolean {
	return program !== undefined && (Object.hasOwn(ADDRESS_FETCHERS, program) || PYTHON.test(program));
}

const PYTHON = /^(?:pip|python)[0-9.]*$/;

/**
 * What wget and curl fetch in clear text because the address has no scheme: both take http, curl ftp where the host is called so.
 * Source: GNU Wget 1.24, "URL Format"; curl's manual, "URL".
 */
export function addressWithoutScheme({ program, resolved, arguments: args }: Download): ClearAddress | undefined {
	if (resolved === undefined || !/^(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24}\//i.test(resolved)) return undefined;
	if ((program !== "wget" && program !== "curl") || args.options.some(({ name }) => name === "--proto-default")) return undefined;
	const scheme = program === "curl" && /^ftp\./i.test(resolved) ? "ftp" : "http";
	const [address] = clearAddressesIn(`${scheme}://${resolved}`);
	return address === undefined ? undefined : { ...address, end: address.host.length };
}

/** The part of a word at which an address begins, with its `://`; the whole word where its text is not in place. */
export function schemeSpan(word: { readonly text: string; readonly span: Span }, address: ClearAddress): Span {
	if (!isInPlace(word) || word.text.slice(address.at, address.at + address.scheme.length).toLowerCase() !== address.scheme)
		return word.span;
	return { start: word.span.start + address.at, end: word.span.start + address.at + address.scheme.length + 3 };
}

/** Whether an address is that of a file which package managers that check signatures take without one. */
export function isUnsignedFile(address: string): boolean {
	return UNSIGNED_FILES.test(address);
}

/** Whether a word is, or says, a proxy, or what Git puts in the place of an address: nothing is fetched from there. */
export function isProxy(word: ShellWord, before: ShellWord | undefined, behind: ShellWord | undefined): boolean {
	if (word.text.startsWith("GOPROXY=")) return false;
	return /proxy\S{0,3}[=:]/i.test(word.text) || /proxy/i.test(before?.text ?? "") || /^insteadOf$/.test(behind?.text ?? "");
}

/** `git://` where nobody answers any more. */
export function isSwitchedOff({ scheme, host }: ClearAddress): boolean {
	return scheme === "git" && GIT_HOSTS_WITH_TLS.test(host);
}
