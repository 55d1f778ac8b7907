import { addTo } from "../../addTo.ts";
import { baseName } from "../../baseName.ts";
import { plainDistribution } from "../../dockerfile/base/plainDistribution.ts";
import { folderOf, inFolder } from "../../dockerfile/commands/commandFolder.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordValue } from "../../dockerfile/commands/wordValues.ts";
import { removeFromRun } from "../../dockerfile/edits/commandEdit.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { type ContextCopy, contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { copiedPaths } from "../../dockerfile/files/copiedPaths.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments, type ShellOption } from "../../shell/options.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** What ADD unpacks: tar, also compressed with gzip, bzip2, xz or zstd. */
const ARCHIVE = /\.(?:tar|tar\.gz|tgz|tar\.bz2|tbz2?|tar\.xz|txz|tar\.zst|tzst)$/i;

export const addArchiveForExtraction = defineRule({
	id: "add-archive-for-extraction",
	title: "An archive is copied and then unpacked by a RUN",
	category: "cache",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3010"], ["droast", "DF067"]),
	onlyWith: { instructions: ["COPY"], words: ["tar"] },
	why: "The archive stays in the layer of the COPY, though a later RUN removes it: the image holds its contents twice, packed and unpacked.",
	remedy:
		"`ADD` unpacks local tar archives where it puts them. A bind mount does as well, and leaves the choice of options: `RUN --mount=type=bind,source=a.tgz,target=/a.tgz tar xzf /a.tgz …`.",
	references: ["https://docs.docker.com/reference/dockerfile/#adding-local-tar-archives"],
	examples: [
		{ caption: "Unpacked by ADD", good: "FROM debian:12\nADD app.tar.gz /opt/\n" },
		{
			caption: "Into a folder",
			bad: "FROM debian:12\n«COPY» app.tar.gz /tmp/\nRUN tar -xzf /tmp/app.tar.gz -C /opt && rm /tmp/app.tar.gz\nCMD a\n",
			fixed: "FROM debian:12\nADD app.tar.gz /opt/\nCMD a\n",
		},
		{
			caption: "Into the working directory, among others",
			bad: 'FROM debian:12\nWORKDIR /srv\n«COPY» ["./files.tar", "./"]\nRUN mkdir a && \\\n    tar xf files.tar && \\\n    make\n',
			fixed: 'FROM debian:12\nWORKDIR /srv\nADD ["./files.tar", "/srv/"]\nRUN mkdir a && \\\n    make\n',
		},
		{
			caption: "No edit where more is copied, or the archive is read again",
			bad: "FROM debian:12\n«COPY» a.tgz b.txt /\nRUN tar xzf /a.tgz -C /opt\n«COPY» c.tar.xz /\nRUN tar xJf /c.tar.xz -C /opt\nRUN sha256sum /c.tar.xz\n",
		},
		{
			caption: "Behind cd; another file of that name is meant by the last one",
			bad: "FROM debian:12\n«COPY» a.tgz /x/\nRUN cd /x && tar xzf a.tgz\nWORKDIR /srv\nCOPY b.tgz ./\nRUN cd /y && tar xzf b.tgz\n",
		},
		{
			caption: "In the root, where plain distributions start",
			bad: "FROM debian:12\n«COPY» a.tgz /\nRUN tar -xvzf a.tgz\n",
			fixed: "FROM debian:12\nADD a.tgz /\n",
		},
		{
			caption: "No edit where another user unpacks it",
			bad: "FROM debian:12\n«COPY» a.tgz /tmp/\nUSER app\nRUN tar xzf /tmp/a.tgz -C /home/app\n",
		},
		{
			caption: "Values behind an equals sign",
			bad: "FROM debian:12\n«COPY» a.tgz /x/\nRUN tar --extract --gunzip --file=/x/a.tgz --directory=/opt && rm /x/a.tgz\n",
			fixed: "FROM debian:12\nADD a.tgz /opt/\n",
		},
		{
			caption: "What ADD cannot do",
			good: "FROM debian:12\nCOPY a.tgz b.zip /\nRUN tar xzf /a.tgz -C /opt --strip-components=1 && unzip /b.zip\nCOPY c.tgz /\nRUN tar xzf /c.tgz etc/passwd\n",
		},
		{
			caption: "Not unpacked, from a stage, unpacked by ADD",
			good: "FROM debian:12 AS build\nFROM debian:12\nCOPY a.tgz /a.tgz\nRUN tar tzf /a.tgz && tar xzf /other/a.tgz\nCOPY --from=build /b.tgz /\nRUN tar xzf /b.tgz\nADD c.tgz /\n",
		},
	],
	check(file) {
		if (!/tar|\.t[gbx]z/.test(file.text)) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				const copy = step.keyword === "COPY" ? contextCopyOf(step) : undefined;
				if (copy === undefined || !copy.sources.some(({ value }) => ARCHIVE.test(value ?? ""))) continue;
				for (const { source, paths } of copiedPaths(step)) {
					if (!ARCHIVE.test(source)) continue;
					const unpacking = unpackingOf(step, paths);
					if (unpacking === undefined) continue;
					reports.push({
						span: step.keywordSpan,
						message: `${shortened(source, 50)} is copied, then unpacked by a RUN: it is in the image twice`,
						...(stage.use === "shipped" || stage.use === "ancestor" ? {} : { severity: "hint" as const }),
						related: [{ span: unpacking.command.span, message: "Unpacked here" }],
						fixes: () => fixesOf(copy, paths, unpacking),
					});
					break;
				}
			}
		}
		return reports;
	},
});

interface Unpacking {
	readonly step: Step;
	readonly command: ShellCommand;
	/** Where to, absolute; undefined if nobody knows. */
	readonly folder: string | undefined;
}

/** The plain call of tar that unpacks all of an archive, in a later RUN of the stage. */
function unpackingOf(copy: Step, paths: readonly string[]): Unpacking | undefined {
	const calls = paths.flatMap(
		(path) =>
			unpackedIn(copy.stage)
				.get(path)
				?.find(({ step }) => step.ordinal >= copy.ordinal) ?? [],
	);
	const [first] = calls.toSorted((one, other) => one.command.span.start - other.command.span.start);
	if (first === undefined) return undefined;
	const { step, command, into } = first;
	const folder = into === undefined ? startOf(step, command) : pathOf(step, command, into);
	return { step, command, folder: movesOn(step) ? undefined : folder };
}

/** A plain call of tar. */
interface TarCall {
	readonly step: Step;
	readonly command: ShellCommand;
	readonly into: ShellWord | undefined;
}

/** The calls of tar in a stage by the archives that they unpack. */
const unpackedIn = remembered((stage: Stage): ReadonlyMap<string, readonly TarCall[]> => {
	const byArchive = new Map<string, TarCall[]>();
	for (const step of runSteps(stage)) {
		for (const command of commandsOf(step)) {
			if (command.program !== "tar" || command.wrapper !== undefined || command.pipeline !== undefined) continue;
			const call = readTar(command.args);
			const archive = call === undefined ? undefined : pathOf(step, command, call.archive);
			if (archive !== undefined) addTo(byArchive, archive, { step, command, into: call?.folder });
		}
	}
	return byArchive;
});

/** Whether a RUN goes to another folder. */
const movesOn = remembered((step: Step): boolean => commandsOf(step).some(({ program }) => program === "cd" || program === "pushd"));

function pathOf(step: Step, command: ShellCommand, word: ShellWord): string | undefined {
	const text = wordValue(step, word);
	if (text === undefined || /[*?[{~]/.test(text)) return undefined;
	return inFolder(startOf(step, command), text);
}

/** The folder that a command starts in, also where the file names none: plain distributions start in the root. */
function startOf(step: Step, command: ShellCommand): string | undefined {
	const known = folderOf(step, command);
	if (known !== undefined || !plainDistribution(step.stage)) return known;
	return movesOn(step) || workdirs.above(step) ? undefined : "/";
}

const workdirs = anyStep(({ keyword }) => keyword === "WORKDIR");

/** `tar -xzf ARCHIVE [-C FOLDER]` in its spellings; undefined for all that does more or less. */
function readTar(words: readonly ShellWord[]): { readonly archive: ShellWord; readonly folder: ShellWord | undefined } | undefined {
	const [first, ...rest] = words;
	let args = words;
	let archive: ShellWord | undefined;
	// The old style without a dash: the archive is the next word.
	if (first !== undefined && /^[xvzjJpf]+$/.test(first.text) && first.text.includes("x") && first.text.endsWith("f")) {
		archive = rest[0];
		args = rest.slice(1);
	}
	const { options, operands, uncertain } = readArguments(args, ["-f", "--file", "-C", "--directory"]);
	if (uncertain || operands.length > 0) return undefined;
	const extracts = archive !== undefined || options.some(({ name }) => name === "-x" || name === "--extract" || name === "--get");
	const plain =
		/^(?:-[xvzjJpfC]|--(?:extract|get|verbose|gzip|gunzip|ungzip|bzip2|xz|zstd|auto-compress|file|directory|same-permissions|preserve-permissions))$/;
	if (!extracts || options.some(({ name }) => !plain.test(name))) return undefined;
	archive ??= valueOf(options.find(({ name }) => name === "-f" || name === "--file"));
	const folder = options.find(({ name }) => name === "-C" || name === "--directory");
	const folderWord = valueOf(folder);
	if (archive === undefined || (folder !== undefined && folderWord === undefined)) return undefined;
	return { archive, folder: folderWord };
}

/** The value of an option as a word of its own: that of `--file=a.tgz` stands in the same word. */
function valueOf(option: ShellOption | undefined): ShellWord | undefined {
	if (option?.value === undefined || option.valueWord !== undefined) return option?.valueWord;
	return { ...option.word, text: option.value, value: option.value, parts: [{ kind: "text", text: option.value }] };
}

function fixesOf(copy: ContextCopy, paths: readonly string[], { step, command, folder }: Unpacking): readonly Fix[] {
	const { file } = step.stage;
	const [source] = copy.sources;
	if (folder === undefined || source === undefined || copy.sources.length > 1 || copy.step.flags.length > 0) return [];
	if (/[\s"\\$]/.test(folder)) return [];
	// ADD would keep the owners that the archive names.
	const user = userAt(step.stage, step).value;
	if (user.kind !== "set" || !isRootUser(user.value)) return [];
	const name = baseName(paths[paths.length - 1] ?? "");
	const removals = commandsOf(step).filter((other) => {
		const operands = other.args.filter((word) => !word.text.startsWith("-"));
		return other.program === "rm" && operands.length === 1 && operands.every((word) => paths.includes(pathOf(step, other, word) ?? ""));
	});
	const gone = [command, ...removals];
	const others = commandsOf(step).filter((other) => !gone.includes(other));
	if (others.some((other) => other.args.some((word) => word.text.includes(name)))) return [];
	const elsewhere = file.instructions.some(
		(other) =>
			other.keywordSpan.start !== copy.step.keywordSpan.start &&
			other.keywordSpan.start !== step.keywordSpan.start &&
			stepText(other).includes(name),
	);
	if (elsewhere) return [];
	const edits = removeFromRun(step, gone);
	if (edits === undefined) return [];
	const add = copy.step.keywordText === "copy" ? "add" : "ADD";
	return [
		{
			title: `Unpack it with ADD to ${shortened(folder, 40)}`,
			safety: "review",
			edits: [replace(copy.step.keywordSpan, add), replace(copy.destinationSpan, folder === "/" ? "/" : `${folder}/`), ...edits],
		},
	];
}
