import type { ShellWord } from "../../shell/model.ts";
import { isAnsweredByInput } from "../commands/givenAnswers.ts";
import type { ConfigurationPlaces } from "../files/copyWords.ts";
import type { Step } from "../model/model.ts";
import { callOption } from "./callWords.ts";
import { mayBeConfigured } from "./configurations.ts";
import { callHasOption, type PackageCall } from "./packageCalls.ts";

/** Subcommands of yum, dnf and tdnf that install and remove nothing, and ask all the same. Source: dnf(8) 4.18, dnf5(8) 5.2, yum(8) 3.4. */
const ASKING_TOO = new Set(["module enable", "module disable", "module reset", "copr enable"]);
/** At the end of its input dnf takes the default. */
const CONFIGURED = /(?:assume|default)yes(?!\s{0,8}=\s{0,8}["']?(?:0|false|no|off)\b)/i;
const CONFIGURATION: ConfigurationPlaces = {
	within: /^\/etc\/(?:yum\.conf|t?dnf\/(?:t?dnf|libdnf5)\.conf)/,
	above: /^\/(?:etc\/?(?:(?:yum|t?dnf)\/?)?)?$/,
	names: /^(?:yum|t?dnf)\.conf$/,
};
const SILENT = ["--assumeno", "--help", "-h", "--version", "--downloadonly"];

/** The word behind which `-y` goes, for a call that asks a question; undefined for one that asks nothing. */
export function questionOf(call: PackageCall): ShellWord | undefined {
	if (callHasOption(call, ...SILENT)) return undefined;
	if (call.kind === "upgrade" || call.verb === "autoremove") return call.verbWord;
	const asks = call.kind === "install" || call.kind === "remove" || ASKING_TOO.has(call.verb);
	// The rest has nothing to do without operands.
	return asks && (call.operands.length > 0 || call.command.wrapper?.program === "xargs") ? call.verbWord : undefined;
}

/** Whether a call is told to take yes for an answer, or may be: by an option, a pipe or a configuration. */
export function isAnswered(step: Step, call: PackageCall): boolean {
	const said = callOption(
		step,
		call,
		(name, value) => /^-[a-zA-Z]*y[a-zA-Z]*$/.test(name) || name === "--assumeyes" || (name === "--setopt" && CONFIGURED.test(value ?? "")),
	);
	if (said !== "no" || isAnsweredByInput(step, call.command)) return true;
	return mayBeConfigured(step, CONFIGURED, CONFIGURATION);
}

/** Whether a call works on another root, so that this layer is not concerned. */
export function worksElsewhere(call: PackageCall): boolean {
	return callHasOption(call, "--installroot", "--root", "-R", "--releasever-root") || call.command.wrapper?.program === "chroot";
}
