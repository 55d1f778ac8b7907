import { withoutQuery } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { expandAt } from "../variables/variables.ts";

/** An address that ADD fetches. */
export interface RemoteSource {
	/** The ADD, or the one inside ONBUILD. */
	readonly step: Step;
	readonly kind: "http" | "git";
	/** As written, without quotes around it. */
	readonly text: string;
	readonly span: Span;
	/** With its variables substituted; undefined where something outside the file decides. */
	readonly resolved: string | undefined;
	/** Whether the instruction has no other source. */
	readonly alone: boolean;
}

/** What a Git address says of the version. */
export interface GitRevision {
	/** Branch, tag or commit; undefined for the default branch. */
	readonly ref: string | undefined;
	/** `?commit=` or `?checksum=`: what the commit has to be. */
	readonly checksum: string | undefined;
}

const SCP_STYLE = /^[a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:/;

/**
 * The addresses among the sources of an ADD. An http address is a Git repository only if its path ends in `.git`; `github.com/…`
 * without a scheme is a local file. Source: BuildKit 0.25, `dfgitutil` and `dispatchCopy`.
 */
export function remoteSourcesOf(step: Step): readonly RemoteSource[] {
	return step.keyword === "ADD" ? addedSources(step) : [];
}

const addedSources = remembered((step: Step): readonly RemoteSource[] => {
	const words =
		step.exec === undefined
			? splitAtBlanks(step.arguments).map(({ text, span }) => withoutQuotes(text, span))
			: step.exec.elements.map(({ value, span }) => ({ text: value, span: { start: span.start + 1, end: span.end - 1 } }));
	const sources = words.slice(0, -1);
	return sources.flatMap(({ text, span }) => {
		const expansion = expandAt(step, text);
		const resolved = expansion.kind === "known" && expansion.unset.length === 0 ? expansion.value : undefined;
		const kind = kindOf(resolved ?? text);
		return kind === undefined ? [] : [{ step, kind, text, span, resolved, alone: sources.length === 1 }];
	});
});

/** The version that a Git address names; undefined where a variable that the file does not show is part of it. */
export function gitRevision(source: RemoteSource): GitRevision | undefined {
	const text = source.resolved ?? source.text;
	const [address = "", fragment] = split(text, "#");
	const query = split(address, "?")[1];
	const options = new Map((query ?? "").split("&").map((pair) => [split(pair, "=")[0] ?? "", split(pair, "=")[1] ?? ""] as const));
	const checksum = options.get("checksum") ?? options.get("commit");
	const ref =
		(fragment === undefined ? undefined : split(fragment, ":")[0]) || options.get("ref") || options.get("tag") || options.get("branch");
	if (`${checksum ?? ""}${ref ?? ""}`.includes("$")) return undefined;
	return { ref, checksum };
}

/** A full commit id: SHA-1 or SHA-256. */
export function isFullCommit(text: string): boolean {
	return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(text);
}

function withoutQuotes(text: string, span: Span): { readonly text: string; readonly span: Span } {
	const quote = text[0];
	if ((quote !== '"' && quote !== "'") || text.length < 2 || !text.endsWith(quote)) return { text, span };
	return { text: text.slice(1, -1), span: { start: span.start + 1, end: span.end - 1 } };
}

function kindOf(text: string): RemoteSource["kind"] | undefined {
	if (/^(?:git|ssh):\/\//i.test(text) || SCP_STYLE.test(text)) return "git";
	if (!/^https?:\/\//i.test(text)) return undefined;
	return withoutQuery(text).endsWith(".git") ? "git" : "http";
}

function split(text: string, separator: string): readonly [string, string | undefined] {
	const at = text.indexOf(separator);
	return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
