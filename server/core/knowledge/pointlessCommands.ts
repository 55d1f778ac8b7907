/**
 * Programs that do nothing of use while an image is built: there is no terminal, no service manager, and nothing but the RUN itself
 * is running. Source: the programs' manual pages (procps-ng, systemd, coreutils), as of 2026-11.
 */

/** Programs that show the state of a running system, and why a build has none. */
export const STATE_VIEWERS: Readonly<Record<string, string>> = {
	ps: "shows only the processes of this step",
	top: "shows only the processes of this step",
	htop: "shows only the processes of this step",
	free: "shows the memory of the build host",
	uptime: "shows the build host",
	ifconfig: "shows the network of this step",
};

/** Programs that stop or restart a machine. */
export const MACHINE_STOPPERS: ReadonlySet<string> = new Set(["shutdown", "reboot", "halt", "poweroff"]);

/** Editors for a terminal. With other words than files they run commands. */
export const TERMINAL_EDITORS: ReadonlySet<string> = new Set(["vim", "vi", "nano", "emacs", "pico"]);

/** Words of `ssh` that ask it something, or write down the key of a host: that stays in the image. */
export const SSH_EFFECTS = /^-[VQG]|StrictHostKeyChecking|UserKnownHostsFile/;

/** Verbs of `service` and `systemctl` that start something. */
export const SERVICE_STARTS: ReadonlySet<string> = new Set(["start", "restart", "reload"]);

/** Commands that make no use of a service which was started in front of them. */
export const UNCONCERNED: ReadonlySet<string> = new Set([
	"echo",
	"true",
	":",
	"rm",
	"apt-get",
	"apt",
	"yum",
	"dnf",
	"apk",
	"update-rc.d",
	"chkconfig",
	"exit",
	"service",
	"systemctl",
]);
