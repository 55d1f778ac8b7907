import { takesNoCacheVariable } from "../../dockerfile/base/pipVersion.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt } from "../../dockerfile/commands/shellVariables.ts";
import { setForStage } from "../../dockerfile/edits/environmentEdit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { mountsOf } from "../../dockerfile/model/mounts.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { isNoCacheOption, isSilencedByDebian } from "../../dockerfile/packages/pipCalls.ts";
import type { Fix } from "../../finding.ts";
import { defineRule, type Report } from "../rule.ts";

export const pipEnvDefaultsMissing = defineRule({
	id: "pip-env-defaults-missing",
	title: "pip asks for its own newest version in each build",
	category: "runtime",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["pip"] },
	why: "After its work pip asks the index whether there is a newer pip, and prints a notice about it. In a build that is one more request to the outside, one more thing to wait for behind a proxy, and noise in the log: nobody upgrades pip because of it.",
	remedy:
		"Set `PIP_DISABLE_PIP_VERSION_CHECK=1`, and `PIP_NO_CACHE_DIR=1` where no cache mount is used: with ENV in a stage that is shipped, with ARG in one that only builds.",
	references: ["https://pip.pypa.io/en/stable/cli/pip/#cmdoption-disable-pip-version-check"],
	examples: [
		{
			caption: "Nothing is set",
			bad: "FROM python:3.12\nCOPY requirements.txt .\nRUN «pip» install -r requirements.txt\n",
			fixed:
				"FROM python:3.12\nENV PIP_DISABLE_PIP_VERSION_CHECK=1 \\\n    PIP_NO_CACHE_DIR=1\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n",
		},
		{
			caption: "Both are set",
			good: "FROM python:3.12\nENV PIP_DISABLE_PIP_VERSION_CHECK=1 \\\n    PIP_NO_CACHE_DIR=1\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n",
		},
		{
			caption: "Neither is set",
			bad: "FROM python:3.12\nRUN «pip» install -r a.txt && pip install b\n",
			fixed:
				"FROM python:3.12\nENV PIP_DISABLE_PIP_VERSION_CHECK=1 \\\n    PIP_NO_CACHE_DIR=1\nRUN pip install -r a.txt && pip install b\n",
		},
		{
			caption: "The cache is looked after; the block of Python's variables grows",
			bad: "FROM python:3.12\nENV A=1\nENV PYTHONUNBUFFERED=1\nRUN --mount=type=cache,target=/root/.cache/pip «python3» -m pip install -r a.txt\n",
			fixed:
				"FROM python:3.12\nENV A=1\nENV PYTHONUNBUFFERED=1 PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN --mount=type=cache,target=/root/.cache/pip python3 -m pip install -r a.txt\n",
		},
		{
			caption: "Variables of something else stay by themselves",
			bad: "FROM python:3.12\nENV APP_VERSION=1.0\nRUN «pip» install --no-cache-dir a\n",
			fixed: "FROM python:3.12\nENV PIP_DISABLE_PIP_VERSION_CHECK=1\nENV APP_VERSION=1.0\nRUN pip install --no-cache-dir a\n",
		},
		{
			caption: "A pip that stops at PIP_NO_CACHE_DIR=1",
			bad: "FROM ubuntu:16.04\nRUN apt-get update && apt-get install -y python3-pip && «pip3» install a\nFROM python:3.7.2\nRUN «pip» install a\n",
			fixed:
				"FROM ubuntu:16.04\nARG PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN apt-get update && apt-get install -y python3-pip && pip3 install a\nFROM python:3.7.2\nENV PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN pip install a\n",
		},
		{
			caption: "The newest line of a distribution",
			bad: "FROM alpine:3\nRUN apk add --no-cache py3-pip && «pip3» install a\n",
			fixed:
				"FROM alpine:3\nENV PIP_DISABLE_PIP_VERSION_CHECK=1 \\\n    PIP_NO_CACHE_DIR=1\nRUN apk add --no-cache py3-pip && pip3 install a\n",
		},
		{
			caption: "A copy of it",
			bad: "FROM public.ecr.aws/docker/library/alpine:3\nRUN apk add --no-cache py3-pip && «pip3» install a\n",
			fixed:
				"FROM public.ecr.aws/docker/library/alpine:3\nENV PIP_DISABLE_PIP_VERSION_CHECK=1 \\\n    PIP_NO_CACHE_DIR=1\nRUN apk add --no-cache py3-pip && pip3 install a\n",
		},
		{
			caption: "A digest may be of any day",
			bad: `FROM alpine:3@sha256:${"1".repeat(64)}\nRUN apk add --no-cache py3-pip && «pip3» install a\n`,
			fixed: `FROM alpine:3@sha256:${"1".repeat(64)}\nENV PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN apk add --no-cache py3-pip && pip3 install a\n`,
		},
		{
			caption: "A stage that only builds",
			bad: "FROM python:3.12 AS build\r\nRUN «pip» wheel --no-cache-dir -r a.txt\r\nFROM python:3.12\r\nCOPY --from=build /w /w\r\n",
			fixed:
				"FROM python:3.12 AS build\r\nARG PIP_DISABLE_PIP_VERSION_CHECK=1\r\nRUN pip wheel --no-cache-dir -r a.txt\r\nFROM python:3.12\r\nCOPY --from=build /w /w\r\n",
		},
		{
			caption: "Set, by variable, by option, by command",
			good: "FROM python:3.12\nRUN pip install --disable-pip-version-check a; PIP_DISABLE_PIP_VERSION_CHECK=on pip install b\nENV PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN pip install c\n",
		},
		{
			caption: "By pip's configuration",
			good: "FROM python:3.12\nRUN pip config set global.disable-pip-version-check true && pip install a\nFROM python:3.12\nCOPY pip.conf /etc/\nRUN pip install a\n",
		},
		{
			caption: "Debian and Ubuntu switch it off in their pip, which virtual environments get, too",
			good: "FROM ubuntu:noble\nRUN apt-get update && apt-get install -y python3-pip\nRUN pip3 install --no-cache --break-system-packages a==1\nFROM debian:12\nRUN apt-get update && apt-get install -y python3-venv && python3 -m venv /v && /v/bin/pip install -U pip\n",
		},
		{
			caption: "Until another pip takes its place",
			bad: "FROM ubuntu:18.04\nRUN apt-get update && apt-get install -y python3-pip\nRUN pip3 install --no-cache -U pip && «pip3» install --no-cache a\nFROM debian:12\nRUN apt-get update && apt-get install -y python3-venv && curl -fsSL https://bootstrap.pypa.io/get-pip.py | python3\nRUN «pip» install --no-cache-dir a\n",
			fixed:
				"FROM ubuntu:18.04\nARG PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN apt-get update && apt-get install -y python3-pip\nRUN pip3 install --no-cache -U pip && pip3 install --no-cache a\nFROM debian:12\nENV PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN apt-get update && apt-get install -y python3-venv && curl -fsSL https://bootstrap.pypa.io/get-pip.py | python3\nRUN pip install --no-cache-dir a\n",
		},
		{
			caption: "The environment's own is replaced, and PATH finds it",
			bad: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y python3-venv\nRUN python3 -m venv /v && /v/bin/pip install --no-cache-dir -U pip\nENV PATH=/v/bin:$PATH\nRUN «pip» install --no-cache-dir a\n",
			fixed:
				"FROM ubuntu:22.04\nENV PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN apt-get update && apt-get install -y python3-venv\nRUN python3 -m venv /v && /v/bin/pip install --no-cache-dir -U pip\nENV PATH=/v/bin:$PATH\nRUN pip install --no-cache-dir a\n",
		},
		{
			caption: "By virtualenv from pip, and by a Python that is built from source",
			bad: "FROM debian:12 AS a\nRUN apt-get update && apt-get install -y python3-pip\nRUN pip3 install --no-cache-dir virtualenv && virtualenv /v && «/v/bin/pip» install --no-cache-dir a\nFROM debian:12\nRUN apt-get update && apt-get install -y python3-pip\nRUN curl -fsSL https://www.python.org/ftp/python/3.12.1/Python-3.12.1.tgz | tar xz && cd Python-3.12.1 && ./configure && make install\nRUN «python3.12» -m pip install --no-cache-dir a\nCOPY --from=a /v /v\n",
			fixed:
				"FROM debian:12 AS a\nARG PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN apt-get update && apt-get install -y python3-pip\nRUN pip3 install --no-cache-dir virtualenv && virtualenv /v && /v/bin/pip install --no-cache-dir a\nFROM debian:12\nENV PIP_DISABLE_PIP_VERSION_CHECK=1\nRUN apt-get update && apt-get install -y python3-pip\nRUN curl -fsSL https://www.python.org/ftp/python/3.12.1/Python-3.12.1.tgz | tar xz && cd Python-3.12.1 && ./configure && make install\nRUN python3.12 -m pip install --no-cache-dir a\nCOPY --from=a /v /v\n",
		},
		{
			caption: "Debian's pip in an environment that is made behind",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y python3-pip python3-venv virtualenv\nRUN pip3 install -U pip\nRUN python3 -m venv /v && . /v/bin/activate && pip install --no-cache-dir a\nRUN /v/bin/pip install --no-cache-dir b && virtualenv /w && . /w/bin/activate && pip install c\n",
		},
		{ caption: "No installation", good: "FROM python:3.12\nRUN pip --version && pip list && pip uninstall -y a\n" },
		{ caption: "A base image that may have set it", good: "FROM acme/python\nRUN pip install a\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (isConfigured(stage)) continue;
			const calls = runSteps(stage).flatMap((step) => installs(step).map((call) => ({ step, call })));
			const found = calls.find(({ step, call }) => looksForNewer(step, call));
			if (found === undefined) continue;
			const keepsNothing = calls.every(
				({ step, call }) =>
					!call.options.some(({ name }) => isNoCacheOption(name)) &&
					mountsOf(step).length === 0 &&
					isMissing(step, call, "PIP_NO_CACHE_DIR"),
			);
			const assignments = ["PIP_DISABLE_PIP_VERSION_CHECK=1"];
			if (keepsNothing && takesNoCacheVariable(stage)) assignments.push("PIP_NO_CACHE_DIR=1");
			reports.push({
				span: found.call.command.name?.span ?? found.call.command.span,
				message: "pip looks for a newer version of itself",
				fixes: () => fixesFor(found.step, assignments),
			});
		}
		return reports;
	},
});

function installs(step: Step): readonly PackageCall[] {
	return packageCallsOf(step).filter(
		(call) => call.manager === "pip" && (call.kind === "install" || call.verb === "wheel" || call.verb === "download") && !call.uncertain,
	);
}

function looksForNewer(step: Step, call: PackageCall): boolean {
	return (
		!callHasOption(call, "--disable-pip-version-check") &&
		isMissing(step, call, "PIP_DISABLE_PIP_VERSION_CHECK") &&
		!isSilencedByDebian(step, call)
	);
}

/** Whether pip's configuration may say so. */
function isConfigured(stage: Stage): boolean {
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some(
			({ keyword, line, heredocs }) =>
				(keyword !== "RUN" && /pip\.(?:conf|ini)\b/.test(line.text)) ||
				/disable-pip-version-check(?:["'\s=]+(?:1|true|yes|on)\b)/i.test(line.text) ||
				heredocs.some(({ body }) => /disable-pip-version-check\s*=/.test(body.text)),
		),
	);
}

/** Known to be unset: what a base image or a branch could have set is not. */
function isMissing(step: Step, call: PackageCall, name: string): boolean {
	return shellVariableAt(step, call.command, name).kind === "unset";
}

function fixesFor(step: Step, assignments: readonly string[]): readonly Fix[] {
	const { stage } = step;
	const keyword = stage.use === "shipped" || stage.use === "ancestor" ? "ENV" : "ARG";
	const edit = setForStage(stage, keyword, keyword === "ENV" ? assignments : assignments.slice(0, 1), /^(?:PYTHON|PIP_)/, step);
	return edit === undefined ? [] : [{ title: "Set pip's variables", safety: "review", edits: [edit] }];
}
