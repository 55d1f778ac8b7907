import type { Structure } from "../syntax/structure.ts";

/**
 * What reads the Dockerfile: `builtIn`: no `# syntax` line, so the builder's own frontend, of a version that nobody knows.
 * `release`: Docker's frontend image; without `minor` the newest 1.x. `other`: another image, or one that a digest hides.
 */
export type Frontend =
	| { readonly kind: "builtIn" }
	| { readonly kind: "release"; readonly minor: number | undefined }
	| { readonly kind: "other" };

const NEWEST = new Set(["1", "1-labs", "latest", "labs", "master", "master-labs"]);

/** The frontend that the `# syntax` line asks for. */
export function frontendOf(file: Structure): Frontend {
	const value = file.directives.find((candidate) => candidate.name === "syntax")?.value ?? syntaxBehindShebang(file);
	if (value === undefined) return { kind: "builtIn" };
	const image = value.split(/\s/)[0] ?? "";
	const match = /^(?:docker\.io\/)?docker\/dockerfile(?:-upstream)?(?::([^@]+))?(@.+)?$/.exec(image);
	if (match === null) return { kind: "other" };
	const tag = match[1] ?? "latest";
	const version = /^1\.(\d+)(?:\.\d+)?(?:-labs)?$/.exec(tag);
	if (version !== null) return { kind: "release", minor: Number(version[1]) };
	return NEWEST.has(tag) && match[2] === undefined ? { kind: "release", minor: undefined } : { kind: "other" };
}

/** Whether Dockerfile syntax that came with version 1.`minor` can be used: `unknown` if the builder decides. */
export function understands(file: Structure, minor: number): "yes" | "no" | "unknown" {
	const frontend = frontendOf(file);
	if (frontend.kind === "builtIn") return "unknown";
	if (frontend.kind === "other") return "no";
	return frontend.minor === undefined || frontend.minor >= minor ? "yes" : "no";
}

/** What a `# syntax` line below a shebang asks for: BuildKit looks for it there, too; other directives end at a shebang. */
export function syntaxBehindShebang({ text, lineStarts }: Structure): string | undefined {
	const start = lineStarts[1];
	if (start === undefined || !/^\uFEFF?#!/.test(text)) return undefined;
	return /^#[\t ]{0,20}syntax[\t ]{0,20}=[\t ]{0,20}(\S.*)/i.exec(text.slice(start, lineStarts[2] ?? text.length))?.[1]?.trim();
}
