/**
 * Ids that stand for one vulnerability each. Ids of advisories (DSA, RHSA, USN …) do not: one of them covers many, so they
 * are no aliases.
 */
const VULNERABILITY_ID =
	/^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[23456789cfghjmpqrvwx]{4}){3}|GO-\d{4}-\d+|PYSEC-\d{4}-\d+|RUSTSEC-\d{4}-\d+|MAL-\d{4}-\d+)$/i;

/** Whether an id names exactly one vulnerability in a public database. */
export function isVulnerabilityId(id: string): boolean {
	return VULNERABILITY_ID.test(id);
}

/**
 * The name to show and the other names, from all ids that are known for a vulnerability: the CVE if there is one, else the
 * scanner's own id. Ids of advisories are left out.
 * @param own the scanner's id; stays even if it is of an unknown kind
 */
export function nameVulnerability(own: string, others: readonly string[]): { readonly id: string; readonly aliases: readonly string[] } {
	const all = [...new Set([own, ...others.filter(isVulnerabilityId)])];
	const id = isCve(own) ? own : (all.find(isCve) ?? own);
	return { id, aliases: all.filter((candidate) => candidate !== id) };
}

function isCve(id: string): boolean {
	return /^CVE-/i.test(id);
}

/** The page that describes a vulnerability, by its id; undefined for ids of unknown databases. */
export function advisoryLink(id: string): string | undefined {
	if (!isVulnerabilityId(id)) return undefined;
	if (isCve(id)) return `https://nvd.nist.gov/vuln/detail/${id}`;
	if (/^GHSA-/i.test(id)) return `https://github.com/advisories/${id}`;
	return `https://osv.dev/vulnerability/${id}`;
}
