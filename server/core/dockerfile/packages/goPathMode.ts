import type { ShellCommand } from "../../shell/model.ts";
import { goMinor } from "../base/goVersion.ts";
import { shellVariableAt } from "../commands/shellVariables.ts";
import { fileSays } from "../model/fileText.ts";
import type { Step } from "../model/model.ts";
import { declarationAt } from "../variables/variables.ts";

/** The files of modules, and the calls that work with nothing else. */
const MODULES = /\bgo\.(?:mod|sum)\b|\bgo\s+mod\s+[a-z]/;

/** What GO111MODULE says to a call: `unknown` where the build decides, undefined where Go looks for a go.mod. */
export function moduleMode(step: Step, command: ShellCommand): "on" | "off" | "unknown" | undefined {
	const mode = shellVariableAt(step, command, "GO111MODULE");
	if (mode.kind === "set" && (mode.value === "on" || mode.value === "off")) return mode.value;
	return mode.kind === "unknown" && declarationAt(step, "GO111MODULE") !== undefined ? "unknown" : undefined;
}

/**
 * Whether Go may work without modules, as before it had them: it then has no cache of them, and old versions refuse to empty it. Go 1.11
 * to 1.15 look for a go.mod, unless GO111MODULE says otherwise. Source: the release notes of Go 1.11 and 1.16.
 */
export function mayUseGoPath(step: Step, command: ShellCommand): boolean {
	const mode = moduleMode(step, command);
	if (mode !== undefined) return mode === "off";
	// Without modules `go get` refuses versions.
	if (command.args.some(({ text }) => text.includes("@"))) return false;
	return (goMinor(step.stage) ?? 16) < 16 && !fileSays(step.stage.file, MODULES);
}
