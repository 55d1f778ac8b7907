import { baseName } from "../../baseName.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { ContextCopy } from "../files/contextCopies.ts";
import type { DependencyInstall } from "../packages/dependencyInstalls.ts";

/* Copied files and folders that commands name: what they need has to be copied before they run. */

/** Options that name a list of packages, which the install reads as it would read it elsewhere. */
const LISTS: ReadonlySet<string> = new Set(["-r", "--requirement", "--requirements", "-c", "--constraint"]);

/** What the words of an install may name beside lists of packages: `npm --prefix src`, `pnpm --filter app`, `pip install ./src`. */
export function namedByInstall({ call }: DependencyInstall): Set<string> {
	const values = call.options.flatMap(({ name, value }) => (value === undefined || LISTS.has(name) ? [] : [value]));
	const words = [...call.operands.map(comparable), ...values];
	const parts = words.flatMap((word) => (word.startsWith("/") ? foldersOf(word) : word.split(/[^\w.-]+/)));
	return new Set(parts.map((part) => part.replace(/(?<=[^.])\.+$/, "")));
}

/** The paths that a command names: files by their names, folders as `src` for `src/build.sh`, and in full where they are. Where `cd` goes is not read. */
export function pathsNamedBy({ name, program, args }: ShellCommand): readonly string[] {
	if (program === "cd" || program === "pushd") return [];
	const words = name === undefined ? args : [name, ...args];
	return words.flatMap((word) => {
		const path = comparable(word).replace(/^(?:\.\/)+/, "");
		if (path.includes("://")) return [];
		const file = baseName(path);
		return [...(file.includes(".") ? [file] : []), ...(path.startsWith("/") ? foldersOf(path) : firstFolderOf(path))];
	});
}

function firstFolderOf(path: string): readonly string[] {
	const end = path.indexOf("/");
	return end === -1 ? [] : [path.slice(0, end)];
}

/** `/a` and `/a/b` for `/a/b`. */
function foldersOf(path: string): readonly string[] {
	const parts = path.split("/").filter((part) => part !== "");
	return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

/** Whether a source, by its name or by where it is copied, is among what is named. */
export function isNamed(
	name: string,
	{ destination, target }: Pick<ContextCopy, "destination" | "target">,
	named: ReadonlySet<string>,
): boolean {
	if (named.has(name)) return true;
	const copied = baseName(destination.replace(/\/+$/, ""));
	// A file may be copied into a folder that others share.
	if (name.includes(".")) return copied.includes(".") && copied !== "." && named.has(copied);
	return copied !== "" && copied !== "." && (named.has(copied) || (target !== undefined && named.has(target)));
}
