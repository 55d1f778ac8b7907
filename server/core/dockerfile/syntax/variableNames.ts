import { editDistance } from "../../nearest.ts";

/** Shorter names are near to everything. */
const SHORTEST_MISSPELT = 4;

/** One letter off, or another case or another place of the underscore; `V1` is no misspelt `V2`, nor `MINOR` a misspelt `MAJOR`. */
export function misspells(name: string, declared: string): boolean {
	const plain = (text: string): string => text.toLowerCase().replaceAll("_", "");
	if (plain(name) === plain(declared)) return true;
	if (name.length < SHORTEST_MISSPELT || name.replace(/\D/g, "") !== declared.replace(/\D/g, "")) return false;
	return editDistance(name, declared, 2) < 2;
}
