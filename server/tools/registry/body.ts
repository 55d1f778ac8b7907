import { ToolError } from "../errors.ts";

/** How a body is read. */
export interface BodyLimits {
	readonly maximumBytes: number;
	/** Whom to name in the error. */
	readonly host: string;
	/** The `Content-Length` header. */
	readonly announced?: string | null;
	/** Whether to take the beginning of a body that is too long; else it is an error. */
	readonly cut?: boolean;
}

/**
 * Reads a body, but never more than the limit; the connection of a longer one is closed.
 * @throws ToolError if it is longer
 */
export async function readBody(chunks: AsyncIterable<Uint8Array>, limits: BodyLimits): Promise<Uint8Array> {
	const { maximumBytes, host, announced, cut = false } = limits;
	if (!cut && Number(announced ?? 0) > maximumBytes) throw tooLong(host, maximumBytes);
	const parts: Uint8Array[] = [];
	let length = 0;
	for await (const chunk of chunks) {
		parts.push(chunk);
		length += chunk.byteLength;
		if (length <= maximumBytes) continue;
		if (!cut) throw tooLong(host, maximumBytes);
		break;
	}
	return Buffer.concat(parts).subarray(0, maximumBytes);
}

/** An answer that goes on beyond what is taken. */
export function tooLong(host: string, maximumBytes: number): ToolError {
	return new ToolError("badOutput", `${host} sends more than ${sizeInWords(maximumBytes)}`, {
		hint: "No real answer is that long; nothing was changed.",
	});
}

function sizeInWords(bytes: number): string {
	return bytes >= 1024 * 1024 ? `${Math.round(bytes / 1024 / 1024)} MiB` : `${Math.round(bytes / 1024)} KiB`;
}
