/**
 * Official images whose tags name no distribution, but were built for the last time on a Debian that has been moved to the archive since.
 * Source: the history of the files in library/ of docker-library/official-images. Read 2026-11.
 */

/** Official images move to a new Debian within weeks: a line that ended by then was never built on Debian 11, of 2021-08-14. */
export const LAST_DAY_ON_ARCHIVED = "2021-09-30";

/** Products whose images are built on Debian, by their names in the table of support ends. */
export const BUILT_ON_DEBIAN: ReadonlySet<string> = new Set([
	"Node.js",
	"Python",
	"Ruby",
	"PHP",
	"Go",
	"PostgreSQL",
	"Redis",
	"nginx",
	"Tomcat",
]);

/** Images that moved later, or whose lines have no end of support; an absent tag is the empty text. */
export const TAGS_ON_ARCHIVED: Readonly<Record<string, RegExp>> = {
	// Given up in 2016, on Debian 8.
	java: /^/,
	node: /^(?:(?:\d|1[0-7])(?:[.-]|$)|(?:argon|boron|carbon|dubnium|erbium|fermium|gallium)(?:-|$))/,
	openjdk: /^(?:[679]|1[02-6]|8u[12]?\d?\d|11\.0\.(?:\d|1[01]))(?:[.-]|$)/,
	haskell: /^[78](?:[.-]|$)/,
	httpd: /^2\.(?:2(?:[.-]|$)|4\.(?:\d|[1-3]\d|4[0-8])(?:-|$))/,
	// PyPy 7.3.5 was current when its images moved to Debian 11; those of Python 3.5 and 3.6 had ended by then.
	pypy: /^(?:3\.[56](?:-|$)|[23](?:\.\d+)?-(?:[1-6](?:[.-]|$)|7\.[0-2](?:[.-]|$)|7\.3\.[0-4](?:-|$)))/,
	rust: /^1\.(?:\d|[1-4]\d|5[0-3])(?:[.-]|$)/,
};
