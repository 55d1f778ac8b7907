import { versions } from "node:process";
import { getHeapSpaceStatistics, setFlagsFromString } from "node:v8";

/** Bytes of the space for new objects, both halves together. */
const ENOUGH_FOR_NEW_OBJECTS = 16e6;

/**
 * Keeps the process small; to be called again and again while much is linted. Linting leaves little behind, but V8 takes memory where it
 * can: 490 MB for some thousand Dockerfiles, where 240 are as fast (measured; `scripts/benchMemory.ts` measures again).
 */
export function limitHeap(): void {
	if (state === "limited") return;
	if (state === "free") {
		state = "growing";
		// By how much the heap may grow until what nobody uses any more is collected.
		setFlagsFromString("--heap-growing-percent=50");
		// Else the jobs of the compiler that are done wait for a thread to free them, and pile up to 140 MB. Other versions may not know the flag.
		if (versions.v8.startsWith("13.")) setFlagsFromString("--no-maglev-destroy-on-background");
	}
	// The space for new objects begins with 2 MB, which is too little, and doubles as long as it may.
	const newObjects = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
	if (newObjects === undefined || newObjects.space_size < ENOUGH_FOR_NEW_OBJECTS) return;
	setFlagsFromString("--semi-space-growth-factor=1");
	state = "limited";
}

let state: "free" | "growing" | "limited" = "free";
