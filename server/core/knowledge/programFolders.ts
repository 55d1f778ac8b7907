/** The folders of the usual PATH of images, in its order. Source: `defaultUnixPathEnv` of BuildKit 0.25. */
export const PROGRAM_FOLDERS = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"] as const;
