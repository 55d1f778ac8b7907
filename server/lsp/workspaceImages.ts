import { basename } from "node:path";
import type { FileWithImages } from "../core/report/imageNodes.ts";
import { lineStartsOf } from "../core/text.ts";
import { type CandidateFile, filesWithImages } from "../operations/filesWithImages.ts";
import { namedImages, namedImagesIn } from "./namedImages.ts";
import { folderAround, labelOf, pathOf, uriOf } from "./paths.ts";
import type { ServerState } from "./state.ts";

/** The files of the workspace that name images. Looked for only when somebody asks. */
export interface WorkspaceImages {
	/** Files by label, open ones as they are now; `search` looks at the disk again. */
	list(search: boolean, signal: AbortSignal): Promise<FoundImages>;
}

export interface FoundImages {
	readonly files: readonly FileWithImages[];
	/** False where the workspace has more than is looked at. */
	readonly complete: boolean;
}

export function createWorkspaceImages(state: ServerState): WorkspaceImages {
	let found: { readonly files: ReadonlyMap<string, FileWithImages>; readonly complete: boolean } | undefined;

	const search = async (signal: AbortSignal): Promise<NonNullable<typeof found>> => {
		const files = new Map<string, FileWithImages>();
		let complete = true;
		for (const folder of foldersOf(state)) {
			const there = await filesWithImages(folder, signal);
			complete &&= there.complete;
			for (const file of there.files) {
				const read = await readFile(state, file);
				if (read.images.length > 0) files.set(read.uri, read);
			}
		}
		return { files, complete };
	};

	return {
		async list(again, signal) {
			if (again || found === undefined) found = await search(signal);
			const files = new Map(found.files);
			const folders = foldersOf(state);
			for (const document of state.documents.all()) {
				const path = pathOf(document.uri);
				const lineStarts = lineStartsOf(document.getText());
				const images = await namedImages(state, document);
				if (path === undefined || (folders.length > 0 && folderAround(path, folders) === undefined)) continue;
				// The editor may write the address in another way.
				files.delete(uriOf(path));
				if (images.length === 0) continue;
				files.set(document.uri, { uri: document.uri, label: labelFor(state, path), lineStarts, images });
			}
			return { files: [...files.values()].sort((a, b) => (a.label < b.label ? -1 : 1)), complete: found.complete };
		},
	};
}

/** Absolute paths of the workspace's folders; those inside others are looked through with them. */
export function foldersOf(state: ServerState): readonly string[] {
	const all = state.folders.flatMap((folder) => pathOf(folder.uri) ?? []);
	return all.filter((folder) => folderAround(folder, all) === undefined);
}

/** The path below its folder; where there are several, with the folder's name. */
function labelFor(state: ServerState, path: string): string {
	const folders = foldersOf(state);
	const folder = folderAround(path, folders);
	const label = labelOf(path, folder);
	return folder === undefined || folders.length === 1 ? label : `${basename(folder)}/${label}`;
}

async function readFile(state: ServerState, { path, text }: CandidateFile): Promise<FileWithImages> {
	const images = await namedImagesIn(state, path, text);
	return { uri: uriOf(path), label: labelFor(state, path), lineStarts: lineStartsOf(text), images };
}
