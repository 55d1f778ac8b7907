import {
	type ChangeAnnotation,
	type CodeAction,
	CodeActionKind,
	type CodeActionParams,
	type Command,
	type TextDocumentEdit,
	type WorkspaceEdit,
} from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { EditFix, Fix, LintFinding, Need } from "../core/finding.ts";
import { rulePageLink } from "../core/links.ts";
import { lineStartsOf, overlaps, type SpanEdit, spanOf } from "../core/text.ts";
import { CLIENT_COMMANDS, type DocumentEdits, type FixProposal } from "../protocol.ts";
import { diagnosticOf, SOURCE, textEdits } from "./convert.ts";
import { fixAllEdits, hasSafeFixes } from "./fixAll.ts";
import type { DocumentLint, Linting } from "./linting.ts";
import { newIgnoreFileEdit } from "./newIgnoreFile.ts";
import { kindOf } from "./parsed.ts";
import { uriOf } from "./paths.ts";
import { includesKind, refactoringActions } from "./refactorings.ts";
import { canConfirmEdits, canResolveEdits, type ServerState } from "./state.ts";

/** All safe fixes of a file in one action; editors run it on save where people ask for that. */
export const FIX_ALL_KIND = `${CodeActionKind.SourceFixAll}.${SOURCE}`;

/** What a lookup action carries until it is chosen: enough to find the same fix again in the text as it is then. */
export interface LookupData {
	readonly uri: string;
	readonly code: string;
	readonly title: string;
	/** Start of the finding in the text that was linted. */
	readonly line: number;
	readonly character: number;
}

/** Answers the question of a fix: a registry's digest, a file's hash. Throws a ToolError if there is no answer. */
export type NeedAnswerer = (need: Need, uri: string, signal: AbortSignal) => Promise<string>;

/** The actions at a place, in the order of the light bulb's menu: repairs, all repairs, then ways to live with the finding. */
export async function codeActions(
	state: ServerState,
	linting: Linting,
	document: TextDocument,
	params: CodeActionParams,
): Promise<CodeAction[]> {
	const linted = await linting.of(document);
	if (linted === undefined) return [];
	const wanted = params.context.only;
	const wants = (kind: string): boolean => wanted === undefined || wanted.some((only) => includesKind(only, kind));
	const actions: CodeAction[] = [];
	const shown: EditFix[] = [];
	if (wants(CodeActionKind.QuickFix)) {
		const asked = spanOf(linted.text, linted.lineStarts, params.range);
		const here = linted.findings.filter(
			(finding) => overlaps(finding.span, asked) || (finding.span.start <= asked.end && asked.start <= finding.span.end),
		);
		const repairs = here.flatMap((finding) => repairsOf(state, document, linted, finding));
		shown.push(...here.flatMap(({ fixes }) => fixes().filter((fix) => fix.safety !== "lookup")));
		actions.push(...repairs.filter(({ isPreferred }) => isPreferred), ...repairs.filter(({ isPreferred }) => !isPreferred));
		for (const finding of here) actions.push(...(await newIgnoreFile(state, document, linted, finding)));
		const all = here.length > 0 ? fixAllAction(state, document, linted, CodeActionKind.QuickFix) : undefined;
		if (all !== undefined) actions.push({ ...all, title: "Fix all auto-fixable problems in this file" });
		for (const finding of here) actions.push(...othersOf(state, document, linted, finding));
	}
	if (wanted?.some((only) => FIX_ALL_KIND === only || FIX_ALL_KIND.startsWith(`${only}.`))) {
		const all = fixAllAction(state, document, linted, FIX_ALL_KIND);
		if (all !== undefined) actions.push(all);
	}
	const refactored = (fix: EditFix, kind: string): CodeAction => ({ kind, ...applying(state, document, linted, fix) });
	actions.push(...refactoringActions(document, params.range, wanted, shown, refactored));
	return actions;
}

function repairsOf(state: ServerState, document: TextDocument, linted: DocumentLint, finding: LintFinding): readonly CodeAction[] {
	const diagnostics = [diagnosticOf(finding, document.uri, linted.lineStarts)];
	const fixes = finding.fixes();
	const safe = fixes.filter((fix) => fix.safety === "safe").length;
	const offered = fixes.filter((fix) => fix.safety !== "lookup" || canResolveEdits(state));
	return offered.map((fix): CodeAction => {
		const base = {
			title: fix.title,
			kind: CodeActionKind.QuickFix,
			diagnostics,
			...(safe === 1 && fix.safety === "safe" ? { isPreferred: true } : {}),
		};
		if (fix.safety !== "lookup") return { ...base, ...applying(state, document, linted, fix) };
		const data: LookupData = { uri: document.uri, code: finding.code, title: fix.title, ...finding.range.start };
		return { ...base, data };
	});
}

/** What applies a fix: its edit, or a preview of it where somebody should look first. */
function applying(state: ServerState, document: TextDocument, linted: DocumentLint, fix: EditFix): CodeAction {
	const target = targetOf(state, document, linted, fix);
	if (fix.safety === "review" && state.clientCommands) {
		const proposal: FixProposal = { ...target, title: fix.title, ...(fix.note === undefined ? {} : { note: fix.note }) };
		return { title: fix.title, command: command(fix.title, CLIENT_COMMANDS.previewFix, proposal) };
	}
	return { title: fix.title, edit: workspaceEdit(state, target, fix) };
}

/** The repair that is a new file. */
async function newIgnoreFile(
	state: ServerState,
	document: TextDocument,
	linted: DocumentLint,
	finding: LintFinding,
): Promise<CodeAction[]> {
	if (finding.rule !== "dockerignore-missing" || kindOf(document) !== "dockerfile") return [];
	const action = {
		title: "New .dockerignore",
		kind: CodeActionKind.QuickFix,
		diagnostics: [diagnosticOf(finding, document.uri, linted.lineStarts)],
	};
	if (state.clientCommands) return [{ ...action, command: command(action.title, CLIENT_COMMANDS.newIgnoreFile, document.uri) }];
	const edit = await newIgnoreFileEdit(state, document);
	return edit === undefined ? [] : [{ ...action, edit }];
}

/** The document that a fix changes, with its edits. */
function targetOf(state: ServerState, document: TextDocument, linted: DocumentLint, { edits, otherFile }: EditFix): DocumentEdits {
	if (otherFile === undefined) return { uri: document.uri, version: linted.version, edits: textEdits(edits, linted.lineStarts) };
	const uri = uriOf(otherFile.path);
	const version = state.documents.get(uri)?.version ?? null;
	return { uri, version, edits: textEdits(otherFile.edits, lineStartsOf(otherFile.text)) };
}

function fixAllAction(state: ServerState, document: TextDocument, linted: DocumentLint, kind: string): CodeAction | undefined {
	if (!hasSafeFixes(linted)) return undefined;
	const edits = fixAllEdits(linted);
	if (edits.length === 0) return undefined;
	return { title: "Fix all auto-fixable problems (Hullguard)", kind, edit: editOf(state, document, linted, edits) };
}

/** Ignoring, severity and the rule's page: for every finding the same. */
function othersOf(state: ServerState, document: TextDocument, linted: DocumentLint, finding: LintFinding): readonly CodeAction[] {
	const diagnostics = [diagnosticOf(finding, document.uri, linted.lineStarts)];
	const action = (title: string, more: Partial<CodeAction>): CodeAction => ({ title, kind: CodeActionKind.QuickFix, diagnostics, ...more });
	const silencing = linted.silence(finding);
	const actions: CodeAction[] = [];
	if (silencing !== undefined) {
		const { onLine, inFile, forBuildKit } = silencing;
		const whole = kindOf(document) === "dockerfile" ? "file" : "Dockerfile";
		actions.push(action(`Ignore ${finding.rule} for this line`, { edit: editOf(state, document, linted, [onLine]) }));
		actions.push(action(`Ignore ${finding.rule} in this ${whole}`, { edit: editOf(state, document, linted, [inFile]) }));
		if (forBuildKit !== undefined)
			actions.push(
				action(`Ignore ${finding.rule} in this ${whole}, for BuildKit too`, { edit: editOf(state, document, linted, [forBuildKit]) }),
			);
	}
	if (state.clientCommands) {
		actions.push(
			action(`Set severity of ${finding.rule}…`, {
				command: command(`Set severity of ${finding.rule}…`, CLIENT_COMMANDS.setSeverity, document.uri, finding.rule),
			}),
		);
		actions.push(
			action(`Open documentation for ${finding.rule}`, {
				command: command("Open documentation", CLIENT_COMMANDS.explainRule, finding.rule),
			}),
		);
	} else {
		actions.push(
			action(`Open documentation for ${finding.rule}`, { command: command("Open documentation", OPEN_PAGE, rulePageLink(finding.rule)) }),
		);
	}
	return actions;
}

/** Server-side command for editors that know none of ours: opens a page in the browser. */
export const OPEN_PAGE = "hullguard.server.openPage";

function command(title: string, name: string, ...args: unknown[]): Command {
	return { title, command: name, arguments: args };
}

/** Finds the fix of a lookup action again, asks its question, and gives the action with its edit. */
export async function resolveCodeAction(
	state: ServerState,
	linting: Linting,
	action: CodeAction,
	answer: NeedAnswerer,
	signal: AbortSignal,
): Promise<CodeAction> {
	const data = action.data as LookupData | undefined;
	const document = data === undefined ? undefined : state.documents.get(data.uri);
	if (data === undefined || document === undefined) return action;
	const linted = await linting.of(document);
	const fix = linted === undefined ? undefined : findLookup(linted, data);
	if (linted === undefined || fix?.safety !== "lookup") return action;
	const edits = fix.finish(await answer(fix.need, data.uri, signal));
	// The text may have changed while the registry was asked; the edit carries the version that it is for.
	return { ...action, edit: editOf(state, document, linted, edits) };
}

function findLookup(linted: DocumentLint, data: LookupData): Fix | undefined {
	const candidates = linted.findings.filter((finding) => finding.code === data.code);
	const same =
		candidates.find((finding) => finding.range.start.line === data.line && finding.range.start.character === data.character) ??
		candidates[0];
	return same?.fixes().find((fix) => fix.title === data.title);
}

function editOf(state: ServerState, { uri }: TextDocument, linted: DocumentLint, edits: readonly SpanEdit[]): WorkspaceEdit {
	return workspaceEdit(state, { uri, version: linted.version, edits: textEdits(edits, linted.lineStarts) });
}

/** The edits for one document and version; those of the review tier ask for a preview where the client can show one. */
function workspaceEdit(state: ServerState, { uri, version, edits }: DocumentEdits, fix?: Fix): WorkspaceEdit {
	const changes = [...edits];
	if (state.capabilities.workspace?.workspaceEdit?.documentChanges !== true) return { changes: { [uri]: changes } };
	const textDocument = { uri, version };
	if (fix?.safety !== "review" || !canConfirmEdits(state)) return { documentChanges: [{ textDocument, edits: changes }] };
	const annotation: ChangeAnnotation = {
		label: fix.title,
		needsConfirmation: true,
		...(fix.note === undefined ? {} : { description: fix.note }),
	};
	const annotated: TextDocumentEdit = { textDocument, edits: changes.map((edit) => ({ ...edit, annotationId: "review" })) };
	return { documentChanges: [annotated], changeAnnotations: { review: annotation } };
}
