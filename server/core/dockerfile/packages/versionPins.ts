import { addTo } from "../../addTo.ts";
import type { ManagerId } from "../../knowledge/packageManagers.ts";
import type { Span } from "../../text.ts";
import { shortened } from "../../text.ts";
import { runSteps } from "../commands/scripts.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { type InstalledPackage, installedPackages, packagesForOtherRoot } from "./installedPackages.ts";
import { type PackageCall, packageCallsOf } from "./packageCalls.ts";

/** The packages without a version that one call installs. */
export interface UnpinnedCall {
	readonly stage: Stage;
	readonly step: Step;
	readonly call: PackageCall;
	/** The first of them. */
	readonly span: Span;
	readonly names: readonly string[];
}

const MOST_CHARACTERS = 50;

/** The calls of system package managers that leave versions open; `accepts` says which packages are settled by their names. */
export function* unpinnedCalls(
	file: Dockerfile,
	managers: readonly ManagerId[],
	accepts: (found: InstalledPackage) => boolean = () => false,
): Generator<UnpinnedCall> {
	for (const stage of file.stages) {
		for (const step of runSteps(stage)) {
			if (!packageCallsOf(step).some(({ manager }) => managers.includes(manager))) continue;
			const byCall = new Map<PackageCall, InstalledPackage[]>();
			for (const found of [...installedPackages(step), ...packagesForOtherRoot(step)]) {
				if (!managers.includes(found.call.manager) || found.kind !== "package" || found.version !== undefined) continue;
				// A variable in the name may be the version.
				if (found.name.includes("${") || accepts(found)) continue;
				addTo(byCall, found.call, found);
			}
			for (const [call, packages] of byCall) {
				const first = packages[0];
				if (first === undefined) continue;
				yield { stage, step, call, span: first.word.span, names: packages.map(({ name }) => name) };
			}
		}
	}
}

/** A module of which a call takes whatever stream is the default. */
export interface UnpinnedModule {
	readonly stage: Stage;
	readonly span: Span;
	readonly message: string;
}

/** `dnf module install nodejs`: the stream (`nodejs:22`) is what tells the version. */
export function unpinnedModules(file: Dockerfile, managers: readonly ManagerId[]): readonly UnpinnedModule[] {
	return file.stages.flatMap((stage) =>
		runSteps(stage)
			.flatMap(packageCallsOf)
			.flatMap(({ verb, manager, operands }) => {
				if ((verb !== "module install" && verb !== "module enable") || !managers.includes(manager)) return [];
				return operands.flatMap(({ text, value, span }) =>
					value !== undefined && /^[\w-]+$/.test(value)
						? [{ stage, span, message: `${shortened(text, MOST_CHARACTERS)} is installed in whatever stream is the default` }]
						: [],
				);
			}),
	);
}

/** `curl is installed without a version`, `curl and 3 more packages are installed without a version`; `wheel<1` has one, if no exact one. */
export function unpinnedMessage(names: readonly string[]): string {
	const first = shortened(names[0] ?? "", MOST_CHARACTERS);
	const missing = names.some((name) => /^[^;]*[<>!]/.test(name)) ? "an exact version" : "a version";
	if (names.length === 1) return `${first} is installed without ${missing}`;
	return `${first} and ${names.length - 1} more package${names.length === 2 ? "" : "s"} are installed without ${missing}`;
}
