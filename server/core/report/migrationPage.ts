import { KICS_QUERIES } from "../knowledge/kicsQueries.ts";
import { ownValue } from "../ownValue.ts";
import { RULES } from "../rules/registry.ts";
import type { Equivalent, PeerTool, Rule } from "../rules/rule.ts";
import { PEER_TITLES } from "./rulePage.ts";

/** Tools that have a page of their own, with how a comment of theirs silences a check. */
export const MIGRATIONS: Partial<Readonly<Record<PeerTool, string>>> = {
	hadolint:
		"Comments (`# hadolint ignore=DL3008`, `# hadolint global ignore=DL3008`, `# hadolint stage ignore=DL3008`, `# hadolint shell=powershell`) go on working. ShellCheck's codes in them count, too, for what the shell rules find themselves: `SC3010` silences `bash-syntax-in-sh`, `SC2164` `shell-analysis/cd-unguarded`. A `.hadolint.yaml` counts where there is no `hullguard.yaml`; `hullguard config import` prints it as one.",
	buildkit: "Directives (`# check=skip=JSONArgsRecommended`) go on working, and so do the same comments above an instruction.",
	trivy:
		"Comments (`# trivy:ignore:DS-0002`, `# trivy:ignore:DS-0002:exp:2027-01-31`) go on working for the checks below. What is found in images is still found by Trivy itself.",
	checkov: "Comments (`# checkov:skip=CKV_DOCKER_3: reason`) go on working.",
	kics: "Comments (`# kics-scan disable=ID`, `# kics-scan ignore`, `# kics-scan ignore-line`, `# kics-scan ignore-block`) go on working.",
	semgrep: "Comments (`# nosemgrep: rule`, `# nosemgrep`) go on working.",
	sonar:
		"A comment `# NOSONAR` above an instruction goes on working. Issues that were suppressed on Sonar's server need a `# hullguard-ignore RULE` above the line.",
	tally:
		"Comments (`# tally ignore=rule`, `# tally global ignore=rule`) go on working, with the ids of hadolint and BuildKit in them, too.",
};

interface Row {
	readonly equivalent: Equivalent;
	readonly rule: Rule;
}

/** The page for people who come from another tool: its ids, the rules here that check them, and what was `decided` about these, by rule. */
export function migrationPage(tool: PeerTool, decided: ReadonlyMap<string, readonly string[]>): string {
	const rows = rowsOf(tool);
	const ids = new Set(rows.map(({ equivalent }) => equivalent.id));
	return [
		`# Coming from ${PEER_TITLES[tool]}`,
		"",
		MIGRATIONS[tool] ?? "",
		"",
		`${ids.size} checks have a counterpart. *same*: it checks the same thing, and a comment for the one silences the other. *similar*: it looks at a part of it, or at more.`,
		"",
		`| ${PEER_TITLES[tool]} | Hullguard | | What is wrong | Preset |`,
		"|---|---|---|---|---|",
		...rows.map(
			({ equivalent, rule }) =>
				`| ${named(equivalent)} | [${rule.id}](../rules/${rule.id}.md) | ${equivalent.relation} | ${rule.title} | ${rule.preset} |`,
		),
		"",
		"## What differs",
		"",
		"*strict* and *opt-in* checks are off until `hullguard.yaml` or a setting switches them on. On purpose, these do not find quite what you are used to:",
		"",
		...differences(rows, decided),
		"",
		"What holds for all rules is told in [Decisions](../rules/decisions.md).",
		"",
	].join("\n");
}

/** An id, and the name by which people know it where the id is only a number. */
function named({ tool, id }: Equivalent): string {
	const name = tool === "kics" ? ownValue(KICS_QUERIES, id) : undefined;
	return name === undefined ? `\`${id}\`` : `${name}<br>\`${id}\``;
}

/** A line for each decision, with the ids of the other tool that it is about. */
function differences(rows: readonly Row[], decided: ReadonlyMap<string, readonly string[]>): readonly string[] {
	const idsOf = new Map<string, Set<string>>();
	for (const { rule, equivalent } of rows)
		for (const decision of decided.get(rule.id) ?? [])
			idsOf.set(decision, (idsOf.get(decision) ?? new Set()).add(ownValue(KICS_QUERIES, equivalent.id) ?? `\`${equivalent.id}\``));
	return [...idsOf].map(([decision, ids]) => `- ${[...ids].join(", ")}: ${decision}`);
}

function rowsOf(tool: PeerTool): readonly Row[] {
	const collator = new Intl.Collator("en", { numeric: true });
	return RULES.flatMap((rule) =>
		rule.equivalents.filter((equivalent) => equivalent.tool === tool).map((equivalent) => ({ equivalent, rule })),
	).sort(
		(a, b) =>
			collator.compare(a.equivalent.id, b.equivalent.id) ||
			Number(a.equivalent.relation === "similar") - Number(b.equivalent.relation === "similar") ||
			collator.compare(a.rule.id, b.rule.id),
	);
}
