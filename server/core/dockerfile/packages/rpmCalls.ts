import type { ShellOption } from "../../shell/options.ts";

/** Whether a call of rpm installs: `rpm -q`, `rpm -K` and their like do not, whatever else they are told. */
export function rpmInstalls(options: readonly ShellOption[]): boolean {
	if (options.some(({ name }) => /^(?:-[qVK]|--query|--verify|--checksig)$/.test(name))) return false;
	return options.some(({ name }) => /^(?:-[iUF]|--install|--upgrade|--freshen|--reinstall)$/.test(name));
}
