import type { ShellCommand } from "../../shell/model.ts";
import type { Step } from "../model/model.ts";
import type { Answer } from "../syntax/answer.ts";
import { type Configuration, configured } from "./configurations.ts";

const CONFIGURATION: Configuration = {
	within: /^\/etc\/apt\/apt\.conf/,
	above: /^\/(?:etc\/?(?:apt\/?)?)?$/,
	names: /^apt\.conf/,
	programs: new Set(["apt", "apt-get", "aptitude"]),
};

/**
 * Whether apt's configuration says something, when a command of a step runs, that `pattern`, a constant, matches. Unknown where a file is
 * copied to a place that apt reads.
 */
export function aptConfigured(step: Step, pattern: RegExp, command: ShellCommand): Answer {
	return configured(step, pattern, CONFIGURATION, command);
}
