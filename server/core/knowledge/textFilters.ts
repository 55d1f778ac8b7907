/** How a program that changes a text is told what to do. */
export interface TextFilter {
	/** Options that take the next word as their value. */
	readonly valueOptions: readonly string[];
	/** How many words it takes that name no file; more of them do. */
	readonly words: number;
	/** Options whose value stands for those words. */
	readonly instead?: readonly string[];
}

/** Programs that pass on the text that they read, changed, and have nothing to fail over as long as no file is named. Source: coreutils 9, sed 4.9. Read 2026-11. */
export const TEXT_FILTERS: Readonly<Record<string, TextFilter>> = {
	sed: { valueOptions: ["-e", "--expression", "-l"], words: 1, instead: ["-e", "--expression"] },
	awk: { valueOptions: ["-F", "-v"], words: 1 },
	tr: { valueOptions: [], words: 2 },
	cut: { valueOptions: ["-d", "-f", "-c", "-b", "--delimiter", "--fields", "--characters", "--output-delimiter"], words: 0 },
	head: { valueOptions: ["-n", "-c", "--lines", "--bytes"], words: 0 },
	tail: { valueOptions: ["-n", "-c", "--lines", "--bytes"], words: 0 },
	sort: { valueOptions: ["-k", "-t", "--key", "--field-separator"], words: 0 },
	uniq: { valueOptions: ["-f", "-s", "-w"], words: 0 },
	fold: { valueOptions: ["-w", "--width"], words: 0 },
	rev: { valueOptions: [], words: 0 },
	tac: { valueOptions: ["-s", "--separator"], words: 0 },
	wc: { valueOptions: [], words: 0 },
};
