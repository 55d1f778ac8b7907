import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { partSpan } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import type { Download } from "./downloads.ts";

const RETRIEVE = /\burlretrieve\(\s{0,20}(['"])(https?:\/\/[^'"\s]{1,500})\1\s{0,20},\s{0,20}(?:filename\s?=\s?)?(['"])([^'"\n]{1,200})\3/g;

/** What `python -c "…urlretrieve('address', 'file')…"` fetches in a RUN, in order. A program that computes digests is taken to compare them. */
export const pythonDownloads = remembered((step: Step): readonly Download[] =>
	step.keyword === "RUN" && step.arguments.text.includes("urlretrieve")
		? commandsOf(step).flatMap((command) => fromCommand(step, command))
		: [],
);

function fromCommand(step: Step, command: ShellCommand): readonly Download[] {
	const { program } = command;
	if (program === undefined || !/^(?:python|pypy)[0-9.]*$/.test(program)) return [];
	const option = command.args.findIndex((word) => /^-[a-zA-Z]*c$/.test(word.text));
	const code = option === -1 ? undefined : command.args[option + 1];
	if (code?.value === undefined || code.value.includes("hashlib")) return [];
	return [...code.value.matchAll(RETRIEVE)].map(({ 2: address = "", 4: file = "" }) => ({
		step,
		command,
		program,
		arguments: readArguments([], []),
		url: { ...code, text: address, value: address, parts: [{ kind: "text", text: address }], span: partSpan(code, address) },
		address,
		resolved: address,
		sink: { kind: "file", path: file, aliases: [], word: undefined },
	}));
}
