import { type JsonObject, memberOf } from "../json/tree.ts";
import { parsePurl } from "../purl/purl.ts";
import type { Span } from "../text.ts";
import { asObject, checkFields, openingOf, present, readArray, readString, readValues } from "./fields.ts";
import { type Complaints, SILENTLY_IGNORED } from "./problems.ts";
import type { VexComponent, VexProduct } from "./statement.ts";

const COMPONENT_FIELDS = ["@id", "identifiers", "hashes"];
const IDENTIFIERS = ["purl", "cpe22", "cpe23"];
const HASHES = [
	"md5",
	"sha1",
	"sha-256",
	"sha-384",
	"sha-512",
	"sha3-224",
	"sha3-256",
	"sha3-384",
	"sha3-512",
	"blake2s-256",
	"blake2b-256",
	"blake2b-512",
];

/** Reads the products of a statement. */
export function readProducts(statement: JsonObject, complaints: Complaints): readonly VexProduct[] {
	const list = readArray(statement, "products", complaints);
	if (list === undefined && present(statement, "products") !== undefined) return [];
	if (list === undefined || list.elements.length === 0) {
		const span = memberOf(statement, "products")?.value.span ?? openingOf(statement);
		complaints.add("warning", span, "The statement names no products", SILENTLY_IGNORED);
		return [];
	}
	const objects = list.elements.map((element) => asObject(element, "products", complaints)).filter((element) => element !== undefined);
	return objects.map((product) => ({
		...readComponent(product, [...COMPONENT_FIELDS, "subcomponents"], complaints),
		subcomponents: readSubcomponents(product, complaints),
	}));
}

function readSubcomponents(product: JsonObject, complaints: Complaints): readonly VexComponent[] {
	const list = readArray(product, "subcomponents", complaints)?.elements ?? [];
	return list.map((element) => {
		const component = asObject(element, "subcomponents", complaints);
		// One without names still counts: without it, the statement would be about all of the product.
		return component === undefined ? { ids: [] } : readComponent(component, COMPONENT_FIELDS, complaints);
	});
}

function readComponent(component: JsonObject, fields: readonly string[], complaints: Complaints): VexComponent {
	checkFields(component, fields, complaints);
	const id = readString(component, "@id", complaints);
	readString(component, "supplier", complaints);
	const identifiers = readValues(component, "identifiers", complaints);
	const hashes = readValues(component, "hashes", complaints);
	checkNames(component, complaints);
	const ids = [...(id === undefined ? [] : [id]), ...identifiers, ...hashes].filter((name) => name !== "");
	if (ids.length === 0) complaints.add("warning", openingOf(component), "Nothing names this component", SILENTLY_IGNORED);
	for (const [name, span] of purlsOf(component)) {
		if (parsePurl(name) !== undefined) continue;
		complaints.add("warning", span, "This is not a package URL", `${SILENTLY_IGNORED}. A package URL looks like pkg:npm/lodash@4.17.20`);
	}
	return { ids };
}

function checkNames(component: JsonObject, complaints: Complaints): void {
	const identifiers = memberOf(component, "identifiers")?.value;
	const hashes = memberOf(component, "hashes")?.value;
	if (identifiers?.kind === "object") checkFields(identifiers, IDENTIFIERS, complaints);
	if (hashes?.kind === "object") checkFields(hashes, HASHES, complaints);
}

/** What is written as a package URL, with its place. */
function* purlsOf(component: JsonObject): Generator<readonly [string, Span]> {
	const id = memberOf(component, "@id")?.value;
	if (id?.kind === "string" && id.value.startsWith("pkg:")) yield [id.value, id.span];
	const identifiers = memberOf(component, "identifiers")?.value;
	const purl = identifiers?.kind === "object" ? memberOf(identifiers, "purl")?.value : undefined;
	if (purl?.kind === "string") yield [purl.value, purl.span];
}
