// Writes the list of static files that the server offers.
import { writeFile } from "node:fs/promises";
import glob from "fast-glob";

const files = await glob("**/*", { cwd: "public" });
await writeFile("public/files.json", JSON.stringify(files.sort()));
console.log(`${files.length} files`);
