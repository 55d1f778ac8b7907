import { child, isAbsent, type JsonValue, readList, readNumber, readText } from "../core/json/values.ts";
import { MEANINGLESS_CODES, type ShellComment } from "../core/shellcheck/comment.ts";
import type { ShellDialect } from "../core/shellcheck/scripts.ts";
import type { Command } from "./command.ts";
import { readJson } from "./json.ts";
import { atLeast } from "./version.ts";

const TIMEOUT_MS = 20_000;

/** The first version that knows BusyBox's shell by name. */
const WITH_BUSYBOX = "0.10.0";

/**
 * Checks a script that is given on standard input. No configuration file is looked for: the user's own is not the project's.
 * @param version of the program
 */
export function shellCheckCommand(script: string, dialect: ShellDialect, version: string): Command {
	const shell = dialect === "busybox" && !atLeast(version, WITH_BUSYBOX) ? "dash" : dialect;
	return {
		tool: "shellcheck",
		args: ["--norc", "--format=json1", `--shell=${shell}`, `--exclude=${MEANINGLESS_CODES.join(",")}`, "-"],
		// SHELLCHECK_OPTS of the user would come on top.
		environment: { SHELLCHECK_OPTS: "" },
		input: script,
		// 1: there are comments.
		acceptedExitCodes: [1],
		timeoutMs: TIMEOUT_MS,
		outputLimit: 4_000_000,
	};
}

const SEVERITIES: Readonly<Record<string, ShellComment["severity"]>> = { error: "error", warning: "warning", info: "info", style: "hint" };

/** What `--format=json1` prints. @throws ToolError if it is not what it should be */
export function readShellComments(printed: string): readonly ShellComment[] {
	return readJson("shellcheck", printed, (root) => readList(root, "comments").map(readComment));
}

function readComment(from: JsonValue): ShellComment {
	const line = readNumber(from, "line");
	const column = readNumber(from, "column");
	return {
		code: `SC${readNumber(from, "code")}`,
		severity: SEVERITIES[readText(from, "level")] ?? "info",
		message: readText(from, "message"),
		line,
		column,
		endLine: isAbsent(child(from, "endLine")) ? line : readNumber(from, "endLine"),
		endColumn: isAbsent(child(from, "endColumn")) ? column : readNumber(from, "endColumn"),
	};
}
