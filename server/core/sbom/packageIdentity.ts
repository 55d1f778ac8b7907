import { parsePurl } from "../purl/purl.ts";

/** What a scanner or a document says of a package. */
export interface NamedPackage {
	readonly purl: string;
	readonly type: string;
	readonly name: string;
	readonly version: string;
}

/**
 * A text that is the same for the same package, whoever names it: type, namespace, name and version. Scanners write the epoch
 * of Debian packages into the version or into a qualifier, so it does not count; nor do other qualifiers.
 */
export function packageIdentity(found: NamedPackage): string {
	const purl = parsePurl(found.purl);
	const version = (purl?.version || found.version).replace(/^\d+:/, "");
	const name = purl === undefined ? found.name : `${purl.namespace}/${purl.name}`;
	return `${purl?.type ?? found.type} ${name} ${version}`;
}
