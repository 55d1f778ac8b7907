import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command, OutputLine } from "../../../server/tools/command.ts";
import { isCancellation, ToolError } from "../../../server/tools/errors.ts";
import { createRunner, type RunOptions } from "../../../server/tools/run.ts";

/** A command that runs a small script in Node instead of the tool. */
function script(code: string, more: Partial<Command> = {}): Command {
	return { tool: "trivy", args: ["-e", code], timeoutMs: 10_000, ...more };
}

function options(more: Partial<RunOptions> = {}): RunOptions {
	return { path: process.execPath, environment: process.env, signal: new AbortController().signal, ...more };
}

/** Whether a process runs; one that ended and that its parent has not looked at yet does not. */
function isAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		const status = `/proc/${pid}/stat`;
		return !existsSync(status) || !/\) Z /.test(readFileSync(status, "utf8"));
	} catch {
		return false;
	}
}

/** Resolves when the process is gone; looks again after each turn of the event loop, for two seconds at most. */
async function gone(pid: number): Promise<boolean> {
	const end = Date.now() + 2000;
	while (Date.now() < end) {
		if (!isAlive(pid)) return true;
		await new Promise((resolve) => setImmediate(resolve));
	}
	return false;
}

/** A process with a child that has its pipes; both ignore SIGTERM. Prints the child's id when it is ready. */
const FAMILY = `
	process.on("SIGTERM", () => {});
	const child = require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(
		'process.on("SIGTERM", () => {}); console.log("ready " + process.pid); setTimeout(() => {}, 30000)',
	)}], { stdio: ["ignore", "inherit", "inherit"] });
	setTimeout(() => {}, 30000);
`;

describe("runner", () => {
	it("gives output and exit code", async () => {
		const output = await createRunner().run(script('console.log("out é"); console.error("err")'), options());
		assert.deepEqual(output, { stdout: "out é\n", stderr: "err\n", exitCode: 0, cut: false });
	});

	it("gives lines as they come, whatever the chunks and line breaks", async () => {
		const lines: OutputLine[] = [];
		const code = 'process.stdout.write("a\\r\\nb"); setTimeout(() => process.stdout.write("c\\n\\nlast"), 50)';
		await createRunner().run(script(code), options({ onLine: (line) => lines.push(line) }));
		assert.deepEqual(
			lines.map((line) => line.text),
			["a", "bc", "", "last"],
		);
	});

	it("takes arguments as they are: no shell reads them", async () => {
		const words = ["$HOME", "a b", "`id`", '"quoted"', "x; echo y", "*", "ünï"];
		const output = await createRunner().run(
			{ tool: "trivy", args: ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", ...words], timeoutMs: 10_000 },
			options(),
		);
		assert.deepEqual(JSON.parse(output.stdout), words);
	});

	it("closes standard input", async () => {
		const code = 'process.stdin.on("end", () => console.log("ended")).resume()';
		assert.equal((await createRunner().run(script(code), options())).stdout, "ended\n");
	});

	it("writes input and closes it", async () => {
		const code = "process.stdin.pipe(process.stdout)";
		assert.equal((await createRunner().run(script(code, { input: "hällo" }), options())).stdout, "hällo");
	});

	it("runs in the temporary folder, with the environment that it is given and nothing else", async () => {
		const code = "console.log(JSON.stringify([process.cwd(), process.env.ONE, process.env.TWO, process.env.HOME]))";
		const output = await createRunner().run(
			script(code, { environment: { TWO: "2" } }),
			options({ environment: { ONE: "1", PATH: process.env["PATH"] } }),
		);
		const [folder, ...values] = JSON.parse(output.stdout) as string[];
		assert.equal(folder, realpathSync(tmpdir()));
		assert.deepEqual(values, ["1", "2", null]);
	});

	it("keeps beginning and end of an output that is too long, and says so", async () => {
		const code = 'process.stdout.write("A".repeat(5000) + "B".repeat(90000) + "C".repeat(5000))';
		const output = await createRunner().run(script(code, { outputLimit: 10_000 }), options());
		assert.equal(output.cut, true);
		assert.match(output.stdout, /^A{5000}\n… 90000 characters are missing here …\nC{5000}$/);
	});

	it("accepts the exit codes that the command names, and no others", async () => {
		const command = script("process.exitCode = 3", { acceptedExitCodes: [3] });
		assert.equal((await createRunner().run(command, options())).exitCode, 3);
		await assert.rejects(createRunner().run(script('console.error("FATAL: no luck"); process.exitCode = 3'), options()), {
			name: "ToolError",
			kind: "failed",
			message: "Trivy failed (exit code 3): FATAL: no luck",
		});
	});

	it("says what the command's own explanation says", async () => {
		const command = script('console.error("boom"); process.exitCode = 1', {
			explain: (output) => (output.stderr.includes("boom") ? { kind: "unreachable", message: "It went boom", hint: "Duck." } : undefined),
		});
		await assert.rejects(createRunner().run(command, options()), { kind: "unreachable", message: "It went boom", hint: "Duck." });
	});

	it("says when the program is missing", async () => {
		const path = join(tmpdir(), "hullguard-no-such-program");
		await assert.rejects(createRunner().run(script(""), options({ path })), { kind: "notFound", message: `Trivy is not at ${path}` });
	});

	it("says when the program cannot be executed", async function () {
		if (process.platform === "win32") this.skip();
		const folder = mkdtempSync(join(tmpdir(), "hullguard-run-"));
		const path = join(folder, "plain.txt");
		writeFileSync(path, "text", { mode: 0o644 });
		await assert.rejects(createRunner().run(script(""), options({ path })), { kind: "failed", message: `${path} cannot be run` });
		rmSync(folder, { recursive: true });
	});

	it("never shows a secret in logs and errors", async () => {
		const logged: string[] = [];
		const command: Command = {
			...script('console.error("bad password hunter2"); process.exitCode = 1'),
			args: ["-e", 'console.error("bad password hunter2"); process.exitCode = 1', "--build-arg", "PASSWORD=hunter2"],
			secrets: ["hunter2"],
		};
		const error = await createRunner()
			.run(command, options({ log: (line) => logged.push(line) }))
			.catch((reason: unknown) => reason);
		assert.ok(error instanceof ToolError);
		const all = [error.message, error.detail, error.hint, ...logged].join("\n");
		assert.ok(!all.includes("hunter2"), all);
		assert.ok(all.includes("PASSWORD=***"), all);
	});

	it("ends what takes too long", async () => {
		const started = performance.now();
		await assert.rejects(createRunner().run(script("setTimeout(() => {}, 30000)", { timeoutMs: 300 }), options()), { kind: "timedOut" });
		assert.ok(performance.now() - started < 1500);
	});

	it("ends a grandchild that has the pipes and ignores SIGTERM, within a second of the cancellation", async () => {
		const controller = new AbortController();
		let cancelled = 0;
		let grandchild = 0;
		const onLine = (line: OutputLine): void => {
			grandchild = Number(line.text.split(" ")[1]);
			cancelled = performance.now();
			controller.abort();
		};
		const error = await createRunner()
			.run(script(FAMILY, { timeoutMs: 60_000 }), options({ signal: controller.signal, onLine }))
			.catch((reason: unknown) => reason);
		assert.ok(isCancellation(error), String(error));
		assert.ok(performance.now() - cancelled < 1000, `settled after ${performance.now() - cancelled} ms`);
		assert.ok(await gone(grandchild), "the grandchild still runs");
	});

	it("does not wait for a descendant that left the process group", async function () {
		if (process.platform === "win32") this.skip();
		const controller = new AbortController();
		const code = FAMILY.replace('stdio: ["ignore", "inherit", "inherit"]', 'detached: true, stdio: ["ignore", "inherit", "inherit"]');
		let cancelled = 0;
		let escaped = 0;
		const onLine = (line: OutputLine): void => {
			escaped = Number(line.text.split(" ")[1]);
			cancelled = performance.now();
			controller.abort();
		};
		const error = await createRunner()
			.run(script(code, { timeoutMs: 60_000 }), options({ signal: controller.signal, onLine }))
			.catch((reason: unknown) => reason);
		const settled = performance.now() - cancelled;
		process.kill(escaped, "SIGKILL");
		assert.ok(isCancellation(error), String(error));
		assert.ok(settled < 1000, `settled after ${settled} ms`);
	});

	it("starts nothing for a signal that fired before, and throws an AbortError whatever the reason", async () => {
		const controller = new AbortController();
		controller.abort(new Error("other"));
		const error = await createRunner()
			.run(script("process.exit(0)"), options({ path: "/no/such/program", signal: controller.signal }))
			.catch((reason: unknown) => reason);
		assert.ok(isCancellation(error), String(error));
	});

	it("ends the process and passes on what a listener throws", async () => {
		const onLine = (): void => {
			throw new TypeError("listener");
		};
		const code = 'console.log("x"); setTimeout(() => {}, 30000)';
		await assert.rejects(createRunner().run(script(code), options({ onLine })), { name: "TypeError", message: "listener" });
	});

	it("runs at most two scans at once; a waiting one can be cancelled", async () => {
		const runner = createRunner();
		const folder = mkdtempSync(join(tmpdir(), "hullguard-slots-"));
		const release = join(folder, "release");
		const code = `console.log("started"); const t = setInterval(() => { if (require("node:fs").existsSync(${JSON.stringify(release)})) clearInterval(t); }, 10)`;
		let started = 0;
		let twoStarted: () => void = () => {};
		const two = new Promise<void>((resolve) => {
			twoStarted = resolve;
		});
		const onLine = (): void => {
			started++;
			if (started === 2) twoStarted();
		};
		const command = script(code, { scans: true });
		const running = [runner.run(command, options({ onLine })), runner.run(command, options({ onLine }))];
		await two;
		const controller = new AbortController();
		const third = runner.run(command, options({ onLine, signal: controller.signal })).catch((reason: unknown) => reason);
		const fourth = runner.run(command, options({ onLine }));
		controller.abort();
		assert.ok(isCancellation(await third));
		assert.equal(started, 2, "a third scan was started");
		const other = await runner.run(script('console.log("free")'), options());
		assert.equal(other.stdout, "free\n", "other commands do not wait for scans");
		writeFileSync(release, "");
		await Promise.all([...running, fourth]);
		assert.equal(started, 3);
		assert.ok(existsSync(release));
		rmSync(folder, { recursive: true });
	});
});
