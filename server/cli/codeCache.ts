import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";
import { EXIT } from "./exit.ts";

/** Bytes before V8's own: the checksum of those. V8 does not look itself, and breaks down over data that has changed (measured). */
const CHECKSUM_BYTES = 4;
/** Files of two megabytes each. */
const MOST_KEPT = 4;

/**
 * Loads a bundle, with all functions compiled that an earlier run has needed. Node's own cache of compiled code holds only what every
 * run executes first, not what is called from there: with it, the time to the first finding is half as long again (measured).
 *
 * @param bundle absolute path of a CommonJS file, in ASCII
 * @param folder where compiled code is kept; undefined if nowhere
 */
export function loadCompiled(bundle: string, folder: string | undefined): void {
	const bytes = readFileSync(bundle);
	const text = `(function (exports, require, module, __filename, __dirname) {${bytes.toString("latin1")}\n})`;
	// Data of another V8, of other flags or of another processor is of no use: all of them are in the tag.
	const tag = cachedDataVersionTag();
	const name = `${basename(bundle)}-${crc32(bytes).toString(16)}-${tag.toString(16)}`;
	const file = folder === undefined ? undefined : join(folder, name);
	const known = file === undefined ? undefined : readChecked(file);
	const script = new Script(text, { filename: bundle, ...(known === undefined ? {} : { cachedData: known }) });
	if (file !== undefined && (known === undefined || script.cachedDataRejected === true))
		process.once("exit", (code) => {
			// A call that failed has hardly begun. Where V8's flags have changed, the next start could not use the data.
			if (code < EXIT.failed && cachedDataVersionTag() === tag) writeChecked(file, script.createCachedData());
		});
	const module = { exports: {} };
	script.runInThisContext()(module.exports, createRequire(bundle), module, bundle, dirname(bundle));
}

/** Undefined if there is no such file, or something happened to it. */
function readChecked(file: string): Buffer | undefined {
	try {
		const content = readFileSync(file);
		const data = content.subarray(CHECKSUM_BYTES);
		return content.length > CHECKSUM_BYTES && content.readUInt32LE(0) === crc32(data) ? data : undefined;
	} catch {
		return undefined;
	}
}

/** Puts the data there at once. Without success, nothing is kept. */
function writeChecked(file: string, data: Buffer): void {
	const checksum = Buffer.alloc(CHECKSUM_BYTES);
	checksum.writeUInt32LE(crc32(data));
	const fresh = `${file}.${process.pid}`;
	try {
		writeFileSync(fresh, Buffer.concat([checksum, data]), { mode: 0o600 });
		renameSync(fresh, file);
		for (const old of newestFirst(file).slice(MOST_KEPT)) rmSync(old, { force: true });
	} catch {
		rmSync(fresh, { force: true });
	}
}

/** What is kept of bundles of a name: of several versions of the program, of Node. */
function newestFirst(file: string): readonly string[] {
	const prefix = basename(file).replace(/-.*/, "-");
	return readdirSync(dirname(file))
		.filter((name) => name.startsWith(prefix))
		.map((name) => join(dirname(file), name))
		.map((path) => ({ path, written: statSync(path).mtimeMs }))
		.sort((a, b) => b.written - a.written)
		.map(({ path }) => path);
}
