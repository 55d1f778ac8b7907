import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Bytes of the space for new objects, both halves together. */
const ENOUGH_FOR_NEW_OBJECTS = 16e6;

/** A flag of V8's, and what takes it back. */
interface Flag {
	readonly set: string;
	readonly usual: string;
}

/** By how much the heap may grow until what nobody uses any more is collected. Without it V8 decides, by how fast things come and go. */
const GROW_LITTLE: Flag = { set: "--heap-growing-percent=50", usual: "--heap-growing-percent=0" };
/** The space for new objects begins with 2 MB and doubles as long as it may. */
const GROW_NO_MORE: Flag = { set: "--semi-space-growth-factor=1", usual: "--semi-space-growth-factor=2" };
/** Else the jobs of the compiler that are done wait for a thread to free them, and pile up to 140 MB. */
const FREE_AT_ONCE: Flag = { set: "--no-maglev-destroy-on-background", usual: "--maglev-destroy-on-background" };

/**
 * Keeps the process small; to be called again and again while much is linted. Linting leaves little behind, but V8 takes memory where it
 * can: 490 MB for some thousand Dockerfiles, where 240 are as fast (measured; `scripts/benchMemory.ts` measures again).
 */
export function limitHeap(): void {
	if (state === "limited") return;
	if (state === "free") {
		// Compiled code that is kept at the end is of use under the same flags only: those of a start (codeCache.ts).
		process.prependOnceListener("exit", takeBack);
		use(GROW_LITTLE);
		// Other versions may not know the flag.
		if (process.versions.v8.startsWith("13.")) use(FREE_AT_ONCE);
		state = "growing";
	}
	const newObjects = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
	if (newObjects === undefined || newObjects.space_size < ENOUGH_FOR_NEW_OBJECTS) return;
	use(GROW_NO_MORE);
	state = "limited";
}

let state: "free" | "growing" | "limited" = "free";
const inUse: Flag[] = [];

function use(flag: Flag): void {
	setFlagsFromString(flag.set);
	inUse.push(flag);
}

function takeBack(): void {
	for (const { usual } of inUse) setFlagsFromString(usual);
}
