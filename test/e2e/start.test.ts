import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, relative } from "node:path";
import { SERVER_FOLDER } from "../../scripts/editorServer.ts";
import { type Checkout, copyProject, linkEditor } from "../support/checkout.ts";
import { temporaryWorkspace, type Workspace } from "../support/commandLine.ts";
import { testEditor } from "../support/editor.ts";
import { descendants, runs, survivors } from "../support/processes.ts";
import { requireAll } from "../support/requirements.ts";

/** The PATH without a VS Code. */
const WITHOUT_CODE = (process.env["PATH"] ?? "")
	.split(delimiter)
	.filter((folder) => !["code", "code-insiders"].some((name) => existsSync(join(folder, name))))
	.join(delimiter);

interface Started {
	readonly child: ChildProcess;
	/** What it has written so far, to both streams. */
	readonly text: () => string;
	/** Waits until it has written something; throws if it ends without. */
	readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
	readonly ended: Promise<number | null>;
}

describe("npm start", function () {
	this.timeout(60_000);
	let checkout: Checkout;
	let workspace: Workspace;
	/** Where temporary files go. */
	let temporary: string;
	/** Processes that ran before a test; those that it started stay in `seen`. */
	let earlier: ReadonlySet<number>;
	const seen = new Set<number>();

	before(function () {
		if (process.platform === "win32") this.skip();
		checkout = copyProject();
		workspace = temporaryWorkspace({ Dockerfile: "FROM debian:12\n" });
		temporary = workspace.path("temporary");
		mkdirSync(temporary);
	});
	beforeEach(() => {
		earlier = new Set(descendants());
	});
	afterEach(() => {
		for (const id of [...newProcesses(), ...seen].filter(runs)) process.kill(id, "SIGKILL");
		seen.clear();
	});
	after(() => {
		checkout?.remove();
		workspace?.remove();
	});

	function newProcesses(): readonly number[] {
		const found = descendants().filter((id) => !earlier.has(id));
		for (const id of found) seen.add(id);
		return found;
	}

	/** Starts a program as a terminal does: in a group of its own, which gets Ctrl-C as a whole. */
	function start(program: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}, folder = "."): Started {
		const child = spawn(program, args, {
			cwd: join(checkout.folder, folder),
			env: { ...process.env, PATH: WITHOUT_CODE, DISPLAY: "", WAYLAND_DISPLAY: "", INIT_CWD: "", TMPDIR: temporary, ...environment },
			stdio: ["ignore", "pipe", "pipe"],
			detached: true,
		});
		let text = "";
		for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
		const ended = once(child, "close").then(([code]) => code as number | null);
		const says = (pattern: RegExp): Promise<RegExpExecArray> =>
			new Promise((done, failed) => {
				const look = (): void => {
					const match = pattern.exec(text);
					if (match !== null) done(match);
				};
				look();
				for (const stream of [child.stdout, child.stderr]) stream?.on("data", look);
				void ended.then((code) => failed(new Error(`it ended with ${code}: ${text}`)));
			});
		return { child, text: () => text, says, ended };
	}

	it("prints the findings of a folder, named from where somebody stands, and stops", async () => {
		const app = join(checkout.folder, "examples", "app");
		mkdirSync(app);
		writeFileSync(join(app, "Dockerfile"), "FROM debian:12\nRUN apt-get update && apt-get install curl\n");
		const { ended, text } = start("npm", ["start", "--silent", "--", "app", "--no-editor"], {}, "examples");
		assert.equal(await ended, 0, text());
		assert.ok(text().includes(`What Hullguard finds in ${app}`));
		assert.match(text(), /Dockerfile:2:.*\[apt-install-without-yes\]/);
		assert.doesNotMatch(text(), /Opening|No `code`/);
		assert.deepEqual(await survivors(newProcesses()), []);
	});

	it("refuses a folder that is not there, and an option that it does not have", async () => {
		const missing = start(process.execPath, ["scripts/start.mjs", workspace.path("nothing")]);
		assert.equal(await missing.ended, 2);
		assert.match(missing.text(), /There is no folder .*nothing/);
		const unknown = start(process.execPath, ["scripts/start.mjs", "--editor"]);
		assert.equal(await unknown.ended, 2);
		assert.match(unknown.text(), /There is no option --editor/);
	});

	it("opens the folder in the `code` of the PATH, with the extension loaded, and ends as that does", async () => {
		const programs = workspace.path("programs");
		mkdirSync(programs);
		writeFileSync(join(programs, "code"), `#!/bin/sh\nprintf '%s\\n' "$@" >"${workspace.path("arguments")}"\nexit 7\n`);
		chmodSync(join(programs, "code"), 0o755);
		const { ended, text } = start(process.execPath, ["scripts/start.mjs", workspace.folder], {
			PATH: `${programs}${delimiter}${WITHOUT_CODE}`,
		});
		assert.equal(await ended, 7, text());
		assert.deepEqual(readFileSync(workspace.path("arguments"), "utf8").trim().split("\n"), [
			"--new-window",
			`--extensionDevelopmentPath=${checkout.folder}`,
			workspace.folder,
		]);
		assert.ok(text().includes(`Opening VS Code: ${join(programs, "code")} is on the PATH`));
	});

	it("opens the folder in a browser without one; Ctrl-C ends all that it started", async function () {
		const editor = testEditor();
		if (editor === undefined)
			return requireAll(this, [{ reason: "there is no VS Code to test in", remedy: "run: npm start (it installs one into .cache)" }]);
		linkEditor(checkout.folder, SERVER_FOLDER, editor.folder);
		const { child, ended, says, text } = start("npm", ["start", "--silent", "--", relative(checkout.folder, workspace.folder)]);
		const [, address = ""] = await says(/^Open (http:\S+)$/m);

		// The key becomes a cookie, which the page then comes with.
		const entry = await fetch(address, { redirect: "manual" });
		const cookie = entry.headers.getSetCookie().map((line) => line.split(";")[0] ?? "");
		const answer = await fetch(new URL(entry.headers.get("location") ?? "", address), { headers: { cookie: cookie.join("; ") } });
		assert.equal(answer.status, 200);
		assert.match(await answer.text(), /vs\/code\/browser\/workbench/);
		assert.equal(new URL(address).searchParams.get("folder"), workspace.folder);
		assert.equal((await fetch(new URL("/", address))).status, 403, "who has no key gets nothing");

		const started = newProcesses();
		assert.ok(started.length >= 4, `npm, the script, the opener and the server: ${started.join(", ")}`);
		process.kill(-(child.pid ?? 0), "SIGINT");
		assert.notEqual(await ended, 0);
		assert.deepEqual(await survivors(started), []);
		await assert.rejects(fetch(address));
		assert.doesNotMatch(text(), /Error|\n {4}at /);
		assert.deepEqual(
			readdirSync(temporary).filter((name) => name.startsWith("hullguard-")),
			[],
		);
	});
});
