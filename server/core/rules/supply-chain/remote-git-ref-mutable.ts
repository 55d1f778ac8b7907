import { withoutQuery } from "../../baseName.ts";
import { cloneArguments, gitVerb, gitWords } from "../../dockerfile/commands/gitCommands.ts";
import { withKnownWords } from "../../dockerfile/commands/knownWords.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellVariableAt, wordAt } from "../../dockerfile/commands/shellVariables.ts";
import { isFullCommit } from "../../dockerfile/files/remoteSources.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { packageSource } from "../../dockerfile/packages/packageRepositories.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { findOption, hasOption, readArguments, type ShellArguments } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/** `-b NAME`: the ref stands behind the name of the new branch. */
const CHECKOUT_OPTIONS = ["-b", "-B", "-c", "-C", "--conflict"];
/** Source: the manual page of git-fetch, Git 2.50. */
const FETCH_OPTIONS = [
	...["--depth", "--deepen", "--shallow-since", "--shallow-exclude", "-j", "--jobs", "-o", "--server-option"],
	...["--upload-pack", "--refmap", "--filter", "--negotiation-tip"],
];
const COMMIT = /^[0-9a-f]{7,64}$/i;
/** Names that look like versions: mostly tags. Branches are called so, too, but mostly with a word for it. */
const TAG = /^(?:refs\/tags\/|tags\/)|^[\w.-]{0,40}?\d+[._]\d+|^v?\d+$|^release[-_/]?\d/i;
const BRANCH = /^(?:main|master|develop|dev|stable|trunk)\b|\.x$/i;

export const remoteGitRefMutable = defineRule({
	id: "remote-git-ref-mutable",
	title: "Sources come from a branch or a tag, not from a commit",
	category: "supply-chain",
	severity: "warning",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["hadolint", "DL3013"]),
	onlyWith: { words: ["git", "github", "gitlab", "bitbucket", "go", "npm", "yarn", "pnpm", "bun"] },
	why: "A branch moves with every push, and a tag can be moved by whoever may push. The sources that are compiled into the image today and next week differ without a change of the Dockerfile, and a push by somebody who has taken an account over is in the next build.",
	remedy:
		"Name the commit: `git clone … && git -C x checkout <40 digits>`, `ADD https://…git#<commit>`, `pip install git+https://…@<commit>`, `cargo install --git … --rev <commit>`. Keep the tag in a comment beside it. `git verify-tag` with a key that you trust does it, too.",
	references: [
		"https://git-scm.com/docs/git-clone",
		"https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository",
		"https://pip.pypa.io/en/stable/topics/vcs-support/",
	],
	examples: [
		{ caption: "Whatever is newest", bad: "FROM debian:12\nRUN git clone --depth 1 «https://github.com/a/b» /b\n" },
		{
			caption: "Branches and tags",
			bad: "FROM debian:12\nRUN git clone --depth 1 «https://github.com/a/b» /b\nRUN git clone -b «main» https://github.com/a/b && git clone --branch=«v1.2» git@github.com:a/b.git && git clone -b «main-7.0.x» https://github.com/a/c\nRUN git clone https://github.com/a/b && cd b && git checkout «develop» && make\n",
		},
		{
			caption: "A new branch, files of a branch",
			bad: "FROM debian:12\nRUN git clone https://github.com/a/b && cd b && git checkout -b x «v1.0»\nRUN git clone «https://github.com/a/b» && cd b && git checkout -- file\nRUN git --config-env a=B clone «https://github.com/a/b» && cd b && git fetch --depth 1 origin main\n",
		},
		{
			caption: "Into a folder that a variable names, and at a ref that an ARG below the clone does",
			bad: "FROM debian:12\nENV SRC=/src\nRUN git clone --depth 1 «https://github.com/a/b» $SRC/b\nRUN git clone https://github.com/a/b\nARG REF=v1.0\nRUN cd b && git checkout «${REF}»\n",
		},
		{
			caption: "Package managers",
			bad: "FROM debian:12\nRUN pip install -e «git+https://github.com/a/b.git@main#egg=b» && pip install --editable=«git+https://github.com/a/b@dev» && npm install «https://github.com/a/b.git#main» && yarn add «git@github.com:a/b.git»\nRUN pip install «git+https://github.com/a/b@main» && npm install «github:a/b» && cargo install --git «https://github.com/a/b» b && cargo install --git https://github.com/a/b --tag «v1» b && go install «example.com/x@master»\nRUN npm install -g «a/b#main» && yarn add «c/d#v1» && pnpm add «'a/b#main&path:/p'» «a/b#path:/x» && yarn add «c/d#tag=v1» «c/d#workspace=x»\n",
		},
		{ caption: "Submodules at their newest", bad: "FROM debian:12\nRUN git submodule update --init «--remote»\n" },
		{
			caption: "A commit, a verified tag",
			good: "FROM debian:12\nRUN git clone https://github.com/a/b && cd b && git checkout -b x 0123456789012345678901234567890123456789\nRUN git clone https://github.com/a/b && cd b && git switch -c x 0123456789012345678901234567890123456789\nRUN git clone https://github.com/a/b\nRUN cd b && git checkout 0123456789012345678901234567890123456789\nFROM debian:12\nENV C=0123456789012345678901234567890123456789\nRUN git clone https://github.com/a/b && cd b && git checkout 0123456789012345678901234567890123456789\nRUN git clone https://github.com/a/b && git -C b checkout $C\nRUN git clone -b v1 https://github.com/a/b && cd b && git verify-tag v1\nRUN git clone https://github.com/a/b && git -C b fetch --depth 1 origin 0123456789012345678901234567890123456789 && git -C b checkout FETCH_HEAD\nRUN git clone --revision=0123456789012345678901234567890123456789 https://github.com/a/b && git clone https://github.com/a/c && cd c && git reset --hard 0123456789\nRUN pip install git+https://github.com/a/b@0123456789012345678901234567890123456789#egg=b && cargo install --git https://github.com/a/b --rev 0123456\nRUN pnpm add 'a/b#0123456789012345678901234567890123456789&path:/p' && yarn add 'a/b#commit=0123456789012345678901234567890123456789'\n",
		},
		{
			caption: "Nobody knows, or nothing remote",
			good: "FROM debian:12\nARG REF\nRUN git clone -b $REF https://github.com/a/b && git clone /src/a && git clone file:///src/b && cd b && git checkout -b work && git submodule update --init && pip install requests git-url-parse && npm i @a/b\nRUN git clone https://github.com/a/b && cd b && git checkout $REF\n",
		},
		{
			caption: "A tag beside its commit in one value",
			good: 'FROM debian:12\nARG V=v2.4.0@0123456789012345678901234567890123456789\nRUN git clone --depth 1 --branch "${V%%@*}" https://github.com/a/b && cd b && checkout-with-hash.sh $V\n',
		},
	],
	check(file) {
		if (!/git|@(?:main|master|HEAD)|\w\/[\w.-]{1,100}#\w/.test(file.text)) return [];
		const found: Report[] = [];
		for (const stage of file.stages) {
			for (const report of [...gitReports(stage), ...runSteps(stage).flatMap(packageReports)])
				found.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
		}
		return found;
	},
});

interface GitCall {
	readonly step: Step;
	readonly command: ShellCommand;
}

function gitReports(stage: Stage): readonly Report[] {
	const calls: GitCall[] = [];
	for (const step of runSteps(stage)) {
		if (!stepText(step).includes("git")) continue;
		for (const command of commandsOf(step)) if (command.program === "git") calls.push({ step, command });
	}
	const reports: Report[] = [];
	for (const [index, { step, command }] of calls.entries()) {
		const [verb, ...words] = gitWords(command);
		if (verb?.value === "submodule") {
			const remote = words.find(({ value }) => value === "--remote");
			if (remote !== undefined)
				reports.push({ span: remote.span, message: "Submodules are taken from the newest commit of their branches" });
		}
		const clone = cloneArguments(command);
		if (clone !== undefined)
			reports.push(...cloneReport(step, command, withKnownWords(step, command, clone), () => choiceBehind(calls, index)));
	}
	return reports;
}

function cloneReport(step: Step, command: ShellCommand, args: ShellArguments, choice: () => Checkout | undefined): readonly Report[] {
	const url = args.operands[0];
	const address = url === undefined ? undefined : (wordAt(step, command, url) ?? comparable(url));
	if (url === undefined || address === undefined || args.uncertain || !/^(?:https?|git|ssh):\/\/|^[\w.-]+@[\w.-]+:/.test(address))
		return [];
	const chosen = choice();
	if (chosen !== undefined) {
		const report = chosen === "verified" || chosen === "unknown" ? undefined : refReport(chosen.ref, chosen.span, address);
		return report === undefined ? [] : [report];
	}
	const option = findOption(args, "-b", "--branch", "--revision");
	if (option === undefined) return [{ span: url.span, message: `${nameOf(address)} is taken from its default branch, which moves` }];
	if (option.valueWord !== undefined && isBesideCommit(step, command, option.valueWord)) return [];
	const ref = option.valueWord === undefined ? option.value : wordAt(step, command, option.valueWord);
	const report = ref === undefined ? undefined : refReport(ref, option.valueWord?.span ?? endOfWord(option.word, ref), address);
	return report === undefined ? [] : [report];
}

/** Whether a ref is cut out of a value that holds a commit, too: what checks that, the file need not show. */
function isBesideCommit(step: Step, command: ShellCommand, word: ShellWord): boolean {
	return word.parts.some((part) => {
		if (part.kind !== "variable" || part.operator === undefined) return false;
		const value = shellVariableAt(step, command, part.name);
		return value.kind === "set" && /\b[0-9a-f]{40}\b/i.test(value.value);
	});
}

function endOfWord(word: { readonly text: string; readonly span: Span }, value: string): Span {
	const inPlace = word.span.end - word.span.start === word.text.length && word.text.endsWith(value);
	return inPlace ? { start: word.span.end - value.length, end: word.span.end } : word.span;
}

/** What is checked out behind a clone, in front of the next one. */
function choiceBehind(calls: readonly GitCall[], clone: number): Checkout | undefined {
	for (let index = clone + 1; index < calls.length; index++) {
		const { step, command } = calls[index] as GitCall;
		if (gitVerb(command) === "clone") return undefined;
		const checkout = checkoutOf(step, command);
		if (checkout !== undefined) return checkout;
	}
	return undefined;
}

type Checkout = { readonly ref: string; readonly span: Span } | "verified" | "unknown";

/** What a command behind the clone checks out; undefined if it does something else. */
function checkoutOf(step: Step, command: ShellCommand): Checkout | undefined {
	const [verbWord, ...behind] = gitWords(command);
	const verb = verbWord?.value;
	if (verb === "verify-tag" || verb === "verify-commit") return "verified";
	if (verb === undefined || !["checkout", "reset", "switch", "fetch"].includes(verb))
		return verbWord !== undefined && verb === undefined ? "unknown" : undefined;
	const args = readArguments(behind, verb === "fetch" ? FETCH_OPTIONS : CHECKOUT_OPTIONS);
	if (hasOption(args, "--orphan")) return undefined;
	// Behind `--` stand files.
	const files = behind.find((word) => word.value === "--")?.at ?? Number.POSITIVE_INFINITY;
	const words = args.operands.filter((word) => word.at < files);
	const word = verb === "fetch" ? words[1] : words[0];
	if (word === undefined) return undefined;
	const ref = wordAt(step, command, word);
	if (ref === undefined) return "unknown";
	// Files of the tree, and names relative to where the clone stands.
	if (verb === "fetch" ? !COMMIT.test(ref) : ref === "." || ref === "--" || /^(?:HEAD|FETCH_HEAD|ORIG_HEAD)/.test(ref)) return undefined;
	return { ref, span: word.span };
}

function refReport(ref: string, span: Span, address: string): Report | undefined {
	if (COMMIT.test(ref) || isFullCommit(ref)) return undefined;
	const tag = TAG.test(ref) && !BRANCH.test(ref);
	return {
		span,
		message: `${nameOf(address)} is taken at ${shortened(ref, 40)}, which can move`,
		...(tag ? { severity: "info" as const } : {}),
	};
}

function nameOf(address: string): string {
	const path = withoutQuery(address)
		.replace(/\/+$/, "")
		.replace(/\.git$/, "")
		.replaceAll("\0", "…");
	return shortened(path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf(":")) + 1), 35);
}

function packageReports(step: Step): readonly Report[] {
	const reports: Report[] = [];
	for (const call of packageCallsOf(step)) {
		if (call.manager === "cargo") reports.push(...cargoReport(step, call));
		else if (TAKES_REPOSITORIES.has(call.manager) && (call.kind === "install" || call.manager === "go")) {
			for (const word of [...call.operands, ...editables(call)]) {
				if (word.value !== undefined && !/[@:#]/.test(word.value)) continue;
				const text = wordAt(step, call.command, word)?.replace(/^--editable=/, "");
				const source = text === undefined ? undefined : packageSource(call, text);
				if (source === undefined) continue;
				const report =
					source.ref === undefined
						? { span: placeOf(word), message: `${nameOf(source.address)} is taken from its default branch, which moves` }
						: refReport(source.ref, placeOf(word), source.address);
				if (report !== undefined) reports.push(report);
			}
		}
	}
	return reports;
}

/** The values of `pip install -e`. */
function editables(call: PackageCall): readonly ShellWord[] {
	return call.options.flatMap(({ name, word, valueWord }) => (name === "-e" || name === "--editable" ? [valueWord ?? word] : []));
}

function placeOf(word: ShellWord): Span {
	const value = /^--editable=(.*)$/s.exec(word.text)?.[1];
	return value === undefined ? word.span : endOfWord(word, value);
}

/** Besides cargo. */
const TAKES_REPOSITORIES: ReadonlySet<string> = new Set(["go", "pip", "uv", "npm", "yarn", "pnpm", "bun"]);

function cargoReport(step: Step, call: PackageCall): readonly Report[] {
	const git = call.options.find(({ name }) => name === "--git");
	if (call.verb !== "install" || git === undefined || call.uncertain || call.options.some(({ name }) => name === "--rev")) return [];
	const address = (git.valueWord === undefined ? git.value : wordAt(step, call.command, git.valueWord)) ?? "a repository";
	const named = call.options.find(({ name }) => name === "--tag" || name === "--branch");
	if (named === undefined)
		return [{ span: (git.valueWord ?? git.word).span, message: `${nameOf(address)} is taken from its default branch, which moves` }];
	const ref = named.valueWord === undefined ? named.value : wordAt(step, call.command, named.valueWord);
	if (ref === undefined) return [];
	return [
		{
			span: (named.valueWord ?? named.word).span,
			message: `${nameOf(address)} is taken at ${shortened(ref, 40)}, which can move`,
			...(named.name === "--tag" ? { severity: "info" as const } : {}),
		},
	];
}
