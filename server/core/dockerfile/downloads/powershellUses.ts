import { baseName, withoutQuery } from "../../baseName.ts";
import {
	CHECK_MATERIAL,
	POWERSHELL_CHECK,
	POWERSHELL_INSTALLS,
	POWERSHELL_REMOVES,
	POWERSHELL_RUNS,
	POWERSHELL_UNPACKS,
} from "../../knowledge/pipeConsumers.ts";
import { remembered } from "../../memo.ts";
import { runSteps } from "../commands/scripts.ts";
import type { Stage } from "../model/model.ts";
import { type PowershellDownload, powershellDownloads } from "./powershellDownloads.ts";
import { powershellTexts } from "./powershellTexts.ts";

/** What becomes of a file. */
export type PowershellUse = "executed" | "unpacked" | "installed" | "kept";

/**
 * What a RUN does with a file that PowerShell fetched and nobody verifies. Undefined if its digest or signature is compared in its RUN or in a
 * later one, if it is a signature or a list of digests itself, if it is removed unread, and where nobody can tell.
 */
export const powershellUse = remembered((download: PowershellDownload): PowershellUse | undefined => {
	const { address, name, after } = download;
	const source = withoutQuery(address ?? "");
	if ([name, baseName(source)].some((text) => CHECK_MATERIAL.test(text) || /checksum|sha\d{3}|shasum/i.test(text))) return undefined;
	if (isCompared(download)) return undefined;
	const named = statements(after).filter((statement) => statement.includes(name));
	const uses = named.filter((statement) => !POWERSHELL_REMOVES.test(statement));
	if (named.length > 0 && uses.length === 0) return undefined;
	const has = (pattern: RegExp): boolean => uses.some((statement) => pattern.test(statement));
	if (has(POWERSHELL_INSTALLS)) return "installed";
	if (has(POWERSHELL_UNPACKS)) return "unpacked";
	return has(POWERSHELL_RUNS) || uses.some((statement) => startsWith(statement, name)) ? "executed" : "kept";
});

/** `& .\app.exe`, `C:\app.exe /S`. */
function startsWith(statement: string, name: string): boolean {
	const [first = ""] = statement.trim().replace(/^&\s*/, "").split(/\s/, 1);
	return first.replace(/['"]/g, "").endsWith(name);
}

/** Commands compare names whatever the case. */
function statements(text: string): readonly string[] {
	return text.toLowerCase().split(/[;\n]/);
}

/** The checks of a stage, with the number of the instruction that they are in. */
const checksOf = remembered((stage: Stage): readonly { readonly ordinal: number; readonly text: string }[] =>
	runSteps(stage).flatMap((step) =>
		powershellTexts(step).flatMap(({ text }) =>
			POWERSHELL_CHECK.test(text)
				? statements(text).flatMap((statement) => (POWERSHELL_CHECK.test(statement) ? [{ ordinal: step.ordinal, text: statement }] : []))
				: [],
		),
	),
);

const namesOf = remembered((stage: Stage): readonly string[] => [
	...new Set(stage.steps.flatMap((step) => powershellDownloads(step).map(({ name }) => name))),
]);

/** Whether the digest or signature of a file is compared, in its RUN or in a later one. A check counts that names it, and one of which nobody can tell what it is about. */
export function isCompared({ step, name }: PowershellDownload): boolean {
	const others = namesOf(step.stage).filter((other) => other !== name);
	return checksOf(step.stage).some(
		({ ordinal, text }) => ordinal >= step.ordinal && (text.includes(name) || !others.some((other) => text.includes(other))),
	);
}
