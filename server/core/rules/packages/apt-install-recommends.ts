import { stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { decidesOnRecommends, recommendsSwitchedOff } from "../../dockerfile/packages/aptRecommends.ts";
import { callOption } from "../../dockerfile/packages/callWords.ts";
import { neededRecommendations } from "../../dockerfile/packages/neededRecommendations.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { addPackage } from "../../dockerfile/packages/packageListEdit.ts";
import type { EditFix } from "../../finding.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { APT_WORDS } from "../needs.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const aptInstallRecommends = defineRule({
	id: "apt-install-recommends",
	title: "apt-get installs recommended packages, too",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL3015"],
		["trivy", "DS-0029"],
		["kics", "7384dfb2-fcd1-4fbf-91cd-6c44c318c33c"],
		["semgrep", "missing-no-install-recommends"],
		["sonar", "S6500"],
		["dockerfilelint", "apt-get_recommends"],
		["terrascan", "AC_DOCKER_0014"],
		["droast", "DF016"],
	),
	onlyWith: { words: APT_WORDS },
	why: "Debian and Ubuntu packages name others that most desktop users want as well. `apt-get install` brings all of those in: often several times the size of what was asked for, with programs that nobody will call but that an attacker finds, and whose vulnerabilities every scan reports.",
	remedy:
		"Add `--no-install-recommends`, and name the recommended packages that are really needed: `ca-certificates` is only a recommendation of `curl` and `wget`.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#apt-get",
		"https://manpages.debian.org/bookworm/apt/apt-get.8.en.html",
		"https://ubuntu.com/blog/we-reduced-our-docker-images-by-60-with-no-install-recommends",
	],
	examples: [
		{
			caption: "What is recommended comes along",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «install» -y jq && rm -rf /var/lib/apt/lists/*\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Only what is named",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends jq && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Everything that is recommended comes along",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «install» jq\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install --no-install-recommends jq\n",
		},
		{
			caption: "Certificates that https needs come along, too: once, and not where the base image has them",
			bad: "FROM ubuntu:24.04\nRUN apt-get update && apt-get «install» -y curl git\nRUN curl -fsSLo /a https://a.b/a\nRUN apt-get «install» -y wget\nFROM node:24-bookworm\nRUN apt-get update && apt-get «install» -y git\n",
			fixed:
				"FROM ubuntu:24.04\nRUN apt-get update && apt-get install -y --no-install-recommends ca-certificates curl git\nRUN curl -fsSLo /a https://a.b/a\nRUN apt-get install -y --no-install-recommends wget\nFROM node:24-bookworm\nRUN apt-get update && apt-get install -y --no-install-recommends git\n",
		},
		{
			caption: "They are there already, or were removed again",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends wget ca-certificates && apt-get «install» -y git\nFROM debian:12\nRUN apt-get «install» -y wget && wget https://a.b/a && apt-get purge -y --auto-remove wget\nRUN apt-get «install» -y curl\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends wget ca-certificates && apt-get install -y --no-install-recommends git\nFROM debian:12\nRUN apt-get install -y --no-install-recommends ca-certificates wget && wget https://a.b/a && apt-get purge -y --auto-remove wget\nRUN apt-get install -y --no-install-recommends ca-certificates curl\n",
		},
		{
			caption: "The C library's headers, without which a compiler makes no program, and the make that CMake writes for",
			bad: "FROM python:3.13-slim AS a\nRUN apt-get update && apt-get «install» -y gcc libpq-dev\nFROM debian:12\nRUN apt-get update && apt-get «install» -y cmake\nFROM debian:12\nRUN apt-get update && apt-get «install» -y \\\n    cmake \\\n    gcc-12\nFROM debian:12\nRUN apt-get update && apt-get «install» -y cmake g++ gcc ninja-build\nFROM python:3.13\nRUN apt-get update && apt-get «install» -y cmake gcc\n",
			fixed:
				"FROM python:3.13-slim AS a\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev\nFROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends cmake gcc libc6-dev make\nFROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    cmake \\\n    gcc-12 \\\n    libc6-dev \\\n    make\nFROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends cmake g++ gcc ninja-build\nFROM python:3.13\nRUN apt-get update && apt-get install -y --no-install-recommends cmake gcc\n",
		},
		{
			caption: "automake, which autoreconf calls, and pecl where the stage calls it",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «install» -y autoconf php8.2-dev\nFROM debian:12\nRUN apt-get update && apt-get «install» -y autoconf libtool\nRUN apt-get «install» -y php8.2-dev && pecl install event-3.1.4\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends autoconf php8.2-dev\nFROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends autoconf automake libtool\nRUN apt-get install -y --no-install-recommends php-pear php8.2-dev && pecl install event-3.1.4\n",
		},
		{
			caption: "The headers of Python beside a compiler, what older releases build packages with, and the compiler that make calls",
			bad: "FROM ubuntu:22.04\nRUN apt-get update && apt-get «install» -y python3-pip build-essential\nFROM ubuntu:18.04\nRUN apt-get update && apt-get «install» -y python3-pip\nFROM python:3.13-slim\nRUN apt-get update && apt-get «install» -y cmake python3-pip\nRUN make -C /a\nFROM debian:12\nRUN apt-get update && apt-get «install» -y gcc libc6-dev python3.11-dev python3-pip\n",
			fixed:
				"FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-dev python3-pip build-essential\nFROM ubuntu:18.04\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pip python3-setuptools python3-wheel\nFROM python:3.13-slim\nRUN apt-get update && apt-get install -y --no-install-recommends build-essential cmake python3-pip\nRUN make -C /a\nFROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev python3.11-dev python3-pip\n",
		},
		{
			caption: "A pip that nothing is compiled for",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «install» -y python3-pip\nRUN python3 -m pip install --break-system-packages a==1\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends python3-pip\nRUN python3 -m pip install --break-system-packages a==1\n",
		},
		{
			caption: "What R makes its packages with, where the file calls it, and what xvfb-run asks for",
			bad: "FROM ubuntu:22.04\nRUN apt-get update && apt-get «install» -y r-base build-essential\nRUN R -e \"install.packages('ape')\"\nFROM debian:12\nRUN apt-get update && apt-get «install» -y xvfb\nFROM debian:12 AS r\nRUN apt-get update && apt-get «install» -y r-base\nFROM r\nRUN a\nFROM r\nRUN R -f b.R\n",
			fixed:
				"FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y --no-install-recommends r-base-dev r-base build-essential\nRUN R -e \"install.packages('ape')\"\nFROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends xauth xvfb\nFROM debian:12 AS r\nRUN apt-get update && apt-get install -y --no-install-recommends r-base r-base-dev\nFROM r\nRUN a\nFROM r\nRUN R -f b.R\n",
		},
		{
			caption: "R for a script that runs later, and a desktop that has it",
			bad: "FROM debian:12\nRUN apt-get update && apt-get «install» -y r-base-core\nFROM debian:12\nRUN apt-get update && apt-get «install» -y xinit xvfb\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends r-base-core\nFROM debian:12\nRUN apt-get update && apt-get install -y --no-install-recommends xinit xvfb\n",
		},
		{
			caption: "Of use to a stage on top",
			bad: "FROM debian:12 AS b\nRUN apt-get update && apt-get «install» -y python3-pip\nFROM b\nRUN apt-get update && apt-get «install» -y gcc python3-pip\n",
			fixed:
				"FROM debian:12 AS b\nRUN apt-get update && apt-get install -y --no-install-recommends python3-dev python3-pip\nFROM b\nRUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev python3-pip\n",
		},
		{
			caption: "Of one source with what has a version",
			bad: "FROM ubuntu:22.04\nRUN apt-get update && apt-get «install» -y r-base=4.2.3-1.2204.0 r-base-core=4.2.3-1.2204.0\nRUN R -e \"install.packages('ape')\"\n",
			fixed:
				"FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y --no-install-recommends r-base-dev=4.2.3-1.2204.0 r-base=4.2.3-1.2204.0 r-base-core=4.2.3-1.2204.0\nRUN R -e \"install.packages('ape')\"\n",
		},
		{
			caption: "Behind -y, where people look for it",
			bad: "FROM debian:12\nRUN apt-get update && \\\n    apt-get «install» -y \\\n      # needed for downloads\n      wget \\\n      git\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && \\\n    apt-get install -y --no-install-recommends \\\n      # needed for downloads\n      wget \\\n      git \\\n      ca-certificates\n",
		},
		{
			caption: "Options in front, other programs, wrappers, heredocs",
			bad: "FROM debian:12\nRUN apt-get -qqy «install» a && /usr/bin/apt install -yq b && sudo -E apt-get install --yes c\nRUN <<EOF\naptitude «install» -y d\nxargs apt-get install -y < list\nEOF\n",
			fixed:
				"FROM debian:12\nRUN apt-get -qqy install --no-install-recommends a && /usr/bin/apt install -yq --no-install-recommends b && sudo -E apt-get install --yes --no-install-recommends c\nRUN <<EOF\naptitude install -y --without-recommends d\nxargs apt-get install -y --no-install-recommends < list\nEOF\n",
		},
		{
			caption: "Variables whose value the file shows",
			bad: "FROM debian:12\nARG PACKAGES=\"curl git\"\nRUN buildDeps='gcc make' && apt-get «install» -y $buildDeps ${PACKAGES}\n",
			fixed:
				"FROM debian:12\nARG PACKAGES=\"curl git\"\nRUN buildDeps='gcc make' && apt-get install -y --no-install-recommends $buildDeps ${PACKAGES} ca-certificates libc6-dev\n",
		},
		{
			caption: "Windows line breaks",
			bad: "FROM debian:12\r\nRUN apt-get update && apt-get «install» -y \\\r\n    curl\r\n",
			fixed:
				"FROM debian:12\r\nRUN apt-get update && apt-get install -y --no-install-recommends \\\r\n    ca-certificates \\\r\n    curl\r\n",
		},
		{
			caption: "Switched off, in any spelling",
			good: "FROM debian:12\nRUN apt-get install -y --no-install-recommends a; apt-get --no-install-recommends install b; apt-get -o APT::Install-Recommends=0 install c; apt-get install -o 'APT::Install-Recommends=no' d; aptitude -R install e; apt install --install-recommends=false f; apt-get -o=APT::Install-Recommends=0 install g\n",
		},
		{
			caption: "Switched off by a variable, or nobody knows",
			good: 'FROM debian:12\nARG APT_OPTIONS="-y --no-install-recommends"\nARG UNKNOWN\nRUN apt-get install $APT_OPTIONS a && apt-get install $UNKNOWN b && apt-get install $(cat options) c\n',
		},
		{
			caption: "Switched off in apt's configuration, by an ancestor or in the same RUN",
			good: 'FROM debian:12 AS base\nRUN echo \'APT::Install-Recommends "false";\' > /etc/apt/apt.conf.d/99local\nFROM base\nRUN apt-get install -y a\nFROM debian:12\nRUN printf \'APT::Install-Recommends "0";\\n\' | tee /etc/apt/apt.conf.d/x && apt-get install -y b\nFROM debian:12\nCOPY apt.conf /etc/apt/apt.conf.d/\nRUN apt-get install -y c\nFROM debian:12\nCOPY <<EOF /etc/apt/apt.conf.d/9\nAPT::Install-Recommends "no";\nEOF\nRUN apt-get install -y d\nFROM debian:12\nRUN printf \'APT { Install-Recommends "false"; }\\n\' | tee /etc/apt/apt.conf.d/x && apt-get update && apt-get install -y e\n',
		},
		{
			caption: "Configured behind the install, and a heredoc that says nothing of it",
			bad: 'FROM debian:12\nCOPY <<EOF /etc/apt/apt.conf.d/80retries\nAcquire::Retries "3";\nEOF\nRUN apt-get update && apt-get «install» -y jq && echo \'APT::Install-Recommends "false";\' > /etc/apt/apt.conf.d/x && apt-get install -y a\nRUN apt-get install -y b\n',
			fixed:
				'FROM debian:12\nCOPY <<EOF /etc/apt/apt.conf.d/80retries\nAcquire::Retries "3";\nEOF\nRUN apt-get update && apt-get install -y --no-install-recommends jq && echo \'APT::Install-Recommends "false";\' > /etc/apt/apt.conf.d/x && apt-get install -y a\nRUN apt-get install -y b\n',
		},
		{
			caption: "A file that is copied beside apt's configuration",
			bad: "FROM debian:12\nCOPY entrypoint.sh LICENSE EULA SHA256SUMS core.clj app.wasm .bash_profile /\nCOPY nginx.conf.prod nginx.vhost Procfile.dev .env.prod /etc/\nCOPY sources.list /etc/apt/\nRUN apt-get update && apt-get «install» -y jq\n",
			fixed:
				"FROM debian:12\nCOPY entrypoint.sh LICENSE EULA SHA256SUMS core.clj app.wasm .bash_profile /\nCOPY nginx.conf.prod nginx.vhost Procfile.dev .env.prod /etc/\nCOPY sources.list /etc/apt/\nRUN apt-get update && apt-get install -y --no-install-recommends jq\n",
		},
		{
			caption: "It may be in a folder or an archive",
			good: "FROM debian:12\nCOPY rootfs /\nRUN apt-get install -y a\nFROM debian:12\nCOPY apt.conf.d/ /etc/\nRUN apt-get install -y a\nFROM debian:12\nCOPY . /\nRUN apt-get install -y a\nFROM debian:12\nADD root.tar.gz /\nRUN apt-get install -y a\nFROM debian:12\nCOPY ./etc.prod /etc\nRUN apt-get install -y a\nFROM debian:12\nCOPY root-1.2 /\nRUN apt-get install -y a\nFROM debian:12\nCOPY ETC /\nRUN apt-get install -y a\nFROM debian:12\nCOPY Shop.Etc nginx.conf.d /etc\nRUN apt-get install -y a\nFROM debian:12\nCOPY rootfs.arm64 /\nRUN apt-get install -y a\nFROM debian:12\nCOPY apt.conf /etc/apt/\nRUN apt-get install -y a\n",
		},
		{
			caption: "Asked for, or nothing new comes",
			good: "FROM debian:12\nRUN apt-get install -y --install-recommends winehq-stable; apt-get -o APT::Install-Recommends=true install -y wine; apt-get -f install -y; apt-get install --only-upgrade -y a; apt-get install -s b; apt-get build-dep -y c; apt-get source d; apt-get update\n",
		},
		{
			caption: "No shell that is known",
			good: 'FROM debian:12\nSHELL ["powershell", "-command"]\nRUN apt-get install a\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const calls = packageCallsOf(step).filter(
					(call) => call.manager === "apt" && bringsRecommended(step, call) && recommendsSwitchedOff(step, call) === "no",
				);
				const [call, ...others] = calls;
				if (call === undefined) continue;
				const lowered = stage.use === "unused" ? "hint" : stage.use === "copied" || stageFamily(stage) === undefined ? "info" : undefined;
				reports.push({
					span: placeOf(call),
					message: `${call.program} ${call.verb} brings recommended packages along`,
					...(lowered === undefined ? {} : { severity: lowered }),
					related: others.map((other) => ({ span: placeOf(other), message: "Here, too" })),
					fixes: () => fixesOf(step, calls),
				});
			}
		}
		return reports;
	},
});

function bringsRecommended(step: Step, call: PackageCall): boolean {
	if (call.verb !== "install" || (call.operands.length === 0 && call.command.wrapper?.program !== "xargs")) return false;
	// Whoever writes it out has decided; the others install nothing.
	if (callHasOption(call, "--only-upgrade", "-s", "--simulate", "--dry-run", "--just-print", "--no-act", "--print-uris", "--help", "-h"))
		return false;
	return callOption(step, call, (name, value) => decidesOnRecommends(call, name, value)) === "no";
}

function placeOf(call: PackageCall): Span {
	return call.verbWord?.span ?? call.command.span;
}

/** The option for all calls of a step at once, and the names of what is needed of the recommended packages. */
function fixesOf(step: Step, calls: readonly PackageCall[]): readonly EditFix[] {
	const needs = calls.map((call) => neededRecommendations(step, call));
	const edits = calls.flatMap((call, index) => [editOf(call), ...(needs[index] ?? []).map((name) => addPackage(step, call, name))]);
	if (edits.some((edit) => edit === undefined)) return [];
	const named = [...new Set(needs.flat())];
	return [
		{
			title: `Add ${calls[0] === undefined ? "" : optionOf(calls[0])}${named.length === 0 ? "" : `, and name ${named.join(", ")}`}`,
			safety: "review",
			edits: edits.filter((edit) => edit !== undefined),
			note: "What was only recommended has to be named then. See what is no longer installed, and whether anything calls it.",
		},
	];
}

function optionOf(call: PackageCall): string {
	return call.program === "aptitude" ? "--without-recommends" : "--no-install-recommends";
}

function editOf(call: PackageCall): SpanEdit | undefined {
	const verb = call.verbWord;
	if (verb === undefined || call.command.decoded) return undefined;
	const next = call.command.args[call.command.args.indexOf(verb) + 1];
	const place = next !== undefined && /^(?:-[yq]+|--yes|--assume-yes)$/.test(next.value ?? "") ? next : verb;
	return insertAfter(place.span, ` ${optionOf(call)}`);
}
