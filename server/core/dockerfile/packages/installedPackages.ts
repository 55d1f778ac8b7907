import type { ManagerId } from "../../knowledge/packageManagers.ts";
import { BUILD_PACKAGES, NO_BUILD_PACKAGES } from "../../knowledge/packageNames.ts";
import { remembered } from "../../memo.ts";
import type { ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { wordAt } from "../commands/shellVariables.ts";
import type { Step } from "../model/model.ts";
import { callHasOption, type PackageCall, packageCallsOf, virtualName } from "./packageCalls.ts";

/** Something that a call of the system's package manager installs. */
export interface InstalledPackage {
	readonly call: PackageCall;
	/** The word that names it; several packages may come from one variable. */
	readonly word: ShellWord;
	/** Without version, release, architecture and repository. `${NAME}` stands for a variable that nobody knows. */
	readonly name: string;
	/** What is asked of its version, with the operator: `=1.2`, `~=3`, `/bookworm-backports`; undefined if nothing is. */
	readonly version: string | undefined;
	/** `file`: a local file or an address. `group`: a group, pattern or virtual package that stands for several. */
	readonly kind: "package" | "file" | "group";
}

/** The managers of the packages that distributions are made of. */
export const SYSTEM_MANAGERS: ReadonlySet<ManagerId> = new Set(["apt", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper"]);
const INSTALLING = /^(?:install|install-(?:n|na|nevra)|reinstall|rei|localinstall|in|add|group-?install|(?:groups?|grp) install)$/;

const NO_PACKAGES: readonly InstalledPackage[] = [];

/** The packages that the system's package managers install in a RUN, in order. Words that a variable hides are left out. */
export const installedPackages = remembered((step: Step): readonly InstalledPackage[] =>
	packageCallsOf(step).flatMap((call) => (isInstall(call) ? packagesOf(step, call) : NO_PACKAGES)),
);

/** The same for those that go into another folder: the root of an image that is copied later. */
export function packagesForOtherRoot(step: Step): readonly InstalledPackage[] {
	return packageCallsOf(step).flatMap((call) => (installs(call) && isForOtherRoot(call) ? packagesOf(step, call) : NO_PACKAGES));
}

/** Whether a RUN installs what a file, an input or a variable without a known value names. */
export function installsUnknown(step: Step): boolean {
	return packageCallsOf(step).some((call) => installsWhatIsHidden(step, call));
}

/** The same of one call. */
export function installsWhatIsHidden(step: Step, call: PackageCall): boolean {
	if (!isInstall(call)) return false;
	if (call.command.wrapper?.program === "xargs") return true;
	return call.operands.some((word) => /^(?:\0|\$\{)/.test(wordAt(step, call.command, word) ?? comparable(word)));
}

function isInstall(call: PackageCall): boolean {
	return installs(call) && !isForOtherRoot(call);
}

function isForOtherRoot(call: PackageCall): boolean {
	return callHasOption(call, "--root", "-p", "--installroot", "--initdb") || call.command.wrapper?.program === "chroot";
}

function installs(call: PackageCall): boolean {
	if (!SYSTEM_MANAGERS.has(call.manager) || !INSTALLING.test(call.verb)) return false;
	return !callHasOption(call, "--help", "-h", "-s", "--simulate", "--dry-run", "--download-only", "--downloadonly", "--print-uris");
}

function packagesOf(step: Step, call: PackageCall): readonly InstalledPackage[] {
	const packages: InstalledPackage[] = [];
	for (const word of call.operands) {
		const text = wordAt(step, call.command, word) ?? comparable(word);
		if (text.includes("\0") || (text.startsWith("${") && /^\$\{\w+[^}]*\}$/.test(text))) continue;
		// A word that is quoted as a whole is one name: `'gcc = 15.1'`.
		for (const part of word.value === undefined ? text.split(/\s+/) : [text]) {
			// A variable can hold options, too; `name-` removes, and `!name` keeps out.
			if (part === "" || part.startsWith("-") || part.startsWith("!") || (call.manager === "apt" && /[^+]-$/.test(part))) continue;
			const { name, version, kind } = partsOf(call, part);
			packages.push({ call, word, name, version, kind });
		}
	}
	return packages;
}

type Parts = Pick<InstalledPackage, "name" | "version" | "kind">;

function partsOf(call: PackageCall, text: string): Parts {
	// The others read versions out of plain names, or groups where an option asks for them.
	if ((call.manager === "apt" || call.manager === "apk") && PLAIN_NAME.test(text))
		return { name: text, version: undefined, kind: "package" };
	if (text.includes("://") || /\.(?:deb|rpm|apk)$/.test(text) || /^[./~]/.test(text) || (call.manager !== "apt" && text.includes("/")))
		return { name: text, version: undefined, kind: "file" };
	switch (call.manager) {
		case "apt":
			return aptParts(text);
		case "apk":
			return operatorParts(text, /[=<>~]/);
		case "zypper":
			return /^(?:pattern|patch|product):/.test(text) || asksForOtherType(call)
				? { name: text, version: undefined, kind: "group" }
				: operatorParts(text.replace(/^package:/, ""), /[=<>]/);
		default:
			return dnfParts(call, text);
	}
}

/** `zypper install -t pattern`; packages are what it takes by itself. */
function asksForOtherType(call: PackageCall): boolean {
	return call.options.some(({ name, value }) => (name === "-t" || name === "--type") && value !== "package");
}

const PLAIN_NAME = /^[a-z][a-z0-9-]*$/;

/** `name[:architecture][=version|/release][+]`; a `/` that belongs to a glob does not matter. */
function aptParts(text: string): Parts {
	const { name, version } = operatorParts(text, /[=/]/);
	const bare = name.replace(/:[\w${}]+$/, "").replace(/(\w)\+$/, "$1");
	// `g++` and its like end in pluses themselves.
	return { name: /\+\+$/.test(name) ? name : bare, version, kind: name.endsWith("^") ? "group" : "package" };
}

function operatorParts(text: string, operator: RegExp): Parts {
	const at = text.search(operator);
	const name = (at === -1 ? text : text.slice(0, at)).replace(/@[\w-]+$/, "");
	const version = at === -1 ? undefined : text.slice(at).replace(/@[\w-]+$/, "");
	return { name, version, kind: name.startsWith(".") ? "group" : "package" };
}

/** What no version can be: a word behind the number, as in `java-1.8.0-openjdk-devel` and `postgresql-9.6-server.x86_64`. */
const NUMBER_IN_NAME = /^\d[^-]*-(?!(?:rc|alpha|beta|pre|snapshot|final|release)\b)[a-z]{2,}(?=[-*]|\.(?:x86_64|noarch|aarch64|i686)$|$)/i;

/** `name-version`: what follows a dash and begins with a digit, if it holds a dot, a colon or another dash; or a glob or a variable there. */
function dnfParts(call: PackageCall, text: string): Parts {
	if (text.startsWith("@") || /^gr(?:ou)?p/.test(call.verb) || (text.includes(" ") && !/[=<>]/.test(text)))
		return { name: text, version: undefined, kind: "group" };
	if (/[()]/.test(text)) return { name: text, version: undefined, kind: "package" };
	for (let at = text.indexOf("-"); at !== -1; at = text.indexOf("-", at + 1)) {
		const rest = text.slice(at + 1);
		if (NUMBER_IN_NAME.test(rest)) continue;
		if (/^\d[\w~^+]*[.:*]/.test(rest) || /^\$\{\w*(?:VER|RELEASE)/i.test(rest) || /^\d+-\d/.test(rest))
			return { name: text.slice(0, at), version: rest, kind: "package" };
	}
	const equals = text.search(/[=<>]/);
	return equals === -1
		? { name: text.replace(/\.(?:x86_64|noarch|aarch64|i686)$/, ""), version: undefined, kind: "package" }
		: { name: text.slice(0, equals).trim(), version: text.slice(equals), kind: "package" };
}

/** Whether a package is there to compile something with: a compiler, headers. */
export function isForBuilds({ name, kind }: InstalledPackage): boolean {
	// Debian has compilers by version, too: `g++-11`.
	const unversioned = name.replace(/-\d+(?:\.\d+)?$/, "");
	return kind === "package" && !NO_BUILD_PACKAGES.has(name) && (BUILD_PACKAGES.has(unversioned) || /-(?:dev|devel)$/.test(name));
}

/** A call of a RUN that removes packages. */
interface Removal {
	/** The place of the call among those of the RUN. */
	readonly place: number;
	readonly manager: ManagerId;
	readonly names: ReadonlySet<string>;
	readonly patterns: readonly string[];
	/** Whether some of the names come from elsewhere. */
	readonly hidesNames: boolean;
}

interface Removals {
	readonly places: ReadonlyMap<PackageCall, number>;
	readonly removals: readonly Removal[];
	/** `apt-mark auto …` and `apt-get purge --auto-remove` take out what is not listed as needed. */
	readonly marks: boolean;
}

const removalsIn = remembered((step: Step): Removals => {
	const calls = packageCallsOf(step);
	const removals = calls.flatMap((call, place) => (call.kind === "remove" ? [removalOf(step, call, place)] : []));
	const marks = removals.length > 0 && commandsOf(step).some(({ program }) => program === "apt-mark");
	return { places: new Map(calls.map((call, place) => [call, place])), removals, marks };
});

/** The place of a call among those of its RUN. */
export function placeOf(step: Step, call: PackageCall): number {
	return removalsIn(step).places.get(call) ?? -1;
}

function removalOf(step: Step, call: PackageCall, place: number): Removal {
	const texts = call.operands.map((word) => wordAt(step, call.command, word));
	const names = texts.flatMap((text) => text?.split(/\s+/) ?? []);
	return {
		place,
		manager: call.manager,
		names: new Set(names),
		patterns: names.filter((name) => name.endsWith("*")),
		hidesNames: texts.includes(undefined) || call.command.wrapper?.program === "xargs",
	};
}

/** Whether a later call of the same RUN removes a package again: by its name, by the virtual name that it came under, or with all that is no longer needed. */
export function isRemovedAgain(step: Step, { call, name }: InstalledPackage): boolean {
	const { places, removals, marks } = removalsIn(step);
	if (removals.length === 0) return false;
	if (call.manager === "apt" && marks) return true;
	const at = places.get(call) ?? -1;
	const virtual = virtualName(call);
	return removals.some(({ place, manager, names, patterns, hidesNames }) => {
		if (place <= at || manager !== call.manager) return false;
		if (hidesNames || names.has(name) || (virtual !== undefined && names.has(virtual))) return true;
		return patterns.some((pattern) => globNames(pattern, name));
	});
}

const UNUSED_VERBS: ReadonlySet<string> = new Set(["autoremove", "auto-remove", "autopurge"]);

/** Whether a call of apt takes out what came along with other packages, and none needs any more. */
export function removesUnused(call: PackageCall): boolean {
	return call.manager === "apt" && (UNUSED_VERBS.has(call.verb) || callHasOption(call, "--auto-remove", "--autoremove"));
}

function globNames(pattern: string, name: string): boolean {
	return pattern.endsWith("*") && pattern.length > 1 && name.startsWith(pattern.slice(0, -1));
}
