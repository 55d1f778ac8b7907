import type { JsonNode } from "../json/tree.ts";
import { asObject, readInstant, readString, readStrings } from "./fields.ts";
import { justificationNamed, statusNamed } from "./justifications.ts";
import type { Complaints } from "./problems.ts";
import type { VexStatement } from "./statement.ts";

/** Reads a statement of OpenVEX 0.0.x, where vulnerability, products and subcomponents are plain texts. Undefined if it says nothing. */
export function readLegacyStatement(
	node: JsonNode,
	index: number,
	documentTime: string | undefined,
	complaints: Complaints,
): VexStatement | undefined {
	const object = asObject(node, "statements", complaints);
	if (object === undefined) return undefined;
	const vulnerability = readString(object, "vulnerability", complaints) ?? "";
	const status = statusNamed(readString(object, "status", complaints) ?? "");
	const subcomponents = readStrings(object, "subcomponents", complaints).filter((id) => id !== "");
	const products = readStrings(object, "products", complaints).filter((id) => id !== "");
	const timestamp = readInstant(object, "timestamp", complaints);
	if (vulnerability === "" || status === undefined) return undefined;
	return {
		vulnerability,
		aliases: [],
		products: products.map((id) => ({ ids: [id], subcomponents: subcomponents.map((each) => ({ ids: [each] })) })),
		status,
		justification: justificationNamed(readString(object, "justification", complaints) ?? ""),
		impact: readString(object, "impact_statement", complaints),
		action: readString(object, "action_statement", complaints),
		notes: readString(object, "status_notes", complaints),
		timestamp: timestamp ?? documentTime,
		dated: timestamp !== undefined,
		index,
		span: object.span,
	};
}
