/**
 * Endings of files that ADD may unpack: tar archives, plain or compressed, and files of other formats that are tar archives
 * inside. ADD looks at the content, not at the name; zip, rar and 7z are not unpacked.
 * Source: Dockerfile reference, "ADD"; observed in BuildKit 0.25. Read 2026-11.
 */
export const TAR_NAME =
	/\.(?:tar|tgz|tbz2?|tb2|txz|tlz|tzst|tzo|taz|tz|gem|crate|apk|ova|box|oci|docker|img|bin|dat|data|pkg|phar|snap|rootfs|layer|sfs|cbt|unitypackage)$|\.tar\.[a-z0-9]{1,5}$/i;

/**
 * Endings of files that are large as a rule: archives, packages, programs, images of disks, dumps. Scripts and settings have a few lines.
 */
export const LARGE_NAME =
	/\.(?:zip|jar|war|ear|tar|t?gz|tgz|xz|txz|bz2|tbz2?|zst|7z|rar|deb|rpm|apk|whl|iso|bin|run|exe|msi|cab|img|dmg|so|a|dump|bak)$/i;
