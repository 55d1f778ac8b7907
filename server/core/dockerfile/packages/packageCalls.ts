import { baseName } from "../../baseName.ts";
import {
	IDLE_OPTIONS,
	type ManagerId,
	OWN_IDLE_OPTIONS,
	PACKAGE_MANAGERS,
	type PackageManager,
	type VerbKind,
} from "../../knowledge/packageManagers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments, type ShellArguments, type ShellOption } from "../../shell/options.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { pythonModule } from "../start/innerProgram.ts";

/** One call of a package manager: `apt-get install -y curl`. */
export interface PackageCall {
	readonly manager: ManagerId;
	/** As called: `apt-get`, `pip3`, `python3` for `python3 -m pip`; but `composer.phar` for `php composer.phar`, `pnpm` for `npx pnpm@9`. */
	readonly program: string;
	/** The subcommand as written, in lower case, `module install` for one of two words; empty for a call without one. */
	readonly verb: string;
	readonly kind: VerbKind;
	/** The last word of the subcommand; undefined for a call without one, unless a runner is told the manager: `yarn` of `corepack yarn`. */
	readonly verbWord: ShellWord | undefined;
	readonly command: ShellCommand;
	/** Options before and behind the subcommand. */
	readonly options: readonly ShellOption[];
	/** What is installed, removed …: the words behind the subcommand that are no options. */
	readonly operands: readonly ShellWord[];
	/** Whether a variable could hold options or packages. */
	readonly uncertain: boolean;
}

const byProgram = new Map<string, PackageManager>(
	PACKAGE_MANAGERS.flatMap((manager) => manager.programs.map((program) => [program, manager] as const)),
);

/** The package manager calls of an instruction, in order. */
export const packageCallsOf = remembered((step: Step): readonly PackageCall[] => {
	const calls: PackageCall[] = [];
	for (const command of commandsOf(step)) {
		const call = packageCallOf(command);
		if (call !== undefined) calls.push(call);
	}
	return calls;
});

const byCommand = remembered(
	(step: Step): ReadonlyMap<ShellCommand, PackageCall> => new Map(packageCallsOf(step).map((call) => [call.command, call])),
);

/** The package manager call that a command of an instruction is. */
export function packageCallAt(step: Step, command: ShellCommand): PackageCall | undefined {
	return packageCallsOf(step).length === 0 ? undefined : byCommand(step).get(command);
}

/** The call that a command is, if it calls a package manager. */
export function packageCallOf(command: ShellCommand): PackageCall | undefined {
	const program = command.program;
	if (program === undefined) return undefined;
	const direct = managerOf(program);
	if (direct !== undefined) return callOf(direct, program, command, command.args);
	if (program === "corepack" || program === "npx") return runnerCallOf(command);
	if (/^php[0-9.]*$/.test(program)) return phpCallOf(command);
	const module = pythonModule(command);
	const manager = module && managerOf(module.name);
	return manager?.id === "pip" ? callOf(manager, program, command, module?.args ?? []) : undefined;
}

const RUN_MANAGERS: ReadonlySet<string> = new Set(["pnpm", "yarn", "yarnpkg"]);

/** `corepack pnpm install`, `npx -y pnpm@9 install`. Other options of npx may name another package, or what a shell is to run. */
function runnerCallOf(command: ShellCommand): PackageCall | undefined {
	const { args } = command;
	const at = args.findIndex((word) => command.program === "corepack" || !/^(?:-y|--yes|-q|--quiet)$/.test(word.text));
	const word = args[at];
	const written = word?.value ?? "";
	const version = written.indexOf("@", 1);
	const name = version === -1 ? written : written.slice(0, version);
	const manager = RUN_MANAGERS.has(name) ? managerOf(name) : undefined;
	if (manager === undefined) return undefined;
	const call = callOf(manager, name, command, args.slice(at + 1));
	return call === undefined ? undefined : { ...call, verbWord: call.verbWord ?? word };
}

/** `php -d memory_limit=-1 composer.phar install`: what the script is given. */
function phpCallOf(command: ShellCommand): PackageCall | undefined {
	const { operands, options } = readArguments(command.args, ["-d", "-c", "-z"]);
	const script = operands[0];
	const path = script?.value ?? "";
	const program = baseName(path);
	const manager = managerOf(program);
	if (script === undefined) return undefined;
	const at = command.args.indexOf(script);
	const isScript = !options.some(({ name, word }) => /^-[rBREFil]$/.test(name) && command.args.indexOf(word) < at);
	return manager?.id === "composer" && isScript ? callOf(manager, program, command, command.args.slice(at + 1)) : undefined;
}

function managerOf(program: string): PackageManager | undefined {
	return byProgram.get(program) ?? (/^pip[0-9.]+$/.test(program) ? byProgram.get("pip") : undefined);
}

function callOf(manager: PackageManager, program: string, command: ShellCommand, words: readonly ShellWord[]): PackageCall | undefined {
	const read = argumentsOf(manager, words);
	const args = manager.id === "npm" || manager.id === "pnpm" ? withSwitchValues(read, words) : read;
	const first = args.operands[0]?.value?.toLowerCase();
	// A variable in the place of the subcommand could be anything.
	if (args.operands.length > 0 && first === undefined) return undefined;
	const second = args.operands[1]?.value?.toLowerCase();
	const both = second === undefined ? undefined : `${first} ${second}`;
	const length = both !== undefined && Object.hasOwn(manager.verbs, both) ? 2 : 1;
	const verb = length === 2 ? both : first;
	const kind = verb === undefined ? manager.bare : Object.hasOwn(manager.verbs, verb) ? manager.verbs[verb] : "other";
	if (kind === undefined) return undefined;
	return {
		manager: manager.id,
		program,
		verb: verb ?? "",
		kind,
		verbWord: args.operands[length - 1],
		command,
		options: takesEquals(manager, program) ? args.options.map(withoutEquals) : args.options,
		operands: args.operands.slice(length),
		uncertain: args.uncertain,
	};
}

function argumentsOf({ valueOptions, frontValueOptions = [] }: PackageManager, words: readonly ShellWord[]): ShellArguments {
	const args = readArguments(words, [...valueOptions, ...frontValueOptions]);
	const verb = args.operands[0];
	if (frontValueOptions.length === 0 || verb === undefined) return args;
	const end = words.indexOf(verb) + 1;
	const front = readArguments(words.slice(0, end), [...valueOptions, ...frontValueOptions]);
	const behind = readArguments(words.slice(end), valueOptions);
	return {
		options: [...front.options, ...behind.options],
		operands: [...front.operands, ...behind.operands],
		uncertain: front.uncertain || behind.uncertain,
	};
}

/** apt reads `-o=NAME=VALUE` like `-oNAME=VALUE`; aptitude leaves its options to getopt, which does not. */
function takesEquals({ id }: PackageManager, program: string): boolean {
	return id === "apt" && program !== "aptitude";
}

function withoutEquals(option: ShellOption): ShellOption {
	const isInWord = option.value?.startsWith("=") === true && option.valueWord === undefined && /^-[^-]/.test(option.name);
	return isInWord ? { ...option, value: option.value?.slice(1) } : option;
}

/** npm and pnpm take a word `true` or `false` behind a switch as its value. Source: nopt. */
function withSwitchValues(args: ShellArguments, words: readonly ShellWord[]): ShellArguments {
	const values = args.operands.filter((word) => word.value === "true" || word.value === "false");
	if (values.length === 0) return args;
	const taken = new Set<ShellWord>();
	const options = args.options.map((option) => {
		const next = words[words.indexOf(option.word) + 1];
		if (option.valueWord !== undefined || option.value !== undefined || next === undefined || !values.includes(next)) return option;
		taken.add(next);
		return { ...option, value: next.value, valueWord: next };
	});
	return { ...args, options, operands: args.operands.filter((word) => !taken.has(word)) };
}

export function callHasOption(call: PackageCall, ...names: readonly string[]): boolean {
	return call.options.some((option) => names.includes(option.name));
}

/** The name that `apk add --virtual NAME` gives to all that it installs. */
export function virtualName({ manager, options }: PackageCall): string | undefined {
	return manager === "apk" ? options.find(({ name }) => name === "--virtual" || name === "-t")?.value : undefined;
}

/** By manager: the options with which a call fetches nothing, without those that take a value. */
const idleOptions = new Map(
	PACKAGE_MANAGERS.map(({ id, valueOptions }) => {
		const idle = [...IDLE_OPTIONS, ...(OWN_IDLE_OPTIONS[id] ?? [])];
		return [id, new Set(idle.filter((name) => !valueOptions.includes(name)))] as const;
	}),
);

/** Whether an option says that a call fetches nothing: `--help`, `--offline`, `-v` where it asks for the version. */
export function isIdle({ manager, options }: PackageCall): boolean {
	const idle = idleOptions.get(manager);
	return options.some(({ name }) => idle?.has(name) === true);
}
