import { commands, env, Uri, WorkspaceEdit, window, workspace } from "vscode";
import type { Severity } from "../server/core/severity.ts";
import type { TreeNode } from "../server/core/tree.ts";
import type { Justification, VexDecision, VexStatus } from "../server/core/vex/statement.ts";
import {
	FINDING_DETAILS,
	type FindingGroup,
	type SbomGroup,
	VEX_CREATE,
	VEX_FACTS,
	type VexChoice,
	type VexFacts,
} from "../server/protocol.ts";
import { toRange, toTextEdits } from "./edits.ts";
import { openLink } from "./lintCommands.ts";
import { askAll, type Choice } from "./pick.ts";
import { showError } from "./progress.ts";
import type { CommandTable, Services } from "./services.ts";

const DETAILS_SCHEME = "hullguard-finding";

/** Commands of the Findings and SBOM views. */
export function findingCommands(services: Services): CommandTable {
	const { connection, context } = services;
	context.subscriptions.push(
		workspace.registerTextDocumentContentProvider(DETAILS_SCHEME, {
			provideTextDocumentContent: async (uri) => (await connection.ask(FINDING_DETAILS, { key: uri.query })).markdown,
		}),
	);
	return {
		"hullguard.findings.filter": () => filterFindings(services),
		"hullguard.findings.filterActive": () => filterFindings(services),
		"hullguard.findings.groupBy": () => groupFindings(services),
		"hullguard.findings.reveal": reveal,
		"hullguard.findings.openAdvisory": (node: TreeNode) => {
			const link = node.data?.["link"];
			if (link !== undefined) openLink(link);
		},
		"hullguard.findings.copyId": (node: TreeNode) => env.clipboard.writeText(node.data?.["id"] ?? node.label),
		"hullguard.findings.copyPurl": (node: TreeNode) => env.clipboard.writeText(node.data?.["purl"] ?? ""),
		"hullguard.findings.details": async (node: TreeNode) => {
			const key = node.data?.["key"];
			if (key !== undefined)
				await commands.executeCommand(
					"markdown.showPreview",
					Uri.from({ scheme: DETAILS_SCHEME, path: `${node.data?.["id"] ?? "finding"}.md`, query: key }),
				);
		},
		"hullguard.sbom.filter": () => filterSbom(services),
		"hullguard.sbom.filterActive": () => filterSbom(services),
		"hullguard.sbom.groupBy": () => groupSbom(services),
		"hullguard.vex.create": (target: TreeNode | readonly string[], all?: readonly TreeNode[]) =>
			createStatement(services, keysOf(target, all)),
	};
}

async function reveal(node: TreeNode): Promise<void> {
	if (node.place === undefined) return;
	await window.showTextDocument(Uri.parse(node.place.uri), { selection: toRange(node.place.range) });
}

async function filterFindings({ choices, findings }: Services): Promise<void> {
	const { filter } = choices;
	const severities: readonly Severity[] = ["critical", "high", "medium", "low"];
	const items = [
		{ label: "Everything", value: "everything", picked: !filter.fixableOnly && filter.minimumSeverity === undefined && filter.text === "" },
		{ label: "Fixable only", value: "fixable", picked: filter.fixableOnly },
		...severities.map((severity) => ({
			label: severity === "critical" ? "Critical only" : `${severity.charAt(0).toUpperCase()}${severity.slice(1)} and worse`,
			value: severity as string,
			picked: filter.minimumSeverity === severity,
		})),
		{ label: "Containing…", value: "text", picked: filter.text !== "" },
	];
	const chosen = await window.showQuickPick(
		items.map(({ label, value, picked }) => ({ label, value, ...(picked ? { description: "now" } : {}) })),
		{ title: "Filter Findings" },
	);
	if (chosen === undefined) return;
	if (chosen.value === "everything") choices.filter = { fixableOnly: false, minimumSeverity: undefined, text: "" };
	else if (chosen.value === "fixable") choices.filter = { ...filter, fixableOnly: !filter.fixableOnly };
	else if (chosen.value === "text")
		choices.filter = {
			...filter,
			text:
				(await window.showInputBox({ title: "Filter Findings", prompt: "Part of an id, a package or a title", value: filter.text })) ??
				filter.text,
		};
	else choices.filter = { ...filter, minimumSeverity: chosen.value as Severity };
	const active = choices.filter.fixableOnly || choices.filter.minimumSeverity !== undefined || choices.filter.text !== "";
	await commands.executeCommand("setContext", "hullguard.findingsFiltered", active);
	await findings.refresh();
}

async function groupFindings({ choices, findings }: Services): Promise<void> {
	const groups: readonly FindingGroup[] = ["severity", "instruction", "package", "image"];
	const chosen = await window.showQuickPick(
		groups.map((group) => ({ label: `By ${group}`, value: group, ...(group === choices.groupBy ? { description: "now" } : {}) })),
		{ title: "Group Findings" },
	);
	if (chosen === undefined) return;
	choices.groupBy = chosen.value;
	await findings.refresh();
}

async function filterSbom({ choices, sbom }: Services): Promise<void> {
	const text = await window.showInputBox({
		title: "Filter Packages",
		prompt: "Part of a name, version or licence; nothing shows all",
		value: choices.sbomText,
	});
	if (text === undefined) return;
	choices.sbomText = text;
	await commands.executeCommand("setContext", "hullguard.sbomFiltered", text !== "");
	await sbom.refresh();
}

async function groupSbom({ choices, sbom }: Services): Promise<void> {
	const groups: readonly SbomGroup[] = ["type", "layer", "licence"];
	const chosen = await window.showQuickPick(
		groups.map((group) => ({ label: `By ${group}`, value: group, ...(group === choices.sbomGroupBy ? { description: "now" } : {}) })),
		{ title: "Group Packages" },
	);
	if (chosen === undefined) return;
	choices.sbomGroupBy = chosen.value;
	await sbom.refresh();
}

/** The findings that a command was called for: keys from a light bulb, or nodes of the view. */
function keysOf(target: TreeNode | readonly string[], all: readonly TreeNode[] | undefined): readonly string[] {
	if (Array.isArray(target)) return target as readonly string[];
	const nodes = all === undefined || all.length === 0 ? [target as TreeNode] : all;
	return nodes.flatMap((node) => node.data?.["key"] ?? []);
}

interface StatementAnswers {
	readonly status: VexStatus;
	readonly justification: Justification;
	readonly text: string;
	readonly scope: string;
	readonly uri: string;
}

async function createStatement({ connection }: Services, keys: readonly string[]): Promise<void> {
	if (keys.length === 0) return;
	try {
		const facts = await connection.ask(VEX_FACTS, { keys });
		const answers = await askStatement(facts, keys.length);
		if (answers === undefined) return;
		const result = await connection.ask(VEX_CREATE, { keys, decision: decisionOf(answers), scope: answers.scope, uri: answers.uri });
		const uri = Uri.parse(result.uri);
		const edit = new WorkspaceEdit();
		if (result.create) edit.createFile(uri, { ignoreIfExists: false });
		edit.set(uri, toTextEdits(result.edits));
		if (!(await workspace.applyEdit(edit)))
			throw new Error(`${workspace.asRelativePath(uri)} could not be written. Check that its folder is not read-only.`);
		const document = await workspace.openTextDocument(uri);
		await document.save();
		const chosen = await window.showInformationMessage(`${facts.vulnerability} is recorded in ${workspace.asRelativePath(uri)}`, "Open");
		if (chosen !== undefined) await window.showTextDocument(document);
	} catch (error) {
		await showError(error);
	}
}

function askStatement(facts: VexFacts, count: number): Promise<StatementAnswers | undefined> {
	const start: StatementAnswers = {
		status: "not_affected",
		justification: "vulnerable_code_not_in_execute_path",
		text: "",
		scope: facts.scopes[0]?.value ?? "repository",
		uri: facts.documents[0]?.uri ?? "",
	};
	const subject = count > 1 ? `${count} findings` : `${facts.vulnerability} in ${facts.package}`;
	return askAll<StatementAnswers>(`VEX: ${subject}`, start, [
		{
			kind: "pick",
			placeholder: `What does it mean for ${facts.image}?`,
			items: () => named(facts.statuses),
			take: (answers, [status]) => ({ ...answers, status: status as VexStatus }),
		},
		{
			kind: "pick",
			placeholder: "Why is it not affected?",
			items: (answers) => (answers.status === "not_affected" ? named(facts.justifications) : []),
			take: (answers, [justification]) =>
				justification === undefined ? answers : { ...answers, justification: justification as Justification },
		},
		{
			kind: "input",
			prompt: (answers) =>
				answers.status === "affected"
					? "What should users do? (required)"
					: "In a sentence: how do you know? (optional, shown to everyone who reads the document)",
			skip: (answers) => answers.status === "fixed" || answers.status === "under_investigation",
			value: (answers) => answers.text,
			take: (answers, text) => ({ ...answers, text: text.trim() }),
		},
		{
			kind: "pick",
			placeholder: "What is the statement about?",
			items: () => facts.scopes,
			take: (answers, [scope]) => ({ ...answers, scope: scope ?? answers.scope }),
		},
		{
			kind: "pick",
			placeholder: "Which document?",
			items: () =>
				facts.documents.map((document) => ({
					value: document.uri,
					label: document.label,
					...(document.isNew ? { description: "new" } : {}),
				})),
			take: (answers, [uri]) => ({ ...answers, uri: uri ?? answers.uri }),
		},
	]);
}

/** Choices with the word that stands in the document, for those who know OpenVEX. */
function named(choices: readonly VexChoice[]): readonly Choice[] {
	return choices.map((choice) => ({ ...choice, description: choice.value }));
}

function decisionOf({ status, justification, text }: StatementAnswers): VexDecision {
	switch (status) {
		case "not_affected":
			return { status, justification, ...(text === "" ? {} : { impact: text }) };
		case "affected":
			return { status, action: text };
		default:
			return { status };
	}
}
