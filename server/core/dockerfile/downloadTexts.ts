import { DATA_FILES, KNOWN_INSTALLERS } from "../knowledge/pipeConsumers.ts";
import { type Download, hostOf, lastPart } from "./downloads.ts";

/** What a download is called in a message: `app.tgz from github.com`, at most 55 characters. */
export function downloadName(download: Download): string {
	return addressName(shown(download));
}

/** The same for an address alone. */
export function addressName(address: string): string {
	const host = hostOf(address);
	const path = address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "");
	const name = lastPart(path);
	const file = /^[\w.@+~${}-]+$/.test(name) ? cut(name, 34) : undefined;
	if (file === undefined) return host === undefined ? "what is downloaded" : cut(host, 55);
	return host === undefined ? file : `${file} from ${cut(host, 55 - 6 - file.length)}`;
}

/** The installer that many projects publish, if it is one. */
export function installerName(download: Download): string | undefined {
	const address = shown(download)
		.replace(/^[a-z]+:\/\/(?:www\.)?/i, "")
		.toLowerCase();
	return KNOWN_INSTALLERS.find((installer) => address.startsWith(installer.address))?.name;
}

/** Whether the file is data by its name, or the address names a commit: both matter less. */
export function isTamer(download: Download): boolean {
	return DATA_FILES.test(lastPart(shown(download))) || /\b[0-9a-f]{40}\b/.test(download.resolved ?? download.address);
}

function shown(download: Download): string {
	return (download.resolved ?? download.address).replaceAll("\0", "…");
}

function cut(text: string, length: number): string {
	return text.length <= length ? text : `${text.slice(0, Math.max(1, length - 1))}…`;
}
