/** What the process ends with. */
export const EXIT = { clean: 0, findings: 1, failed: 2, cancelled: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
