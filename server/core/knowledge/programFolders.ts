/** The folders of the usual PATH of images, in its order. Source: `DefaultPathEnvUnix` in util/system/path.go of BuildKit, read 2026-11. */
export const PROGRAM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"] as const;
