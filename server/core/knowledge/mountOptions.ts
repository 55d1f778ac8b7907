/**
 * The options of `RUN --mount`. Source: Dockerfile reference, "RUN --mount", and BuildKit 0.25,
 * `frontend/dockerfile/instructions/commands_runmount.go`. Read 2026-11.
 */

/** By name, in lower case; a `boolean` may stand without a value. */
export const MOUNT_OPTIONS: ReadonlyMap<string, "text" | "boolean"> = new Map([
	["type", "text"],
	["from", "text"],
	["source", "text"],
	["src", "text"],
	["target", "text"],
	["dst", "text"],
	["destination", "text"],
	["readonly", "boolean"],
	["ro", "boolean"],
	["readwrite", "boolean"],
	["rw", "boolean"],
	["required", "boolean"],
	["size", "text"],
	["id", "text"],
	["sharing", "text"],
	["mode", "text"],
	["uid", "text"],
	["gid", "text"],
	["env", "text"],
] as const);

export const MOUNT_TYPES: readonly string[] = ["bind", "cache", "tmpfs", "secret", "ssh"];

export const SHARING_MODES: readonly string[] = ["shared", "private", "locked"];

/** Types that take an owner and a mode. */
export const FILE_TYPES: ReadonlySet<string> = new Set(["cache", "secret", "ssh"]);
