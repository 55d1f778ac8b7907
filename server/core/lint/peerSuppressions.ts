import type { Dockerfile } from "../dockerfile/model/model.ts";
import type { Comment } from "../dockerfile/syntax/structure.ts";
import { dayAfter, daysBetween } from "../instant.ts";
import type { PeerTool } from "../rules/rule.ts";
import type { Span } from "../text.ts";
import { type Suppression, type SuppressionScope, type WrittenId, writtenIds } from "./suppression.ts";
import { restOfStage, scopeBelow, stageBelow } from "./suppressionScope.ts";

/** What a comment of a peer's form holds, before it is known what the peer means by an id. */
interface Found {
	readonly ids: readonly WrittenId[];
	readonly scope: SuppressionScope;
	readonly reason?: string | undefined;
	readonly until?: string | undefined;
}

const FILE: SuppressionScope = { kind: "file" };

/** Any of these may be there; most comments have none. */
const FOR_A_PEER = /^(?:hadolint|check|trivy|tfsec|nosem|kics-scan|NOSONAR|tally)|(?:checkov|bridgecrew|cortex):skip=/i;

/** What a comment silences that another tool understands. */
export function peerSuppressions(file: Dockerfile, comment: Comment): readonly Suppression[] {
	if (!FOR_A_PEER.test(comment.text)) return [];
	return READERS.flatMap(([tool, read]) =>
		read(file, comment).flatMap((found) => found.ids.flatMap((written) => suppressionOf(tool, written, found, comment))),
	);
}

/** `skip=A,B;error=true` of BuildKit's `check` directive, at `at` in the file. */
export function checkSkips(value: string, at: number, place: PlacedText, scope: SuppressionScope): readonly Suppression[] {
	const found = { ids: skippedChecks(value, at), scope };
	return found.ids.flatMap((written) => suppressionOf("buildkit", written, found, place));
}

interface PlacedText {
	readonly span: Span;
	readonly line: number;
}

function suppressionOf(
	tool: PeerTool,
	written: WrittenId,
	{ ids, scope, reason, until }: Found,
	{ span, line }: PlacedText,
): Suppression[] {
	const comment = { span, ids, line };
	return meant(tool, written.id).map(([peer, id]) => ({ tool: peer, id, idSpan: written.span, scope, until, reason, comment }));
}

type Meaning = readonly [tool: PeerTool, id: string];

/** What an id of a peer stands for. tally knows those of hadolint and BuildKit, with their names in front or without. */
function meant(tool: PeerTool, id: string): readonly Meaning[] {
	if (tool === "trivy") return [[tool, normalTrivyId(id)]];
	if (tool === "semgrep") return [[tool, id.split(".").pop() ?? id]];
	if (tool === "buildkit" && id === "all") return [[tool, "*"]];
	if (tool !== "tally") return [[tool, id]];
	if (id.toLowerCase() === "all")
		return [
			["tally", "*"],
			["hadolint", "*"],
			["buildkit", "*"],
		];
	const [, owner, name = id] = /^(hadolint|buildkit|shellcheck|tally)\/(.+)$/i.exec(id) ?? [];
	if (owner !== undefined)
		return [[owner === "shellcheck" ? "hadolint" : (owner.toLowerCase() as "hadolint" | "buildkit" | "tally"), name]];
	if (/^(?:DL|SC)\d+$/i.test(id)) return [["hadolint", id.toUpperCase()]];
	return [[/^[A-Z]/.test(id) ? "buildkit" : "tally", id]];
}

/** `DS002`, `AVD-DS-0002` and `DS-0002` are one id. */
function normalTrivyId(id: string): string {
	const match = /^(?:AVD-)?DS-?0*(\d+)$/i.exec(id);
	return match === null ? id.replace(/^AVD-/, "") : `DS-${(match[1] as string).padStart(4, "0")}`;
}

/** How each tool's comments are read. */
const READERS: readonly (readonly [tool: PeerTool, read: (file: Dockerfile, comment: Comment) => readonly Found[]])[] = [
	["hadolint", hadolint],
	["buildkit", buildkit],
	["checkov", checkov],
	["trivy", trivy],
	["semgrep", semgrep],
	["kics", kics],
	["sonar", sonar],
	["tally", tally],
];

function hadolint(file: Dockerfile, comment: Comment): readonly Found[] {
	const match = /^hadolint\s+(global\s+|stage\s+)?ignore\s*=\s*/.exec(comment.text);
	if (match === null) return [];
	const scope = match[1] === undefined ? scopeBelow(file, comment) : match[1].startsWith("global") ? FILE : stageBelow(file, comment);
	// A stage's comment that no FROM follows counts for nothing.
	return scope === undefined ? [] : [list(comment, match[0].length, /[^\s,]+/g, scope)];
}

function tally(file: Dockerfile, comment: Comment): readonly Found[] {
	const match = /^tally\s+(global\s+)?ignore\s*=\s*/i.exec(comment.text);
	if (match === null) return [];
	return [list(comment, match[0].length, /[^\s,]+/g, match[1] === undefined ? scopeBelow(file, comment) : FILE)];
}

function buildkit(file: Dockerfile, comment: Comment): readonly Found[] {
	const from = /^check\s*=\s*/.exec(comment.text)?.[0].length;
	if (from === undefined) return [];
	return [{ ids: skippedChecks(comment.text.slice(from), comment.textSpan.start + from), scope: scopeBelow(file, comment) }];
}

function skippedChecks(value: string, at: number): readonly WrittenId[] {
	const skip = /(?:^|;)\s*skip\s*=\s*([^;]*)/.exec(value);
	if (skip === null) return [];
	const listed = skip[1] as string;
	return writtenIds(listed, at + skip.index + skip[0].length - listed.length, /[^\s,]+/g);
}

/** Checkov looks for its words anywhere in a comment. */
function checkov(_file: Dockerfile, { text, textSpan }: Comment): readonly Found[] {
	const start = /(?:checkov|bridgecrew|cortex):skip= */.exec(text);
	if (start === null) return [];
	const from = start.index + start[0].length;
	const [, listed, reason] = /^(\w+(?:,\w+)*)(?::(.*))?/.exec(text.slice(from)) ?? [];
	return listed === undefined ? [] : [{ ids: writtenIds(listed, textSpan.start + from, /[^,]+/g), scope: FILE, reason: reason?.trim() }];
}

const TRIVY = /(?:^|\s)(?:trivy|tfsec):(\S+)/g;

/** Several may stand in one comment; words in front of the first one make it a comment for its own line alone. */
function trivy(file: Dockerfile, comment: Comment): readonly Found[] {
	if (!/^(?:trivy|tfsec):/.test(comment.text)) return [];
	const scope = scopeBelow(file, comment);
	return [...comment.text.matchAll(TRIVY)].flatMap((match): Found[] => {
		const sections = (match[1] as string).split(":");
		const value = (key: string): string | undefined => sections.find((_, index) => index % 2 === 1 && sections[index - 1] === key);
		const id = value("ignore")?.split("[")[0];
		const expiry = value("exp");
		const until = expiry === undefined ? undefined : dayBefore(expiry);
		if (id === undefined || id === "" || (expiry !== undefined && until === undefined)) return [];
		const start = comment.textSpan.start + match.index + match[0].indexOf("ignore:") + "ignore:".length;
		return [{ ids: [{ id, span: { start, end: start + id.length } }], scope, until }];
	});
}

/** Trivy's date is the first day on which the exception counts no longer. */
function dayBefore(date: string): string | undefined {
	return daysBetween(date, date) === undefined ? undefined : dayAfter(date, -1);
}

/** Without ids, everything that Semgrep would find. */
function semgrep(file: Dockerfile, comment: Comment): readonly Found[] {
	const match = /^nosem(?:grep)?(?:\b(?![:=])|[:=]\s?)/i.exec(comment.text);
	if (match === null) return [];
	const scope = scopeBelow(file, comment);
	return /[:=]/.test(match[0]) ? [list(comment, match[0].length, /[^\s,]+/g, scope)] : [everything(comment, match[0].length, scope)];
}

/** Only `disable` names queries; the others silence all of them, and what follows is for people. */
function kics(file: Dockerfile, comment: Comment): readonly Found[] {
	const match = /^kics-scan\s+(disable\s*=|(?:ignore-line|ignore-block|ignore)(?![\w-]))/i.exec(comment.text);
	if (match === null) return [];
	const command = (match[1] as string).toLowerCase();
	const { length } = match[0];
	if (command.startsWith("disable")) return [list(comment, length, /[0-9a-f-]{8,}/g, FILE)];
	if (command === "ignore") return [everything(comment, length, FILE)];
	return [everything(comment, length, command === "ignore-line" ? scopeBelow(file, comment) : restOfStage(file, comment))];
}

function sonar(file: Dockerfile, comment: Comment): readonly Found[] {
	const match = /^NOSONAR\b(?:\s*\(([^)]*)\))?/.exec(comment.text);
	if (match === null) return [];
	const scope = scopeBelow(file, comment);
	if (match[1] === undefined) return [everything(comment, match[0].length, scope)];
	const at = comment.textSpan.start + match[0].indexOf("(") + 1;
	return [{ ids: writtenIds(match[1], at, /[^\s,:]+/g), scope }];
}

function everything({ textSpan }: Comment, length: number, scope: SuppressionScope): Found {
	return { ids: [{ id: "*", span: { start: textSpan.start, end: textSpan.start + length } }], scope };
}

/** The ids from a place in the comment on, up to a remark. */
function list({ text, textSpan }: Comment, from: number, pattern: RegExp, scope: SuppressionScope): Found {
	const rest = text.slice(from);
	const reason = /[#;]\s*(.+)$/su.exec(rest)?.[1];
	return { ids: writtenIds(rest.replace(/[#;].*$/su, ""), textSpan.start + from, pattern), scope, reason };
}
