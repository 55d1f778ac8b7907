import { byProgram } from "../../knowledge/byProgram.ts";
import { GPGCHECK_OFF, SIGNATURE_CONFIGURATION, SIGNATURE_OPTIONS, type SignatureOption } from "../../knowledge/signatureChecks.ts";
import { sourceSpan } from "../../mappedText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { readArguments, type ShellOption } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import { editsInPlace, substitutionOf } from "../commands/sedCommands.ts";
import type { Step } from "../model/model.ts";
import { aptSourcesOf } from "../packages/aptSources.ts";
import { type PackageCall, packageCallOf } from "../packages/packageCalls.ts";
import { rpmInstalls } from "../packages/rpmCalls.ts";

/** Something that turns the check of signatures off. */
export interface SignatureOff {
	readonly span: Span;
	/** `apk --allow-untrusted`, `gpgcheck=0`. */
	readonly what: string;
	/** Set for an option of a command. */
	readonly option?: {
		readonly option: ShellOption;
		readonly entry: SignatureOption;
		readonly command: ShellCommand;
		readonly call: PackageCall | undefined;
	};
}

/** Without one of these, in lower case, nothing lets unsigned packages in; zypper has a short option for it. */
export const SIGNATURE_TRACES: readonly string[] = [
	"trusted",
	"unauth",
	"force",
	"insecure",
	"gpg",
	"nosig",
	"nodigest",
	"noverify",
	"nofiledigest",
	"unsigned",
	"siglevel",
	"zypper",
];
const TRACES = new RegExp(SIGNATURE_TRACES.join("|"), "i");

/** What an instruction does so that packages, or lists of packages, are taken without a valid signature. */
export function signaturesOffIn(step: Step): readonly SignatureOff[] {
	const bodies = step.heredocs.map(({ body }) => body);
	if (!TRACES.test(step.line.text) && !bodies.some((body) => TRACES.test(body.text))) return [];
	const commands = commandsOf(step);
	const found: SignatureOff[] = [
		...commands.flatMap(optionsOff),
		...commands.flatMap(settingsOff),
		...commands.flatMap(textsOff),
		...commands.flatMap(sourcesTrusted),
		...sourcesOff(step),
	];
	for (const body of bodies) {
		for (const { pattern, what } of SIGNATURE_CONFIGURATION) {
			for (const match of body.text.matchAll(pattern)) {
				const span = sourceSpan(body, match.index, match.index + match[0].length);
				const line = body.text.slice(body.text.lastIndexOf("\n", match.index) + 1, match.index);
				if (/[#;]|\/\//.test(line) || found.some((other) => other.span.start <= span.start && span.end <= other.span.end)) continue;
				found.push({ span, what });
			}
		}
	}
	return found;
}

const optionsOf = byProgram(SIGNATURE_OPTIONS);

function optionsOff(command: ShellCommand): readonly SignatureOff[] {
	const call = packageCallOf(command);
	const program = call?.manager ?? command.program;
	const entries = program === undefined ? undefined : optionsOf.get(program);
	if (entries === undefined) return [];
	const { options, operands } = call ?? readArguments(command.args, ["--setopt", "--root", "-r", "--dbpath"]);
	if (program === "rpm" && !rpmInstalls(options)) return [];
	if (call?.kind === "remove" || call?.kind === "clean") return [];
	const verb = call?.verb ?? operands[0]?.value ?? "";
	return entries.flatMap((entry) =>
		options.flatMap((option): readonly SignatureOff[] => {
			if (!isNamed(entry, option.name) || (entry.verbs !== undefined && !entry.verbs.includes(verb))) return [];
			if (entry.value === undefined ? /^(?:0|false|no|off)$/i.test(option.value ?? "") : !entry.value.test(option.value ?? "")) return [];
			const span = { start: option.word.span.start, end: (option.valueWord ?? option.word).span.end };
			const what = `${call?.program ?? command.program} ${entry.value === undefined ? option.name : option.value}`;
			return [{ span, what, option: { option, entry, command, call } }];
		}),
	);
}

function isNamed({ names, shortest }: SignatureOption, written: string): boolean {
	return (
		names.includes(written) || (shortest !== undefined && written.startsWith(shortest) && names.some((name) => name.startsWith(written)))
	);
}

/** `dnf config-manager setopt x.gpgcheck=0`, the spelling of dnf 5. */
function settingsOff({ program, args }: ShellCommand): readonly SignatureOff[] {
	if (program !== "dnf" && program !== "dnf5") return [];
	const [verb, action, ...settings] = args.filter((word) => !word.text.startsWith("-"));
	if (verb?.value !== "config-manager" || action?.value !== "setopt") return [];
	return settings.flatMap((word) => (GPGCHECK_OFF.test(comparable(word)) ? [{ span: word.span, what: comparable(word) }] : []));
}

/** What makes the sources trusted that a substitution writes: in brackets, or in a field of its own. */
const TRUSTED = /\[[^[\]]{0,80}\btrusted=(?:yes|true|1)\b|\bTrusted:[ \t]{0,4}yes\b/i;

/** `sed -i 's/^deb /deb [trusted=yes] /' /etc/apt/sources.list`. */
function sourcesTrusted(command: ShellCommand): readonly SignatureOff[] {
	if (!editsInPlace(command) || !command.args.some((word) => /\/etc\/apt\/sources\.list/.test(word.text))) return [];
	return command.args.flatMap((word): readonly SignatureOff[] => {
		const text = comparable(word);
		if (!TRUSTED.test(text)) return [];
		const trusts = text.split(/[;\n]/).some((part) => TRUSTED.test(substitutionOf(part)?.replacement ?? ""));
		return trusts ? [{ span: word.span, what: "trusted=yes for apt's sources" }] : [];
	});
}

/** Settings that echo, printf and `sed -i` write. */
function textsOff(command: ShellCommand): readonly SignatureOff[] {
	const { program } = command;
	if (program !== "echo" && program !== "printf" && program !== "sed") return [];
	const piped = command.pipeline?.commands.some((member) => [member.name, ...member.args].some((word) => word?.value === "tee"));
	const written =
		program === "sed" ? editsInPlace(command) : piped === true || command.redirects.some((redirect) => redirect.operator.startsWith(">"));
	if (!written) return [];
	return command.args.flatMap((word): readonly SignatureOff[] => {
		const text = comparable(word).replaceAll("\\n", "\n");
		// In `s/gpgcheck=0/gpgcheck=1/` the last mention counts.
		const entry = SIGNATURE_CONFIGURATION.find(({ pattern }) => {
			const last = [...text.matchAll(pattern)].at(-1);
			return last !== undefined && (program !== "sed" || !/\bgpgcheck\b|\bSigLevel\b/.test(text.slice(last.index + last[0].length)));
		});
		return entry === undefined ? [] : [{ span: word.span, what: entry.what }];
	});
}

/** `[trusted=yes]` for repositories that come over the network. */
function sourcesOff(step: Step): readonly SignatureOff[] {
	return aptSourcesOf(step).flatMap(({ span, uri, options }): readonly SignatureOff[] => {
		const name = ["trusted", "allow-insecure"].find((option) => /^(?:yes|true|1)$/i.test(options.get(option) ?? ""));
		if (name === undefined || /^(?:file|copy|cdrom):/.test(uri)) return [];
		return [{ span, what: `${name}=yes for ${shown(uri)}` }];
	});
}

function shown(uri: string): string {
	const host = /^[a-z+]{1,12}:\/\/([^/\s]{1,50})/i.exec(uri)?.[1];
	return host?.includes("\0") === false ? host : "an apt repository";
}
