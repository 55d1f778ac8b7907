import type { ManagerId } from "./packageManagers.ts";

/**
 * Packages by what they are for. Names of Debian, Alpine, Fedora and openSUSE.
 * Source: the distributions' package indexes, read 2026-11.
 */

/** Compilers, headers and what else only a build needs. Names that end in `-dev` and `-devel` count as well. */
export const BUILD_PACKAGES: ReadonlySet<string> = new Set([
	"build-essential",
	"build-base",
	"gcc",
	"gcc-c++",
	"g++",
	"clang",
	"make",
	"cmake",
	"ninja",
	"ninja-build",
	"meson",
	"autoconf",
	"automake",
	"libtool",
	"bison",
	"flex",
	"pkg-config",
	"pkgconf",
	"pkgconfig",
	"linux-headers",
	"kernel-headers",
	"nasm",
	"yasm",
	"cargo",
	"rust",
	"rustc",
	"golang",
	"golang-go",
	"gfortran",
	"cython3",
]);

/** Packages that end like headers, and are none. */
export const NO_BUILD_PACKAGES: ReadonlySet<string> = new Set(["python3-dev-is-python", "eudev", "udev"]);

/** A package for people at a terminal. */
export interface InteractivePackage {
	/** What it is, behind its name. */
	readonly what: string;
	/** What it brings. */
	readonly programs: readonly string[];
	/** Whether scripts that start a container use it, too: to wait for a port, to look up a name. */
	readonly forScripts?: boolean;
}

export const INTERACTIVE_PACKAGES: Readonly<Record<string, InteractivePackage>> = {
	...entries("an editor", {
		vim: ["vim", "vi"],
		"vim-tiny": ["vim", "vi"],
		"vim-nox": ["vim", "vi"],
		"vim-enhanced": ["vim", "vi"],
		"vim-minimal": ["vi"],
		neovim: ["nvim"],
		nano: ["nano"],
		emacs: ["emacs"],
		"emacs-nox": ["emacs"],
		joe: ["joe"],
		mc: ["mc"],
	}),
	...entries(
		"a tool for network diagnosis",
		{
			"net-tools": ["ifconfig", "netstat", "route", "arp", "hostname"],
			"iputils-ping": ["ping"],
			iputils: ["ping"],
			"inetutils-ping": ["ping"],
			traceroute: ["traceroute"],
			"mtr-tiny": ["mtr"],
			tcpdump: ["tcpdump"],
			nmap: ["nmap"],
			dnsutils: ["dig", "nslookup", "host"],
			"bind9-dnsutils": ["dig", "nslookup", "host"],
			"bind-tools": ["dig", "nslookup", "host"],
			"bind-utils": ["dig", "nslookup", "host"],
			whois: ["whois"],
			netcat: ["nc", "netcat"],
			"netcat-traditional": ["nc", "netcat"],
			"netcat-openbsd": ["nc", "netcat"],
			"nmap-ncat": ["nc", "ncat"],
			iperf: ["iperf"],
			iperf3: ["iperf3"],
			iftop: ["iftop"],
		},
		true,
	),
	...entries(
		"a client for a protocol without encryption",
		{
			telnet: ["telnet"],
			"busybox-extras": ["telnet", "ftp"],
			"inetutils-telnet": ["telnet"],
			ftp: ["ftp"],
			lftp: ["lftp"],
			"rsh-client": ["rsh", "rlogin", "rcp"],
			tftp: ["tftp"],
		},
		true,
	),
	...entries("a tool for people at a terminal", { lsof: ["lsof"], screen: ["screen"] }, true),
	...entries("a debugger", {
		gdb: ["gdb"],
		strace: ["strace"],
		ltrace: ["ltrace"],
		valgrind: ["valgrind"],
		perf: ["perf"],
		"linux-perf": ["perf"],
	}),
	...entries("a tool for people at a terminal", {
		"man-db": ["man"],
		manpages: ["man"],
		"man-pages": ["man"],
		htop: ["htop"],
		tmux: ["tmux"],
		"bash-completion": ["complete"],
		"command-not-found": ["command-not-found"],
	}),
};

function entries(
	what: string,
	packages: Readonly<Record<string, readonly string[]>>,
	forScripts = false,
): Readonly<Record<string, InteractivePackage>> {
	return Object.fromEntries(Object.entries(packages).map(([name, programs]) => [name, { what, programs, forScripts }]));
}

const DNF_SSH_SERVERS: readonly string[] = ["openssh-server", "dropbear", "tinyssh"];

/** Packages that bring an SSH server. On Red Hat's systems `openssh` is only what client and server share. */
export const SSH_SERVERS: Partial<Record<ManagerId, readonly string[]>> = {
	apt: ["openssh-server", "ssh", "task-ssh-server", "dropbear", "dropbear-bin", "tinysshd"],
	apk: ["openssh", "openssh-server", "openssh-server-pam", "dropbear", "tinyssh"],
	zypper: ["openssh", "openssh-server", "dropbear"],
	yum: DNF_SSH_SERVERS,
	dnf: DNF_SSH_SERVERS,
	microdnf: DNF_SSH_SERVERS,
	tdnf: DNF_SSH_SERVERS,
};
