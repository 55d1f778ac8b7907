import type { Step } from "../model/model.ts";
import type { Answer } from "../syntax/answer.ts";
import { aptConfigured } from "./aptConfiguration.ts";
import { callOption } from "./callWords.ts";
import type { PackageCall } from "./packageCalls.ts";

const NO = "(?:false|no|0|off|without|disable)";
/** `APT::Install-Recommends "false";`, or the same in a block: `APT { Install-Recommends "false"; };`. */
const CONFIGURED = new RegExp(`\\bAPT(?:::|\\s{0,8}\\{[^]{0,200}?)Install-Recommends["'\\s=\\\\]{0,8}${NO}\\b`, "i");
const AS_OPTION = /^(?:APT::Install-Recommends|Aptitude::Recommends-Important)=/i;
const OFF_AS_OPTION = new RegExp(`${AS_OPTION.source}["']?${NO}\\b`, "i");

/** Whether apt's configuration leaves recommended packages out of a call. */
export function recommendsSwitchedOff(step: Step, { command }: PackageCall): Answer {
	return aptConfigured(step, CONFIGURED, command);
}

/** Whether an option of a call says anything about recommended packages. */
export function decidesOnRecommends(call: PackageCall, name: string, value: string | undefined): boolean {
	if (name === "--install-recommends" || name === "--with-recommends" || omitsRecommends(call, name, value)) return true;
	return (name === "-o" || name === "--option") && AS_OPTION.test(value ?? "");
}

/** Whether a call of apt is known to install no recommended packages. */
export function leavesRecommendsOut(step: Step, call: PackageCall): boolean {
	if (callOption(step, call, (name, value) => omitsRecommends(call, name, value)) === "yes") return true;
	return (
		recommendsSwitchedOff(step, call) === "yes" && callOption(step, call, (name, value) => decidesOnRecommends(call, name, value)) === "no"
	);
}

function omitsRecommends(call: PackageCall, name: string, value: string | undefined): boolean {
	if (name === "--no-install-recommends" || name === "--without-recommends" || (name === "-R" && call.program === "aptitude")) return true;
	return (name === "-o" || name === "--option") && OFF_AS_OPTION.test(value ?? "");
}
