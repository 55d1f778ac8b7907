import assert from "node:assert/strict";
import { commands, languages, Uri, window, workspace } from "vscode";
import { codesOf, fileWith, findings, findingsOf, TEXT, WITHOUT_YES, when } from "./host.ts";

const COMPOSE = `services:\n  api:\n    build:\n      dockerfile_inline: |\n${TEXT.replace(/^(?=.)/gm, "        ")}`;

describe("files that are no Dockerfile", () => {
	it("hold Dockerfiles that are checked and repaired where they stand", async () => {
		const uri = await fileWith("other/compose.yaml", COMPOSE);
		await window.showTextDocument(uri);
		await findings(uri, (codes) => codes.includes(WITHOUT_YES));
		const place = findingsOf(uri).find(({ code }) => typeof code === "object" && code.value === WITHOUT_YES)?.range.start;
		assert.deepEqual([place?.line, place?.character], [5, 38]);
		await commands.executeCommand("hullguard.lint.fixAll");
		await findings(uri, (codes) => !codes.includes(WITHOUT_YES));
		assert.match(
			workspace.textDocuments.find((document) => document.uri.toString() === uri.toString())?.getText() ?? "",
			/install -y curl/,
		);
	});

	it("show what is wrong in them: the configuration file, once, also before it is saved", async () => {
		const dockerfile = await fileWith("other/Dockerfile", TEXT);
		const uri = await fileWith("other/hullguard.yaml", "presets: strict\n");
		await window.showTextDocument(dockerfile);
		await findings(uri, (codes) => codes.length === 1 && codes[0] === "configuration");
		const editor = await window.showTextDocument(uri);
		await editor.edit((edit) => edit.replace(editor.document.lineAt(0).range, `rules: { ${WITHOUT_YES}: off }`));
		await findings(uri, (codes) => codes.length === 0);
		await editor.document.save();
		await window.showTextDocument(dockerfile);
		await findings(dockerfile, (codes) => codes.length > 0 && !codes.includes(WITHOUT_YES));
	});

	it("take the severity of a rule", async () => {
		const dockerfile = await fileWith("severity/Dockerfile", TEXT);
		const uri = await fileWith("severity/hullguard.yaml", "preset: recommended # ours\n");
		await window.showTextDocument(dockerfile);
		await findings(dockerfile, (codes) => codes.includes(WITHOUT_YES));
		const choosing = commands.executeCommand("hullguard.lint.setSeverity", dockerfile.toString(), WITHOUT_YES);
		// The first of the levels is `off`.
		const chosen = when(
			languages.onDidChangeDiagnostics,
			() => codesOf(dockerfile).length > 0 && !codesOf(dockerfile).includes(WITHOUT_YES),
		);
		const accept = setInterval(() => void commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem"), 100);
		try {
			await choosing;
			await chosen;
		} finally {
			clearInterval(accept);
		}
		const written = new TextDecoder().decode(await workspace.fs.readFile(Uri.parse(uri.toString())));
		assert.equal(written, `preset: recommended # ours\nrules:\n  ${WITHOUT_YES}: off\n`);
	});
});
