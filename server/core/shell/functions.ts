import type { ShellScript } from "./model.ts";

/** Whether a script defines a function of the name: `exec` looks for programs only. */
export function definesFunction({ source, commands }: ShellScript, name: string): boolean {
	if (!/^[\w:.-]+$/.test(name)) return false;
	if (!source.text.includes("function") && !commands.some(({ within }) => within.includes("function"))) return false;
	const escaped = name.replace(/\./g, "\\.");
	return new RegExp(`(?:^|[\\s;&|{(])(?:${escaped}\\s*\\(\\s*\\)|function\\s+${escaped}(?![\\w:.-]))`).test(source.text);
}
