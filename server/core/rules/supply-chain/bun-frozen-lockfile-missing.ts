import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { didBefore, isThere, type LockNames, lockFileOf, lockMessage, lockNote } from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallOf, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

const NAMES: LockNames = { manifests: ["package.json"], lockFiles: ["bun.lock", "bun.lockb"] };
/** `--production` holds to the lock file, too. Source: Bun 1.2, PackageManagerOptions. */
const FROZEN = ["--frozen-lockfile", "--production", "-p"];
const ELSEWHERE = ["--no-save", "--lockfile-only", "--dry-run", "--help", "-h", "--version", "-v", "-g", "--global"];

export const bunFrozenLockfileMissing = defineRule({
	id: "bun-frozen-lockfile-missing",
	title: "bun install may depart from the lock file",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: { "lock-file-missing": "bun install runs without a lock file" },
	equivalents: [],
	onlyWith: { words: ["bun"] },
	why: "Where `package.json` asks for something that the lock file does not have, `bun install` resolves again and writes a new lock file, in the image, where nobody sees it. What was reviewed and tested is then not what is shipped.",
	remedy:
		"Copy `bun.lock` (or `bun.lockb`) together with `package.json`, and call `bun install --frozen-lockfile`, or `bun ci` in recent versions.",
	references: ["https://bun.sh/docs/cli/install#production-mode", "https://bun.sh/guides/ecosystem/docker"],
	examples: [
		{ caption: "The lock file decides", good: "FROM oven/bun:1\nCOPY package.json bun.lock ./\nRUN bun install --frozen-lockfile\n" },
		{
			caption: "The lock file is copied, but not enforced",
			bad: "FROM oven/bun:1\nCOPY package.json bun.lock ./\nRUN bun «install»\n",
			fixed: "FROM oven/bun:1\nCOPY package.json bun.lock ./\nRUN bun install --frozen-lockfile\n",
		},
		{
			caption: "A pattern, an alias, a binary lock file",
			bad: "FROM oven/bun:1\nCOPY package.json bun.lock* ./\nRUN cd /temp && bun «i» --ignore-scripts\nFROM oven/bun:1\nCOPY package.json bun.lockb ./\nRUN bun «i» \\\n  # quiet\n  --silent\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM oven/bun:1\nCOPY package.json bun.lock* ./\nRUN cd /temp && bun i --ignore-scripts\nFROM oven/bun:1\nCOPY package.json bun.lockb ./\nRUN bun i --frozen-lockfile \\\n  # quiet\n  --silent\nCOPY --from=0 /a /a\n",
		},
		{ caption: "No lock file comes along", bad: "FROM oven/bun:1\nCOPY package.json .\nRUN bun «install»\n" },
		{
			caption: "Enforced",
			good: "FROM oven/bun:1\nCOPY package.json bun.lock ./\nRUN bun install --frozen-lockfile && bun install\nFROM oven/bun:1\nCOPY package.json bun.lock ./\nRUN bun ci\nFROM oven/bun:1\nCOPY package.json bun.lock ./\nRUN bun install --production\nFROM oven/bun:1\nCOPY package.json bun.lock bunfig.toml ./\nRUN bun install\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Something else is installed",
			good: "FROM oven/bun:1\nCOPY package.json bun.lock ./\nRUN bun install express && bun add -d a && bun install -g b && bun run install && bun build\nFROM oven/bun:1\nRUN bun init -y && bun install\nCOPY --from=0 /a /a\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const verb = call.verbWord;
					if (call.manager !== "bun" || verb === undefined || !installs(call) || callHasOption(call, ...FROZEN)) continue;
					const lock = lockFileOf(step, call.command, NAMES, workspace.contextEntries);
					if (lock === undefined || hasConfiguration(step) || didBefore(step, call.command, isFrozen)) continue;
					reports.push({
						span: verb.span,
						message: lockMessage(`bun ${call.verb}`, "bun.lock", lock.kind),
						...(lock.kind === "missing" ? { subCode: "lock-file-missing" } : {}),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						related: [{ span: lock.span, message: lockNote(lock.kind) }],
						fixes:
							isThere(lock) && !call.command.decoded
								? [
										{
											title: "Add --frozen-lockfile",
											safety: "review",
											edits: [insertAfter(verb.span, " --frozen-lockfile")],
											note: "It fails where the lock file does not fit package.json.",
										},
									]
								: [],
					});
				}
			}
		}
		return reports;
	},
});

function installs(call: PackageCall): boolean {
	return (
		(call.verb === "install" || call.verb === "i") && call.operands.length === 0 && !call.uncertain && !callHasOption(call, ...ELSEWHERE)
	);
}

function isFrozen(command: ShellCommand): boolean {
	if (command.program !== "bun") return false;
	const call = packageCallOf(command);
	return call !== undefined && (call.verb === "ci" || ((call.verb === "install" || call.verb === "i") && callHasOption(call, ...FROZEN)));
}

/** bunfig.toml can say that the lock file is frozen. */
function hasConfiguration(step: Step): boolean {
	return configurations.above(step);
}

const configurations = anyStep((step) => contextCopyOf(step)?.sources.some(({ text }) => /(?:^|\/)\.?bunfig\.toml$/.test(text)) ?? false);
