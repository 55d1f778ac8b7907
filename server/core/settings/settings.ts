import type { Problem } from "../finding.ts";
import { SETTINGS, type Setting, type SettingKey, type Settings } from "./schema.ts";

export const DEFAULT_SETTINGS: Settings = Object.fromEntries(
	Object.entries(SETTINGS).map(([key, setting]) => [key, setting.default]),
) as unknown as Settings;

export interface ReadSettings {
	readonly settings: Settings;
	readonly problems: readonly Problem[];
}

/**
 * The settings as an editor has them, checked: a nested object as the protocol delivers the section `hullguard`
 * (`{"lint": {"enable": true}}`), or flat keys (`{"lint.enable": true}`). What is missing or wrong has its default; what is wrong is a problem.
 */
export function readSettings(given: unknown): ReadSettings {
	const settings: Record<string, unknown> = { ...DEFAULT_SETTINGS };
	const problems: Problem[] = [];
	for (const key of Object.keys(SETTINGS) as SettingKey[]) {
		const value = valueAt(given, key);
		if (value === undefined || value === null) continue;
		const complaint = complaintAbout(SETTINGS[key] as Setting<unknown>, value);
		if (complaint === undefined) settings[key] = value;
		else problems.push({ kind: "settings", message: `hullguard.${key} ${complaint}`, hint: "The default is used." });
	}
	return { settings: settings as unknown as Settings, problems };
}

function valueAt(given: unknown, key: string): unknown {
	if (!isRecord(given)) return undefined;
	if (Object.hasOwn(given, key)) return given[key];
	let value: unknown = given;
	for (const part of key.split(".")) {
		if (!isRecord(value) || !Object.hasOwn(value, part)) return undefined;
		value = value[part];
	}
	return value;
}

function complaintAbout(setting: Setting<unknown>, value: unknown): string | undefined {
	const type = Array.isArray(value) ? "array" : typeof value;
	if (type !== setting.type) return `is ${type === "undefined" ? "missing" : `of type ${type}`}, not ${setting.type}`;
	if (setting.values !== undefined && !Object.hasOwn(setting.values, String(value)))
		return `is "${String(value)}"; it can be ${Object.keys(setting.values).join(", ")}`;
	if (type === "array" && !(value as unknown[]).every((item) => typeof item === "string")) return "holds something that is no text";
	return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
