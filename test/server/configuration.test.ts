import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { eventually } from "../support/eventually.ts";
import { type LanguageClient, startLanguageClient } from "../support/languageClient.ts";
import { type TemporaryProject, temporaryProject } from "../support/realContext.ts";

const TEXT = "FROM debian:12\nUSER 1000:1000\n";
const WRONG = "presets: strict\nrules:\n  no-such-rule: off\n";

describe("language server: what is wrong in configuration files", () => {
	let project: TemporaryProject;
	let client: LanguageClient;
	let dockerfile: string;

	async function started(files: Readonly<Record<string, string>>, options: Parameters<typeof startLanguageClient>[0] = {}): Promise<void> {
		project = temporaryProject({ "app/Dockerfile": TEXT, ...files }, "hullguard ünï ");
		dockerfile = uriOf("app/Dockerfile");
		client = await startLanguageClient({ folders: [project.folder], ...options });
	}
	afterEach(async () => {
		await client.stop();
		project.remove();
	});

	function uriOf(name: string): string {
		return pathToFileURL(project.path(name)).href;
	}
	/** What the editor shows in a file: each with the place of its start. */
	function shown(name: string): readonly string[] {
		const last = client.pushes.findLast(({ uri }) => uri === uriOf(name));
		return (last?.diagnostics ?? []).map(({ range: { start }, message }) => `${start.line}:${start.character} ${String(message)}`);
	}
	async function shows(name: string, expected: readonly (string | RegExp)[]): Promise<void> {
		const fits = (): boolean => {
			const found = shown(name);
			return found.length === expected.length && expected.every((each, index) => found[index]?.match(each) !== null);
		};
		await eventually(fits, `${name} shows ${expected.join(", ")}`);
	}
	async function changed(name: string): Promise<void> {
		await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [{ uri: uriOf(name), type: 2 }] });
	}

	it("stands in the file at its key as soon as a Dockerfile below it is looked at, and goes when it is mended", async () => {
		await started({ "hullguard.yaml": WRONG });
		await client.open(dockerfile, TEXT);
		await client.pull(dockerfile);
		const wrong = [/^0:0 There is no key presets\. Did you mean preset\?/, /^2:2 There is no rule no-such-rule/];
		await shows("hullguard.yaml", wrong);
		assert.deepEqual(
			client.pushes.at(-1)?.diagnostics.map(({ source, code, severity }) => [source, code, severity]),
			[
				["hullguard", "configuration", 2],
				["hullguard", "configuration", 2],
			],
		);
		writeFileSync(project.path("hullguard.yaml"), "preset: strict\n");
		await changed("hullguard.yaml");
		await shows("hullguard.yaml", []);
	});

	it("is said once, however many Dockerfiles it counts for, and goes with the last of them", async () => {
		await started({ "hullguard.yaml": WRONG, "other/Dockerfile": TEXT });
		const other = uriOf("other/Dockerfile");
		for (const uri of [dockerfile, other]) {
			await client.open(uri, TEXT);
			await client.pull(uri);
		}
		await shows("hullguard.yaml", [/presets/, /no-such-rule/]);
		const count = client.pushes.length;
		await client.close(dockerfile);
		await client.pull(other);
		assert.equal(client.pushes.length, count, "nothing new is said");
		await client.close(other);
		await shows("hullguard.yaml", []);
	});

	it("stands in the file that it is in: one that another one builds on, and hadolint's", async () => {
		await started({
			"hullguard.yaml": "extends: [./rules/base.yaml, ./rules/gone.yaml]\n",
			"rules/base.yaml": "rules:\n  sudo-in-rum: off\n",
		});
		await client.open(dockerfile, TEXT);
		await client.pull(dockerfile);
		await shows("rules/base.yaml", [/^1:2 There is no rule sudo-in-rum\. Did you mean sudo-in-run\?/]);
		await shows("hullguard.yaml", [/^0:29 There is no configuration \.\/rules\/gone\.yaml/]);
		rmSync(project.path("hullguard.yaml"));
		writeFileSync(project.path(".hadolint.yaml"), "ignored: {\n");
		await changed("hullguard.yaml");
		await client.pull(dockerfile);
		await shows("rules/base.yaml", []);
		await shows("hullguard.yaml", []);
		await eventually(() => shown(".hadolint.yaml").length > 0, "hadolint's file is broken");
	});

	it("follows what is written in the editor, before it is saved, also for overrides of other files", async () => {
		await started({ "hullguard.yaml": "preset: strict\n" });
		const config = uriOf("hullguard.yaml");
		await client.open(config, "preset: strict\n", "yaml");
		await client.open(dockerfile, TEXT);
		await client.change(config, 2, 'overrides:\n  - files: "legacy/**"\n    rules:\n      no-such-rule: off\n');
		await shows("hullguard.yaml", [/^3:6 There is no rule no-such-rule/]);
		assert.deepEqual(await client.pull(config), [], "pushed and asked for would be shown twice");
		await client.change(config, 3, "rules:\n  base-image-digest-missing: off\n");
		await shows("hullguard.yaml", []);
		await eventually(
			async () => !(await client.pull(dockerfile)).some(({ code }) => code === "base-image-digest-missing"),
			"the rule is off",
		);
		await client.change(config, 4, WRONG);
		await shows("hullguard.yaml", [/presets/, /no-such-rule/]);
		await client.close(config);
		await shows("hullguard.yaml", []);
	});

	it("is mended also for a Dockerfile that nobody looks at", async () => {
		await started({ "hullguard.yaml": WRONG });
		await client.open(dockerfile, TEXT);
		await client.pull(dockerfile);
		await shows("hullguard.yaml", [/presets/, /no-such-rule/]);
		writeFileSync(project.path("hullguard.yaml"), "preset: strict\n");
		await client.save(uriOf("hullguard.yaml"));
		await changed("hullguard.yaml");
		await shows("hullguard.yaml", []);
	});

	it("is watched in files of any name that others build on, once", async () => {
		const capabilities = {
			workspace: { configuration: true, didChangeWatchedFiles: { dynamicRegistration: true, relativePatternSupport: true } },
		};
		await started({ "hullguard.yaml": "extends: ./rules/base.yaml\n", "rules/base.yaml": "presets: all\n" }, { capabilities });
		const patterns = (): readonly unknown[] =>
			client.registrations.flatMap(
				({ registerOptions }) =>
					(registerOptions as { readonly watchers?: readonly { readonly globPattern: unknown }[] }).watchers?.map(
						({ globPattern }) => globPattern,
					) ?? [],
			);
		await client.open(dockerfile, TEXT);
		await shows("rules/base.yaml", [/presets/]);
		const own = { baseUri: uriOf("rules"), pattern: "base.yaml" };
		assert.ok(patterns().some((pattern) => typeof pattern === "string" && pattern.includes(".hadolint")));
		assert.deepEqual(
			patterns().filter((pattern) => typeof pattern !== "string"),
			[own],
		);
		writeFileSync(project.path("rules/base.yaml"), "preset: all\n");
		await changed("rules/base.yaml");
		await shows("rules/base.yaml", []);
		assert.deepEqual(
			patterns().filter((pattern) => typeof pattern !== "string"),
			[own],
		);
	});

	it("is not shown in files outside the workspace, and not while linting is off", async () => {
		await started({ "hullguard.yaml": WRONG });
		await client.stop();
		client = await startLanguageClient({ folders: [project.path("app")] });
		await client.open(dockerfile, TEXT);
		await client.pull(dockerfile);
		assert.deepEqual(client.pushes, []);
		assert.ok(client.log.some((line) => line.includes("There is no key presets")));
		await client.stop();
		client = await startLanguageClient({ folders: [project.folder], settings: { lint: { enable: false } } });
		await client.open(dockerfile, TEXT);
		assert.deepEqual(await client.pull(dockerfile), []);
		assert.deepEqual(client.pushes, []);
	});

	it("reaches an editor that is pushed to as well", async () => {
		await started({ "hullguard.yaml": WRONG }, { capabilities: { workspace: { configuration: true } } });
		await client.open(uriOf("hullguard.yaml"), WRONG, "yaml");
		await client.open(dockerfile, TEXT);
		await shows("hullguard.yaml", [/presets/, /no-such-rule/]);
		await client.close(dockerfile);
		await shows("hullguard.yaml", [/presets/, /no-such-rule/]);
	});
});
