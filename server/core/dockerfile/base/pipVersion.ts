import { familiarName, type ImageReference } from "../../image/reference.ts";
import { reachesLines } from "../../image/supportEnd.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";

/**
 * The first lines of distributions whose pip is 19.1 or newer. Source: the package lists of the distributions and the notes on release
 * 19.1 of pip. Read 2026-11.
 */
const FIRST_LINES: Readonly<Record<string, string>> = {
	Debian: "11",
	Ubuntu: "20.04",
	Alpine: "3.12",
	Fedora: "31",
	"CentOS Stream": "9",
	"Amazon Linux": "2023",
};

/**
 * Whether the pip that a stage starts with is certain to take `PIP_NO_CACHE_DIR=1`: pip 10 to 19.0 stop with an error, older ones switch the
 * cache on with it.
 */
export function takesNoCacheVariable(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image") return false;
	const { reference } = base;
	const { tag = "", digest } = reference;
	if (tag === "" && digest !== undefined) return false;
	// Their pip is that of the day of the build: tags of old lines, unlike those of single releases, were built for years.
	if (familiarName(reference) === "python") return !/\d/.test(tag) || /^(?:2|2\.7|3|3\.[5-7]|3\.[89]\b.*|3\.\d\d.*)(?:-|$)/.test(tag);
	return reachesLines(reference, FIRST_LINES) ?? isRecent(reference, tag);
}

/** Images without such a line in their tag: those that are always of the newest, and Red Hat's relatives. */
function isRecent({ repository }: ImageReference, tag: string): boolean {
	if (/(?:^|\/)ubi(?:9|10)\b/.test(repository)) return true;
	if (/(?:^|\/)(?:rocky|alma|oracle)linux$/.test(repository)) return tag === "latest" || /^(?:9|1\d)\b/.test(tag);
	return !/\d/.test(tag);
}
