/** Bytes. Linux refuses longer paths. Source: limits.h, PATH_MAX. */
export const LONGEST_PATH = 4096;

/** Bytes. Linux gives a program no longer argument, a shell's script included. Source: execve(2), MAX_ARG_STRLEN. Read 2026-11. */
export const LONGEST_ARGUMENT = 131_072;
