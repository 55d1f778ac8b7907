/**
 * Servers that write their logs into files unless they are told otherwise, as their distribution packages set them up.
 * Source: the packages of Debian 12 and Alpine 3.20. Read 2026-11.
 */
export interface LogFiles {
	/** Families whose package writes there. */
	readonly families: readonly string[];
	readonly output: string;
	readonly errors: string;
}

export const LOG_FILES: Readonly<Record<string, LogFiles>> = {
	nginx: { families: ["debian", "alpine"], output: "/var/log/nginx/access.log", errors: "/var/log/nginx/error.log" },
	apache2: { families: ["debian"], output: "/var/log/apache2/access.log", errors: "/var/log/apache2/error.log" },
	apache2ctl: { families: ["debian"], output: "/var/log/apache2/access.log", errors: "/var/log/apache2/error.log" },
	lighttpd: { families: ["debian", "alpine"], output: "/var/log/lighttpd/access.log", errors: "/var/log/lighttpd/error.log" },
};
