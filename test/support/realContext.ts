import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { OperationContext } from "../../server/operations/context.ts";
import { type ContextOptions, createHost, type Host } from "../../server/operations/host.ts";

/** An operation's context over the tools of this machine, with what it said. */
export interface RealContext extends OperationContext {
	readonly lines: readonly string[];
	readonly steps: readonly string[];
}

export interface RealContextOptions extends Partial<ContextOptions> {
	/** Added to the environment of the tools. */
	readonly environment?: Readonly<Record<string, string>>;
	readonly host?: Host;
}

export function realContext(options: RealContextOptions = {}): RealContext {
	const { environment, host = createHost({ ...process.env, ...environment }, process.platform), ...rest } = options;
	const lines: string[] = [];
	const steps: string[] = [];
	const context = host.context({
		signal: new AbortController().signal,
		toolPaths: {},
		workspaceFolders: [],
		trusted: true,
		progress: (message) => steps.push(message),
		log: (line) => lines.push(line),
		...rest,
	});
	return { ...context, lines, steps };
}

/** A folder with files; names may have folders in them. Removed by `remove`. */
export interface TemporaryProject {
	readonly folder: string;
	path(name: string): string;
	remove(): void;
}

export function temporaryProject(files: Readonly<Record<string, string>>, name = "hullguard-project-"): TemporaryProject {
	const folder = mkdtempSync(join(tmpdir(), name));
	for (const [file, text] of Object.entries(files)) {
		mkdirSync(dirname(join(folder, file)), { recursive: true });
		writeFileSync(join(folder, file), text);
	}
	return { folder, path: (file) => join(folder, file), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** An executable that runs a script in Node: stands for a tool that fails in a way that the real one would not on demand. */
export function fakeTool(project: TemporaryProject, name: string, script: string): string {
	const path = project.path(name);
	writeFileSync(path, `#!${process.execPath}\n${script}\n`, { mode: 0o755 });
	return path;
}
