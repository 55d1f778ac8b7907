import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** What a call of the bundled command line gave. */
export interface CallResult {
	readonly code: number | null;
	readonly stdout: string;
	readonly stderr: string;
}

export interface CallOptions {
	readonly folder?: string;
	readonly input?: string;
	/** Above that of the tests, which has no colours. */
	readonly environment?: Readonly<Record<string, string | undefined>>;
	/** The Node that runs it; without it the one that runs the tests. */
	readonly node?: string;
}

const CLI = resolve("dist/cli.cjs");

/** Runs `hullguard` as it is shipped: the bundle, in a process of its own. */
export function hullguard(args: readonly string[], options: CallOptions = {}): Promise<CallResult> {
	return new Promise((done) => {
		const child = execFile(
			options.node ?? process.execPath,
			[CLI, ...args],
			{
				cwd: options.folder ?? process.cwd(),
				env: environmentOf(options),
				maxBuffer: 1 << 28,
				encoding: "utf8",
			},
			(_, stdout, stderr) => done({ code: child.exitCode, stdout, stderr }),
		);
		child.stdin?.end(options.input ?? "");
	});
}

function environmentOf(options: CallOptions): NodeJS.ProcessEnv {
	// What the tests' registries say is nothing to remember.
	const cache = resolve(".cache", "tests");
	return { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, XDG_CACHE_HOME: cache, LOCALAPPDATA: cache, ...options.environment };
}

/** A call that runs: its standard input is open. */
export interface RunningCall {
	readonly process: ChildProcessWithoutNullStreams;
	/** Resolves when standard output or standard error has the text; rejects if the process ends without it. */
	said(text: string): Promise<void>;
	readonly result: Promise<CallResult>;
}

/** Starts `hullguard` and lets it run. */
export function startHullguard(args: readonly string[], options: CallOptions = {}): RunningCall {
	const child = spawn(options.node ?? process.execPath, [CLI, ...args], {
		cwd: options.folder ?? process.cwd(),
		env: environmentOf(options),
	});
	const printed = { stdout: "", stderr: "" };
	const listeners = new Set<() => void>();
	for (const name of ["stdout", "stderr"] as const) {
		child[name].setEncoding("utf8").on("data", (text: string) => {
			printed[name] += text;
			for (const listener of listeners) listener();
		});
	}
	const result = new Promise<CallResult>((done) => child.on("close", (code) => done({ code, ...printed })));
	const said = (text: string): Promise<void> =>
		new Promise((resolve, reject) => {
			const look = (): void => {
				if (printed.stdout.includes(text) || printed.stderr.includes(text)) resolve();
			};
			listeners.add(look);
			look();
			void result.then(({ code, stderr }) => reject(new Error(`ended with ${code} before it said ${text}: ${stderr}`)));
		});
	return { process: child, said, result };
}

/** A temporary folder with some files; `remove` deletes it. */
export interface Workspace {
	readonly folder: string;
	path(name: string): string;
	write(name: string, text: string): void;
	remove(): void;
}

export function temporaryWorkspace(files: Readonly<Record<string, string>> = {}): Workspace {
	const folder = mkdtempSync(join(tmpdir(), "hullguard test ü "));
	const write = (name: string, text: string): void => {
		mkdirSync(dirname(join(folder, name)), { recursive: true });
		writeFileSync(join(folder, name), text);
	};
	for (const [name, text] of Object.entries(files)) write(name, text);
	return { folder, path: (name) => join(folder, name), write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
