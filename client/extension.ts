import { commands, type ExtensionContext, window, workspace } from "vscode";
import { BUILD_LOG, FINDINGS, IMAGES_CHANGED, RATE_LIMITS, RESULTS_CHANGED, SBOM } from "../server/protocol.ts";
import { createConnection } from "./connection.ts";
import { digestCommands } from "./digestCommands.ts";
import { needsServer } from "./documents.ts";
import { findingCommands } from "./findingCommands.ts";
import { imageCommands } from "./imageCommands.ts";
import { createImagesView } from "./imagesView.ts";
import { lintCommands } from "./lintCommands.ts";
import { createLongWorkRunner, showError } from "./progress.ts";
import type { Services, ViewChoices } from "./services.ts";
import { createStatus } from "./status.ts";
import { refreshTools, toolCommands } from "./toolCommands.ts";
import { createNodeView } from "./treeView.ts";

/** How long texts have to rest before the view of their images is made again. */
const TEXT_REST_MS = 500;

const REVEAL = "hullguard.findings.reveal";

let services: Services | undefined;

/** Creates and registers; nothing is read, asked or started before a Dockerfile is open or a command is called. */
export function activate(context: ExtensionContext): void {
	const output = window.createOutputChannel("Hullguard", { log: true });
	const buildLog = window.createOutputChannel("Hullguard Build");
	const connection = createConnection(context, output);
	const status = createStatus(context);
	const choices: ViewChoices = {
		groupBy: "severity",
		filter: { fixableOnly: false, minimumSeverity: undefined, text: "" },
		imageGroupBy: "image",
		sbomGroupBy: "type",
		sbomText: "",
	};
	const findings = createNodeView("hullguard.findings", REVEAL, () =>
		connection.ask(FINDINGS, { groupBy: choices.groupBy, filter: choices.filter }),
	);
	const sbom = createNodeView("hullguard.sbom", REVEAL, () =>
		connection.ask(SBOM, { groupBy: choices.sbomGroupBy, text: choices.sbomText }),
	);
	const images = createImagesView(connection, () => choices.imageGroupBy);
	services = { images, context, connection, work: createLongWorkRunner(connection), status, output, buildLog, findings, sbom, choices };
	context.subscriptions.push(output, buildLog, findings.view, sbom.view, images.view);

	const table = {
		...lintCommands(services),
		...digestCommands(services),
		...imageCommands(services),
		...findingCommands(services),
		...toolCommands(services),
	};
	for (const [id, run] of Object.entries(table))
		context.subscriptions.push(commands.registerCommand(id, told(run as (...args: unknown[]) => unknown)));

	connection.listen(BUILD_LOG, ({ text }) => buildLog.append(text));
	connection.listen(RESULTS_CHANGED, (results) => {
		status.results(results);
		void commands.executeCommand("setContext", "hullguard.hasRun", results.hasRun);
		void commands.executeCommand("setContext", "hullguard.hasSbom", results.hasSbom);
		const { critical = 0, high = 0 } = results.counts;
		findings.view.badge = critical + high === 0 ? undefined : { value: critical + high, tooltip: `${critical} critical, ${high} high` };
		void findings.refresh();
		void sbom.refresh();
	});
	connection.listen(RATE_LIMITS, ({ limits }) => status.limits(limits));
	watchImages(services);
	watchTools(services);
	startWithDockerfile(services);
}

/** Files are looked for when the view is opened; while it is, it follows what registries say and what is written. */
function watchImages({ connection, context, images }: Services): void {
	const shown = (work: () => Promise<void>): void => {
		if (images.view.visible) work().catch(showError);
	};
	let timer: NodeJS.Timeout | undefined;
	connection.listen(IMAGES_CHANGED, () => shown(images.update));
	context.subscriptions.push(
		images.view.onDidChangeVisibility(() => shown(images.refresh)),
		workspace.onDidChangeTextDocument(() => {
			clearTimeout(timer);
			timer = setTimeout(() => shown(images.update), TEXT_REST_MS);
		}),
		{ dispose: () => clearTimeout(timer) },
	);
}

/** Tools are looked at when somebody may want them: the view is opened, an answer failed for the lack of one, a path was set. */
function watchTools(own: Services): void {
	const { connection, context, findings, output } = own;
	const refresh = (): void => {
		if (!workspace.isTrusted) return;
		refreshTools(own).catch((error: unknown) => output.warn(`The tools could not be looked at: ${String(error)}`));
	};
	connection.onToolTrouble(refresh);
	let looked = false;
	const look = (visible: boolean): void => {
		if (!visible || looked) return;
		looked = true;
		refresh();
	};
	context.subscriptions.push(
		findings.view.onDidChangeVisibility(({ visible }) => look(visible)),
		workspace.onDidChangeConfiguration((change) => {
			if (change.affectsConfiguration("hullguard.tools.paths")) refresh();
		}),
	);
}

/** A command whose errors are said in words, with what to do about them. */
function told(run: (...args: unknown[]) => unknown): (...args: unknown[]) => Promise<unknown> {
	return async (...args) => {
		try {
			return await run(...args);
		} catch (error) {
			return showError(error);
		}
	};
}

/** The server starts with the first Dockerfile, after activation: opening one must not wait for a process. */
function startWithDockerfile({ connection, context, status }: Services): void {
	let started = false;
	const start = (): void => {
		if (started || !workspace.textDocuments.some(needsServer)) return;
		started = true;
		void commands.executeCommand("setContext", "hullguard.sawDockerfile", true);
		setImmediate(() => {
			status.starting();
			connection.start().then(
				() => status.ready(),
				(error: unknown) => window.showErrorMessage(`Hullguard's language server could not start: ${String(error)}`),
			);
		});
	};
	// A Dockerfile may have been written into a file that was open.
	context.subscriptions.push(workspace.onDidOpenTextDocument(start), workspace.onDidSaveTextDocument(start));
	start();
}

export async function deactivate(): Promise<void> {
	await services?.connection.stop();
}
