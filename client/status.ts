import {
	type Disposable,
	type ExtensionContext,
	type LanguageStatusItem,
	LanguageStatusSeverity,
	languages,
	StatusBarAlignment,
	window,
	workspace,
} from "vscode";
import type { ResultState, ShownRateLimit, ToolStatus } from "../server/protocol.ts";
import { DOCUMENTS } from "./documents.ts";

/** What the editor's status areas say: whether checks run and tools are there, and the result of the last scan. */
export interface Status {
	starting(): void;
	ready(): void;
	tools(tools: readonly ToolStatus[]): void;
	results(results: ResultState): void;
	/** Registries that ask for a pause, or soon will; none when all may be asked. */
	limits(limits: readonly ShownRateLimit[]): void;
}

export function createStatus(context: ExtensionContext): Status {
	const item = languages.createLanguageStatusItem("hullguard.status", { language: "dockerfile" });
	item.name = "Hullguard";
	item.text = "Hullguard";
	item.command = { title: "Check Tools", command: "hullguard.tools.check" };
	const bar = window.createStatusBarItem("hullguard.results", StatusBarAlignment.Left, 0);
	bar.name = "Hullguard: last scan";
	bar.command = "hullguard.findings.focus";
	const limits = createLimitStatus();
	context.subscriptions.push(item, bar, limits);
	return {
		limits: limits.show,
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

/** An item of its own, there only while a registry wants to be left alone, or soon will. */
function createLimitStatus(): Disposable & { readonly show: (limits: readonly ShownRateLimit[]) => void } {
	let item: LanguageStatusItem | undefined;
	let timer: NodeJS.Timeout | undefined;
	const dispose = (): void => {
		clearTimeout(timer);
		item?.dispose();
		item = undefined;
	};
	const show = (limits: readonly ShownRateLimit[]): void => {
		dispose();
		const [first] = limits;
		if (first === undefined) return;
		item = languages.createLanguageStatusItem("hullguard.registries", DOCUMENTS);
		item.name = "Hullguard: registries";
		item.severity = LanguageStatusSeverity.Warning;
		item.text = `${first.host} ${first.retryAt === undefined ? "may not be asked much longer" : "asks for a pause"}`;
		item.detail = limits.map((limit, index) => limitText(limit, index > 0)).join("; ");
		item.command = { title: "Show Output", command: "hullguard.showOutput" };
		const until = Math.max(...limits.map(({ retryAt }) => retryAt ?? 0));
		if (until > 0) timer = setTimeout(() => show(limits.filter(({ retryAt }) => retryAt === undefined)), until - Date.now());
	};
	return { show, dispose };
}

function limitText({ host, retryAt, remaining, limit }: ShownRateLimit, withHost: boolean): string {
	const text =
		retryAt === undefined
			? `${remaining ?? 0} of ${limit ?? 0} requests left`
			: `asked again from ${new Date(retryAt).toLocaleTimeString()} on`;
	return withHost ? `${host}: ${text}` : text;
}
