import { isAnsweredByInput } from "../../dockerfile/commands/givenAnswers.ts";
import { rootPrefix } from "../../dockerfile/commands/rootPrefix.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import { appendCleaning } from "../../dockerfile/layers/layerCleaning.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { removedAfter } from "../../dockerfile/packages/cleanUp.ts";
import { isKeyring, isUpgraded, type PacmanCall, pacmanCallsOf, refreshedAlone } from "../../dockerfile/packages/pacmanCalls.ts";
import { hasOption } from "../../shell/options.ts";
import { defineRule, type Report } from "../rule.ts";

const CACHE = "/var/cache/pacman/pkg";
const PARTIAL = "partial-upgrade";
const UNANSWERED = "unanswered";
const CACHE_KEPT = "cache-kept";
export const pacmanUsage = defineRule({
	id: "pacman-usage",
	title: "pacman upgrades in part, waits for an answer, or keeps its cache",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	subCodes: {
		[PARTIAL]: "The package lists are refreshed, but only the named packages are installed from them",
		[UNANSWERED]: "pacman waits for an answer that nobody gives",
		[CACHE_KEPT]: "pacman's cache stays in the layer",
	},
	onlyWith: { words: ["pacman"] },
	why: "Arch Linux has no releases: all packages fit together at one point in time. `pacman -Sy name` refreshes the lists and installs from them, beside libraries of the day on which the base image was made; programs then miss symbols, in the build or later. Without `--noconfirm` pacman asks, and takes the end of its input for a no. And every package that it downloads stays in `/var/cache/pacman/pkg`, for each host to pull.",
	remedy: "Call `pacman -Syu --noconfirm name …`, and remove `/var/cache/pacman/pkg/*` in the same RUN, or mount a cache there.",
	references: [
		"https://wiki.archlinux.org/title/System_maintenance#Partial_upgrades_are_unsupported",
		"https://man.archlinux.org/man/pacman.8",
	],
	examples: [
		{
			caption: "As it should be",
			good: "FROM archlinux:latest\nRUN pacman -Syu --noconfirm git && rm -rf /var/cache/pacman/pkg/*\nRUN yes | pacman -Syyu a && pacman -Scc --noconfirm\nRUN --mount=type=cache,target=/var/cache/pacman/pkg pacman --noconfirm -Syu b\nRUN pacman -Syu --noconfirm && pacman -S --noconfirm c && yes | pacman -Scc\n",
		},
		{
			caption: "A partial upgrade, and a cache that stays",
			bad: "FROM archlinux:latest\nRUN «pacman» «-Sy» --noconfirm git\n",
			fixed: "FROM archlinux:latest\nRUN pacman -Syu --noconfirm git && rm -rf /var/cache/pacman/pkg/*\n",
		},
		{
			caption: "Nobody answers; options in other places, Windows line breaks",
			bad: "FROM archlinux:latest AS build\r\nRUN pacman «-Syu» \\\r\n    # the tool\r\n    git && sudo pacman --needed «-S» base-devel && pacman «-Rns» vim\r\nFROM archlinux:latest\r\nCOPY --from=build /a /a\r\n",
			fixed:
				"FROM archlinux:latest AS build\r\nRUN pacman -Syu --noconfirm \\\r\n    # the tool\r\n    git && sudo pacman --needed -S --noconfirm base-devel && pacman -Rns --noconfirm vim\r\nFROM archlinux:latest\r\nCOPY --from=build /a /a\r\n",
		},
		{
			caption: "Long options",
			bad: "FROM archlinux:latest AS build\nRUN pacman «--sync» --refresh --noconfirm git && pacman «--remove» vim && pacman --sync --search a\nFROM archlinux:latest\nRUN pacman -Syu --noconfirm b && pacman --sync --clean --noconfirm\nCOPY --from=build /a /a\n",
			fixed:
				"FROM archlinux:latest AS build\nRUN pacman --sync --sysupgrade --refresh --noconfirm git && pacman --remove --noconfirm vim && pacman --sync --search a\nFROM archlinux:latest\nRUN pacman -Syu --noconfirm b && pacman --sync --clean --noconfirm\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Both at once",
			bad: "FROM archlinux:latest AS build\nRUN pacman «-Syy» git\nFROM archlinux:latest\nCOPY --from=build /a /a\n",
			fixed: "FROM archlinux:latest AS build\nRUN pacman -Syyu --noconfirm git\nFROM archlinux:latest\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Refreshed by a call of its own",
			bad: "FROM archlinux:latest AS build\nRUN pacman «-Sy» && pacman -S --noconfirm git && pacman -S --noconfirm vim\nFROM archlinux:latest AS other\nRUN pacman --noconfirm «-Syy»\nRUN pacman -S --noconfirm git\nFROM archlinux:latest\nCOPY --from=build /a /a\nCOPY --from=other /b /b\n",
			fixed:
				"FROM archlinux:latest AS build\nRUN pacman -Syu --noconfirm && pacman -S --noconfirm git && pacman -S --noconfirm vim\nFROM archlinux:latest AS other\nRUN pacman --noconfirm -Syyu\nRUN pacman -S --noconfirm git\nFROM archlinux:latest\nCOPY --from=build /a /a\nCOPY --from=other /b /b\n",
		},
		{
			caption: "Answered by a program in front of it",
			bad: "FROM archlinux:latest AS build\nRUN yes | pacman «-Sy» && pacman -S --noconfirm git\nFROM archlinux:latest\nCOPY --from=build /a /a\n",
			fixed:
				"FROM archlinux:latest AS build\nRUN yes | pacman -Syu && pacman -S --noconfirm git\nFROM archlinux:latest\nCOPY --from=build /a /a\n",
		},
		{
			caption: "Upgraded as well, or nothing of what was refreshed is installed",
			good: "FROM archlinux:latest AS build\nRUN pacman -Sy && pacman -S --noconfirm archlinux-keyring && pacman -S --noconfirm a\nRUN pacman -Su --noconfirm\nFROM archlinux:latest AS other\nRUN pacman -Sy --dbpath /tmp/db && pacman -S --noconfirm a && pacman -Sy && pacman -Ss b\nFROM archlinux:latest AS keys\nRUN pacman -Sy && pacman -S --noconfirm archlinux-keyring && pacman -S $OPTIONS && yay -Syu --noconfirm\nFROM archlinux:latest\nCOPY --from=build /a /a\nCOPY --from=other /b /b\nCOPY --from=keys /c /c\n",
		},
		{
			caption: "Questions, keys, local packages, lists alone",
			good: "FROM archlinux:latest\nRUN pacman -Ss git && pacman -Qi git && pacman -Sy --noconfirm archlinux-keyring && pacman -Syu --noconfirm a && rm -rf /var/cache/pacman\nRUN pacman -Sy --noconfirm d && rm -rf /var/cache/pacman/pkg\nRUN pacman-key --init && pacman -Sp a && pacman -V && pacman $OPTIONS b\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const kept = stage.use === "shipped" || stage.use === "ancestor";
			const refreshed = refreshedAlone(stage);
			for (const step of runSteps(stage)) {
				const calls = pacmanCallsOf(step);
				for (const call of calls) {
					const report = refreshed.has(call) ? partialUpgrade(call, !isAnswered(step, call)) : reportOf(step, call, calls);
					if (report !== undefined) reports.push(report);
				}
				const left = kept ? cacheReport(step, calls) : undefined;
				if (left !== undefined) reports.push(left);
			}
		}
		return reports;
	},
});

function reportOf(step: Step, call: PacmanCall, calls: readonly PacmanCall[]): Report | undefined {
	const { args, command, operation, kind, letters } = call;
	// Searches, lists, prints, downloads, and the removal of the cache.
	if (args.uncertain || (kind === "S" && /[silgpwc]/.test(letters)) || /p/.test(letters)) return undefined;
	const unanswered = asks(step, call);
	const edits = command.decoded;
	if (kind === "S" && letters.includes("y") && !letters.includes("u") && args.operands.length > 0 && !isKeyring(call)) {
		if (!isUpgraded(step, calls)) return partialUpgrade(call, unanswered);
	}
	if (!unanswered) return undefined;
	return {
		span: operation.span,
		message: `pacman ${operation.text} without --noconfirm stops at a question`,
		severity: "error",
		subCode: UNANSWERED,
		fixes: edits ? [] : [{ title: "Add --noconfirm", safety: "safe", edits: [insertAfter(operation.span, " --noconfirm")] }],
	};
}

function partialUpgrade({ command, operation, args }: PacmanCall, unanswered: boolean): Report {
	const text = (operation.text.startsWith("--") ? " --sysupgrade" : "u") + (unanswered ? " --noconfirm" : "");
	const installs = args.operands.length > 0 ? "installs" : "lets later calls install";
	return {
		span: operation.span,
		message: `pacman ${operation.text} ${installs} new packages beside old libraries`,
		subCode: PARTIAL,
		fixes: command.decoded
			? []
			: [
					{
						title: "Upgrade the system as well",
						safety: "review",
						edits: [insertAfter(operation.span, text)],
						note: "Every package of the base image is brought up to date.",
					},
				],
	};
}

function asks(step: Step, call: PacmanCall): boolean {
	const { args, kind, letters } = call;
	if (args.operands.length === 0 && !(kind === "S" && letters.includes("u"))) return false;
	return !hasOption(args, "--print") && !isAnswered(step, call);
}

function isAnswered(step: Step, { args, command }: PacmanCall): boolean {
	return hasOption(args, "--noconfirm") || isAnsweredByInput(step, command);
}

/** The last call of a RUN whose packages stay in the cache. */
function cacheReport(step: Step, calls: readonly PacmanCall[]): Report | undefined {
	const last = calls.findLast(
		({ args, kind, letters }) =>
			kind === "S" && !args.uncertain && !/[silgpc]/.test(letters) && (args.operands.length > 0 || letters.includes("u")),
	);
	const name = last?.command.name;
	if (last === undefined || name === undefined || last.args.options.some((option) => option.name === "--cachedir")) return undefined;
	if (mountCovers(step, CACHE) !== "no" || removedAfter(step, last.command, CACHE) !== "no") return undefined;
	const emptied = commandsOf(step).some(
		({ program, args }) =>
			program === "paccache" || (program === "pacman" && args.some((word) => /^(?:-[a-z]*S[a-z]*c|--clean$)/.test(word.text))),
	);
	if (emptied) return undefined;
	const prefix = rootPrefix(step, last.command);
	const edit = prefix === undefined ? undefined : appendCleaning(step, `${prefix}rm -rf ${CACHE}/*`);
	return {
		span: name.span,
		message: "pacman leaves the packages that it downloads in the layer",
		severity: "info",
		subCode: CACHE_KEPT,
		fixes: edit === undefined ? [] : [{ title: "Remove pacman's cache", safety: "safe", edits: [edit] }],
	};
}
