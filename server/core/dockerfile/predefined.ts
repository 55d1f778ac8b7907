/**
 * Variables that BuildKit knows without a declaration.
 * Source: Dockerfile reference, "Predefined ARGs" and "Automatic platform ARGs in the global scope". Read 2026-11.
 */

/** Set by the builder; visible in FROM, and in a stage after `ARG NAME`. */
export const PLATFORM_ARGS: ReadonlySet<string> = new Set([
	"BUILDPLATFORM",
	"BUILDOS",
	"BUILDARCH",
	"BUILDVARIANT",
	"TARGETPLATFORM",
	"TARGETOS",
	"TARGETARCH",
	"TARGETVARIANT",
	"TARGETSTAGE",
]);

/** May be passed to any build and used without a declaration. */
export const PROXY_ARGS: ReadonlySet<string> = new Set([
	"HTTP_PROXY",
	"http_proxy",
	"HTTPS_PROXY",
	"https_proxy",
	"FTP_PROXY",
	"ftp_proxy",
	"NO_PROXY",
	"no_proxy",
	"ALL_PROXY",
	"all_proxy",
]);
