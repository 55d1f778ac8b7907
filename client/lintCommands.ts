import { ConfigurationTarget, commands, env, type QuickPickItem, Uri, ViewColumn, window, workspace } from "vscode";
import { EXPLAIN_RULE, FIX_ALL, LIST_RULES, SET_SEVERITY, type SetSeverityParams } from "../server/protocol.ts";
import { applyEdits, toRange } from "./edits.ts";
import { createIgnoreFile } from "./newIgnoreFile.ts";
import { createFixPreview } from "./previewFix.ts";
import type { CommandTable, Services } from "./services.ts";

type RuleLevel = SetSeverityParams["level"];

const LEVELS: readonly RuleLevel[] = ["off", "hint", "info", "warning", "error"];
const RULE_SCHEME = "hullguard-rule";

/** Commands about rules and repairs. */
export function lintCommands(services: Services): CommandTable {
	const { connection, context } = services;
	context.subscriptions.push(
		workspace.registerTextDocumentContentProvider(RULE_SCHEME, {
			provideTextDocumentContent: async (uri) => (await connection.ask(EXPLAIN_RULE, { rule: uri.path.replace(/\.md$/, "") })).markdown,
		}),
	);
	return {
		"hullguard.lint.fixAll": async () => {
			const uri = window.activeTextEditor?.document.uri;
			if (uri === undefined) return;
			const result = await connection.ask(FIX_ALL, { uri: uri.toString() });
			if (result.edits.length === 0) window.setStatusBarMessage("Nothing to repair without a look", 4000);
			else await applyEdits(result);
		},
		"hullguard.lint.explainRule": async (rule?: string) => {
			const id = rule ?? (await pickRule(services));
			if (id !== undefined)
				await commands.executeCommand("markdown.showPreview", Uri.from({ scheme: RULE_SCHEME, path: `${id.split("/")[0]}.md` }));
		},
		"hullguard.lint.setSeverity": async (uri: string, rule: string) => {
			const chosen = await window.showQuickPick(LEVELS, {
				title: `Severity of ${rule}`,
				placeHolder: "Written to the nearest hullguard.yaml; without one, to the settings of the workspace",
			});
			const level = LEVELS.find((each) => each === chosen);
			if (level !== undefined) await setSeverity(services, uri, rule, level);
		},
		"hullguard.lint.createConfig": createConfig,
		"hullguard.lint.newIgnoreFile": (dockerfile?: string) => createIgnoreFile(services, dockerfile),
		"hullguard.lint.previewFix": createFixPreview(services),
	};
}

async function setSeverity({ connection }: Services, uri: string, rule: string, level: RuleLevel): Promise<void> {
	const change = await connection.ask(SET_SEVERITY, { uri, rule, level });
	if (change.kind === "settings") {
		const configuration = workspace.getConfiguration("hullguard.lint", Uri.parse(uri));
		const rules = configuration.get<Record<string, string>>("rules") ?? {};
		const target = workspace.workspaceFolders === undefined ? ConfigurationTarget.Global : ConfigurationTarget.Workspace;
		await configuration.update("rules", { ...rules, [rule]: level }, target);
	} else if (change.kind === "edits") {
		const document = await workspace.openTextDocument(Uri.parse(change.edits.uri));
		const { isDirty } = document;
		// What was saved stays saved: nobody looks for a changed file that is not open.
		if ((await applyEdits(change.edits)) && !isDirty) await document.save();
	} else {
		const selection = change.range === undefined ? {} : { selection: toRange(change.range) };
		await window.showTextDocument(Uri.parse(change.uri), selection);
		window.showInformationMessage(`${change.reason}. Change it here.`);
	}
}

async function pickRule({ connection }: Services): Promise<string | undefined> {
	const rules = await connection.ask(LIST_RULES, {});
	const items = rules.map((rule): QuickPickItem => ({ label: rule.id, description: rule.severity, detail: rule.title }));
	return (await window.showQuickPick(items, { title: "Explain Rule", matchOnDetail: true }))?.label;
}

async function createConfig(): Promise<void> {
	const folder = workspace.workspaceFolders?.[0];
	if (folder === undefined) return;
	const uri = Uri.joinPath(folder.uri, "hullguard.yaml");
	const exists = await workspace.fs.stat(uri).then(
		() => true,
		() => false,
	);
	if (!exists) {
		const text = [
			"# Rules of Hullguard for the Dockerfiles below this folder.",
			"# recommended, strict or all",
			"preset: recommended",
			"",
			"rules:",
			"  # apt-install-recommends: off",
			"  {}",
			"",
		].join("\n");
		await workspace.fs.writeFile(uri, new TextEncoder().encode(text));
	}
	await window.showTextDocument(uri, { viewColumn: ViewColumn.Active });
}

/** Opens an address in the browser. */
export function openLink(link: string): void {
	void env.openExternal(Uri.parse(link));
}
