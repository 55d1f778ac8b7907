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

const AUTHORITY = /^(?:[a-z][a-z0-9+.-]*:\/\/)?([^/?#]*)/i;
const HOST = /^([a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/i;

/** The host of an address, without user and port; undefined where a variable hides it. */
export function hostOf(address: string): string | undefined {
	const [start = "", hidden = ""] = AUTHORITY.exec(hideReferences(address)) ?? [];
	const authority = address.slice(start.length - hidden.length, start.length);
	return HOST.exec(authority.slice(authority.lastIndexOf("@") + 1))?.[1];
}
