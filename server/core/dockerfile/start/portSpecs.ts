import type { Step } from "../model/model.ts";
import { type PlacedWord, splitAtBlanks } from "../syntax/words.ts";
import { expandAt } from "../variables/variables.ts";

/** What EXPOSE says in one place, read as BuildKit reads it. */
export interface PortSpec {
	/** The word as written, variables included. */
	readonly word: PlacedWord;
	/** With variables substituted and without quotes. */
	readonly text: string;
	/** What stands in front of the last colon, as in a mapping of `docker run`; undefined without one. */
	readonly host: string | undefined;
	/** The part that names the container's ports, without the protocol. */
	readonly container: string;
	/** As written behind the slash; undefined without one. */
	readonly protocol: string | undefined;
	/** The first and the last port; undefined where the text is no number or range. */
	readonly ports: { readonly first: number; readonly last: number } | undefined;
}

/** The words of an EXPOSE whose variables are all known, in order. A variable can hold several ports. */
export function portSpecsOf(step: Step): readonly PortSpec[] {
	return splitAtBlanks(step.arguments).flatMap((word) => {
		const expansion = expandAt(step, word.text);
		return expansion.kind === "known" ? expansion.words.map((text) => portSpec(word, text)) : [];
	});
}

/** Whether the text stands in the file as it is, so that a part of it can be edited. */
export function isLiteral(spec: PortSpec): boolean {
	return spec.word.text === spec.text && spec.word.span.end - spec.word.span.start === spec.text.length;
}

function portSpec(word: PlacedWord, text: string): PortSpec {
	const slash = text.indexOf("/");
	const address = slash === -1 ? text : text.slice(0, slash);
	const colon = address.lastIndexOf(":");
	const container = address.slice(colon + 1);
	const match = /^\+?(\d{1,9})(?:-\+?(\d{1,9}))?$/.exec(container);
	return {
		word,
		text,
		host: colon === -1 ? undefined : address.slice(0, colon),
		container,
		protocol: slash === -1 ? undefined : text.slice(slash + 1),
		ports: match === null ? undefined : { first: Number(match[1]), last: Number(match[2] ?? match[1]) },
	};
}
