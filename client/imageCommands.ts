import { commands, type Range, Uri, window, workspace } from "vscode";
import {
	BUILD,
	CLEAR_RESULTS,
	LOAD_SBOM,
	LOCAL_IMAGES,
	PIN,
	type PinOutcome,
	REFRESH_IMAGE,
	RESCAN,
	SBOM_EXPORT,
	SCAN,
	SCAN_BASES,
	type ScanSummary,
	type ShownProblem,
} from "../server/protocol.ts";
import { buildChoices, rememberBuild, showLastBuild } from "./buildChoices.ts";
import { applyEdits, toRange } from "./edits.ts";
import { showError } from "./progress.ts";
import type { CommandTable, Services } from "./services.ts";

/** Commands about images: pin, build, scan, look inside. */
export function imageCommands(services: Services): CommandTable {
	const { connection, work } = services;
	showLastBuild(services);
	return {
		"hullguard.digest.pin": (target?: string | Uri, at?: Range) => pin(services, target, at, false),
		"hullguard.digest.update": (target?: string | Uri, at?: Range) => pin(services, target, at, true),
		"hullguard.digest.refresh": async (target?: string | Uri, at?: Range) => {
			const uri = targetUri(target);
			const range = at ?? window.activeTextEditor?.selection;
			if (uri === undefined || range === undefined) return;
			try {
				await connection.ask(REFRESH_IMAGE, { uri: uri.toString(), at: range });
				await commands.executeCommand("editor.action.showHover");
			} catch (error) {
				await showError(error);
			}
		},
		"hullguard.build.run": (target?: string | Uri) => build(services, target, { ask: true, scan: false }),
		"hullguard.build.last": (target?: string | Uri) => build(services, target, { ask: false, scan: false }),
		"hullguard.scan.buildAndScan": (target?: string | Uri) => build(services, target, { ask: false, scan: true }),
		"hullguard.scan.base": async (target?: string | Uri) => {
			const uri = targetUri(target);
			if (uri === undefined) return;
			const summaries = await work.run("Scanning base images", (progressId, token) =>
				connection.ask(SCAN_BASES, { uri: uri.toString(), progressId }, token),
			);
			if (summaries !== undefined) for (const summary of summaries) tellProblems(summary.problems);
		},
		"hullguard.scan.image": async (reference?: string) => {
			const chosen = reference ?? (await pickImage(services, "Scan Image"));
			if (chosen !== undefined) await scan(services, chosen);
		},
		"hullguard.scan.rescan": async () => {
			const summaries = await work.run("Scanning again", (progressId, token) => connection.ask(RESCAN, { progressId }, token));
			if (summaries !== undefined) for (const summary of summaries) tellProblems(summary.problems);
		},
		"hullguard.scan.cancel": () => work.cancelAll(),
		"hullguard.scan.clear": () => connection.ask(CLEAR_RESULTS, {}),
		"hullguard.sbom.show": async (reference?: string) => {
			const chosen = reference ?? (await pickImage(services, "Show SBOM of Image"));
			if (chosen === undefined) return;
			await work.run(`Reading what is in ${chosen}`, (progressId, token) =>
				connection.ask(LOAD_SBOM, { reference: chosen, progressId }, token),
			);
			await commands.executeCommand("hullguard.sbom.focus");
		},
		"hullguard.sbom.export": async () => exportSbom(services),
	};
}

/** The Dockerfile that a command is about: the one it was called for, else the one in the active editor. */
function targetUri(target: string | Uri | undefined): Uri | undefined {
	if (typeof target === "string") return Uri.parse(target);
	return target ?? window.activeTextEditor?.document.uri;
}

async function pin(services: Services, target: string | Uri | undefined, at: Range | undefined, update: boolean): Promise<void> {
	const uri = targetUri(target);
	if (uri === undefined) return;
	const range = at === undefined ? {} : { at: { start: at.start, end: at.end } };
	const result = await services.work.run("Asking registries for digests", (_, token) =>
		services.connection.ask(PIN, { uri: uri.toString(), update, ...range }, token),
	);
	if (result === undefined) return;
	if (result.edits.edits.length > 0 && !(await applyEdits(result.edits))) {
		void window.showWarningMessage("The file changed while the registry was asked; nothing was pinned.");
		return;
	}
	tellOutcomes(result.outcomes);
}

function tellOutcomes(outcomes: readonly PinOutcome[]): void {
	const failed = outcomes.filter((outcome) => outcome.state === "failed");
	if (failed.length > 0) tellProblems(failed.flatMap((outcome) => outcome.problem ?? []));
	else if (outcomes.length === 0 || outcomes.every((outcome) => outcome.state === "current" || outcome.state === "skipped"))
		window.setStatusBarMessage("Every image that can be pinned is pinned", 4000);
}

/** Problems that travel beside a result: said once, each with its remedy. */
function tellProblems(problems: readonly ShownProblem[]): void {
	const first = problems[0];
	if (first === undefined) return;
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
	void window
		.showWarningMessage(`${first.message}${first.hint === undefined ? "" : `. ${first.hint}`}${more}`, "Show Output")
		.then((chosen) => {
			if (chosen !== undefined) void commands.executeCommand("hullguard.showOutput");
		});
}

async function build(
	services: Services,
	target: string | Uri | undefined,
	how: { readonly ask: boolean; readonly scan: boolean },
): Promise<void> {
	const uri = targetUri(target);
	if (uri === undefined) return;
	const document = await workspace.openTextDocument(uri);
	if (document.isDirty && !(await document.save())) return;
	const choices = await buildChoices(services, uri, how.ask);
	if (choices === undefined) return;
	const { buildLog, connection, work } = services;
	buildLog.clear();
	const title = how.scan ? "Building and scanning" : "Building";
	const result = await work.run(title, (progressId, token) =>
		connection.ask(BUILD, { uri: uri.toString(), choices, scan: how.scan, progressId }, token),
	);
	if (result === undefined) return;
	await rememberBuild(services, uri, choices);
	if (result.failed !== undefined) {
		const chosen = await window.showErrorMessage(
			`The build failed in line ${result.failed.range.start.line + 1}: ${result.failed.message}`,
			"Show Log",
			"Go to Instruction",
		);
		if (chosen === "Show Log") buildLog.show(true);
		if (chosen === "Go to Instruction") await window.showTextDocument(uri, { selection: toRange(result.failed.range) });
		return;
	}
	tellProblems(result.problems);
	if (result.scanned !== undefined) await commands.executeCommand("hullguard.findings.focus");
	else window.setStatusBarMessage(`Built ${result.image}`, 6000);
}

async function scan(services: Services, reference: string): Promise<ScanSummary | undefined> {
	const active = window.activeTextEditor?.document;
	const uri = active?.languageId === "dockerfile" ? { uri: active.uri.toString() } : {};
	const summary = await services.work.run(`Scanning ${reference}`, (progressId, token) =>
		services.connection.ask(SCAN, { reference, progressId, ...uri }, token),
	);
	if (summary === undefined) return undefined;
	tellProblems(summary.problems);
	await commands.executeCommand("hullguard.findings.focus");
	return summary;
}

async function pickImage({ connection }: Services, title: string): Promise<string | undefined> {
	const local = await connection.ask(LOCAL_IMAGES, {}).catch(() => [] as readonly string[]);
	const other = { label: "Another image…", alwaysShow: true };
	const items = [...local.map((label) => ({ label, alwaysShow: false })), other];
	const chosen =
		local.length === 0
			? other
			: await window.showQuickPick(items, { title, placeHolder: "An image of this machine, or the name of another one" });
	if (chosen === undefined) return undefined;
	if (chosen !== other) return chosen.label;
	return window.showInputBox({ title, prompt: "Name of the image", placeHolder: "registry.example.com/app:1", ignoreFocusOut: true });
}

async function exportSbom({ connection }: Services): Promise<void> {
	const format = await window.showQuickPick(
		[
			{ label: "CycloneDX", value: "cyclonedx" as const },
			{ label: "SPDX", value: "spdx" as const },
		],
		{ title: "Export SBOM" },
	);
	if (format === undefined) return;
	const { text, name } = await connection.ask(SBOM_EXPORT, { format: format.value });
	const folder = workspace.workspaceFolders?.[0]?.uri;
	const target = await window.showSaveDialog({
		...(folder === undefined ? {} : { defaultUri: Uri.joinPath(folder, name) }),
		filters: { JSON: ["json"] },
	});
	if (target === undefined) return;
	await workspace.fs.writeFile(target, new TextEncoder().encode(text));
	await window.showTextDocument(target);
}
