/** A package URL, taken apart and decoded. Specification: ECMA-427, https://ecma-tc54.github.io/ECMA-427/. */
export interface PackageUrl {
	/** In lower case: `deb`, `npm`, `oci` … */
	readonly type: string;
	/** Segments joined by `/`; the empty text if there is none. */
	readonly namespace: string;
	readonly name: string;
	/** The empty text if there is none. */
	readonly version: string;
	/** Keys in lower case, sorted; none has an empty value. */
	readonly qualifiers: ReadonlyMap<string, string>;
	/** The empty text if there is none. */
	readonly subpath: string;
}

/** Types whose namespaces and names do not depend on case, as go-vex's package URL library folds them. */
const FOLDED_NAMESPACE = new Set(["alpm", "apk", "bitbucket", "brew", "composer", "deb", "github", "golang", "qpkg", "rpm"]);
const FOLDED_NAME = new Set(["alpm", "apk", "bitbucket", "bitnami", "brew", "composer", "deb", "github", "golang"]);

/**
 * Reads a package URL, also in the spellings that real documents have: raw `+`, `%3A`, raw slashes in qualifiers, `pkg://`.
 * Undefined for what is none. Names are folded as far as the scanners' library (packageurl-go 0.1.7) folds them and no further:
 * two package URLs that it tells apart stay apart here.
 */
export function parsePurl(text: string): PackageUrl | undefined {
	if (text.slice(0, 4).toLowerCase() !== "pkg:") return undefined;
	const [withoutSubpath, subpathText] = cut(withoutLeadingSlashes(text.slice(4)), "#");
	const [path, query] = cut(withoutSubpath, "?");
	const [type, rest] = cut(path, "/");
	if (!isType(type) || rest === undefined) return undefined;
	const coordinates = readCoordinates(type.toLowerCase(), rest);
	const qualifiers = readQualifiers(query ?? "");
	const subpath = decodeSegments(subpathText ?? "");
	if (coordinates === undefined || qualifiers === undefined || subpath === undefined) return undefined;
	const significant = subpath.filter((segment) => segment !== "." && segment !== "..");
	return { ...coordinates, qualifiers, subpath: significant.join("/") };
}

/** Reads what stands between the type and the qualifiers. The library takes the last at sign, wherever it stands, for that of the version. */
function readCoordinates(type: string, text: string): Pick<PackageUrl, "type" | "namespace" | "name" | "version"> | undefined {
	const scoped = text.startsWith("@");
	if (scoped && (type !== "npm" || !text.includes("/"))) return undefined;
	const at = text.lastIndexOf("@");
	const path = at > 0 ? text.slice(0, at) : text;
	const version = decode(at > 0 ? text.slice(at + 1) : "");
	const slash = path.lastIndexOf("/");
	const name = decode(path.slice(slash + 1));
	const namespace = decodeSegments(slash === -1 ? "" : path.slice(0, slash));
	if (version === undefined || name === undefined || name === "" || namespace === undefined) return undefined;
	return {
		type,
		namespace: FOLDED_NAMESPACE.has(type) ? namespace.join("/").toLowerCase() : namespace.join("/"),
		name: foldName(type, name),
		version: type === "huggingface" ? version.toLowerCase() : version,
	};
}

function foldName(type: string, name: string): string {
	if (type === "pypi") return name.replaceAll("_", "-").toLowerCase();
	return FOLDED_NAME.has(type) ? name.toLowerCase() : name;
}

function readQualifiers(query: string): ReadonlyMap<string, string> | undefined {
	const found = new Map<string, string>();
	for (const pair of query.split("&")) {
		if (pair === "") continue;
		const [keyText, valueText] = cut(pair, "=");
		const key = keyText.toLowerCase();
		const value = decode(valueText ?? "");
		if (!isQualifierKey(key) || value === undefined || pair.includes(";")) return undefined;
		if (value === "") continue;
		if (found.has(key)) return undefined;
		found.set(key, value);
	}
	return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The canonical spelling: everything but letters, digits, `.-_~` and `:` is percent-encoded, qualifiers are sorted,
 * the name of an `oci` package URL is in lower case.
 */
export function printPurl(purl: PackageUrl): string {
	const namespace = purl.namespace === "" ? "" : `${encodeSegments(purl.namespace)}/`;
	const name = encode(purl.type === "oci" ? purl.name.toLowerCase() : purl.name);
	const version = purl.version === "" ? "" : `@${encode(purl.version)}`;
	const qualifiers = [...purl.qualifiers].filter(([, value]) => value !== "").sort(([a], [b]) => (a < b ? -1 : 1));
	const query = qualifiers.length === 0 ? "" : `?${qualifiers.map(([key, value]) => `${key}=${encode(value)}`).join("&")}`;
	const subpath = purl.subpath === "" ? "" : `#${encodeSegments(purl.subpath)}`;
	return `pkg:${purl.type}/${namespace}${name}${version}${query}${subpath}`;
}

/** Cuts at the first separator; without one there is no second part. */
function cut(text: string, separator: string): readonly [string, string | undefined] {
	const at = text.indexOf(separator);
	return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + separator.length)];
}

function withoutLeadingSlashes(text: string): string {
	let start = 0;
	while (text[start] === "/") start++;
	return text.slice(start);
}

function isType(text: string): boolean {
	return /^[A-Za-z.+-][A-Za-z0-9.+-]*$/.test(text);
}

function isQualifierKey(text: string): boolean {
	return /^[a-z._-][a-z0-9._-]*$/.test(text);
}

function decode(text: string): string | undefined {
	try {
		return decodeURIComponent(text);
	} catch {
		return undefined;
	}
}

/** The decoded segments of a path without the empty ones. */
function decodeSegments(text: string): readonly string[] | undefined {
	const segments = text.split("/").filter((segment) => segment !== "");
	const decoded = segments.map(decode);
	return decoded.every((segment) => segment !== undefined) ? decoded : undefined;
}

function encodeSegments(path: string): string {
	return path.split("/").map(encode).join("/");
}

/** Half a surrogate pair cannot be encoded: it becomes the replacement character, as everywhere in UTF-8. */
function encode(text: string): string {
	const wellFormed = text.replace(/\p{Surrogate}/gu, "\ufffd");
	return encodeURIComponent(wellFormed)
		.replaceAll("%3A", ":")
		.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
