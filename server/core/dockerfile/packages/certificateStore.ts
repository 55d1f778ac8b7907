import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { orderOf } from "../commands/commandOrder.ts";
import type { Step } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { stepsBackwards } from "../variables/state.ts";
import { leavesRecommendsOut } from "./aptRecommends.ts";
import { installedPackages } from "./installedPackages.ts";
import { type PackageCall, packageCallsOf } from "./packageCalls.ts";
import { addPackage } from "./packageListEdit.ts";

/**
 * Whether the system's certificate authorities are there for a command: the package `ca-certificates`, which curl and wget only
 * recommend. `edit` adds it to an install above that leaves recommendations out; undefined where that cannot be done.
 */
export type CertificateStore = { readonly kind: "there" | "unknown" } | { readonly kind: "missing"; readonly edit: SpanEdit | undefined };

const PACKAGES: ReadonlySet<string> = new Set(["ca-certificates", "ca-certificates-bundle"]);
/** Where certificates come from other than by the package. */
const BROUGHT = /ca-certificates|\/etc\/ssl\b|ca-bundle/;

/** What is known of the system's certificate authorities at a command of a step. */
export function certificateStoreAt(step: Step, command: ShellCommand): CertificateStore {
	const above = [...stepsBackwards(step.stage, step)];
	const calls = callsBefore(step, command);
	const bringsThem = (at: Step, among: readonly PackageCall[]): boolean =>
		installedPackages(at).some(({ call, name }) => PACKAGES.has(name) && among.includes(call));
	if (bringsThem(step, calls) || above.some((earlier) => bringsThem(earlier, packageCallsOf(earlier)))) return { kind: "there" };
	if (stageBaseFacts(step.stage).certificates !== false) return { kind: "unknown" };
	const textBefore = step.stage.file.text.slice(step.span.start, command.span.start);
	if (BROUGHT.test(textBefore) || above.some((earlier) => BROUGHT.test(stepText(earlier)))) return { kind: "unknown" };
	const install = installOf(command.program, [
		...aptInstalls(step, calls),
		...above.flatMap((earlier) => aptInstalls(earlier, packageCallsOf(earlier))),
	]);
	// With the recommended packages they may have come along.
	if (install === undefined || !leavesRecommendsOut(install.step, install.call)) return { kind: "unknown" };
	return { kind: "missing", edit: addPackage(install.step, install.call, "ca-certificates") };
}

/** The package manager calls of a step that stand in front of a command. */
function callsBefore(step: Step, command: ShellCommand): readonly PackageCall[] {
	const order = orderOf(step);
	const place = order.get(command) ?? 0;
	return packageCallsOf(step).filter((call) => (order.get(call.command) ?? place) < place);
}

interface Install {
	readonly step: Step;
	readonly call: PackageCall;
}

/** Those of the calls that install with apt, whatever happens, the last one first. */
function aptInstalls(step: Step, calls: readonly PackageCall[]): readonly Install[] {
	return calls.toReversed().flatMap((call) => {
		const isCertain = call.command.within.every((enclosure) => enclosure === "group" || enclosure === "wrapper");
		return call.manager === "apt" && call.verb === "install" && isCertain ? [{ step, call }] : [];
	});
}

/** The install that names the program, else the nearest one. */
function installOf(program: string | undefined, installs: readonly Install[]): Install | undefined {
	const names = ({ step, call }: Install): boolean =>
		installedPackages(step).some((installed) => installed.call === call && installed.name === program);
	return installs.find(names) ?? installs[0];
}
