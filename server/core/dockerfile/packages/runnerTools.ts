import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import { contextCopyOf } from "../files/contextCopies.ts";
import type { Dockerfile, Step } from "../model/model.ts";
import { anyStep } from "../model/stepFold.ts";
import { didBefore } from "./lockFiles.ts";
import { type PackageCall, packageCallsOf } from "./packageCalls.ts";

/** A tool that a command fetches and runs. */
export interface RunTool {
	/** The word that names what is fetched. */
	readonly word: ShellWord;
	/** Variables resolved. */
	readonly text: string;
	/** How its version is written. */
	readonly ecosystem: "npm" | "pip" | "rust" | "address";
}

/** Options that take the next word. Source: the manuals of npm 10, pnpm 9, yarn 4, bun 1.1, uv 0.5, pipx 1.7, corepack 0.29, rustup 1.27, deno 2. */
const NPX_VALUES = [
	"-p",
	"--package",
	"-c",
	"--call",
	"--registry",
	"--userconfig",
	"--cache",
	"-w",
	"--workspace",
	"--prefix",
	"--loglevel",
];
const UVX_VALUES = [
	"--from",
	"--with",
	"-p",
	"--python",
	"--index",
	"--index-url",
	"--default-index",
	"--extra-index-url",
	"--cache-dir",
	"-w",
	"--with-requirements",
	"--with-editable",
	"-c",
	"--constraints",
	"-b",
	"--build-constraints",
	"--overrides",
	"--index-strategy",
	"--keyring-provider",
	"--find-links",
	"-f",
	"--exclude-newer",
	"--resolution",
	"--prerelease",
	"--env-file",
	"--directory",
	"--project",
	"--config-file",
	"--link-mode",
	"--torch-backend",
	"--refresh-package",
	"--reinstall-package",
	"-P",
	"--upgrade-package",
	"--python-platform",
];
const PIPX_VALUES = ["--spec", "--python", "--index-url", "-i", "--pip-args", "--with"];
const RUSTUP_VALUES = ["--profile", "-c", "--component", "-t", "--target"];

/** What a command fetches to run it at once; empty if it may be there already, or nobody knows. */
export function runToolsOf(step: Step, command: ShellCommand): readonly RunTool[] {
	const { program, args } = command;
	const [first, second] = args.map((word) => word.value);
	switch (program) {
		case "npx":
			return npx(step, command, args);
		case "npm":
			return first === "exec" || first === "x" ? npx(step, command, args.slice(1)) : [];
		case "pnpx":
			return npm(step, command, args);
		case "pnpm":
		case "yarn":
			return first === "dlx" ? npm(step, command, args.slice(1)) : [];
		case "bunx":
			return hasManifest(step) ? [] : npm(step, command, args);
		case "bun":
			return first === "x" && !hasManifest(step) ? npm(step, command, args.slice(1)) : [];
		case "uvx":
			return uvx(step, command, args);
		case "uv":
			return first === "tool" && second === "run" ? uvx(step, command, args.slice(2)) : [];
		case "pipx":
			return first === "run" ? pipx(step, command, args.slice(1)) : [];
		case "corepack":
			return corepack(step, command, args);
		case "rustup":
			return rustup(step, command, args);
		case "deno":
			return deno(step, command, args);
		default:
			return [];
	}
}

function tool(step: Step, command: ShellCommand, word: ShellWord | undefined, ecosystem: RunTool["ecosystem"]): readonly RunTool[] {
	if (word === undefined) return [];
	const text = wordAt(step, command, word) ?? comparable(word);
	return text.includes("\0") || text.startsWith("$") ? [] : [{ word, text, ecosystem }];
}

/** The packages of `--package`, else the tool itself. */
function npm(step: Step, command: ShellCommand, words: readonly ShellWord[]): readonly RunTool[] {
	const given = readArguments(words, NPX_VALUES);
	const packages = given.options.filter(({ name }) => name === "-p" || name === "--package");
	if (packages.length === 0) return tool(step, command, given.operands[0], "npm");
	return packages.flatMap(({ valueWord }) => tool(step, command, valueWord, "npm"));
}

function npx(step: Step, command: ShellCommand, words: readonly ShellWord[]): readonly RunTool[] {
	const local = readArguments(words, NPX_VALUES).options.some(({ name }) => /^--(?:no|no-install|offline|help|version)$/.test(name));
	return local || hasManifest(step) ? [] : npm(step, command, words);
}

/** Whether a project's own packages may be there, in which the tool is looked for first. */
function hasManifest(step: Step): boolean {
	return manifests.upTo(step);
}

const manifests = anyStep((step) => bringsManifest(step));

const bringsManifest = remembered(
	(step: Step): boolean =>
		contextCopyOf(step) !== undefined ||
		step.flags.some(({ name }) => name === "from" || name === "mount") ||
		packageCallsOf(step).some(bringsPackages) ||
		commandsOf(step).some(({ program }) => program === "git"),
);

/** What npx runs is itself a tool that is fetched, whatever it installs then. */
function bringsPackages({ manager, kind, command }: PackageCall): boolean {
	return ["npm", "yarn", "pnpm", "bun"].includes(manager) && kind === "install" && command.program !== "npx";
}

function uvx(step: Step, command: ShellCommand, words: readonly ShellWord[]): readonly RunTool[] {
	const given = readArguments(words, UVX_VALUES);
	const from = given.options.find(({ name }) => name === "--from");
	return tool(step, command, from === undefined ? given.operands[0] : from.valueWord, "pip");
}

function pipx(step: Step, command: ShellCommand, words: readonly ShellWord[]): readonly RunTool[] {
	const given = readArguments(words, PIPX_VALUES);
	const spec = given.options.find(({ name }) => name === "--spec");
	return tool(step, command, spec === undefined ? given.operands[0] : spec.valueWord, "pip");
}

/** `corepack prepare`, `use` and `install -g` with a name; without one the manifest decides. */
function corepack(step: Step, command: ShellCommand, words: readonly ShellWord[]): readonly RunTool[] {
	const [verb, ...operands] = readArguments(words, []).operands;
	return ["prepare", "use", "install"].includes(verb?.value ?? "") ? tool(step, command, operands[0], "npm") : [];
}

function rustup(step: Step, command: ShellCommand, words: readonly ShellWord[]): readonly RunTool[] {
	const [verb, ...operands] = readArguments(words, RUSTUP_VALUES).operands;
	const direct = verb?.value === "default" || verb?.value === "install" || verb?.value === "update";
	const nested = verb?.value === "toolchain" && /^(?:install|add|update)$/.test(operands[0]?.value ?? "");
	const again = verb?.value === "default" && operands[0]?.value === "stable" && didBefore(step, command, startsInstaller);
	if (again && !choosesToolchain(step.stage.file)) return [];
	return direct || nested ? tool(step, command, operands[direct ? 0 : 1], "rust") : [];
}

/** Whether a command fetches or starts the installer of rustup, which installs the stable toolchain unless it is told another one. */
function startsInstaller({ program, args }: ShellCommand): boolean {
	return program === "rustup-init" || args.some((word) => /^https:\/\/(?:sh\.rustup\.rs|static\.rust-lang\.org\/rustup)\b/.test(word.text));
}

/** Whether the installer may be told a toolchain: the option can reach it through a variable, or in a later command. */
const choosesToolchain = remembered(({ text }: Dockerfile): boolean =>
	/--default-toolchain|--no-default-toolchain|RUSTUP_TOOLCHAIN|toolchain[= ]none\b/.test(text),
);

function deno(step: Step, command: ShellCommand, words: readonly ShellWord[]): readonly RunTool[] {
	const [verb, script] = readArguments(words, ["--config", "-c", "--import-map", "-n", "--name", "--root", "--lock"]).operands;
	if (verb?.value !== "run" && verb?.value !== "install") return [];
	return tool(step, command, script, "address").filter(({ text }) => /^(?:https?:\/\/|npm:|jsr:)/.test(text));
}
