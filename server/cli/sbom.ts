import { treeText } from "../core/report/tree.ts";
import { sbomTree } from "../core/sbom/tree.ts";
import { imageSbom, sbomText } from "../operations/sbom.ts";
import type { ParsedCall } from "./arguments.ts";
import { EXIT, type ExitCode } from "./exit.ts";
import { commandHost } from "./host.ts";
import type { Terminal } from "./terminal.ts";

/** `hullguard sbom` */
export async function sbomCommand(call: ParsedCall, terminal: Terminal): Promise<ExitCode> {
	const { context } = commandHost(terminal);
	const { format, platform } = call.options;
	const sbom = await imageSbom(context, {
		reference: call.operands[0] ?? "",
		offline: false,
		...(typeof platform === "string" ? { platform } : {}),
	});
	terminal.progress("");
	if (format === "cyclonedx" || format === "spdx") terminal.out(sbomText(context, sbom, format, terminal.version));
	else {
		const tree = sbomTree(sbom, { groupBy: "type", text: "", layers: [], findings: () => undefined });
		terminal.out(`${treeText(tree.nodes, terminal.colors, 3)}${tree.total} packages\n`);
	}
	return EXIT.clean;
}
