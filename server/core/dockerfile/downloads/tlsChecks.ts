import { byProgram } from "../../knowledge/byProgram.ts";
import { DOWNLOAD_TOOLS } from "../../knowledge/downloadTools.ts";
import { PACKAGE_MANAGERS } from "../../knowledge/packageManagers.ts";
import {
	CONDA_PROGRAMS,
	CURL_FILES,
	TLS_COMMANDS,
	TLS_CONFIGURATION,
	TLS_OFF_VALUE,
	TLS_ON_VALUE,
	TLS_OPTIONS,
	TLS_SKIP_NAMES,
	TLS_VARIABLES,
	TLS_VERIFY_NAMES,
} from "../../knowledge/tlsSettings.ts";
import { type MappedText, sourceSpan } from "../../mappedText.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { readArguments, type ShellOption } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { mayGive } from "../commands/givenOptions.ts";
import type { Step } from "../model/model.ts";
import { packageCallOf } from "../packages/packageCalls.ts";

/** Something that turns the check of certificates off. */
export type TlsOff =
	| { readonly kind: "option"; readonly span: Span; readonly what: string; readonly option: ShellOption; readonly command: ShellCommand }
	/** A command that does nothing else. */
	| { readonly kind: "command"; readonly span: Span; readonly what: string; readonly command: ShellCommand }
	/** `NAME=value` in a script. */
	| { readonly kind: "assignment"; readonly span: Span; readonly what: string; readonly command: ShellCommand }
	/** A line of a configuration file. */
	| { readonly kind: "text"; readonly span: Span; readonly what: string };

/** Without one of these, in lower case, nothing turns the check off; `curl` has a short option for it. */
export const TLS_TRACES: readonly string[] = [
	...TLS_VARIABLES.flatMap(({ names }) => names.map((name) => name.toLowerCase())),
	...["insecure", "trusted-host", "strict-ssl", "strictssl", "disable-tls", "disable_ssl", "certificates.", "s_client"],
	...["check-cert", "check_cert", "check_ssl", "check_tls", "ignore-cert", "certificatecheck"],
	...["cert_check", "certificate_check", "ssl_check", "tls_check", "https_check", "skip_ssl", "skip_tls", "skip_cert"],
	...["verif", "validat", "curl"],
];
const TRACES = /insecure|cert|trusted[-_]host|ssl|tls|verif|s_client|https_|_https/i;
const SHORT_OPTION = /[\s"']-[a-zA-Z#0-9]*k/;

/** Whether the text of an instruction and of its files speaks of certificates. */
export function speaksOfTls(step: Step): boolean {
	const { text } = step.line;
	return (
		TRACES.test(text) ||
		(text.includes("curl") && SHORT_OPTION.test(text)) ||
		step.heredocs.some(({ body }) => TRACES.test(body.text) || body.text.includes("curl"))
	);
}

const NONE: readonly TlsOff[] = [];

const variables = new Map(TLS_VARIABLES.toReversed().flatMap((variable) => variable.names.map((name) => [name, variable] as const)));

/** Whether a variable can turn the check off, by its name. */
export function isTlsVariable(name: string): boolean {
	if (variables.has(name)) return true;
	if (!/verif|validat|check|insecure/i.test(name)) return false;
	const upper = name.toUpperCase();
	return TLS_VERIFY_NAMES.test(upper) || TLS_SKIP_NAMES.test(upper);
}

/** Whether a variable with this value turns the check off: `tool` for one that a known tool reads, `application` for one that is only called so. */
export function tlsVariable(name: string, value: string): "tool" | "application" | undefined {
	const known = variables.get(name);
	if (known?.values === "set") return "tool";
	if (known !== undefined) return value !== "" && (known.values === "any" || known.values.test(value)) ? "tool" : undefined;
	const upper = name.toUpperCase();
	if (upper === "DOCKER_TLS_VERIFY") return undefined;
	const off = (TLS_VERIFY_NAMES.test(upper) && TLS_OFF_VALUE.test(value)) || (TLS_SKIP_NAMES.test(upper) && TLS_ON_VALUE.test(value));
	return off ? "application" : undefined;
}

/** What a command of a script turns off: by an option, a variable, a configuration command or a file that it writes. */
export function tlsOffIn(command: ShellCommand): readonly TlsOff[] {
	if (command.assignments.length === 0 && !mayTurnOff(command.program)) return NONE;
	const found: TlsOff[] = [];
	for (const part of PARTS) {
		const off = part(command);
		if (off.length > 0) found.push(...off);
	}
	return found;
}

const PARTS = [assignmentsOff, optionsOff, commandOff, textOff];

function assignmentsOff(command: ShellCommand): readonly TlsOff[] {
	if (command.assignments.length === 0) return NONE;
	const found: TlsOff[] = [];
	for (const { name, value, span } of command.assignments) {
		if (value === undefined || !isTlsVariable(name) || tlsVariable(name, comparable(value)) === undefined) continue;
		found.push({ kind: "assignment", span, what: name, command });
	}
	return found;
}

const optionsOf = byProgram(TLS_OPTIONS);
/** The names of those options, also for the other programs of a package manager. */
const namesOf = new Map(
	[...TLS_OPTIONS.flatMap(({ programs }) => programs), ...PACKAGE_MANAGERS.flatMap(({ programs }) => programs)].map((program) => {
		const manager = PACKAGE_MANAGERS.find(({ programs }) => programs.includes(program))?.id ?? program;
		return [
			program,
			TLS_OPTIONS.filter(({ programs }) => programs.includes(program) || programs.includes(manager)).flatMap(({ names }) => names),
		];
	}),
);

/** Whether a program has a way to turn the check off, or writes what could. */
function mayTurnOff(program: string | undefined): boolean {
	return program !== undefined && (INVOLVED.has(program) || namesFor(program) !== undefined);
}

/** The options of `pip3.12` and of `python -m pip`, too. */
function namesFor(program: string): readonly string[] | undefined {
	return namesOf.get(program) ?? (/^(?:pip|python|pypy)/.test(program) ? namesOf.get("pip") : undefined);
}

function optionsOff(command: ShellCommand): readonly TlsOff[] {
	const { program } = command;
	const names = program === undefined ? undefined : namesFor(program);
	if (program === undefined || names === undefined || !mayGive(command, names)) return NONE;
	const call = packageCallOf(command);
	const found: TlsOff[] = [];
	for (const entry of optionsOf.get(call?.manager ?? program) ?? []) {
		const tool = ownValue(DOWNLOAD_TOOLS, program);
		const options = call?.options ?? readArguments(command.args, tool?.valueOptions ?? entry.valueOptions ?? []).options;
		for (const option of options) {
			if (!entry.names.includes(option.name) || (entry.value !== undefined && !entry.value.test(option.value ?? ""))) continue;
			const span = { start: option.word.span.start, end: (option.valueWord ?? option.word).span.end };
			found.push({
				kind: "option",
				span,
				what: `${call?.program.startsWith("py") ? call.manager : program} ${option.name}`,
				option,
				command,
			});
		}
	}
	return found;
}

const configurationOf = byProgram(TLS_COMMANDS.map((entry) => ({ ...entry, programs: [entry.program] })));

function commandOff(command: ShellCommand): readonly TlsOff[] {
	const { program } = command;
	if (program === undefined) return NONE;
	const entries = configurationOf.get(program) ?? [];
	if (entries.length === 0 && !CONDA_PROGRAMS.has(program)) return NONE;
	const words = command.args.filter((word) => !word.text.startsWith("-"));
	const matches = entries.some(
		(entry) => entry.words.length <= words.length && entry.words.every((wanted, index) => says(words[index], wanted)),
	);
	const conda =
		CONDA_PROGRAMS.has(program) &&
		words[0]?.value === "config" &&
		command.args.some(
			(word, index) =>
				word.value === "ssl_verify" &&
				command.args[index - 1]?.value === "--set" &&
				TLS_OFF_VALUE.test(command.args[index + 1]?.value ?? ""),
		);
	if (!matches && !conda) return NONE;
	const first = words[0] as ShellWord;
	const last = command.args[command.args.length - 1] as ShellWord;
	const setting = words.find((word) => /ssl|tls|trusted|GOINSECURE|cert/i.test(word.text)) ?? last;
	return [
		{
			kind: "command",
			span: { start: first.span.start, end: last.span.end },
			what: `${program} ${first.text} ${setting.text}`.slice(0, 60),
			command,
		},
	];
}

function says(word: ShellWord | undefined, wanted: string | RegExp): boolean {
	const value = word?.value;
	return value !== undefined && (typeof wanted === "string" ? value === wanted : wanted.test(value));
}

const WRITERS: ReadonlySet<string> = new Set(["echo", "printf", "sed"]);
const INVOLVED: ReadonlySet<string> = new Set([...namesOf.keys(), ...configurationOf.keys(), ...CONDA_PROGRAMS, ...WRITERS]);
/** What all settings have something of in them. */
const SETTING = /ssl|verify|check_cert|disable-tls|trusted-host|insecure|-k/i;

/** Texts that `echo`, `printf` and `sed -i` put into files. */
function textOff(command: ShellCommand): readonly TlsOff[] {
	const { program } = command;
	if (program === undefined || !WRITERS.has(program)) return NONE;
	if (!command.args.some((word) => SETTING.test(comparable(word)))) return NONE;
	const target = command.redirects.find((redirect) => /^>/.test(redirect.operator))?.target;
	const piped = command.pipeline?.commands.some(
		(member) => member.program === "tee" || (member.wrapper ?? member).args.some((word) => word.value === "tee"),
	);
	const written =
		program === "sed" ? command.args.some((word) => /^-[a-zA-Z]*i|^--in-place/.test(word.text)) : target !== undefined || piped === true;
	if (!written) return NONE;
	const inCurlFile = target !== undefined && CURL_FILES.test(comparable(target));
	return command.args.flatMap((word): readonly TlsOff[] => {
		const text = comparable(word).replaceAll("\\n", "\n");
		const what = lastSetting(text) ?? (inCurlFile ? curlSetting(text) : undefined);
		return what === undefined ? [] : [{ kind: "text", span: word.span, what }];
	});
}

/** What the last mention of a setting in a text says: in `s/a=1/a=0/` the second one counts. */
function lastSetting(text: string): string | undefined {
	for (const { pattern, off, what } of TLS_CONFIGURATION) {
		const last = [...text.matchAll(pattern)].at(-1);
		if (last !== undefined && off.test(last[1] ?? "")) return what;
	}
	return undefined;
}

function curlSetting(text: string): string | undefined {
	return /^[ \t]{0,8}(?:-k|--insecure|insecure)[ \t]{0,8}$/m.test(text) ? "insecure in .curlrc" : undefined;
}

/** Settings in the body of a heredoc that becomes a file or a script's input. `path` is the file, if it is known. */
export function tlsOffInText(body: MappedText, path: string | undefined): readonly TlsOff[] {
	const found: TlsOff[] = [];
	for (const { pattern, off, what } of TLS_CONFIGURATION) {
		for (const match of body.text.matchAll(pattern)) {
			const line = body.text.slice(body.text.lastIndexOf("\n", match.index) + 1, match.index);
			if (!off.test(match[1] ?? "") || /[#;]/.test(line)) continue;
			const lead = match[0].length - match[0].trimStart().length;
			found.push({ kind: "text", span: sourceSpan(body, match.index + lead, match.index + match[0].length), what });
		}
	}
	if (path !== undefined && CURL_FILES.test(path)) {
		for (const match of body.text.matchAll(/^[ \t]{0,8}(-k|--insecure|insecure)[ \t]{0,8}$/gm)) {
			const at = match.index + match[0].indexOf(match[1] ?? "");
			found.push({ kind: "text", span: sourceSpan(body, at, at + (match[1] ?? "").length), what: "insecure in .curlrc" });
		}
	}
	return found;
}
