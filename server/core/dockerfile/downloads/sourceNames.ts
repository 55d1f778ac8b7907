import { withoutQuery } from "../../baseName.ts";
import { OTHER_CONFIGURE_SCRIPTS } from "../../knowledge/configureScripts.ts";

/** What a path or an address tells of the sources behind it: whether their `configure` is autoconf's, or another one. */
export type SourceKind = "autoconf" | "other";

const ARCHIVE = /\.(?:git|zip|tgz|tbz2?|txz|t?ar(?:\.(?:gz|bz2|xz|zst|lzma|lz))?)$/;
/** Parts that name no project: folders in which sources lie, and what hosts of repositories put behind a project's name. */
const GENERIC =
	/^(?:src|sources?|build|tmp|usr|opt|work|workspace|code|local|root|home|downloads?|dist|archives?|refs|tags|heads|releases?|tarball|zipball|main|master|latest|stable|snapshot|trunk|v|version)$/;
/** `7.1`, `n7.1`, `v2`, `r100`. */
const VERSION = /^[a-z]{0,2}\d[\w.]*$/;

/**
 * The kind of the sources by the last name of a path or an address: its repository, archive or folder, neither owner nor host.
 * Undefined where that names nothing for sure.
 */
export function sourceKind(text: string): SourceKind | undefined {
	const path = text.toLowerCase().replace(/["'\\]/g, "");
	// A variable that nobody knows tells by its name.
	if ([...path.matchAll(/\$\{?(\w+)/g)].some(([, variable = ""]) => variable.split("_").some(isOther))) return "other";
	const isAddress = /^[a-z+]+:\/\/|^[\w.-]+@[\w.-]+:/.test(path);
	const plain = withoutQuery(path)
		.replace(/^[a-z+]+:\/\/[^/]*|^[\w.-]+@[\w.-]+:/, "")
		.replace(/^\/home\/[^/]*/, "")
		.replace(/\$\{[^}]*\}/g, "$");
	for (const part of plain.split("/").reverse()) {
		const name = part.replace(ARCHIVE, "");
		const [first = ""] = name.split(/[^a-z0-9]+/);
		// `nginx.conf` is no source of nginx.
		if (isOther(first)) return /\.[a-z]{2,}$/.test(name) ? undefined : "other";
		if (first === "" || GENERIC.test(first) || VERSION.test(name)) continue;
		return isAddress || name !== part || /[-_]v?\d/.test(name) ? "autoconf" : undefined;
	}
	return undefined;
}

function isOther(name: string): boolean {
	return OTHER_CONFIGURE_SCRIPTS.has(name) || OTHER_CONFIGURE_SCRIPTS.has(name.replace(/\d+$/, ""));
}
