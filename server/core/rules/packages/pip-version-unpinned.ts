import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt } from "../../dockerfile/commands/shellVariables.ts";
import { removeFromRun } from "../../dockerfile/edits/commandEdit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type NamedInstall, namedInstallOf } from "../../dockerfile/packages/languagePackages.ts";
import { packageSource } from "../../dockerfile/packages/packageRepositories.ts";
import { unpinnedMessage } from "../../dockerfile/packages/versionPins.ts";
import { declarationAt, variableAt } from "../../dockerfile/variables/variables.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const SELF_UPGRADE = "self-upgrade";
/** What comes with Python, and is upgraded by habit. */
const OWN = new Set(["pip", "setuptools", "wheel"]);
/** Variables of pip (`PIP_…`) and uv (`UV_…`) that stand for options. Source: the manuals of pip 25 and uv 0.5. */
const SETTLING = ["CONSTRAINT", "NO_INDEX", "REQUIRE_HASHES"];

export const pipVersionUnpinned = defineRule({
	id: "pip-version-unpinned",
	title: "pip installs whatever version is newest",
	category: "packages",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(["hadolint", "DL3013"], ["kics", "02d9c71f-3ee8-4986-9c27-1a20d0d19bfc"], ["terrascan", "AC_DOCKER_0010"], ["droast", "DF051"]),
		...similar(["scorecard", "pipCommand"]),
	],
	subCodes: { [SELF_UPGRADE]: "pip, setuptools or wheel is replaced by whatever version is newest" },
	onlyWith: { words: ["pip", "pipx", "uv"] },
	why: "Without a version pip takes the newest one, on every build another. What was tested is then not what is shipped, a new major version breaks the build on a day when nobody touched it, and a version that was published an hour ago by whoever stole an account is in the image at once.",
	remedy:
		"Name exact versions (`flask==3.0.3`), or keep them in a file with hashes: `pip install --require-hashes -r requirements.txt`. Commands that upgrade pip itself can mostly go: the image brings one that fits its Python.",
	references: ["https://pip.pypa.io/en/stable/topics/repeatable-installs/", "https://pip.pypa.io/en/stable/topics/secure-installs/"],
	options: [
		{
			name: "acceptRanges",
			description: "Whether any comparison (`>=2`, `<3`) counts as a version",
			default: false,
		},
	],
	examples: [
		{ caption: "A name alone", bad: "FROM python:3.12\nRUN pip install --no-cache-dir «flask» requests==2.32.3\n" },
		{ caption: "With versions", good: "FROM python:3.12\nRUN pip install --no-cache-dir flask==3.0.3 requests==2.32.3\n" },
		{
			caption: "No version, or only a limit",
			bad: "FROM python:3.12\nRUN pip install --no-cache-dir «flask» 'gunicorn>=22,<23' requests==2.32.3\nRUN python3 -m pip install -i https://example.com -t /x «'a[b]'» && uv pip install --system «c» && pipx install «d»\nRUN python -mpip install «e» && python3 -W ignore -m pip install «f» && python3 -X utf8 -Im pip install «g» && python3 m pip install h\n",
		},
		{
			caption: "In an environment that conda or another launcher opens",
			bad: "FROM continuumio/miniconda3\nRUN conda run --no-capture-output -n x pip install «flask» && micromamba run -n x pip install «a»\nRUN poetry run pip install «b» && uv run --with c pip install «d» && xvfb-run -s '-screen 0' pip install «e»\nRUN scl enable rh-python38 'pip install «f»' && flock /tmp/l pip install «g»\n",
		},
		{
			caption: "pip itself",
			bad: "FROM python:3.12\r\nRUN pip install --upgrade «pip» && \\\r\n    # then\r\n    pip install -r requirements.txt\r\nRUN pip install -U «pip»\r\n",
			fixed: "FROM python:3.12\r\nRUN \\\r\n    # then\r\n    pip install -r requirements.txt\r\n",
		},
		{
			caption: "What comes with it in old images only: no edit",
			bad: "FROM python:3.12\nRUN pip install -U «pip» setuptools wheel\nRUN pip install «setuptools» && python setup.py install\n",
		},
		{
			caption: "From a repository, at whatever it holds",
			bad: "FROM python:3.12\nRUN pip install «hg+https://example.com/a@main» git+https://example.com/b.git@0123456789abcdef0123456789abcdef01234567\nRUN pip install -e «svn+https://example.com/c#egg=c» -e . && pipx install «git+https://example.com/d.git»\nRUN pip install «git+https://${TOKEN}@example.com/e.git»\n",
		},
		{
			caption: "Repositories of Git are the matter of another rule",
			good: "FROM python:3.12\nRUN pip install git+https://github.com/a/b.git@2.5.1 git+https://github.com/a/c.git -e git+https://github.com/a/d.git@main#egg=d\n",
		},
		{
			caption: "Settled by variables",
			good: "FROM python:3.12\nARG LIST\nRUN PIP_NO_INDEX=1 pip install a && UV_CONSTRAINT=/c.txt uv pip install b\nENV PIP_CONSTRAINT=$LIST\nRUN pip install c\n",
		},
		{
			caption: "Limits count where the options say so",
			good: "FROM python:3.12\nRUN pip install 'gunicorn>=22'\n",
			options: { acceptRanges: true },
		},
		{
			caption: "Versions, in any spelling",
			good: "FROM python:3.12\nARG V=1\nRUN pip install a==1 b===2 'c~=3.1' d[e]==4 f==$V g==${UNKNOWN} h$SUFFIX 'h==1; python_version > \"3\"' 'i @ https://example.com/i.whl#sha256=00' && uv tool install j@0.1.0\n",
		},
		{
			caption: "Lists, files and folders",
			good: "FROM python:3.12\nRUN pip install -r requirements.txt && pip install -c constraints.txt a && pip install . && pip install -e . && pip install ./b /c/d.whl e.tar.gz .[extra] && pip install --no-index --find-links=/wheels f && pip install https://example.com/g-1.0.whl && pip install $PACKAGES && pip download h && pip install --group dev --exists-action w && uv pip install --index-strategy unsafe-best-match --torch-backend cpu i==1\n",
		},
	],
	check(file, { options }) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const command of commandsOf(step)) {
					const install = namedInstallOf(step, command);
					if (install?.ecosystem !== "pip" || isSettled(step, install)) continue;
					const open = install.packages.filter(({ text }) => !isPinned(text, options["acceptRanges"] === true, install));
					const first = open[0];
					if (first === undefined) continue;
					const lowered = stage.use === "unused" ? { severity: "hint" as const } : {};
					if (open.length === install.packages.length && isSelfUpgrade(install))
						reports.push({
							span: first.word.span,
							message: `${open.map(({ text }) => text).join(", ")} ${open.length === 1 ? "is" : "are"} replaced by whatever version is newest`,
							severity: stage.use === "unused" ? "hint" : "info",
							subCode: SELF_UPGRADE,
							fixes: open.every(({ text }) => text === "pip") ? removal(step, install) : [],
						});
					else reports.push({ span: first.word.span, message: unpinnedMessage(open.map(({ text }) => text)), ...lowered });
				}
			}
		}
		return reports;
	},
});

/** Whether a call upgrades pip and what belongs to it. New images bring pip alone: there setuptools and wheel are installed like anything else. */
function isSelfUpgrade({ packages, hasOption }: NamedInstall): boolean {
	return packages.every(({ text }) => OWN.has(text)) && (packages.some(({ text }) => text === "pip") || hasOption("-U", "--upgrade"));
}

/** Whether a list elsewhere settles every version, or nothing is fetched from an index. */
function isSettled(step: Step, { command, name, hasOption }: NamedInstall): boolean {
	if (hasOption("-c", "--constraint", "--constraints", "--no-index", "--require-hashes", "--help", "-h", "--dry-run")) return true;
	return SETTLING.some((variable) => mayBeSet(step, command, `${name.startsWith("uv ") ? "UV" : "PIP"}_${variable}`));
}

/** Whether the file sets a variable, be it to something that only the build knows. What an unknown base image sets is not looked for. */
function mayBeSet(step: Step, command: ShellCommand, name: string): boolean {
	const value = shellVariableAt(step, command, name);
	if (value.kind !== "unknown") return value.kind === "set" && !/^(?:|0|false|no|off)$/i.test(value.value);
	return variableAt(step, name).kind !== "unknown" || declarationAt(step, name) !== undefined;
}

function isPinned(text: string, acceptRanges: boolean, { name }: NamedInstall): boolean {
	const spec = text.split(";")[0]?.trim() ?? "";
	// uv's own spelling for tools.
	if (name === "uv tool install" && /@\d/.test(spec)) return true;
	// Whether the ref moves is remote-git-ref-mutable's matter, which knows no pipx and no address with an unknown part.
	if (!name.startsWith("pipx") && !spec.includes("${") && packageSource({ manager: "pip" }, spec) !== undefined) return true;
	const repository = /^(?:[\w.[\],-]+\s*@\s*)?(?:git|hg|svn|bzr)\+(.*)$/.exec(spec)?.[1];
	if (repository !== undefined) return /@(?:[0-9a-f]{40}|\$\{\w+\})(?:#|$)/.test(repository);
	if (/^[./~]|^\$\{|[/\\]|\.(?:whl|zip|tar\.gz|tgz|tar\.bz2)$|:\/\/|\s@\s/.test(spec)) return true;
	// What a variable adds may be the version.
	if (/(?:===?|~=)/.test(spec) || spec.includes("${")) return true;
	return acceptRanges && /[<>]/.test(spec);
}

function removal(step: Step, { command }: NamedInstall): readonly EditFix[] {
	if (command.decoded) return [];
	const edits = removeFromRun(step, [command]);
	if (edits === undefined) return [];
	return [
		{
			title: "Keep the version that the image brings",
			safety: "review",
			edits,
			note: "An old pip may not know the newest wheels.",
		},
	];
}
