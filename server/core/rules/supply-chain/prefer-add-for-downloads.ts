import { pathAt } from "../../dockerfile/commands/commandFolder.ts";
import { unpacks } from "../../dockerfile/commands/consumers.ts";
import { cloneArguments, clonedFolder, gitFolder, gitVerb, gitWords } from "../../dockerfile/commands/gitCommands.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { addEdits, pinnableAddress } from "../../dockerfile/downloads/downloadEdits.ts";
import { type Download, downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { downloadName } from "../../dockerfile/downloads/downloadTexts.ts";
import { isOnlyCommand } from "../../dockerfile/edits/commandEdit.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { stagesFrom } from "../../dockerfile/model/stages.ts";
import type { Fix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption, readArguments } from "../../shell/options.ts";
import { DOWNLOAD_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;

export const preferAddForDownloads = defineRule({
	id: "prefer-add-for-downloads",
	title: "A RUN does nothing but download",
	category: "supply-chain",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	excludes: ["add-remote-url-discouraged"],
	equivalents: [...same(["sonar", "S7026"]), ...similar(["tally", "prefer-add-unpack", "prefer-add-git"])],
	onlyWith: { words: [...DOWNLOAD_WORDS, "git"] },
	why: "A RUN that only fetches something needs curl, wget or git in the image, and certificates; its layer is cached by the text of the command, so a file that has changed on the server is not noticed. ADD fetches on the builder's side, compares a checksum, looks whether the file has changed, and runs beside other steps.",
	remedy:
		"Write `ADD --checksum=sha256:… <address> <path>` (Dockerfile 1.6), with `--chmod` for programs and `--unpack` for archives (1.17); `ADD https://…git#<commit> <folder>` for repositories. In a stage of its own, where the archive itself should not be shipped. Downloads with passwords, retries or addresses that a script computes stay in RUN.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#add",
		"https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository",
	],
	examples: [
		{
			caption: "More than a download, or one that ADD cannot do",
			good: 'FROM debian:12\nRUN curl -fsSLo /tmp/a.tgz https://a.b/a.tgz && tar xf /tmp/a.tgz && rm /tmp/a.tgz\nRUN curl -fsSL https://a.b/a.tgz | tar xz -C /opt --strip-components=1\nRUN curl -fsSL --retry 3 -o /a https://a.b/a\nRUN curl -fsSL -H "Authorization: x" -o /a https://a.b/a\nRUN curl -fsSL -o /a https://a.b/$(uname -m)/a\nRUN curl -fsSL https://user:p@a.b/x-1.0.jar -o /app/x.jar\nRUN git clone https://github.com/a/b && make -C b\nRUN --mount=type=ssh git clone git@github.com:a/b /b\n',
		},
		{
			caption: "One file",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN curl -fsSL -o /usr/local/bin/tool «https://files.acme.dev/v1.2.3/tool» && chmod +x /usr/local/bin/tool\n",
			fixed: `# syntax=docker/dockerfile:1\nFROM debian:12\nADD --checksum=${DIGEST} --chmod=755 https://files.acme.dev/v1.2.3/tool /usr/local/bin/tool\n`,
			answer: DIGEST,
		},
		{
			caption: "Into the working directory, which both take alike",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nWORKDIR /opt\nRUN curl -fsSLO «https://files.acme.dev/tool-1.2.3.jar»\n",
			fixed: `# syntax=docker/dockerfile:1\nFROM debian:12\nWORKDIR /opt\nADD --checksum=${DIGEST} --chmod=644 https://files.acme.dev/tool-1.2.3.jar tool-1.2.3.jar\n`,
			answer: DIGEST,
		},
		{
			caption: "A clone that a later step works with as a repository",
			good: "FROM debian:12 AS a\nRUN git clone --depth 1 https://github.com/open62541/open62541.git open62541\nWORKDIR open62541\nRUN git submodule update --init --recursive\nFROM debian:12 AS b\nRUN git clone https://github.com/a/b /b\nFROM b\nRUN cd /b && git -C /b describe > /version\nCOPY --from=a /open62541 /a\nFROM debian:12\nRUN git clone https://github.com/a/b /b\nRUN git clone https://github.com/a/c /c && git -C /c describe && git -C / -C b describe\n",
		},
		{
			caption: "An archive, repositories",
			bad: "FROM debian:12\nRUN curl -fsSL «https://files.acme.dev/a.tgz» | tar xz -C /opt\nRUN git clone «https://github.com/a/b» /b\nRUN git clone --filter blob:none «https://github.com/a/c» /c\nRUN git clone https://github.com/a/d /d && cd /d && git checkout main\n",
		},
		{
			caption: "Later calls of git for something else",
			bad: "FROM debian:12 AS a\nRUN git clone «https://github.com/a/b» /b\nRUN git -c advice.detachedHead=false clone https://github.com/a/c /c && make -C /c\nRUN git --version && git lfs install && git ls-remote https://github.com/a/c && git config --global a.b c\nCOPY . /src\nRUN cd /src && git rev-parse HEAD > /version\nRUN git -C /src describe\nFROM debian:12\nRUN git -c http.sslVerify=true clone «https://github.com/a/d» /d\nCOPY --from=a /b /b\n",
		},
		{
			caption: "Into a folder that the base image decides",
			good: "# syntax=docker/dockerfile:1\nFROM acme/base:1\nUSER root\nRUN curl -fsSLO https://files.acme.dev/tool-1.2.3.jar\n",
		},
		{
			caption: "A password in the address, several tries, a network of its own, more commands, options",
			good: "FROM debian:12\nRUN curl -fsSL https://u:p@a.b/a.tgz | tar xz -C /opt\nRUN wget -t 3 -O /a https://a.b/a\nRUN wget --tries=3 -O /a https://a.b/a\nRUN --network=default curl -fsSL -o /a https://a.b/a\nRUN curl -fsSL $U | tar xz\nRUN curl -fsSLo /a https://a.b/a && curl -fsSLo /b https://a.b/b\nRUN cat a | tar xz; curl -fsSL https://a.b/a.tgz | tar xz\nRUN curl -fsSL https://a.b/a.tgz | tar xz && ls\nRUN curl -fsSL -H x https://a.b/a.tgz | tar xz\nRUN curl -fsSL https://a.b/a.tgz | grep x\n",
		},
		{
			caption: "Nothing is kept, or what comes is no tar archive",
			good: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN curl -o /dev/null https://a.b/a-1.2.3\nRUN wget -O /dev/null https://a.b/a-1.2.3\nRUN curl https://a.b/a-1.2.3 > /dev/null\nRUN curl -fsSL https://a.b/a.gz | gzip -d\nRUN curl -fsSL https://a.b/a.gz | gunzip > /a\n",
		},
		{
			caption: "Into a folder that the address names, and without what ADD leaves out anyway",
			bad: "FROM debian:12\nWORKDIR /w\nRUN git clone «https://github.com/a/b»\nRUN git clone «https://github.com/a/c.git» && cd c && rm -rf .git\nFROM debian:12\nRUN git clone --depth 1 -b v1 «https://github.com/a/b» /b && rm -rf /b/.git\n",
		},
		{
			caption: "With files of its own, or more that goes; whatever works there later",
			good: "FROM debian:12\nRUN git clone --mirror https://a.b/a /a\nRUN git clone https://a.b/b /b && rm -rf /b/.git /b/test\nFROM debian:12\nWORKDIR /w\nRUN git clone https://a.b/c\nWORKDIR c\nRUN git submodule update --init\n",
		},
		{
			caption: "Clones into a folder that nobody knows, with what nobody knows, over SSH, or that may fail",
			good: "FROM debian:12\nRUN git clone https://a.b/a\nRUN git clone https://u@a.b/a /a\nRUN git clone git@a.b:a /a\nRUN git clone $OPTIONS https://a.b/a /a\nRUN git clone https://a.b/a /a || true\nRUN git clone https://a.b/a /a && make -C /a\nRUN git fetch https://a.b/a /a\nRUN hg clone https://a.b/a /a\n",
		},
		{
			caption: "Clones that later calls may mean",
			good: "FROM debian:12\nRUN git clone https://a.b/a /a\nRUN git --git-dir /a/.git log\nFROM debian:12\nRUN git clone https://a.b/b /b\nRUN git --work-tree /b status\nFROM debian:12\nRUN git clone https://a.b/c /c\nRUN git -C / -C c status\nFROM debian:12\nRUN git clone https://a.b/d /d\nRUN git -C $D status\nFROM debian:12\nRUN git clone https://a.b/e /e\nRUN <<E\ncd /e\ngit status\nE\nFROM debian:12\nRUN git clone https://a.b/f /f\nRUN cd /f && git ls-remote origin\n",
		},
		{
			caption: "Calls before it, and of what needs no repository",
			bad: "FROM debian:12\nRUN git -C /x status\nRUN git clone «https://a.b/a» /x\nENV A=git\nRUN cd /x && git --version && git ls-remote git@a.b:c\n",
		},
		{
			caption: "An address that changes: no edit",
			bad: "# syntax=docker/dockerfile:1\nFROM debian:12\nRUN curl -fsSL -o /a «https://a.b/latest/a»\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (step.flags.length > 0) continue;
				const report = cloneReport(step) ?? downloadReport(step);
				if (report !== undefined) reports.push(report);
			}
		}
		return reports;
	},
});

function downloadReport(step: Step): Report | undefined {
	const downloads = downloadsOf(step);
	const download = downloads[0];
	if (download?.resolved === undefined || downloads.length > 1) return undefined;
	// A password in the address would stay in the history of the image.
	if (/^[a-z]+:\/\/[^/]*@/i.test(download.resolved) || /^["']?[a-z]+:\/\/[^/]*@/i.test(download.url.text)) return undefined;
	if (download.arguments.options.some(({ name }) => name.startsWith("--retry") || name === "--tries" || name === "-t")) return undefined;
	if (isPipedToArchive(step, download))
		return { span: download.url.span, message: `The RUN only downloads and unpacks ${downloadName(download)}` };
	if (addEdits(download, DIGEST) === undefined) return undefined;
	return { span: download.url.span, message: `The RUN only downloads ${downloadName(download)}`, fixes: () => fixesOf(download) };
}

function fixesOf(download: Download): readonly Fix[] {
	const address = pinnableAddress(download);
	if (address === undefined) return [];
	return [
		{
			title: "Use ADD with a checksum",
			safety: "lookup",
			need: { kind: "fileDigest", url: address.url },
			finish: (digest) => addEdits(download, digest) ?? [],
			...(address.note === undefined ? {} : { note: address.note }),
		},
	];
}

/** `curl … | tar xz` as the whole RUN. */
function isPipedToArchive(step: Step, download: Download): boolean {
	const [first, second, ...others] = commandsOf(step);
	const plain = download.arguments.options.every(({ name }) =>
		/^(?:-[fsSLqO]|-nv|--(?:fail|silent|show-error|location|quiet|proto|tlsv1\.2|output-document))$/.test(name),
	);
	return (
		plain &&
		first === download.command &&
		second !== undefined &&
		others.length === 0 &&
		second.connector === "|" &&
		// ADD unpacks tar archives alone.
		/tar$/.test(second.program ?? "") &&
		unpacks(second) &&
		!leavesFoldersOut(second)
	);
}

/** `tar --strip-components=1`: ADD unpacks an archive as it is. */
function leavesFoldersOut({ args }: ShellCommand): boolean {
	return args.some(({ text }) => /^--(?:strip|exclude|include|transform|wildcards|files-from)|^-T/.test(text));
}

function cloneReport(step: Step): Report | undefined {
	const commands = commandsOf(step);
	const command = commands[0];
	const args = command === undefined ? undefined : cloneArguments(command);
	if (command === undefined || args === undefined) return undefined;
	const others = commands.slice(1);
	const [url, named] = args.operands;
	const folder = clonedFolder(step, command);
	if (url?.value === undefined || args.uncertain || !/^https:\/\/[^@\s]+$/.test(url.value) || hasOption(args, ...OTHER_CONTENTS))
		return undefined;
	// Where a clone without a name goes, its address and the working directory tell.
	if (named === undefined && folder === undefined) return undefined;
	if (!(others.length === 0 ? isOnlyCommand(step, command) : leavesOutGit(step, command, others, folder))) return undefined;
	// ADD leaves `.git` out.
	if (isUsedAsRepository(step, folder)) return undefined;
	return { span: url.span, message: "The RUN only clones a repository" };
}

/** What makes a clone hold something else than the files of its commit, which ADD brings. */
const OTHER_CONTENTS = ["--bare", "--mirror", "-n", "--no-checkout", "--sparse"];

/** Whether all that a RUN does behind a clone is to remove its `.git`. */
function leavesOutGit(step: Step, clone: ShellCommand, others: readonly ShellCommand[], folder: string | undefined): boolean {
	if (folder === undefined || clone.within.length > 0 || clone.wrapper !== undefined) return false;
	const removesGit = (command: ShellCommand): boolean => {
		if (command.program !== "rm") return false;
		const { operands, uncertain } = readArguments(command.args, []);
		return (
			!uncertain &&
			operands.length > 0 &&
			operands.every(({ value }) => value !== undefined && pathAt(step, command, value) === `${folder}/.git`)
		);
	};
	const follows = ({ connector, within, wrapper }: ShellCommand): boolean =>
		(connector === "&&" || connector === ";") && within.length === 0 && wrapper === undefined;
	return others.every((command) => follows(command) && (command.program === "cd" || removesGit(command))) && others.some(removesGit);
}

/** Whether a later step of the stage, or of one that starts from it, calls git for what is there: `git submodule update`. */
function isUsedAsRepository(step: Step, folder: string | undefined): boolean {
	const lies = (other: string | undefined): boolean => folder === undefined || other === undefined || isInside(other, folder);
	return stagesFrom(step.stage).some((stage) => {
		const calls = lastGitCalls(stage);
		const at = stage === step.stage ? step.ordinal : -1;
		return [...calls].some(([other, ordinal]) => ordinal > at && lies(other));
	});
}

/** The last steps that call git for a repository that they did not clone themselves, by its folder; undefined for one that nobody knows. */
const lastGitCalls = remembered((stage: Stage): ReadonlyMap<string | undefined, number> => {
	const found = new Map<string | undefined, number>();
	for (const step of stage.steps) {
		if (step.keyword !== "RUN" || (step.heredocs.length === 0 && !step.line.text.includes("git"))) continue;
		const own = new Set<string | undefined>();
		for (const command of commandsOf(step).filter(worksWithRepository)) {
			const folder = gitFolder(step, command);
			if (gitVerb(command) === "clone") own.add(clonedFolder(step, command));
			else if (!own.has(folder)) found.set(folder, step.ordinal);
		}
	}
	return found;
});

/** Subcommands that need no repository. */
const OUTSIDE = new Set(["config", "init", "version", "help", "lfs install"]);

function worksWithRepository(command: ShellCommand): boolean {
	const words = gitWords(command);
	// `git --version`
	if (words.length === 0) return false;
	const [verb, next] = words.map(({ value }) => value);
	if (verb === "ls-remote") return !words.some(({ text }) => text.includes("://") || text.includes("@"));
	return !OUTSIDE.has(verb ?? "") && !OUTSIDE.has(`${verb} ${next}`);
}
