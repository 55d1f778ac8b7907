import type { ShellWord } from "../../shell/model.ts";
import { findOption, readArguments, type ShellArguments, type ShellOption } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { inFolder } from "./commandFolder.ts";

/** Source: the manual page of GNU tar 1.35. */
const VALUE_OPTIONS = [
	...["-b", "-C", "-f", "-F", "-g", "-H", "-I", "-K", "-L", "-N", "-T", "-V", "-X", "--blocking-factor", "--directory", "--exclude"],
	...["--exclude-from", "--file", "--files-from", "--format", "--group", "--info-script", "--label", "--listed-incremental", "--mode"],
	...["--mtime", "--newer", "--new-volume-script", "--owner", "--sort", "--starting-file", "--strip-components", "--tape-length"],
	...["--transform", "--use-compress-program", "--xform"],
];

/** The words of a tar, those of the bundle that it may begin with (`tar czf a.tgz b`) among the options. */
export function readTarArguments(words: readonly ShellWord[]): ShellArguments {
	const bundle = words[0];
	if (bundle === undefined || !/^[A-Za-z]+$/.test(bundle.text)) return readArguments(words, VALUE_OPTIONS);
	const options: ShellOption[] = [];
	// The values stand behind the bundle, in its order.
	let next = 1;
	for (const letter of bundle.text) {
		const name = `-${letter}`;
		const valueWord = VALUE_OPTIONS.includes(name) ? words[next] : undefined;
		if (valueWord !== undefined) next++;
		options.push({ name, value: valueWord?.value, word: bundle, valueWord });
	}
	const others = readArguments(words.slice(next), VALUE_OPTIONS);
	return { ...others, options: [...options, ...others.options] };
}

/** The option that names the archive; without one it is the standard input or output. */
export function archiveOption(args: ShellArguments): ShellOption | undefined {
	return findOption(args, "-f", "--file");
}

/** The paths of the files that tar takes in, each from the folder that a `-C` in front of it names; undefined where nobody knows. */
export function filesOfTar({ options, operands }: ShellArguments): readonly (string | undefined)[] {
	const folders = options.filter(({ name }) => name === "-C" || name === "--directory");
	let folder: string | undefined;
	let next = 0;
	return operands.map((operand) => {
		for (let option = folders[next]; option !== undefined && option.word.at < operand.at; option = folders[next]) {
			folder = option.value === undefined ? undefined : inFolder(folder, option.value);
			next++;
		}
		return inFolder(folder, comparable(operand));
	});
}
