import type { ShellCommand, ShellPipeline } from "../../shell/model.ts";
import type { StepScript } from "../commands/scripts.ts";

const DELETING: ReadonlySet<string> = new Set(["rm", "rmdir", "unlink", "shred"]);
/** A parameter expansion (`${A%,*}`) is no list. */
const BRACES = /(?<!\$)\{([^\s{}]*)\}/g;
/** Of a word, what the shell takes as it is: `"$A"` in `"$A"/{b,c}`. */
const QUOTED = /"[^"]*"|'[^']*'|\\./g;

/** Whether a list in braces names what is deleted: for dash it names nothing, and with bash files would go that the image has had. */
export function deletesByBraces({ commands, source }: StepScript): boolean {
	const deleting = new Set(commands.filter(deletes));
	if (deleting.size === 0) return false;
	// In a loop or a function the names come from elsewhere: `for a in {b,c}; do rm $a; done`.
	if ([...deleting].some(({ within }) => within.includes("loop") || within.includes("function"))) return hasList(source.text);
	// What deletes may read the names from what stands in front of it: `echo {a,b} | xargs rm`.
	const pipelines = new Set([...deleting].flatMap(pipelinesOf));
	return commands
		.filter((command) => deleting.has(command) || pipelinesOf(command).some((pipeline) => pipelines.has(pipeline)))
		.some(({ args }) => args.some(({ text }) => hasList(text)));
}

function hasList(text: string): boolean {
	return [...text.replace(QUOTED, "").matchAll(BRACES)].some(([, inside = ""]) => inside.includes(",") || inside.includes(".."));
}

function deletes({ program, args }: ShellCommand): boolean {
	if (program === "find") return args.some(({ text }) => text === "-delete" || DELETING.has(text));
	return DELETING.has(program ?? "");
}

/** The pipelines that a command is part of, by itself or by what runs it. */
function pipelinesOf(command: ShellCommand): readonly ShellPipeline[] {
	const found: ShellPipeline[] = [];
	for (let at: ShellCommand | undefined = command; at !== undefined; at = at.wrapper)
		if (at.pipeline !== undefined) found.push(at.pipeline);
	return found;
}
