/**
 * Builds for release and packs `hullguard.vsix`.
 *
 *   npm run package
 */
import { statSync } from "node:fs";
import { relative } from "node:path";
import { packExtension } from "./packExtension.ts";

await import("./build.ts");
const path = packExtension("hullguard.vsix");
console.log(`${relative(".", path)}  ${(statSync(path).size / 1000).toFixed(0)} kB`);
