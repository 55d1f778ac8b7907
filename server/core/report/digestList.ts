import { count } from "./text.ts";

/** One image of a list of digests. */
export interface ListedImage {
	/** With its tag: `node:22`. */
	readonly reference: string;
	readonly digest: string;
	/** `YYYY-MM-DD`; undefined where nobody knows. */
	readonly created: string | undefined;
	/** When it was first in a list, `YYYY-MM-DD`. */
	readonly firstPinned: string;
	/** `path:line`, sorted. */
	readonly usedBy: readonly string[];
}

const HEAD = "| Image | Digest | Created | First pinned | Used by |";

/** The list as Markdown, for a file that people read: `BASE_IMAGE_DIGESTS.md`. */
export function digestListMarkdown(images: readonly ListedImage[]): string {
	const rows = images.map(
		({ reference, digest, created, firstPinned, usedBy }) =>
			`| \`${reference}\` | \`${digest}\` | ${created ?? ""} | ${firstPinned} | ${usedBy.map((place) => `\`${place}\``).join(", ")} |`,
	);
	return [
		"# Digests of base images",
		"",
		`${count(images.length, "image")}. Written by \`hullguard pin --list\`.`,
		"",
		HEAD,
		"|---|---|---|---|---|",
		...rows,
		"",
	].join("\n");
}

export function digestListJson(images: readonly ListedImage[]): string {
	return `${JSON.stringify({ images }, undefined, 2)}\n`;
}

/** When each digest of a list was first pinned, from the list as it was written before; what is no such list has none. */
export function firstPinnedIn(text: string): ReadonlyMap<string, string> {
	if (text.trimStart().startsWith("{")) return firstPinnedInJson(text);
	const rows = text.matchAll(/^\| `[^`|\n]+` \| `(sha256:[0-9a-f]{64})` \| [0-9-]* \| (\d{4}-\d{2}-\d{2}) \|/gm);
	return new Map([...rows].map(([, digest = "", first = ""]) => [digest, first]));
}

function firstPinnedInJson(text: string): ReadonlyMap<string, string> {
	try {
		const { images } = JSON.parse(text) as { readonly images?: unknown };
		if (!Array.isArray(images)) return new Map();
		return new Map(
			(images as readonly Partial<ListedImage>[]).flatMap(({ digest, firstPinned }) =>
				typeof digest === "string" && typeof firstPinned === "string" ? [[digest, firstPinned] as const] : [],
			),
		);
	} catch {
		return new Map();
	}
}

/** The list of images that are pinned, by name. */
export function digestList(
	uses: readonly { readonly reference: string; readonly digest: string; readonly created: string | undefined; readonly place: string }[],
	before: ReadonlyMap<string, string>,
	today: string,
): readonly ListedImage[] {
	const images = new Map<string, ListedImage>();
	for (const { reference, digest, created, place } of uses) {
		const key = `${reference}@${digest}`;
		const known = images.get(key);
		const firstPinned = before.get(digest) ?? today;
		images.set(key, { reference, digest, created, firstPinned, usedBy: [...(known?.usedBy ?? []), place] });
	}
	return [...images.values()].sort((a, b) =>
		a.reference < b.reference ? -1 : a.reference > b.reference ? 1 : a.digest < b.digest ? -1 : 1,
	);
}
