import { isRealDate } from "../digest/imageRecords.ts";
import type { Image } from "../image/image.ts";
import type { Colors } from "./colors.ts";
import { startOf, terminalText } from "./terminalText.ts";

/** What a registry says of an image. */
export interface ImageFactsShown {
	readonly image: Image;
	readonly platforms: readonly { readonly digest: string; readonly platform: string }[];
	/** Compressed bytes of all layers. */
	readonly size: number;
	readonly registryHost: string;
}

const WIDTH = 100;

/** The image for a terminal: identity, platforms, how it starts, labels, layers with what made them. */
export function imageCardText({ image, platforms, size, registryHost }: ImageFactsShown, colors: Colors): string {
	const { config } = image;
	const row = (title: string, text: string | undefined): readonly string[] =>
		text === undefined || text === "" ? [] : [`  ${title.padEnd(12)}${terminalText(text)}`];
	const names = config.environment.map((entry) => entry.slice(0, Math.max(0, entry.indexOf("="))));
	const source = config.labels["org.opencontainers.image.source"];
	return [
		colors.bold(terminalText(image.reference)),
		...row("Digest", image.digest),
		...row("Platforms", platforms.map(({ platform }) => platform).join(", ")),
		...row("Created", isRealDate(image.created) ? image.created.slice(0, 10) : undefined),
		...row("Size", `${(size / 1_000_000).toFixed(1)} MB, compressed${image.platform === undefined ? "" : ` (${image.platform})`}`),
		...row("User", isRoot(config.user) ? "root" : config.user),
		...row("Entry point", config.entrypoint.join(" ")),
		...row("Command", config.command.join(" ")),
		...row("Ports", config.exposedPorts.join(", ")),
		...row("Environment", names.join(", ")),
		...row("Source", source),
		...row("Registry", registryHost),
		...section(
			"Labels",
			Object.entries(config.labels).map(([name, value]) => startOf(`${terminalText(name)}=${terminalText(value)}`, WIDTH)),
			colors,
		),
		...section("Layers", image.layers.map(layerText), colors),
		"",
	].join("\n");
}

function section(title: string, lines: readonly string[], colors: Colors): readonly string[] {
	return lines.length === 0 ? [] : ["", colors.bold(`${title}: ${lines.length}`), ...lines.map((line) => `  ${line}`)];
}

function layerText({ size, createdBy, diffId }: Image["layers"][number]): string {
	const megabytes = size === undefined ? "" : `${(size / 1_000_000).toFixed(1)} MB`;
	const maker = (createdBy ?? diffId).replace(/^\/bin\/sh -c #\(nop\)\s*/, "").replace(/\s+/g, " ");
	return `${megabytes.padStart(9)}  ${startOf(terminalText(maker), WIDTH - 13)}`;
}

function isRoot(user: string | undefined): boolean {
	return user === undefined || user === "" || /^(?:root|0)(?::|$)/.test(user);
}
