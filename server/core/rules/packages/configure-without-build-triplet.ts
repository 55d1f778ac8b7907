import { baseName } from "../../baseName.ts";
import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { folderOf } from "../../dockerfile/commands/commandFolder.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordAt } from "../../dockerfile/commands/shellVariables.ts";
import { type SourceKind, sourceKind } from "../../dockerfile/downloads/sourceNames.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { installedPackages } from "../../dockerfile/packages/installedPackages.ts";
import { stepsBackwards } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

/** Scripts called `configure` that autoconf did not write know other options. */
const OTHER_OPTIONS =
	/^--(?:no-|config=|with-http_|with-cc-opt|with-ld-opt|add-module|add-dynamic-module|enable-gpl|enable-nonfree|enable-version3|disable-x86asm|extra-cflags|cross-prefix|target-list|dest-cpu|shared-|fully-static|openssl-|libdir-suffix|cross-compile)/;
/** Programs that bring sources, and those that enter them: their words tell which ones. */
const BRINGERS = new Set(["git", "svn", "hg", "tar", "unzip", "curl", "wget"]);
const MOVERS = new Set(["cd", "pushd"]);
/** Packages that are, or depend on, dpkg-dev. */
const PACKAGES = /^(?:dpkg-dev|build-essential|debhelper|devscripts)$/;
/** Images on buildpack-deps, which installs it. Source: the Dockerfiles of docker-library. Read 2026-11. */
const WITH_DPKG_DEV =
	/^docker\.io\/library\/(?:buildpack-deps:(?!.*(?:curl|scm))|(?:python|ruby|node|gcc|perl|rust|golang|erlang|pypy):(?!.*(?:slim|alpine|windows|nanoserver)))/;
const BUILD = ' --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"';

export const configureWithoutBuildTriplet = defineRule({
	id: "configure-without-build-triplet",
	title: "configure guesses the machine that it builds on",
	category: "packages",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { words: ["configure"] },
	why: "A `configure` script asks the kernel which machine it runs on. In a build for another platform the kernel is the host's: a 32-bit image on a 64-bit host is taken for a 64-bit one, and the wrong code, or none, comes out. The official images therefore say it.",
	remedy: 'Pass `--build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"`, which asks the distribution instead (package `dpkg-dev`).',
	references: [
		"https://www.gnu.org/software/autoconf/manual/autoconf-2.72/html_node/Specifying-Target-Triplets.html",
		"https://github.com/docker-library/official-images#multiple-architectures",
	],
	examples: [
		{
			caption: "The sources of a project",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y build-essential\nWORKDIR /src\nCOPY . .\nRUN «./configure» --prefix=/usr && make install\n",
			fixed:
				'FROM debian:12\nRUN apt-get update && apt-get install -y build-essential\nWORKDIR /src\nCOPY . .\nRUN ./configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)" --prefix=/usr && make install\n',
		},
		{
			caption: "It is told",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y build-essential\nWORKDIR /src\nCOPY . .\nRUN ./configure --build="$(dpkg-architecture -q DEB_BUILD_GNU_TYPE)" --prefix=/usr && make install\n',
		},
		{
			caption: "It guesses",
			bad: "FROM debian:12\r\nRUN apt-get install -y build-essential && cd /src && «./configure» --prefix=/usr \\\r\n    # all\r\n    --enable-x && make\r\n",
			fixed:
				'FROM debian:12\r\nRUN apt-get install -y build-essential && cd /src && ./configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)" --prefix=/usr \\\r\n    # all\r\n    --enable-x && make\r\n',
		},
		{
			caption: "Where dpkg-architecture is missing: no edit",
			bad: "FROM debian:12\nRUN apt-get install -y gcc make && «./configure» && make\n",
		},
		{
			caption: "The image brings dpkg-architecture",
			bad: "FROM python:3.12\nRUN «./configure»\n",
			fixed: 'FROM python:3.12\nRUN ./configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"\n',
		},
		{
			caption: "A shell reads it",
			bad: "FROM python:3.12\nRUN sh «./configure» --prefix=/usr\nRUN bash «configure»\n",
			fixed:
				'FROM python:3.12\nRUN sh ./configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)" --prefix=/usr\nRUN bash configure --build="$(dpkg-architecture --query DEB_BUILD_GNU_TYPE)"\n',
		},
		{
			caption: "A script that was copied, or lies elsewhere",
			good: "FROM python:3.12\nCOPY scripts/configure /opt/\nRUN bash /opt/configure\nWORKDIR /opt\nRUN bash configure\n",
		},
		{ caption: "On other systems: no edit", bad: "FROM alpine:3.20\nRUN «/src/configure» && make\n" },
		{
			caption: "It is told; scripts of another kind",
			good: 'FROM debian:12\nRUN ./configure --build="$(dpkg-architecture -q DEB_BUILD_GNU_TYPE)" && ./configure --host=arm-linux-gnueabi && ./configure --help && /src/nginx/configure --with-http_ssl_module && cd ffmpeg && ./configure --enable-gpl && ./configure "$@" && configure\n',
		},
		{
			caption: "Scripts of another kind, by what was fetched or the folder",
			good: 'FROM debian:12\nARG URL=https://www.ffmpeg.org/releases/ffmpeg-7.1.tar.gz\nRUN wget -qO- $URL | tar --strip-components 1 -xz -C /usr/src && cd /usr/src && ./configure --disable-doc && make\nRUN cd "node-v$V" && ./configure && cd /tmp/luarocks* && ./configure\nWORKDIR /src/zlib1.3\nRUN ./configure\n',
		},
		{
			caption: "A program, a home folder, an owner or a host is no source",
			bad: "FROM alpine:3.20\nCOPY --from=node:22 /usr/local/bin/node /usr/local/bin/\nCOPY nginx.conf /etc/nginx/\nWORKDIR /home/node/src\nRUN «./configure»\nRUN git clone https://github.com/ocaml/opam && cd opam && «./configure»\nRUN git clone https://github.com/rust-lang/foo.git && cd foo && «./configure»\n",
		},
		{
			caption: "What was brought last decides",
			bad: "FROM alpine:3.20\nRUN tar xf openssl-3.0.tar.gz && cd openssl-3.0 && ./config && make && cd .. && tar xf curl-8.5.0.tar.gz && cd curl-8.5.0 && «./configure»\n",
		},
		{
			caption: "An archive of a repository, and one from the context",
			good: "FROM alpine:3.20\nRUN curl -L https://github.com/FFmpeg/FFmpeg/archive/refs/tags/n7.1.tar.gz | tar xz && cd $DIR && ./configure\nFROM alpine:3.20\nADD nginx-1.27.tar.gz /src/\nRUN cd /src/* && ./configure\n",
		},
		{
			caption: "What was built above does not count",
			bad: "FROM alpine:3.20\nRUN cd /zlib-1.3 && ./configure && make && cd /pcre-8.45 && «./configure» && make\nWORKDIR /curl\nRUN «./configure»\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (!step.line.text.includes("configure") && step.heredocs.length === 0) continue;
				for (const command of commandsOf(step)) {
					const called = calledScript(command);
					if (called === undefined || !isAutoconf(called.args) || isCopied(step, command) || isOther(step, command, called.script))
						continue;
					reports.push({
						span: called.script.span,
						message: "configure is not told which machine it builds for",
						fixes:
							command.decoded || !hasArchitectureTool(step)
								? []
								: [
										{
											title: "Say it with --build",
											safety: "review",
											edits: [insertAfter(called.script.span, BUILD)],
										},
									],
					});
				}
			}
		}
		return reports;
	},
});

/** Whether `dpkg-architecture` is there: the base image brings it, or the package that holds it is installed above, or in the same RUN. */
function hasArchitectureTool(step: Step): boolean {
	const { stage } = step;
	if (stageFamily(stage) !== "debian") return false;
	const base = rootBase(stage);
	if (base.kind === "image" && WITH_DPKG_DEV.test(`${base.reference.registry}/${base.reference.repository}:${base.reference.tag ?? ""}`))
		return true;
	return [step, ...stepsBackwards(stage, step)].some((earlier) =>
		installedPackages(earlier).some(({ call, name }) => call.manager === "apt" && PACKAGES.test(name)),
	);
}

interface CalledScript {
	/** The word that names it. */
	readonly script: ShellWord;
	readonly args: readonly ShellWord[];
}

/** The `configure` that a command runs by its path, or has a shell run out of the folder of the sources or the one above. */
function calledScript({ program, name, args }: ShellCommand): CalledScript | undefined {
	if (program === "configure") return name?.value?.includes("/") === true ? { script: name, args } : undefined;
	const [script] = args;
	const isRead = POSIX_SHELLS.has(program ?? "") && /^(?:\.{1,2}\/)?configure$/.test(script?.value ?? "");
	return script !== undefined && isRead ? { script, args: args.slice(1) } : undefined;
}

/** The COPYs that bring a script under that name. */
const copiedScripts = anyStep((step) => copyWordsOf(step)?.sources.some(({ text }) => baseName(text) === "configure") === true);

/** Whether what a shell reads was copied under that name: it may be anybody's. */
function isCopied(step: Step, { program }: ShellCommand): boolean {
	return program !== "configure" && copiedScripts.upTo(step);
}

function isAutoconf(args: readonly ShellWord[]): boolean {
	// What a variable adds may say it.
	if (args.some((word) => word.value === undefined && !word.text.startsWith("-"))) return false;
	return !args.some(({ text }) => /^--(?:build|host|target|help|version)\b/.test(text) || OTHER_OPTIONS.test(text));
}

/** Whether the script is one of another kind: by its folder, or by the sources that were brought last. */
function isOther(step: Step, command: ShellCommand, script: ShellWord): boolean {
	const folders = [script.text.replace(/configure$/, ""), folderOf(step, command) ?? ""];
	if (folders.some((folder) => sourceKind(folder) === "other")) return true;
	const commands = commandsOf(step);
	let since = sinceConfigure(commands.slice(0, commands.indexOf(command)));
	let kind = lastKind(step, since.commands);
	for (const earlier of stepsBackwards(step.stage, step)) {
		if (kind !== undefined || since.called) break;
		since = sinceConfigure(commandsOf(earlier));
		kind = broughtBy(earlier) ?? lastKind(earlier, since.commands);
	}
	return kind === "other";
}

/** Those of some commands that stand behind the last call of a `configure`. */
function sinceConfigure(commands: readonly ShellCommand[]): { readonly called: boolean; readonly commands: readonly ShellCommand[] } {
	const last = commands.findLastIndex((command) => command.program === "configure" || calledScript(command) !== undefined);
	return { called: last !== -1, commands: commands.slice(last + 1) };
}

/** What the last of some commands says that brings sources, or enters them. */
function lastKind(step: Step, commands: readonly ShellCommand[]): SourceKind | undefined {
	for (const command of commands.toReversed()) {
		const program = command.program ?? "";
		if (!BRINGERS.has(program) && !MOVERS.has(program)) continue;
		const kind = kindOf(command.args.map((word) => wordAt(step, command, word) ?? word.text));
		if (kind !== undefined) return kind;
	}
	return undefined;
}

/** What a COPY or ADD of the context or of an address brings, or a WORKDIR enters. */
function broughtBy(step: Step): SourceKind | undefined {
	if (step.keyword === "WORKDIR") return kindOf([expandedText(step, step.arguments.text.trim())]);
	if ((step.keyword !== "COPY" && step.keyword !== "ADD") || step.flags.some(({ name }) => name === "from")) return undefined;
	const words = step.exec?.values ?? step.arguments.text.trim().split(/\s+/);
	return kindOf(words.slice(0, -1).map((word) => expandedText(step, word)));
}

function expandedText(step: Step, text: string): string {
	const expansion = expandAt(step, text);
	return expansion.kind === "known" && expansion.unset.length === 0 ? expansion.value : text;
}

function kindOf(texts: readonly string[]): SourceKind | undefined {
	const kinds = texts.filter((text) => !text.startsWith("-")).map(sourceKind);
	return kinds.includes("other") ? "other" : kinds.find((kind) => kind !== undefined);
}
