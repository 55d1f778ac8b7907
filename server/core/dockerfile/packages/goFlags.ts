import { PLAIN_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { goMinor } from "../base/goVersion.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { packageCallOf } from "./packageCalls.ts";

/** The commands of Go that load packages, for which `-mod` counts. Source: https://go.dev/ref/mod#build-commands */
const LOADING_VERBS: ReadonlySet<string> = new Set(["build", "fix", "generate", "get", "install", "list", "run", "test", "vet"]);

/** Whether a command loads packages of a module, or runs a program that may. */
export function mayLoadPackages(command: ShellCommand): boolean {
	const { program, name, args } = command;
	if (program !== "go") return name !== undefined && !PLAIN_PROGRAMS.has(program ?? "") && packageCallOf(command) === undefined;
	const verb = args[0]?.value;
	// A tool with a version of its own has no go.mod, and a flag of the call itself counts more than the variable.
	const isOther = args.some(({ text }) => text.includes("@") || /^--?mod\b/.test(text));
	return verb === undefined ? args.length > 0 : LOADING_VERBS.has(verb) && !isOther;
}

/** Go reads GOFLAGS since 1.11, as it does modules. Source: the release notes of Go 1.11. */
export function isBeforeModules({ stage }: Step): boolean {
	const minor = goMinor(stage);
	return minor !== undefined && minor < 11;
}

/** Whether a RUN below a step may load packages. */
export function isAboveLoads({ stage, span }: Step): boolean {
	return span.start < lastLoad(stage);
}

const lastLoad = remembered(
	(stage: Stage): number => runSteps(stage).findLast((step) => commandsOf(step).some(mayLoadPackages))?.span.start ?? -1,
);
