import { type DigestRecord, isRealDate } from "../digest/imageRecords.ts";
import type { Attached, Presence } from "../image/attached.ts";
import type { Image } from "../image/image.ts";
import { inlineCode, webLink } from "../markdown.ts";
import type { Colors } from "./colors.ts";
import { startOf, terminalText } from "./terminalText.ts";

/** What a registry says of an image. */
export interface ImageFactsShown {
	readonly image: Image;
	readonly platforms: readonly { readonly digest: string; readonly platform: string }[];
	/** Compressed bytes of all layers. */
	readonly size: number;
	/** Undefined where nobody asked. */
	readonly attached?: Attached;
	readonly registryHost: string;
}

/** A title with the text behind it; the text is the registry's, and may be anything. */
type FactRow = readonly [title: string, text: string];

const WIDTH = 100;
/** Layers and labels that a card shows; the others are counted. */
const MOST_IN_CARD = 10;

/** What is said of an image besides its identity, in order; nothing of what is not known. */
function factRows({ image, platforms, size, attached }: ImageFactsShown): readonly FactRow[] {
	const { config } = image;
	const names = config.environment.map((entry) => entry.slice(0, Math.max(0, entry.indexOf("="))));
	const rows: readonly FactRow[] = [
		["Platforms", platforms.map(({ platform }) => platform).join(", ")],
		["Created", isRealDate(image.created) ? image.created.slice(0, 10) : ""],
		["Size", `${megabytes(size)}, compressed${image.platform === undefined ? "" : ` (${image.platform})`}`],
		["User", isRoot(config.user) ? "root" : (config.user ?? "")],
		["Entry point", config.entrypoint.join(" ")],
		["Command", config.command.join(" ")],
		["Ports", config.exposedPorts.join(", ")],
		["Environment", names.join(", ")],
		["Source", config.labels["org.opencontainers.image.source"] ?? ""],
		["Signature", presenceText(attached?.signature)],
		["Attestation", presenceText(attached?.attestation)],
	];
	return rows.filter(([, text]) => text !== "");
}

/** The image for a terminal: identity, platforms, how it starts, labels, layers with what made them. */
export function imageCardText(shown: ImageFactsShown, colors: Colors): string {
	const { image, registryHost } = shown;
	const rows: readonly FactRow[] = [
		...(image.digest === undefined ? [] : [["Digest", image.digest] as const]),
		...factRows(shown),
		["Registry", registryHost],
	];
	return [
		colors.bold(terminalText(image.reference)),
		...rows.map(([title, text]) => `  ${title.padEnd(12)}${terminalText(text)}`),
		...section("Labels", labelLines(image), colors),
		...section(
			"Layers",
			image.layers.map((layer) => `${sizeOf(layer).padStart(9)}  ${startOf(terminalText(makerOf(layer)), WIDTH - 13)}`),
			colors,
		),
		"",
	].join("\n");
}

/** Rows of a table in Markdown, without its head: the same facts. */
export function imageCardRows(shown: ImageFactsShown): readonly string[] {
	return factRows(shown).map(([title, text]) =>
		tableRow(title, title === "Source" && webLink("", text) !== "" ? webLink(linkText(text), text) : tableText(text)),
	);
}

/** The same of an image that is remembered from an earlier session. */
export function recordRows({ created, platforms, size }: DigestRecord): readonly string[] {
	return [
		...(platforms === undefined || platforms.length === 0 ? [] : [tableRow("Platforms", tableText(platforms.join(", ")))]),
		...(isRealDate(created) ? [tableRow("Created", created.slice(0, 10))] : []),
		...(size === undefined ? [] : [tableRow("Size", `${megabytes(size)}, compressed`)]),
	];
}

/** Layers and labels in Markdown, the biggest part of a card; empty without any. */
export function imageCardLists({ image }: ImageFactsShown): readonly string[] {
	const layers = image.layers.map((layer) => tableRow(sizeOf(layer), tableText(startOf(makerOf(layer), WIDTH))));
	const labels = Object.entries(image.config.labels).map(([name, value]) => tableRow(tableText(name), tableText(startOf(value, WIDTH))));
	return [...list("Layers", layers), ...list("Labels", labels)];
}

/** A row of a table of two columns; both texts are Markdown. */
export function tableRow(title: string, text: string): string {
	return `| ${title} | ${text} |`;
}

/** A text of others as it is, for a cell: what could be more than a word is inline code. */
export function tableText(text: string): string {
	if (/^[\w ,.:/()+-]*$/.test(text) && !/:\/\/|www\./i.test(text)) return text;
	return inlineCode(text).replaceAll("|", "\\|");
}

/** Nobody looks at keys and certificates here: what is there may be anybody's. */
function presenceText(presence: Presence | undefined): string {
	if (presence === undefined) return "";
	return presence === "found" ? "found (not verified)" : presence === "none" ? "none found" : "not known";
}

/** Under a heading of its own, so that the column of what comes before keeps its width. */
function list(title: string, rows: readonly string[]): readonly string[] {
	if (rows.length === 0) return [];
	const more = rows.length > MOST_IN_CARD ? ["", `and ${rows.length - MOST_IN_CARD} more`] : [];
	return ["", `**${title}: ${rows.length}**`, "", "| | |", "|---|---|", ...rows.slice(0, MOST_IN_CARD), ...more];
}

function linkText(address: string): string {
	return address.replace("https://", "").replace(/[^\w./-]/g, "");
}

function labelLines({ config }: Image): readonly string[] {
	return Object.entries(config.labels).map(([name, value]) => startOf(`${terminalText(name)}=${terminalText(value)}`, WIDTH));
}

function section(title: string, lines: readonly string[], colors: Colors): readonly string[] {
	return lines.length === 0 ? [] : ["", colors.bold(`${title}: ${lines.length}`), ...lines.map((line) => `  ${line}`)];
}

function sizeOf({ size }: Image["layers"][number]): string {
	return size === undefined ? "" : megabytes(size);
}

function makerOf({ createdBy, diffId }: Image["layers"][number]): string {
	return (createdBy ?? diffId).replace(/^\/bin\/sh -c #\(nop\)\s*/, "").replace(/\s+/g, " ");
}

function megabytes(bytes: number): string {
	return `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function isRoot(user: string | undefined): boolean {
	return user === undefined || user === "" || /^(?:root|0)(?::|$)/.test(user);
}
