import { sourceSpan } from "../../mappedText.ts";
import type { Span } from "../../text.ts";
import type { Step } from "../model/model.ts";
import { powershellDownloads } from "./powershellDownloads.ts";
import { powershellTexts } from "./powershellTexts.ts";

/** A digest of a downloaded file that PowerShell computes and compares. */
export interface PowershellHash {
	/** `Get-FileHash`. */
	readonly span: Span;
	/** In lower case: `md5`, `sha1`. */
	readonly algorithm: string;
}

/** A call up to its end; bounded, since nobody writes a longer one. */
const CALL = /Get-FileHash(?=\s)([^;|)\n]{1,300})/gi;
const ALGORITHM = /\s-a(?:l\w*)?\s+['"]?(\w+)/i;
/** What compares, and how far behind the call it stands at most. */
const COMPARISON = /^[\s\S]{0,200}?\s-[ci]?(?:eq|ne|like|notlike|match|notmatch)\s/i;

/** The comparisons of a RUN's own downloads; SHA-256 is what Get-FileHash computes without being told. */
export function powershellHashes(step: Step): readonly PowershellHash[] {
	const names = powershellDownloads(step).map(({ name }) => name);
	if (names.length === 0) return [];
	return powershellTexts(step).flatMap((mapped) =>
		[...mapped.text.matchAll(CALL)].flatMap(({ 0: call, 1: words = "", index }): readonly PowershellHash[] => {
			const isOfDownload = names.some((name) => words.toLowerCase().includes(name));
			if (!isOfDownload || !COMPARISON.test(mapped.text.slice(index + call.length))) return [];
			const algorithm = ALGORITHM.exec(words)?.[1]?.toLowerCase() ?? "sha256";
			return [{ span: sourceSpan(mapped, index, index + "Get-FileHash".length), algorithm }];
		}),
	);
}
