import type { ShellWord } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import type { PackageCall } from "./packageCalls.ts";

/** An option of `bundle install` that is remembered, and so has become a setting. */
export interface RememberedFlag {
	readonly name: string;
	readonly setting: string;
	/** As the shell has to read it; undefined where an expansion decides. */
	readonly value: string | undefined;
	/** The words of the option and its values. */
	readonly spans: readonly Span[];
}

/** Source: bundle-install(1) 2.5, "these options have been deprecated". */
const LISTS: Readonly<Record<string, string>> = { "--without": "without", "--with": "with" };
const VALUES: Readonly<Record<string, string>> = { "--path": "path", "--shebang": "shebang" };
const SWITCHES: Readonly<Record<string, string>> = {
	"--deployment": "deployment",
	"--frozen": "frozen",
	"--clean": "clean",
	"--no-prune": "no_prune",
	"--system": "path.system",
};

/** The options of a `bundle install` that later versions of Bundler refuse, in order. */
export function rememberedFlags(call: PackageCall): readonly RememberedFlag[] {
	if (call.manager !== "bundle" || (call.verb !== "install" && call.verb !== "")) return [];
	const words = call.command.args;
	const found: RememberedFlag[] = [];
	for (let at = 0; at < words.length; at++) {
		const word = words[at] as ShellWord;
		const equals = word.text.indexOf("=");
		const name = equals === -1 ? word.text : word.text.slice(0, equals);
		const own = equals === -1 ? undefined : word.value?.slice(equals + 1);
		if (Object.hasOwn(LISTS, name)) {
			const values: ShellWord[] = [];
			while (equals === -1 && words[at + 1] !== undefined && !words[at + 1]?.text.startsWith("-")) values.push(words[++at] as ShellWord);
			const texts = equals === -1 ? values.map((value) => value.value) : [own];
			found.push({ name, setting: LISTS[name] ?? "", value: listOf(texts), spans: [word, ...values].map(({ span }) => span) });
		} else if (Object.hasOwn(VALUES, name)) {
			const next = equals === -1 ? words[++at] : undefined;
			const value = equals === -1 ? next?.text : word.text.slice(equals + 1);
			found.push({
				name,
				setting: VALUES[name] ?? "",
				value,
				spans: [word, ...(next === undefined ? [] : [next])].map(({ span }) => span),
			});
		} else if (Object.hasOwn(SWITCHES, name)) {
			// `--deployment=false` and `--no-deployment` are no settings that anybody needs.
			if (equals === -1) found.push({ name, setting: SWITCHES[name] ?? "", value: "true", spans: [word.span] });
		}
	}
	return found;
}

/** Whether a variable of the file brings more of them into a call: `ARG OPTIONS="--without test"`. */
export function hasHiddenFlags(step: Step, call: PackageCall): boolean {
	return call.operands.some((word) => {
		const text = word.value === undefined ? wordAt(step, call.command, word) : undefined;
		return text?.split(/[\s=]+/).some((name) => [LISTS, VALUES, SWITCHES].some((table) => Object.hasOwn(table, name))) === true;
	});
}

/** The groups as one word: `'development test'`. */
function listOf(texts: readonly (string | undefined)[]): string | undefined {
	if (texts.length === 0 || texts.some((text) => text === undefined || !/^[\w:. -]+$/.test(text))) return undefined;
	const list = texts.join(" ").replaceAll(":", " ");
	return list.includes(" ") ? `'${list}'` : list;
}
