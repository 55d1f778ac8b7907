/**
 * Variables that BuildKit knows without a declaration.
 * Source: Dockerfile reference, "Predefined ARGs" and "Automatic platform ARGs in the global scope". Read 2026-11.
 */

/** Set by the builder; visible in FROM, and in a stage after `ARG NAME`. */
export const PLATFORM_ARGS: ReadonlySet<string> = new Set([
	"BUILDPLATFORM",
	"BUILDOS",
	"BUILDARCH",
	"BUILDVARIANT",
	"TARGETPLATFORM",
	"TARGETOS",
	"TARGETARCH",
	"TARGETVARIANT",
	"TARGETSTAGE",
]);

/** May be passed to any build, and reach its RUN without a declaration. Other instructions see them behind an ARG. */
export const PROXY_ARGS: ReadonlySet<string> = new Set([
	"HTTP_PROXY",
	"http_proxy",
	"HTTPS_PROXY",
	"https_proxy",
	"FTP_PROXY",
	"ftp_proxy",
	"NO_PROXY",
	"no_proxy",
	"ALL_PROXY",
	"all_proxy",
]);

/** Read by the builder when it makes an SBOM; they are no variables for the instructions of a stage. */
export const SBOM_ARGS: ReadonlySet<string> = new Set(["BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE"]);

/** What Windows sets in every process, in lower case. Source: Microsoft, "Recognized environment variables". Read 2026-11. */
export const WINDOWS_VARIABLES: ReadonlySet<string> = new Set([
	"allusersprofile",
	"appdata",
	"commonprogramfiles",
	"computername",
	"comspec",
	"homedrive",
	"homepath",
	"localappdata",
	"number_of_processors",
	"os",
	"path",
	"pathext",
	"processor_architecture",
	"programdata",
	"programfiles",
	"programw6432",
	"psmodulepath",
	"public",
	"systemdrive",
	"systemroot",
	"temp",
	"tmp",
	"userdomain",
	"username",
	"userprofile",
	"windir",
]);

/** What a shell or a login sets: nobody wants these as arguments of a build. */
export const OF_LOGIN: ReadonlySet<string> = new Set(["HOME", "HOSTNAME", "PWD", "SHELL", "USER"]);

/** What every process of a RUN, or every POSIX shell, has: they are empty for no script. */
export const OF_EVERY_SHELL: ReadonlySet<string> = new Set([
	"HOME",
	"HOSTNAME",
	"IFS",
	"LINENO",
	"OLDPWD",
	"OPTIND",
	"PATH",
	"PPID",
	"PWD",
]);

/** What Bash sets besides, whatever an ARG of the name says. Source: Bash reference manual, "Bash Variables". Read 2026-11. */
export const OF_BASH: ReadonlySet<string> = new Set([
	"BASH",
	"BASH_VERSION",
	"EUID",
	"GROUPS",
	"HOSTTYPE",
	"MACHTYPE",
	"OSTYPE",
	"RANDOM",
	"SECONDS",
	"SHELL",
	"SHLVL",
	"UID",
]);

/** Lists of folders that are meant to end in an empty part: man and info put the folders of the system there (manpath(1), "Search path"). */
export const WITH_SYSTEM_PLACES: ReadonlySet<string> = new Set(["MANPATH", "INFOPATH"]);
