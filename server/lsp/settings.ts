import type { Connection } from "vscode-languageserver/node";
import type { Settings } from "../core/settings/schema.ts";
import { DEFAULT_SETTINGS, readSettings } from "../core/settings/settings.ts";
import type { ProxyWish } from "../operations/registries.ts";

/** The editor's settings, asked for once per document and forgotten when they change. */
export interface SettingsStore {
	/** Settings for a document, or for the window without one. */
	get(uri?: string): Promise<Settings>;
	/** What the editor's own settings say of proxies: VS Code's `http.proxy` and its like. */
	proxy(): Promise<ProxyWish>;
	/** `pushed`: what a client that cannot be asked sent along. */
	forget(pushed?: unknown): void;
	/** Forgets those of a document that was closed. */
	drop(uri: string): void;
}

export function createSettingsStore(connection: Connection, canAsk: () => boolean, initial: unknown): SettingsStore {
	const known = new Map<string, Promise<Settings>>();
	const read = (given: unknown): Settings => {
		const { settings, problems } = readSettings(given);
		for (const problem of problems) connection.console.warn(`${problem.message}. ${problem.hint ?? ""}`);
		return settings;
	};
	let fallback = read(initial);
	const ask = async (uri: string | undefined): Promise<Settings> => {
		if (!canAsk()) return fallback;
		try {
			const answer: unknown = await connection.workspace.getConfiguration(
				uri === undefined ? { section: "hullguard" } : { scopeUri: uri, section: "hullguard" },
			);
			return read(answer);
		} catch (error) {
			connection.console.error(`settings could not be read: ${String(error)}`);
			return DEFAULT_SETTINGS;
		}
	};
	return {
		get(uri) {
			const key = uri ?? "";
			const before = known.get(key);
			if (before !== undefined) return before;
			const settings = ask(uri);
			known.set(key, settings);
			return settings;
		},
		async proxy() {
			if (!canAsk()) return {};
			try {
				return readProxy(await connection.workspace.getConfiguration({ section: "http" }));
			} catch {
				// An editor without such settings.
				return {};
			}
		},
		forget(pushed) {
			known.clear();
			if (typeof pushed === "object" && pushed !== null && "hullguard" in pushed) fallback = read(pushed.hullguard);
		},
		drop: (uri) => void known.delete(uri),
	};
}

function readProxy(given: unknown): ProxyWish {
	if (typeof given !== "object" || given === null) return {};
	const { proxy, noProxy, proxySupport } = given as {
		readonly proxy?: unknown;
		readonly noProxy?: unknown;
		readonly proxySupport?: unknown;
	};
	return {
		...(typeof proxy === "string" && proxy !== "" ? { proxy } : {}),
		...(Array.isArray(noProxy) ? { without: noProxy.filter((host): host is string => typeof host === "string") } : {}),
		...(proxySupport === "off" ? { off: true } : {}),
	};
}
