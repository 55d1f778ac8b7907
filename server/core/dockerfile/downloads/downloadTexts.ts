import { hideReferences } from "../../baseName.ts";
import { DATA_FILES, KNOWN_INSTALLERS } from "../../knowledge/pipeConsumers.ts";
import { shortened } from "../../text.ts";
import { decodedName, hostOf, lastPart } from "./addresses.ts";
import type { Download } from "./downloads.ts";

/** The characters that most messages have for the name of a download. */
const ROOM = 55;
/** Those of them that the host gets at least, with what stands between the two. */
const FOR_HOST = 21;

/** What a download is called in a message: `app.tgz from github.com`, `a file from github.com`, at most `most` characters. */
export function downloadName(download: Download, most = ROOM): string {
	const { sink } = download;
	return addressName(shown(download), sink.kind === "file" && sink.path !== undefined ? lastPart(sink.path) : undefined, most);
}

/** The same for an address, and the name under which the file is stored, if it is known. */
export function addressName(address: string, stored?: string, most = ROOM): string {
	const host = hostOf(address);
	const name = decodedName(lastPart(address.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/]*/i, "")));
	// A variable alone, or what any file could be called, tells less than the name that the author chose.
	const told = [name, stored].filter((candidate) => candidate !== undefined && PLAIN_NAME.test(hideReferences(candidate)));
	const file = told.find((candidate) => candidate !== undefined && !SAYS_LITTLE.test(candidate)) ?? told[0];
	if (file !== undefined) {
		const shownFile = shortened(file, most - FOR_HOST);
		return host === undefined ? shownFile : `${shownFile} from ${shortenedHost(host, most - " from ".length - shownFile.length)}`;
	}
	if (host === undefined) return "what is downloaded";
	const kind = /[*{]/.test(hideReferences(name)) ? "files" : "a file";
	return `${kind} from ${shortenedHost(host, most - `${kind} from `.length)}`;
}

/** A variable alone, or the last word of addresses that name the file before it: `…/app.zip/download`. */
const SAYS_LITTLE = /^(?:(?:\$\{[^{}]*\})+|download|latest|raw|content|file|get)$/i;
const PLAIN_NAME = /^[\w.@+~{}-]+$/;

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
	const address = download.resolved ?? download.address;
	return DATA_FILES.test(lastPart(shown(download))) || (/\b[0-9a-f]{40}\b/.test(address) && !isWebPage(address));
}

/** Whether GitHub or GitLab answers with a page that shows the file, which is another one at each request, also for a commit. */
export function isWebPage(address: string): boolean {
	const isShown = /^https?:\/\/(?:(?:www\.)?github\.com\/[^/]+\/[^/]+|[^/?#]+\/[^?#]+\/-)\/(?:blob|blame|tree)\//i.test(address);
	return isShown && !/[?&]raw=(?:true|1)\b/.test(address);
}

function shown(download: Download): string {
	return (download.resolved ?? download.address).replaceAll("\0", "…");
}

/** A host of at most `most` characters: the names at its end stay whole, since they tell whose it is. */
function shortenedHost(host: string, most: number): string {
	if (host.length <= most) return host;
	const dot = host.indexOf(".", host.length - (most - 1));
	return dot === -1 || dot === host.lastIndexOf(".") ? shortened(host, most) : `…${host.slice(dot)}`;
}
