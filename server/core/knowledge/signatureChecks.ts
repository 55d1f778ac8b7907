import type { ManagerId } from "./packageManagers.ts";

/**
 * How package managers are told not to check who made a package.
 * Source: apk(8) 2.14, apt-get(8) and apt-secure(8) 2.6, yum and dnf 4 and 5, tdnf 3.5, rpm(8) 4.18, zypper(8) 1.14, pacman.conf(5) 6,
 * dpkg(1) 1.21, debootstrap(8) 1.0. Read 2026-11.
 */

const ON = "[\"']?(?:1|true|yes|on)[\"']?$";
const OFF = "[\"']?(?:0|false|no|off)[\"']?$";

/** What `--setopt`, and `config-manager setopt` of dnf 5, set to turn the check off. */
export const GPGCHECK_OFF = new RegExp(`^(?:[^=]*\\.)?gpgcheck=${OFF}`, "i");

/** An option that turns the check off. */
export interface SignatureOption {
	/** Package managers and other programs. */
	readonly programs: readonly (ManagerId | "rpm" | "dpkg" | "debootstrap" | "yum-config-manager")[];
	readonly names: readonly string[];
	/** The least of a name that stands for it, where a program takes the beginning of an option for the whole. */
	readonly shortest?: string;
	/** The value that does; without it the option alone does. */
	readonly value?: RegExp;
	/** Counts only behind one of these subcommands. */
	readonly verbs?: readonly string[];
	/** What goes in its place. */
	readonly instead?: string;
}

/** What takes packages: AllowUnauthenticated does nothing for `update`, which has options of its own. */
const APT_INSTALLING = [
	...["install", "reinstall", "upgrade", "dist-upgrade", "full-upgrade", "safe-upgrade", "dselect-upgrade"],
	...["build-dep", "satisfy", "source", "download"],
];

const DNF = ["yum", "dnf", "microdnf", "tdnf"] as const;

export const SIGNATURE_OPTIONS: readonly SignatureOption[] = [
	{ programs: ["apk"], names: ["--allow-untrusted"], verbs: ["add", "upgrade", "fix", "update", "fetch"] },
	{ programs: ["apt"], names: ["--allow-unauthenticated"], verbs: APT_INSTALLING },
	{ programs: ["apt"], names: ["--allow-insecure-repositories"] },
	{ programs: ["apt"], names: ["--force-yes"], instead: "-y" },
	{
		programs: ["apt"],
		names: ["-o", "--option"],
		value: new RegExp(`^APT::Get::AllowUnauthenticated=${ON}`, "i"),
		verbs: APT_INSTALLING,
	},
	{
		programs: ["apt"],
		names: ["-o", "--option"],
		value: new RegExp(`^(?:APT::Get::force-yes|Acquire::Allow(?:InsecureRepositories|DowngradeToInsecureRepositories))=${ON}`, "i"),
	},
	// yum and dnf 4 take what begins an option alone.
	{ programs: DNF, names: ["--nogpgcheck", "--no-gpgchecks"], shortest: "--nogpg" },
	{ programs: [...DNF, "yum-config-manager"], names: ["--setopt"], value: GPGCHECK_OFF },
	{ programs: ["rpm"], names: ["--nosignature", "--nodigest", "--noverify", "--nofiledigest"] },
	{ programs: ["zypper"], names: ["--no-gpg-checks", "--allow-unsigned-rpm"] },
	{
		programs: ["zypper"],
		names: ["-G", "--no-gpgcheck", "--gpgcheck-allow-unsigned"],
		verbs: ["addrepo", "ar", "modifyrepo", "mr"],
	},
	{ programs: ["dpkg"], names: ["--force-bad-verify"] },
	{ programs: ["debootstrap"], names: ["--no-check-gpg"] },
];

/** The setting as it stands in configuration files. Each in one line, linear. */
export const SIGNATURE_CONFIGURATION: readonly { readonly pattern: RegExp; readonly what: string }[] = [
	{ pattern: /\bgpgcheck[ \t]{0,8}=[ \t]{0,8}["']?(?:0|false|no|off)\b/gi, what: "gpgcheck=0" },
	{ pattern: /\bAPT::Get::AllowUnauthenticated["' \t\\]{1,8}(?:1|true|yes)\b/gi, what: "APT::Get::AllowUnauthenticated" },
	{ pattern: /\bAcquire::AllowInsecureRepositories["' \t\\]{1,8}(?:1|true|yes)\b/gi, what: "Acquire::AllowInsecureRepositories" },
	{ pattern: /\bSigLevel[ \t]{0,8}=[ \t]{0,8}(?:\w{1,40}[ \t]{1,8}){0,3}Never\b/g, what: "SigLevel = Never" },
];
