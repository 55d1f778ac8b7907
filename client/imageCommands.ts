import { commands, Uri, window, workspace } from "vscode";
import {
	BUILD,
	CLEAR_RESULTS,
	LOAD_SBOM,
	LOCAL_IMAGES,
	RESCAN,
	SBOM_EXPORT,
	SCAN,
	SCAN_BASES,
	type ScanSummary,
} from "../server/protocol.ts";
import { buildChoices, rememberBuild, showLastBuild } from "./buildChoices.ts";
import { toRange } from "./edits.ts";
import { tellProblems } from "./progress.ts";
import type { CommandTable, Services } from "./services.ts";
import { targetUri } from "./target.ts";

/** Commands about images: build, scan, look inside. */
export function imageCommands(services: Services): CommandTable {
	const { connection, work } = services;
	showLastBuild(services);
	return {
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
