import { contextCopyOf } from "../dockerfile/files/contextCopies.ts";
import type { Stage, Step } from "../dockerfile/model/model.ts";
import { assignmentsOf } from "../dockerfile/model/views.ts";
import type { PackageCall } from "../dockerfile/packages/packageCalls.ts";
import { beginRuntime, interpreterStage, onlyCalls, onlyWorkdir, writtenText } from "./interpreterStage.ts";
import type { Refactorer } from "./refactoring.ts";

/** Where build scripts write what is run. */
const OUTPUT = /^(?:\.\/)?(dist|build|out|output)\/[\w./-]+$/;
const BEFORE = new Set(["WORKDIR", "COPY", "ADD", "RUN", "ENV", "LABEL", "EXPOSE"]);
const BEHIND = new Set(["CMD", "ENTRYPOINT", "EXPOSE", "ENV", "LABEL", "USER", "HEALTHCHECK", "STOPSIGNAL"]);

/**
 * Splits a stage that installs with npm, runs a build script and starts `node dist/…`: the runtime stage gets the package file, the
 * production dependencies and the built folder.
 */
export const splitNode: Refactorer = (file, at) => {
	const stage = interpreterStage(file, at, "node");
	const workdir = stage === undefined ? undefined : onlyWorkdir(stage);
	const folder = stage === undefined ? undefined : outputFolder(stage);
	const last = stage?.steps.findLast((step) => step.keyword === "RUN");
	if (stage === undefined || workdir === undefined || folder === undefined || last === undefined) return [];
	const before = stage.steps.filter((step) => step.ordinal <= last.ordinal);
	if (!before.every(isUnderstood) || !stage.steps.slice(before.length).every((step) => BEHIND.has(step.keyword))) return [];
	const calls = before.flatMap((step) => (step.keyword === "RUN" ? (onlyCalls(step, "npm") ?? []) : []));
	if (!isInstall(calls[0]) || !isBuildScript(calls[calls.length - 1])) return [];
	const settings = before.filter((step) => ["ENV", "LABEL", "EXPOSE"].includes(step.keyword)).map(writtenText);
	const lines = [
		`WORKDIR ${workdir}`,
		...settings,
		`COPY --from=build ${workdir}/package.json ./`,
		`COPY --from=build ${workdir}/node_modules ./node_modules`,
		`COPY --from=build ${workdir}/${folder} ./${folder}`,
	];
	const [name, start] = beginRuntime(stage, last, lines);
	if (name === undefined || start === undefined) return [];
	const prune = "RUN npm prune --omit=dev && mkdir -p node_modules";
	const edits = [name, { ...start, newText: `${file.lineBreak}${prune}${start.newText}` }];
	const note = `Files that the program reads outside of ${folder}, such as views and migrations, have to be copied, too.`;
	return [{ title: "Split into a build and a runtime stage", kind: "refactor.rewrite", edits, note }];
};

/** The folder of the script that `node` starts: `dist` of `["node", "dist/main.js"]`. */
function outputFolder(stage: Stage): string | undefined {
	const start = (keyword: string) => stage.steps.findLast((step) => step.keyword === keyword)?.exec?.values ?? [];
	const [program, ...words] = [...start("ENTRYPOINT"), ...start("CMD")];
	if (program !== "node") return undefined;
	const script = words.find((word) => !word.startsWith("-"));
	const folder = script === undefined ? undefined : OUTPUT.exec(script)?.[1];
	// Another path may lead to a file that stays behind.
	return words.every((word) => word === script || !/[/.]/.test(word)) ? folder : undefined;
}

function isUnderstood(step: Step): boolean {
	if (!BEFORE.has(step.keyword)) return false;
	if (step.keyword === "RUN") return onlyCalls(step, "npm") !== undefined;
	if (step.keyword === "COPY" || step.keyword === "ADD")
		return contextCopyOf(step)?.target !== undefined && step.flags.every(({ name }) => name === "link") && step.heredocs.length === 0;
	// In the runtime stage nothing declares what these would read; without development packages nothing builds.
	if (step.keyword === "ENV" && assignmentsOf(step, step.stage.file.escape).some(({ name }) => name.startsWith("NODE_PATH"))) return false;
	return step.keyword === "WORKDIR" || !step.line.text.includes("$");
}

function isInstall(call: PackageCall | undefined): boolean {
	if (call === undefined || !["ci", "install", "i"].includes(call.verb) || call.operands.length > 0) return false;
	return !call.options.some(({ name }) => ["-g", "--global", "--prefix", "-C"].includes(name));
}

function isBuildScript(call: PackageCall | undefined): boolean {
	return call?.verb === "run" && /^build(?::prod(?:uction)?)?$/.test(call.operands[0]?.value ?? "");
}
