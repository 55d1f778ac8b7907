import { sbomTree } from "../core/sbom/tree.ts";
import { vulnerabilityCard } from "../core/vulnerabilities/card.ts";
import { countPerPackage } from "../core/vulnerabilities/packageFindings.ts";
import { findingsTree } from "../core/vulnerabilities/tree.ts";
import { oldKnowledge } from "../operations/knowledgeAge.ts";
import { sbomText } from "../operations/sbom.ts";
import { checkTools } from "../operations/tools.ts";
import { CHECK_TOOLS, CLEAR_RESULTS, FINDING_DETAILS, FINDINGS, type FindingFilter, SBOM, SBOM_EXPORT } from "../protocol.ts";
import { ToolError } from "../tools/errors.ts";
import { answer } from "./handle.ts";
import type { Results } from "./results.ts";
import type { ServerState } from "./state.ts";
import type { Work } from "./work.ts";

/** Requests that show what was found. */
export function registerResultRequests(state: ServerState, work: Work, results: Results): void {
	answer(state, FINDINGS, ({ groupBy, filter }) => {
		const tree = findingsTree(results.sources(), { groupBy, filter });
		return {
			nodes: tree.nodes,
			message: findingsMessage(tree, filter, results),
			description: tree.total === 0 ? undefined : `by ${groupBy}`,
		};
	});
	answer(state, FINDING_DETAILS, ({ key }) => {
		const found = results.find(key);
		if (found === undefined) return { markdown: "This finding is no longer there." };
		const { scan, vulnerability } = found;
		return { markdown: vulnerabilityCard(vulnerability, scan.report, results.vex.suppression(scan.report, vulnerability)) };
	});
	answer(state, SBOM, ({ groupBy, text }) => {
		const sbom = results.sbom();
		if (sbom === undefined) return { nodes: [], message: undefined, description: undefined };
		const scan = results.scans().find(({ report }) => report.image.reference === sbom.image);
		const counts = scan === undefined ? () => undefined : countPerPackage(results.vex.open(scan.report));
		const tree = sbomTree(sbom, { groupBy, text, layers: scan?.report.image.layers ?? [], findings: counts });
		const message = text === "" ? undefined : `${tree.shown} of ${tree.total} packages, filter: ${text}`;
		return { nodes: tree.nodes, message, description: `${tree.total} packages` };
	});
	answer(state, SBOM_EXPORT, async ({ format }, signal) => {
		const sbom = results.sbom();
		if (sbom === undefined) throw new ToolError("failed", "There is no SBOM to export", { hint: "Show the SBOM of an image first." });
		const name =
			sbom.image
				.split("/")
				.pop()
				?.replace(/[^A-Za-z0-9._-]+/g, "-") ?? "image";
		return {
			text: sbomText(await work.context(undefined, { signal }), sbom, format, state.version),
			name: `${name}.${format === "spdx" ? "spdx" : "cdx"}.json`,
		};
	});
	answer(state, CLEAR_RESULTS, () => {
		results.clear();
		return null;
	});
	answer(state, CHECK_TOOLS, async (_, signal) => ({
		tools: await checkTools(await work.context(undefined, { signal }), process.platform),
		notes: oldKnowledge(new Date()),
	}));
}

/** What stands above the tree: how much of it is shown, or that nothing was found. */
function findingsMessage(tree: ReturnType<typeof findingsTree>, filter: FindingFilter, results: Results): string | undefined {
	const scans = results.scans();
	if (scans.length === 0) return undefined;
	const filters = [
		filter.fixableOnly ? "fixable" : "",
		filter.minimumSeverity === undefined ? "" : `${filter.minimumSeverity} and worse`,
		filter.text,
	].filter((part) => part !== "");
	if (filters.length > 0) return `${tree.shown} of ${tree.total}, filter: ${filters.join(", ")}`;
	if (tree.total > 0) return undefined;
	const digest = scans[0]?.report.image.digest?.slice(0, 19);
	return `No open findings in ${scans.map(({ report }) => report.image.reference).join(", ")}${digest === undefined ? "" : ` (${digest}…)`}`;
}
