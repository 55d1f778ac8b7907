import type { DistributionFamily } from "./baseImages.ts";

/**
 * Users and groups that every image of a distribution family has under the same number.
 * Source: Debian's base-passwd 3.6, Alpine's alpine-baselayout 3.6, `/etc/passwd` and `/etc/group` of distroless. Read 2026-11.
 */
export interface SystemAccounts {
	/** Name → `uid:gid`. Only users that belong to no further group. */
	readonly users: Readonly<Record<string, string>>;
	/** Name → gid. */
	readonly groups: Readonly<Record<string, string>>;
}

const EVERYWHERE = { root: "0", users: "100" } as const;

export const SYSTEM_ACCOUNTS: Readonly<Partial<Record<DistributionFamily, SystemAccounts>>> = {
	debian: {
		users: { "www-data": "33:33", nobody: "65534:65534" },
		groups: { ...EVERYWHERE, "www-data": "33", staff: "50", nogroup: "65534" },
	},
	alpine: { users: { nobody: "65534:65534" }, groups: { ...EVERYWHERE, "www-data": "82", nogroup: "65533", nobody: "65534" } },
	wolfi: { users: {}, groups: { root: "0" } },
	redhat: { users: {}, groups: EVERYWHERE },
	suse: { users: {}, groups: { root: "0" } },
	arch: { users: {}, groups: { root: "0" } },
	distroless: { users: { nobody: "65534:65534" }, groups: { root: "0", nobody: "65534" } },
};

/** Programs that make, change and remove users and groups. Source: the manuals of shadow 4.13 and Debian's adduser 3.134. Read 2026-11. */
export const ACCOUNT_PROGRAMS: ReadonlySet<string> = new Set([
	"useradd",
	"usermod",
	"userdel",
	"adduser",
	"deluser",
	"groupadd",
	"groupmod",
	"groupdel",
	"addgroup",
	"delgroup",
]);
