import { type CodeAction, CodeActionKind, type Diagnostic, type Range } from "vscode-languageserver/node";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { commentAbove } from "../core/lint/ignore.ts";
import type { Settings } from "../core/settings/schema.ts";
import { type PlacedComment, placedComments, type ShellComment, shellCheckPage } from "../core/shellcheck/comment.ts";
import { type CheckedScript, checkedScripts } from "../core/shellcheck/scripts.ts";
import { overlaps, rangeOf, spanOf } from "../core/text.ts";
import { checkScript } from "../operations/checkScript.ts";
import { ToolError } from "../tools/errors.ts";
import { severityOf, textEdits } from "./convert.ts";
import { inBackground } from "./handle.ts";
import { dockerfileOf } from "./parsed.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** How long a document has to rest before ShellCheck is run over what is new in it. */
const REST_MS = 1000;
/** Scripts whose answer is kept; the oldest goes first. */
const MOST_KNOWN = 2000;
const AT_ONCE = 2;

/** ShellCheck's findings in the scripts of RUN, for those who turn it on. It runs beside everything else, and only over scripts that are new. */
export interface ShellChecking {
	/** A document was opened, or its text changed. */
	changed(document: TextDocument): void;
	saved(document: TextDocument): void;
	closed(document: TextDocument): void;
	/** Settings or trust have changed: every open document is looked at, a program that was missing is looked for again. */
	restart(): void;
	/** What is known of the document's scripts as they are now. */
	diagnostics(document: TextDocument, settings: Settings): readonly Diagnostic[];
	/** Comments that silence what is found at a place. */
	actions(document: TextDocument, settings: Settings, range: Range): readonly CodeAction[];
}

/** @param found called when there is something new to show */
export function createShellChecking(state: ServerState, work: Work, found: () => void): ShellChecking {
	const answers = new Map<string, readonly ShellComment[]>();
	const running = new Set<string>();
	const timers = new Map<string, NodeJS.Timeout>();
	const seen = new WeakSet<TextDocument>();
	/** Why it cannot be run, until something changes. */
	let obstacle: string | undefined;
	state.ended.addEventListener("abort", () => {
		for (const timer of timers.values()) clearTimeout(timer);
	});

	const isOn = (settings: Settings): boolean => settings["lint.shellcheck"] && settings["lint.enable"] && state.trusted;

	const ask = async (document: TextDocument, rests: boolean): Promise<void> => {
		const file = dockerfileOf(document);
		const settings = await state.settings.get(document.uri);
		if (file === undefined || obstacle !== undefined || !isOn(settings)) return;
		if (rests && settings["lint.run"] === "onSave" && seen.has(document)) return;
		seen.add(document);
		const unknown = new Map(checkedScripts(file).map((script) => [keyOf(script), script]));
		const queue = [...unknown].filter(([key]) => !answers.has(key) && !running.has(key));
		if (queue.length === 0) return;
		for (const [key] of queue) running.add(key);
		const context = await work.context(document.uri, { signal: state.ended });
		const next = async (): Promise<void> => {
			for (let item = queue.pop(); item !== undefined && obstacle === undefined; item = queue.pop()) {
				answers.set(item[0], await checkScript(context, item[1]));
				const [oldest] = answers.keys();
				if (answers.size > MOST_KNOWN && oldest !== undefined) answers.delete(oldest);
			}
		};
		try {
			await Promise.all(Array.from({ length: AT_ONCE }, next));
		} catch (error) {
			if (!(error instanceof ToolError)) throw error;
			obstacle = `${error.message}. ${error.hint ?? ""}`;
			state.connection.console.warn(obstacle);
		} finally {
			for (const key of unknown.keys()) running.delete(key);
		}
		found();
	};
	const schedule = (document: TextDocument, afterMs: number): void => {
		const { uri } = document;
		clearTimeout(timers.get(uri));
		const start = (): void => {
			timers.delete(uri);
			inBackground(state, `ShellCheck in ${uri}`, () => ask(document, afterMs > 0));
		};
		timers.set(uri, setTimeout(start, afterMs));
	};
	const placed = (document: TextDocument, settings: Settings): readonly PlacedComment[] => {
		if (answers.size === 0 || !isOn(settings)) return [];
		const file = dockerfileOf(document);
		if (file === undefined) return [];
		return checkedScripts(file).flatMap((script) => placedComments(file, script, answers.get(keyOf(script)) ?? []));
	};

	return {
		changed: (document) => schedule(document, REST_MS),
		saved: (document) => schedule(document, 0),
		closed({ uri }) {
			clearTimeout(timers.get(uri));
			timers.delete(uri);
		},
		restart() {
			obstacle = undefined;
			for (const document of state.documents.all()) schedule(document, 0);
		},
		diagnostics(document, settings) {
			const starts = dockerfileOf(document)?.lineStarts ?? [];
			return placed(document, settings).map(({ comment, span }) => ({
				range: rangeOf(starts, span),
				severity: severityOf(comment.severity),
				source: "shellcheck",
				code: comment.code,
				codeDescription: { href: shellCheckPage(comment.code) },
				message: comment.message,
			}));
		},
		actions(document, settings, range) {
			const file = dockerfileOf(document);
			if (file === undefined) return [];
			const asked = spanOf(file.text, file.lineStarts, range);
			const here = placed(document, settings).filter(
				({ span }) => overlaps(span, asked) || (span.start <= asked.end && asked.start <= span.end),
			);
			const codes = new Map(here.map((each) => [each.comment.code, each]));
			return [...codes].map(([code, { span }]): CodeAction => {
				const edits = textEdits([commentAbove(file, span.start, `shellcheck disable=${code}`)], file.lineStarts);
				const { uri, version } = document;
				const versioned = state.capabilities.workspace?.workspaceEdit?.documentChanges === true;
				return {
					title: `Ignore ${code} for this line`,
					kind: CodeActionKind.QuickFix,
					edit: versioned ? { documentChanges: [{ textDocument: { uri, version }, edits }] } : { changes: { [uri]: edits } },
				};
			});
		},
	};
}

function keyOf({ dialect, source }: CheckedScript): string {
	return `${dialect} ${source.text}`;
}
