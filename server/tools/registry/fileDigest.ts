import { createHash } from "node:crypto";
import { ToolError } from "../errors.ts";
import { tooLong } from "./body.ts";
import { followed } from "./exchange.ts";
import type { Proxies } from "./proxies.ts";

/** What a download is limited to. */
export interface FileDigestOptions {
	readonly signal: AbortSignal;
	/** For each address on the way, the download included. */
	readonly timeoutMs?: number;
	readonly maximumBytes?: number;
	/** Without it every address is asked directly. */
	readonly proxies?: Proxies;
}

const TIMEOUT_MS = 5 * 60_000;
const MOST_BYTES = 200 * 1024 * 1024;

/**
 * The sha256 of what an https address serves, as `sha256:…`; the content is counted, not kept. A server that compresses on the
 * way is refused: what curl, wget and BuildKit would then get is not the same.
 * @throws ToolError if there is no such file, it is too long, or the way to it is not https; AbortError when cancelled
 */
export async function fileDigest(address: string, options: FileDigestOptions): Promise<string> {
	const { signal, timeoutMs = TIMEOUT_MS, maximumBytes = MOST_BYTES } = options;
	const url = httpsAddress(address);
	const limits = { signal, timeoutMs, maximumBytes, ...(options.proxies === undefined ? {} : { proxies: options.proxies }) };
	return await followed({ method: "GET", url }, limits, async (response) => {
		const { host } = response.url;
		if (response.status !== 200) throw statusError(response.status, host, url);
		if ((response.headers.get("content-encoding") ?? "identity") !== "identity")
			throw new ToolError("failed", `${host} compresses ${nameOf(url)} on the way, so that its digest depends on who asks`, {
				hint: "Take the checksum that the publisher names.",
			});
		if (Number(response.headers.get("content-length") ?? 0) > maximumBytes) throw tooLong(host, maximumBytes);
		const hash = createHash("sha256");
		let length = 0;
		for await (const chunk of response.chunks) {
			length += chunk.byteLength;
			if (length > maximumBytes) throw tooLong(host, maximumBytes);
			hash.update(chunk);
		}
		return `sha256:${hash.digest("hex")}`;
	});
}

function httpsAddress(address: string): URL {
	let url: URL | undefined;
	try {
		url = new URL(address);
	} catch {
		// Said below.
	}
	if (url?.protocol === "https:" && url.username === "" && url.password === "") return url;
	throw new ToolError("invalid", "Only what an https address without a password serves can be checked", {
		hint: "Use an https address, or take the checksum that the publisher names.",
	});
}

function statusError(status: number, host: string, url: URL): ToolError {
	const more = (hint: string) => ({ hint, detail: `${host}: HTTP ${status}` });
	if (status === 401 || status === 403)
		return new ToolError(
			"denied",
			`${host} does not give ${nameOf(url)} to everybody`,
			more("Take the checksum that the publisher names."),
		);
	if (status === 404 || status === 410) return new ToolError("notFound", `${host} has no ${nameOf(url)}`, more("Check the address."));
	if (status === 429) return new ToolError("rateLimited", `${host} was asked too often`, more("Try again later."));
	return new ToolError("failed", `${host} does not give ${nameOf(url)} (HTTP ${status})`, more("Try again later; nothing was changed."));
}

/** The last part of the path: the query may hold a signature. */
function nameOf(url: URL): string {
	return url.pathname.split("/").pop() || url.pathname;
}
