import type { LintSeverity } from "../finding.ts";
import type { Severity } from "../severity.ts";

/**
 * Every setting, declared once. The manifest's `contributes.configuration`, the typed result, the defaults, the checks and
 * the page in the documentation are made from this table.
 */
export interface Setting<T> {
	readonly type: "boolean" | "number" | "string" | "array" | "object";
	readonly default: T;
	/** One sentence of Markdown. */
	readonly description: string;
	/** `machine`: a workspace cannot set it. */
	readonly scope: "resource" | "window" | "machine" | "machine-overridable" | "application";
	readonly section: SettingSection;
	/** The values it may have, each with what it means. */
	readonly values?: Readonly<Record<string, string>>;
	/** JSON Schema of the items of an array or the properties of an object. */
	readonly items?: object;
	readonly properties?: object;
	readonly additionalProperties?: object | false;
	readonly minimum?: number;
	/** Not read in a workspace that is not trusted. */
	readonly restricted?: boolean;
	readonly tags?: readonly ("usesOnlineServices" | "advanced")[];
}

export type SettingSection = "Lint" | "Digests" | "Build" | "Scan" | "Tools" | "Editor";

export type PresetName = "recommended" | "strict" | "all";
export type RuleLevel = "off" | LintSeverity;

const RULE_LEVELS: readonly RuleLevel[] = ["off", "hint", "info", "warning", "error"];

function setting<T>(declaration: Setting<T>): Setting<T> {
	return declaration;
}

export const SETTINGS = {
	"lint.enable": setting<boolean>({
		type: "boolean",
		default: true,
		scope: "resource",
		section: "Lint",
		description: "Check Dockerfiles while you write them.",
	}),
	"lint.preset": setting<PresetName>({
		type: "string",
		default: "recommended",
		scope: "resource",
		section: "Lint",
		description: "Which rules are on. `#hullguard.lint.rules#` changes single ones.",
		values: {
			recommended: "What matters in every Dockerfile.",
			strict: "The recommended rules and the hardening ones.",
			all: "Every rule; of two that demand the opposite, one.",
		},
	}),
	"lint.run": setting<"onType" | "onSave">({
		type: "string",
		default: "onType",
		scope: "resource",
		section: "Lint",
		description: "When Dockerfiles are checked.",
		values: { onType: "While typing.", onSave: "When a file is opened and when it is saved." },
	}),
	"lint.rules": setting<Readonly<Record<string, RuleLevel>>>({
		type: "object",
		default: {},
		scope: "resource",
		section: "Lint",
		description:
			"Severity of single rules: a rule's id, a pattern with `*` or a sub-code (`shell-analysis/syntax-error`), and `off`, `hint`, `info`, `warning` or `error`.",
		additionalProperties: { type: "string", enum: RULE_LEVELS },
	}),
	"lint.configurationPreference": setting<"editorFirst" | "filesystemFirst">({
		type: "string",
		default: "filesystemFirst",
		scope: "resource",
		section: "Lint",
		description: "What wins where a configuration file and the editor's settings disagree.",
		values: { editorFirst: "The editor's settings.", filesystemFirst: "The nearest `hullguard.yaml`." },
	}),
	"lint.overlap": setting<"auto" | "keep" | "drop">({
		type: "string",
		default: "auto",
		scope: "window",
		section: "Lint",
		description: "What happens to findings that Docker DX and Container Tools report at the same place.",
		values: { auto: "Drop those of the extensions that are active.", keep: "Show both.", drop: "Never show them." },
	}),
	"lint.quiet": setting<boolean>({
		type: "boolean",
		default: false,
		scope: "resource",
		section: "Lint",
		description: "Show errors and warnings only; `info` and `hint` stay away.",
	}),
	"lint.shellcheck": setting<boolean>({
		type: "boolean",
		default: false,
		scope: "resource",
		section: "Lint",
		description:
			"Run ShellCheck over the scripts in `RUN` when a Dockerfile is saved or rests, if it is installed (`#hullguard.tools.paths#`) and the workspace is trusted.",
		restricted: true,
	}),

	"digest.network": setting<"onDemand" | "auto" | "off">({
		type: "string",
		default: "onDemand",
		scope: "resource",
		section: "Digests",
		description: "When registries are asked for digests.",
		values: {
			onDemand: "Only when you run a command or choose a quick fix.",
			auto: "Also by themselves in trusted workspaces: for the images of open files, at most once a day each, and for those that you point at.",
			off: "Never.",
		},
		tags: ["usesOnlineServices"],
	}),
	"digest.inlayHints": setting<"on" | "off" | "staleOnly">({
		type: "string",
		default: "staleOnly",
		scope: "resource",
		section: "Digests",
		description: "Which images have a hint behind them that says how their digest stands to the tag, as far as a registry was asked.",
		values: {
			on: "All that are known.",
			off: "None.",
			staleOnly: "Those that are behind their tag, or whose tag is gone.",
		},
	}),
	"digest.useCredentials": setting<boolean>({
		type: "boolean",
		default: true,
		scope: "machine",
		section: "Digests",
		description: "Use Docker's credentials for registries that need a login.",
		restricted: true,
		tags: ["usesOnlineServices"],
	}),
	"registry.mirrors": setting<readonly string[]>({
		type: "array",
		default: [],
		scope: "machine-overridable",
		section: "Digests",
		description: "Addresses of registries that are asked first for images of Docker Hub, besides the mirrors of the Docker engine.",
		items: { type: "string" },
		restricted: true,
		tags: ["advanced", "usesOnlineServices"],
	}),

	"build.attestations": setting<{ readonly sbom: boolean | string; readonly provenance: "max" | "min" | "off" }>({
		type: "object",
		default: { sbom: true, provenance: "max" },
		scope: "resource",
		section: "Build",
		description:
			"What the builder attests: an SBOM (`true`, `false`, or the image that makes it) and provenance (`max`, `min`, `off`). Exact lines for vulnerabilities need `max`.",
		properties: { sbom: { type: ["boolean", "string"] }, provenance: { type: "string", enum: ["max", "min", "off"] } },
		additionalProperties: false,
	}),
	"build.profiles": setting<Readonly<Record<string, BuildProfile>>>({
		type: "object",
		default: {},
		scope: "resource",
		section: "Build",
		description: "Named choices for *Build Image…*: target stage, platform, tag and build arguments.",
		additionalProperties: {
			type: "object",
			properties: {
				dockerfile: { type: "string" },
				context: { type: "string" },
				target: { type: "string" },
				platform: { type: "string" },
				tag: { type: "string" },
				args: { type: "object", additionalProperties: { type: "string" } },
				push: { type: "boolean" },
			},
			additionalProperties: false,
		},
		restricted: true,
	}),
	contexts: setting<Readonly<Record<string, BuildContext>>>({
		type: "object",
		default: {},
		scope: "resource",
		section: "Build",
		description: "Build context of Dockerfiles that are not built from their own folder: a pattern of paths, and the folder.",
		additionalProperties: {
			type: "object",
			properties: { context: { type: "string" }, target: { type: "string" } },
			additionalProperties: false,
		},
		restricted: true,
	}),

	"scan.minimumSeverity": setting<Severity>({
		type: "string",
		default: "low",
		scope: "resource",
		section: "Scan",
		description: "Vulnerabilities below this severity are not shown.",
		values: { low: "All but negligible ones.", medium: "Medium and worse.", high: "High and critical ones.", critical: "Critical ones." },
	}),
	"scan.inline": setting<"fixableOnly" | "all" | "off">({
		type: "string",
		default: "fixableOnly",
		scope: "resource",
		section: "Scan",
		description: "Which vulnerabilities are shown on the lines of a Dockerfile. The view shows all of them.",
		values: { fixableOnly: "Those that a newer version ends.", all: "All of them.", off: "None." },
	}),
	"scan.offline": setting<boolean>({
		type: "boolean",
		default: false,
		scope: "machine-overridable",
		section: "Scan",
		description: "Scan with the vulnerability database that is there, without asking for a newer one.",
		tags: ["usesOnlineServices"],
	}),
	"scan.vex": setting<readonly string[]>({
		type: "array",
		default: [".vex/**/*.json", "**/*.vex.json", "**/*.openvex.json"],
		scope: "resource",
		section: "Scan",
		description: "OpenVEX files of the workspace, as patterns of paths.",
		items: { type: "string" },
	}),

	"tools.paths": setting<Readonly<Record<string, string>>>({
		type: "object",
		default: {},
		scope: "machine",
		section: "Tools",
		description: "Where programs are, for those that are not on the `PATH`: absolute paths of `docker`, `trivy`, `grype` and `shellcheck`.",
		properties: { docker: { type: "string" }, trivy: { type: "string" }, grype: { type: "string" }, shellcheck: { type: "string" } },
		additionalProperties: false,
		restricted: true,
	}),
	"vex.author": setting<string>({
		type: "string",
		default: "",
		scope: "application",
		section: "Tools",
		description: "Who signs new OpenVEX documents: a name, or a name and an address. Without it Git's user is taken.",
	}),

	"codeLens.enable": setting<boolean>({
		type: "boolean",
		default: true,
		scope: "resource",
		section: "Editor",
		description: "Show *Pin digest* or *Update digest*, *Build and scan* and the result of the last scan above `FROM`.",
	}),
	"trace.server": setting<"off" | "messages" | "verbose">({
		type: "string",
		default: "off",
		scope: "window",
		section: "Editor",
		description: "Write what editor and language server say to each other into the output.",
		values: { off: "Nothing.", messages: "The messages' names.", verbose: "The messages in full." },
		tags: ["advanced"],
	}),
} as const;

export interface BuildProfile {
	readonly dockerfile?: string;
	readonly context?: string;
	readonly target?: string;
	readonly platform?: string;
	readonly tag?: string;
	readonly args?: Readonly<Record<string, string>>;
	readonly push?: boolean;
}

export interface BuildContext {
	readonly context?: string;
	readonly target?: string;
}

export type SettingKey = keyof typeof SETTINGS;

/** The value of every setting. */
export type Settings = { readonly [Key in SettingKey]: (typeof SETTINGS)[Key] extends Setting<infer T> ? T : never };
