import { pathToFileURL } from "node:url";

/** Stands for `import.meta.url` in bundles, which are CommonJS. */
export const __filename_url = pathToFileURL(__filename).href;
