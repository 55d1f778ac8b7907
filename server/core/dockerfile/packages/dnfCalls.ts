import { ownValue } from "../../ownValue.ts";
import type { ShellWord } from "../../shell/model.ts";
import { isAnsweredByInput } from "../commands/givenAnswers.ts";
import type { ConfigurationPlaces } from "../files/copyWords.ts";
import type { Step } from "../model/model.ts";
import { callOption } from "./callWords.ts";
import { mayBeConfigured } from "./configurations.ts";
import { callHasOption, type PackageCall } from "./packageCalls.ts";

/** Subcommands of yum, dnf and tdnf that ask before they change anything. Source: dnf(8) 4.18, dnf5(8) 5.2, yum(8) 3.4. */
const ASKING = new Set(["upgrade", "update", "upgrade-minimal", "update-minimal", "distro-sync", "autoremove", "groupupdate"]);
/** The like that have nothing to do without operands. */
const ASKING_ABOUT_PACKAGES = new Set([
	"install",
	"reinstall",
	"localinstall",
	"groupinstall",
	"group-install",
	"groupremove",
	"downgrade",
	"swap",
	"remove",
	"erase",
	"builddep",
]);
const GROUP = ["install", "remove", "upgrade"];
/** Subcommands of subcommands that ask. */
const ASKING_BELOW: Readonly<Record<string, readonly string[]>> = {
	module: ["install", "enable", "disable", "reset", "remove", "update", "switch-to"],
	group: GROUP,
	groups: GROUP,
	grp: GROUP,
	copr: ["enable"],
};
/** At the end of its input dnf takes the default. */
const CONFIGURED = /assumeyes|defaultyes/;
const CONFIGURATION: ConfigurationPlaces = {
	within: /^\/etc\/(?:yum\.conf|t?dnf\/(?:t?dnf|libdnf5)\.conf)/,
	above: /^\/(?:etc\/?(?:(?:yum|t?dnf)\/?)?)?$/,
	names: /^(?:yum|t?dnf)\.conf$/,
};
const SILENT = ["--assumeno", "--help", "-h", "--version", "--downloadonly"];

/** The word behind which `-y` goes, for a call that asks a question; undefined for one that asks nothing. */
export function questionOf(call: PackageCall): ShellWord | undefined {
	if (callHasOption(call, ...SILENT)) return undefined;
	const below = ownValue(ASKING_BELOW, call.verb);
	if (below !== undefined) return below.includes(call.operands[0]?.value ?? "") && call.operands.length > 1 ? call.operands[0] : undefined;
	if (ASKING.has(call.verb)) return call.verbWord;
	const named = call.operands.length > 0 || call.command.wrapper?.program === "xargs";
	return ASKING_ABOUT_PACKAGES.has(call.verb) && named ? call.verbWord : undefined;
}

/** Whether a call is told to take yes for an answer, or may be: by an option, a pipe or a configuration. */
export function isAnswered(step: Step, call: PackageCall): boolean {
	const said = callOption(
		step,
		call,
		(name, value) =>
			/^-[a-zA-Z]*y[a-zA-Z]*$/.test(name) || name === "--assumeyes" || (name === "--setopt" && /^(?:assume|default)yes=/.test(value ?? "")),
	);
	if (said !== "no" || isAnsweredByInput(step, call.command)) return true;
	return mayBeConfigured(step, CONFIGURED, CONFIGURATION);
}

/** Whether a call works on another root, so that this layer is not concerned. */
export function worksElsewhere(call: PackageCall): boolean {
	return callHasOption(call, "--installroot", "--root", "-R", "--releasever-root") || call.command.wrapper?.program === "chroot";
}
