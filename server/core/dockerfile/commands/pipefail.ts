import { baseName } from "../../baseName.ts";
import { DASH_PIPEFAIL } from "../../knowledge/firstLines.ts";
import { TEXT_FILTERS } from "../../knowledge/textFilters.ts";
import { SHELL_STARTERS } from "../../knowledge/wrappers.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellPipeline } from "../../shell/model.ts";
import { readArguments } from "../../shell/options.ts";
import { lacksAptKey } from "../base/aptKey.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { isBeforeLine, isFromLine } from "../base/distributionLine.ts";
import type { Stage, Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { innermost } from "./commandPlace.ts";
import { mayFailByScript } from "./filterScripts.ts";
import { failsOverBadInput } from "./inputChecks.ts";
import type { StepScript } from "./scripts.ts";
import { shellAt } from "./shell.ts";

/** Whether something in the instruction, or the shell that reads a command of it, switches pipefail on or off. Whoever names it has decided. */
export function mentionsPipefail(script: StepScript, command: ShellCommand | undefined): boolean {
	return stepText(script.step).includes("pipefail") || isReadWithPipefail(script, command);
}

/** Whether SHELL switches pipefail on or off for a command: it does not for those of shells that the step starts itself. */
function isReadWithPipefail(script: StepScript, command: ShellCommand | undefined): boolean {
	if (!isReadByShell(script) || startedShell(command) !== undefined) return false;
	return shellAt(script.step.stage, script.step).readBy.some((word) => word.includes("pipefail"));
}

/** Whether the shell that SHELL names reads a script, no other that the step or the script asks for. */
export function isReadByShell({ form, reader, source }: StepScript): boolean {
	return form === "line" || (form === "heredoc" && reader === undefined && !source.text.startsWith("#!"));
}

/** The shell that a command of a script starts for another one: `bash -c '…'` around it. */
export function startedShell(command: ShellCommand | undefined): ShellCommand | undefined {
	for (let inner = command; inner?.wrapper !== undefined; inner = inner.wrapper) {
		const { wrapper } = inner;
		// What `runuser -u app -- curl` runs is no script: it stands in the pipe of the wrapper.
		const isScript = inner.pipeline !== wrapper.pipeline;
		if (isScript && SHELL_STARTERS.has(wrapper.program ?? "")) return wrapper;
	}
	return undefined;
}

/** Whether the shell that reads a script knows pipefail: bash, ksh, zsh and BusyBox do, the dash of Debian and Ubuntu does not. */
export function supportsPipefail(script: StepScript): "yes" | "no" | "unknown" {
	const program = shellOf(script);
	if (/^(?:bash|zsh|ksh|ash)$/.test(program)) return "yes";
	if (program === "dash") return "no";
	if (program !== "sh") return "unknown";
	switch (stageBaseFacts(script.step.stage).shell) {
		case "bash":
		case "busybox":
			return "yes";
		case "dash":
			return isFromLine(script.step.stage, DASH_PIPEFAIL) === true ? "yes" : "no";
		default:
			return "unknown";
	}
}

/** Whether the `/bin/sh` of a stage is a dash that refuses `-o pipefail` for certain. */
export function refusesPipefail(stage: Stage): boolean {
	return stageBaseFacts(stage).shell === "dash" && isBeforeLine(stage, DASH_PIPEFAIL);
}

/** The name of the program that reads a script: that of a shebang, of `RUN bash <<EOF`, of `["bash", "-c", …]`, or of SHELL. */
export function shellOf(script: StepScript): string {
	const { step } = script;
	if (script.form === "argument") return baseName(step.exec?.values[0] ?? "");
	if (script.reader !== undefined) return script.reader.program ?? "";
	if (script.form === "heredoc") {
		const shebang = /^#![ \t]*(\S+)(?:[ \t]+(\S+))?/.exec(script.source.text);
		const first = baseName(shebang?.[1] ?? "");
		if (shebang !== null) return first === "env" ? baseName(shebang[2] ?? "") : first;
	}
	return shellAt(step.stage, step).program;
}

/** Programs that stop reading before the end of their input: what feeds them dies of SIGPIPE. */
const LEAVES_EARLY = new Set(["head", "true", ":", "read", "less", "more"]);
/** Programs whose number says something else than success or failure, or that fail over things that do not matter. */
const FAILS_HARMLESSLY = new Set(
	"yes grep egrep fgrep zgrep rg diff cmp expr test [ [[ which type command pgrep pkill killall timeout ls find ldd du readlink".split(" "),
);

/** Whether pipefail could end a build that works: SIGPIPE, or a command in the middle whose failure is no error. */
export function breaksWithPipefail(step: Step, pipeline: ShellPipeline): boolean {
	return pipeline.commands.some((member, index) => {
		const command = failingCommand(step, member);
		// Of loops and groups only the first command is known here.
		if (member.within.length !== pipeline.within.length || command.program === undefined) return true;
		if (index > 0 && leavesEarly(command)) return true;
		return index < pipeline.commands.length - 1 && FAILS_HARMLESSLY.has(command.program);
	});
}

function leavesEarly(command: ShellCommand): boolean {
	const words = command.args.map((word) => word.text);
	switch (command.program) {
		case "grep":
		case "egrep":
		case "fgrep":
		case "zgrep":
			return words.some((word) => /^(?:-[a-zA-Z]*[qm]|--quiet|--silent|--max-count)/.test(word));
		case "sed":
			return words.some((word) => /(?:^|[;\d{/'" ])q/.test(word));
		case "awk":
		case "gawk":
		case "mawk":
			return words.some((word) => word.includes("exit"));
		default:
			return LEAVES_EARLY.has(command.program ?? "");
	}
}

/** Programs that write what they are told, and do not fail in practice. */
const CANNOT_FAIL = new Set(
	"echo printf yes true : seq nproc uname date id whoami hostname arch env pwd getconf basename dirname".split(" "),
);

/** What a pipeline hides. */
export interface HiddenFailure {
	/** The command whose failure is lost; the first of the pipeline where none fails in practice. */
	readonly command: ShellCommand | undefined;
	/**
	 * `real`: the failure of a command that means something. `minor`: of one that also fails over what does not matter. `shown`: the
	 * last command fails then, too. `none`: nothing fails in practice, or the last command is there to check what it gets, or always fails.
	 */
	readonly weight: "real" | "minor" | "shown" | "none";
	/** The command that fails in its place, where the weight is `shown`. */
	readonly reader?: ShellCommand;
}

/** The failure that weighs most. */
export function hiddenFailure(step: Step, pipeline: ShellPipeline): HiddenFailure {
	const feeding = feedingCommands(step, pipeline);
	const last = pipeline.commands[pipeline.commands.length - 1];
	if (feeding.length === 0 || (last !== undefined && checksInput(last))) return { command: pipeline.commands[0], weight: "none" };
	const real = feeding.find(({ program = "" }) => !FAILS_HARMLESSLY.has(program) && !FILTERS.has(program));
	const reader = last === undefined ? undefined : innermost(step, last);
	// It fails whatever it gets.
	if (reader?.program === "apt-key" && lacksAptKey(step.stage)) return { command: pipeline.commands[0], weight: "none" };
	// Of loops and groups only the first command is known here: what another one writes may do for the last.
	const isPlain = pipeline.commands.every((command) => command.within.length === pipeline.within.length);
	if (isPlain && reader !== undefined && failsOverBadInput(step, reader)) return { command: real ?? feeding[0], weight: "shown", reader };
	return real === undefined ? { command: feeding[0], weight: "minor" } : { command: real, weight: "real" };
}

/** The commands in front of the last one that can fail: filters of a text that nobody has to fetch do not. */
function feedingCommands(step: Step, { commands }: ShellPipeline): readonly ShellCommand[] {
	const members = commands.slice(0, -1).map((command) => failingCommand(step, command));
	const first = members.findIndex((command, index) => !cannotFail(command) && (index === 0 || !onlyFilters(command)));
	return first === -1 ? [] : members.slice(first).filter((command) => !cannotFail(command));
}

/** The command whose failure counts: what `sudo` or `env` runs, but `xargs` itself, which runs something for what it is told. */
function failingCommand(step: Step, command: ShellCommand): ShellCommand {
	return command.program === "xargs" ? command : innermost(step, command);
}

/** Whether a command changes what it reads as constant words tell, names no file, and has no other way to fail. */
function onlyFilters({ program, args, redirects }: ShellCommand): boolean {
	const filter = ownValue(TEXT_FILTERS, program);
	if (filter === undefined || args.some(({ value }) => value === undefined) || redirects.some(({ operator }) => operator.startsWith("<")))
		return false;
	const { options, operands } = readArguments(args, filter.valueOptions);
	// A script, or a list of names, in a file.
	if (options.some(({ name }) => /^(?:-f|--file|--files0-from|--output)$/.test(name) && !filter.valueOptions.includes(name))) return false;
	const given = options.filter(({ name }) => filter.instead?.includes(name));
	if (operands.length > (given.length > 0 ? 0 : filter.words)) return false;
	const scripts = given.length > 0 ? given : operands;
	return !scripts.some(({ value }) => value === undefined || mayFailByScript(program, value));
}

/** Programs that pass on what they read, changed, and fail over nothing but a missing file. */
const FILTERS = new Set("cat awk gawk mawk sed tr sort cut uniq tac rev tail wc paste nl fold xargs tee".split(" "));

/** Whether a command fails when nothing, or something else than expected, comes out of the pipe. */
function checksInput(command: ShellCommand): boolean {
	const { program = "", args } = command;
	if (/^(?:e|f|z)?grep$/.test(program)) return !args.some((word) => /^-[a-zA-Z]*[vc]/.test(word.text));
	return /^(?:sha\d+|md5|b2|ck)sum$|^shasum$/.test(program) && args.some((word) => /^(?:-[a-zA-Z]*c|--check)/.test(word.text));
}

function cannotFail(command: ShellCommand): boolean {
	if (CANNOT_FAIL.has(command.program ?? "")) return true;
	if (command.program === "cat" && command.args.length === 0) return true;
	return command.program === "dpkg" && command.args.some((word) => word.text === "--print-architecture");
}
