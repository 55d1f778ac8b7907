import { commands, env, type QuickPickItem, type Range, ThemeIcon, Uri, WorkspaceEdit, window, workspace } from "vscode";
import type { TreeNode } from "../server/core/tree.ts";
import {
	IMAGE_LIST,
	type ImageGroup,
	type ImagePlace,
	NEWER_TAG,
	PIN,
	PIN_PLACES,
	type PinOutcome,
	PROPOSE_PINS,
	type ProposedPin,
	REFRESH_IMAGE,
	REFRESH_IMAGES,
} from "../server/protocol.ts";
import { copyBuildArgument } from "./buildArgument.ts";
import { applyAll, applyEdits, toRange } from "./edits.ts";
import { showError, tellProblems } from "./progress.ts";
import type { CommandTable, Services } from "./services.ts";
import { targetUri } from "./target.ts";

/** Commands about digests: of one image, of the workspace, and of the *Images* view. */
export function digestCommands(services: Services): CommandTable {
	const { connection } = services;
	return {
		"hullguard.digest.pin": (target?: string | Uri, at?: Range) => pin(services, target, at, false),
		"hullguard.digest.update": (target?: string | Uri, at?: Range) => pin(services, target, at, true),
		"hullguard.digest.refresh": async (target?: string | Uri, at?: Range) => {
			const uri = targetUri(target);
			const range = at ?? window.activeTextEditor?.selection;
			if (uri === undefined || range === undefined) return;
			try {
				await connection.ask(REFRESH_IMAGE, { uri: uri.toString(), at: { start: range.start, end: range.end } });
				await commands.executeCommand("editor.action.showHover");
			} catch (error) {
				await showError(error);
			}
		},
		"hullguard.digest.newerTag": (target?: string | Uri, at?: Range) => newerTag(services, target, at),
		"hullguard.digest.copyBuildArgument": (target?: string | Uri, at?: Range) => copyBuildArgument(services, target, at),
		"hullguard.digest.showBot": (configuration: string) => window.showTextDocument(Uri.parse(configuration)),
		"hullguard.digest.pinAll": () => pinAll(services),
		"hullguard.digest.list": () => writeList(services),
		"hullguard.images.refresh": () => refreshImages(services),
		"hullguard.images.groupBy": () => groupImages(services),
		"hullguard.images.pin": (node: TreeNode, all?: readonly TreeNode[]) => pinPlaces(services, placesOf(node, all)),
		"hullguard.images.update": (node: TreeNode, all?: readonly TreeNode[]) => pinPlaces(services, placesOf(node, all)),
		"hullguard.images.scan": (node: TreeNode) => commands.executeCommand("hullguard.scan.image", node.data?.["reference"]),
		"hullguard.images.copyDigest": (node: TreeNode) => env.clipboard.writeText(node.data?.["digest"] ?? ""),
		"hullguard.images.reveal": async (node: TreeNode) => {
			if (node.place !== undefined) await window.showTextDocument(Uri.parse(node.place.uri), { selection: toRange(node.place.range) });
		},
	};
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
	const failed = outcomes.filter(({ state }) => state === "failed");
	if (failed.length > 0) tellProblems(failed.flatMap((outcome) => outcome.problem ?? []));
	else if (!outcomes.some(({ state }) => state === "pinned" || state === "updated"))
		window.setStatusBarMessage("Every image that can be pinned is pinned", 4000);
}

/** Shows what can be pinned and updated in the workspace, and writes what is chosen. */
async function pinAll(services: Services): Promise<void> {
	const { connection, work } = services;
	const proposal = await work.run("Asking registries for digests", (progressId, token) =>
		connection.ask(PROPOSE_PINS, { progressId }, token),
	);
	if (proposal === undefined) return;
	tellProblems(proposal.problems);
	if (proposal.pins.length === 0) {
		if (proposal.problems.length > 0) return;
		void window.showInformationMessage(
			proposal.count === 0 ? "No file of this workspace names an image." : "Every image that can be pinned is pinned and current.",
		);
		return;
	}
	const chosen = await choosePins(proposal.pins);
	if (chosen === undefined || chosen.pins.length === 0) return;
	await pinPlaces(services, chosen.pins, { asked: proposal.asked, preview: chosen.preview });
}

type PinItem = QuickPickItem & { readonly pin: ProposedPin };

function choosePins(
	pins: readonly ProposedPin[],
): Promise<{ readonly pins: readonly ProposedPin[]; readonly preview: boolean } | undefined> {
	const box = window.createQuickPick<PinItem>();
	const items = pins.map(
		(pin): PinItem => ({
			label: pin.reference,
			description: pin.label,
			detail: `${pin.before === undefined ? "not pinned" : shortDigest(pin.before)} → ${shortDigest(pin.after)}`,
			pin,
		}),
	);
	box.title = "Pin or Update Digests in Workspace";
	box.placeholder = "Choose what is written; undo takes all of it back";
	box.canSelectMany = true;
	box.matchOnDescription = true;
	box.ignoreFocusOut = true;
	box.items = items;
	box.selectedItems = items;
	box.buttons = [{ iconPath: new ThemeIcon("diff"), tooltip: "Preview the changes" }];
	return new Promise((resolve) => {
		const end = (preview: boolean): void => {
			resolve({ pins: box.selectedItems.map((item) => item.pin), preview });
			box.dispose();
		};
		box.onDidTriggerButton(() => end(true));
		box.onDidAccept(() => end(false));
		box.onDidHide(() => {
			resolve(undefined);
			box.dispose();
		});
		box.show();
	});
}

function shortDigest(digest: string): string {
	return digest.slice(0, 19);
}

async function pinPlaces(
	{ connection, work, images }: Services,
	places: readonly ImagePlace[],
	how: { readonly asked?: number; readonly preview?: boolean } = {},
): Promise<void> {
	if (places.length === 0) return;
	const wanted = places.map(({ uri, at }) => ({ uri, at }));
	const asked = how.asked === undefined ? {} : { asked: how.asked };
	const result = await work.run("Asking registries for digests", (progressId, token) =>
		connection.ask(PIN_PLACES, { places: wanted, progressId, ...asked }, token),
	);
	if (result === undefined) return;
	if (result.files.length > 0 && !(await applyAll(result.files, how.preview === true ? "Pin digests" : undefined))) {
		void window.showWarningMessage("Nothing was pinned: a file changed while registries were asked, or has changes that are not saved.");
		return;
	}
	tellOutcomes(result.outcomes);
	await images.refresh();
}

/** The places of what is selected; of a group those of what is in it. */
function placesOf(node: TreeNode, all: readonly TreeNode[] | undefined): readonly ImagePlace[] {
	const nodes = all === undefined || all.length === 0 ? [node] : all;
	const places = nodes.flatMap((each) => (each.place === undefined ? (each.children ?? []) : [each])).flatMap(({ place }) => place ?? []);
	const unique = new Map(places.map((place) => [JSON.stringify(place), { uri: place.uri, at: place.range }]));
	return [...unique.values()];
}

async function newerTag({ connection, work }: Services, target: string | Uri | undefined, at: Range | undefined): Promise<void> {
	const uri = targetUri(target);
	const range = at ?? window.activeTextEditor?.selection;
	if (uri === undefined || range === undefined) return;
	const result = await work.run("Looking for newer tags", (_, token) =>
		connection.ask(NEWER_TAG, { uri: uri.toString(), at: { start: range.start, end: range.end } }, token),
	);
	if (result === undefined) return;
	const { reference, tag, edits } = result;
	if (tag === undefined) window.setStatusBarMessage(`There is no newer tag of ${reference} and its kind`, 6000);
	else if (edits.edits.length === 0)
		void window.showInformationMessage(`${reference} has a newer release, ${tag}. Write it by hand: variables make up this tag.`);
	else if (await applyEdits(edits)) window.setStatusBarMessage(`Changed to ${tag}: build and test with it`, 6000);
	else void window.showWarningMessage("The file changed while the registry was asked; nothing was changed.");
}

async function refreshImages({ connection, work, images }: Services): Promise<void> {
	const result = await work.run("Asking registries", (progressId, token) => connection.ask(REFRESH_IMAGES, { progressId }, token));
	if (result === undefined) return;
	tellProblems(result.problems);
	await images.refresh();
}

async function groupImages({ choices, images }: Services): Promise<void> {
	const groups: readonly ImageGroup[] = ["image", "file"];
	const chosen = await window.showQuickPick(
		groups.map((group) => ({ label: `By ${group}`, value: group, ...(group === choices.imageGroupBy ? { description: "now" } : {}) })),
		{ title: "Group Images" },
	);
	if (chosen === undefined) return;
	choices.imageGroupBy = chosen.value;
	await images.refresh();
}

/** Writes the list so that undo takes it back, and opens it. */
async function writeList({ connection, work }: Services): Promise<void> {
	const result = await work.run("Looking at images", (progressId, token) => connection.ask(IMAGE_LIST, { progressId }, token));
	if (result === undefined) return;
	const uri = Uri.parse(result.uri);
	const exists = await workspace.fs.stat(uri).then(
		() => true,
		() => false,
	);
	const edit = new WorkspaceEdit();
	if (exists) {
		const document = await workspace.openTextDocument(uri);
		const end = document.lineAt(document.lineCount - 1).range.end;
		edit.replace(uri, document.validateRange(document.lineAt(0).range.with(undefined, end)), result.text);
	} else edit.createFile(uri, { contents: new TextEncoder().encode(result.text) });
	if (!(await workspace.applyEdit(edit)))
		throw new Error(`${workspace.asRelativePath(uri)} could not be written. Check that its folder is not read-only.`);
	const document = await workspace.openTextDocument(uri);
	await document.save();
	await window.showTextDocument(document);
}
