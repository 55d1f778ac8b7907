import { SUPPORT_ENDS_READ } from "../core/knowledge/supportEnds.ts";

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** What to tell whoever checks the tools about tables that this program brings, and that have grown old. */
export function oldKnowledge(now: Date): readonly string[] {
	if (now.getTime() - Date.parse(SUPPORT_ENDS_READ) < YEAR_MS) return [];
	return [`The dates on which base images reach their end of life are of ${SUPPORT_ENDS_READ}: a newer Hullguard knows more`];
}
