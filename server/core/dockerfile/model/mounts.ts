import { remembered } from "../../memo.ts";
import type { Span } from "../../text.ts";
import type { Flag } from "../syntax/flags.ts";
import type { Instruction } from "../syntax/structure.ts";

/** `--mount=…` of RUN. */
export interface Mount {
	/** `bind` where none is given. */
	readonly type: string;
	readonly flag: Flag;
	readonly options: readonly MountOption[];
}

export interface MountOption {
	/** Lower case, aliases resolved: `target` for `dst` and `destination`, `source` for `src`. */
	readonly key: string;
	/** `true` where none is given. */
	readonly value: string;
	readonly span: Span;
	readonly valueSpan: Span;
}

const ALIASES: Readonly<Record<string, string>> = { dst: "target", destination: "target", src: "source", ro: "readonly", rw: "readwrite" };

/** The mounts of a RUN, in order; a `--mount` without a value is none. */
export const mountsOf = remembered((instruction: Instruction): readonly Mount[] =>
	instruction.flags.filter((flag) => flag.name === "mount" && flag.value !== undefined).map(readMount),
);

/** The first option of a mount with the key, as {@link MountOption} spells it. */
export function mountOption(mount: Mount, key: string): MountOption | undefined {
	return mount.options.find((option) => option.key === key);
}

function readMount(flag: Flag): Mount {
	const options: MountOption[] = [];
	// Quotes are rare here; with them only the whole flag can be named.
	const plain = flag.valueSpan !== undefined && flag.valueSpan.end - flag.valueSpan.start === flag.value?.length;
	let at = 0;
	for (const field of (flag.value ?? "").split(",")) {
		const equals = field.indexOf("=");
		const key = (equals === -1 ? field : field.slice(0, equals)).trim().toLowerCase();
		const start = plain ? (flag.valueSpan?.start ?? 0) + at : flag.span.start;
		const end = plain ? start + field.length : flag.span.end;
		const valueStart = plain && equals !== -1 ? start + equals + 1 : start;
		options.push({
			key: ALIASES[key] ?? key,
			value: equals === -1 ? "true" : field.slice(equals + 1).replace(/^"(.*)"$/su, "$1"),
			span: { start, end },
			valueSpan: { start: valueStart, end },
		});
		at += field.length + 1;
	}
	return { type: options.find((option) => option.key === "type")?.value.toLowerCase() ?? "bind", flag, options };
}
