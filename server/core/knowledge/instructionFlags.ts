/**
 * The flags of each instruction, those of labs channels included. Instructions that are not listed take none.
 * Source: Dockerfile reference, docs.docker.com, and BuildKit 0.25, `frontend/dockerfile/instructions/parse.go`. Read 2026-11.
 */

/** `boolean` may stand without a value, `text` may not, `list` may not and may be repeated. */
export type FlagKind = "boolean" | "text" | "list";

export const INSTRUCTION_FLAGS: Readonly<Record<string, Readonly<Record<string, FlagKind>>>> = {
	FROM: { platform: "text" },
	RUN: { mount: "list", network: "text", security: "text", device: "list" },
	COPY: { from: "text", chown: "text", chmod: "text", link: "boolean", parents: "boolean", exclude: "list" },
	ADD: {
		chown: "text",
		chmod: "text",
		link: "boolean",
		checksum: "text",
		"keep-git-dir": "boolean",
		unpack: "boolean",
		exclude: "list",
	},
	HEALTHCHECK: {
		interval: "text",
		timeout: "text",
		"start-period": "text",
		"start-interval": "text",
		retries: "text",
	},
};

/** The kind of an instruction's flag; undefined if the instruction has none of that name. */
export function flagKind(keyword: string, name: string): FlagKind | undefined {
	const flags = INSTRUCTION_FLAGS[keyword];
	return flags !== undefined && Object.hasOwn(flags, name) ? flags[name] : undefined;
}

/** Instructions whose flags the builder drops without looking at them. Observed in BuildKit 0.25. */
export const FLAGS_IGNORED: ReadonlySet<string> = new Set(["ARG", "STOPSIGNAL"]);
