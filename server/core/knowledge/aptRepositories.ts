import { DEBIAN, UBUNTU } from "./supportEnds.ts";

/**
 * Hosts of vendors whose repositories end in `/debian` or `/ubuntu` as a mirror's do.
 * Source: the vendors' own instructions for apt. Read 2026-11.
 */
export const VENDOR_HOSTS: readonly string[] = [
	"dl.hhvm.com",
	"dl.winehq.org",
	"dl.yarnpkg.com",
	"download.docker.com",
	"download.mono-project.com",
	"download.proxmox.com",
	"download.virtualbox.org",
	"download.zerotier.com",
	"get.docker.com",
	"linux.dropbox.com",
	"nginx.org",
	"openresty.org",
	"packages.cloud.google.com",
	"pkg.jenkins.io",
	"pkgs.tailscale.com",
	"rabbitmq.com",
	"repos.azul.com",
	"repos.influxdata.com",
	"toolbelt.heroku.com",
	"weechat.org",
];

/** Suites of Debian's family of distributions, without what follows the name: `-updates`, `-backports`, `/updates` … */
export const DISTRIBUTION_SUITES: ReadonlySet<string> = new Set([
	...Object.keys(DEBIAN.codenames ?? {}),
	...Object.keys(UBUNTU.codenames ?? {}),
	..."lenny squeeze forky duke sid stable oldstable oldoldstable testing unstable experimental rc lucid quantal raring saucy utopic vivid wily devel kali".split(
		" ",
	),
]);

/** Their components, Kali's and Raspbian's included. Source: sources.list(5), the archives' Release files. Read 2026-11. */
export const DISTRIBUTION_COMPONENTS: ReadonlySet<string> = new Set(
	"main contrib non-free non-free-firmware restricted universe multiverse rpi".split(" "),
);
