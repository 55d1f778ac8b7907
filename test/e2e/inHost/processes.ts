import childProcess, { type ChildProcess } from "node:child_process";
import { subscribe } from "node:diagnostics_channel";
import { EventEmitter } from "vscode";
import { report } from "./host.ts";

/** A process that the extension started. */
export interface Started {
	readonly process: ChildProcess;
	/** Milliseconds since 1970. */
	readonly at: number;
}

const changed = new EventEmitter<void>();

/** Processes that the extension started and waits for, in order. */
export const started: Started[] = [];
/** Programs that it ran while everything else stood still. */
export const waitedFor: string[] = [];
/** Fires when one starts and when one ends. */
export const onDidChangeProcesses = changed.event;

/** Notes from now on every process that is started from the extension's bundle, and when. */
export function watchProcesses(): void {
	subscribe("child_process", (message) => {
		if (!isOurs()) return;
		const { process: child } = message as { readonly process: ChildProcess };
		started.push({ process: child, at: Date.now() });
		child.once("spawn", () => {
			if (child.pid !== undefined) report.processes.push(child.pid);
			changed.fire();
		});
		child.once("exit", () => changed.fire());
	});
	for (const name of ["spawnSync", "execSync", "execFileSync"] as const) {
		const original = childProcess[name] as (...args: unknown[]) => unknown;
		Object.assign(childProcess, {
			[name](...args: unknown[]) {
				if (isOurs()) waitedFor.push(String(args[0]));
				return original.apply(childProcess, args);
			},
		});
	}
}

/** Those that run now. */
export function running(): readonly Started[] {
	return started.filter(({ process: child }) => child.pid !== undefined && child.exitCode === null && child.signalCode === null);
}

function isOurs(): boolean {
	const limit = Error.stackTraceLimit;
	Error.stackTraceLimit = 50;
	const { stack = "" } = new Error();
	Error.stackTraceLimit = limit;
	return stack.includes("extension.cjs");
}
