import { isServer, isServerWrittenFor, type ServerTrait } from "../../knowledge/servers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { type CalledProgram, isInterpreter, programChain } from "./innerProgram.ts";

/** The server of a kind that a command runs, behind launchers and interpreters or not; undefined for others. */
export function calledServer(command: ShellCommand, trait: ServerTrait): CalledProgram | undefined {
	const chain = programChain(command);
	return chain.find(({ program, words }, index) => {
		const outer = chain[index - 1]?.program;
		return isServer(program, trait, words) && (outer === undefined || !isInterpreter(outer) || isServerWrittenFor(program, outer));
	});
}
