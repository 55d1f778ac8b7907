import { readFileSync } from "node:fs";
import { commandLinePage } from "../server/cli/help.ts";
import { ruleFix } from "../server/core/lint/ruleFix.ts";
import { lintReportSchema } from "../server/core/report/lintReportSchema.ts";
import { MIGRATIONS, migrationPage } from "../server/core/report/migrationPage.ts";
import { foldedRuleTables, ruleTables } from "../server/core/report/ruleIndex.ts";
import { rulePage } from "../server/core/report/rulePage.ts";
import { ruleSearchPage } from "../server/core/report/ruleSearchPage.ts";
import { RULES } from "../server/core/rules/registry.ts";
import type { PeerTool } from "../server/core/rules/rule.ts";
import { configFileSchema, manifestConfiguration, restrictedSettings, settingsPage } from "../server/core/settings/documents.ts";
import { toolsPage } from "../server/tools/toolsPage.ts";
import { corpusReview, fileReviews, keptCorpusFindings } from "../test/support/corpusFindings.ts";
import { corpusPage } from "./corpusPage.ts";
import { decisionsByRule } from "./decisions.ts";

/** Every file that is made from a declaration, with the text that it should have. */
export function generatedFiles(): ReadonlyMap<string, string> {
	const fixes = new Map(RULES.map((rule) => [rule.id, ruleFix(rule)]));
	const fixOf = (rule: { readonly id: string }): ReturnType<typeof ruleFix> => fixes.get(rule.id) ?? "none";
	const decided = decisionsByRule(readFileSync("docs/rules/decisions.md", "utf8"));
	return new Map<string, string>([
		...RULES.map((rule) => [`docs/rules/${rule.id}.md`, rulePage(rule, fixOf(rule), undefined, decided.get(rule.id))] as const),
		[
			"docs/rules/README.md",
			`# Rules\n\n${RULES.length} rules. *recommended* is on by default, *strict* adds the hardening rules, *opt-in* rules are a matter of policy.\n\n[All of them on one page with a field to search in](search.html) (open it in a browser); in the editor *Explain Rule…* searches, too.\n\n${ruleTables(fixOf, (id) => `${id}.md`)}`,
		],
		...(Object.keys(MIGRATIONS) as PeerTool[]).map((tool) => [`docs/migrate/${tool}.md`, migrationPage(tool, decided)] as const),
		["docs/rules/search.html", ruleSearchPage(fixOf, (id) => `${id}.md`)],
		["docs/settings.md", settingsPage()],
		["docs/cli.md", commandLinePage()],
		["docs/tools.md", toolsPage()],
		["docs/corpus.md", corpusPage(keptCorpusFindings(), corpusReview(), fileReviews())],
		["docs/lint-report.schema.json", `${JSON.stringify(lintReportSchema(), undefined, "\t")}\n`],
		["media/hullguard.schema.json", `${JSON.stringify(configFileSchema(), undefined, "\t")}\n`],
		[
			"README.md",
			between(
				readFileSync("README.md", "utf8"),
				"rules",
				foldedRuleTables(fixOf, (id) => `docs/rules/${id}.md`),
			),
		],
		["package.json", manifest()],
	]);
}

/** `text` with what stands between the markers `<!-- name -->` and `<!-- /name -->` replaced. */
function between(text: string, name: string, content: string): string {
	const start = text.indexOf(`<!-- ${name} -->`);
	const end = text.indexOf(`<!-- /${name} -->`);
	if (start === -1 || end === -1) throw new Error(`README.md has no markers for ${name}`);
	return `${text.slice(0, start)}<!-- ${name} -->\n\n${content}\n${text.slice(end)}`;
}

function manifest(): string {
	const parsed = JSON.parse(readFileSync("package.json", "utf8")) as {
		contributes?: { configuration?: unknown };
		capabilities?: { untrustedWorkspaces?: { restrictedConfigurations?: readonly string[] } };
	};
	if (parsed.contributes !== undefined) parsed.contributes.configuration = manifestConfiguration();
	if (parsed.capabilities?.untrustedWorkspaces !== undefined)
		parsed.capabilities.untrustedWorkspaces.restrictedConfigurations = restrictedSettings();
	return `${JSON.stringify(parsed, undefined, "\t")}\n`;
}
