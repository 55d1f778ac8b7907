import assert from "node:assert/strict";
import { commands, window } from "vscode";
import { fileWith, findings, findingsOf, hullguard, report, TEXT, WITHOUT_YES } from "./host.ts";
import { started, waitedFor } from "./processes.ts";
import { processorTime } from "./processorTime.ts";

/** What the editor itself notes of its start, in milliseconds since 1970. */
interface PerformanceMarks {
	getMarks(): readonly { readonly name: string; readonly startTime: number }[];
}

function mark(name: string): number {
	const { MonacoPerformanceMarks: marks } = globalThis as unknown as { readonly MonacoPerformanceMarks: PerformanceMarks };
	const found = marks.getMarks().find((candidate) => candidate.name === `code/extHost/${name}/hullguard.hullguard`);
	if (found === undefined) throw new Error(`the editor has no mark ${name}`);
	return found.startTime;
}

describe("activation", () => {
	it("waits for a Dockerfile", () => assert.equal(hullguard().isActive, false));

	it("comes with the first one", async () => {
		const uri = await fileWith("Dockerfile", TEXT);
		const opened = Date.now();
		await window.showTextDocument(uri);
		await findings(uri, (codes) => codes.includes(WITHOUT_YES));
		report.figures["first findings"] = Date.now() - opened;
		assert.equal(hullguard().isActive, true);
		assert.equal(findingsOf(uri).find((finding) => finding.message.includes("apt-get"))?.range.start.line, 1);
	});

	it("takes less than 50 ms, loading included", () => {
		const load = mark("didLoadExtensionCode") - mark("willLoadExtensionCode");
		const activate = mark("didActivateExtension") - mark("willActivateExtension");
		Object.assign(report.figures, { load, activate, "processor time of both": processorTime });
		assert.ok(processorTime > 0);
		// The clock goes on while a busy machine does something else; the processor's time is ours alone.
		assert.ok(
			Math.min(load + activate, processorTime) < 50,
			`loading took ${load} ms, activate() ${activate} ms, of the processor ${processorTime} ms`,
		);
	});

	it("starts no process; the server's comes after it", () => {
		assert.deepEqual(waitedFor, []);
		assert.equal(started.length, 1);
		assert.ok(started[0]?.process.spawnargs.some((word) => word.endsWith("server.cjs")));
		assert.ok((started[0]?.at ?? 0) >= mark("didActivateExtension"));
	});

	it("registers the commands of the manifest, and no others", async () => {
		const { contributes } = hullguard().packageJSON as {
			contributes: { commands: { command: string }[]; views: Record<string, { id: string }[]> };
		};
		const all = await commands.getCommands(true);
		// The editor makes these for each view.
		const made = Object.values(contributes.views).flatMap((views) =>
			views.flatMap(({ id }) => ["open", "focus", "resetViewLocation", "toggleVisibility", "removeView"].map((name) => `${id}.${name}`)),
		);
		const ours = all.filter((id) => id.startsWith("hullguard.") && !made.includes(id));
		assert.deepEqual(ours.sort(), contributes.commands.map(({ command }) => command).sort());
	});
});
