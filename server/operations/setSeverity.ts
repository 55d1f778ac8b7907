import { basename } from "node:path";
import { overridesFor, readConfigFile } from "../core/settings/configFile.ts";
import { HADOLINT_FILE_NAMES } from "../core/settings/hadolintConfig.ts";
import { matchesPattern, resolveRules } from "../core/settings/rules.ts";
import type { RuleLevel } from "../core/settings/schema.ts";
import { severityEdits } from "../core/settings/severityEdit.ts";
import { applyEdits, type Range, type SpanEdit } from "../core/text.ts";
import type { Files } from "../tools/files.ts";
import type { Project } from "./project.ts";
import { configLayers, pathBelow } from "./projectConfig.ts";

/** Where another severity of a rule has to be written for a Dockerfile. */
export type SeverityChange =
	/** Into the nearest configuration file. */
	| { readonly kind: "edits"; readonly path: string; readonly text: string; readonly edits: readonly SpanEdit[] }
	/** No configuration file says anything: into the editor's settings. */
	| { readonly kind: "settings" }
	/** By hand, at a place in a configuration file. */
	| { readonly kind: "manual"; readonly path: string; readonly range: Range | undefined; readonly reason: string };

/**
 * Finds where to write the severity of a rule so that it counts for a Dockerfile: where the nearest configuration file has the last
 * word on it already, be it in an override, else into its `rules`, which count more than what it builds on.
 * @param path of the Dockerfile, absolute
 */
export async function severityChange(
	{ project, files }: { readonly project: Project; readonly files: Files },
	path: string,
	rule: string,
	level: RuleLevel,
): Promise<SeverityChange> {
	const config = await project.configFor(path);
	const nearest = config?.files.at(-1);
	if (config === undefined || nearest === undefined) return { kind: "settings" };
	const origin = resolveRules(configLayers(config, path)).origins.get(rule);
	const manual = (reason: string): SeverityChange => ({ kind: "manual", path: nearest.path, range: origin?.range, reason });
	if (HADOLINT_FILE_NAMES.some((name) => name === basename(nearest.path)))
		return origin === undefined ? { kind: "settings" } : manual(`${basename(nearest.path)} decides about ${rule}`);
	const text = await files.readText(nearest.path);
	if (text === undefined) return { kind: "settings" };
	const override = overridesFor(nearest, pathBelow(nearest, path)).findLast((each) =>
		each.layer.rules?.some(({ pattern }) => matchesPattern(pattern, rule)),
	);
	const index = override === undefined ? undefined : nearest.overrides.indexOf(override);
	const edits = severityEdits(text, rule, level, index);
	const next = readConfigFile(edits === undefined ? text : applyEdits(text, edits), nearest.path);
	const { rules, problems } = resolveRules(configLayers({ files: [...config.files.slice(0, -1), next], problems: [] }, path));
	const counts = rules.get(rule) === (level === "off" ? undefined : level) && next.problems.length <= nearest.problems.length;
	if (edits !== undefined && counts) return { kind: "edits", path: nearest.path, text, edits };
	const opposite = problems.find(({ message }) => message.includes(`${rule} demands`));
	return manual(opposite === undefined ? `${basename(nearest.path)} is written in a way that only you can change` : opposite.message);
}
