/* What files set that a script reads with `.` or `source`. Source: os-release(5), read 2026-11; for the set-up of tools the names that Dockerfiles have. */

/** Files that say what distribution it is: they set variables and define no functions. */
export const RELEASE_FILE = /^\/(?:etc|usr\/lib)\/(?:os|lsb)-release$/;

/** The variables that those set. */
export const RELEASE_VARIABLE =
	/^(?:NAME|ID|ID_LIKE|PRETTY_NAME|VERSION(?:_ID|_CODENAME)?|UBUNTU_CODENAME|VARIANT(?:_ID)?|BUILD_ID|CPE_NAME|\w+_URL|DISTRIB_\w+)$/;

/** Files that set up a tool: nothing but what is its own. */
export const TOOL_SETUP_FILE = /(?:\/activate|\/nvm\.sh|\.cargo\/env|profile|rc|conda\.sh|setup\.(?:ba|z)?sh|envvars|\.functions)$/;
