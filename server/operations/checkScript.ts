import type { ShellComment } from "../core/shellcheck/comment.ts";
import type { CheckedScript } from "../core/shellcheck/scripts.ts";
import { readShellComments, shellCheckCommand } from "../tools/shellcheck.ts";
import type { OperationContext } from "./context.ts";

/** What ShellCheck says of a script. @throws ToolError if it is not there, or its answer is not known */
export async function checkScript(context: OperationContext, { dialect, source }: CheckedScript): Promise<readonly ShellComment[]> {
	const { version } = await context.locate("shellcheck");
	const { stdout } = await context.run(shellCheckCommand(source.text, dialect, version));
	return readShellComments(stdout);
}
