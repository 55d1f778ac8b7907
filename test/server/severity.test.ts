import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { TextDocument } from "vscode-languageserver-textdocument";
import { SET_SEVERITY, type SetSeverityParams } from "../../server/protocol.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";

const RULE = "sudo-in-run";

describe("language server: another severity for a rule", () => {
	let project: TemporaryProject;
	let client: LanguageClient;
	let end: (() => Promise<void>) | undefined;
	afterEach(async () => end?.());

	async function asked(files: Readonly<Record<string, string>>, level: SetSeverityParams["level"] = "off", settings = {}) {
		await end?.();
		project = temporaryProject({ "app/Dockerfile": "FROM debian\nRUN sudo ls\n", ...files });
		client = await startLanguageClient({ folders: [project.folder], settings });
		end = async () => {
			end = undefined;
			await client.stop();
			project.remove();
		};
		const uri = pathToFileURL(project.path("app/Dockerfile")).href;
		await client.open(uri, "FROM debian\nRUN sudo ls\n");
		return client.ask(SET_SEVERITY, { uri, rule: RULE, level });
	}

	async function written(text: string, level: SetSeverityParams["level"] = "off"): Promise<string> {
		const change = await asked({ "hullguard.yaml": text }, level);
		assert.equal(change.kind, "edits", JSON.stringify(change));
		const { edits, uri } = (change as Extract<typeof change, { kind: "edits" }>).edits;
		assert.equal(uri, pathToFileURL(project.path("hullguard.yaml")).href);
		return TextDocument.applyEdits(TextDocument.create(uri, "yaml", 1, text), structuredClone(edits) as never);
	}

	it("is written into the nearest configuration file, which stays as it is otherwise", async () => {
		for (const [before, after] of [
			["", "rules:\n  sudo-in-run: off\n"],
			["# ours\n", "# ours\nrules:\n  sudo-in-run: off\n"],
			["preset: strict # all of it\n", "preset: strict # all of it\nrules:\n  sudo-in-run: off\n"],
			["rules:\n", "rules:\n  sudo-in-run: off\n"],
			["rules: {}\npreset: strict\n", "rules:\n  sudo-in-run: off\npreset: strict\n"],
			["preset: recommended\n\nrules:\n  # apt: off\n  {}\n", "preset: recommended\n\nrules:\n  # apt: off\n  sudo-in-run: off\n"],
			["rules:\n    apt-*: off # no apt here\npreset: all\n", "rules:\n    apt-*: off # no apt here\n    sudo-in-run: off\npreset: all\n"],
			["rules: { apt-*: off }\n", "rules: { apt-*: off, sudo-in-run: off }\n"],
			["rules:\r\n  apt-*: off\r\n", "rules:\r\n  apt-*: off\r\n  sudo-in-run: off\r\n"],
			["rules:\n  apt-*: off", "rules:\n  apt-*: off\n  sudo-in-run: off"],
			["rules:\n  sudo-in-run: error # really\n  apt-*: off\n", "rules:\n  sudo-in-run: off # really\n  apt-*: off\n"],
			["rules:\n  sudo-in-run: hint\n  sudo-*: info\n", "rules:\n  sudo-*: info\n  sudo-in-run: off\n"],
			["rules:\n  sudo-*: hint\n  sudo-in-run: {severity: error}\n", "rules:\n  sudo-*: hint\n  sudo-in-run: {severity: off}\n"],
			[
				"rules:\n  base-image-not-allowed:\n    severity: error\n",
				"rules:\n  base-image-not-allowed:\n    severity: error\n  sudo-in-run: off\n",
			],
		] as const)
			assert.equal(await written(before), after, before);
	});

	it("counts: the file says so when it is read again", async () => {
		const text = "rules:\n  sudo-*: off\n";
		assert.equal(await written(text, "error"), "rules:\n  sudo-*: off\n  sudo-in-run: error\n");
	});

	it("is written into the override that has the last word, and not into one of other files", async () => {
		const text = 'overrides:\n  - files: "app/**"\n    rules:\n      sudo-*: hint\n  - files: "other/**"\n    rules:\n      sudo-*: info\n';
		assert.equal(await written(text), text.replace("sudo-*: hint\n", "sudo-*: hint\n      sudo-in-run: off\n"));
		const others = 'overrides:\n  - files: "other/**"\n    rules:\n      sudo-*: info\n';
		assert.equal(await written(others), `${others}rules:\n  sudo-in-run: off\n`);
		const silent = 'overrides:\n  - files: "app/**"\n    preset: strict\n';
		assert.equal(await written(silent), `${silent}rules:\n  sudo-in-run: off\n`);
	});

	it("is written above what the file builds on", async () => {
		const change = await asked({ "hullguard.yaml": "extends: ./base.yaml\n", "base.yaml": "rules:\n  sudo-in-run: error\n" });
		assert.ok(change.kind === "edits" && change.edits.uri.endsWith("/hullguard.yaml"));
		assert.deepEqual(
			change.edits.edits.map(({ newText }) => newText),
			["\nrules:\n  sudo-in-run: off"],
		);
	});

	it("is for the user to write where the file is written in a way that leaves no place, or hadolint's file decides", async () => {
		const entry = "  - files: app/**\n    rules:\n      sudo-in-run: hint\n";
		const unclear = await asked({ "hullguard.yaml": `overrides:\n  - rules: {}\n${entry}` });
		assert.ok(unclear.kind === "manual" && unclear.range?.start.line === 4, JSON.stringify(unclear));
		const broken = await asked({ "hullguard.yaml": "rules: [\n" });
		assert.ok(broken.kind === "manual" && broken.uri.endsWith("/hullguard.yaml"));
		const hadolint = await asked({ ".hadolint.yaml": "ignored: [DL3004]\n" }, "error");
		assert.ok(hadolint.kind === "manual" && hadolint.uri.endsWith("/.hadolint.yaml"), JSON.stringify(hadolint));
	});

	it("is one of the editor's settings where no file says anything, or the settings come first", async () => {
		assert.equal((await asked({})).kind, "settings");
		assert.equal((await asked({ ".hadolint.yaml": "ignored: [DL3008]\n" })).kind, "settings");
		const first = await asked({ "hullguard.yaml": "preset: strict\n" }, "off", { lint: { configurationPreference: "editorFirst" } });
		assert.equal(first.kind, "settings");
	});

	it("is for the text as it stands in the editor", async () => {
		await asked({ "hullguard.yaml": "preset: strict\n" });
		const uri = pathToFileURL(project.path("hullguard.yaml")).href;
		await client.open(uri, "rules:\n  sudo-in-run: hint\n", "yaml");
		await client.save(uri);
		const change = await client.ask(SET_SEVERITY, { uri: pathToFileURL(project.path("app/Dockerfile")).href, rule: RULE, level: "off" });
		assert.ok(change.kind === "edits");
		assert.deepEqual(change.edits, {
			uri,
			version: 1,
			edits: [{ range: { start: { line: 1, character: 15 }, end: { line: 1, character: 19 } }, newText: "off" }],
		});
	});
});
