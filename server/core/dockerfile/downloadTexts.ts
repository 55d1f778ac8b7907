import { DATA_FILES, KNOWN_INSTALLERS } from "../knowledge/pipeConsumers.ts";
import { type Download, decodedName, hostOf, lastPart } from "./downloads.ts";

/** What a download is called in a message: `app.tgz from github.com`, `a file from github.com`, at most 55 characters. */
export function downloadName(download: Download): string {
	const { sink } = download;
	return addressName(shown(download), sink.kind === "file" && sink.path !== undefined ? lastPart(sink.path) : undefined);
}

/** The same for an address, and the name under which the file is stored, if it is known. */
export function addressName(address: string, stored?: string): string {
	const host = hostOf(address);
	const name = decodedName(lastPart(address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "")));
	// A variable alone tells less than the name that the author chose.
	const told = [name, stored].filter((candidate) => candidate !== undefined && PLAIN_NAME.test(candidate));
	const file = told.find((candidate) => !/^(?:\$\{\w+\})+$/.test(candidate ?? "")) ?? told[0];
	if (file !== undefined) {
		const shownFile = cut(file, 34);
		return host === undefined ? shownFile : `${shownFile} from ${cut(host, 55 - 6 - shownFile.length)}`;
	}
	if (host === undefined) return "what is downloaded";
	return `${/[*{]/.test(name.replace(/\$\{\w+\}/g, "")) ? "files" : "a file"} from ${cut(host, 43)}`;
}

const PLAIN_NAME = /^[\w.@+~${}-]+$/;

/** The name of a download at the start of a sentence: a phrase gets a capital, the name of a file stays as it is. */
export function atStart(name: string): string {
	return /^(?:what is|a file|files from) /.test(`${name} `) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
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
