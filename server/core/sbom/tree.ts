import { compareTexts } from "../compareTexts.ts";
import type { ImageLayer } from "../image/image.ts";
import { escapeMarkdown, inlineCode } from "../markdown.ts";
import { ownValue } from "../ownValue.ts";
import type { Severity } from "../severity.ts";
import { shortened } from "../text.ts";
import type { TreeNode } from "../tree.ts";
import type { Component, Sbom } from "./component.ts";

export type SbomGrouping = "type" | "layer" | "licence";

export interface SbomTreeOptions {
	readonly groupBy: SbomGrouping;
	/** Part of a name, version, package URL or licence, whatever the case; the empty text fits all. */
	readonly text: string;
	/** Layers of the image, the bottom one first, where they are known. */
	readonly layers: readonly ImageLayer[];
	/** Open vulnerabilities of a package; undefined if there is no scan. */
	readonly findings: (component: Component) => PackageFindings | undefined;
}

export interface PackageFindings {
	readonly count: number;
	readonly worst: Severity;
}

export interface SbomTree {
	readonly nodes: readonly TreeNode[];
	/** Packages that pass the filter, and all. */
	readonly shown: number;
	readonly total: number;
}

/** So many packages stand in a group before the rest is in a node of its own. */
const PAGE = 500;
/** So many files and needed packages are listed. */
const DETAILS = 20;

/** The SBOM view: the image, groups, packages; what a package is shown by and needs below it. */
export function sbomTree(sbom: Sbom, options: SbomTreeOptions): SbomTree {
	const wanted = options.text.trim().toLowerCase();
	const shown = sbom.components.filter((component) => fits(component, wanted)).sort(compareComponents);
	const groups = new Map<string, { readonly group: Group; readonly members: Component[] }>();
	for (const component of shown) {
		for (const group of groupsOf(component, options)) {
			const known = groups.get(group.label) ?? { group, members: [] };
			groups.set(group.label, known);
			if (known.members.at(-1) !== component) known.members.push(component);
		}
	}
	const names = new Map(sbom.components.map((component) => [component.reference, nameOf(component)] as const));
	const image = sbom.digest === undefined || sbom.image.includes("@") ? sbom.image : `${sbom.image}@${sbom.digest.slice(0, 19)}`;
	const root: TreeNode = {
		id: "image",
		label: image,
		description: [sbom.platform, sbom.source].filter((part) => part !== undefined).join(" · "),
		icon: "package",
		kind: "image",
		data: { image: sbom.image },
		children: [...groups.values()]
			.sort((a, b) => a.group.order - b.group.order || (a.group.label < b.group.label ? -1 : 1))
			.map(({ group, members }) => groupNode(group.label, members, options, names)),
	};
	return { nodes: [root], shown: shown.length, total: sbom.components.length };
}

function fits(component: Component, wanted: string): boolean {
	if (wanted === "") return true;
	const { name, version, purl, licenses } = component;
	return [`${name} ${version}`, purl, ...licenses].some((text) => text.toLowerCase().includes(wanted));
}

function compareComponents(a: Component, b: Component): number {
	const first = `${a.name.toLowerCase()} ${a.version} ${a.locations[0] ?? ""}`;
	const second = `${b.name.toLowerCase()} ${b.version} ${b.locations[0] ?? ""}`;
	return compareTexts(first, second);
}

interface Group {
	readonly label: string;
	/** Groups of the same order are sorted by label. */
	readonly order: number;
}

const LAST = Number.MAX_SAFE_INTEGER;

function groupsOf(component: Component, { groupBy, layers }: SbomTreeOptions): readonly Group[] {
	if (groupBy === "type") return [{ label: typeTitle(component.type), order: 0 }];
	if (groupBy === "licence") {
		if (component.licenses.length === 0) return [{ label: "No licence", order: LAST }];
		return component.licenses.map((label) => ({ label, order: 0 }));
	}
	const index = layers.findIndex((layer) => layer.diffId === component.layer || layer.digest === component.layer);
	if (component.layer === undefined || index === -1) return [{ label: "Layer unknown", order: LAST }];
	return [{ label: `Layer ${index + 1}: ${layerText(layers[index])}`, order: index }];
}

function layerText(layer: ImageLayer | undefined): string {
	const text = layer?.createdBy
		?.replace(/# buildkit$/, "")
		.replace(/\s+/g, " ")
		.trim();
	return text === undefined || text === "" ? (layer?.diffId.slice(0, 19) ?? "") : shortened(text, 80);
}

const TYPE_TITLES: Readonly<Record<string, string>> = {
	deb: "Debian packages",
	apk: "Alpine packages",
	rpm: "RPM packages",
	npm: "npm",
	pypi: "PyPI",
	golang: "Go",
	maven: "Maven",
	gem: "RubyGems",
	cargo: "Cargo",
	composer: "Composer",
	nuget: "NuGet",
	generic: "Binaries",
};

function typeTitle(type: string): string {
	return ownValue(TYPE_TITLES, type) ?? (type === "" ? "Other" : type);
}

type Names = ReadonlyMap<string, string>;

function groupNode(label: string, members: readonly Component[], options: SbomTreeOptions, names: Names): TreeNode {
	const id = `group ${label}`;
	const taken = new Map<string, number>();
	const nodes = members.map((component) => componentNode(component, id, taken, options, names));
	return {
		id,
		label,
		description: String(members.length),
		icon: options.groupBy === "layer" ? "layers" : options.groupBy === "licence" ? "law" : "library",
		kind: "group",
		spoken: `${label}, ${members.length} ${members.length === 1 ? "package" : "packages"}`,
		children: pages(nodes, id),
		collapsed: true,
	};
}

/** The first page, and the rest behind one node, which opens to the next page. */
function pages(nodes: readonly TreeNode[], parent: string, from = 0): readonly TreeNode[] {
	const rest = nodes.length - from - PAGE;
	const page = nodes.slice(from, from + PAGE);
	if (rest <= 0) return page;
	const more: TreeNode = {
		id: `${parent} / more ${from + PAGE}`,
		label: `${rest} more`,
		icon: "ellipsis",
		kind: "more",
		children: pages(nodes, parent, from + PAGE),
		collapsed: true,
	};
	return [...page, more];
}

function componentNode(component: Component, parent: string, taken: Map<string, number>, options: SbomTreeOptions, names: Names): TreeNode {
	const findings = options.findings(component);
	const count =
		findings === undefined || findings.count === 0 ? undefined : `${findings.count} ${findings.count === 1 ? "finding" : "findings"}`;
	const licences = shortened(component.licenses.join(", "), 80);
	const key = `${component.purl || nameOf(component)} ${component.locations[0] ?? ""}`;
	const twin = taken.get(key) ?? 0;
	taken.set(key, twin + 1);
	const id = `${parent} / ${key}${twin === 0 ? "" : ` #${twin}`}`;
	return {
		id,
		label: nameOf(component),
		description: [licences, count].filter(Boolean).join(" · "),
		tooltip: tooltipOf(component),
		icon: "package",
		...(findings === undefined || findings.count === 0 ? {} : { severity: findings.worst }),
		kind: "package",
		spoken: [nameOf(component), licences === "" ? "no licence" : licences, count].filter(Boolean).join(", "),
		data: { purl: component.purl, name: component.name, version: component.version },
		children: detailNodes(component, id, names),
		collapsed: true,
	};
}

function nameOf(component: Component): string {
	return component.version === "" ? component.name : `${component.name} ${component.version}`;
}

function tooltipOf(component: Component): string {
	const facts = [component.purl === "" ? nameOf(component) : component.purl].map(inlineCode);
	return [...facts, ...component.licenses.map(escapeMarkdown)].join("\n\n");
}

function detailNodes(component: Component, parent: string, names: Names): readonly TreeNode[] {
	const files = component.locations.map((path) => ({ label: path, icon: "file", kind: "file" }));
	const needs = component.dependsOn.flatMap((reference) => {
		const name = names.get(reference);
		return name === undefined ? [] : [{ label: name, description: "needed", icon: "link", kind: "dependency" }];
	});
	return [...limited(files), ...limited(needs)].map((node, index) => ({ ...node, id: `${parent} / ${index}` }));
}

function limited<T extends Omit<TreeNode, "id">>(nodes: readonly T[]): readonly Omit<TreeNode, "id">[] {
	const rest = nodes.length - DETAILS;
	return rest <= 0 ? nodes : [...nodes.slice(0, DETAILS), { label: `${rest} more`, icon: "ellipsis", kind: "rest" }];
}
