import { join } from "node:path";
import type { Dockerfile } from "../core/dockerfile/model/model.ts";
import { contextQuestions } from "../core/dockerfile/start/contextQuestions.ts";
import type { ContextFile } from "../core/rules/workspaceFacts.ts";
import type { Files } from "../tools/files.ts";
import { remember } from "./remember.ts";

/** Looks at what a Dockerfile takes from its build context; `context` is absolute. Each path is looked at once. */
export type ContextReader = (file: Dockerfile, context: string) => Promise<ReadonlyMap<string, ContextFile>>;

/** A Dockerfile with more sources than this is a generated one: nothing is known of the others. */
const MOST_PATHS = 200;
/** Bytes. Scripts that start containers are short. */
const LONGEST_SCRIPT = 64 * 1024;

export function createContextReader(files: Files): ContextReader {
	const seen = new Map<string, Promise<ContextFile>>();
	const look = async (path: string, isScript: boolean): Promise<ContextFile> => {
		const found = await files.look(path);
		if (found === undefined) return { kind: "absent" };
		const { kind, executable, size } = found;
		const text = isScript && kind === "file" && size <= LONGEST_SCRIPT ? await files.readText(path) : undefined;
		return { kind, ...(executable === undefined ? {} : { executable }), ...(text === undefined ? {} : { text, path }) };
	};
	const lookOnce = (path: string, isScript: boolean): Promise<ContextFile> =>
		remember(seen, `${isScript ? "script" : "path"} ${path}`, () => look(path, isScript));
	return async (file, context) => {
		const { paths, scripts } = contextQuestions(file);
		const asked = paths.slice(0, MOST_PATHS);
		return new Map(
			await Promise.all(asked.map(async (path) => [path, await lookOnce(join(context, path), scripts.includes(path))] as const)),
		);
	};
}
