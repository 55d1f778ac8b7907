import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { partSpan } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import type { Download, Sink } from "./downloads.ts";

/** `readfile('address')`, `echo file_get_contents('address')`, `copy('address', 'file')`. */
const FETCH =
	/\b(?:readfile|file_get_contents|copy)\(\s{0,20}(['"])(https?:\/\/[^'"\s]{1,500})\1\s{0,20}(?:,\s{0,20}(['"])([^'"\n]{1,200})\3)?/g;
/** How PHP computes the digest that somebody then compares. */
const HASHES = /\bhash(?:_file|_equals)?\s{0,5}\(|\b(?:sha1|md5)(?:_file)?\s{0,5}\(/;

const NONE: readonly Download[] = [];

/** What `php -r` fetches in a RUN, in order, as the documentation of Composer has it. A RUN that computes digests in PHP is taken to compare them. */
export const phpDownloads = remembered((step: Step): readonly Download[] => {
	if (step.keyword !== "RUN") return NONE;
	const text = stepText(step);
	return text.includes("php") && text.includes("://") && !HASHES.test(text)
		? commandsOf(step).flatMap((command) => fromCommand(step, command))
		: NONE;
});

function fromCommand(step: Step, command: ShellCommand): readonly Download[] {
	const { program } = command;
	if (program === undefined || !/^php[0-9.]*$/.test(program)) return [];
	const code = command.args[command.args.findIndex((word) => word.value === "-r") + 1];
	if (code?.value === undefined || command.args[0] === code) return [];
	return [...code.value.matchAll(FETCH)].flatMap(([call, , address = "", , file]): readonly Download[] => {
		const isCopy = call.startsWith("copy");
		if (isCopy !== (file !== undefined)) return [];
		const sink: Sink =
			file === undefined ? { kind: "stdout", option: undefined } : { kind: "file", path: file, aliases: [], word: undefined };
		const url: Download["url"] = {
			...code,
			text: address,
			value: address,
			parts: [{ kind: "text", text: address }],
			span: partSpan(code, address),
		};
		return [{ step, command, program, arguments: readArguments([], []), url, address, resolved: address, sink }];
	});
}
