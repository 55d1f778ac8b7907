import { createRequire } from "node:module";
import { EXIT, type ExitCode } from "./exit.ts";

/**
 * `hullguard lsp --stdio`: hands the process over to the language server, which is a bundle of its own and looks at the
 * arguments by itself. It ends the process when its connection ends.
 */
export function lspCommand(): Promise<ExitCode> {
	createRequire(__filename)("./server.cjs");
	return new Promise((resolve) => process.once("beforeExit", () => resolve(EXIT.clean)));
}
