import { NEEDS_ROOT } from "../knowledge/startPrograms.ts";
import { remembered } from "../memo.ts";
import { stageBaseFacts } from "./baseFacts.ts";
import { containerStart, dropsPrivileges } from "./containerStart.ts";
import type { Stage, Step } from "./model.ts";
import { commandsOf } from "./scripts.ts";
import { lineage } from "./stages.ts";

/** Why a container is meant to start as root: its start hands over to another user, or its program cannot work as one. */
export type RootStart = { readonly kind: "handsOver" } | { readonly kind: "needsRoot"; readonly program: string };

/** Undefined if nothing in the file says that starting as root is intended. */
export const rootStartOf = remembered((stage: Stage): RootStart | undefined => {
	const start = containerStart(stage);
	for (const command of [...start.commands, ...start.scripted]) {
		if (dropsPrivileges(command)) return { kind: "handsOver" };
		if (NEEDS_ROOT.has(command.program ?? "")) return { kind: "needsRoot", program: command.program ?? "" };
	}
	if (start.entrypoint === undefined && stageBaseFacts(stage).entrypointDropsRoot === true) return { kind: "handsOver" };
	return start.hiddenScript !== undefined && bringsDropper(stage) ? { kind: "handsOver" } : undefined;
});

/** Whether the lineage installs, downloads or copies gosu or su-exec, which nothing but an entry point needs. */
function bringsDropper(stage: Stage): boolean {
	return lineage(stage).some((ancestor) => ancestor.steps.some((step) => /gosu|su-exec/.test(step.line.text) && namesDropper(step)));
}

function namesDropper(step: Step): boolean {
	if (step.keyword === "COPY" || step.keyword === "ADD") return true;
	return commandsOf(step).some((command) => [command.name, ...command.args].some((word) => word !== undefined && isDropper(word.text)));
}

/** `gosu`, `/usr/local/bin/gosu`, `gosu-amd64`, `su-exec=0.2-r3`. */
function isDropper(text: string): boolean {
	const name = text.slice(text.lastIndexOf("/") + 1);
	return ["gosu", "su-exec"].some(
		(dropper) => name.startsWith(dropper) && (name.length === dropper.length || "-=".includes(name[dropper.length] ?? "")),
	);
}
