import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordAt } from "../../dockerfile/commands/shellVariables.ts";
import { insertAt, replace } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellOption } from "../../shell/options.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** Indexes of projects that say so themselves: their owner does not let strangers publish there. */
const VENDOR_INDEXES =
	/^https:\/\/(?:download\.pytorch\.org|pypi\.nvidia\.com|pypi\.ngc\.nvidia\.com|(?:www\.)?piwheels\.org|data\.pyg\.org|wheels\.vllm\.ai|storage\.googleapis\.com\/jax-releases|pip\.repos\.neuron\.amazonaws\.com|azurecliprod\.blob\.core\.windows\.net|repo\.radeon\.com|docs\.vllm\.ai|flashinfer\.ai|download\.openmmlab\.com|abetlen\.github\.io|pytorch-extension\.intel\.com|pypi\.fury\.io\/arrow-nightlies)(?:[/:]|$)/i;

export const packageIndexConfusion = defineRule({
	id: "package-index-confusion",
	title: "Packages come from whichever of two indexes has the higher version",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["semgrep", "dockerfile-pip-extra-index-url"]),
	onlyWith: {
		words: ["pip", "uv", "gem", "dotnet", "index"],
		texts: ["extra-index-url", "extra_index_url", "index-strategy", "index_strategy", "gem", "dotnet"],
	},
	why: "With an additional index pip treats both as one and takes the highest version that either has. Whoever publishes a package on PyPI under the name of one of yours, with the version 99, has it installed in your build, and its setup code is run: *dependency confusion*. The same goes for `uv --index-strategy unsafe-best-match`, for gems, and for NuGet without a mapping of sources.",
	remedy:
		"Give one index that serves both: a proxy such as Artifactory, Nexus or devpi with rules for your names, as `--index-url`. Or install in two calls, your packages with `--index-url … --no-deps`. uv takes a package from the first index that has it, unless it is told otherwise, and can bind names to indexes. Hashes (`--require-hashes`) shut the door for good.",
	references: [
		"https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-extra-index-url",
		"https://docs.astral.sh/uv/concepts/indexes/#searching-across-multiple-indexes",
		"https://learn.microsoft.com/en-us/nuget/consume-packages/package-source-mapping",
	],
	examples: [
		{
			caption: "pip",
			bad: "FROM python:3.12\nRUN pip install «--extra-index-url» https://pypi.acme.dev/simple acme && python3 -m pip install -r r.txt «--extra-index-url=https://pypi.acme.dev/simple»\n",
			fixed:
				"FROM python:3.12\nRUN pip install --index-url https://pypi.acme.dev/simple acme && python3 -m pip install -r r.txt --index-url=https://pypi.acme.dev/simple\n",
		},
		{
			caption: "Variables and configurations",
			bad: "FROM python:3.12\nENV «PIP_EXTRA_INDEX_URL=https://pypi.acme.dev/simple»\nARG «UV_INDEX_STRATEGY=unsafe-best-match»\nRUN «PIP_EXTRA_INDEX_URL=https://pypi.acme.dev/simple» pip install acme\nRUN pip config set «global.extra-index-url» https://pypi.acme.dev/simple && pip install -i https://a.b/simple «--extra-index-url» https://pypi.org/simple acme\n",
		},
		{
			caption: "PyPI is the other one",
			bad: "FROM python:3.12\nENV PIP_INDEX_URL=https://pypi.acme.dev/simple\nRUN pip install «--extra-index-url» https://pypi.org/simple acme\n",
		},
		{
			caption: "One index, given twice; sources that replace the public one",
			good: "FROM python:3.12\nENV PIP_EXTRA_INDEX_URL=https://pypi.org/simple\nRUN pip install --extra-index-url https://pypi.python.org/simple acme\nRUN gem sources --clear-all && gem sources --add https://gems.acme.dev\n",
		},
		{
			caption: "The index of a vendor",
			bad: "FROM python:3.12\nRUN pip install torch «--extra-index-url» https://download.pytorch.org/whl/cu124\n",
		},
		{
			caption: "uv, gems and NuGet",
			bad: "FROM python:3.12\nRUN uv pip install «--index-strategy» unsafe-best-match --extra-index-url https://pypi.acme.dev/simple acme && gem sources «--add» https://gems.acme.dev && dotnet restore -s https://api.nuget.org/v3/index.json «-s» https://nuget.acme.dev/v3/index.json\n",
		},
		{
			caption: "A source of one call, which is added to the others",
			bad: "FROM ruby:3.3\nRUN gem install acme «--source» https://gems.acme.dev\n",
			fixed: "FROM ruby:3.3\nRUN gem install acme --clear-sources --source https://gems.acme.dev\n",
		},
		{
			caption: "That source alone, a mirror, nobody knows",
			good: "FROM ruby:3.3\nRUN gem install --clear-sources --source https://gems.acme.dev a && gem install b -s https://gems.ruby-china.com && gem install c --source $URL && gem install d --source https://rubygems.org\nRUN gem install e --source https://ruby.taobao.org/ && gem sources --add https://gems.ruby.taobao.org\n",
		},
		{
			caption: "One index, hashes, or a first one that wins",
			good: "FROM python:3.12\nENV PIP_INDEX_URL=https://pypi.acme.dev/simple PIP_EXTRA_INDEX_URL=\nARG PIP_EXTRA_INDEX_URL\nRUN pip install -i https://pypi.acme.dev/simple acme && pip install --require-hashes --extra-index-url https://a.b/simple -r r.txt && uv pip install --extra-index-url https://a.b/simple acme && gem sources --add https://gems.acme.dev --remove https://rubygems.org/ && npm config set registry https://npm.acme.dev && dotnet restore -s https://nuget.acme.dev/v3/index.json && pip install --no-deps --extra-index-url https://a.b/simple acme==1.2\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const report of step.keyword === "RUN" ? calls(step) : variables(step))
					reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
			}
		}
		return reports;
	},
});

function variables(step: Step): readonly Report[] {
	if ((step.keyword !== "ENV" && step.keyword !== "ARG") || !/INDEX/.test(step.line.text)) return [];
	const reports: Report[] = [];
	for (const { name, value, span } of assignmentsOf(step, step.stage.file.escape)) {
		const expansion = value === undefined ? undefined : expandAt(step, value);
		const text = expansion?.kind === "known" ? expansion.value : "";
		if (name === "PIP_EXTRA_INDEX_URL" && text !== "") reports.push(...pipReport(step, span, text));
		if (name === "UV_INDEX_STRATEGY" && /^unsafe-/.test(text)) reports.push({ span, message: uvMessage(text) });
	}
	return reports;
}

function calls(step: Step): readonly Report[] {
	const reports: Report[] = [];
	for (const { assignments } of commandsOf(step)) {
		for (const { name, value, span } of assignments) {
			const text = value === undefined ? "" : (value.value ?? "");
			if (name === "PIP_EXTRA_INDEX_URL" && text !== "") reports.push(...pipReport(step, span, text));
			if (name === "UV_INDEX_STRATEGY" && /^unsafe-/.test(text)) reports.push({ span, message: uvMessage(text) });
		}
	}
	for (const call of packageCallsOf(step)) {
		if (call.manager === "pip") reports.push(...pip(step, call));
		else if (call.manager === "uv") {
			const option = call.options.find(({ name }) => name === "--index-strategy");
			const value = option?.value ?? nextWord(call, option);
			if (option !== undefined && /^unsafe-/.test(value ?? "")) reports.push({ span: option.word.span, message: uvMessage(value ?? "") });
		} else if (call.manager === "gem") reports.push(...gems(step, call));
		else if (call.manager === "dotnet" && (call.verb === "restore" || call.verb === "tool")) {
			const sources = call.options.filter(({ name }) => name === "-s" || name === "--source");
			const second = sources[1];
			if (second !== undefined && !call.options.some(({ name }) => name === "--configfile"))
				reports.push({ span: second.word.span, message: "dotnet takes a package from whichever source has it" });
		}
	}
	return reports;
}

/** The word behind an option whose values the table of the manager does not know. */
function nextWord(call: PackageCall, option: ShellOption | undefined): string | undefined {
	const at = option === undefined ? -1 : call.command.args.indexOf(option.word);
	return at === -1 ? undefined : call.command.args[at + 1]?.value;
}

function pip(step: Step, call: PackageCall): readonly Report[] {
	const reports: Report[] = [];
	if (call.verb === "config" && call.operands[0]?.value === "set") {
		const [, key, value] = call.operands;
		if (/\.extra-index-url$/.test(key?.value ?? "") && key !== undefined) reports.push(...pipReport(step, key.span, value?.value ?? ""));
		return reports;
	}
	if (!["install", "download", "wheel"].includes(call.verb)) return reports;
	if (call.options.some(({ name }) => name === "--require-hashes" || name === "--no-deps")) return reports;
	const own = call.options.some(({ name }) => name === "-i" || name === "--index-url") || setsMainIndex(step.stage);
	for (const option of call.options) {
		if (option.name !== "--extra-index-url") continue;
		const url = (option.valueWord === undefined ? option.value : wordAt(step, call.command, option.valueWord)) ?? "";
		const others = call.options.filter(({ name }) => name === "--extra-index-url").length > 1;
		const fixable = !own && !others && !call.command.decoded && !VENDOR_INDEXES.test(url) && !PYPI.test(url);
		for (const report of pipReport(step, option.word.span, url, own)) reports.push({ ...report, fixes: fixable ? indexFix(option) : [] });
	}
	return reports;
}

const PYPI = /^https?:\/\/(?:[^/@]*@)?(?:pypi\.org|pypi\.python\.org|files\.pythonhosted\.org)(?:[/:]|$)/i;

/** Whether anything in the file or on the stage's way sets the main index of pip: a variable, or its configuration. */
const setsMainIndex = remembered((stage: Stage): boolean =>
	lineage(stage).some((ancestor) =>
		ancestor.steps.some((step) => {
			if (step.keyword === "ENV" || step.keyword === "ARG")
				return assignmentsOf(step, step.stage.file.escape).some(({ name }) => name === "PIP_INDEX_URL");
			if (step.keyword !== "RUN") return step.line.text.includes("pip.conf");
			return /PIP_INDEX_URL|\.index-url|pip\.conf/.test(step.line.text);
		}),
	),
);

/** Nothing where the additional index is PyPI, and so is the main one. */
function pipReport(step: Step, span: Report["span"], url: string, hasIndex = setsMainIndex(step.stage)): readonly Report[] {
	if (PYPI.test(url) && !hasIndex) return [];
	const host = /^https?:\/\/(?:[^/@]*@)?([^/:]+)/i.exec(url)?.[1];
	const vendor = VENDOR_INDEXES.test(url);
	return [
		{
			span,
			message: `pip takes the highest version of ${hasIndex ? "the main index" : "PyPI"} and ${host === undefined ? "another index" : shortened(host, 45)} together`,
			...(vendor ? { severity: "info" as const } : {}),
		},
	];
}

function indexFix(option: ShellOption): readonly Fix[] {
	const { word } = option;
	if (word.span.end - word.span.start !== word.text.length) return [];
	const name = { start: word.span.start, end: word.span.start + "--extra-index-url".length };
	return [
		{
			title: "Use this index alone",
			safety: "review",
			edits: [replace(name, "--index-url")],
			note: "It has to serve the packages of PyPI, too.",
		},
	];
}

const MIXED_GEMS = "gem takes the highest version of rubygems.org and another source together";

function gems(step: Step, call: PackageCall): readonly Report[] {
	if (call.kind === "install" || call.kind === "upgrade") return installedGems(step, call);
	if (call.verb !== "sources" && call.verb !== "source") return [];
	const added = call.options.find(({ name }) => name === "-a" || name === "--add");
	if (added === undefined || leavesRubygems(step.stage) || call.command.args.some(({ text }) => GEM_MIRRORS.test(text))) return [];
	return [{ span: added.word.span, message: MIXED_GEMS }];
}

/** Mirrors have the gems of rubygems.org. */
const GEM_MIRRORS = /ruby-?gems|ruby-china|ruby\.taobao\.org|mirror/i;

/** `gem install --source` adds to the sources, unless `--clear-sources` stands in front of it. */
function installedGems(step: Step, call: PackageCall): readonly Report[] {
	const source = call.options.find(({ name }) => name === "-s" || name === "--source");
	if (source === undefined || leavesRubygems(step.stage)) return [];
	if (call.options.some(({ name }) => ["--clear-sources", "-l", "--local"].includes(name))) return [];
	const url = (source.valueWord === undefined ? source.value : wordAt(step, call.command, source.valueWord)) ?? "";
	if (!/^https?:\/\/[\w.-]/i.test(url) || GEM_MIRRORS.test(url)) return [];
	const edits = [insertAt(source.word.span.start, "--clear-sources ")];
	return [
		{
			span: source.word.span,
			message: MIXED_GEMS,
			fixes: call.command.decoded
				? []
				: [{ title: "Use this source alone", safety: "review", edits, note: "It has to serve the dependencies, too." }],
		},
	];
}

/** Whether a command of the stage takes rubygems.org away. */
const leavesRubygems = remembered((stage: Stage): boolean =>
	lineage(stage)
		.flatMap(runSteps)
		.flatMap(packageCallsOf)
		.some(
			({ manager, verb, options }) =>
				manager === "gem" &&
				(verb === "sources" || verb === "source") &&
				options.some(({ name }) => ["-r", "--remove", "-c", "--clear-all"].includes(name)),
		),
);

function uvMessage(strategy: string): string {
	return `${shortened(strategy, 30)} makes uv mix the packages of all indexes`;
}
