import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { structureJson } from "../core/report/structure.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode, printProblem, type Terminal } from "./terminal.ts";

/** `hullguard parse` */
export async function parseCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const list = call.options["files-from"];
	const listed =
		typeof list !== "string" ? "" : list === "-" ? await terminal.input() : await readFile(resolve(terminal.folder, list), "utf8");
	const paths = [...call.operands, ...listed.split(/\r?\n/).filter((line) => line !== "")];
	let failed = paths.length === 0;
	if (failed)
		printProblem(terminal, {
			kind: "invalid",
			message: "hullguard parse needs files",
			hint: "Name them, or give their paths with --files-from.",
		});
	for (const path of paths) {
		terminal.signal.throwIfAborted();
		try {
			const text = path === "-" ? await terminal.input() : await readFile(resolve(terminal.folder, path), "utf8");
			terminal.out(structureJson(path, text));
		} catch (error) {
			failed = true;
			printProblem(terminal, {
				kind: "file",
				message: `${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
				path,
			});
		}
	}
	return failed ? EXIT.failed : EXIT.clean;
}
