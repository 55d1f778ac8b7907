import { stageFamily } from "../../dockerfile/baseFacts.ts";
import { insertAfter } from "../../dockerfile/edit.ts";
import { installedPackages } from "../../dockerfile/installedPackages.ts";
import type { Step } from "../../dockerfile/model.ts";
import { commandsOf, runSteps } from "../../dockerfile/scripts.ts";
import { rootBase } from "../../dockerfile/stages.ts";
import { stepsBackwards } from "../../dockerfile/state.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { defineRule, type Report } from "../rule.ts";

/** Scripts called `configure` that autoconf did not write know other options. */
const OTHER_OPTIONS =
	/^--(?:no-|config=|with-http_|with-cc-opt|with-ld-opt|add-module|add-dynamic-module|enable-gpl|enable-nonfree|enable-version3|disable-x86asm|extra-cflags|cross-prefix|target-list|dest-cpu|shared-|fully-static|openssl-|libdir-suffix|cross-compile)/;
const OTHER_PROJECTS = /nginx|openresty|tengine|ffmpeg|libav|x264|x265|libvpx|qemu|openssl|nodejs|iojs|redis|luajit|zlib/i;
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
		{ caption: "On other systems: no edit", bad: "FROM alpine:3.20\nRUN «/src/configure» && make\n" },
		{
			caption: "It is told; scripts of another kind",
			good: 'FROM debian:12\nRUN ./configure --build="$(dpkg-architecture -q DEB_BUILD_GNU_TYPE)" && ./configure --host=arm-linux-gnueabi && ./configure --help && /src/nginx/configure --with-http_ssl_module && cd ffmpeg && ./configure --enable-gpl && ./configure "$@" && configure\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (!step.line.text.includes("configure") && step.heredocs.length === 0) continue;
				const commands = commandsOf(step);
				for (const [index, command] of commands.entries()) {
					if (!isAutoconf(command) || command.name === undefined || isOther(commands.slice(Math.max(0, index - 6), index))) continue;
					reports.push({
						span: command.name.span,
						message: "configure is not told which machine it builds for",
						fixes:
							command.decoded || !hasArchitectureTool(step)
								? []
								: [
										{
											title: "Say it with --build",
											safety: "review",
											edits: [insertAfter(command.name.span, BUILD)],
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

function isAutoconf({ program, name, args }: ShellCommand): boolean {
	if (program !== "configure" || name?.value?.includes("/") !== true || OTHER_PROJECTS.test(name.value)) return false;
	// What a variable adds may say it.
	if (args.some((word) => word.value === undefined && !word.text.startsWith("-"))) return false;
	return !args.some(({ text }) => /^--(?:build|host|target|help|version)\b/.test(text) || OTHER_OPTIONS.test(text));
}

/** Whether the commands in front of it enter the sources of a project whose script is of another kind. */
function isOther(before: readonly ShellCommand[]): boolean {
	return before.some(
		({ program, args }) =>
			(program === "cd" || program === "git" || program === "tar") && args.some(({ text }) => OTHER_PROJECTS.test(text)),
	);
}
