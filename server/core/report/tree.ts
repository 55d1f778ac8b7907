import type { TreeNode } from "../tree.ts";
import type { Colors } from "./colors.ts";

/** The nodes of a view as a text with branches. Children below `deepest` levels are left out. */
export function treeText(nodes: readonly TreeNode[], colors: Colors, deepest: number): string {
	const lines: string[] = [];
	const visit = (node: TreeNode, before: string, branch: string, below: string, depth: number): void => {
		lines.push(`${before}${colors.dim(branch)}${node.label}${node.description === undefined ? "" : ` ${colors.dim(node.description)}`}`);
		const children = depth < deepest ? (node.children ?? []) : [];
		children.forEach((child, index) => {
			const last = index === children.length - 1;
			visit(child, before + colors.dim(below), last ? "└─ " : "├─ ", last ? "   " : "│  ", depth + 1);
		});
	};
	for (const node of nodes) visit(node, "", "", "", 1);
	return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}
