import { type JsonNode, type JsonObject, memberOf } from "../json/tree.ts";
import { readProducts } from "./components.ts";
import { asObject, checkFields, openingOf, present, readInstant, readString, readStrings } from "./fields.ts";
import { JUSTIFICATIONS, justificationNamed, STATUSES, statusNamed } from "./justifications.ts";
import { type Complaints, REFUSED_BY_BOTH, SILENTLY_IGNORED } from "./problems.ts";
import type { VexStatement, VexStatus } from "./statement.ts";

const STATEMENT_FIELDS = [
	"@id",
	"version",
	"vulnerability",
	"timestamp",
	"last_updated",
	"products",
	"status",
	"supplier",
	"status_notes",
	"justification",
	"impact_statement",
	"action_statement",
	"action_statement_timestamp",
];
const VULNERABILITY_FIELDS = ["@id", "name", "description", "aliases"];

/** Reads a statement of OpenVEX 0.2.0. Undefined, after a complaint, if it says nothing. */
export function readStatement(
	node: JsonNode,
	index: number,
	documentTime: string | undefined,
	complaints: Complaints,
): VexStatement | undefined {
	const object = asObject(node, "statements", complaints);
	if (object === undefined) return undefined;
	checkFields(object, STATEMENT_FIELDS, complaints);
	const vulnerability = readVulnerability(object, complaints);
	const products = readProducts(object, complaints);
	const status = readStatus(object, complaints);
	const timestamp = readInstant(object, "timestamp", complaints);
	for (const key of ["last_updated", "action_statement_timestamp"]) readInstant(object, key, complaints);
	readString(object, "@id", complaints);
	const statement = {
		justification: readJustification(object, complaints),
		impact: readString(object, "impact_statement", complaints),
		action: readString(object, "action_statement", complaints),
		notes: readString(object, "status_notes", complaints),
		timestamp: timestamp ?? documentTime,
		dated: timestamp !== undefined,
		index,
		span: object.span,
	};
	if (status !== undefined) checkCombination(object, status, complaints);
	return vulnerability === undefined || status === undefined ? undefined : { ...vulnerability, products, status, ...statement };
}

function readVulnerability(statement: JsonObject, complaints: Complaints): Pick<VexStatement, "vulnerability" | "aliases"> | undefined {
	const member = present(statement, "vulnerability");
	if (member === undefined) {
		complaints.add("warning", openingOf(statement), "The statement names no vulnerability", SILENTLY_IGNORED);
		return undefined;
	}
	if (member.value.kind === "string") {
		const hint = `${REFUSED_BY_BOTH}. Write {"name": ${JSON.stringify(member.value.value)}}`;
		complaints.add("error", member.value.span, '"vulnerability" must be an object', hint);
		return undefined;
	}
	const object = asObject(member.value, "vulnerability", complaints);
	if (object === undefined) return undefined;
	checkFields(object, VULNERABILITY_FIELDS, complaints);
	readString(object, "description", complaints);
	const iri = readString(object, "@id", complaints) ?? "";
	const name = readString(object, "name", complaints) ?? "";
	const aliases = readStrings(object, "aliases", complaints);
	const ids = [name, ...aliases, iri].filter((id) => id !== "");
	checkName(object, name, ids, complaints);
	return ids.length === 0 ? undefined : { vulnerability: ids[0] ?? "", aliases: ids.slice(1) };
}

function checkName(object: JsonObject, name: string, ids: readonly string[], complaints: Complaints): void {
	const value = memberOf(object, "name")?.value;
	const span = value?.span ?? openingOf(object);
	if (name === "" && (value === undefined || value.kind === "string")) {
		const hint = ids.length === 0 ? SILENTLY_IGNORED : "The specification asks for a name, for example CVE-2021-44228";
		complaints.add("warning", span, "The vulnerability has no name", hint);
	}
	const wrongCase = ids.find((id) => /^cve-/i.test(id) && !id.startsWith("CVE-"));
	if (wrongCase === undefined) return;
	complaints.add(
		"warning",
		span,
		`Scanners write ${wrongCase} in capital letters`,
		"They compare ids exactly: the statement has no effect",
	);
}

function readStatus(statement: JsonObject, complaints: Complaints): VexStatus | undefined {
	const text = readString(statement, "status", complaints);
	const status = statusNamed(text ?? "");
	if (status !== undefined || (text === undefined && present(statement, "status") !== undefined)) return status;
	const member = memberOf(statement, "status");
	const message = text === undefined ? "The statement has no status" : `"${text}" is no status`;
	const names = STATUSES.map((choice) => choice.value).join(", ");
	complaints.add("warning", member?.value.span ?? openingOf(statement), message, `${SILENTLY_IGNORED}. A status is one of ${names}`);
	return undefined;
}

function readJustification(statement: JsonObject, complaints: Complaints): VexStatement["justification"] {
	const text = readString(statement, "justification", complaints);
	if (text === undefined || text === "") return undefined;
	const justification = justificationNamed(text);
	if (justification !== undefined) return justification;
	const names = JUSTIFICATIONS.map((choice) => choice.value).join(", ");
	const span = memberOf(statement, "justification")?.value.span ?? statement.span;
	complaints.add("warning", span, `"${text}" is no justification`, `Scanners accept it; OpenVEX knows ${names}`);
	return undefined;
}

/** What the specification asks of each status, and what it does not allow. Scanners look at none of this. */
function checkCombination(statement: JsonObject, status: VexStatus, complaints: Complaints): void {
	const has = (key: string): boolean => {
		const value = present(statement, key)?.value;
		return value?.kind === "string" && value.value !== "";
	};
	const lacks = (what: string): void => {
		const span = memberOf(statement, "status")?.value.span ?? openingOf(statement);
		complaints.add("warning", span, `A statement that is ${status} needs ${what}`, "Scanners accept it; the specification does not");
	};
	if (status === "not_affected" && !has("justification") && !has("impact_statement")) lacks("a justification or an impact_statement");
	if (status === "affected" && !has("action_statement")) lacks("an action_statement");
	for (const key of forbidden(status)) {
		const member = has(key) ? memberOf(statement, key) : undefined;
		if (member === undefined) continue;
		complaints.add(
			"warning",
			member.key.span,
			`"${key}" does not go with ${status}`,
			"Scanners ignore it; the specification does not allow it",
		);
	}
}

function forbidden(status: VexStatus): readonly string[] {
	if (status === "not_affected") return ["action_statement"];
	if (status === "affected") return ["justification", "impact_statement"];
	return ["justification", "impact_statement", "action_statement"];
}
