import { baseName } from "../../baseName.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { writtenFiles } from "../../dockerfile/files/writtenFiles.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { isSwitchedOn } from "../../dockerfile/packages/lockFiles.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { pythonModule } from "../../dockerfile/start/innerProgram.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import type { ShellOption } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

export const pipRequireHashesMissing = defineRule({
	id: "pip-require-hashes-missing",
	title: "pip takes packages without comparing hashes",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["scorecard", "pipCommand"]),
	onlyWith: { words: ["pip"] },
	why: "A version in a requirements file names a release, not its files: a file that was added to the release later, another index, or a package that is asked for by a package brings other code into the image. With `--require-hashes` pip installs nothing whose hash is not written down, dependencies of dependencies included.",
	remedy:
		"Let a tool write all packages with their hashes: `pip-compile --generate-hashes`, `uv export`, `poetry export`, `pipenv requirements --hash`; and call `pip install --require-hashes -r requirements.txt`. Install the project itself separately, with `--no-deps`: hashes go with neither `-e .` nor repositories.",
	references: [
		"https://pip.pypa.io/en/stable/topics/secure-installs/",
		"https://github.com/ossf/scorecard/blob/main/docs/checks.md#pinned-dependencies",
	],
	examples: [
		{
			caption: "What the index gives is taken",
			bad: "FROM python:3.12\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r «requirements.txt»\n",
		},
		{
			caption: "With hashes",
			good: "FROM python:3.12\nCOPY requirements.txt .\nRUN pip install --no-cache-dir --require-hashes -r requirements.txt\n",
		},
		{
			caption: "A requirements file",
			bad: "FROM python:3.12\nCOPY requirements.txt .\nRUN pip install --no-cache-dir -r «requirements.txt»\nRUN python3 -m pip install --requirement=«r/prod.txt» && pip wheel -r «requirements.txt»\n",
		},
		{
			caption: "With hashes, or where they cannot be had",
			good: "FROM python:3.12\nCOPY requirements.txt .\nRUN pip install --require-hashes -r requirements.txt && pip install -r requirements.txt -e . && pip install -r requirements.txt . && pip install -r requirements.txt git+https://example.com/x@abc && pip install requests && pip install --no-index --find-links /wheels -r requirements.txt\nENV PIP_REQUIRE_HASHES=1\nRUN pip install -r requirements.txt\n",
		},
		{
			caption: "A file with hashes that the Dockerfile writes",
			good: "FROM python:3.12\nWORKDIR /app\nCOPY <<EOF /app/r.txt\na==1 --hash=sha256:1111111111111111111111111111111111111111111111111111111111111111\nEOF\nRUN pip install -r r.txt\n",
		},
		{
			caption: "A file that a tool writes with hashes, or that nobody knows",
			good: "FROM python:3.12 AS lock\nRUN poetry export -f requirements.txt --output requirements.txt && uv export --frozen -o a.txt && pip-compile --generate-hashes --output-file=b.txt && pipenv requirements --hash > c.txt\nFROM python:3.12\nCOPY --from=lock /*.txt ./\nRUN pip install -r requirements.txt && pip install -r a.txt && pip install -r b.txt && pip install -r c.txt && pip install -r <(poetry export)\n",
		},
		{
			caption: "A file that a tool writes without",
			bad: "FROM python:3.12\nRUN poetry export --without-hashes -o a.txt && pip install -r «a.txt»\n",
		},
		{
			caption: "Other tools that write without, or that write something else",
			bad: 'FROM python:3.12\nWORKDIR /app\nCOPY <<EOF /app/r.txt\na==1\nEOF\nRUN pip install -r «r.txt» && uv export --no-hashes -o u.txt && pip install -r «u.txt» && uv pip compile -o w.txt in.txt && pip install -r «w.txt»\nRUN pipenv requirements > y.txt && pip install -r «y.txt» && pip download «--requirement="z.txt"»\nRUN poetry show -o s.txt && pip install -r «s.txt» && python tool.py export -o t.txt && pip install -r «t.txt» && uv lock -o l.txt && pip install -r «l.txt» && pipenv lock --hash > m.txt && pip install -r «m.txt»\n',
		},
		{
			caption: "Called as modules, a file that came otherwise, other commands",
			good: "FROM python:3.12\nCOPY <<EOF /app/other.txt\na==1 --hash=sha256:1\nEOF\nRUN uv pip compile --generate-hashes -o v.txt in.txt && pip install -r v.txt && python3 -m poetry export -o x.txt && pip install -r x.txt\nRUN pip uninstall -y -r requirements.txt; pip install -r https://a.b/r.txt; pip install -r - < r.txt; pip install $OPTIONS -r b.txt; uv pip install -r c.txt\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const call of packageCallsOf(step)) {
					const option = call.manager === "pip" ? requirementsOf(call) : undefined;
					if (
						option === undefined ||
						hasHashes(step, option.value ?? option.valueWord?.text ?? "") ||
						isSwitchedOn(step, call.command, "PIP_REQUIRE_HASHES")
					)
						continue;
					const value = option.value ?? "";
					const { word } = option;
					const tail = word.text.endsWith(value) && word.span.end - word.span.start === word.text.length;
					reports.push({
						span: option.valueWord?.span ?? (tail ? { start: word.span.end - value.length, end: word.span.end } : word.span),
						message: `${value === "" ? "A requirements file" : shortened(value, 50)} is ${DONE[call.verb] ?? "installed"} without comparing hashes`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					});
				}
			}
		}
		return reports;
	},
});

/** By the subcommand. */
const DONE: Readonly<Record<string, string>> = { download: "downloaded", wheel: "built" };

/** The file of an install that could have hashes: no project, repository or local path beside it. */
function requirementsOf(call: PackageCall): ShellOption | undefined {
	if (!["install", "wheel", "download"].includes(call.verb) || call.uncertain) return undefined;
	if (callHasOption(call, "--require-hashes", "-e", "--editable", "--no-index")) return undefined;
	if (call.operands.some((word) => /^[./]|\/|\+|:/.test(word.text))) return undefined;
	return call.options.find(({ name, value }) => (name === "-r" || name === "--requirement") && !value?.includes("://"));
}

function hasHashes(step: Step, name: string): boolean {
	// What a process or another program hands over, nobody knows.
	if (name.startsWith("<(") || /^(?:-$|\/dev\/(?:stdin|fd)\b)/.test(name)) return true;
	const file = baseName(name);
	if (writtenFiles(step.stage).some(({ path, text }) => path.endsWith(`/${file}`) && text.text.includes("--hash="))) return true;
	return hashedFiles(step.stage.file).has(file);
}

/** The names of the files that commands of a Dockerfile write with hashes. */
const hashedFiles = remembered(
	(file: Dockerfile): ReadonlySet<string> =>
		new Set(
			file.stages
				.flatMap(runSteps)
				.flatMap(commandsOf)
				.filter(writesHashes)
				.flatMap((command) => outputsOf(command).map((path) => baseName(path))),
		),
);

/** poetry and uv export hashes unless they are told not to, the others if they are told to. */
function writesHashes(command: ShellCommand): boolean {
	const words = command.args.map((word) => word.value ?? "");
	const verbs = words.filter((word) => !word.startsWith("-"));
	switch (pythonModule(command)?.name ?? command.program) {
		case "poetry":
			return words.includes("export") && !words.includes("--without-hashes");
		case "uv":
			return (
				(words.includes("export") && !words.includes("--no-hashes")) ||
				(verbs.includes("pip") && verbs.includes("compile") && words.includes("--generate-hashes"))
			);
		case "pip-compile":
		case "piptools":
			return words.includes("--generate-hashes");
		case "pipenv":
			return words.includes("requirements") && words.includes("--hash");
		default:
			return false;
	}
}

function outputsOf(command: ShellCommand): readonly string[] {
	const { args, redirects } = command;
	const outer = command.wrapper ?? command;
	const behind = outer.pipeline?.commands.filter(({ program }) => program === "tee").flatMap((tee) => tee.args) ?? [];
	return [
		...redirects.filter(({ operator }) => operator.startsWith(">")).map(({ target }) => target),
		...args.filter((_, index) => /^(?:-o|--output(?:-file)?)$/.test(args[index - 1]?.text ?? "")),
		...behind,
	]
		.flatMap((word) => (word === undefined ? [] : [comparable(word)]))
		.concat(args.flatMap((word) => /^(?:--output(?:-file)?=|-o(?=[^-]))(.+)/.exec(comparable(word))?.[1] ?? []));
}
