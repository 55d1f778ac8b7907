import { type Freshness, freshnessText } from "../digest/freshness.ts";
import type { NamedImage } from "../digest/namedImages.ts";
import { shownReference } from "../digest/plan.ts";
import { escapeMarkdown } from "../markdown.ts";
import { type LineStarts, rangeOf } from "../text.ts";
import type { TreeNode } from "../tree.ts";
import { count } from "./text.ts";

/** A file that names images, as the *Images* view shows it. */
export interface FileWithImages {
	readonly uri: string;
	/** For people: the path below the workspace's folder. */
	readonly label: string;
	readonly lineStarts: LineStarts;
	readonly images: readonly NamedImage[];
}

/** How images are grouped. */
export type ImageGrouping = "image" | "file";

/** One place where an image is named, with what is known of it. */
interface Place {
	readonly file: FileWithImages;
	readonly image: NamedImage;
	readonly freshness: Freshness;
}

const ICONS: Readonly<Record<Freshness["kind"], string>> = {
	unpinned: "circle-outline",
	current: "pass",
	behind: "sync",
	gone: "warning",
	unknown: "pinned",
};

/** The nodes of the view: files with their images, or images with the places that name them. */
export function imageNodes(
	files: readonly FileWithImages[],
	grouping: ImageGrouping,
	freshnessOf: (image: NamedImage) => Freshness,
): readonly TreeNode[] {
	const places = files.flatMap((file) => file.images.map((image): Place => ({ file, image, freshness: freshnessOf(image) })));
	return grouping === "file" ? files.flatMap((file) => fileNode(places.filter((place) => place.file === file))) : byImage(places);
}

/** `12 images in 5 files, 2 behind their tag`. */
export function imagesSummary(files: readonly FileWithImages[], freshnessOf: (image: NamedImage) => Freshness): string {
	const images = files.flatMap((file) => file.images);
	const of = (kind: Freshness["kind"]): number => images.filter((image) => freshnessOf(image).kind === kind).length;
	const unpinned = images.filter(({ reference }) => reference.digest === undefined).length;
	const parts = [
		`${count(images.length, "image")} in ${count(files.length, "file")}`,
		unpinned > 0 ? `${unpinned} not pinned` : "",
		of("behind") > 0 ? `${of("behind")} behind` : "",
		of("gone") > 0 ? `${of("gone")} gone` : "",
	];
	return parts.filter(Boolean).join(", ");
}

function fileNode(places: readonly Place[]): readonly TreeNode[] {
	const [first] = places;
	if (first === undefined) return [];
	const { label, uri } = first.file;
	const slash = label.lastIndexOf("/");
	return [
		{
			id: uri,
			label: label.slice(slash + 1),
			...(slash === -1 ? {} : { description: label.slice(0, slash) }),
			icon: "file",
			kind: "images",
			children: places.map((place) => ({
				...placeNode(place, shownReference(place.image.reference)),
				description: `${stateText(place)} · ${place.image.owner}`,
			})),
		},
	];
}

function byImage(places: readonly Place[]): readonly TreeNode[] {
	const images = new Map<string, Place[]>();
	for (const place of places) {
		const name = shownReference(place.image.reference);
		images.set(name, [...(images.get(name) ?? []), place]);
	}
	const names = [...images].sort(([a], [b]) => (a < b ? -1 : 1));
	return names.flatMap(([name, uses]): readonly TreeNode[] => {
		const [first] = uses;
		if (first === undefined) return [];
		if (uses.length === 1) return [{ ...placeNode(first, name), description: `${stateText(first)} · ${placeText(first)}` }];
		const states = [...new Set(uses.map(stateText))];
		return [
			{
				id: `image ${name}`,
				label: name,
				description: `${states.length === 1 ? states[0] : "differs"} · ${count(uses.length, "place")}`,
				icon: ICONS[worst(uses)],
				...(worst(uses) === "behind" ? { severity: "medium" as const } : {}),
				kind: "images",
				collapsed: true,
				data: { reference: first.image.reference.text },
				children: uses.map((use) => ({ ...placeNode(use, placeText(use)), description: `${stateText(use)} · ${use.image.owner}` })),
			},
		];
	});
}

function placeNode({ file, image, freshness }: Place, label: string): TreeNode {
	const { reference, span } = image;
	const kind = iconKind(image, freshness);
	const digest = reference.digest ?? (freshness.kind === "unpinned" ? freshness.digest : undefined);
	return {
		id: `${file.uri} ${span.start} ${reference.text}`,
		label,
		icon: ICONS[kind],
		...(kind === "behind" ? { severity: "medium" } : {}),
		kind: image.canPin ? `image-${reference.digest === undefined ? "unpinned" : "pinned"}` : "image-fixed",
		tooltip: `${escapeMarkdown(reference.text)}\n\n${freshness.kind === "unknown" && reference.digest === undefined ? "not pinned" : freshnessText(freshness)}`,
		place: { uri: file.uri, range: rangeOf(file.lineStarts, span) },
		data: { reference: reference.text, ...(digest === undefined ? {} : { digest }) },
	};
}

function placeText({ file, image }: Place): string {
	return `${file.label}:${rangeOf(file.lineStarts, image.span).start.line + 1}`;
}

function stateText({ image, freshness }: Place): string {
	if (freshness.kind !== "unknown") return freshnessText(freshness);
	return image.reference.digest === undefined ? "not pinned" : "pinned, not asked";
}

function iconKind({ reference }: NamedImage, { kind }: Freshness): Freshness["kind"] {
	return kind === "unknown" && reference.digest === undefined ? "unpinned" : kind;
}

/** The state that asks most for something to be done. */
function worst(places: readonly Place[]): Freshness["kind"] {
	const order: readonly Freshness["kind"][] = ["gone", "behind", "unpinned", "unknown", "current"];
	return order.find((kind) => places.some(({ image, freshness }) => iconKind(image, freshness) === kind)) ?? "unknown";
}
