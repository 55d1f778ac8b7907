import type { ShellCommand } from "../../shell/model.ts";
import type { SpanEdit } from "../../text.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { orderOf } from "../commands/commandOrder.ts";
import type { Step } from "../model/model.ts";
import { anyStep, foldSteps } from "../model/stepFold.ts";
import { stepText } from "../model/stepText.ts";
import { type NameLayer, valueIn, withValues } from "../variables/nameLayers.ts";
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
	const calls = callsBefore(step, command);
	if (bringsThem(step, calls) || bringing.above(step)) return { kind: "there" };
	if (stageBaseFacts(step.stage).certificates !== false) return { kind: "unknown" };
	const textBefore = step.stage.file.text.slice(step.span.start, command.span.start);
	if (BROUGHT.test(textBefore) || naming.above(step)) return { kind: "unknown" };
	const { program = "" } = command;
	const installs = installsAbove.at(step.stage, step);
	const own = aptInstalls(step, calls).reduce(withInstall, NO_INSTALLS);
	// The one that names the program, else the nearest one.
	const install = valueIn(own.byName, program) ?? valueIn(installs.byName, program) ?? own.nearest ?? installs.nearest;
	// With the recommended packages they may have come along.
	if (install === undefined || !leavesRecommendsOut(install.step, install.call)) return { kind: "unknown" };
	return { kind: "missing", edit: addPackage(install.step, install.call, "ca-certificates") };
}

function bringsThem(step: Step, among: readonly PackageCall[]): boolean {
	return installedPackages(step).some(({ call, name }) => PACKAGES.has(name) && among.includes(call));
}

const bringing = anyStep((step) => bringsThem(step, packageCallsOf(step)));
const naming = anyStep((step) => BROUGHT.test(stepText(step)));

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

/** Installs of apt, up to a place. */
interface Installs {
	readonly nearest: Install | undefined;
	/** The nearest one that names each package. */
	readonly byName: NameLayer<Install> | undefined;
}

const NO_INSTALLS: Installs = { nearest: undefined, byName: undefined };

const installsAbove = foldSteps<Installs>(
	() => NO_INSTALLS,
	(above, step) => aptInstalls(step, packageCallsOf(step)).reduce(withInstall, above),
);

function withInstall({ byName }: Installs, install: Install): Installs {
	const names = installedPackages(install.step).flatMap(({ call, name }) => (call === install.call ? [name] : []));
	return { nearest: install, byName: withValues(byName, new Map(names.map((name) => [name, install]))) };
}

/** Those of the calls that install with apt, whatever happens, in order. */
function aptInstalls(step: Step, calls: readonly PackageCall[]): readonly Install[] {
	return calls.flatMap((call) => {
		const isCertain = call.command.within.every((enclosure) => enclosure === "group" || enclosure === "wrapper");
		return call.manager === "apt" && call.verb === "install" && isCertain ? [{ step, call }] : [];
	});
}
