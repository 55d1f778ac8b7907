import { parsePurl } from "../purl/purl.ts";
import type { Component } from "./component.ts";

/** The distribution that an image is made of. */
export interface OperatingSystem {
	/** `debian`, `alpine` … */
	readonly name: string;
	readonly version: string;
}

const SYSTEM_TYPES = new Set(["deb", "apk", "rpm"]);

/** What most package URLs of the system's packages name: `distro=debian-12.15`, or `distro=3.20.0` in the namespace `alpine`. */
export function operatingSystemOf(components: readonly Component[]): OperatingSystem | undefined {
	const counts = new Map<string, number>();
	for (const { purl: text } of components) {
		const purl = parsePurl(text);
		const distro = purl?.qualifiers.get("distro");
		if (purl === undefined || distro === undefined || !SYSTEM_TYPES.has(purl.type)) continue;
		const named = distro.startsWith(`${purl.namespace}-`) ? distro.slice(purl.namespace.length + 1) : distro;
		const key = `${purl.namespace} ${named}`;
		counts.set(key, (counts.get(key) ?? 0) + 1);
	}
	const [best] = [...counts].sort((a, b) => b[1] - a[1]);
	const [name, version] = best?.[0].split(" ") ?? [];
	return name === undefined || version === undefined || name === "" ? undefined : { name, version };
}
