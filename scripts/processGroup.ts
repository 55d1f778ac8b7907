import { type ChildProcess, execFileSync } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";

/**
 * Ends a process that was started `detached`, with everything that it started: politely, and after `patience` milliseconds by
 * force. Resolves when nothing of the group is left.
 */
export async function endGroup(child: ChildProcess, patience = 5000): Promise<void> {
	const { pid } = child;
	if (pid === undefined) return;
	if (process.platform === "win32") {
		if (child.exitCode === null) execFileSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore" });
		return;
	}
	if (!signalGroup(pid, "SIGTERM")) return;
	const deadline = Date.now() + patience;
	while (signalGroup(pid, 0)) {
		if (Date.now() > deadline) signalGroup(pid, "SIGKILL");
		await delay(50);
	}
}

/** False if the group has no process any more. */
function signalGroup(id: number, signal: NodeJS.Signals | 0): boolean {
	try {
		process.kill(-id, signal);
		return true;
	} catch {
		return false;
	}
}
