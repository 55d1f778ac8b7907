import { baseName, hideReferences, withoutQuery } from "../../baseName.ts";

/** The last part of an address's path, without query: the name that a file is stored under. */
export function lastPart(address: string): string {
	return baseName(withoutQuery(address));
}

/** The query of an address, `?` included. */
export function queryOf(address: string): string {
	return /^\?[^#]*/.exec(address.slice(withoutQuery(address).length))?.[0] ?? "";
}

/** The name of a file without `%2B` and its like: as GNU Wget stores it. */
export function decodedName(name: string): string {
	if (!name.includes("%")) return name;
	try {
		return decodeURIComponent(name);
	} catch {
		return name;
	}
}

/** The host of an address, without user and port; undefined where a variable hides it. */
export function hostOf(address: string): string | undefined {
	const rest = address.replace(/^[a-z][a-z0-9+.-]*:\/\//i, "");
	const authority = rest.slice(0, hideReferences(rest).split(/[/?#]/, 1)[0]?.length);
	const host = authority.slice(authority.lastIndexOf("@") + 1).replace(/:\d+$/, "");
	return /^[a-z0-9.-]+$/i.test(host) || /^\[[0-9a-f:]+\]$/i.test(host) ? host : undefined;
}
