import type { SpanEdit } from "../../text.ts";
import { commandsOf, scriptsOf } from "../commands/scripts.ts";
import { commandPrefix, insertCommandBefore, insertCommandBehind } from "../edits/commandEdit.ts";
import { appendCommand, insertInstructionAfter } from "../edits/edit.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import { mountCovers } from "../files/mountCoverage.ts";
import type { Stage, Step } from "../model/model.ts";
import { APT_LISTS, listsNeededAfter, listsRemovedAfter } from "../packages/aptLists.ts";
import { callHasOption, packageCallsOf } from "../packages/packageCalls.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import type { SystemUpgrade } from "./systemUpgrade.ts";

/** The edits that upgrade the distribution of a stage, whose base image runs as root: in its first RUN that installs, else in a RUN of its own. */
export function upgradeEdits(root: Stage, upgrade: SystemUpgrade): readonly SpanEdit[] {
	return merged(root, upgrade) ?? [ownLayer(root, upgrade)];
}

/** The first RUN that installs takes the upgrade in, if it stands above the application. */
function merged(root: Stage, upgrade: SystemUpgrade): readonly SpanEdit[] | undefined {
	for (const step of root.steps) {
		if (bringsEmulator(step)) continue;
		if (step.keyword === "COPY" || step.keyword === "ADD" || step.keyword === "SHELL") return undefined;
		if (step.keyword !== "RUN") continue;
		const calls = packageCallsOf(step).filter((call) => call.manager === upgrade.manager);
		if (calls.length === 0) continue;
		const user = userAt(root, step).value;
		if (user.kind !== "set" || !isRootUser(user.value)) return undefined;
		return upgrade.manager === "apt" ? intoApt(step, upgrade) : intoOther(step, upgrade);
	}
	return undefined;
}

function intoApt(step: Step, upgrade: SystemUpgrade): readonly SpanEdit[] | undefined {
	const calls = packageCallsOf(step).filter((call) => call.manager === "apt");
	const update = calls.find((call) => call.kind === "refresh");
	const first = commandsOf(step).find((command) => command.program === update?.program);
	if (update === undefined || first !== update.command || update.command.within.some((enclosure) => enclosure !== "wrapper"))
		return undefined;
	const prefix = commandPrefix(step, update.command);
	const inserted = prefix === undefined ? undefined : insertCommandBehind(step, update.command, prefix + upgrade.command);
	if (inserted === undefined) return undefined;
	const script = scriptsOf(step)[0];
	const kept = mountCovers(step, APT_LISTS) === "no" && listsRemovedAfter(step, update.command) === "no";
	const removal =
		kept && script !== undefined && listsNeededAfter(step).answer === "no" ? appendCommand(script, `rm -rf ${APT_LISTS}/*`) : undefined;
	return removal === undefined ? [inserted] : [inserted, removal];
}

function intoOther(step: Step, upgrade: SystemUpgrade): readonly SpanEdit[] | undefined {
	const calls = packageCallsOf(step).filter((call) => call.manager === upgrade.manager);
	const install = calls.find((call) => call.kind === "install");
	// What the upgrade fetches has to go as well.
	const cleaned = upgrade.manager === "apk" || calls.some((call) => call.kind === "clean" && call.command.within.length === 0);
	if (install === undefined || !cleaned || install.command.within.some((enclosure) => enclosure !== "wrapper")) return undefined;
	if (callHasOption(install, "--root", "-p", "--installroot")) return undefined;
	const prefix = commandPrefix(step, install.command);
	const edit = prefix === undefined ? undefined : insertCommandBefore(step, install.command, prefix + upgrade.command);
	return edit === undefined ? undefined : [edit];
}

function ownLayer(root: Stage, upgrade: SystemUpgrade): SpanEdit {
	const { file } = root;
	let last = root.from;
	for (const step of root.steps) {
		if (step.keyword !== "ARG") break;
		last = step;
	}
	for (const step of root.steps) {
		if (step.keyword === "RUN") break;
		if (bringsEmulator(step)) last = step;
	}
	return insertInstructionAfter(file, last, `RUN ${upgrade.alone.join(` ${file.escape}\n    && `)}`);
}

/** Whether a COPY or ADD brings QEMU's emulator of a foreign processor: no program of the image can run above it. */
function bringsEmulator(step: Step): boolean {
	const words = copyWordsOf(step);
	return words !== undefined && [...words.sources, words.destination].some(({ text }) => EMULATOR.test(text));
}

const EMULATOR = /(?:^|\/)qemu-(?:[^/]+-static(?:\.tar\.\w+)?|\*)$/;
