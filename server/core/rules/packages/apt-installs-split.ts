import { canJoin, joinableScript } from "../../dockerfile/commands/joinRuns.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { commandPrefix, removeCommand, removeFromRun } from "../../dockerfile/edits/commandEdit.ts";
import { hasComment, insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { installedPackages } from "../../dockerfile/packages/installedPackages.ts";
import { callHasOption, type PackageCall, packageCallAt, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { gapBefore } from "../../dockerfile/packages/packageListEdit.ts";
import type { EditFix } from "../../finding.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { APT_WORDS } from "../needs.ts";
import { defineRule, type Report } from "../rule.ts";

/** Commands that change nothing about what can be installed. */
const NEUTRAL = new Set(["set", "rm", "echo", "true", "export", "mkdir", "chmod"]);

export const aptInstallsSplit = defineRule({
	id: "apt-installs-split",
	title: "Several apt-get installs could be one",
	category: "packages",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: APT_WORDS },
	why: "Each `apt-get install` reads the package lists, solves and unpacks by itself; in RUNs of their own each of them also fetches the lists again, and makes a layer. Two calls can choose versions of one library that one call would have settled, and nobody sees at one place what the image holds.",
	remedy: "Install everything with one call, one package a line in alphabetical order.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#apt-get",
		"https://docs.docker.com/build/building/best-practices/#sort-multi-line-arguments",
	],
	examples: [
		{
			caption: "In RUNs of their own, with nothing between",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get «install» -y git vim && rm -rf /var/lib/apt/lists/*\nUSER app\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl git vim && rm -rf /var/lib/apt/lists/*\nUSER app\n",
		},
		{ caption: "One call", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl git && rm -rf /var/lib/apt/lists/*\n" },
		{
			caption: "In RUNs that follow each other",
			bad: "FROM debian:12\r\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\r\n# and\r\nRUN apt-get update && \\\r\n    apt-get «install» -y git && rm -rf /var/lib/apt/lists/*\r\n",
		},
		{
			caption: "In one RUN",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl && apt-get «install» --no-install-recommends -y git\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends curl git\n",
		},
		{
			caption: "The second does more, has other options or a comment: no edit",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN apt-get update && apt-get «install» -y git && mkdir /x\nRUN apt-get update && apt-get «install» -qy vim\nUSER app\nRUN apt-get install -y d && \\\n  # for e\n  apt-get «install» -y e\n",
		},
		{
			caption: "On lines of their own",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    wget > /dev/null 2>&1\nRUN apt-get update > /dev/null && apt-get «install» -y \\\n    git \\\n    vim\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y \\\n    curl \\\n    wget \\\n    git \\\n    vim > /dev/null 2>&1\n",
		},
		{
			caption: "What belongs to the second call would be lost: no edit",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y a && DEBIAN_FRONTEND=noninteractive apt-get «install» -y b\nRUN apt-get «install» -y d && apt-get «install» -y e > /log\nFROM debian:12\nRUN apt-get update && apt-get install -y f && apt-get clean\nRUN apt-get update && apt-get «install» -y g && npm cache clean --force\nFROM debian:12\nRUN apt-get install -y h && apt-get update\nRUN apt-get update && apt-get «install» -y i\nCOPY --from=0 /a /a\nCOPY --from=1 /a /a\n",
		},
		{
			caption: "A source is written between",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl && echo "deb [trusted=yes] https://example.com ./" > /etc/apt/sources.list.d/x.list\nRUN apt-get update && apt-get install -y a\n',
		},
		{
			caption: "Something stands between, or is different",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nCOPY a.list /etc/apt/sources.list.d/\nRUN apt-get update && apt-get install -y git\nRUN curl https://example.com | sh && apt-get install -y a\nRUN --mount=type=cache,target=/var/cache/apt apt-get install -y b\nRUN apt-get install -y -t bookworm-backports c && apt-get install -y --no-install-recommends d\n",
		},
		{
			caption: "One is needed for the other",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y gnupg && gpg --import k && apt-get update && apt-get install -y a\nRUN apt-get install -y ./b.deb\nRUN if [ -n "$C" ]; then apt-get install -y c; fi && apt-get install -y apt-transport-https && apt-get install -y d || apt-get install -y e\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			let open: Install | undefined;
			let before: Step | undefined;
			for (const step of runSteps(stage)) {
				if (open !== undefined && before !== undefined && !follows(stage, before, step)) open = undefined;
				before = step;
				for (const command of commandsOf(step)) {
					const call = packageCallAt(step, command);
					const install = call !== undefined && isPlainInstall(call) ? { step, call } : undefined;
					if (install !== undefined) {
						const first = open;
						if (first !== undefined && install.call.verbWord !== undefined && couldBeOne(first, install))
							reports.push({
								span: install.call.verbWord.span,
								message: "This apt-get install could be one with the one before it",
								...(first.call.verbWord === undefined
									? {}
									: { related: [{ span: first.call.verbWord.span, message: "The one before it" }] }),
								fixes: () => mergingFixes(first, install),
							});
						open = install;
					} else if (!isNeutral(command, call)) open = undefined;
				}
			}
		}
		return reports;
	},
});

interface Install {
	readonly step: Step;
	readonly call: PackageCall;
}

function couldBeOne(open: Install, install: Install): boolean {
	return haveSameOptions(open.call, install.call) && isOrdinary(open) && isOrdinary(install);
}

/** Puts the packages of a call behind those of the one before it, where nothing but that is left to do. */
function mergingFixes(open: Install, install: Install): readonly EditFix[] {
	const last = open.call.operands.at(-1);
	const written = ({ call }: Install): string =>
		call.options
			.map(({ word }) => word.text)
			.sort()
			.join(" ");
	const between = { start: open.call.command.span.start, end: install.call.command.span.end };
	// A comment says what the packages behind it are for.
	if (hasComment(install.step.stage.file, between)) return [];
	if (last === undefined || open.call.command.decoded || written(open) !== written(install)) return [];
	const prefix = commandPrefix(install.step, install.call.command);
	if (prefix === undefined || prefix !== commandPrefix(open.step, open.call.command) || writesFile(install.call.command)) return [];
	const commands = commandsOf(install.step);
	const isNext = commands[commands.indexOf(open.call.command) + 1] === install.call.command && install.call.command.connector === "&&";
	const removal =
		open.step === install.step ? (isNext ? [removeCommand(open.step, install.call.command)] : []) : removedRun(open, install.step);
	const edits = (removal ?? []).flatMap((edit) => (edit === undefined ? [] : [edit]));
	if (edits.length === 0) return [];
	const gap = gapBefore(open.step, open.call.operands, last);
	const added = install.call.operands.map(({ text }) => gap + text).join("");
	return [{ title: "Install them with the call before it", safety: "review", edits: [insertAfter(last.span, added), ...edits] }];
}

/** The removal of a RUN that refreshes, installs once and cleans up, where the one before it does so, too. */
function removedRun({ step: before, call: open }: Install, step: Step): ReturnType<typeof removeFromRun> {
	if (joinableScript(before) === undefined || joinableScript(step) === undefined || !canJoin(before, step)) return undefined;
	const commands = commandsOf(step);
	const calls = packageCallsOf(step);
	const rests = commands.filter((command) => packageCallAt(step, command) === undefined);
	const isPlain = commands.every(
		(command) => command.wrapper === undefined && (command.connector === "start" || command.connector === "&&") && !writesFile(command),
	);
	const words = ({ program, args }: ShellCommand): string => [program, ...args.map(({ text }) => text)].join(" ");
	const done = new Set(commandsOf(before).map(words));
	const isRepeated = rests.every((command) => command.program === "rm" && done.has(words(command)));
	const earlier = packageCallsOf(before).filter(({ manager }) => manager === "apt");
	const verbs = new Set(earlier.map(({ verb }) => verb));
	const isOne =
		calls.filter(({ kind }) => kind === "install").length === 1 && calls.every(({ manager, verb }) => manager === "apt" && verbs.has(verb));
	// Lists that are fetched behind the first install hold what the second one needs.
	const isFresh = earlier.findLastIndex(({ kind }) => kind === "refresh") < earlier.indexOf(open);
	return isPlain && isRepeated && isOne && isFresh ? removeFromRun(step, commands) : undefined;
}

/** Whether nothing stands between two RUNs, and both have the same flags. */
function follows(stage: Stage, before: Step, step: Step): boolean {
	const between = stage.steps.slice(before.ordinal + 1, step.ordinal);
	const flags = (one: Step): string => one.flags.map(({ name, value }) => `${name}=${value}`).join(" ");
	return between.every(({ keyword }) => keyword === "LABEL") && flags(before) === flags(step);
}

/** An install of packages of the distribution, which runs in any case. */
function isPlainInstall(call: PackageCall): boolean {
	const { connector, within } = call.command;
	if (call.manager !== "apt" || call.verb !== "install" || call.operands.length === 0) return false;
	if (
		connector === "||" ||
		within.some((enclosure) => enclosure !== "wrapper") ||
		callHasOption(call, "-t", "-f", "--fix-broken", "--only-upgrade", "-s")
	)
		return false;
	// Lists in variables are kept apart, to be removed again.
	return call.operands.every((word) => word.value !== undefined);
}

/** Whether an install brings packages of the distribution alone, none that other sources need, and its step removes none. */
function isOrdinary({ step, call }: Install): boolean {
	const { removes, special } = traitsOf(step);
	return !removes && !special.has(call);
}

interface Traits {
	/** Whether the step removes packages. */
	readonly removes: boolean;
	/** The calls that install more than packages of the distribution, or what other sources need. */
	readonly special: ReadonlySet<PackageCall>;
}

const FOR_SOURCES = /^(?:apt-transport-https|ca-certificates|gnupg\d?|software-properties-common|lsb-release|dirmngr)$|-release$|-repo$/;

const traitsOf = remembered((step: Step): Traits => {
	const special = installedPackages(step).filter(({ kind, name }) => kind !== "package" || FOR_SOURCES.test(name));
	return {
		removes: packageCallsOf(step).some(({ kind }) => kind === "remove"),
		special: new Set(special.map(({ call }) => call)),
	};
});

function haveSameOptions(a: PackageCall, b: PackageCall): boolean {
	const options = ({ options: given }: PackageCall): string =>
		[
			...new Set(
				given
					.map(({ name, value }) => (value === undefined ? name : `${name}=${value}`))
					.filter((name) => !/^-(?:y|q|-yes|-assume-yes|-quiet)$/.test(name)),
			),
		]
			.sort()
			.join(" ");
	const assignments = ({ command }: PackageCall): string =>
		command.assignments
			.map(({ name, value }) => (name === "DEBIAN_FRONTEND" ? "" : `${name}=${value?.text}`))
			.join(" ")
			.trim();
	return a.program === b.program && options(a) === options(b) && assignments(a) === assignments(b);
}

function isNeutral(command: ShellCommand, call: PackageCall | undefined): boolean {
	const { program, within } = command;
	// The file may be a source of packages.
	if (within.some((enclosure) => enclosure !== "wrapper") || writesFile(command)) return false;
	if (call !== undefined) return call.manager === "apt" && (call.kind === "refresh" || call.kind === "clean");
	return program === undefined || NEUTRAL.has(program) || program === "sudo";
}

/** Whether something of what a command says goes to a file. */
function writesFile({ redirects, wrapper }: ShellCommand): boolean {
	const writes = redirects.some(({ operator, target }) => operator.includes(">") && !/^(?:\d+|-|\/dev\/\w+)$/.test(target?.text ?? "-"));
	return writes || (wrapper !== undefined && writesFile(wrapper));
}
