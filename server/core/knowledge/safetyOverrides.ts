import type { ManagerId } from "./packageManagers.ts";

/**
 * Options that tell a package manager to go on where it would stop.
 * Source: the manuals of npm 10, pip 24, Composer 2.7, Cargo 1.78, apt 2.6, dpkg 1.21, dnf 4 and 5, rpm 4.18. Read 2026-11.
 */
export interface SafetyOverride {
	readonly programs: readonly (ManagerId | "dpkg" | "rpm")[];
	readonly names: RegExp;
	/** Counts only behind one of these subcommands. */
	readonly verbs?: RegExp;
	/** What is switched off: `npm --force ignores …`. */
	readonly fact: string;
	/** A value that makes it harmless. */
	readonly harmless?: RegExp;
	/** Where it matters less. */
	readonly minor?: boolean;
}

const DPKG_FORCE =
	"--force-(?:all|depends(?:-version)?|conflicts|breaks|architecture|bad-version|remove-essential|overwrite(?:-dir|-diverted)?|hold|downgrade)";
const OFF = /^(?:false|0|no)$/i;
const NPM_INSTALLS = /^(?:install|i|ci|clean-install|add|update|rebuild)$/;

export const SAFETY_OVERRIDES: readonly SafetyOverride[] = [
	{ programs: ["npm"], names: /^(?:--force|-f)$/, verbs: NPM_INSTALLS, fact: "ignores conflicts between packages", harmless: OFF },
	{ programs: ["npm"], names: /^--legacy-peer-deps$/, verbs: NPM_INSTALLS, fact: "ignores what packages ask of each other", harmless: OFF },
	{ programs: ["npm"], names: /^--unsafe-perm$/, verbs: NPM_INSTALLS, fact: "runs install scripts as root", harmless: OFF },
	{ programs: ["pip", "uv"], names: /^--break-system-packages$/, fact: "writes into the system's Python", minor: true },
	{ programs: ["composer"], names: /^--ignore-platform-reqs$/, fact: "ignores which PHP packages ask for" },
	{ programs: ["composer"], names: /^--ignore-platform-req$/, fact: "ignores which PHP packages ask for", harmless: /^(?!\*)/ },
	{ programs: ["cargo"], names: /^--allow-dirty$/, verbs: /^(?:publish|package|fix)$/, fact: "goes on with changes that no commit holds" },
	{ programs: ["apt"], names: /^--allow-downgrades$/, fact: "may replace packages by older ones", harmless: OFF },
	{ programs: ["apt"], names: /^--allow-change-held-packages$/, fact: "changes packages that are held", harmless: OFF },
	{ programs: ["apt"], names: /^--allow-remove-essential$/, fact: "may remove what the system needs", harmless: OFF },
	{ programs: ["yum", "dnf", "microdnf"], names: /^--skip-broken$/, fact: "leaves out packages that cannot be installed" },
	{ programs: ["dnf", "yum"], names: /^--nobest$/, fact: "may take versions that are not the newest" },
	{
		programs: ["apt"],
		names: /^(?:-o|--option)$/,
		harmless: new RegExp(`^(?!Dpkg::Options::=${DPKG_FORCE})`),
		fact: "tells dpkg to go on where it would stop",
	},
	{
		programs: ["dpkg"],
		names: new RegExp(`^${DPKG_FORCE}$`),
		fact: "goes on where the package system would stop",
	},
	{ programs: ["rpm"], names: /^(?:--nodeps|--force|--replacefiles)$/, verbs: /^$/, fact: "goes on where the package system would stop" },
];
