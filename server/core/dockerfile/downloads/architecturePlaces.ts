import type { Span } from "../../text.ts";
import { valueAssignedOnce } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import { declarationAt } from "../variables/variables.ts";
import { ARCHITECTURE, architectureIn, choosesPlatform, liesElsewhere } from "./architectures.ts";
import type { Download } from "./downloads.ts";

/** Debian and its like name the architecture of a package themselves. */
const DEBIAN_PACKAGE = /\.deb(?=$|["?#])/;

/** Where an address names the architecture that it is for. */
export interface Place {
	readonly name: string;
	readonly span: Span;
	/** Whether something that stands for the architecture can be written there. */
	readonly replaceable: boolean;
	/** Whether a package of Debian is fetched: `armhf` and `i386` are its names for what Docker calls `arm` and `386`. */
	readonly isPackage: boolean;
}

/** The architecture in the path of an address, if the address stands in the file as it is. */
export function placeIn(text: string, span: Span | undefined): readonly Place[] {
	const found = architectureIn(text);
	if (found === undefined || span === undefined || span.end - span.start !== text.length) return [];
	const start = span.start + found.at;
	return [
		{
			name: found.name,
			span: { start, end: start + found.name.length },
			replaceable: !text.includes("'") && !liesElsewhere(text),
			isPackage: DEBIAN_PACKAGE.test(text),
		},
	];
}

/**
 * The address, where an ENV or an assignment of the same RUN holds the part that names the architecture. A variable that holds nothing
 * else, or that an ARG can set, is a choice.
 */
export function placeInVariable({ step, command, url, resolved }: Download): readonly Place[] {
	if (resolved === undefined || architectureIn(url.text) !== undefined) return [];
	const name = architectureIn(resolved)?.name;
	if (name === undefined) return [];
	const hardcoded = url.parts.some((part) => {
		if (part.kind !== "variable") return false;
		const text = valueAssignedOnce(step, command, part.name) ?? environmentText(step, part.name) ?? "";
		return ARCHITECTURE.exec(text)?.[1] === name && text !== name;
	});
	return hardcoded ? [{ name, span: url.span, replaceable: false, isPackage: false }] : [];
}

function environmentText(step: Step, name: string): string | undefined {
	const declaration = declarationAt(step, name);
	if (declaration?.kind !== "ENV" || choosesPlatform(declaration.instruction.line.text)) return undefined;
	return (declaration.assignment.value ?? "").replace(/^["']|["']$/g, "");
}
