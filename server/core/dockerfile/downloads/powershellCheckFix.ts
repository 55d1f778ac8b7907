import type { LookupFix } from "../../finding.ts";
import { shellAt } from "../commands/shell.ts";
import { insertAt } from "../edits/edit.ts";
import { staysTheSame } from "./downloadEdits.ts";
import type { PowershellDownload } from "./powershellDownloads.ts";

/** Compares the digest behind the command that fetches a file; none where the address is no fixed one, or the command is a part of another. */
export function powershellCheckFixes({ step, address, file, behind }: PowershellDownload): readonly LookupFix[] {
	if (behind === undefined || address === undefined || !/^https?:\/\/[\w./%~+=@,:?&-]+$/.test(address) || !staysTheSame(address)) return [];
	if (shellAt(step.stage, step).kind !== "powershell" || step.exec !== undefined || !/^[\w.:/\\-]+$|^'[^'`]+'$/.test(file)) return [];
	const path = file.startsWith("'") ? file : `'${file}'`;
	const check = (digest: string): string =>
		`; if ((Get-FileHash ${path} -Algorithm SHA256).Hash -ne '${digest.replace(/^sha256:/, "")}') { throw 'The digest of the download differs' }`;
	return [
		{
			title: "Compare the digest of the file",
			safety: "lookup",
			need: { kind: "fileDigest", url: address },
			finish: (digest) => [insertAt(behind, check(digest))],
		},
	];
}
