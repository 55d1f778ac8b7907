/** The difference between two texts as a unified diff with three lines of context; empty if there is none. */
export function unifiedDiff(path: string, before: string, after: string): string {
	if (before === after) return "";
	const a = lines(before);
	const b = lines(after);
	const changes = changedBlocks(a, b);
	const hunks = groupIntoHunks(changes);
	const name = path.replace(/^\/+/, "");
	return [`--- a/${name}\n`, `+++ b/${name}\n`, ...hunks.map((hunk) => hunkText(hunk, a, b))].join("");
}

const CONTEXT = 3;

/** Lines `aStart…aEnd` of the old text became `bStart…bEnd` of the new one; zero-based, ends exclusive. */
interface Block {
	readonly aStart: number;
	readonly aEnd: number;
	readonly bStart: number;
	readonly bEnd: number;
}

/** With the line feeds that end them: a last line without one differs from one that has it. */
function lines(text: string): readonly string[] {
	const split = text.split(/(?<=\n)/);
	return split[0] === "" ? [] : split;
}

/** Longest common subsequence over the part between the common start and end: repairs touch few lines. */
function changedBlocks(a: readonly string[], b: readonly string[]): readonly Block[] {
	let start = 0;
	while (start < a.length && start < b.length && a[start] === b[start]) start++;
	let aEnd = a.length;
	let bEnd = b.length;
	while (aEnd > start && bEnd > start && a[aEnd - 1] === b[bEnd - 1]) {
		aEnd--;
		bEnd--;
	}
	const rows = aEnd - start;
	const columns = bEnd - start;
	if (rows * columns > 4_000_000) return [{ aStart: start, aEnd, bStart: start, bEnd }];
	const width = columns + 1;
	const table = new Uint32Array((rows + 1) * width);
	for (let i = rows - 1; i >= 0; i--) {
		for (let j = columns - 1; j >= 0; j--) {
			const diagonal = (table[(i + 1) * width + j + 1] ?? 0) + 1;
			table[i * width + j] =
				a[start + i] === b[start + j] ? diagonal : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
		}
	}
	const blocks: Block[] = [];
	let i = 0;
	let j = 0;
	while (i < rows || j < columns) {
		if (i < rows && j < columns && a[start + i] === b[start + j]) {
			i++;
			j++;
			continue;
		}
		const block = { aStart: start + i, bStart: start + j };
		while ((i < rows || j < columns) && !(i < rows && j < columns && a[start + i] === b[start + j])) {
			if (i < rows && (j === columns || (table[(i + 1) * width + j] ?? 0) >= (table[i * width + j + 1] ?? 0))) i++;
			else j++;
		}
		blocks.push({ ...block, aEnd: start + i, bEnd: start + j });
	}
	return blocks;
}

function groupIntoHunks(blocks: readonly Block[]): readonly (readonly Block[])[] {
	const hunks: Block[][] = [];
	for (const block of blocks) {
		const current = hunks[hunks.length - 1];
		const last = current?.[current.length - 1];
		if (current !== undefined && last !== undefined && block.aStart - last.aEnd <= 2 * CONTEXT) current.push(block);
		else hunks.push([block]);
	}
	return hunks;
}

function hunkText(hunk: readonly Block[], a: readonly string[], b: readonly string[]): string {
	const first = hunk[0] as Block;
	const last = hunk[hunk.length - 1] as Block;
	const aFrom = Math.max(0, first.aStart - CONTEXT);
	const aTo = Math.min(a.length, last.aEnd + CONTEXT);
	const bFrom = first.bStart - (first.aStart - aFrom);
	const bTo = last.bEnd + (aTo - last.aEnd);
	const body: string[] = [];
	let at = aFrom;
	const put = (sign: string, line: string | undefined): void => {
		body.push(line?.endsWith("\n") === true ? `${sign}${line}` : `${sign}${line ?? ""}\n\\ No newline at end of file\n`);
	};
	for (const block of hunk) {
		for (; at < block.aStart; at++) put(" ", a[at]);
		for (; at < block.aEnd; at++) put("-", a[at]);
		for (let index = block.bStart; index < block.bEnd; index++) put("+", b[index]);
	}
	for (; at < aTo; at++) put(" ", a[at]);
	return [`@@ -${hunkRange(aFrom, aTo)} +${hunkRange(bFrom, bTo)} @@\n`, ...body].join("");
}

/** An empty range is named by the line in front of it. */
function hunkRange(from: number, to: number): string {
	return `${to === from ? from : from + 1},${to - from}`;
}
