import { CHECK_MATERIAL } from "../../knowledge/pipeConsumers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { Span } from "../../text.ts";
import { commandsOf } from "../commands/scripts.ts";
import type { Step } from "../model/model.ts";
import { hostOf, lastPart } from "./addresses.ts";
import { type Download, downloadsOf } from "./downloads.ts";

/** A key whose address names the host of what it verifies. */
export interface KeyDownload {
	readonly span: Span;
	readonly host: string;
}

/** The keys of `curl https://host/KEYS | gpg --import` beside `curl https://host/file` and `gpg --verify`. */
export function keysBesideFiles(step: Step, command: ShellCommand): readonly KeyDownload[] {
	const members = command.pipeline?.commands ?? [];
	const verifies = commandsOf(step).some(
		({ program, args }) => /^gpg[12]?$/.test(program ?? "") && args.some((word) => word.text === "--verify"),
	);
	if (!verifies) return [];
	const downloads = downloadsOf(step);
	return downloads.flatMap((key) => {
		const piped = members.includes(key.command) || (key.command.wrapper !== undefined && members.includes(key.command.wrapper));
		const host = hostOf(addressOf(key));
		if (!piped || host === undefined) return [];
		const beside = downloads.some(
			(other) => other !== key && hostOf(addressOf(other)) === host && !CHECK_MATERIAL.test(lastPart(addressOf(other))),
		);
		return beside ? [{ span: key.url.span, host }] : [];
	});
}

function addressOf({ resolved, address }: Download): string {
	return resolved ?? address;
}
