import { SHORTEST_SECRET } from "../../knowledge/secretShapes.ts";
import { secretName } from "../../secrets/names.ts";
import { findSecrets } from "../../secrets/shapes.ts";
import { hasPasswordField, isFingerprint, looksGenerated, passwordsInUrls, type ValueKind, valueKind } from "../../secrets/values.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import type { Assignment } from "../model/views.ts";
import { mayWriteShapes } from "../model/writtenShapes.ts";
import { UNSET, type VariableValue } from "../syntax/variableValue.ts";
import { declarationAt, expandText, globalVariable, variableAt } from "./variables.ts";

/** What an ARG or ENV gives a name. `none`: `ARG NAME`, the build passes it. `variable`: another variable, which the file does not show. */
export interface AssignedValue {
	readonly kind: ValueKind | "none" | "variable";
	/** Variables substituted; empty where it is not known. */
	readonly text: string;
}

/** What makes a variable a credential. `name`: its name. `hook`: its name, but nothing real is there. `value`: what it holds, with its article. */
export type CredentialEvidence = { readonly kind: "name" | "hook" } | { readonly kind: "value"; readonly title: string };

/** Whether it is worth looking at a value: {@link credentialEvidence} finds nothing where neither the name nor any value like this says so. */
export function mayBeCredential(file: Dockerfile, assignment: Assignment): boolean {
	const { name, value } = assignment;
	if (value !== undefined) {
		if (value.length >= SHORTEST_SECRET && (mayWriteShapes(file) || !isWrittenOut(assignment))) return true;
		if (/[$@;?&]/.test(value)) return true;
	}
	const evidence = secretName(name);
	return evidence === "strong" || evidence === "weak";
}

/** Whether a value stands in the file without a break and without escapes; there may be quotes around it. */
function isWrittenOut({ value, valueSpan }: Assignment): boolean {
	if (value === undefined || valueSpan === undefined) return false;
	return valueSpan.end - valueSpan.start === value.length && !/["'\\`]/.test(value.slice(1, -1));
}

/** The value of an ARG before the first FROM. */
export function globalValue(file: Dockerfile, assignment: Assignment): AssignedValue {
	return assignedValue(file, assignment, (name) => globalVariable(file, name));
}

/** The value of an ARG or ENV in a stage. A variable that nothing in the file declares counts as not set. */
export function stageValue(step: Step, assignment: Assignment): AssignedValue {
	return assignedValue(step.stage.file, assignment, (name) => {
		const known = variableAt(step, name);
		return known.kind === "unknown" && declarationAt(step, name) === undefined ? UNSET : known;
	});
}

function assignedValue(file: Dockerfile, assignment: Assignment, lookup: (name: string) => VariableValue): AssignedValue {
	if (assignment.value === undefined) return { kind: "none", text: "" };
	const expansion = expandText(assignment.value, file.escape, lookup);
	return expansion.kind === "known" ? { kind: valueKind(expansion.value), text: expansion.value } : { kind: "variable", text: "" };
}

/** Keys that are never public, whatever their value looks like: that of a signature may be a fingerprint. */
const SECRET_KEY = /(?:secret|private|encryption|master|session)[\w-]*key$|(?:^|_)api_?key$/i;

/**
 * Whether a variable holds, or is made to hold, a credential. A value that can be told by its shape counts under any name; a name
 * that says credential counts whatever the value, but for paths, addresses, switches, public keys and values that say they are none.
 */
export function credentialEvidence(keyword: "ARG" | "ENV", name: string, value: AssignedValue): CredentialEvidence | undefined {
	const held = value.kind === "switch" || value.kind === "empty" ? undefined : heldCredential(value.text);
	if (held !== undefined) return { kind: "value", title: held };
	if (["switch", "path", "url", "dummy"].includes(value.kind)) return undefined;
	const evidence = secretName(name);
	if (evidence === "weak") return value.kind === "text" && isLikelySecret(name, value.text) ? { kind: "name" } : undefined;
	if (evidence !== "strong" || (/key$/i.test(name) && !SECRET_KEY.test(name) && isFingerprint(value.text))) return undefined;
	return keyword === "ENV" && (value.kind === "empty" || value.kind === "placeholder") ? { kind: "hook" } : { kind: "name" };
}

/** What a text holds that gives itself away, with its article. */
function heldCredential(text: string): string | undefined {
	const shape = findSecrets(text)[0]?.shape;
	if (shape !== undefined) return shape.title;
	if (passwordsInUrls(text).length > 0) return "a URL with a password";
	return hasPasswordField(text) ? "a connection string with a password" : undefined;
}

/** A generated key; under the name of a password any short text with a digit or a sign. */
function isLikelySecret(name: string, value: string): boolean {
	return looksGenerated(value) || (/pass|pwd|pw|psw/i.test(name) && /^\S{6,100}$/.test(value) && /[^A-Za-z]/.test(value));
}
