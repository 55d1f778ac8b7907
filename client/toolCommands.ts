import { commands, env, Uri, window } from "vscode";
import { CHECK_TOOLS, type ToolCheck, type ToolStatus } from "../server/protocol.ts";
import type { CommandTable, Services } from "./services.ts";

/** Commands about the set-up. */
export function toolCommands(services: Services): CommandTable {
	const { connection, output, status } = services;
	return {
		"hullguard.tools.check": () => checkTools(services),
		"hullguard.tools.setPath": () => commands.executeCommand("workbench.action.openSettings", "hullguard.tools.paths"),
		"hullguard.server.restart": async () => {
			status.starting();
			await connection.restart();
			status.ready();
		},
		"hullguard.showOutput": () => output.show(),
		"hullguard.showBuildLog": () => services.buildLog.show(),
		"hullguard.openWalkthrough": () => commands.executeCommand("workbench.action.openWalkthrough", "hullguard.hullguard#hullguard.start"),
	};
}

/** Looks at the tools again and lets views and status say what is wrong. */
export async function refreshTools({ connection, status }: Services): Promise<ToolCheck> {
	const answer = await connection.ask(CHECK_TOOLS, {});
	const { tools } = answer;
	const trouble = tools.find((tool) => !tool.optional && tool.state !== "ready");
	status.tools(tools);
	await commands.executeCommand("setContext", "hullguard.toolTrouble", trouble === undefined ? "" : `${trouble.name} ${trouble.state}`);
	await commands.executeCommand("setContext", "hullguard.toolsReady", trouble === undefined);
	return answer;
}

async function checkTools(services: Services): Promise<void> {
	const { tools, notes } = await refreshTools(services);
	const chosen = await window.showQuickPick(
		tools.map((tool) => ({
			label: `${tool.state === "ready" ? "$(pass)" : tool.optional ? "$(circle-outline)" : "$(warning)"} ${tool.title}${tool.version === undefined ? "" : ` ${tool.version}`}`,
			description: [tool.path ?? "", tool.optional ? "optional" : ""].filter(Boolean).join(" · "),
			detail: tool.hint === undefined || tool.state === "missing" ? tool.message : `${tool.message}. ${tool.hint}`,
			tool,
		})),
		{ title: "Tools and Set-up", placeHolder: notes[0] ?? "Choose a tool to install it or to set its path" },
	);
	if (chosen !== undefined && chosen.tool.state !== "ready") await helpWith(chosen.tool);
}

async function helpWith(tool: ToolStatus): Promise<void> {
	const page = "Open installation page";
	const path = "Set its path";
	const chosen = await window.showQuickPick([...(tool.installation === undefined ? [] : [page]), path], {
		title: tool.title,
		placeHolder: tool.hint ?? tool.message,
	});
	if (chosen === page && tool.installation !== undefined) await env.openExternal(Uri.parse(tool.installation));
	if (chosen === path) await commands.executeCommand("hullguard.tools.setPath");
}
