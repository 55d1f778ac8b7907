/**
 * Stands in for the program of a desktop VS Code where there is none: takes its arguments, starts the server of
 * `test/support/editor.ts`, opens it in Chromium, runs the suite inside its extension host and ends with the suite's exit code.
 *
 *   node test/support/codeInBrowser.ts --extensionDevelopmentPath=DIR --extensionTestsPath=FILE --user-data-dir=DIR FOLDER
 */
import { chromium } from "playwright-core";
import { startEditorServer } from "../../scripts/editorServer.ts";
import { endGroup } from "../../scripts/processGroup.ts";
import { testBrowser, testEditor } from "./editor.ts";

const words = process.argv.slice(2);
const option = (name: string): string => {
	const start = `--${name}=`;
	const word = words.find((candidate) => candidate.startsWith(start));
	if (word === undefined) throw new Error(`${start} is missing`);
	return word.slice(start.length);
};
const editor = testEditor();
const folder = words.find((word) => !word.startsWith("-"));
if (editor === undefined || folder === undefined) throw new Error("there is no editor, or no folder to open");

// The page takes the paths of extension and suite with this flag alone.
const args = ["--enable-smoke-test-driver", "--disable-workspace-trust"];
const server = await startEditorServer(editor, undefined, folder, { args, data: option("user-data-dir") });
const browser = await chromium.launch({ executablePath: testBrowser() ?? "", args: ["--no-sandbox"] });
try {
	const page = await browser.newPage();
	const ended = new Promise<number>((done) => {
		void page.exposeFunction("codeAutomationExit", done);
	});
	await page.exposeFunction("codeAutomationLog", () => undefined);
	const address = new URL(server.address);
	const remote = (path: string): string => `vscode-remote://${address.host}${path}`;
	address.searchParams.set(
		"payload",
		JSON.stringify(["extensionDevelopmentPath", "extensionTestsPath"].map((name) => [name, remote(option(name))])),
	);
	await page.goto(address.href);
	process.exitCode = await ended;
} finally {
	await browser.close();
	await endGroup(server.process);
}
