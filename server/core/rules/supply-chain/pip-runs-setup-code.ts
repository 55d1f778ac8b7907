import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { installedPackages, isForBuilds } from "../../dockerfile/packages/installedPackages.ts";
import { isSwitchedOn } from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import type { ShellWord } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

export const pipRunsSetupCode = defineRule({
	id: "pip-runs-setup-code",
	title: "pip may run code of packages while it installs them",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["pip", "uv"] },
	why: "A wheel is unpacked; a source distribution is built first, by code of its own that may do anything with the rights and secrets of the build. pip takes the latter wherever no wheel fits, for a new version or another platform without a word. Most malicious packages on PyPI act at this moment.",
	remedy:
		"Install with `--only-binary :all:`. For the few packages without wheels build one in a stage of its own, without secrets and network, and install that; or except them by name with `--no-binary`.",
	references: [
		"https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-only-binary",
		"https://packaging.python.org/en/latest/discussions/package-formats/",
	],
	examples: [
		{
			caption: "Source packages run their setup.py",
			bad: "FROM python:3.12\nCOPY requirements.txt .\nRUN pip «install» -r requirements.txt\n",
			fixed: "FROM python:3.12\nCOPY requirements.txt .\nRUN pip install --only-binary=:all: -r requirements.txt\n",
		},
		{
			caption: "Wheels alone",
			good: "FROM python:3.12\nCOPY requirements.txt .\nRUN pip install --only-binary=:all: -r requirements.txt\n",
		},
		{
			caption: "Packages from an index",
			bad: "FROM python:3.12\nRUN pip «install» -r requirements.txt && python3 -m pip «install» requests\nRUN uv pip «install» --system requests\n",
			fixed:
				"FROM python:3.12\nRUN pip install --only-binary=:all: -r requirements.txt && python3 -m pip install --only-binary=:all: requests\nRUN uv pip install --only-binary=:all: --system requests\n",
		},
		{
			caption: "Wheels alone, or code of one's own",
			good: "FROM python:3.12\nRUN pip install --only-binary=:all: requests && pip install . && pip install -e . && pip install git+https://a.b/c && pip install --no-index --find-links /w x && pip install -U pip 'setuptools>=80' wheel && pip install /w/x.whl && pip install --no-binary :all: x && pip wheel x\nENV PIP_ONLY_BINARY=:all:\nRUN pip install requests\n",
		},
		{
			caption: "No repair where compilers and headers are installed for some of them",
			bad: "FROM alpine:3.9\nRUN apk add --no-cache build-base python python-dev && pip «install» twisted && apk del build-base python-dev\nFROM python:3.12-slim\nRUN apt-get update && apt-get install -y libpq-dev\nRUN pip «install» psycopg2\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const verb = verbOf(call);
					if (verb === undefined || isSwitchedOn(step, call.command, "PIP_ONLY_BINARY", "UV_NO_BUILD")) continue;
					reports.push({
						span: verb.span,
						message: `${call.manager === "uv" ? "uv pip" : "pip"} install may run setup code of packages that have no wheel`,
						fixes: () =>
							call.command.decoded || isCompilerInstalled.upTo(step)
								? []
								: [
										{
											title: "Take wheels alone",
											safety: "review",
											edits: [insertAfter(verb.span, " --only-binary=:all:")],
											note: "It fails where a package has no wheel for the platform.",
										},
									],
					});
				}
			}
		}
		return reports;
	},
});

/** Whether compilers or headers are installed for what comes: some package has no wheel. */
const isCompilerInstalled = anyStep((step) => step.keyword === "RUN" && installedPackages(step).some(isForBuilds));

/** The verb of an install from an index. */
function verbOf(call: PackageCall): ShellWord | undefined {
	const uv = call.manager === "uv" && call.verb === "pip" && call.operands[0]?.value === "install";
	if (!uv && !(call.manager === "pip" && call.verb === "install")) return undefined;
	if (call.uncertain || callHasOption(call, "--only-binary", "--no-binary", "--no-index", "--no-build", "-e", "--editable", "--dry-run"))
		return undefined;
	const names = uv ? call.operands.slice(1) : call.operands;
	const own = names.some((word) => /^[./~]|:\/\/|\.(?:whl|zip|tgz|tar\.(?:gz|bz2|xz))["']?$|^git\+/.test(word.text));
	const listed = call.options.some(({ name }) => /^(?:-r|--requirements?)$/.test(name));
	// These have always had wheels for every platform, for pip installs itself with nothing else.
	const bootstrap = !listed && names.every((word) => /^["']?(?:pip|setuptools|wheel|uv)(?:\[|[=<>~!]|["']?$)/.test(word.text));
	return own || bootstrap || (names.length === 0 && !listed) ? undefined : uv ? call.operands[0] : call.verbWord;
}
