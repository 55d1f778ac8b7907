import { addTo } from "../addTo.ts";

/** The name of an image, taken apart. Grammar: distribution/reference, as Docker's command line reads it. */
export interface ImageReference {
	/** As written. */
	readonly text: string;
	/** `docker.io` where none is written. */
	readonly registry: string;
	/** With `library/` where Docker adds it: `library/debian`, `org/app`. */
	readonly repository: string;
	/** The name as written, without tag and digest. */
	readonly name: string;
	readonly tag: string | undefined;
	/** With its algorithm: `sha256:…`. */
	readonly digest: string | undefined;
}

const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/;
const DIGEST = /^(?:sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128})$/;
const HOST = /^(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*|\[[0-9a-fA-F:]+\])(?::[0-9]+)?$/;

export const DOCKER_HUB = "docker.io";
/** Where Docker Hub keeps the images that have one name alone. */
const OFFICIAL = "library/";

/** Where the parts of a reference stand in its text; offsets into it. */
export interface ReferenceParts {
	readonly name: string;
	readonly tag: string | undefined;
	/** Offset of the colon; -1 without a tag. */
	readonly tagAt: number;
	readonly digest: string | undefined;
	/** Offset of the at sign; -1 without a digest. */
	readonly digestAt: number;
}

/** Cuts a text at the colon of a tag and the at sign of a digest, whatever stands in the parts. */
export function splitReference(text: string): ReferenceParts {
	const digestAt = text.indexOf("@");
	const head = digestAt === -1 ? text : text.slice(0, digestAt);
	const colon = tagColon(head);
	return {
		name: colon === -1 ? head : head.slice(0, colon),
		tag: colon === -1 ? undefined : head.slice(colon + 1),
		tagAt: colon,
		digest: digestAt === -1 ? undefined : text.slice(digestAt + 1),
		digestAt,
	};
}

/** The last colon behind the last slash; colons and slashes inside `${…}` do not count. */
function tagColon(text: string): number {
	let depth = 0;
	let colon = -1;
	for (let at = 0; at < text.length; at++) {
		const character = text[at];
		if (character === "{" && text[at - 1] === "$") depth++;
		else if (character === "}" && depth > 0) depth--;
		else if (depth > 0) continue;
		else if (character === "/") colon = -1;
		else if (character === ":") colon = at;
	}
	return colon;
}

/** Reads a reference in which nothing is variable; undefined if Docker would refuse it. */
export function parseReference(text: string): ImageReference | undefined {
	const parts = splitReference(text);
	if (parts.tag !== undefined && !TAG.test(parts.tag)) return undefined;
	if (parts.digest !== undefined && !DIGEST.test(parts.digest)) return undefined;
	const slash = parts.name.indexOf("/");
	const first = slash === -1 ? "" : parts.name.slice(0, slash);
	const hasHost = slash !== -1 && (first.includes(".") || first.includes(":") || first === "localhost" || first !== first.toLowerCase());
	const path = hasHost ? parts.name.slice(slash + 1) : parts.name;
	if (!NAME.test(path) || (hasHost && !HOST.test(first))) return undefined;
	if (/^[a-f0-9]{64}$/.test(parts.name)) return undefined;
	const registry = hasHost && first !== "index.docker.io" ? first : DOCKER_HUB;
	const repository = registry === DOCKER_HUB && !path.includes("/") ? `library/${path}` : path;
	return { text, registry, repository, name: parts.name, tag: parts.tag, digest: parts.digest };
}

/** The reference in full: registry, repository, tag or digest. */
export function canonicalName(reference: ImageReference): string {
	const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
	const tag = reference.tag === undefined ? (reference.digest === undefined ? ":latest" : "") : `:${reference.tag}`;
	return `${reference.registry}/${reference.repository}${tag}${digest}`;
}

/** What says which bytes are meant: the digest where there is one, whatever tag stands beside it, else the tag. */
export function contentName(reference: ImageReference): string {
	return canonicalName(reference.digest === undefined ? reference : { ...reference, tag: undefined });
}

/** The repository as people write it: without Docker Hub's host and `library/`. */
export function familiarName(reference: ImageReference): string {
	if (reference.registry !== DOCKER_HUB) return `${reference.registry}/${reference.repository}`;
	return reference.repository.startsWith(OFFICIAL) ? reference.repository.slice(OFFICIAL.length) : reference.repository;
}

/** Whether Podman has built the image on this machine: no registry has what it names `localhost/…`, without a port. */
export function isLocalImage({ registry }: ImageReference): boolean {
	return registry === "localhost";
}

/** Whether the repository, as people write it, is one of the given names; a name that ends in `*` stands for all that begin so. */
export function isRepositoryAmong(reference: ImageReference, names: readonly string[]): boolean {
	if (names.length === 0) return false;
	const name = familiarName(reference);
	return names.some((pattern) => (pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : name === pattern));
}

/** Looks up the entries of a table, in its order, that are about a repository: one of their names is its, as {@link isRepositoryAmong} reads them. */
export function byRepository<Entry extends { readonly repositories: readonly string[] }>(
	entries: readonly Entry[],
): (reference: ImageReference) => readonly Entry[] {
	const exact = new Map<string, Entry[]>();
	for (const entry of entries) for (const name of entry.repositories) addTo(exact, name, entry);
	const beginnings = [...exact.keys()].filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));
	return (reference) => {
		const name = familiarName(reference);
		if (!beginnings.some((beginning) => name.startsWith(beginning))) return exact.get(name) ?? [];
		return entries.filter(({ repositories }) => isRepositoryAmong(reference, repositories));
	};
}
