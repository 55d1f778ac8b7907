import { compareInstants, parseInstant, printInstant } from "../instant.ts";
import type { VexDocument } from "./document.ts";
import type { NewStatement, VexStatement } from "./statement.ts";

/**
 * Times of a document that changes. A statement must not become newer or older by it, and of two statements about the same thing
 * the later one must be the newer one.
 */

/**
 * The time for a new statement: now, or a second after the newest statement about the same vulnerability where that is not
 * in the past, so that the new one is in force.
 */
export function timeForStatement(document: VexDocument, statement: NewStatement, now: string): string {
	const times = relatedStatements(document, statement).map((related) => related.timestamp);
	const latest = latestOf(times);
	if (latest === undefined || compareTimes(latest, now) < 0) return now;
	const instant = parseInstant(latest);
	return instant === undefined ? now : printInstant({ seconds: instant.seconds + 1, nanoseconds: 0 });
}

/** What `last_updated` becomes: the time of the change, unless the document already has a later one. */
export function updateTime(document: VexDocument, time: string): string {
	return latestOf([document.timestamp, document.lastUpdated, time]) ?? time;
}

/**
 * The time that a statement without one has had so far: the document's last update, as vexctl writes it down, or its first
 * time where the update would lift the statement over a dated one about the same vulnerability.
 */
export function inheritedTime(document: VexDocument, statement: VexStatement | undefined): string | undefined {
	const { timestamp, lastUpdated } = document;
	if (lastUpdated === undefined || timestamp === undefined || statement === undefined) return timestamp;
	const isAbout = aboutSame(statement);
	const lifted = document.statements.some((other) => other.dated && isAbout(other) && compareTimes(other.timestamp, lastUpdated) <= 0);
	return lifted || compareTimes(lastUpdated, timestamp) < 0 ? timestamp : lastUpdated;
}

/** Whether the document's newest statement about the same vulnerability and one of the products already says just that. */
export function isStated(document: VexDocument, statement: NewStatement): boolean {
	const products = new Set(statement.products.map((product) => product.id));
	const about = relatedStatements(document, statement).filter((other) =>
		other.products.some((product) => product.ids.some((id) => products.has(id))),
	);
	const newest = about.reduce<VexStatement | undefined>(
		(best, next) => (best === undefined || compareTimes(best.timestamp, next.timestamp) <= 0 ? next : best),
		undefined,
	);
	return newest !== undefined && fingerprintOf(newest) === fingerprintOfNew(statement);
}

type Named = Pick<VexStatement, "vulnerability" | "aliases">;

function relatedStatements(document: VexDocument, to: NewStatement): readonly VexStatement[] {
	return document.statements.filter(aboutSame(to));
}

/** Tells whether a statement shares an id with the given one. */
function aboutSame(to: Named): (other: Named) => boolean {
	const ids = new Set([to.vulnerability, ...to.aliases]);
	return (other) => ids.has(other.vulnerability) || other.aliases.some((id) => ids.has(id));
}

function fingerprintOf(statement: VexStatement): string {
	const products = statement.products.map(({ ids, subcomponents }) => [ids, subcomponents.map((each) => each.ids)]);
	const { vulnerability, aliases, status, justification, impact, action, notes } = statement;
	return JSON.stringify([[vulnerability, ...aliases].sort(), products, status, justification, impact, action, notes]);
}

function fingerprintOfNew({ vulnerability, aliases, products, decision }: NewStatement): string {
	const named = products.map(({ id, subcomponents }) => [[id], subcomponents.map((each) => [each])]);
	const { status, justification, impact, action, notes } = {
		justification: undefined,
		impact: undefined,
		action: undefined,
		notes: undefined,
		...decision,
	};
	return JSON.stringify([[vulnerability, ...aliases].sort(), named, status, justification, impact, action, notes]);
}

function latestOf(times: readonly (string | undefined)[]): string | undefined {
	return times.reduce((best, next) => (best === undefined || compareTimes(best, next) < 0 ? next : best), undefined);
}

/** Times that are absent or cannot be read come first. */
function compareTimes(a: string | undefined, b: string | undefined): number {
	const [first, second] = [parseInstant(a ?? ""), parseInstant(b ?? "")];
	if (first === undefined || second === undefined) return Number(first !== undefined) - Number(second !== undefined);
	return compareInstants(first, second);
}
