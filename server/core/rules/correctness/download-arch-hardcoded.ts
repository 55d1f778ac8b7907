import { stageBaseFacts } from "../../dockerfile/base/baseFacts.ts";
import { isForChosenPlatform } from "../../dockerfile/commands/branches.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { type Place, placeIn, placeInVariable } from "../../dockerfile/downloads/architecturePlaces.ts";
import { choosesPlatform, isTied, namesArchitecture, SPELLINGS } from "../../dockerfile/downloads/architectures.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { packageFilesOf } from "../../dockerfile/downloads/packageFiles.ts";
import { insertInstructionBefore, replace } from "../../dockerfile/edits/edit.ts";
import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import type { Dockerfile, Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { declarationAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { rememberedFor } from "../../memo.ts";
import { defineRule, type Report } from "../rule.ts";

/** As TARGETARCH has them. */
const DOCKERS = new Set(["amd64", "arm64"]);
/** The digest of one file, which another architecture's does not have. */
const DIGEST = /(?<![0-9a-f])(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})(?![0-9a-f])/i;

export const downloadArchHardcoded = defineRule({
	id: "download-arch-hardcoded",
	title: "What is downloaded is for one architecture",
	category: "correctness",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { texts: [...SPELLINGS, "linux-x64", "linux_x64", "x64-linux", "x64_linux"] },
	why: "Nothing ties the stage to a platform: on a Mac or on an Arm server it is built for arm64, and the program that is downloaded is not. The build mostly goes well; the container ends with `exec format error`.",
	remedy:
		'Put `${TARGETARCH}` in the address, with `ARG TARGETARCH` above. In the name of a `.deb`, put `$(dpkg --print-architecture)`. Where the vendor has other names, choose with `case "$TARGETARCH" in amd64) a=x86_64 ;; arm64) a=aarch64 ;; esac`. If there is one architecture only, say so: `FROM --platform=linux/amd64`.',
	references: [
		"https://docs.docker.com/build/building/multi-platform/",
		"https://docs.docker.com/reference/dockerfile/#automatic-platform-args-in-the-global-scope",
	],
	examples: [
		{
			caption: "amd64",
			bad: "FROM buildpack-deps:bookworm\nRUN curl -fsSL https://example.com/v1/tool_linux_«amd64».tar.gz | tar -xz -C /opt\n",
			fixed:
				"FROM buildpack-deps:bookworm\nARG TARGETARCH\nRUN curl -fsSL https://example.com/v1/tool_linux_${TARGETARCH}.tar.gz | tar -xz -C /opt\n",
		},
		{
			caption: "The architecture that is built for",
			good: "FROM buildpack-deps:bookworm\nARG TARGETARCH\nRUN curl -fsSL https://example.com/v1/tool_linux_${TARGETARCH}.tar.gz | tar -xz -C /opt\n",
		},
		{
			caption: "Docker's own name",
			bad: 'FROM debian:12\nRUN curl -fsSLO "https://example.com/v1/tool_linux_«amd64».tar.gz"\nADD https://example.com/tool-«arm64» /t\n',
			fixed:
				'FROM debian:12\nARG TARGETARCH\nRUN curl -fsSLO "https://example.com/v1/tool_linux_${TARGETARCH}.tar.gz"\nADD https://example.com/tool-${TARGETARCH} /t\n',
		},
		{
			caption: "Other names",
			bad: "FROM debian:12\nRUN wget -q https://example.com/tool-1.2-«x86_64»-unknown-linux-gnu.tgz\nRUN wget -q https://example.com/x64/tool-linux-«x64»\nRUN wget -q https://example.com/mash-«Linux64»-v2.3.tar\nRUN wget -q https://example.com/tool-Linux-«AMD64».tgz\nRUN curl -fO https://example.com/«arm64»/tool-ARM64.tgz\nADD https://example.com/tool-Linux-«x64».tar /\n",
		},
		{
			caption: "An address that an ENV holds",
			bad: "FROM debian:12\nENV URL='https://example.com/d-linux-amd64.tgz' FILE=e-x64-linux.tgz\nRUN wget -q -O b.tgz «$URL»\nRUN wget -q -O b.tgz \"https://example.com/«x64»-linux/$FILE\"\nRUN wget -q -O b.tgz «https://example.com/${FILE}»\n",
		},
		{
			caption: "A name that the RUN itself holds in a variable",
			bad: "FROM debian:12\nRUN Z=protoc-21.12-linux-x86_64.zip && curl -fOL «https://github.com/p/p/releases/download/v21.12/$Z» && unzip $Z\nRUN A=1.2 && F=tool_${A}_linux-x64.zip && wget -q «https://example.com/$A/$F» && unzip $F\n",
		},
		{
			caption: "Which it holds for some platforms only, or which is the architecture alone",
			good: 'FROM debian:12\nRUN if [ "$CPU" = intel ]; then Z=p-x86_64.zip; fi; curl -fO https://example.com/$Z\nRUN [ "$CPU" = intel ] && Z=p-x86_64.zip; curl -fO https://example.com/$Z\nRUN case "$CPU" in a) Z=p-x86_64.zip ;; *) Z=p-i386.zip ;; esac; curl -fO https://example.com/$Z\nRUN A=x86_64; curl -fO https://example.com/p-$A.zip\n',
		},
		{
			caption: "A digest of the file for one architecture",
			bad: `FROM debian:12\nRUN curl -fo t https://example.com/tool-«amd64» && echo "${"1".repeat(64)}  t" | sha256sum -c -\nADD --checksum=sha256:${"2".repeat(64)} https://example.com/tool-«arm64» /t\n`,
		},
		{
			caption: "A variable that is a choice",
			good: "FROM debian:12\nARG URL=https://example.com/d-linux-amd64.tgz\nENV ARCH=amd64\nENV X=https://example.com/d-$ARCH.tgz A=https://example.com/a-amd64.tgz B=https://example.com/a-arm64.tgz\nRUN wget -q -O b.tgz $URL && wget -q https://example.com/d-$ARCH.tgz && wget -q $X && wget -q -O a.tgz $A\n",
		},
		{
			caption: "A package file",
			bad: "FROM fedora:41\nRUN rpm -i https://example.com/a-1.«x86_64».rpm && dnf install -y https://example.com/b-1.x86_64.rpm c.x86_64\n",
		},
		{
			caption: "A package of Debian",
			bad: 'FROM debian:12\nRUN wget -qO a.deb "https://example.com/a_1_«amd64».deb" && apt-get install -y ./a.deb\n',
			fixed:
				'FROM debian:12\nRUN wget -qO a.deb "https://example.com/a_1_$(dpkg --print-architecture).deb" && apt-get install -y ./a.deb\n',
		},
		{
			caption: "The same where no program tells the name",
			bad: "FROM fedora:41\nRUN wget -qO a.deb https://example.com/a_1_«arm64».deb\nFROM example.com/base\nRUN wget -qO a.deb https://example.com/a_1_«amd64».deb\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "A package that no command fetches, and one for a base that calls apt",
			bad: "FROM debian:12\nADD https://example.com/a_1_«amd64».deb /a.deb\nFROM example.com/base\nRUN wget -qO a.deb https://example.com/a_1_«arm64».deb && apt install -y ./a.deb\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM debian:12\nARG TARGETARCH\nADD https://example.com/a_1_${TARGETARCH}.deb /a.deb\nFROM example.com/base\nRUN wget -qO a.deb https://example.com/a_1_$(dpkg --print-architecture).deb && apt install -y ./a.deb\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "From the servers that Ubuntu has for amd64 alone",
			bad: "FROM ubuntu:24.04\nRUN wget http://archive.ubuntu.com/ubuntu/pool/main/a/a_1_«amd64».deb\n",
		},
		{
			caption: "Several, and a name that is used again",
			bad: "FROM debian:12\nRUN wget -q https://example.com/a_«amd64».tgz https://example.com/a_amd64.tgz.asc && tar xf a_amd64.tgz\n",
		},
		{
			caption: "An address in another one",
			bad: "FROM debian:12\nRUN curl http://$(curl l.x/«amd64»)\n",
			fixed: "FROM debian:12\nARG TARGETARCH\nRUN curl http://$(curl l.x/${TARGETARCH})\n",
		},
		{ caption: "Nothing to replace between single quotes", bad: "FROM debian:12\nRUN curl -O 'https://example.com/tool-«amd64»'\n" },
		{
			caption: "For one architecture, as the base of the image says",
			good: "FROM mcr.microsoft.com/azurelinux/base/core:3.0 AS installer\nRUN curl -fO https://a.b/x-linux-arm64.tar.gz\nFROM mcr.microsoft.com/dotnet/runtime-deps:8.0-azurelinux3.0-arm64v8\nCOPY --from=installer /x /x\n",
		},
		{
			caption: "Asked for, or one of several",
			good: 'FROM debian:12\nARG TARGETARCH\nRUN curl -O https://example.com/tool-${TARGETARCH}\nRUN if [ "$(uname -m)" = x86_64 ]; then curl -O https://example.com/tool-amd64; fi\nRUN curl -O https://example.com/a-amd64 && curl -O https://example.com/a-arm64\n',
		},
		{
			caption: "Tied to a platform",
			good: "FROM --platform=linux/amd64 debian:12 AS a\nRUN curl -O https://example.com/tool-amd64\nFROM a\nRUN curl -O https://example.com/tool-amd64\nFROM amd64/debian:12\nRUN curl -O https://example.com/tool-amd64\nFROM mcr.microsoft.com/dotnet/sdk:8.0-noble-arm64v8\nRUN curl -O https://example.com/tool-arm64\n",
		},
		{
			caption: "A stage for each architecture",
			good: "FROM debian:12 AS build-amd64\nRUN curl -fO https://example.com/tool-x86_64\nFROM debian:12 AS build-arm64\nRUN curl -fO https://example.com/tool-aarch64\nFROM build-${TARGETARCH}\nCMD tool\n",
		},
		{
			caption: "A stage with an architecture in its name, which no variable chooses",
			bad: "ARG V=12\nFROM debian:12 AS linux-x86_64-tools\nRUN curl -O https://a.b/tool-«amd64»\nFROM debian:$V\nCOPY --from=linux-x86_64-tools /tool-amd64 /\n",
		},
		{
			caption: "In a branch that an argument of the build chooses for a platform",
			good: 'FROM debian:12\nARG FOR_MAC_M1=false\nRUN if [ ${FOR_MAC_M1} = true ]; then wget -O /t "https://example.com/t-arm64-linux"; fi\nRUN case "$CPU" in *) curl -fO https://example.com/t-amd64 ;; esac\nRUN if $ON_INTEL; then rpm -i https://example.com/a-1.x86_64.rpm; fi\nRUN [ -d /t ] || if [[ ! ("$A" == arm && -d /a) ]]; then if [ -f x ]; then sh -c "curl -fO https://example.com/t-amd64"; fi; fi\nRUN if [ "$A" = 1 ]; then curl -fO https://example.com/t-amd64; else curl -fO https://example.com/t-s390x; fi\nRUN if [ "$(cpu)" = intel ]; then curl -fO https://example.com/t-amd64; fi\n',
		},
		{
			caption: "In a branch that something else chooses, or whether a variable is set",
			bad: 'FROM debian:12\nENV A=1\nRUN if [ "$B" = 2 ]; then curl -fO https://example.com/t-«amd64»; fi\nRUN case "$MODE" in a) curl -fO https://example.com/u-«x86_64» ;; *) true ;; esac\nRUN if [[ "$SEARCH" = 1 ]]; then curl -fO https://example.com/s-«x86_64»; fi\nRUN if [ "$A" = 1 ]; then :; elif [ -n "$V" ]; then curl -fO https://example.com/«x86_64»/$V; else curl -fO https://example.com/t-x86_64; fi\n',
			fixed:
				'FROM debian:12\nENV A=1\nARG TARGETARCH\nRUN if [ "$B" = 2 ]; then curl -fO https://example.com/t-${TARGETARCH}; fi\nRUN case "$MODE" in a) curl -fO https://example.com/u-x86_64 ;; *) true ;; esac\nRUN if [[ "$SEARCH" = 1 ]]; then curl -fO https://example.com/s-x86_64; fi\nRUN if [ "$A" = 1 ]; then :; elif [ -n "$V" ]; then curl -fO https://example.com/x86_64/$V; else curl -fO https://example.com/t-x86_64; fi\n',
		},
		{
			caption: "In a branch that a command's result chooses, which is no architecture",
			bad: 'FROM debian:12\nRUN if [ ! -x "$(command -v tool-linux-amd64)" ]; then curl -fLO https://example.com/tool-linux-«amd64»; fi\nRUN if [ "$(cat /etc/machine-id)" = "" ]; then curl -fO https://example.com/t-«amd64»; fi\nRUN if [ "$(cat /etc/os)" = linux ]; then curl -fO https://example.com/u-«amd64»; fi\n',
		},
		{
			caption: "In a branch for a machine of which a command or the kernel says the name",
			good: 'FROM debian:12\nRUN if [ -n "$(lscpu | grep x86_64)" ]; then curl -fO https://example.com/t-amd64; fi\nRUN if [ "$(lscpu | grep -c x86_64)" -gt 0 ]; then curl -fO https://example.com/t-amd64; fi\nRUN if gcc -dumpmachine | grep -E "^x86_64-"; then curl -fO https://example.com/t-amd64; fi\nRUN if grep -q aarch64 /proc/cpuinfo; then curl -fO https://example.com/t-arm64; fi\n',
		},
		{
			caption: "In one that asks whether something is there",
			bad: 'FROM debian:12\nRUN if [ -z "$(which t-amd64)" ]; then curl -fO https://example.com/t-«amd64»; fi\nRUN if ! ls /opt | grep -q amd64; then curl -fO https://example.com/t-«amd64»; fi\nRUN if ! tool list | grep -q u-amd64; then curl -fO https://example.com/u-«amd64»; fi\n',
		},
		{
			caption: "A vendor whose files have Docker's name for one architecture and another one for the next",
			bad: "FROM debian:12\nRUN curl -fsSL -o d.zip https://github.com/duckdb/duckdb/releases/download/v1.0.0/duckdb_cli-linux-«amd64».zip\n",
		},
		{
			caption: "For Windows",
			good: "FROM mcr.microsoft.com/nanoserver-insider:10.0.17744.1001\nRUN curl -Lo p.tar.gz https://example.com/p-linux-amd64.tar.gz\nFROM debian:12\nRUN curl -fO https://example.com/p-windows-amd64.zip && curl -fO https://example.com/p-amd64.exe && curl -fO https://example.com/P-MacOSX-X86_64.sh\nCOPY --from=0 /p /p\n",
		},
		{
			caption: "Part of another word, of the host, or of what is asked",
			good: "FROM debian:12\nRUN curl -O https://example.com/damd64x/a && curl -O https://amd64.example.com/a\n",
		},
	],
	check(file) {
		// A file one of whose bases names its architecture is for that alone, the stages that only prepare files included.
		if (file.stages.some((stage) => stage.use !== "unused" && namesArchitecture(stage))) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			let first: Step | undefined;
			let tied: boolean | undefined;
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" && step.keyword !== "ADD") continue;
				const downloads = downloadsOf(step).filter(({ command }) => !command.decoded && !isForChosenPlatform(step, command));
				const addresses =
					step.keyword === "ADD"
						? remoteSourcesOf(step).filter(({ kind }) => kind === "http")
						: [...downloads.map(({ url }) => url), ...packageFilesOf(step).filter(({ command }) => !isForChosenPlatform(step, command))];
				if (addresses.length === 0 || choosesPlatform(stepText(step))) continue;
				const found = [...addresses.flatMap(({ text, span }) => placeIn(text, span)), ...downloads.flatMap(placeInVariable)];
				// An address in a substitution is a part of the one around it, too.
				const places = found.filter(({ span }, index) => found.findIndex((other) => other.span.start === span.start) === index);
				const [place, ...others] = places;
				if (place === undefined) continue;
				tied ??= isTied(stage);
				if (tied) break;
				first ??= step;
				const firstStep = first;
				reports.push({
					span: place.span,
					message: `The download is for ${place.name}, and the stage for any platform`,
					...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					related: others.map(({ span, name }) => ({ span, message: `For ${name}, too` })),
					fixes: () => fixesFor(step, firstStep, places),
				});
			}
		}
		return reports;
	},
});

/** Whether `dpkg` is there: by the base image or, where nothing is known of that, because the step calls it or what needs it. */
function hasDpkg(step: Step): boolean {
	const { family } = stageBaseFacts(step.stage);
	return (
		family === "debian" || (family === undefined && commandsOf(step).some(({ program }) => /^(?:dpkg|apt|apt-get)$/.test(program ?? "")))
	);
}

/** Only where the name stands nowhere else: what is downloaded has to be found under its new name. */
function fixesFor(step: Step, first: Step, places: readonly Place[]): readonly Fix[] {
	const { file } = step.stage;
	const name = places[0]?.name ?? "";
	if (!DOCKERS.has(name) || places.some((place) => place.name !== name || !place.replaceable)) return [];
	if (DIGEST.test(stepText(step))) return [];
	const packages = step.keyword === "RUN" ? places.filter(({ isPackage }) => isPackage) : [];
	if (packages.length > 0 && !hasDpkg(step)) return [];
	if (timesNamed(file, name) !== places.length) return [];
	const declared = packages.length === places.length || declarationAt(step, "TARGETARCH") !== undefined;
	const edits = places.map((place) => replace(place.span, packages.includes(place) ? "$(dpkg --print-architecture)" : "${TARGETARCH}"));
	return [
		{
			title: "Download for the platform of the build",
			safety: "review",
			edits: [...(declared ? [] : [insertInstructionBefore(file, first, "ARG TARGETARCH")]), ...edits],
			note: "The vendor has to publish for the other platforms under the same kind of name, and a checksum elsewhere in the file holds for one architecture.",
		},
	];
}

/** How often a name stands in a file, whatever the case. */
const timesNamed = rememberedFor((file: Dockerfile, name) => file.text.toLowerCase().split(name).length - 1);
