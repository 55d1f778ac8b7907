import { isMap, isSeq } from "yaml";
import type { ImageMention } from "./mention.ts";
import { scalarMention, yamlDocuments, yamlEntries, yamlItems, yamlText, yamlValue } from "./yamlScalars.ts";

const LISTS: ReadonlySet<string> = new Set(["containers", "initContainers", "ephemeralContainers"]);

/** The images of the containers in Kubernetes manifests, wherever the pod's template stands. Other YAML has none. */
export function kubernetesMentions(text: string): readonly ImageMention[] {
	return yamlDocuments(text).flatMap(({ contents }) => {
		if (yamlText(yamlValue(contents, "apiVersion")) === undefined || yamlText(yamlValue(contents, "kind")) === undefined) return [];
		const found: ImageMention[] = [];
		collect(text, contents, found, 0);
		return found;
	});
}

/** Manifests nest by a dozen levels; a list of manifests by some more. */
const DEEPEST = 40;

function collect(text: string, node: unknown, found: ImageMention[], depth: number): void {
	if (depth > DEEPEST) return;
	if (isSeq(node)) for (const item of node.items) collect(text, item, found, depth + 1);
	if (!isMap(node)) return;
	for (const [key, value] of yamlEntries(node)) {
		if (!LISTS.has(key)) {
			collect(text, value, found, depth + 1);
			continue;
		}
		for (const container of yamlItems(value)) {
			const name = yamlText(yamlValue(container, "name"));
			const mention = scalarMention(text, yamlValue(container, "image"), name === undefined ? "container" : `container ${name}`);
			if (mention !== undefined) found.push(mention);
		}
	}
}
