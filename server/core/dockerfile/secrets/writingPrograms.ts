import type { ShellCommand } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";

export const PRINTING = new Set(["echo", "printf"]);
export const COPYING = new Set(["cp", "install", "mv", "rsync"]);
/** They print what they read, as it is or in another form. */
export const PASSING_ON = new Set(["cat", "base64", "tr", "gunzip", "zcat"]);
/** Source: the manual page of GNU grep 3.11. */
const GREP_COUNTS = [...["-c", "--count", "-q", "--quiet", "--silent"], ...["-l", "--files-with-matches", "-L", "--files-without-match"]];
/** Its options that take the next word. */
const GREP_VALUES = ["-e", "-f", "-m", "-A", "-B", "-C", "-d", "-D", "--regexp", "--file", "--max-count", "--context"];
/** They print what they find in what they read, unless one of these options has them say only whether, where or how often they do. */
const PICKING: ReadonlyMap<string, readonly string[]> = new Map([
	...["grep", "egrep", "fgrep"].map((program): [string, readonly string[]] => [program, GREP_COUNTS]),
	...["jq", "yq", "head", "tail", "cut"].map((program): [string, readonly string[]] => [program, []]),
	["envsubst", ["-v", "--variables"]],
]);

/** They print the whole environment. */
export const LISTING = new Set(["env", "printenv", "export"]);
/** Programs that write what they are given or read. */
export const WRITING: ReadonlySet<string> = new Set([
	"sed",
	"dd",
	"tee",
	...PRINTING,
	...COPYING,
	...PASSING_ON,
	...PICKING.keys(),
	...LISTING,
]);

/** Whether a command prints something of what it reads, and not what it counts there. */
export function printsPart({ program, args }: ShellCommand): boolean {
	const silent = program === undefined ? undefined : PICKING.get(program);
	return silent !== undefined && (silent.length === 0 || !hasOption(readArguments(args, GREP_VALUES), ...silent));
}
