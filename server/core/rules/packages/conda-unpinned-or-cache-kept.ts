import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { mountCovers } from "../../dockerfile/files/mountCoverage.ts";
import { cleaningCall } from "../../dockerfile/layers/cleaningCalls.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { removedAfter } from "../../dockerfile/packages/cleanUp.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { unpinnedMessage } from "../../dockerfile/packages/versionPins.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellWord } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const UNPINNED = "unpinned";
const CACHE_KEPT = "cache-kept";
const FILES = ["-f", "--file"];

export const condaUnpinnedOrCacheKept = defineRule({
	id: "conda-unpinned-or-cache-kept",
	title: "conda leaves versions open, or keeps its cache",
	category: "packages",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "gpu/prefer-uv-over-conda"]),
	subCodes: {
		[UNPINNED]: "Packages are installed without a version",
		[CACHE_KEPT]: "conda's package cache stays in the layer",
	},
	onlyWith: { words: ["conda", "mamba", "micromamba"] },
	why: "conda solves for whatever is newest on the day of the build, so that two builds differ in dozens of packages. And every archive that it downloads stays beside what was unpacked from it: often gigabytes, pulled and stored by each host.",
	remedy:
		"Install from a lock file (`conda-lock`, `conda create --file explicit.txt`) or name versions, and end the RUN with `conda clean --all --force-pkgs-dirs --yes`, or mount a cache on the package directory.",
	references: [
		"https://docs.conda.io/projects/conda/en/stable/commands/install.html",
		"https://docs.conda.io/projects/conda/en/stable/commands/clean.html",
		"https://conda.github.io/conda-lock/",
	],
	examples: [
		{
			caption: "A cache that stays",
			bad: "FROM continuumio/miniconda3:24.11.1-0\nRUN «conda» install -y numpy=1.26\n",
			fixed: "FROM continuumio/miniconda3:24.11.1-0\nRUN conda install -y numpy=1.26 && conda clean -afy\n",
		},
		{
			caption: "With a version, and cleaned",
			good: "FROM continuumio/miniconda3:24.11.1-0\nRUN conda install -y numpy=1.26 && conda clean -afy\n",
		},
		{
			caption: "No version, no clean-up",
			bad: "FROM continuumio/miniconda3:24.11.1-0\nRUN conda install -y -c conda-forge «numpy» python=3.12 pip && conda clean -afy\nRUN «conda» install -y numpy=1.26\n",
			fixed:
				"FROM continuumio/miniconda3:24.11.1-0\nRUN conda install -y -c conda-forge numpy python=3.12 pip && conda clean -afy\nRUN conda install -y numpy=1.26 && conda clean -afy\n",
		},
		{
			caption: "The cache alone",
			bad: "FROM continuumio/miniconda3:24.11.1-0\r\nRUN «conda» env update -n base -f environment.yml && \\\r\n    # ready\r\n    mkdir /x\r\n",
			fixed:
				"FROM continuumio/miniconda3:24.11.1-0\r\nRUN conda env update -n base -f environment.yml && \\\r\n    # ready\r\n    mkdir /x && \\\r\n    conda clean -afy\r\n",
		},
		{
			caption: "Relatives, with Windows line breaks",
			bad: "FROM mambaorg/micromamba:2.0.5 AS build\r\nRUN micromamba create -n a \\\r\n    # one\r\n    conda-forge::b=1 && mamba install --yes -p /x «'c'» 'd>=2'\r\nFROM continuumio/miniconda3:24.11.1-0\r\nRUN «mamba» update -y --all\r\nCOPY --from=build /x /x\r\n",
			fixed:
				"FROM mambaorg/micromamba:2.0.5 AS build\r\nRUN micromamba create -n a \\\r\n    # one\r\n    conda-forge::b=1 && mamba install --yes -p /x 'c' 'd>=2'\r\nFROM continuumio/miniconda3:24.11.1-0\r\nRUN mamba update -y --all && mamba clean -afy\r\nCOPY --from=build /x /x\r\n",
		},
		{
			caption: "As it should be",
			good: "FROM continuumio/miniconda3:24.11.1-0\nRUN conda install -y numpy=1.26 'scipy==1.14.1' && conda clean -afy\nRUN conda env create -f environment.yml && conda clean --all --yes\nRUN conda create -y --subdir linux-64 --file explicit.txt && rm -rf /opt/conda/pkgs\nRUN --mount=type=cache,target=/opt/conda/pkgs conda install -yq a=1\nRUN conda install b=2 && conda clean -a\n",
		},
		{
			caption: "Nobody knows, or nothing is installed",
			good: "FROM continuumio/miniconda3:24.11.1-0 AS build\nRUN conda install a=1 && conda install $SPECS\nRUN conda info && conda run -n a python && conda activate a && conda remove -y b && conda install -y --dry-run c=1\nFROM scratch\nCOPY --from=build /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const kept = stage.use === "shipped" || stage.use === "ancestor";
			for (const step of runSteps(stage)) {
				const calls = packageCallsOf(step).filter(({ manager }) => manager === "conda");
				for (const call of calls) {
					// No word about a missing -y: without a terminal conda takes yes for the answer by itself.
					const report = versionReport(call);
					if (report !== undefined) reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
				}
				const left = kept ? cacheReport(step, calls) : undefined;
				if (left !== undefined) reports.push(left);
			}
		}
		return reports;
	},
});

function versionReport(call: PackageCall): Report | undefined {
	if ((call.verb !== "install" && call.verb !== "create") || callHasOption(call, ...FILES, "--clone", "--help", "-h")) return undefined;
	const open = call.operands.filter(isOpen);
	const first = open[0];
	if (first === undefined) return undefined;
	return { span: first.span, message: unpinnedMessage(open.map((word) => word.value ?? word.text)), subCode: UNPINNED };
}

/** `name`, `channel::name`; a version follows `=`, `<`, `>` or a blank, a file or an address settles it. */
function isOpen(word: ShellWord): boolean {
	const text = comparable(word);
	return !/[=<>!\s$\0/]|\.(?:conda|tar\.bz2)$/.test(text) && /^[\w.:-]+$/.test(text);
}

function cacheReport(step: Step, calls: readonly PackageCall[]): Report | undefined {
	const last = calls.findLast(
		(call) =>
			["install", "create", "update", "upgrade", "env"].includes(call.verb) &&
			!callHasOption(call, "--dry-run", "--help", "-h", "--offline") &&
			(call.verb !== "env" || /^(?:create|update)$/.test(call.operands[0]?.value ?? "")) &&
			(call.operands.length > 0 || callHasOption(call, ...FILES, "--all")),
	);
	const name = last?.command.name;
	if (last === undefined || name === undefined || calls.slice(calls.indexOf(last)).some(({ verb }) => verb === "clean")) return undefined;
	if (mountCovers(step, undefined) !== "no" || removedAfter(step, last.command, "/opt/conda/pkgs") !== "no") return undefined;
	if (commandsOf(step).some(({ program, args }) => program === "rm" && args.some((word) => /pkgs|conda/i.test(word.text))))
		return undefined;
	return {
		span: name.span,
		message: `${last.program} ${last.verb} leaves its package cache in the layer`,
		subCode: CACHE_KEPT,
		fixes: () => cacheFixes(step, last),
	};
}

function cacheFixes(step: Step, call: PackageCall): readonly EditFix[] {
	const cleaning = call.command.wrapper === undefined ? cleaningCall(step, call, "clean -afy") : undefined;
	return cleaning === undefined ? [] : [{ title: `Append ${call.program} clean -afy`, safety: "review", edits: [cleaning.edit] }];
}
