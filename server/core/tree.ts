import type { Severity } from "./severity.ts";
import type { Range } from "./text.ts";

/** A node of the Findings, SBOM and Images views, and of what the command line prints as a tree. */
export interface TreeNode {
	/** Unique in its tree and stable while the tree is shown again. */
	readonly id: string;
	readonly label: string;
	/** Shown behind the label, less loud. */
	readonly description?: string;
	/** Markdown. */
	readonly tooltip?: string;
	/** Name of a codicon. */
	readonly icon?: string;
	readonly severity?: Severity;
	/** What a screen reader says, where label and description do not tell. */
	readonly spoken?: string;
	/** Decides which commands the node offers: `vulnerability`, `package`, `image` … */
	readonly kind: string;
	readonly place?: TreePlace;
	/** Facts that the node's commands need: ids, package URLs, links. */
	readonly data?: Readonly<Record<string, string>>;
	readonly children?: readonly TreeNode[];
	/** Whether the node is shown closed at first. */
	readonly collapsed?: boolean;
}

/** Where a click leads. */
export interface TreePlace {
	/** File URI in the editor, path in the command line. */
	readonly uri: string;
	readonly range: Range;
}
