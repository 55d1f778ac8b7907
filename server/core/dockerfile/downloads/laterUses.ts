import { baseName } from "../../baseName.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { installs, unpacks } from "../commands/consumers.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import { textAt } from "../commands/shellVariables.ts";
import type { Stage, Step } from "../model/model.ts";
import { isSamePath } from "./filePaths.ts";

/** A command that unpacks or installs a file. */
export interface FileUse {
	readonly step: Step;
	readonly command: ShellCommand;
	readonly kind: "unpacked" | "installed";
}

/** The first command behind a RUN, in its stage, that unpacks or installs a file; `names` are the texts by which the RUN calls it. */
export function laterUse(step: Step, names: readonly string[]): FileUse | undefined {
	const uses = usesByName(step.stage);
	const candidates = [...new Set(names.map(baseName))].flatMap((name) => uses.get(name) ?? []);
	return candidates.find(({ path, use }) => use.step.ordinal > step.ordinal && names.some((name) => isSamePath(path, name)))?.use;
}

/** What the RUNs of a stage unpack and install, by the name of the file. */
const usesByName = remembered((stage: Stage): ReadonlyMap<string, readonly { readonly path: string; readonly use: FileUse }[]> => {
	const byName = new Map<string, { readonly path: string; readonly use: FileUse }[]>();
	for (const step of runSteps(stage)) {
		for (const command of commandsOf(step)) {
			const kind = unpacks(command) ? "unpacked" : installs(command) ? "installed" : undefined;
			if (kind === undefined) continue;
			const paths = command.args.flatMap((word) => [comparable(word), textAt(step, command, word)]);
			for (const path of new Set(paths)) {
				const uses = byName.get(baseName(path)) ?? [];
				uses.push({ path, use: { step, command, kind } });
				byName.set(baseName(path), uses);
			}
		}
	}
	return byName;
});
