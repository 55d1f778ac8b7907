import { outermost, type ShellCheck } from "./defect.ts";

/** What stands behind `exit` or `exec` in the same list is never run. */
export const unreachableCommand: ShellCheck = ({ script }) => {
	const commands = outermost(script);
	for (let index = 0; index + 1 < commands.length; index++) {
		const command = commands[index];
		const next = commands[index + 1];
		if (command === undefined || next === undefined || command.pipeline !== undefined) continue;
		const leaves = command.name?.value === "exit" || (command.name?.value === "exec" && command.args.length > 0);
		// Behind `&&` or `||` it may be left out itself.
		if (!leaves || !["start", ";"].includes(command.connector) || next.connector !== ";") continue;
		const span = next.name?.span ?? next.span;
		return [{ span, message: `This is never run: ${command.name?.value} ends the script above it` }];
	}
	return [];
};
