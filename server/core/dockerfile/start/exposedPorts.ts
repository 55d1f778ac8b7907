import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { expandAt } from "../variables/variables.ts";

/** A word of EXPOSE. */
export interface ExposedPort {
	/** The number, the first of a range; undefined where a variable hides it. */
	readonly port: number | undefined;
	readonly protocol: "tcp" | "udp" | "sctp" | undefined;
	readonly span: Span;
}

/** The ports that a stage's lineage exposes, those of the stage itself first, each in order. */
export const exposedPorts = remembered((stage: Stage): readonly ExposedPort[] =>
	lineage(stage).flatMap((ancestor) =>
		ancestor.steps.flatMap((step) => {
			if (step.keyword !== "EXPOSE") return [];
			return splitAtBlanks(step.arguments).map((word): ExposedPort => {
				const expansion = expandAt(step, word.text);
				const match = expansion.kind === "known" ? /^(\d{1,5})(?:-\d{1,5})?(?:\/(tcp|udp|sctp))?$/i.exec(expansion.value) : null;
				if (match === null) return { port: undefined, protocol: undefined, span: word.span };
				return { port: Number(match[1]), protocol: (match[2]?.toLowerCase() ?? "tcp") as ExposedPort["protocol"], span: word.span };
			});
		}),
	),
);
