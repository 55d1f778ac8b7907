import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments, type ShellArguments } from "../../shell/options.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { anyStep } from "../model/stepFold.ts";

/** Source: pacman(8) 6. */
const VALUE_OPTIONS = [
	"-b",
	"-r",
	"--dbpath",
	"--root",
	"--arch",
	"--cachedir",
	"--config",
	"--color",
	"--gpgdir",
	"--hookdir",
	"--logfile",
	"--sysroot",
	"--ignore",
	"--ignoregroup",
	"--overwrite",
	"--assume-installed",
];

/** Long forms of the letters behind `-S`. */
const LETTERS: ReadonlyMap<string, string> = new Map([
	["--refresh", "y"],
	["--sysupgrade", "u"],
	["--search", "s"],
	["--info", "i"],
	["--list", "l"],
	["--groups", "g"],
	["--print", "p"],
	["--downloadonly", "w"],
	["--clean", "c"],
]);

/** A call of pacman that installs, upgrades or removes, or asks about packages that it could install. */
export interface PacmanCall {
	readonly command: ShellCommand;
	readonly args: ShellArguments;
	/** The word that holds the operation: `-Syu`. */
	readonly operation: ShellWord;
	/** `S`, `R`, `U`. */
	readonly kind: string;
	/** The letters behind it. */
	readonly letters: string;
}

/** Those of a RUN; none for another root, and for help. */
export const pacmanCallsOf = remembered((step: Step): readonly PacmanCall[] => commandsOf(step).flatMap(readCall));

function readCall(command: ShellCommand): readonly PacmanCall[] {
	if (command.program !== "pacman" || command.wrapper?.program === "chroot") return [];
	const args = readArguments(command.args, VALUE_OPTIONS);
	const operation = command.args.find((word) => /^(?:-[a-z]*[SRU][a-z]*|--(?:sync|remove|upgrade))$/.test(word.text));
	const kind = /[SRU]/.exec(operation?.text.replace(/^--[sru]/, (start) => start.toUpperCase()) ?? "")?.[0];
	if (operation === undefined || kind === undefined || args.options.some(({ name }) => /^(?:--root|-r|--sysroot|--help|-h)$/.test(name)))
		return [];
	const letters = args.options.flatMap(({ name }) => (/^-[a-z]$/.test(name) ? [name.slice(1)] : (LETTERS.get(name) ?? []))).join("");
	return [{ command, args, operation, kind, letters }];
}

/** Whether the file itself brings the system up to date, here or in an earlier step. */
export function isUpgraded(step: Step, calls: readonly PacmanCall[]): boolean {
	return calls.some(upgrades) || upgrading.above(step);
}

const upgrading = anyStep((step) => step.keyword === "RUN" && pacmanCallsOf(step).some(upgrades));

function upgrades({ kind, letters }: PacmanCall): boolean {
	return kind === "S" && letters.includes("u");
}

/** The calls that only refresh the lists, out of which a later one of the stage installs, where nothing may upgrade the system. */
export function refreshedAlone(stage: Stage): ReadonlySet<PacmanCall> {
	const found = new Set<PacmanCall>();
	let open: PacmanCall | undefined;
	for (const call of runSteps(stage).flatMap(pacmanCallsOf)) {
		if (call.kind !== "S" || call.args.uncertain || /[silgpwcu]/.test(call.letters) || hasOwnDatabase(call)) continue;
		if (call.args.operands.length === 0) open = call.letters.includes("y") ? call : open;
		else if (open !== undefined && !isKeyring(call)) found.add(open);
	}
	const isOpen = found.size > 0 && lineage(stage).some((ancestor) => runSteps(ancestor).some(mayUpgrade));
	return isOpen ? new Set() : found;
}

/** Whether a call reads and writes lists of its own, which say nothing to the others. */
function hasOwnDatabase({ args }: PacmanCall): boolean {
	return hasOption(args, "-b", "--dbpath");
}

/** Whether a step upgrades the system, with pacman or with a program that calls it, or a variable hides what it does. */
const mayUpgrade = remembered(
	(step: Step): boolean =>
		commandsOf(step).some(
			({ program, args }) =>
				args.some((word) => /^-[a-zA-Z]*S[a-z]*u|^--sysupgrade$/.test(word.text)) ||
				(program === "pacman" && args[0]?.value === undefined && args.length > 0),
		) || pacmanCallsOf(step).some(upgrades),
);

/** `pacman -Sy archlinux-keyring` comes before an upgrade, so that its signatures can be checked. */
export function isKeyring({ args }: PacmanCall): boolean {
	return args.operands.every((word) => word.value?.endsWith("-keyring") === true);
}
