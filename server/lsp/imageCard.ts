import { type Freshness, freshnessText } from "../core/digest/freshness.ts";
import { shownReference } from "../core/digest/plan.ts";
import type { ImageUse } from "../core/dockerfile/variables/imageUses.ts";
import { imagePage } from "../core/image/links.ts";
import { canonicalName, type ImageReference } from "../core/image/reference.ts";
import { imageCardLists, imageCardRows, recordRows, tableRow, tableText } from "../core/report/imageCard.ts";
import type { Range } from "../core/text.ts";
import { CLIENT_COMMANDS } from "../protocol.ts";
import type { KnownImages } from "./knownImages.ts";

/** What a card is made from besides the Dockerfile. */
export interface CardFacts {
	readonly known: KnownImages;
	/** One sentence about the last scan of what starts from the image. */
	lastScan(use: ImageUse, uri: string): string | undefined;
	/** Whether the client has the commands that a card links to. */
	readonly commands: boolean;
}

/** Where the image is named. */
export interface CardPlace {
	readonly uri: string;
	readonly at: Range;
}

/** The card of an image that a Dockerfile names, from what is known; asks nobody. */
export function imageCard(use: ImageUse, { known, lastScan, commands }: CardFacts, { uri, at }: CardPlace): string {
	const { reference } = use;
	const lines = [heading(reference), ""];
	const found = known.inspected(reference);
	const rows = [tableRow("Pinned", pinText(use, known.freshness(reference)))];
	if (found === undefined) rows.push(...recordRows(known.record(reference) ?? {}));
	else {
		const { digest } = found.image.image;
		if (digest !== undefined && digest !== reference.digest) rows.push(tableRow("Digest", short(digest)));
		rows.push(...imageCardRows(found.image));
	}
	const scanned = lastScan(use, uri);
	if (scanned !== undefined) rows.push(tableRow("Last scan", scanned));
	lines.push("| | |", "|---|---|", ...rows);
	const asked = found?.when.toISOString() ?? known.asked(reference);
	if (asked !== undefined) lines.push("", `Asked ${tableText(found?.image.registryHost ?? reference.registry)} ${momentText(asked)}.`);
	if (commands) lines.push("", actions(use, { uri, at }));
	// They are long: behind all that people look for first.
	if (found !== undefined) lines.push(...imageCardLists(found.image));
	return lines.join("\n");
}

/** As people write it, and in full where that is something else. */
function heading(reference: ImageReference): string {
	const title = shownReference(reference);
	const name = canonicalName({ ...reference, digest: reference.tag === undefined ? reference.digest : undefined });
	const page = imagePage(reference);
	if (page === undefined) return name === title ? `**${title}**` : `**${title}** · \`${name}\``;
	return `**${title}** · [${name}](${page})`;
}

/** `on 2026-11-20 at 14:05 UTC`. @param moment ISO 8601 */
export function momentText(moment: string): string {
	return `on ${moment.slice(0, 10)} at ${moment.slice(11, 16)} UTC`;
}

/** The beginning of a digest, as inline code. */
export function short(digest: string): string {
	return `\`${digest.slice(0, 19)}…\``;
}

/** A link in Markdown to a command of the client. */
export function commandLink(title: string, command: string, ...args: readonly unknown[]): string {
	return `[${title}](command:${command}?${encodeURIComponent(JSON.stringify(args))})`;
}

function pinText({ reference }: ImageUse, freshness: Freshness): string {
	const { digest } = reference;
	if (digest === undefined)
		return freshness.kind === "gone" ? "no, and the registry does not have the tag any more" : "no: the tag can move";
	const pinned = `yes, to ${short(digest)}`;
	if (freshness.kind === "behind")
		return `${pinned}; ${freshnessText(freshness)}, which is now ${short(freshness.digest)}${freshness.changes.map((change) => `; ${tableText(change)}`).join("")}`;
	if (freshness.kind === "gone") return `${pinned}; the registry does not have the tag any more`;
	if (freshness.kind !== "current") return pinned;
	return freshness.platform === undefined ? `${pinned}, current` : `${pinned}, for ${freshness.platform} only; current`;
}

function actions(use: ImageUse, { uri, at }: CardPlace): string {
	const links = [commandLink("Look it up", CLIENT_COMMANDS.refresh, uri, at)];
	if (use.written !== undefined)
		links.push(
			use.reference.digest === undefined
				? commandLink("Pin digest", CLIENT_COMMANDS.pin, uri, at)
				: commandLink("Update digest", CLIENT_COMMANDS.update, uri, at),
		);
	if (use.kind === "from") links.push(commandLink("Scan base image", CLIENT_COMMANDS.scanBase, uri));
	return links.join(" · ");
}
