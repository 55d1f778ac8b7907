import type { ExtensionContext, LogOutputChannel, OutputChannel } from "vscode";
import type { FindingFilter, FindingGroup, ImageGroup, SbomGroup } from "../server/protocol.ts";
import type { Connection } from "./connection.ts";
import type { ImagesView } from "./imagesView.ts";
import type { LongWorkRunner } from "./progress.ts";
import type { Status } from "./status.ts";
import type { NodeView } from "./treeView.ts";

/** What commands work with. */
export interface Services {
	readonly context: ExtensionContext;
	readonly connection: Connection;
	readonly work: LongWorkRunner;
	readonly status: Status;
	readonly output: LogOutputChannel;
	readonly buildLog: OutputChannel;
	readonly findings: NodeView;
	readonly sbom: NodeView;
	readonly images: ImagesView;
	/** How the views are grouped and filtered: theirs to show, the commands' to change. */
	readonly choices: ViewChoices;
}

export interface ViewChoices {
	groupBy: FindingGroup;
	filter: FindingFilter;
	imageGroupBy: ImageGroup;
	sbomGroupBy: SbomGroup;
	sbomText: string;
}

export type CommandTable = Readonly<Record<string, (...args: never[]) => unknown>>;
