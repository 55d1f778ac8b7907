import { commands } from "vscode";
import { IMAGES, type ImageGroup } from "../server/protocol.ts";
import type { Connection } from "./connection.ts";
import { createNodeView, type NodeView } from "./treeView.ts";

/** The view of the images that the workspace names. `refresh` looks for files again. */
export interface ImagesView extends NodeView {
	/** Shows what registries said since, and what open files say now; looks for no files. */
	update(): Promise<void>;
}

export function createImagesView(connection: Connection, grouping: () => ImageGroup): ImagesView {
	let search = true;
	const nodes = createNodeView("hullguard.images", "hullguard.images.reveal", async () => {
		const answer = await connection.ask(IMAGES, { groupBy: grouping(), search });
		await commands.executeCommand("setContext", "hullguard.imagesSought", true);
		return answer;
	});
	const ask = (again: boolean): Promise<void> => {
		search = again;
		return nodes.refresh();
	};
	return { view: nodes.view, refresh: () => ask(true), update: () => ask(false) };
}
