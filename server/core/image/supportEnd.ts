import { baseName } from "../baseName.ts";
import { IMAGES_AROUND } from "../knowledge/imagesAround.ts";
import {
	ABANDONED_REPOSITORIES,
	type AbandonedRepository,
	ALPINE,
	CENTOS,
	CENTOS_STREAM,
	DEBIAN,
	PLAIN_CODENAMES,
	type Product,
	SUPPORTED_IMAGES,
	UBI,
	UBUNTU,
} from "../knowledge/supportEnds.ts";
import { remembered } from "../memo.ts";
import { ownValue } from "../ownValue.ts";
import { originalOf } from "./copies.ts";
import { byRepository, DOCKER_HUB, type ImageReference } from "./reference.ts";

/** A version line that a tag, or the name of a repository, speaks of. */
export interface SupportLine {
	readonly product: Product;
	/** `3.8`, `10`. */
	readonly line: string;
	/** As the tag has it: `3.8.12`, `buster`, `alpine3.18`. */
	readonly text: string;
	/** Offset of that text in the tag; -1 where the repository's name has it. */
	readonly at: number;
	/** The last day with security fixes, `YYYY-MM-DD`. */
	readonly ends: string;
}

/** Parts of tags such as `ubuntu18.04` and `alpine3.18`. */
const NAMED: readonly { readonly prefix: string; readonly product: Product }[] = [
	{ prefix: "ubuntu", product: UBUNTU },
	{ prefix: "debian", product: DEBIAN },
	{ prefix: "alpine", product: ALPINE },
	{ prefix: "centos", product: CENTOS },
	{ prefix: "stream", product: CENTOS_STREAM },
	{ prefix: "ubi", product: UBI },
];

/** Parts of tags that every line of an image has. */
const COMMON_PARTS = new Set(["slim", "alpine", "apache", "fpm", "cli", "zts", "jdk", "jre", "lts"]);

/** The lines whose end of support is known, in the order in which the reference names them. */
export const supportLines = remembered((reference: ImageReference): readonly SupportLine[] => {
	const { tag = "" } = reference;
	const own = originalOf(reference);
	const { product, at: lineAt } = ownLine(own);
	const found: SupportLine[] = [];
	const add = (of: Product, version: string, text: string, at: number): void => {
		const line = lineOf(of, version);
		const ends = line === undefined ? undefined : of.lines[line];
		if (line !== undefined && ends !== undefined) found.push({ product: of, line, text, at, ends });
	};
	const distribution = /(?:^|[-/])(?:(debian)(\d+)|(ubi)(\d+))(?:$|\/)/.exec(own.repository);
	if (distribution !== null)
		add(
			distribution[1] === undefined ? UBI : DEBIAN,
			distribution[2] ?? distribution[4] ?? "",
			distribution[0].replace(/^[-/]|\/$/g, ""),
			-1,
		);
	let at = 0;
	const parts = tag.split("-");
	for (const [index, part] of parts.entries()) {
		const start = at;
		at += part.length + 1;
		if (start === lineAt && product !== undefined) {
			const version = /^\d+(?:\.\d+)*/.exec(part)?.[0];
			const named = ownValue(product.tagNames, part) ?? ownValue(product.codenames, part);
			if (named !== undefined || version !== undefined) {
				add(product, named ?? version ?? "", part, start);
				continue;
			}
		}
		for (const { prefix, product: other } of NAMED) {
			const next = parts[index + 1] ?? "";
			if (part === prefix && /^\d+(?:\.\d+)*$/.test(next) && product === undefined) add(other, next, `${part}-${next}`, start);
			else if (part.startsWith(prefix) && /^\d+(?:\.\d+)*$/.test(part.slice(prefix.length)))
				add(other, part.slice(prefix.length), part, start);
		}
		if (!PLAIN_CODENAMES.has(part)) continue;
		const distributionOf = Object.hasOwn(DEBIAN.codenames ?? {}, part) ? DEBIAN : UBUNTU;
		add(distributionOf, distributionOf.codenames?.[part] ?? "", part, start);
	}
	return found;
});

/** Whether all lines that a reference names are those of a table, by product, or later ones; undefined where it names none of them. */
export function reachesLines(reference: ImageReference, first: Readonly<Record<string, string>>): boolean | undefined {
	const known = supportLines(reference).filter(({ product }) => Object.hasOwn(first, product.name));
	return known.length === 0 ? undefined : known.every(({ product, line }) => compareVersions(line, first[product.name] ?? line) >= 0);
}

/** The entry of a repository that nobody updates. */
export function abandonedRepository(reference: ImageReference): AbandonedRepository | undefined {
	const found = [...abandoned(originalOf(reference)), ...abandoned(reference)].find(
		({ tag }) => tag === undefined || tag.test(reference.tag ?? ""),
	);
	if (!found?.successor.endsWith("*")) return found;
	return { ...found, successor: found.successor.slice(0, -1) + baseName(reference.repository) };
}

const abandoned = byRepository(ABANDONED_REPOSITORIES);

/** Whether a product is what packages are installed from. */
export function isDistribution(product: Product): boolean {
	return NAMED.some((named) => named.product === product);
}

/** As people call a line: `Python 3.8`, `Debian 10 (buster)`. */
export function lineName({ product, line }: SupportLine): string {
	const called = ownValue(product.lineNames, line);
	if (called !== undefined) return `${product.name} ${called}`;
	const codename = nameIn(product.codenames, line);
	return `${product.name} ${line}${codename === undefined ? "" : ` (${codename})`}`;
}

/**
 * The tag with every line that ends by a day (`YYYY-MM-DD`) replaced by one that does not. Undefined unless such a tag is known to
 * exist: all that is left of it has to be common to all lines of the image.
 */
export function supportedTag(reference: ImageReference, until: string): string | undefined {
	const own = originalOf(reference);
	const product = supported(own)[0]?.product;
	const lines = supportLines(reference);
	if (reference.tag === undefined || (product === undefined && !isOfficial(own)) || hasOwnDistribution(product, lines)) return undefined;
	const ends = (line: SupportLine): boolean => line.ends < until;
	const isRebased = lines.some((line) => line.product !== product && ends(line));
	let result = reference.tag;
	let rest = reference.tag;
	for (const line of lines.toSorted((a, b) => b.at - a.at)) {
		if (line.at === -1 && !ends(line)) continue;
		const next = ends(line) ? successorOf(line, until) : isRebased ? lineAlone(line) : line.text;
		if (next === undefined || line.at === -1) return undefined;
		const end = line.at + line.text.length;
		result = result.slice(0, line.at) + next + result.slice(end);
		rest = rest.slice(0, line.at) + rest.slice(end);
	}
	return rest.split("-").every((part) => part === "" || COMMON_PARTS.has(part)) ? result : undefined;
}

function hasOwnDistribution(product: Product | undefined, lines: readonly SupportLine[]): boolean {
	const common = product?.distributions;
	return common !== undefined && lines.some((line) => line.product !== product && !common.includes(line.product.name));
}

/** Single releases are not built again on the distributions that come after them, lines are. */
function lineAlone({ line, text }: SupportLine): string {
	return /^\d/.test(text) ? line : text;
}

/** The oldest line above one that is supported on the given day (`YYYY-MM-DD`) and the days after it, as the tag writes it. */
export function successorOf({ product, line, text }: SupportLine, until: string): string | undefined {
	const next = Object.keys(product.lines)
		.filter((other) => (product.lines[other] ?? "") > until && compareVersions(other, line) > 0)
		.sort(compareVersions)[0];
	if (next === undefined || product.releasesOnly) return undefined;
	if (product === ALPINE && text.startsWith("alpine")) return "alpine";
	for (const names of [product.codenames, product.tagNames]) if (ownValue(names, text) !== undefined) return nameIn(names, next);
	return /^\d/.test(text) ? next : undefined;
}

function nameIn(names: Product["codenames"], line: string): string | undefined {
	return Object.entries(names ?? {}).find(([, of]) => of === line)?.[0];
}

/** The longest line that a version belongs to: `3.8` for `3.8.12`. */
function lineOf(product: Product, version: string): string | undefined {
	for (let end = version.length; end > 0; end = version.lastIndexOf(".", end - 1)) {
		const line = version.slice(0, end);
		if (Object.hasOwn(product.lines, line)) return line;
	}
	return undefined;
}

/** What an image is published for, and where the line of it stands in the tag. */
function ownLine(reference: ImageReference): { readonly product: Product | undefined; readonly at: number } {
	const official = supported(reference)[0];
	// `lts-hydrogen` is another name of `hydrogen`.
	if (official !== undefined) return { product: official.product, at: reference.tag?.startsWith("lts-") ? "lts-".length : 0 };
	const image = around(reference)[0];
	const front = image?.front.exec(reference.tag ?? "")?.[0];
	if (image === undefined || front === undefined) return { product: undefined, at: -1 };
	return { product: SUPPORTED_IMAGES.find(({ product }) => product.name === image.product)?.product, at: front.length };
}

const supported = byRepository(SUPPORTED_IMAGES);
const around = byRepository(IMAGES_AROUND);

/** Whether Docker Hub has the image under a name of one part: not a copy of it, and not a mirror's. */
export function isOfficial({ registry, repository }: ImageReference): boolean {
	return registry === DOCKER_HUB && repository.startsWith("library/");
}

/** As numbers, part by part: negative where the first is the older one. */
export function compareVersions(a: string, b: string): number {
	const left = a.split(".").map(Number);
	const right = b.split(".").map(Number);
	for (let index = 0; index < Math.max(left.length, right.length); index++) {
		const difference = (left[index] ?? 0) - (right[index] ?? 0);
		if (difference !== 0) return difference;
	}
	return 0;
}
