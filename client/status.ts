import { type ExtensionContext, LanguageStatusSeverity, languages, StatusBarAlignment, window, workspace } from "vscode";
import type { ResultState, ToolStatus } from "../server/protocol.ts";

/** What the editor's status areas say: whether checks run and tools are there, and the result of the last scan. */
export interface Status {
	starting(): void;
	ready(): void;
	tools(tools: readonly ToolStatus[]): void;
	results(results: ResultState): void;
}

export function createStatus(context: ExtensionContext): Status {
	const item = languages.createLanguageStatusItem("hullguard.status", { language: "dockerfile" });
	item.name = "Hullguard";
	item.text = "Hullguard";
	item.command = { title: "Check Tools", command: "hullguard.tools.check" };
	const bar = window.createStatusBarItem("hullguard.results", StatusBarAlignment.Left, 0);
	bar.name = "Hullguard: last scan";
	bar.command = "hullguard.findings.focus";
	context.subscriptions.push(item, bar);
	return {
		starting() {
			item.busy = true;
			item.detail = "starting";
		},
		ready() {
			item.busy = false;
			item.detail = workspace.isTrusted ? "checks while you type" : "checks only: this workspace is not trusted";
		},
		tools(tools) {
			const trouble = tools.find((tool) => !tool.optional && tool.state !== "ready");
			item.severity = trouble === undefined ? LanguageStatusSeverity.Information : LanguageStatusSeverity.Warning;
			item.detail = trouble?.message ?? foundTools(tools);
		},
		results({ hasRun, counts, fixable }) {
			if (!hasRun) {
				bar.hide();
				return;
			}
			const { critical = 0, high = 0 } = counts;
			bar.text =
				critical + high === 0
					? "$(shield) 0"
					: `$(shield) ${[critical > 0 ? `${critical}C` : "", high > 0 ? `${high}H` : ""].filter(Boolean).join(" ")}`;
			bar.tooltip = `Hullguard: ${critical} critical, ${high} high, ${fixable} fixable`;
			bar.accessibilityInformation = { label: `Hullguard: ${critical} critical, ${high} high vulnerabilities, ${fixable} fixable` };
			bar.show();
		},
	};
}

function foundTools(tools: readonly ToolStatus[]): string {
	return tools
		.filter((tool) => tool.version !== undefined)
		.map((tool) => `${tool.title} ${tool.version}`)
		.join(", ");
}
