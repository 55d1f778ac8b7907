import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import { callHasOption, type PackageCall, packageCallAt } from "./packageCalls.ts";

/** Something that a language's package manager is told to install by name. */
export interface NamedPackage {
	readonly word: ShellWord;
	/** As the manager reads it, variables resolved: `a[b]==1`, `@scope/name@2`. */
	readonly text: string;
}

/** What a command installs, by the way in which versions are written. */
export interface NamedInstall {
	readonly ecosystem: "pip" | "npm" | "gem";
	readonly command: ShellCommand;
	/** As called, with the subcommand: `pip install`, `npm install`. */
	readonly name: string;
	readonly packages: readonly NamedPackage[];
	/** Options of the call, with their values. */
	readonly hasOption: (...names: readonly string[]) => boolean;
}

const PIPX_OPTIONS = ["--python", "--index-url", "-i", "--pip-args", "--suffix", "--preinstalled", "--backend"];

/** The install by name that a command is; undefined for one that takes its list from a manifest, and where a variable hides the words. */
export function namedInstallOf(step: Step, command: ShellCommand): NamedInstall | undefined {
	if (command.wrapper?.program === "xargs" || command.wrapper?.program === "chroot") return undefined;
	if (command.program === "pipx") return pipxInstall(step, command);
	const call = packageCallAt(step, command);
	if (call === undefined || (call.uncertain && call.operands.length === 0)) return undefined;
	const found = ecosystemOf(call);
	if (found === undefined) return undefined;
	const packages = namesOf(step, command, [...found.operands, ...editableRepositories(call)]);
	if (packages.length === 0) return undefined;
	return {
		ecosystem: found.ecosystem,
		command,
		name: found.name,
		packages,
		hasOption: (...names) => callHasOption(call, ...names),
	};
}

/** `-e git+https://…` fetches, `-e .` does not. */
function editableRepositories({ manager, options }: PackageCall): readonly ShellWord[] {
	if (manager !== "pip" && manager !== "uv") return [];
	return options.flatMap(({ name, valueWord }) =>
		(name === "-e" || name === "--editable") && valueWord !== undefined && /^["']?(?:git|hg|svn|bzr)\+/.test(valueWord.text)
			? [valueWord]
			: [],
	);
}

function pipxInstall(step: Step, command: ShellCommand): NamedInstall | undefined {
	const args = readArguments(command.args, PIPX_OPTIONS);
	const [verb, ...operands] = args.operands;
	if (verb?.value !== "install" && verb?.value !== "install-all" && verb?.value !== "inject") return undefined;
	const packages = namesOf(step, command, operands);
	return {
		ecosystem: "pip",
		command,
		name: `pipx ${verb.value}`,
		packages,
		hasOption: (...names) => args.options.some(({ name }) => names.includes(name)),
	};
}

function ecosystemOf(
	call: PackageCall,
): { readonly ecosystem: NamedInstall["ecosystem"]; readonly name: string; readonly operands: readonly ShellWord[] } | undefined {
	const { manager, verb, operands, program } = call;
	const [first, ...rest] = operands;
	switch (manager) {
		case "pip":
			return verb === "install" ? { ecosystem: "pip", name: "pip install", operands } : undefined;
		case "uv":
			if (verb === "pip" && first?.value === "install") return { ecosystem: "pip", name: "uv pip install", operands: rest };
			return verb === "tool" && first?.value === "install" ? { ecosystem: "pip", name: "uv tool install", operands: rest } : undefined;
		case "npm":
			return ["install", "i", "in", "add", "isntall"].includes(verb) ? { ecosystem: "npm", name: `npm ${verb}`, operands } : undefined;
		case "yarn":
			if (verb === "global") return first?.value === "add" ? { ecosystem: "npm", name: "yarn global add", operands: rest } : undefined;
			return verb === "add" ? { ecosystem: "npm", name: "yarn add", operands } : undefined;
		case "pnpm":
		case "bun":
			return ["add", "a", "install", "i"].includes(verb) ? { ecosystem: "npm", name: `${program} ${verb}`, operands } : undefined;
		case "gem":
			return verb === "install" || verb === "i" ? { ecosystem: "gem", name: "gem install", operands } : undefined;
		default:
			return undefined;
	}
}

/** The words that are known at least in their beginning; those of a variable that the file explains are taken apart. */
function namesOf(step: Step, command: ShellCommand, words: readonly ShellWord[]): readonly NamedPackage[] {
	return words.flatMap((word) => {
		const known = wordAt(step, command, word);
		const text = known ?? comparable(word);
		if (text.includes("\0") || /^\$\{\w+[^}]*\}$/.test(text)) return [];
		const parts = word.value === undefined && !word.quoted ? text.split(/\s+/) : [text];
		return parts.filter((part) => part !== "" && !part.startsWith("-")).map((part) => ({ word, text: part }));
	});
}
