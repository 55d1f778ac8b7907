import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";

/** Programs that take the address of a package file. */
const INSTALLERS = new Set(["rpm", "dnf", "yum", "microdnf", "tdnf", "zypper"]);

interface PackageFile {
	readonly text: string;
	readonly span: Span;
	readonly command: ShellCommand;
}

/** The addresses of package files that a package manager installs itself. */
export function packageFilesOf(step: Step): readonly PackageFile[] {
	return commandsOf(step)
		.filter(({ program, decoded }) => INSTALLERS.has(program ?? "") && !decoded)
		.flatMap((command) =>
			command.args
				.filter(({ text }) => /^["']?(?:https?|ftp):\/\/\S+\.(?:rpm|deb|apk)["']?$/.test(text))
				.map(({ text, span }) => ({ text, span, command })),
		);
}
