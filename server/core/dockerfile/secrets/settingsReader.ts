import { remembered } from "../../memo.ts";
import type { Enclosure, ShellCommand } from "../../shell/model.ts";
import { commandsOf, scriptOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { secretNamesOf } from "./declaredSecrets.ts";

/** A mounted file from which a script reads its variables, and the commands behind that the same shell runs, or a child of it. */
interface SettingsReader {
	readonly path: string;
	readonly reached: ReadonlySet<ShellCommand>;
}

/** Enclosures whose commands a shell of their own runs; nobody knows when a function is called. */
const OWN_SHELLS: readonly Enclosure[] = ["subshell", "substitution", "background", "function"];

/** The first command of a RUN that reads variables from a mounted file: `. /run/secrets/a`. */
const settingsReader = remembered((step: Step): SettingsReader | undefined => {
	const { paths } = secretNamesOf(step);
	if (paths.length === 0) return undefined;
	const reader = commandsOf(step).find(
		({ program, args }) => (program === "." || program === "source") && paths.includes(args[0]?.value ?? ""),
	);
	const path = reader?.args[0]?.value;
	return reader === undefined || path === undefined ? undefined : { path, reached: new Set(reachedFrom(step, reader)) };
});

/** The commands that see what another one sets. */
function reachedFrom(step: Step, reader: ShellCommand): readonly ShellCommand[] {
	// Each part of a pipe runs in a shell of its own.
	if (reader.pipeline !== undefined) return [];
	const commands = scriptOf(step, reader)?.commands ?? [];
	const later = commands.slice(commands.indexOf(reader) + 1);
	const own = reader.within.slice(0, reader.within.findLastIndex((enclosure) => OWN_SHELLS.includes(enclosure)) + 1);
	const leaves = later.findIndex((command) => !isRunBy(command, reader.wrapper) || !isInside(command, own, reader.wrapper));
	return leaves === -1 ? later : later.slice(0, leaves);
}

/** Whether a command stands in the shell that the enclosures make, and not in another one behind it. */
function isInside({ within, connector, wrapper }: ShellCommand, own: readonly Enclosure[], outer: ShellCommand | undefined): boolean {
	if (own.some((enclosure, index) => within[index] !== enclosure)) return false;
	return own.length === 0 || within.length > own.length || connector !== "start" || wrapper !== outer;
}

function isRunBy(command: ShellCommand, wrapper: ShellCommand | undefined): boolean {
	let outer = command.wrapper;
	while (outer !== undefined && outer !== wrapper) outer = outer.wrapper;
	return outer === wrapper;
}

/** The mounted file that fills the environment of a command. */
export function settingsRead(step: Step, command: ShellCommand): string | undefined {
	const reader = settingsReader(step);
	return reader?.reached.has(command) === true ? reader.path : undefined;
}
