import { type PackageUrl, parsePurl, printPurl } from "../purl/purl.ts";
import type { VulnerablePackage } from "../vulnerabilities/vulnerability.ts";

/**
 * How Trivy and Grype spell the package URL of the same package. They differ in four places; measured with Trivy 0.76 and
 * Grype 0.120 (Syft 1.54):
 *
 * | package | Trivy | Grype |
 * |---|---|---|
 * | deb with an epoch | `passwd@4.13?epoch=1` | `passwd@1:4.13` |
 * | npm with capitals | `jsonstream` | `JSONStream` |
 * | PyPI with dots | `zope.interface` | `zope-interface` |
 * | Go's standard library | `stdlib@v1.22.1` | `stdlib@1.22.1` |
 */
export interface Spellings {
	readonly trivy: PackageUrl;
	readonly grype: PackageUrl;
}

const NO_QUALIFIERS: ReadonlyMap<string, string> = new Map();

/** Both spellings of a package, from that of either scanner; undefined if it has no package URL. */
export function spellingsOf(subject: VulnerablePackage): Spellings | undefined {
	const purl = parsePurl(subject.purl);
	if (purl === undefined) return undefined;
	if (purl.type === "deb") return spellDebian(purl);
	if (purl.type === "npm") return spellNpm(purl, subject.name);
	if (purl.type === "pypi") return spellPython(purl, subject.name);
	if (purl.type === "golang" && purl.namespace === "" && purl.name === "stdlib") return spellGoLibrary(purl);
	return { trivy: purl, grype: purl };
}

/** The package URLs that name a package for both scanners: with version, without qualifiers, which differ. Empty if it has none. */
export function purlsForStatement(subject: VulnerablePackage): readonly string[] {
	const spellings = spellingsOf(subject);
	if (spellings === undefined) return [];
	const texts = [spellings.trivy, spellings.grype].map((purl) => printPurl({ ...purl, qualifiers: NO_QUALIFIERS, subpath: "" }));
	return [...new Set(texts)];
}

function spellDebian(purl: PackageUrl): Spellings {
	const inVersion = /^([0-9]+):(.*)$/s.exec(purl.version);
	const epoch = inVersion?.[1] ?? purl.qualifiers.get("epoch");
	const version = inVersion?.[2] ?? purl.version;
	if (epoch === undefined || version === "") return { trivy: purl, grype: purl };
	const others = [...purl.qualifiers].filter(([key]) => key !== "epoch");
	return {
		trivy: { ...purl, version, qualifiers: new Map([...others, ["epoch", epoch]]) },
		grype: { ...purl, version: `${epoch}:${version}`, qualifiers: new Map(others) },
	};
}

function spellNpm(purl: PackageUrl, name: string): Spellings {
	const scope = purl.namespace === "" ? "" : `${purl.namespace}/`;
	const written = name.toLowerCase() === `${scope}${purl.name}`.toLowerCase() ? name : `${scope}${purl.name}`;
	const withName = (full: string): PackageUrl => {
		const slash = full.lastIndexOf("/");
		return { ...purl, namespace: full.slice(0, Math.max(0, slash)), name: full.slice(slash + 1) };
	};
	return { trivy: withName(written.toLowerCase()), grype: withName(written) };
}

function spellPython(purl: PackageUrl, name: string): Spellings {
	const written = name.replaceAll("_", "-").toLowerCase();
	const kept = pythonName(written) === pythonName(purl.name) ? written : purl.name;
	return { trivy: { ...purl, name: kept }, grype: { ...purl, name: pythonName(purl.name) } };
}

/** Runs of dots, hyphens and underscores are one hyphen: https://packaging.python.org/en/latest/specifications/name-normalization/ */
function pythonName(name: string): string {
	return name.replace(/[-_.]+/g, "-").toLowerCase();
}

function spellGoLibrary(purl: PackageUrl): Spellings {
	const version = purl.version.replace(/^v/, "");
	return { trivy: { ...purl, version: version === "" ? "" : `v${version}` }, grype: { ...purl, version } };
}
