import { readFile } from "node:fs/promises";
import { ToolError } from "../tools/errors.ts";
import { readTrivyReport, type TrivyReport } from "../tools/trivyReport.ts";

/** Reads a report that `trivy image --format json` wrote. @throws ToolError if there is none at the path */
export async function readTrivyFile(path: string): Promise<TrivyReport> {
	const text = await readFile(path, "utf8").catch(() => {
		throw new ToolError("failed", `${path} cannot be read`, { hint: "Make it with: trivy image --format json IMAGE" });
	});
	return readTrivyReport(text);
}
