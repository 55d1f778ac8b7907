import { existsSync, readdirSync, readFileSync } from "node:fs";

/** Ids of processes that this one started, at any depth, which still run. */
export function descendants(): readonly number[] {
	const parents = new Map<number, number>();
	for (const name of readdirSync("/proc")) {
		const status = `/proc/${name}/stat`;
		if (!/^\d+$/.test(name) || !existsSync(status)) continue;
		try {
			const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(status, "utf8")) ?? [];
			if (state !== "Z") parents.set(Number(name), Number(parent));
		} catch {
			// It has ended meanwhile.
		}
	}
	const isOurs = (id: number): boolean => {
		const parent = parents.get(id);
		return parent !== undefined && (parent === process.pid || (parent > 1 && isOurs(parent)));
	};
	return [...parents.keys()].filter(isOurs);
}

/** A process's command line; empty if it has ended. */
export function commandOf(id: number): string {
	try {
		return readFileSync(`/proc/${id}/cmdline`, "utf8").replaceAll("\0", " ");
	} catch {
		return "";
	}
}

/** Ids of processes whose command line has the text. */
export function commandsWith(text: string): readonly number[] {
	const ids = readdirSync("/proc")
		.filter((name) => /^\d+$/.test(name))
		.map(Number);
	return ids.filter((id) => commandOf(id).includes(text));
}

/** Whether a process runs; one that ended and that nobody has looked at yet does not. */
export function runs(id: number): boolean {
	try {
		return !/\) Z /.test(readFileSync(`/proc/${id}/stat`, "utf8"));
	} catch {
		return false;
	}
}

/** Waits, at most two seconds, until none of the processes runs; gives those that still do. */
export async function survivors(ids: readonly number[]): Promise<readonly number[]> {
	const end = Date.now() + 2000;
	while (ids.some(runs) && Date.now() < end) await new Promise((resolve) => setImmediate(resolve));
	return ids.filter(runs);
}
