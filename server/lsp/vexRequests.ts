import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { applyEdits, lineStartsOf, rangeOf } from "../core/text.ts";
import { JUSTIFICATIONS, STATUSES } from "../core/vex/justifications.ts";
import { SCOPES, scopeOf, type VexScope } from "../core/vex/products.ts";
import { packageName } from "../core/vulnerabilities/findingText.ts";
import type { Vulnerability } from "../core/vulnerabilities/vulnerability.ts";
import { gitAuthor } from "../operations/author.ts";
import { triage } from "../operations/triage.ts";
import { VEX_CREATE, VEX_FACTS, type VexChoice } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import { diskFiles } from "../tools/files.ts";
import type { KeptScan } from "./fileScans.ts";
import { answer } from "./handle.ts";
import { filePathOf, folderAround, labelOf, pathOf, uriOf } from "./paths.ts";
import type { Results } from "./results.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** The document that is made where there is none. */
const NEW_DOCUMENT = "vex.openvex.json";

/** Requests that record what a vulnerability means. The document is changed by the client, so that undo works. */
export function registerVexRequests(state: ServerState, work: Work, results: Results): void {
	answer(state, VEX_FACTS, ({ keys }) => {
		const { scan, vulnerabilities } = findAll(results, keys);
		const first = vulnerabilities[0] as Vulnerability;
		const folder = folderOf(work, scan);
		const existing = results.vex.files().files.map(({ path }) => ({ uri: uriOf(path), label: labelOf(path, folder), isNew: false }));
		const path = join(folder, NEW_DOCUMENT);
		const known = existing.some((document) => document.uri === uriOf(path));
		return {
			vulnerability: first.id,
			package: [...new Set(vulnerabilities.map((vulnerability) => packageName(vulnerability.package)))].join(", "),
			image: scan.report.image.reference,
			statuses: STATUSES.map(choice),
			justifications: JUSTIFICATIONS.map(choice),
			scopes: SCOPES.filter(({ value }) => scopeOf(value, scan.report.image) !== undefined)
				.sort((a, b) => Number(b.value === "repository") - Number(a.value === "repository"))
				.map(choice),
			documents: known ? existing : [...existing, { uri: uriOf(path), label: NEW_DOCUMENT, isNew: true }],
		};
	});

	answer(state, VEX_CREATE, async ({ keys, decision, scope, uri }) => {
		const { scan, vulnerabilities } = findAll(results, keys);
		const path = filePathOf(uri);
		const open = state.documents.get(uri);
		const before = open?.getText() ?? (await diskFiles.readText(path));
		const settings = await state.settings.get();
		const author = settings["vex.author"] || (await gitAuthor(folderOf(work, scan), homedir(), diskFiles)) || "Unknown Author";
		const chosen = scopeOf(scope as VexScope["kind"], scan.report.image);
		if (chosen === undefined)
			throw new ToolError("invalid", "No registry knows this image, so that a statement cannot name it", {
				hint: "Push it first, or choose the package in every image.",
			});
		const byId = new Map<string, Vulnerability[]>();
		for (const vulnerability of vulnerabilities) byId.set(vulnerability.id, [...(byId.get(vulnerability.id) ?? []), vulnerability]);
		let text = before ?? "";
		for (const findings of byId.values()) {
			const result = triage({
				findings,
				decision,
				scope: chosen,
				document: text === "" ? undefined : text,
				author,
				tooling: `hullguard/${state.version}`,
				now: new Date(),
			});
			if ("problem" in result)
				throw new ToolError("invalid", result.problem.message, result.problem.hint === undefined ? {} : { hint: result.problem.hint });
			// One vulnerability is the rule; its edits leave everything else in the document alone.
			if (byId.size === 1) {
				const starts = lineStartsOf(text);
				return {
					uri,
					create: before === undefined,
					edits: result.edits.map((edit) => ({ range: rangeOf(starts, edit.span), newText: edit.newText })),
				};
			}
			text = applyEdits(text, result.edits);
		}
		const starts = lineStartsOf(before ?? "");
		return {
			uri,
			create: before === undefined,
			edits: [{ range: rangeOf(starts, { start: 0, end: (before ?? "").length }), newText: text }],
		};
	});
}

function findAll(
	results: Results,
	keys: readonly string[],
): { readonly scan: KeptScan; readonly vulnerabilities: readonly Vulnerability[] } {
	const found = keys.map((key) => results.find(key)).filter((entry) => entry !== undefined);
	const first = found[0];
	if (first === undefined) throw new ToolError("failed", "This finding is no longer there", { hint: "Scan again." });
	return { scan: first.scan, vulnerabilities: found.filter((entry) => entry.scan === first.scan).map((entry) => entry.vulnerability) };
}

function folderOf(work: Work, scan: KeptScan): string {
	const path = scan.uri === undefined ? undefined : pathOf(scan.uri);
	const folders = work.folderPaths();
	return folderAround(path, folders) ?? folders[0] ?? (path === undefined ? homedir() : dirname(path));
}

function choice({
	value,
	label,
	description,
}: {
	readonly value: string;
	readonly label: string;
	readonly description: string;
}): VexChoice {
	return { value, label, detail: description };
}
