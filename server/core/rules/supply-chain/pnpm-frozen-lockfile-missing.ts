import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import {
	didBefore,
	isSwitchedOn,
	isThere,
	type LockNames,
	lockFileOf,
	lockMessage,
	lockNote,
} from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallOf, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

const NAMES: LockNames = { manifests: ["package.json"], lockFiles: ["pnpm-lock.yaml"] };
const INSTALLS = /^(?:(?:recursive|multi|m) )?(?:install|i)$/;
/** With these nothing new is fetched, nothing is installed, or the lock file is left out on purpose. */
const ELSEWHERE = ["--no-lockfile", "--lockfile-only", "--help", "-h", "--version", "-v", "--offline", "-g", "--global"];

export const pnpmFrozenLockfileMissing = defineRule({
	id: "pnpm-frozen-lockfile-missing",
	title: "pnpm install may depart from the lock file",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: { "lock-file-missing": "pnpm install runs without a lock file" },
	equivalents: [],
	onlyWith: { words: ["pnpm"] },
	why: "Where `package.json` asks for something that `pnpm-lock.yaml` does not have, `pnpm install` resolves again and writes a new lock file, in the image, where nobody sees it. What was reviewed and tested is then not what is shipped.\n\npnpm refuses this by itself where it finds the variable `CI`; in a build it is not set.",
	remedy:
		"Copy `pnpm-lock.yaml` together with `package.json`, and call `pnpm install --frozen-lockfile`. Behind `pnpm fetch`, `pnpm install --offline --frozen-lockfile` needs no network at all.",
	references: ["https://pnpm.io/cli/install#--frozen-lockfile", "https://pnpm.io/cli/fetch"],
	examples: [
		{
			caption: "The lock file decides",
			good: "FROM node:22\nRUN corepack enable\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm install --frozen-lockfile --prod\n",
		},
		{
			caption: "The lock file is copied, but not enforced",
			bad: "FROM node:22\nRUN corepack enable\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm «install» --prod\n",
			fixed: "FROM node:22\nRUN corepack enable\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm install --frozen-lockfile --prod\n",
		},
		{
			caption: "Turned off, behind options, in a script",
			bad: "FROM node:22\nCOPY pnpm-lock.yaml pnpm-workspace.yaml package.json ./\nRUN pnpm i «--no-frozen-lockfile»\nRUN <<EOF\nset -e\nHUSKY=0 pnpm -r --filter web... «install» \\\n  --prefer-offline\nEOF\n",
			fixed:
				"FROM node:22\nCOPY pnpm-lock.yaml pnpm-workspace.yaml package.json ./\nRUN pnpm i --frozen-lockfile\nRUN <<EOF\nset -e\nHUSKY=0 pnpm -r --filter web... install --frozen-lockfile \\\n  --prefer-offline\nEOF\n",
		},
		{
			caption: "By a runner, and in all packages of a workspace",
			bad: "FROM node:22\nCOPY package.json pnpm-lock.yaml ./\nRUN corepack pnpm «install» --prod\nRUN npx -y pnpm@9 «i»\nRUN npx pnpm «install»\nRUN pnpm recursive «install»\n",
			fixed:
				"FROM node:22\nCOPY package.json pnpm-lock.yaml ./\nRUN corepack pnpm install --frozen-lockfile --prod\nRUN npx -y pnpm@9 i --frozen-lockfile\nRUN npx pnpm install --frozen-lockfile\nRUN pnpm recursive install --frozen-lockfile\n",
		},
		{ caption: "No lock file comes along", bad: "FROM node:22\nCOPY package.json .\nRUN pnpm «i»\nCOPY . .\n" },
		{
			caption: "Enforced",
			good: "FROM node:22\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm install --frozen-lockfile && pnpm install --prod\nFROM node:22\nCOPY pnpm-lock.yaml package.json ./\nRUN pnpm fetch --prod && pnpm install -r --offline --prod\nFROM node:22\nENV CI=1\nCOPY . .\nRUN pnpm install\nFROM node:22\nCOPY . .\nRUN CI=true pnpm i\nRUN pnpm config set frozen-lockfile true && pnpm i\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Something else is installed",
			good: "FROM node:22\nRUN pnpm add -g tsx && pnpm i -g turbo && pnpm install express && pnpm install $ARGS\nRUN git clone https://example.com/x && cd x && pnpm install\nRUN corepack pnpm add a && corepack install && npx --package pnpm pnpm install && npx eslint install\nCOPY package.json pnpm-lock.yaml ./\nRUN pnpm build && pnpm install --lockfile-only\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const verb = call.verbWord;
					if (call.manager !== "pnpm" || verb === undefined || !installs(call)) continue;
					const refused = call.options.find(isRefusal);
					if (
						refused === undefined &&
						(callHasOption(call, "--frozen-lockfile") || isSwitchedOn(step, call.command, "CI", "npm_config_frozen_lockfile"))
					)
						continue;
					const lock = lockFileOf(step, call.command, NAMES, workspace.contextEntries);
					if (lock === undefined || (refused === undefined && didBefore(step, call.command, isFrozen))) continue;
					const span = refused?.word.span ?? verb.span;
					const edit = refused === undefined ? insertAfter(span, " --frozen-lockfile") : replace(span, "--frozen-lockfile");
					reports.push({
						span,
						message: lockMessage(`pnpm ${call.verb}`, "pnpm-lock.yaml", lock.kind),
						...(lock.kind === "missing" ? { subCode: "lock-file-missing" } : {}),
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
						related: [{ span: lock.span, message: lockNote(lock.kind) }],
						fixes:
							isThere(lock) && !call.command.decoded
								? [
										{
											title: refused === undefined ? "Add --frozen-lockfile" : "Use --frozen-lockfile",
											safety: "review",
											edits: [edit],
											note: "It fails where pnpm-lock.yaml does not fit package.json.",
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

function isRefusal(option: { readonly name: string; readonly value: string | undefined }): boolean {
	return option.name === "--no-frozen-lockfile" || (option.name === "--frozen-lockfile" && option.value === "false");
}

function installs(call: PackageCall): boolean {
	if (!INSTALLS.test(call.verb) || call.operands.length > 0 || call.uncertain) return false;
	return !callHasOption(call, ...ELSEWHERE) && call.command.wrapper?.program !== "xargs";
}

function isFrozen(command: ShellCommand): boolean {
	const call = packageCallOf(command);
	if (call?.manager !== "pnpm") return false;
	const words = call.operands.map((word) => word.text);
	if (call.verb === "config" && words.some((word) => /^frozen-lockfile(?:=true)?$/.test(word))) return !words.includes("false");
	return INSTALLS.test(call.verb) && call.options.some((option) => option.name === "--frozen-lockfile" && option.value !== "false");
}
