import { RAILS_PROGRAMS } from "../../knowledge/interpreters.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Stage, Step } from "../model/model.ts";
import { endOf } from "../model/stages.ts";
import { declarationAt, namesDeclaredAt, variableAt } from "../variables/variables.ts";
import { containerStart } from "./containerStart.ts";
import { programChain } from "./innerProgram.ts";

const MODE_OPTION = /^(?:-[eE]=?|--env(?:ironment)?(?:=|$))([a-z_]*)$/;
/** What people call modes of their own for development: `docker_development`, `dev`. */
const DEVELOPMENT = /(?:^|[_-])(?:dev|development|tests?|testing)(?:$|[_-])/;
const VARIABLES = ["RAILS_ENV", "RACK_ENV"];

type RubyMode = "production" | "development" | "unknown";

/**
 * The mode that the Ruby application of a container starts in, tests counted as development, `staging` and others as production: the start
 * command, `RAILS_ENV` and `RACK_ENV` say it. Unknown for Rails without them, which means development to it, and for scripts that nobody can read; undefined for other
 * programs.
 */
export function rubyMode(stage: Stage): RubyMode | undefined {
	const { commands, scripted, hiddenScript } = containerStart(stage);
	const all = [...commands, ...scripted];
	const end = endOf(stage);
	const written = all.map(modeOption).find((mode) => mode !== undefined) ?? modeVariable(all, end);
	if (written !== undefined) return modeOf(written);
	const isRails =
		hiddenScript !== undefined || all.some(startsRails) || namesDeclaredAt(end).some((name) => /^(?:RAILS_|RACK_ENV$)/.test(name));
	return isRails ? "unknown" : undefined;
}

function modeOf(written: string): RubyMode {
	if (DEVELOPMENT.test(written)) return "development";
	return /^[a-z][a-z\d_-]*$/i.test(written) ? "production" : "unknown";
}

/** `rails server -e production`, with `bundle exec` in front of it or not. */
function modeOption(command: ShellCommand): string | undefined {
	const chain = programChain(command);
	const last = chain[chain.length - 1];
	if (
		last === undefined ||
		last.program === "ruby" ||
		!chain.some(({ program }) => /^bundler?$/.test(program) || RAILS_PROGRAMS.has(program))
	)
		return undefined;
	const at = last.words.findIndex((word) => MODE_OPTION.test(word));
	const written = MODE_OPTION.exec(last.words[at] ?? "")?.[1] || last.words[at + 1];
	return at !== -1 && /^[a-z_]+$/.test(written ?? "") ? written : undefined;
}

function modeVariable(commands: readonly ShellCommand[], end: Step): string | undefined {
	const assignments = commands.flatMap((command) => command.assignments);
	for (const name of VARIABLES) {
		const assigned = assignments.findLast((assignment) => assignment.name === name);
		if (assigned !== undefined) return assigned.value?.value ?? "";
		// An ARG is gone when the container starts.
		const value = declarationAt(end, name)?.kind === "ARG" ? undefined : variableAt(end, name);
		if (value?.kind === "set" && value.value !== "") return value.value;
	}
	return undefined;
}

/** `rails server`, `bundle exec puma`, `ruby bin/rails server`. */
function startsRails(command: ShellCommand): boolean {
	return programChain(command).some(({ program }) => RAILS_PROGRAMS.has(program));
}
