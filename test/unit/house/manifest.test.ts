import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { SETTINGS } from "../../../server/core/settings/schema.ts";
import { CLIENT_COMMANDS } from "../../../server/protocol.ts";
import { sourcesBelow } from "../../support/imports.ts";

interface MenuItem {
	readonly command: string;
	readonly when?: string;
}

interface Manifest {
	readonly icon: string;
	readonly activationEvents: readonly string[];
	readonly contributes: {
		readonly commands: readonly { readonly command: string; readonly title: string; readonly enablement?: string }[];
		readonly menus: Readonly<Record<string, readonly MenuItem[]>>;
		readonly configuration: readonly { readonly properties: Readonly<Record<string, unknown>> }[];
		readonly views: Readonly<Record<string, readonly { readonly id: string; readonly icon: string }[]>>;
		readonly viewsContainers: { readonly activitybar: readonly { readonly id: string; readonly icon: string }[] };
		readonly viewsWelcome: readonly { readonly view: string; readonly contents: string; readonly when: string }[];
		readonly walkthroughs: readonly { readonly steps: readonly Step[] }[];
		readonly grammars: readonly { readonly path: string }[];
		readonly jsonValidation: readonly { readonly url: string }[];
		readonly yamlValidation: readonly { readonly url: string }[];
	};
	readonly capabilities: { readonly untrustedWorkspaces: { readonly restrictedConfigurations: readonly string[] } };
}

interface Step {
	readonly description: string;
	readonly media: { readonly markdown: string };
	readonly completionEvents: readonly string[];
}

const text = readFileSync("package.json", "utf8");
const { activationEvents, capabilities, contributes, icon } = JSON.parse(text) as Manifest;
const client = sourcesBelow("client")
	.map((path) => readFileSync(path, "utf8"))
	.join("\n");
const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
const items = Object.values(contributes.menus).flat();
const conditions = [
	...items.map(({ when }) => when ?? ""),
	...contributes.viewsWelcome.map(({ when }) => when),
	...contributes.commands.map(({ enablement }) => enablement ?? ""),
];
const commands = contributes.commands.map(({ command }) => command);
const views = Object.values(contributes.views)
	.flat()
	.map(({ id }) => id);
/** The editor makes these for each view. */
const ofViews = views.flatMap((view) => [`${view}.focus`, `${view}.open`]);

describe("manifest", () => {
	it("has each command once, and the client registers those and no others", () => {
		const registered = [...client.matchAll(/^\t+"(hullguard\.[\w.]+)":/gm)].map((match) => match[1] ?? "");
		assert.ok(registered.length > 20);
		assert.deepEqual(registered.sort(), [...commands].sort());
	});

	it("names commands that exist, in menus, in texts, in the client and in the protocol", () => {
		const pages = readdirSync("media/walkthrough").map((name) => readFileSync(`media/walkthrough/${name}`, "utf8"));
		const linked = [...[text, client, ...pages].join("\n").matchAll(/command:(hullguard\.[\w.]+)/g)].map((match) => match[1] ?? "");
		const called = [...client.matchAll(/executeCommand(?:<[^>]*>)?\(\s*"(hullguard\.[\w.]+)"/g)].map((match) => match[1] ?? "");
		const awaited = steps.flatMap((step) => step.completionEvents).flatMap((event) => /^onCommand:(.*)$/.exec(event)?.[1] ?? []);
		assert.ok(linked.length > 5 && called.length > 2 && awaited.length > 2);
		const named = [...items.map(({ command }) => command), ...linked, ...called, ...awaited, ...Object.values(CLIENT_COMMANDS)];
		assert.deepEqual(
			named.filter((command) => !commands.includes(command) && !ofViews.includes(command)),
			[],
		);
	});

	it("shows no command of an item in the palette, and no title twice", () => {
		const palette = new Map((contributes.menus["commandPalette"] ?? []).map(({ command, when }) => [command, when]));
		assert.equal(palette.size, contributes.menus["commandPalette"]?.length, "a command has two conditions");
		const shown = contributes.commands.filter(({ command }) => palette.get(command) !== "false").map(({ title }) => title);
		assert.equal(new Set(shown).size, shown.length, "two commands of the palette have one title");
		const ofItems = (contributes.menus["view/item/context"] ?? []).map(({ command }) => command);
		assert.deepEqual(
			ofItems.filter((command) => palette.get(command) !== "false"),
			[],
		);
	});

	it("asks in its conditions for views that exist", () => {
		const asked = conditions.flatMap((when) => [...when.matchAll(/\bview == ([\w.]+)/g)].map((match) => match[1] ?? ""));
		assert.ok(asked.length > 5);
		assert.deepEqual(
			[...asked, ...contributes.viewsWelcome.map(({ view }) => view)].filter((view) => !views.includes(view)),
			[],
		);
	});

	it("asks for what the client says, and the client says nothing that nobody asks for", () => {
		const asked = [
			...conditions.flatMap((when) => [...when.replace(/view == [\w.]+/g, "").matchAll(/\bhullguard\.\w+/g)].map((match) => match[0])),
			...steps.flatMap((step) => step.completionEvents).flatMap((event) => /^onContext:(.*)$/.exec(event)?.[1] ?? []),
		];
		const said = [...client.matchAll(/executeCommand\("setContext", "([^"]+)"/g)].map((match) => match[1] ?? "");
		assert.deepEqual([...new Set(asked)].sort(), [...new Set(said)].sort());
	});

	it("names files that exist", () => {
		const files = [
			icon,
			...Object.values(contributes.views).flatMap((list) => list.map((view) => view.icon)),
			...contributes.viewsContainers.activitybar.map((container) => container.icon),
			...steps.map((step) => step.media.markdown),
			...contributes.grammars.map(({ path }) => path),
			...[...contributes.jsonValidation, ...contributes.yamlValidation].map(({ url }) => url),
		];
		assert.deepEqual(
			files.filter((path) => !existsSync(path)),
			[],
		);
		assert.deepEqual(
			readdirSync("media/walkthrough")
				.map((name) => `media/walkthrough/${name}`)
				.sort(),
			steps.map((step) => step.media.markdown).sort(),
		);
	});

	it("has the settings of the declaration", () => {
		const contributed = contributes.configuration.flatMap(({ properties }) => Object.keys(properties));
		assert.deepEqual(
			[...contributed].sort(),
			Object.keys(SETTINGS)
				.map((key) => `hullguard.${key}`)
				.sort(),
		);
		assert.deepEqual(
			capabilities.untrustedWorkspaces.restrictedConfigurations.filter((key) => !contributed.includes(key)),
			[],
		);
	});

	it("the client reads settings that exist", () => {
		const read = [
			...client.matchAll(/affectsConfiguration\("(hullguard\.[\w.]+)"|"workbench\.action\.openSettings", "(hullguard\.[\w.]+)"/g),
		];
		const keys = read.map((match) => (match[1] ?? match[2] ?? "").replace(/^hullguard\./, ""));
		assert.ok(keys.length > 1);
		assert.deepEqual(
			keys.filter((key) => !(key in SETTINGS)),
			[],
		);
	});

	it("takes its texts from the file of texts, and all of them", () => {
		const texts = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<string, string>;
		const used = [...text.matchAll(/"%([\w.]+)%"/g)].map((match) => match[1] ?? "");
		assert.deepEqual([...new Set(used)].sort(), Object.keys(texts).sort());
	});

	it("wakes the extension for Dockerfiles and files that may hold one, and for nothing else", () => {
		assert.deepEqual(activationEvents, ["onLanguage:dockerfile", "onLanguage:dockercompose", "onLanguage:dockerbake"]);
	});
});
