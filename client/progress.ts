import { CancellationError, type CancellationToken, CancellationTokenSource, commands, ProgressLocation, window } from "vscode";
import { PROGRESS, type ShownProblem } from "../server/protocol.ts";
import { type Connection, failureOf } from "./connection.ts";

/** Runs long work of the server under a notification that shows the current step and can cancel. */
export interface LongWorkRunner {
	/** Undefined if it was cancelled, or if it failed, which was then said. */
	run<Result>(title: string, work: (progressId: number, token: CancellationToken) => Promise<Result>): Promise<Result | undefined>;
	/** Cancels what runs now. */
	cancelAll(): void;
}

export function createLongWorkRunner(connection: Connection): LongWorkRunner {
	const running = new Map<number, { readonly report: (message: string) => void; readonly source: CancellationTokenSource }>();
	let lastId = 0;
	connection.listen(PROGRESS, ({ progressId, message }) => running.get(progressId)?.report(message));
	const showRunning = (): void => void commands.executeCommand("setContext", "hullguard.scanning", running.size > 0);
	return {
		async run(title, work) {
			const id = ++lastId;
			const source = new CancellationTokenSource();
			try {
				return await window.withProgress({ location: ProgressLocation.Notification, title, cancellable: true }, (progress, token) => {
					running.set(id, { report: (message) => progress.report({ message }), source });
					showRunning();
					token.onCancellationRequested(() => source.cancel());
					// The server ends the tools that it started; nobody has to wait for that.
					const cancelled = new Promise<never>((_, reject) => source.token.onCancellationRequested(() => reject(new CancellationError())));
					return Promise.race([work(id, source.token), cancelled]);
				});
			} catch (error) {
				if (!source.token.isCancellationRequested) void showError(error);
				return undefined;
			} finally {
				running.delete(id);
				source.dispose();
				showRunning();
			}
		},
		cancelAll() {
			for (const { source } of running.values()) source.cancel();
		},
	};
}

/** Says what went wrong and what to do about it; the output has the rest. */
export async function showError(error: unknown): Promise<void> {
	const message = error instanceof Error ? error.message : String(error);
	const failure = failureOf(error);
	const remedy =
		failure?.tool === undefined
			? { title: "Show Output", command: "hullguard.showOutput" }
			: { title: "Check Tools", command: "hullguard.tools.check" };
	const chosen = await window.showErrorMessage(failure?.hint === undefined ? message : `${message}. ${failure.hint}`, remedy);
	if (chosen !== undefined) await commands.executeCommand(chosen.command);
}

/** Problems that travel beside a result: said once, each with its remedy. */
export function tellProblems(problems: readonly ShownProblem[]): void {
	const first = problems[0];
	if (first === undefined) return;
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
	void window
		.showWarningMessage(`${first.message}${first.hint === undefined ? "" : `. ${first.hint}`}${more}`, "Show Output")
		.then((chosen) => {
			if (chosen !== undefined) void commands.executeCommand("hullguard.showOutput");
		});
}
