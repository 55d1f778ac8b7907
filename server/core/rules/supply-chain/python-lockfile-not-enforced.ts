import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter, replace } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { didBefore, isSwitchedOn, isThere, type LockFile, lockFileOf, lockMessage, lockNote } from "../../dockerfile/packages/lockFiles.ts";
import { packageCallOf } from "../../dockerfile/packages/packageCalls.ts";
import { pythonModule } from "../../dockerfile/start/innerProgram.ts";
import type { EditFix } from "../../finding.ts";
import { PYTHON_INSTALLERS, PYTHON_VALUE_OPTIONS, type PythonInstaller } from "../../knowledge/pythonInstallers.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { findOption, hasOption, readArguments, type ShellArguments } from "../../shell/options.ts";
import type { SpanEdit } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const pythonLockfileNotEnforced = defineRule({
	id: "python-lockfile-not-enforced",
	title: "Python packages are chosen during the build",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	subCodes: {
		"lock-file-missing": "The install runs without a lock file",
		resolve: "A command writes the lock file anew",
	},
	equivalents: [],
	onlyWith: { words: ["poetry", "pipenv", "uv", "pdm"] },
	why: "`poetry lock`, `pipenv lock`, `uv lock`, their `update`, and an install that finds its lock file out of date resolve versions anew, in the image, where nobody sees the result. What was reviewed and tested is then not what is shipped, and the setup code of whatever arrives runs at once.",
	remedy:
		"Write the lock file on a developer's machine, commit it, copy it, and let the build fail where it does not fit: `uv sync --locked` (`--frozen` does not compare), `pipenv install --deploy` (`pipenv sync` does not compare), `pdm install --check` (`--frozen-lockfile` and `pdm sync` do not compare), `poetry install` without `poetry lock` in front of it.",
	references: [
		"https://docs.astral.sh/uv/concepts/projects/sync/",
		"https://python-poetry.org/docs/cli/#install",
		"https://pipenv.pypa.io/en/latest/cli.html#sync",
		"https://pdm-project.org/latest/usage/lockfile/",
	],
	examples: [
		{ caption: "The lock file decides", good: "FROM python:3.12\nCOPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev\n" },
		{
			caption: "uv",
			bad: "FROM python:3.12\nCOPY pyproject.toml uv.lock ./\nRUN --mount=type=cache,target=/root/.cache/uv uv «sync» --no-dev\n",
			fixed: "FROM python:3.12\nCOPY pyproject.toml uv.lock ./\nRUN --mount=type=cache,target=/root/.cache/uv uv sync --locked --no-dev\n",
		},
		{
			caption: "uv, told to resolve anew or with other options",
			bad: "FROM python:3.12\nCOPY pyproject.toml uv.lock ./\nRUN uv «sync» --upgrade || uv «sync» --no-install-package torch -U\n",
		},
		{
			caption: "pipenv and PDM",
			bad: "FROM python:3.12\nCOPY Pipfile Pipfile.lock ./\nRUN pip install pipenv && PIPENV_VENV_IN_PROJECT=1 pipenv «install» --system\nFROM python:3.12\nCOPY pyproject.toml pdm.lock ./\nRUN pdm «install» --prod\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM python:3.12\nCOPY Pipfile Pipfile.lock ./\nRUN pip install pipenv && PIPENV_VENV_IN_PROJECT=1 pipenv install --deploy --system\nFROM python:3.12\nCOPY pyproject.toml pdm.lock ./\nRUN pdm install --check --prod\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "The lock file left aside",
			bad: "FROM python:3.12\nCOPY Pipfile Pipfile.lock ./\nRUN pipenv «install» --system --skip-lock\n",
			fixed: "FROM python:3.12\nCOPY Pipfile Pipfile.lock ./\nRUN pipenv install --system --deploy\n",
		},
		{
			caption: "The lock file left aside, if there is one; one package",
			bad: "FROM python:3.12\nCOPY . .\nRUN pipenv «install» --system --skip-lock && pipenv install --skip-lock requests\n",
		},
		{
			caption: "Resolved anew",
			bad: "FROM python:3.12\nCOPY pyproject.toml poetry.lock ./\nRUN poetry «lock» --no-update && poetry install --no-root\nFROM python:3.12\nCOPY Pipfile* ./\nRUN pipenv «lock» && pipenv sync\nFROM python:3.12\nCOPY . .\nRUN python3 -m poetry «update»\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "An update of everything becomes an install",
			bad: "FROM python:3.12\nCOPY pyproject.toml poetry.lock ./\nRUN poetry «update» --no-interaction\n",
			fixed: "FROM python:3.12\nCOPY pyproject.toml poetry.lock ./\nRUN poetry install --no-interaction\n",
		},
		{
			caption: "No lock file comes along; the manifest alone",
			bad: "FROM python:3.12\nCOPY pyproject.toml .\nRUN poetry «install» && uv pip install --system -r «pyproject.toml» && uv pip install -r «requirements.in»\nFROM python:3.12\nRUN --mount=type=bind,source=Pipfile,target=Pipfile pipenv «install»\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Held to the lock file",
			good: "FROM python:3.12\nCOPY pyproject.toml uv.lock poetry.lock pdm.lock Pipfile Pipfile.lock ./\nRUN uv sync --locked && uv sync --frozen --no-dev && poetry install && poetry lock --check && pipenv install --deploy && pipenv sync && pdm sync && pdm install --check && uv lock --check\nFROM python:3.12\nENV UV_FROZEN=1\nCOPY . .\nRUN uv sync && uv pip install -r requirements.txt\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Something else, or no project of the context",
			good: "FROM python:3.12\nRUN git clone https://example.com/x && cd x && poetry install && uv sync\nCOPY pyproject.toml Pipfile Pipfile.lock ./\nRUN pipenv install requests && pipenv install -r requirements.txt && poetry config virtualenvs.create false && pdm --version\n",
		},
	],
	check(file, { workspace }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					const report = reportOf(step, command, workspace.contextEntries);
					if (report !== undefined) reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
				}
			}
		}
		return reports;
	},
});

interface Call {
	readonly id: string;
	readonly tool: PythonInstaller;
	readonly verb: ShellWord;
	readonly args: ShellArguments;
}

function callOf(command: ShellCommand): Call | undefined {
	const module = pythonModule(command);
	const id = module?.name ?? command.program;
	const tool = ownValue(PYTHON_INSTALLERS, id);
	if (id === undefined || tool === undefined) return undefined;
	const args = readArguments(module?.args ?? command.args, PYTHON_VALUE_OPTIONS);
	const verb = args.operands[0];
	return verb === undefined ? undefined : { id, tool, verb, args };
}

function reportOf(step: Step, command: ShellCommand, entries: readonly string[] | undefined): Report | undefined {
	const call = callOf(command);
	if (call === undefined) return undefined;
	const { tool, verb, args } = call;
	const bare = call.id === "uv" && verb.value === "pip" ? bareManifest(command) : undefined;
	if (bare !== undefined)
		return {
			span: bare.span,
			message: `uv pip install of ${/pyproject/.test(bare.text) ? "pyproject.toml" : "what is only wanted"} picks versions anew in every build`,
		};
	const resolves = verb.value === "lock" || verb.value === "update";
	if ((!resolves && !tool.installs.includes(verb.value ?? "")) || hasOption(args, ...tool.elsewhere)) return undefined;
	if (!resolves && (args.operands.length > 1 || args.uncertain)) return undefined;
	const lock = lockFileOf(step, command, tool.names, entries);
	if (lock === undefined) return undefined;
	if (resolves) return resolveReport(call, command, lock);
	return skipReport(call, command, lock) ?? installReport(step, command, call, lock);
}

function resolveReport({ id, tool, verb, args }: Call, command: ShellCommand, lock: LockFile): Report {
	const whole = id === "poetry" && verb.value === "update" && args.operands.length === 1 && !hasOption(args, "--lock") && !args.uncertain;
	const edit = whole && isThere(lock) && !command.decoded ? replace(verb.span, "install") : undefined;
	return {
		span: verb.span,
		message: `${id} ${verb.text} picks the versions of ${tool.lockFile} anew in every build`,
		subCode: "resolve",
		fixes: () => (edit === undefined ? [] : fix("Use poetry install", edit, "It installs what poetry.lock says.")),
	};
}

/** An install that leaves the lock file aside: `pipenv install --skip-lock`. */
function skipReport({ id, tool, verb, args }: Call, command: ShellCommand, lock: LockFile): Report | undefined {
	const { skipsLock, option } = tool;
	const skipping = skipsLock === undefined ? undefined : findOption(args, skipsLock);
	if (skipping === undefined || option === undefined || hasOption(args, ...tool.frozen)) return undefined;
	const edit = isThere(lock) && !command.decoded ? replace(skipping.word.span, option) : undefined;
	return {
		span: verb.span,
		message: `${id} ${verb.text} ${skipping.name} picks versions anew in every build`,
		related: [{ span: lock.span, message: lockNote(lock.kind) }],
		fixes:
			edit === undefined ? [] : fix(`Use ${option} instead`, edit, `It fails where ${tool.lockFile} does not fit ${manifestOf(tool)}.`),
	};
}

function installReport(step: Step, command: ShellCommand, call: Call, lock: LockFile): Report | undefined {
	const { id, tool, verb, args } = call;
	const { option } = tool;
	const missing = lock.kind === "missing";
	if (didBefore(step, command, holdsFor(id))) return undefined;
	if (!missing && (option === undefined || hasOption(args, ...tool.frozen) || isSwitchedOn(step, command, ...tool.variables)))
		return undefined;
	if (missing && hasOption(args, ...tool.frozen)) return undefined;
	return {
		span: verb.span,
		message: lockMessage(`${id} ${verb.text}`, tool.lockFile, lock.kind),
		...(missing ? { subCode: "lock-file-missing" } : {}),
		related: [{ span: lock.span, message: lockNote(lock.kind) }],
		fixes:
			// uv refuses the two together.
			option !== undefined && isThere(lock) && !command.decoded && !hasOption(args, "--upgrade", "-U", "--upgrade-package", "-P")
				? fix(`Add ${option}`, insertAfter(verb.span, ` ${option}`), `It fails where ${tool.lockFile} does not fit ${manifestOf(tool)}.`)
				: [],
	};
}

function manifestOf(tool: PythonInstaller): string {
	return tool.names.manifests[0] ?? "the manifest";
}

function fix(title: string, edit: SpanEdit, note: string): readonly EditFix[] {
	return [{ title, safety: "review", edits: [edit], note }];
}

const holding = new Map<string, (command: ShellCommand) => boolean>();

/** One predicate for each tool, so that it is asked of each step once. */
function holdsFor(id: string): (command: ShellCommand) => boolean {
	const predicate = holding.get(id) ?? ((command: ShellCommand): boolean => holds(command, id));
	holding.set(id, predicate);
	return predicate;
}

/** Whether a command has compared the lock file, or has written it and is reported for that. */
function holds(command: ShellCommand, id: string): boolean {
	const call = callOf(command);
	if (call?.id !== id) return false;
	if (call.verb.value === "lock" || call.verb.value === "update") return true;
	return call.tool.installs.includes(call.verb.value ?? "") && hasOption(call.args, ...call.tool.frozen);
}

/** `uv pip install -r pyproject.toml`: the manifest says what is wanted, not what was chosen. */
function bareManifest(command: ShellCommand): ShellWord | undefined {
	const call = packageCallOf(command);
	if (call === undefined || call.operands[0]?.value !== "install") return undefined;
	const option = call.options.find(
		({ name, value }) => /^(?:-r|--requirements?)$/.test(name) && /(?:^|\/)(?:pyproject\.toml|requirements[\w-]*\.in)$/.test(value ?? ""),
	);
	return option?.valueWord ?? option?.word;
}
