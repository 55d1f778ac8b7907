import { addTo } from "../addTo.ts";
import type { Image } from "../image/image.ts";
import { compareInstants, type Instant, parseInstant } from "../instant.ts";
import type { ScannerName, Vulnerability } from "../vulnerabilities/vulnerability.ts";
import type { VexDocument } from "./document.ts";
import { type Matcher, matcherFor, SCANNERS } from "./match.ts";
import { suppresses, type VexStatement, type VexStatus } from "./statement.ts";

/** A document with the file that holds it. */
export interface VexFile {
	readonly path: string;
	readonly document: VexDocument;
}

/** A statement with the file that holds it. */
export interface StatementInFile {
	readonly path: string;
	readonly statement: VexStatement;
}

/** A vulnerability with what the documents say about it. */
export interface AssessedVulnerability {
	readonly vulnerability: Vulnerability;
	/** `open`: nothing is said about it. */
	readonly status: "open" | VexStatus;
	/** The statement in force; undefined for `open`. */
	readonly statement: StatementInFile | undefined;
}

/** Whether the finding is dropped. */
export function isSuppressed(assessed: AssessedVulnerability): boolean {
	return assessed.status !== "open" && suppresses(assessed.status);
}

/**
 * What the documents say about each vulnerability of an image. The newest statement is in force; of two with the same time, the
 * one that comes later in the documents. A finding is dropped only if each scanner that reported it would drop it: one that
 * Trivy drops and Grype does not is still there.
 */
export function assess(
	vulnerabilities: readonly Vulnerability[],
	image: Image,
	files: readonly VexFile[],
): readonly AssessedVulnerability[] {
	const matcher = matcherFor(image);
	const byId = statementsById(files);
	return vulnerabilities.map((vulnerability) => {
		const candidates = new Set([vulnerability.id, ...vulnerability.aliases].flatMap((id) => byId.get(id) ?? []));
		return assessOne(vulnerability, [...candidates], matcher);
	});
}

/** A statement with its place among all of them and its time, read once. */
interface Dated extends StatementInFile {
	readonly order: number;
	readonly instant: Instant | undefined;
}

function statementsById(files: readonly VexFile[]): ReadonlyMap<string, readonly Dated[]> {
	const byId = new Map<string, Dated[]>();
	let order = 0;
	for (const { path, document } of files) {
		for (const statement of document.statements) {
			const dated = { path, statement, order: order++, instant: parseInstant(statement.timestamp ?? "") };
			for (const id of new Set([statement.vulnerability, ...statement.aliases])) addTo(byId, id, dated);
		}
	}
	return byId;
}

function assessOne(vulnerability: Vulnerability, candidates: readonly Dated[], matcher: Matcher): AssessedVulnerability {
	const verdicts = scannersOf(vulnerability).map((scanner) =>
		newest(
			candidates.filter(
				({ statement }) => matcher.names(scanner, statement, vulnerability) && matcher.fits(scanner, statement, vulnerability).length > 0,
			),
		),
	);
	const dropped = verdicts.every((verdict) => verdict !== undefined && suppresses(verdict.statement.status));
	const said = verdicts.filter((verdict) => verdict !== undefined);
	const inForce = newest(dropped ? said : said.filter((verdict) => !suppresses(verdict.statement.status)));
	if (inForce === undefined) return { vulnerability, status: "open", statement: undefined };
	const { path, statement } = inForce;
	return { vulnerability, status: statement.status, statement: { path, statement } };
}

/** The scanners whose word counts: those that reported the vulnerability, or both if nobody knows. */
export function scannersOf(vulnerability: Vulnerability): readonly ScannerName[] {
	const reporting = SCANNERS.filter((scanner) => vulnerability.reportedBy.includes(scanner));
	return reporting.length > 0 ? reporting : SCANNERS;
}

function newest(statements: readonly Dated[]): Dated | undefined {
	return statements.reduce<Dated | undefined>((best, next) => (best === undefined || isNewer(next, best) ? next : best), undefined);
}

/** A statement without a time that can be read is older than all others. */
function isNewer(a: Dated, b: Dated): boolean {
	if (a.instant === undefined || b.instant === undefined) {
		return a.instant === b.instant ? a.order > b.order : a.instant !== undefined;
	}
	return (compareInstants(a.instant, b.instant) || a.order - b.order) > 0;
}
