import { writeFileSync } from "node:fs";
import { report } from "./host.ts";
import { watchProcesses } from "./processes.ts";
import { watchProcessorTime } from "./processorTime.ts";

/** What the extension host calls: runs the suite and leaves a report where `HULLGUARD_IN_HOST_REPORT` says. Rejects if a test failed. */
export async function run(): Promise<void> {
	watchProcesses();
	watchProcessorTime();
	const { default: Mocha } = await import("mocha");
	const mocha = new Mocha({ ui: "bdd", timeout: 30_000, reporter: "min" });
	mocha.suite.emit("pre-require", globalThis, "in the extension host", mocha);
	for (const part of [
		() => import("./activation.ts"),
		() => import("./language.ts"),
		() => import("./settings.ts"),
		() => import("./otherFiles.ts"),
		() => import("./server.ts"),
	])
		await part();
	const failures = await new Promise<number>((done) => {
		const runner = mocha.run(done);
		const note = (test: Mocha.Runnable, state: "passed" | "failed" | "pending", error?: Error): void => {
			report.tests.push({ title: test.fullTitle(), state, ...(error === undefined ? {} : { error: error.stack ?? error.message }) });
		};
		runner.on("pass", (test) => note(test, "passed"));
		runner.on("pending", (test) => note(test, "pending"));
		runner.on("fail", (test, error: Error) => note(test, "failed", error));
	});
	writeFileSync(process.env["HULLGUARD_IN_HOST_REPORT"] ?? "report.json", JSON.stringify(report));
	if (failures > 0) throw new Error(`${failures} failed`);
}
