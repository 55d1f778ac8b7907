import { stageBaseFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { writesToSystemPython } from "../../dockerfile/packages/systemPip.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const pythonVenvMissing = defineRule({
	id: "python-venv-missing",
	title: "Python packages go into the system's Python",
	category: "packages",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["pip", "packages"] },
	why: "The distribution's own programs run on the system's Python. What pip installs there replaces modules that they rely on, and the next `apt-get upgrade` replaces pip's: current releases refuse it (PEP 668). Between stages `site-packages` is half of an installation: scripts, data files and what lies elsewhere are missing, and the folder fits one minor version of Python alone.",
	remedy:
		"Create a virtual environment and put it first: `RUN python3 -m venv /opt/venv`, `ENV PATH=/opt/venv/bin:$PATH`. It is copied between stages as one folder.",
	references: [
		"https://packaging.python.org/en/latest/specifications/externally-managed-environments/",
		"https://docs.python.org/3/library/venv.html",
	],
	examples: [
		{
			caption: "Beside the packages of the distribution",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y python3-pip\nRUN pip3 «install» --break-system-packages flask==3.0.3\n",
		},
		{
			caption: "In an environment of its own",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y python3-venv\nRUN python3 -m venv /opt/venv && /opt/venv/bin/pip install flask==3.0.3\n",
		},
		{
			caption: "Beside the distribution's packages",
			bad: "FROM debian:12\r\nRUN apt-get update && apt-get install -y python3-pip python3-venv && \\\r\n    # all\r\n    pip3 «install» --break-system-packages flask==3.0.3\r\n",
		},
		{
			caption: "Half an installation is copied",
			bad: 'FROM python:3.12 AS build\nRUN pip install -r requirements.txt\nFROM python:3.12-slim\nCOPY --from=build «/usr/local/lib/python3.12/site-packages» /usr/local/lib/python3.12/site-packages\nCOPY --from=build ["«/usr/local/lib/python3.12/site-packages»", "/x"]\n',
		},
		{
			caption: "In an environment",
			good: "FROM debian:12\nRUN python3 -m venv /opt/venv && /opt/venv/bin/pip install flask\nENV PATH=/opt/venv/bin:$PATH\nRUN pip install gunicorn\nFROM debian:12\nRUN virtualenv /v && . /v/bin/activate && pip install a\nFROM debian:12\nENV VIRTUAL_ENV=/v\nRUN pip install a && pip install --target /x b && pip install --user c\n",
		},
		{
			caption: "A Python of its own; other bases; the environment is copied",
			good: "FROM python:3.12 AS build\nRUN pip install a\nFROM pypy:3.10-bookworm\nRUN pip install a\nFROM continuumio/miniconda3\nRUN pip install b\nFROM python:3.12-slim\nCOPY --from=build /opt/venv /opt/venv\nCOPY site-packages /x\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const severity = stage.use === "unused" ? undefined : "hint";
			if (severity === undefined) continue;
			const family = stageFamily(stage);
			const managed = (family === "debian" || family === "alpine" || family === "redhat") && stageBaseFacts(stage).interpreter !== "python";
			for (const step of stage.steps) {
				const copied = copiedPackages(step);
				if (copied !== undefined) reports.push({ span: copied, message: "site-packages alone is copied out of a Python installation" });
			}
			if (!managed) continue;
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					if (call.verbWord === undefined || !writesToSystemPython(step, call)) continue;
					reports.push({ span: call.verbWord.span, message: "pip install writes into the Python of the distribution" });
				}
			}
		}
		return reports;
	},
});

/** The source of `COPY --from=… /…/site-packages …`. */
function copiedPackages(step: Step): Span | undefined {
	if (step.keyword !== "COPY" || !step.flags.some(({ name }) => name === "from")) return undefined;
	return copyWordsOf(step)?.sources.find(({ text }) => /\/python[\d.]+\/(?:site|dist)-packages\/?$/.test(text))?.span;
}
