import {
	EventEmitter,
	MarkdownString,
	ThemeColor,
	ThemeIcon,
	type TreeDataProvider,
	TreeItem,
	TreeItemCollapsibleState,
	type TreeView,
	window,
} from "vscode";
import type { Severity } from "../server/core/severity.ts";
import type { TreeNode } from "../server/core/tree.ts";
import type { TreeAnswer } from "../server/protocol.ts";

const COLORS: Readonly<Record<Severity, string>> = {
	critical: "hullguard.severity.critical",
	high: "hullguard.severity.high",
	medium: "hullguard.severity.medium",
	low: "hullguard.severity.low",
	negligible: "hullguard.severity.low",
	unknown: "hullguard.severity.low",
};

/** A view of the server's tree nodes. The server groups, filters and words; this only shows. */
export interface NodeView {
	readonly view: TreeView<TreeNode>;
	/** Asks again and shows the answer. */
	refresh(): Promise<void>;
}

/** @param reveal the command that leads from a node to its place */
export function createNodeView(id: string, reveal: string, ask: () => Promise<TreeAnswer>): NodeView {
	const changed = new EventEmitter<undefined>();
	const parents = new Map<string, TreeNode>();
	let nodes: readonly TreeNode[] = [];
	const provider: TreeDataProvider<TreeNode> = {
		onDidChangeTreeData: changed.event,
		getChildren: (node) => [...(node === undefined ? nodes : (node.children ?? []))],
		getParent: (node) => parents.get(node.id),
		getTreeItem: (node) => treeItem(node, reveal),
	};
	const view = window.createTreeView(id, { treeDataProvider: provider, showCollapseAll: true, canSelectMany: true });
	const note = (list: readonly TreeNode[], parent?: TreeNode): void => {
		for (const node of list) {
			if (parent !== undefined) parents.set(node.id, parent);
			note(node.children ?? [], node);
		}
	};
	return {
		view,
		async refresh() {
			const answer = await ask();
			nodes = answer.nodes;
			parents.clear();
			note(nodes);
			view.message = answer.message ?? "";
			view.description = answer.description ?? "";
			changed.fire(undefined);
		},
	};
}

function treeItem(node: TreeNode, reveal: string): TreeItem {
	const open = node.collapsed ? TreeItemCollapsibleState.Collapsed : TreeItemCollapsibleState.Expanded;
	const item = new TreeItem(node.label, node.children === undefined || node.children.length === 0 ? TreeItemCollapsibleState.None : open);
	item.id = node.id;
	item.contextValue = node.kind;
	if (node.description !== undefined) item.description = node.description;
	if (node.tooltip !== undefined) item.tooltip = new MarkdownString(node.tooltip);
	if (node.icon !== undefined)
		item.iconPath =
			node.severity === undefined ? new ThemeIcon(node.icon) : new ThemeIcon(node.icon, new ThemeColor(COLORS[node.severity]));
	item.accessibilityInformation = { label: node.spoken ?? [node.label, node.description].filter(Boolean).join(", ") };
	if (node.place !== undefined) item.command = { title: "Go to Instruction", command: reveal, arguments: [node] };
	return item;
}
