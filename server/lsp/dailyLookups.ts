import type { TextDocument } from "vscode-languageserver-textdocument";
import { canonicalName } from "../core/image/reference.ts";
import { ToolError } from "../tools/errors.ts";
import { namedImages } from "./namedImages.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** With `digest.network: auto` the images of open files are looked up by themselves, in trusted workspaces only. */
export interface DailyLookups {
	/** Looks up what nobody has asked for since a day ago. Ends at the first registry that wants to be left alone. */
	lookUp(document: TextDocument): Promise<void>;
}

export function createDailyLookups(state: ServerState, work: Work): DailyLookups {
	/** When each was tried last: one that fails is not tried again with each file that names it. */
	const tried = new Map<string, number>();

	const dueIn = async (document: TextDocument): Promise<readonly string[]> => {
		const images = await namedImages(state, document);
		const { tags } = work.images.records();
		const names = images.flatMap(({ reference }) =>
			// A digest alone follows nothing that could have moved.
			reference.digest !== undefined && reference.tag === undefined ? [] : [canonicalName({ ...reference, digest: undefined })],
		);
		return [...new Set(names)].filter((name) => {
			const asked = Date.parse(tags[name]?.asked ?? "");
			const last = Math.max(Number.isNaN(asked) ? 0 : asked, tried.get(name) ?? 0);
			return Date.now() - last >= DAY_MS;
		});
	};

	return {
		async lookUp(document) {
			const { uri } = document;
			// Whose files they are decides which hosts are asked: not without trust.
			if (!state.trusted || (await state.settings.get(uri))["digest.network"] !== "auto") return;
			const due = await dueIn(document);
			if (due.length === 0) return;
			for (const name of due) tried.set(name, Date.now());
			const context = await work.context(uri, { signal: state.ended });
			const registry = await work.registry(context, uri);
			for (const name of due) {
				try {
					await registry.inspectImage(name, { signal: state.ended });
				} catch (error) {
					if (!(error instanceof ToolError)) throw error;
					state.connection.console.log(`${name}: ${error.message}`);
					if (error.kind === "rateLimited") return;
				}
			}
		},
	};
}
