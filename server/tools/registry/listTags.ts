import { familiarName, type ImageReference } from "../../core/image/reference.ts";
import type { TagList } from "./answers.ts";
import type { Endpoint } from "./endpoints.ts";
import { MANIFEST_BYTES, unusable } from "./manifests.ts";
import { refusal } from "./refusals.ts";
import { askRegistry, type RegistryAnswer } from "./registryRequest.ts";
import type { Session, TagPage } from "./session.ts";

const PAGE = 1000;

/** A list that is longer is cut: nobody chooses from so many tags. */
const MOST_TAGS = 20_000;

const MOST_PAGES = 30;

/**
 * The tags of a repository, in the registry's order. Pages are followed within the same repository only, and not without end.
 * @throws ToolError if the registry does not give them
 */
export async function readTags(session: Session, endpoint: Endpoint, reference: ImageReference, signal: AbortSignal): Promise<TagList> {
	const tags = new Set<string>();
	let query: string | undefined = `n=${PAGE}`;
	for (let page = 0; query !== undefined && page < MOST_PAGES && tags.size < MOST_TAGS; page++) {
		const { tags: more, next } = await readPage(session, endpoint, reference, query, signal);
		const before = tags.size;
		for (const tag of more) tags.add(tag);
		query = tags.size === before ? undefined : next;
	}
	return { tags: [...tags].slice(0, MOST_TAGS), complete: query === undefined && tags.size <= MOST_TAGS, registryHost: endpoint.host };
}

/** Enough for the repositories that somebody looks at in turn. */
const MOST_PAGES_KEPT = 100;

/** One that did not change since it was read last is not sent again, where the registry has ETags. */
async function readPage(
	session: Session,
	endpoint: Endpoint,
	reference: ImageReference,
	query: string,
	signal: AbortSignal,
): Promise<Pick<TagPage, "tags" | "next">> {
	const { repository } = reference;
	const key = `${endpoint.scheme} ${endpoint.host}${endpoint.prefix} ${endpoint.repository ?? repository} ${query}`;
	const kept = session.tagPages.get(key);
	const request = {
		method: "GET" as const,
		endpoint,
		repository,
		path: `tags/list?${query}`,
		known: kept?.etag,
		maximumBytes: MANIFEST_BYTES,
	};
	const answer = await askRegistry(session, request, signal);
	session.tagPages.delete(key);
	if (kept !== undefined && answer.status === 304) {
		session.tagPages.set(key, kept);
		return kept;
	}
	if (answer.status !== 200) throw refusal(answer, familiarName(reference), answer.login, session.now());
	const page = { tags: tagsIn(answer), next: nextQuery(answer.headers.get("link")) };
	const etag = answer.headers.get("etag") ?? "";
	// Grammar: RFC 9110, 8.8.3.
	if (/^(?:W\/)?"[\x21\x23-\x7e]{0,256}"$/.test(etag)) session.tagPages.set(key, { ...page, etag });
	for (const oldest of session.tagPages.keys()) {
		if (session.tagPages.size <= MOST_PAGES_KEPT) break;
		session.tagPages.delete(oldest);
	}
	return page;
}

function tagsIn(answer: RegistryAnswer): readonly string[] {
	try {
		const parsed = JSON.parse(Buffer.from(answer.body).toString("utf8")) as { readonly tags?: unknown } | null;
		// A repository without tags has `null` here.
		if (parsed !== null && typeof parsed === "object") return Array.isArray(parsed.tags) ? parsed.tags.filter(isTag) : [];
	} catch {
		// Said below.
	}
	throw unusable(answer, "what it answers is no list of tags");
}

function isTag(value: unknown): value is string {
	return typeof value === "string" && /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/.test(value);
}

/** The query of `<…/tags/list?last=a&n=1000>; rel="next"`; only it is taken over, so that the next page is of the same repository. */
function nextQuery(link: string | null): string | undefined {
	if (link === null || !/;\s{0,5}rel="?next"?/i.test(link)) return undefined;
	const open = link.indexOf("<");
	const close = link.indexOf(">", open);
	const question = link.indexOf("?", open);
	return open === -1 || question === -1 || question > close ? undefined : link.slice(question + 1, close);
}
