import assert from "node:assert/strict";
import {
	type CodeAction,
	type CodeLens,
	commands,
	type DocumentLink,
	type Hover,
	type MarkdownString,
	Position,
	Range,
	type Uri,
	window,
	workspace,
} from "vscode";
import { actionAt, asked, fileWith, findings, findingsOf, TEXT, WITHOUT_YES } from "./host.ts";

function textOf(hover: Hover): string {
	return hover.contents.map((content) => (typeof content === "string" ? content : (content as MarkdownString).value)).join("\n");
}

describe("language features", () => {
	let uri: Uri;
	before(async () => {
		uri = await fileWith("language/Dockerfile", TEXT);
		await window.showTextDocument(uri);
		await findings(uri, (codes) => codes.includes(WITHOUT_YES));
	});
	const weakness = () => findingsOf(uri).find(({ range }) => range.isEqual(new Range(1, 30, 1, 37)));

	it("marks the token that has to change, with a link to its rule", () => {
		const { code } = weakness() ?? {};
		assert.ok(typeof code === "object" && code.value === WITHOUT_YES);
		assert.match(code.target.path, /\/apt-install-without-yes\.md$/);
	});

	it("explains a weakness where it is pointed at", async () => {
		const hovers = await asked<Hover[]>("vscode.executeHoverProvider", [uri, new Position(1, 32)], (all) => all.length > 0);
		assert.match(hovers.map(textOf).join("\n"), /apt-get/);
	});

	it("offers the repair first, as the preferred one", async () => {
		const finding = weakness();
		assert.ok(finding !== undefined);
		const action = await actionAt(uri, finding, "Add -y");
		assert.equal(action.isPreferred, true);
		assert.equal(action.edit?.get(uri)[0]?.newText.trim(), "-y");
	});

	it("offers pinning and building above FROM", async () => {
		const lenses = await asked<CodeLens[]>("vscode.executeCodeLensProvider", [uri, 10], (all) => all.length >= 2);
		assert.deepEqual(
			lenses.map((lens) => lens.command?.command),
			["hullguard.digest.pin", "hullguard.scan.buildAndScan"],
		);
	});

	it("links an image to its registry", async () => {
		const links = await asked<DocumentLink[]>("vscode.executeLinkProvider", [uri], (all) => all.length > 0);
		assert.equal(links[0]?.target?.toString(), "https://hub.docker.com/_/debian");
	});

	it("has all safe repairs in one action", async () => {
		const whole = new Range(0, 0, 3, 0);
		const actions = await asked<CodeAction[]>(
			"vscode.executeCodeActionProvider",
			[uri, whole, "source.fixAll.hullguard"],
			(all) => all.length > 0,
		);
		assert.equal(actions.length, 1);
		assert.equal(actions[0]?.kind?.value, "source.fixAll.hullguard");
	});

	it("applies them when a file is saved, where somebody asks for that", async () => {
		const settings = workspace.getConfiguration("editor", { uri, languageId: "dockerfile" });
		await settings.update("codeActionsOnSave", { "source.fixAll.hullguard": "explicit" });
		try {
			const editor = await window.showTextDocument(uri);
			await editor.edit((edit) => edit.insert(new Position(0, 0), "# A comment\n"));
			await editor.document.save();
			assert.match(editor.document.getText(), /install -y curl && rm -rf \/var\/lib\/apt\/lists/);
			assert.equal(editor.document.isDirty, false);
			await findings(uri, (codes) => !codes.includes(WITHOUT_YES));
		} finally {
			await settings.update("codeActionsOnSave", undefined);
		}
	});

	it("applies them by command", async () => {
		const other = await fileWith("language/other/Dockerfile", TEXT);
		const { document } = await window.showTextDocument(other);
		await commands.executeCommand("hullguard.lint.fixAll");
		assert.match(document.getText(), /install -y curl/);
	});

	it("checks a file that was never saved", async () => {
		const document = await workspace.openTextDocument({ language: "dockerfile", content: TEXT });
		await findings(document.uri, (codes) => codes.includes(WITHOUT_YES));
	});
});
