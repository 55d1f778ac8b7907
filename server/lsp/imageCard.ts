import type { ImageUse } from "../core/dockerfile/imageUses.ts";
import { imagePage } from "../core/image/links.ts";
import { canonicalName, familiarName, type ImageReference } from "../core/image/reference.ts";
import type { InspectedImage } from "../operations/registries.ts";
import { CLIENT_COMMANDS } from "../protocol.ts";

/** What registries said of images in this session, and what scans found in them. */
export interface KnownImages {
	remember(reference: ImageReference, image: InspectedImage): void;
	has(reference: ImageReference): boolean;
	get(reference: ImageReference): { readonly image: InspectedImage; readonly when: Date } | undefined;
	/** One sentence about the last scan of what starts from the image. */
	lastScan(use: ImageUse, uri: string): string | undefined;
	/** Whether the client has the commands that a card links to. */
	readonly commands: boolean;
}

export function createKnownImages(commands: boolean, lastScan: KnownImages["lastScan"]): KnownImages {
	const known = new Map<string, { readonly image: InspectedImage; readonly when: Date }>();
	const key = (reference: ImageReference): string => canonicalName(reference);
	return {
		commands,
		lastScan,
		remember: (reference, image) => void known.set(key(reference), { image, when: new Date() }),
		has: (reference) => known.has(key(reference)),
		get: (reference) => known.get(key(reference)),
	};
}

/** The card of an image that a Dockerfile names, from what is known; asks nobody. */
export function imageCard(use: ImageUse, known: KnownImages, uri: string): string {
	const { reference } = use;
	const page = imagePage(reference);
	const name = page === undefined ? `\`${canonicalName(reference)}\`` : `[${canonicalName(reference)}](${page})`;
	const lines = [`**${familiarName(reference)}${reference.tag === undefined ? "" : `:${reference.tag}`}** · ${name}`, ""];
	const found = known.get(reference);
	const rows: (readonly [string, string])[] = [["Pinned", pinText(use, found?.image.image.digest)]];
	if (found !== undefined) rows.push(...factRows(found.image));
	const scanned = known.lastScan(use, uri);
	if (scanned !== undefined) rows.push(["Last scan", scanned]);
	lines.push("| | |", "|---|---|", ...rows.map(([title, text]) => `| ${title} | ${text} |`));
	if (found !== undefined) lines.push("", `Asked ${found.image.registryHost} at ${found.when.toISOString().slice(11, 16)} UTC.`);
	if (known.commands) lines.push("", actions(use, uri));
	return lines.join("\n");
}

function pinText(use: ImageUse, current: string | undefined): string {
	const { digest } = use.reference;
	if (digest === undefined) return "no: the tag can move";
	const short = `\`${digest.slice(0, 19)}…\``;
	if (current === undefined || use.reference.tag === undefined) return `yes, to ${short}`;
	return current === digest ? `yes, to ${short}` : `yes, to ${short}; the tag is now \`${current.slice(0, 19)}…\``;
}

function factRows({ image, platforms, size }: InspectedImage): readonly (readonly [string, string])[] {
	const user = image.config.user ?? "";
	const rows: (readonly [string, string])[] = [];
	if (image.digest !== undefined) rows.push(["Digest", `\`${image.digest.slice(0, 19)}…\``]);
	const names = platforms.map((entry) => entry.platform).filter((name) => name !== undefined);
	if (names.length > 0) rows.push(["Platforms", names.join(", ")]);
	// Reproducible builds have no date: they are from 1970, or 1980.
	if (image.created !== undefined && image.created > "2000") rows.push(["Created", image.created.slice(0, 10)]);
	rows.push(["Size", `${(size / 1_000_000).toFixed(1)} MB, compressed`]);
	rows.push(["User", user === "" || user === "root" || user === "0" ? "root" : `\`${user}\``]);
	return rows;
}

function actions(use: ImageUse, uri: string): string {
	const link = (title: string, command: string, ...args: unknown[]): string =>
		`[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
	const links = [link("Look it up", CLIENT_COMMANDS.refresh, uri)];
	if (use.written !== undefined)
		links.push(
			use.reference.digest === undefined
				? link("Pin digest", CLIENT_COMMANDS.pin, uri)
				: link("Update digest", CLIENT_COMMANDS.update, uri),
		);
	if (use.kind === "from") links.push(link("Scan base image", CLIENT_COMMANDS.scanBase, uri));
	return links.join(" · ");
}
