import { readFileSync } from "node:fs";

/** A recorded output: `trivy/0.76.0/image.json`. */
export function recorded(path: string): string {
	return readFileSync(new URL(`../fixtures/tools/${path}`, import.meta.url), "utf8");
}
