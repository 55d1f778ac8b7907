import { TOOL_CARDS } from "./cards.ts";

/** The page of the external tools in the documentation. */
export function toolsPage(): string {
	const cards = Object.values(TOOL_CARDS);
	const row = (card: (typeof cards)[number]): string =>
		`| [${card.title}](${card.installation}) | ${card.purpose} | ${card.minimum} | ${card.tested} | ${card.optional ? "optional" : ""} |`;
	const install = cards.flatMap((card) =>
		Object.entries(card.install).map(([platform, command]) => `| ${card.title} | ${PLATFORMS[platform] ?? platform} | \`${command}\` |`),
	);
	const refused = cards.flatMap((card) =>
		card.refused.map((versions) => `- ${card.title} ${versions.from} to ${versions.to}: ${versions.reason} <${versions.advisory}>`),
	);
	return [
		"# External tools",
		"",
		"Linting and digest pinning need none of these. A tool is looked for at the path in `hullguard.tools.paths`, then on the `PATH` (without the workspace folder and without relative entries), then in the usual places of the platform. Nothing is downloaded. `hullguard tools check` shows what was found.",
		"",
		"| Tool | It is needed to | At least | Tested with | |",
		"|---|---|---|---|---|",
		...cards.map(row),
		"",
		"## Install",
		"",
		"| Tool | Platform | Command |",
		"|---|---|---|",
		...install,
		"",
		...(refused.length === 0 ? [] : ["## Versions that are never run", "", ...refused, ""]),
	].join("\n");
}

const PLATFORMS: Readonly<Record<string, string>> = { darwin: "macOS", linux: "Linux", win32: "Windows" };
