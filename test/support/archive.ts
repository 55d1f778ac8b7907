import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

/** The files of a ZIP archive by their paths, in its order. Throws if the file is none, or one of more than 4 GB. */
export function readArchive(path: string): ReadonlyMap<string, Buffer> {
	const bytes = readFileSync(path);
	const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
	if (end === -1) throw new Error(`${path} is no ZIP archive`);
	const files = new Map<string, Buffer>();
	let at = bytes.readUInt32LE(end + 16);
	for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
		const nameLength = bytes.readUInt16LE(at + 28);
		const name = bytes.toString("utf8", at + 46, at + 46 + nameLength);
		const local = bytes.readUInt32LE(at + 42);
		const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
		const content = bytes.subarray(start, start + bytes.readUInt32LE(at + 20));
		files.set(name, bytes.readUInt16LE(at + 10) === 0 ? content : inflateRawSync(content));
		at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
	}
	return files;
}
