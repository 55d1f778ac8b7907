import { RULES } from "../rules/registry.ts";
import { configFileSection } from "./configFileSection.ts";
import { SETTINGS, type Setting, type SettingKey, type SettingSection } from "./schema.ts";

const SECTIONS: readonly SettingSection[] = ["Lint", "Digests", "Build", "Scan", "Tools", "Editor"];

function entries(section: SettingSection): readonly (readonly [SettingKey, Setting<unknown>])[] {
	return (Object.entries(SETTINGS) as [SettingKey, Setting<unknown>][]).filter(([, setting]) => setting.section === section);
}

/** `contributes.configuration` of the extension's manifest. */
export function manifestConfiguration(): readonly object[] {
	return SECTIONS.map((section) => ({
		title: section,
		properties: Object.fromEntries(entries(section).map(([key, setting], order) => [`hullguard.${key}`, manifestProperty(setting, order)])),
	}));
}

function manifestProperty(setting: Setting<unknown>, order: number): object {
	return {
		type: setting.type,
		default: setting.default,
		scope: setting.scope,
		order,
		markdownDescription: setting.description,
		...(setting.values === undefined ? {} : { enum: Object.keys(setting.values), markdownEnumDescriptions: Object.values(setting.values) }),
		...(setting.items === undefined ? {} : { items: setting.items }),
		...(setting.properties === undefined ? {} : { properties: setting.properties }),
		...(setting.additionalProperties === undefined ? {} : { additionalProperties: setting.additionalProperties }),
		...(setting.tags === undefined ? {} : { tags: setting.tags }),
	};
}

/** Settings that are not read in a workspace that nobody trusts. */
export function restrictedSettings(): readonly string[] {
	return (Object.entries(SETTINGS) as [SettingKey, Setting<unknown>][])
		.filter(([, setting]) => setting.restricted)
		.map(([key]) => `hullguard.${key}`);
}

/** The page of the settings in the documentation. */
export function settingsPage(): string {
	const row = ([key, setting]: readonly [SettingKey, Setting<unknown>]): string => {
		const values =
			setting.values === undefined
				? ""
				: ` ${Object.entries(setting.values)
						.map(([value, text]) => `\`${value}\`: ${text}`)
						.join(" ")}`;
		const description = setting.description.replace(/`#([^#]+)#`/g, "`$1`");
		return `| \`hullguard.${key}\` | ${description}${values} | \`${JSON.stringify(setting.default)}\` | ${setting.scope} |`;
	};
	return [
		"# Settings",
		"",
		"Settings of the scope `machine` cannot be set by a workspace. In a workspace that is not trusted these are not read: " +
			`${restrictedSettings()
				.map((key) => `\`${key}\``)
				.join(", ")}.`,
		"",
		...SECTIONS.flatMap((section) => [
			`## ${section}`,
			"",
			"| Setting | What it does | Default | Scope |",
			"|---|---|---|---|",
			...entries(section).map(row),
			"",
		]),
		...configFileSection(),
	].join("\n");
}

/** JSON Schema of `hullguard.yaml`. */
export function configFileSchema(): object {
	const level = { enum: ["off", "hint", "info", "warning", "error"] };
	const ruleSchema = (rule: (typeof RULES)[number]): object => {
		const options = Object.fromEntries(
			(rule.options ?? []).map((option) => [
				option.name,
				{ description: option.description, default: option.default, ...typeOf(option.default) },
			]),
		);
		return {
			description: rule.title,
			anyOf: [level, { type: "object", properties: { severity: level, ...options }, additionalProperties: false }],
		};
	};
	const subCodeSchemas = ({ id, subCodes = {} }: (typeof RULES)[number]): readonly (readonly [string, object])[] =>
		Object.entries(subCodes).map(([code, description]) => [`${id}/${code}`, { description, ...level }] as const);
	const preset = {
		description: "Which rules are on.",
		enum: Object.keys(SETTINGS["lint.preset"].values ?? {}),
		default: SETTINGS["lint.preset"].default,
	};
	const rules = {
		description:
			"Severity and options of single rules. Keys are ids of rules, one sub-code of a rule (`id/sub-code`), or patterns with `*`.",
		type: "object",
		properties: Object.fromEntries(RULES.flatMap((rule) => [[rule.id, ruleSchema(rule)] as const, ...subCodeSchemas(rule)])),
		patternProperties: { "\\*": level },
		additionalProperties: false,
	};
	const texts = { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] };
	return {
		$schema: "http://json-schema.org/draft-07/schema#",
		title: "Hullguard configuration",
		type: "object",
		properties: {
			preset,
			extends: {
				description:
					"Files that this one builds on: paths relative to it (`./base.yaml`), or names of installed packages that hold a `hullguard.yaml`.",
				...texts,
			},
			rules: { $ref: "#/definitions/rules" },
			overrides: {
				description: "What counts for some Dockerfiles only, later entries more than earlier ones.",
				type: "array",
				items: {
					type: "object",
					properties: {
						files: { description: "Patterns of paths, relative to this file; without a slash, of names.", ...texts },
						preset,
						rules: { $ref: "#/definitions/rules" },
					},
					required: ["files"],
					additionalProperties: false,
				},
			},
		},
		additionalProperties: false,
		definitions: { rules },
	};
}

function typeOf(value: unknown): object {
	if (Array.isArray(value)) return { type: "array", items: { type: "string" } };
	return { type: typeof value };
}
