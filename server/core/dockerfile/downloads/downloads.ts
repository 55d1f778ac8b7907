import { hideReferences } from "../../baseName.ts";
import { COPY_TOOLS, DOWNLOAD_TOOLS, type DownloadTool, LOCAL_HOSTS } from "../../knowledge/downloadTools.ts";
import { remembered } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellRedirect, ShellWord } from "../../shell/model.ts";
import { hasOption, readArguments, type ShellArguments, type ShellOption } from "../../shell/options.ts";
import { comparable, referenceText } from "../../shell/words.ts";
import { withKnownWords } from "../commands/knownWords.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { decodedName, hostOf, lastPart, queryOf } from "./addresses.ts";
import { writtenOtherwise } from "./filePaths.ts";

/** One address that a command of a RUN fetches, and where the bytes go. */
export interface Download {
	readonly step: Step;
	readonly command: ShellCommand;
	/** `curl`, `wget` … */
	readonly program: string;
	readonly arguments: ShellArguments;
	/** The word with the address. */
	readonly url: ShellWord;
	/** The address with `${NAME}` where a variable stands: a text to show and compare. */
	readonly address: string;
	/** The address with the values that the file gives its variables; undefined if something else decides. */
	readonly resolved: string | undefined;
	readonly sink: Sink;
}

/** Where what is downloaded goes. */
export type Sink =
	| {
			readonly kind: "file";
			/** The path as the script says it, with `${NAME}` for variables; undefined if only the server knows the name. */
			readonly path: string | undefined;
			/** Other texts that mean the same file: variables resolved, or written in their place. */
			readonly aliases: readonly string[];
			/** The word that names it; undefined if the name comes from the address. */
			readonly word: ShellWord | undefined;
	  }
	/** The standard output: a pipe, a substitution, or the build log. */
	| { readonly kind: "stdout"; readonly option: ShellOption | undefined };

/** What the file that a download writes may be called, the path as the script says it first; none where nobody knows, or nothing is stored. */
export function storedNames({ sink }: Pick<Download, "sink">): readonly string[] {
	if (sink.kind === "stdout") return [];
	return sink.path === undefined ? sink.aliases : [sink.path, ...sink.aliases];
}

/** Of the addresses of one RUN; nobody looks at more. */
const MOST_DOWNLOADS = 500;

/** What a RUN downloads, in order. Uploads, questions about headers, and what comes from the machine itself are none. */
export const downloadsOf = remembered((step: Step): readonly Download[] =>
	step.keyword === "RUN" && TRACES.test(stepText(step)) ? downloadsIn(step) : NONE,
);

const NONE: readonly Download[] = [];
/** Without one of these nothing is downloaded. */
const TRACES = /curl|wget|aria2c|axel|aws|gsutil|gcloud|azcopy/;

function downloadsIn(step: Step): readonly Download[] {
	const found: Download[] = [];
	for (const command of commandsOf(step)) {
		for (const download of fromCommand(step, command)) {
			if (!isLocal(download.resolved ?? download.address) && !isProbe(download)) found.push(download);
		}
	}
	return found.slice(0, MOST_DOWNLOADS);
}

function fromCommand(step: Step, command: ShellCommand): readonly Download[] {
	const { program } = command;
	if (program === undefined || command.within.includes("function")) return NONE;
	const tool = ownValue(DOWNLOAD_TOOLS, program);
	return tool === undefined ? copies(step, command) : fetches(step, command, tool);
}

/** Operands of curl, wget and their like. */
function fetches(step: Step, command: ShellCommand, tool: DownloadTool): readonly Download[] {
	const args = withKnownWords(step, command, readArguments(command.args, tool.valueOptions));
	if (args.options.some((option) => tool.notADownload.includes(option.name)) || isCall(args, tool)) return [];
	const outputs = args.options.filter((option) => tool.outputOptions.includes(option.name));
	const found: Download[] = [];
	for (const url of addressWords(args)) {
		const address = comparable(url);
		const resolved = wordAt(step, command, url);
		if (!looksLikeAddress(resolved ?? address)) continue;
		// Wget writes all to one file; curl pairs files with addresses.
		const output = outputs[tool.unnamed === "remoteName" ? outputs.length - 1 : found.length];
		const sink = sinkOf(step, command, tool, args, url, resolved, output);
		found.push({ step, command, program: command.program ?? "", arguments: args, url, address, resolved, sink });
	}
	return found;
}

/** The words that curl, wget and their like ask for, whether they look like addresses or not. */
export function addressWords(args: ShellArguments): readonly ShellWord[] {
	if (!hasOption(args, "--url")) return args.operands;
	const byOption = args.options.flatMap(({ name, valueWord }) => (name === "--url" && valueWord !== undefined ? [valueWord] : []));
	return [...args.operands, ...byOption];
}

/** A request that sends something is a call, whatever comes back. */
function isCall(args: ShellArguments, tool: DownloadTool): boolean {
	if (args.options.some((option) => tool.methods.includes(option.name) && option.value !== "GET")) return true;
	return !hasOption(args, "-G", "--get") && args.options.some((option) => tool.sends.includes(option.name));
}

function looksLikeAddress(text: string): boolean {
	if (/^(?:https?|ftps?|sftp):\/\//i.test(text)) return true;
	// A variable or a substitution, or a host with a path and no scheme.
	return /^(?:\$\{|\0)/.test(text) || /^[a-z0-9-]+(?:\.[a-z0-9-]+)+\/\S/i.test(text);
}

function sinkOf(
	step: Step,
	command: ShellCommand,
	tool: DownloadTool,
	args: ShellArguments,
	url: ShellWord,
	resolved: string | undefined,
	output: ShellOption | undefined,
): Sink {
	const folderOption = args.options.findLast((option) => tool.folderOptions.includes(option.name));
	const folder = folderOption === undefined ? undefined : optionText(step, command, folderOption);
	if (output !== undefined) {
		const written = optionText(step, command, output);
		if (written.text === "-" || written.text === "/dev/stdout") return redirected(step, command, output);
		if (tool === DOWNLOAD_TOOLS["curl"] || tool === DOWNLOAD_TOOLS["aria2c"]) return inFolder(step, written, folder, output.valueWord);
		return fileSink(step, written.text, written.resolved, output.valueWord);
	}
	const remoteName = tool.unnamed === "remoteName" || args.options.some((option) => tool.remoteNameOptions.includes(option.name));
	if (!remoteName) return redirected(step, command, undefined);
	if (args.options.some((option) => tool.otherNames.includes(option.name))) return fileSink(step, "", undefined, undefined);
	// Wget keeps the query in the name.
	const end = (text: string): string => lastPart(text) + (tool.unnamed === "remoteName" ? queryOf(text) : "");
	const text: Written = { text: end(withSlashes(step, command, url)), resolved: resolved === undefined ? undefined : end(resolved) };
	// BusyBox' wget keeps what is encoded, which stays an alias.
	const stored = tool === DOWNLOAD_TOOLS["wget"] ? { text: decodedName(text.text), resolved: text.text } : text;
	return inFolder(step, stored.text === text.text ? text : stored, folder, undefined);
}

/**
 * An address as the script writes it, with a `/` for each variable that ends in one: the name of the file stands behind it. A value
 * with a `/` elsewhere hides a part of the name, which `\0` says.
 */
export function withSlashes(step: Step, command: ShellCommand, word: ShellWord): string {
	if (word.value !== undefined) return word.value;
	return word.parts
		.map((part, index) => {
			if (part.kind !== "variable") return part.kind === "text" ? part.text : "\0";
			const written = referenceText(part);
			const value = wordAt(step, command, { ...word, value: undefined, parts: [part] });
			if (value !== undefined) return !value.includes("/") ? written : value.endsWith("/") ? "/" : "/\0";
			// An address that starts with a variable has its host there, at least.
			const next = word.parts[index + 1];
			const startsName = next?.kind === "variable" || (next?.kind === "text" && /^\w/.test(next.text));
			return index > 0 ? written : startsName ? "/" : "/\0";
		})
		.join("");
}

/** A text of the script, with `${NAME}` for variables, and with their values where the file gives them. */
interface Written {
	readonly text: string;
	readonly resolved: string | undefined;
}

function optionText(step: Step, command: ShellCommand, option: ShellOption): Written {
	if (option.valueWord !== undefined) return { text: comparable(option.valueWord), resolved: wordAt(step, command, option.valueWord) };
	const text =
		option.value ??
		comparable(option.word)
			.replace(/^--[\w-]+=/, "")
			.replace(/^-[a-zA-Z]*[oOPd]/, "");
	return { text, resolved: option.value };
}

function inFolder(step: Step, name: Written, folder: Written | undefined, word: ShellWord | undefined): Sink {
	if (folder === undefined) return fileSink(step, name.text, name.resolved, word);
	const join = (head: string, tail: string): string => `${head.replace(/\/$/, "")}/${tail}`;
	const resolved = folder.resolved === undefined || name.resolved === undefined ? undefined : join(folder.resolved, name.resolved);
	return fileSink(step, name.text === "" ? "" : join(folder.text, name.text), resolved, undefined);
}

function fileSink(step: Step, path: string, resolved: string | undefined, word: ShellWord | undefined): Sink {
	const names = new Set<string>();
	if (isOneName(path)) names.add(path);
	if (resolved !== undefined) {
		if (isOneName(resolved)) names.add(resolved);
		for (const written of writtenOtherwise(step, resolved)) if (isOneName(written)) names.add(written);
	}
	const [first, ...aliases] = names;
	return { kind: "file", path: first, aliases, word };
}

/** Whether a text is the name of one file, variables aside. */
function isOneName(text: string): boolean {
	return text !== "" && !text.includes("\0") && !/[{*]/.test(hideReferences(text));
}

/** The standard output, or the file that it is redirected to. */
function redirected(step: Step, command: ShellCommand, option: ShellOption | undefined): Sink {
	const target = outputRedirect(command.wrapper ?? command)?.target ?? outputRedirect(command)?.target;
	if (target === undefined) return { kind: "stdout", option };
	return fileSink(step, comparable(target), wordAt(step, command, target), target);
}

function outputRedirect(command: ShellCommand): ShellRedirect | undefined {
	return command.redirects.find((redirect) => /^(?:>|>>|>\||&>)$/.test(redirect.operator) && (redirect.fileDescriptor ?? 1) === 1);
}

const COPY_PROGRAMS: ReadonlySet<string | undefined> = new Set(COPY_TOOLS.map(({ words }) => words[0]));

/** `aws s3 cp s3://… file` and its like. */
function copies(step: Step, command: ShellCommand): readonly Download[] {
	if (command.program === undefined || !COPY_PROGRAMS.has(command.program)) return NONE;
	const args = readArguments(command.args, ["--region", "--profile", "--endpoint-url"]);
	const tool = COPY_TOOLS.find(
		(candidate) =>
			candidate.words[0] === command.program && candidate.words.slice(1).every((word, index) => args.operands[index]?.value === word),
	);
	if (tool === undefined) return [];
	const [source, target] = args.operands.slice(tool.words.length - 1);
	if (source === undefined || target === undefined || !comparable(source).startsWith(tool.scheme)) return [];
	const path = comparable(target);
	if (path.includes("://")) return [];
	const address = comparable(source);
	const folder = path === "." || path.endsWith("/");
	const file = folder ? `${path === "." ? "" : path}${lastPart(address)}` : path;
	const sink: Sink = path === "-" ? { kind: "stdout", option: undefined } : fileSink(step, file, undefined, folder ? undefined : target);
	const resolved = wordAt(step, command, source);
	return [{ step, command, program: command.program, arguments: args, url: source, address, resolved, sink }];
}

/** `wget https://host`: nobody wants the page, only the answer. */
function isProbe(download: Download): boolean {
	return download.sink.kind === "file" && download.sink.word === undefined && /^https?:\/\/[\w.:-]+\/?$/i.test(download.resolved ?? "");
}

function isLocal(address: string): boolean {
	const host = hostOf(address);
	return host !== undefined && LOCAL_HOSTS.test(host);
}
