/** Folders that everybody writes to by their mode, which `chown` leaves as it is. Source: Debian 12, looked at in 2026-11. */
export const OPEN_FOLDERS: ReadonlySet<string> = new Set(["/tmp", "/var/tmp", "/dev/shm", "/run/lock"]);
