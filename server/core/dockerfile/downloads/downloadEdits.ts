import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { identityAt } from "../accounts/home.ts";
import { folderOf } from "../commands/commandFolder.ts";
import { stopsOnError } from "../commands/errexit.ts";
import { commandsOf, type StepScript, scriptOf } from "../commands/scripts.ts";
import { connectorBehind, insertCommandBehind, isOnlyCommand } from "../edits/commandEdit.ts";
import { insertAt, insertFirstLine, replace } from "../edits/edit.ts";
import { understands } from "../model/frontend.ts";
import type { Step } from "../model/model.ts";
import { declarationAt } from "../variables/variables.ts";
import { lastPart } from "./addresses.ts";
import type { Download } from "./downloads.ts";
import { isWebPage } from "./downloadTexts.ts";

/** Dockerfile 1.6 brought `ADD --checksum` for HTTP sources. Source: Dockerfile release notes, 1.6.0. */
const ADD_CHECKSUM_SINCE = 6;

/** Archives of a repository at a tag or commit, which nobody uploaded. */
const PACKED_BY_GITHUB = /^https:\/\/(?:(?:www\.)?github\.com\/[^/]+\/[^/]+\/archive|codeload\.github\.com)\//;

/** An address whose content should not change, so that its digest can be written down. */
export interface PinnableAddress {
	readonly url: string;
	/** What to know before writing the digest down: sentences. */
	readonly note: string | undefined;
}

/** The address, if it is known in full and names a version or a commit; undefined for moving targets such as `latest` and `main`. */
export function pinnableAddress(download: Download): PinnableAddress | undefined {
	const { resolved, step } = download;
	if (resolved === undefined || !/^https?:\/\/[\w.-]+(?::\d+)?\/[\w./%~+=@,:?&-]+$/.test(resolved)) return undefined;
	if (!staysTheSame(resolved)) return undefined;
	const names = new Set(download.url.parts.flatMap((part) => (part.kind === "variable" ? [part.name] : [])));
	const defaults = [...names].filter((name) => declarationAt(step, name)?.kind === "ARG");
	const notes = [
		...(PACKED_BY_GITHUB.test(resolved) ? ["GitHub packs this archive when it is asked for; an uploaded release file is steadier."] : []),
		...(defaults.length > 0 ? [`The digest fits the default of ${defaults.join(", ")} only.`] : []),
	];
	return { url: resolved, note: notes.length === 0 ? undefined : notes.join(" ") };
}

/** Whether the file of an address should not change: it names a version or a commit, and no moving target such as `latest` and `main`. */
export function staysTheSame(address: string): boolean {
	const path = address.replace(/^https?:\/\/[^/]+/, "");
	return !isWebPage(address) && !/\b(?:latest|nightly|master|main|head|stable|current|snapshot)\b/i.test(path) && namesVersion(path);
}

/** A version in the name of the file, a full one in a folder, the tag of a release, or a commit. `/debian/12.5/` and `/v1/` are places, not versions. */
function namesVersion(path: string): boolean {
	const file = lastPart(path);
	return /\d[._]\d/.test(file) || /\/v?\d+\.\d+\.\d+|\/releases\/download\/[^/]*\d|[0-9a-f]{40}/.test(path.replace(/\?.*$/s, ""));
}

/** The 64 digits of `sha256:…`; undefined for any other answer. */
export function hexOf(digest: string): string | undefined {
	return /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
}

/** Compares a downloaded file's digest directly behind the command that fetches it. Undefined where the RUN would go on in spite of a difference. */
export function checkEdits(download: Download, digest: string): readonly SpanEdit[] | undefined {
	const { step, command, sink } = download;
	const hex = hexOf(digest);
	const script = writtenScriptOf(step, command);
	if (hex === undefined || script === undefined || sink.kind !== "file" || sink.path === undefined || !isPlain(sink.path)) return undefined;
	if ((command.wrapper ?? command).pipeline !== undefined || command.connector === "||") return undefined;
	const check = checkLine(hex, sink.path);
	switch (connectorBehind(step, command)) {
		case "&&":
		case "border":
			return oneEdit(insertCommandBehind(step, command, check));
		case ";":
			return [insertAt(endOf(command), stopsOnError(script) ? behindSemicolon(step, command, check) : ` && ${check} || exit 1`)];
		case "line":
			return stopsOnError(script)
				? oneEdit(insertCommandBehind(step, command, check))
				: [insertAt(endOf(command), ` && ${check} || exit 1`)];
		default:
			return undefined;
	}
}

function oneEdit(edit: SpanEdit | undefined): readonly SpanEdit[] | undefined {
	return edit === undefined ? undefined : [edit];
}

export function checkLine(hex: string, path: string): string {
	return `echo "${hex}  ${path}" | sha256sum -c -`;
}

/** `; check`, on a line of its own where the next command has one. */
function behindSemicolon(step: Step, command: ShellCommand, check: string): string {
	const { file } = step.stage;
	const rest = file.text.slice(endOf(command), step.span.end);
	const line = /^[\t ]*;[\t ]*[\\`][\t ]*(\r?\n)([\t ]*)/.exec(rest);
	return line === null ? `; ${check}` : `; ${file.escape}${line[1]}${line[2]}${check}`;
}

/** Turns a RUN that only downloads one file into `ADD --checksum=…`. Undefined for any RUN that does more, or as somebody else than root. */
export function addEdits(download: Download, digest: string): readonly SpanEdit[] | undefined {
	const { step, command, sink, resolved } = download;
	const { file } = step.stage;
	const mode = addedMode(download);
	const understood = understands(file, ADD_CHECKSUM_SINCE);
	if (hexOf(digest) === undefined || sink.kind !== "file" || mode === undefined || understood === "no" || resolved === undefined)
		return undefined;
	if (step.flags.length > 0 || step.deferred || identityAt(step)?.uid !== "0" || !isAddable(download, sink.path)) return undefined;
	if (!isPlainFetch(download) || command.wrapper !== undefined || file.comments.some((comment) => isInside(step, comment.span.start)))
		return undefined;
	const address = [...download.url.parts].every(
		(part) =>
			part.kind === "text" || (part.kind === "variable" && part.operator === undefined && declarationAt(step, part.name) !== undefined),
	)
		? download.address
		: resolved;
	const add = replace(step.span, `ADD --checksum=${digest} --chmod=${mode} ${address} ${sink.path}`);
	return understood === "yes" ? [add] : [insertFirstLine(file, "# syntax=docker/dockerfile:1"), add];
}

/** Whether ADD would take a path for the same file: a relative one starts from WORKDIR for both, which has to be known. */
function isAddable({ step, command }: Download, path: string | undefined): boolean {
	// What goes to a device is not kept.
	if (path === undefined || path.startsWith("/dev/") || !/^[\w./+-]*[\w+-]$/.test(path) || path.startsWith("-") || path.includes(".."))
		return false;
	return path.startsWith("/") || folderOf(step, command) !== undefined;
}

function isInside(step: Step, offset: number): boolean {
	return step.span.start <= offset && offset < step.span.end;
}

/** The mode of the file: 644 if the RUN is the download alone, 755 if `chmod +x` of the file follows; undefined if it does anything else. */
function addedMode(download: Download): "644" | "755" | undefined {
	const { step, command, sink } = download;
	if (isOnlyCommand(step, command)) return "644";
	const [first, second, ...others] = commandsOf(step);
	if (first !== command || second?.program !== "chmod" || others.length > 0 || second.connector !== "&&" || sink.kind !== "file")
		return undefined;
	const [mode, file, ...more] = second.args.map((word) => word.value);
	return more.length === 0 && file === sink.path && /^(?:a?\+x|0?755|a\+rx|\+rx)$/.test(mode ?? "") ? "755" : undefined;
}

/** Whether the options change nothing but how the download is shown and retried. */
function isPlainFetch(download: Download): boolean {
	const plain =
		/^(?:-[fsSLoOq]|-nv|-n|-v|--(?:fail|silent|show-error|location|output|output-document|remote-name|quiet|no-verbose|retry(?:-\w+)*|tlsv1\.2|proto|progress|tries|timeout|connect-timeout|max-time|create-dirs|compressed))$/;
	return (
		(download.program === "curl" || download.program === "wget") && download.arguments.options.every((option) => plain.test(option.name))
	);
}

/** A path that means the same inside double quotes. */
export function isPlain(path: string): boolean {
	return /^[\w./+:@=-]+$/.test(path.replace(/\$\{\w+(?:[#%/:?-]{1,2}[\w.*/-]+)?\}/g, "x"));
}

export function writtenScriptOf(step: Step, command: ShellCommand): StepScript | undefined {
	const script = scriptOf(step, command);
	return script?.form === "argument" ? undefined : script;
}

/** Where a command ends, the redirections behind its wrapper included. */
function endOf(command: ShellCommand): number {
	let end = command.span.end;
	for (let wrapper = command.wrapper; wrapper !== undefined; wrapper = wrapper.wrapper) end = Math.max(end, wrapper.span.end);
	return end;
}
