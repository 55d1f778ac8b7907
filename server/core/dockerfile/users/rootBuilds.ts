import { COMPILERS, isGenericCompiler } from "../../knowledge/compilers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { callsDotnetSdk } from "../start/calledCommands.ts";
import { callsAtStart, containerStart } from "../start/containerStart.ts";

/** Tools that leave what they have fetched in the home of who calls them, and what they have made in the project. */
const BUILD_TOOLS: ReadonlySet<string> = new Set([
	...Object.entries(COMPILERS).flatMap(([language, compilers]) => (language === "JavaScript" ? [] : Object.keys(compilers))),
	...["mix", "rebar3", "dart", "flutter"],
]);

/** Those of them that write into the project even if all they do is to run it. */
const WRITES_TO_PROJECT: ReadonlySet<string> = new Set([
	...["dotnet", "dart", "flutter", "mvn", "gradle", "sbt", "lein", "cargo", "stack", "cabal", "swift", "mix", "rebar3"],
]);

/**
 * Whether a container builds in a project that is root's, or with a tool that a step has called before it: what that has left in root's home
 * and in the project is root's.
 */
export function buildsInPlaceOfRoot(stage: Stage): boolean {
	const calls = callsAtStart(containerStart(stage));
	const started = new Set(calls.flatMap(buildTool));
	if (started.size === 0) return false;
	if (calls.some((call) => !runsSingleFile(call) && buildTool(call).some((tool) => WRITES_TO_PROJECT.has(tool)))) return true;
	return lineage(stage).some((ancestor) =>
		runSteps(ancestor).some((step) =>
			commandsOf(step)
				.flatMap(buildTool)
				.some((tool) => started.has(tool)),
		),
	);
}

/** `dart a.dart`, `swift a.swift`. */
function runsSingleFile({ args }: ShellCommand): boolean {
	return /\.(?:dart|swift)$/.test(args[0]?.value ?? "");
}

/** Its name, that of the tool for a project's own wrapper: `mvn` for `./mvnw`. */
function buildTool(command: ShellCommand): readonly string[] {
	const { program = "" } = command;
	if (!(program === "dotnet" ? callsDotnetSdk(command) : BUILD_TOOLS.has(program)) || showsSomething(command)) return [];
	return [program.replace(/^(mvn|gradle)w$/, "$1")];
}

/** Their first call, whatever it asks for, fetches the tool itself into the home of who calls. */
const FETCHED_BY_FIRST_CALL: ReadonlySet<string> = new Set(["mvnw", "gradlew", "sbt", "lein"]);

/** Whether a call only shows something: `go version`, `go env GOPATH`, `cargo --version`. What `make` takes are targets of the project. */
function showsSomething({ program = "", args }: ShellCommand): boolean {
	if (FETCHED_BY_FIRST_CALL.has(program)) return false;
	const [first = "", ...others] = args.map(({ text }) => text).filter((text) => !text.startsWith("+"));
	if (/^(?:--?(?:version|help)|-h)$/.test(first) || (/^-[vV]$/.test(first) && others.length === 0)) return true;
	if (program === "go") return /^(?:version|help|tool)$/.test(first) || (first === "env" && !others.includes("-w"));
	return !isGenericCompiler(program) && /^(?:version|help)$/.test(first);
}
