import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { structureJson } from "../core/report/structure.ts";
import { fileProblem } from "../operations/fileProblem.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { decoded } from "./inputs.ts";
import { printProblem, type Terminal } from "./terminal.ts";

/** `hullguard parse` */
export async function parseCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	let failed = false;
	const read = async (path: string): Promise<string | undefined> => {
		try {
			return decoded(path === "-" ? await terminal.input() : await readFile(resolve(terminal.folder, path))).text;
		} catch (error) {
			terminal.signal.throwIfAborted();
			failed = true;
			printProblem(terminal, fileProblem(path, error));
			return undefined;
		}
	};
	const list = call.options["files-from"];
	const listed = typeof list === "string" ? await read(list) : "";
	if (listed === undefined) return EXIT.failed;
	if (call.operands.length === 0 && typeof list !== "string") {
		printProblem(terminal, {
			kind: "invalid",
			message: "hullguard parse needs files",
			hint: "Name them, `-` for standard input, or give their paths with --files-from.",
		});
		return EXIT.failed;
	}
	for (const path of [...call.operands, ...listed.split(/\r?\n/).filter((line) => line !== "")]) {
		terminal.signal.throwIfAborted();
		const text = await read(path);
		if (text !== undefined) terminal.out(structureJson(path, text));
	}
	return failed ? EXIT.failed : EXIT.clean;
}
