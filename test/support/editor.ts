import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { type EditorServer, type StartedServer, startEditorServer } from "../../scripts/editorServer.ts";
import { packExtension } from "../../scripts/packExtension.ts";
import { programOnPath, type Requirement } from "./requirements.ts";

/** The editor's server: named by `HULLGUARD_TEST_EDITOR`, or installed by `npm start`. */
export function testEditor(): EditorServer | undefined {
	const named = process.env["HULLGUARD_TEST_EDITOR"];
	if (named !== undefined) return { folder: named, node: process.env["HULLGUARD_TEST_EDITOR_NODE"] ?? process.execPath };
	const cache = resolve(".cache");
	const found = existsSync(cache)
		? readdirSync(cache).find((name) => name.startsWith("code-server-") && existsSync(join(cache, name, "ready")))
		: undefined;
	return found === undefined ? undefined : { folder: join(cache, found, "node_modules/code-server/lib/vscode"), node: process.execPath };
}

/** Chromium, or a relative of it: named by `HULLGUARD_TEST_BROWSER`, or on the PATH. */
export function testBrowser(): string | undefined {
	return (
		process.env["HULLGUARD_TEST_BROWSER"] ??
		["chromium", "chromium-browser", "google-chrome", "chrome"].map(programOnPath).find((path) => path !== undefined)
	);
}

export function needsEditor(): Requirement | undefined {
	if (testEditor() === undefined)
		return { reason: "there is no VS Code to test in", remedy: "run: npm start (it installs one into .cache)" };
	if (testBrowser() === undefined)
		return { reason: "there is no Chromium", remedy: "install it, or set HULLGUARD_TEST_BROWSER to the path of one" };
	return undefined;
}

export interface EditorOptions {
	readonly settings?: Readonly<Record<string, unknown>>;
	readonly theme?: "dark" | "light";
	/** Open in Restricted Mode. */
	readonly restricted?: boolean;
	readonly environment?: Readonly<Record<string, string | undefined>>;
	readonly viewport?: { readonly width: number; readonly height: number };
}

/** A workbench with the packed extension in it, driven as a person would: mouse, keyboard, palette. */
export interface Editor {
	readonly page: Page;
	/** Opens a file by its path below the folder. */
	openFile(name: string): Promise<void>;
	/** Runs a command by its title from the palette. */
	palette(title: string): Promise<void>;
	/** A row of the list or quick pick that has the text. */
	quickPick(text: string | RegExp): Locator;
	/** The squiggles of a severity. */
	squiggles(severity: "error" | "warning" | "info" | "hint"): Locator;
	/** The line of the editor that shows the text. */
	line(text: string | RegExp): Locator;
	toast(text: string | RegExp): Locator;
	/** Points at something until a card with the text is shown, and stays there. */
	hover(target: Locator, shown: string): Promise<void>;
	/** Waits until the counts in the status bar fit: "Warnings: 3, Infos: 4". */
	problems(counts: RegExp): Promise<void>;
	/** Rows of a view. */
	treeItems(text?: string | RegExp): Locator;
	/** Moves the caret into the given text of the editor. */
	clickText(text: string): Promise<void>;
	/** The input box that asks the question. */
	input(question: string | RegExp): Locator;
	/** Answers the input box that asks the question, as soon as it does. */
	answer(question: string | RegExp, text: string): Promise<void>;
	/** Opens the quick fix menu at the caret and gives its row with the text. */
	quickFix(text: string | RegExp): Promise<Locator>;
	/** Requests that would have left this machine; there must be none. */
	readonly outside: readonly string[];
	/** The extension host's log. */
	log(): string;
	screenshot(name: string): Promise<void>;
	/** Keeps what is on the screen of a failed test: a picture, and what the workbench says in the test's own output. */
	keepFailure(test: Mocha.Test | undefined): Promise<void>;
	close(): Promise<void>;
}

const THEMES = { dark: "Default Dark Modern", light: "Default Light Modern" } as const;
const SHOTS = resolve(".cache", "screenshots");
let vsix: string | undefined;
let browser: Promise<Browser> | undefined;

/** Packs the extension once, installs it into a fresh profile and opens a folder. */
export async function openEditor(folder: string, options: EditorOptions = {}): Promise<Editor> {
	const editor = testEditor();
	if (editor === undefined) throw new Error("there is no editor");
	vsix ??= packExtension();
	const server = await startEditorServer(editor, vsix, folder, {
		settings: {
			"workbench.colorTheme": THEMES[options.theme ?? "dark"],
			"window.autoDetectColorScheme": false,
			"workbench.reduceMotion": "on",
			"workbench.editor.useModal": "off",
			"editor.minimap.enabled": false,
			"editor.hover.above": false,
			"editor.accessibilitySupport": "off",
			"files.autoSave": "off",
			"git.enabled": false,
			...options.settings,
		},
		args: options.restricted ? [] : ["--disable-workspace-trust"],
		...(options.environment === undefined ? {} : { environment: options.environment }),
	});
	browser ??= chromium.launch({
		executablePath: testBrowser() ?? "",
		args: [
			"--no-sandbox",
			"--disable-quic",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			"--no-first-run",
		],
	});
	const context = await (await browser).newContext({ viewport: options.viewport ?? { width: 1280, height: 800 }, reducedMotion: "reduce" });
	await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(server.address).origin });
	const outside: string[] = [];
	await context.route(
		(url) => /^(?:https?|wss?):$/.test(url.protocol) && !/^(?:localhost|127\.0\.0\.1)$/.test(url.hostname),
		(route) => {
			outside.push(route.request().url());
			return route.abort();
		},
	);
	const page = await context.newPage();
	page.setDefaultTimeout(45_000);
	await page.goto(server.address);
	await page.locator(".monaco-workbench .statusbar").waitFor({ timeout: 90_000 });
	const base = folder.endsWith(".code-workspace") ? dirname(folder) : folder;
	return editorOf(page, server, base, outside, async () => {
		await context.close();
		await stop(server);
	});
}

/** Closes the browser that all editors share. */
export async function closeBrowser(): Promise<void> {
	await (await browser)?.close();
	browser = undefined;
}

async function stop({ process: child, data }: StartedServer): Promise<void> {
	if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
		const ended = new Promise((done) => child.once("exit", done));
		process.kill(-child.pid, "SIGTERM");
		await ended;
	}
	rmSync(data, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

function editorOf(page: Page, server: StartedServer, base: string, outside: readonly string[], close: () => Promise<void>): Editor {
	const quickPick = (text: string | RegExp): Locator => page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
	const quickInput = page.locator(".quick-input-widget input").first();
	const input = (question: string | RegExp): Locator => page.locator(".quick-input-widget:visible", { hasText: question });
	const screenshot = async (name: string): Promise<void> => {
		mkdirSync(SHOTS, { recursive: true });
		await page.screenshot({ path: join(SHOTS, `${name}.png`) });
	};
	return {
		page,
		outside,
		async openFile(name) {
			await page.keyboard.press("Control+P");
			await quickInput.waitFor();
			// A whole path is looked up. A search for a name can come back empty from a busy machine.
			await page.keyboard.insertText(join(base, name));
			await quickPick(name.split("/").pop() ?? name).waitFor();
			await page.keyboard.press("Enter");
			await page.locator(".editor-instance .view-line").first().waitFor();
		},
		async palette(title) {
			await page.keyboard.press("F1");
			await quickInput.waitFor();
			await page.keyboard.type(title);
			await quickPick(title).click();
		},
		quickPick,
		squiggles: (severity) => page.locator(`.editor-instance .squiggly-${severity}`),
		line: (text) => page.locator(".editor-instance .view-line", { hasText: text }).first(),
		async problems(counts) {
			const item = page.locator("#status\\.problems [aria-label]").first();
			for (let tries = 0; tries < 150; tries++) {
				if (counts.test((await item.getAttribute("aria-label")) ?? "")) return;
				await page.waitForTimeout(200);
			}
			throw new Error(`the status bar says ${await item.getAttribute("aria-label")}`);
		},
		async hover(target, shown) {
			const card = page.locator(".monaco-hover:visible", { hasText: shown }).first();
			// A lens that comes late moves the line away from below the pointer, which then points at nothing: the line is looked for again.
			let pointed: { readonly x: number; readonly y: number } | undefined;
			for (let tries = 0; tries < 60 && !(await card.isVisible()); tries++) {
				const box = await target.boundingBox();
				if (box === null) throw new Error("what should be pointed at is not shown");
				if (pointed?.x !== box.x || pointed.y !== box.y) {
					await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 4 });
					pointed = box;
				}
				await page.waitForTimeout(500);
			}
			await card.waitFor();
		},
		toast: (text) => page.locator(".notification-toast", { hasText: text }).first(),
		treeItems: (text) => page.locator(".sidebar [role=treeitem]", text === undefined ? {} : { hasText: text }),
		async clickText(text) {
			await page.locator(".editor-instance .view-line").getByText(text, { exact: false }).first().click();
		},
		input,
		async answer(question, text) {
			// What is typed before the box is there goes into the editor.
			await input(question).waitFor();
			await quickInput.fill(text);
			await page.keyboard.press("Enter");
		},
		async quickFix(text) {
			const row = page.locator(".action-widget .monaco-list-row", { hasText: text }).first();
			// The menu closes itself when a provider answers late: ask again until the row is there.
			for (let tries = 0; tries < 6; tries++) {
				await page.keyboard.press("Control+.");
				const shown = await row.waitFor({ timeout: 6_000 }).then(
					() => true,
					() => false,
				);
				if (shown) return row;
				await page.keyboard.press("Escape");
			}
			throw new Error(`the quick fix ${String(text)} never came`);
		},
		log() {
			const logs = join(server.data, "data", "logs");
			return existsSync(logs)
				? readdirSync(logs, { recursive: true, encoding: "utf8" })
						.filter((name) => name.endsWith(".log"))
						.map((name) => `== ${name}\n${readFileSync(join(logs, name), "utf8")}`)
						.join("\n")
				: "";
		},
		screenshot,
		async keepFailure(test) {
			if (test?.state !== "failed") return;
			await screenshot(`FAILED ${test.title.replace(/[^\w-]+/g, " ")}`);
			const shown = page.locator(".notification-toast:visible, .quick-input-widget:visible, .statusbar:visible");
			for (const text of await shown.allInnerTexts()) console.log(`    on the screen: ${text.replace(/\s+/g, " ")}`);
		},
		close,
	};
}
