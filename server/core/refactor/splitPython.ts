import { insertInstructionBefore } from "../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../dockerfile/files/contextCopies.ts";
import type { Stage, Step } from "../dockerfile/model/model.ts";
import { assignmentsOf } from "../dockerfile/model/views.ts";
import { callHasOption } from "../dockerfile/packages/packageCalls.ts";
import { beginRuntime, interpreterStage, onlyCalls, onlyWorkdir, writtenText } from "./interpreterStage.ts";
import type { Refactorer } from "./refactoring.ts";

const ENVIRONMENT = "/opt/venv";
const PATH_LINE = `ENV PATH="${ENVIRONMENT}/bin:$PATH"`;
const BEFORE = new Set(["WORKDIR", "COPY", "ADD", "RUN", "ENV", "LABEL", "EXPOSE"]);
/** Where pip puts things without a virtual environment. */
const INSTALLED = /\/usr\/local\/(?:bin|lib)|site-packages|dist-packages|\/opt\/venv|VIRTUAL_ENV|PYTHONHOME|PYTHONUSERBASE|PYTHONPATH/;
const ELSEWHERE = ["-t", "--target", "--user", "--prefix", "--root", "-e", "--editable", "--python", "--break-system-packages"];
/** Files that only the install reads. */
const REQUIREMENTS = /^(?:\.\/)?(?:[\w.-]+\/)*(?:requirements|constraints)[\w.-]*\.txt$/;

/**
 * Splits a stage that installs with pip: a build stage installs into a virtual environment, the runtime stage copies that and
 * does all the rest as before.
 */
export const splitPython: Refactorer = (file, at) => {
	const stage = interpreterStage(file, at, "python");
	const workdir = stage === undefined ? undefined : onlyWorkdir(stage);
	const last = stage?.steps.findLast((step) => onlyCalls(step, "pip") !== undefined);
	if (stage === undefined || workdir === undefined || last === undefined || INSTALLED.test(file.text)) return [];
	const before = stage.steps.filter((step) => step.ordinal <= last.ordinal);
	if (!before.every(isUnderstood) || !stage.steps.slice(before.length).every(mayRunBehind)) return [];
	const first = firstOfInstall(stage);
	if (first === undefined) return [];
	const again = before.filter((step) => step.keyword !== "RUN" && !isRequirements(step)).map(writtenText);
	return [
		{
			title: "Split into a build and a runtime stage",
			kind: "refactor.rewrite",
			edits: [
				...beginRuntime(stage, last, [...again, `COPY --from=build ${ENVIRONMENT} ${ENVIRONMENT}`, PATH_LINE]),
				insertInstructionBefore(file, first, `RUN python -m venv ${ENVIRONMENT}\n${PATH_LINE}`),
			],
			note: "The packages are in a virtual environment then; nothing may expect them in /usr/local.",
		},
	];
};

/** The instruction above which the environment is made: the first that copies or installs. */
function firstOfInstall(stage: Stage): Step | undefined {
	return stage.steps.find((step) => step.keyword === "RUN" || step.keyword === "COPY" || step.keyword === "ADD");
}

function isUnderstood(step: Step): boolean {
	if (!BEFORE.has(step.keyword)) return false;
	if (step.keyword === "RUN") {
		const calls = onlyCalls(step, "pip") ?? [];
		return (
			calls.length > 0 &&
			calls.every(
				(call) =>
					call.kind === "install" &&
					!call.uncertain &&
					!callHasOption(call, ...ELSEWHERE) &&
					!call.operands.some(({ text }) => /^\.|\//.test(text)),
			)
		);
	}
	if (step.keyword === "COPY" || step.keyword === "ADD") return contextCopyOf(step) !== undefined && step.heredocs.length === 0;
	if (step.keyword === "ENV" && assignmentsOf(step, step.stage.file.escape).some(({ name }) => name === "PATH")) return false;
	return step.keyword === "WORKDIR" || !step.line.text.includes("$");
}

/** What comes behind sees the same files; another PATH would hide the environment. */
function mayRunBehind(step: Step): boolean {
	if (step.keyword === "ARG") return true;
	if (step.keyword === "ENV") return !assignmentsOf(step, step.stage.file.escape).some(({ name }) => name === "PATH");
	return !/\bpip[\d.]*\b/.test(step.line.text) && !step.heredocs.some(({ body }) => body.text.includes("pip"));
}

function isRequirements(step: Step): boolean {
	const sources = contextCopyOf(step)?.sources ?? [];
	return sources.length > 0 && sources.every(({ value }) => value !== undefined && REQUIREMENTS.test(value));
}
