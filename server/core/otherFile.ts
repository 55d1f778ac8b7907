import type { SpanEdit } from "./text.ts";

/** Edits of a file beside the Dockerfile: of its ignore file, of a script that it copies. */
export interface OtherFileEdit {
	/** Absolute. */
	readonly path: string;
	/** What the edits are for. */
	readonly text: string;
	readonly edits: readonly SpanEdit[];
}

/** The last part of a path of any system. */
export function fileNameOf(path: string): string {
	return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}
