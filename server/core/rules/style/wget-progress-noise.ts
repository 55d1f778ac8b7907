import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { hidesOptions } from "../../dockerfile/downloads/hiddenOptions.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { type WgetVariant, wgetVariant } from "../../dockerfile/packages/wgetVariant.ts";
import type { EditFix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption, type ShellArguments } from "../../shell/options.ts";
import type { Span, SpanEdit } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** With these nothing is drawn, or somewhere else; the author has thought of it. */
const QUIET = [
	"-q",
	"--quiet",
	"-nv",
	"--no-verbose",
	"-o",
	"--output-file",
	"-a",
	"--append-output",
	"-b",
	"--background",
	"--progress",
	"--show-progress",
	"--no-show-progress",
	"--config",
	"-e",
	"--execute",
];

/** Files of a few kilobytes: keys, signatures, digests, scripts, texts. */
const SMALL =
	/\.(?:asc|sig|sign|gpg|key|pub|pem|crt|cer|sha\d+(?:sum)?|md5(?:sum)?|sh|bash|py|list|repo|txt|conf|cfg|json|ya?ml|xml|ini|patch|diff|md)$/i;

/** Shell archives, which hold the whole program: those of Conda, and what CMake packs: `cmake-3.30.0-linux-x86_64.sh`. */
const SHELL_ARCHIVE = /(?:^|\/)(?:(?:mini|ana)conda|miniforge|mambaforge|(?!install|setup|get)[^/]*-linux-[^/]*)[^/]*\.sh$/i;

export const wgetProgressNoise = defineRule({
	id: "wget-progress-noise",
	title: "wget fills the build log with its progress",
	category: "style",
	severity: "hint",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["hadolint", "DL3047"], ["droast", "DF056"]),
	onlyWith: { words: ["wget"] },
	why: "Where no terminal shows it, wget draws a dot for each kilobyte and starts a line every 50 of them: 20 000 lines for a gigabyte. What matters in the log drowns, and services that cut logs off cut the error at their end.",
	remedy:
		"Add `--progress=dot:giga`: a line for every 32 megabytes. BusyBox, whose wget Alpine has, knows no such option: there it is `-q`.",
	references: [
		"https://www.gnu.org/software/wget/manual/html_node/Download-Options.html",
		"https://docs.docker.com/build/building/best-practices/#add-or-copy",
	],
	examples: [
		{ caption: "Quiet", good: "FROM debian:12\nRUN apt-get update && apt-get install -y wget && wget -nv https://example.com/a.tgz\n" },
		{
			caption: "GNU Wget",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y wget && «wget» https://example.com/a.tgz -O /a.tgz\nRUN «wget» -O - \\\n  https://example.com/a.tgz | tar xz\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y wget && wget --progress=dot:giga https://example.com/a.tgz -O /a.tgz\nRUN wget --progress=dot:giga -O - \\\n  https://example.com/a.tgz | tar xz\n",
		},
		{
			caption: "BusyBox, and where nobody knows which one",
			bad: "FROM busybox:1.36\nRUN «wget» https://example.com/a.tgz\nFROM cgr.dev/chainguard/wolfi-base\nRUN «wget» https://example.com/a.tgz\nFROM alpine:3.20\nRUN «wget» https://example.com/a.tgz\nFROM example.com/base\nRUN sudo «wget» -c https://example.com/b.tgz\n",
			fixed:
				"FROM busybox:1.36\nRUN wget -q https://example.com/a.tgz\nFROM cgr.dev/chainguard/wolfi-base\nRUN wget -q https://example.com/a.tgz\nFROM alpine:3.20\nRUN wget -q https://example.com/a.tgz\nFROM example.com/base\nRUN sudo wget -q -c https://example.com/b.tgz\n",
		},
		{
			caption: "BusyBox on a system that has GNU Wget as well, and in its place",
			bad: "FROM debian:12\nRUN apt-get install -y busybox && busybox «wget» -O /a https://example.com/a.tgz\nRUN «wget» https://example.com/a.tgz\nRUN ln -s /bin/busybox /usr/local/bin/wget && «wget» https://example.com/b.tgz\nFROM debian:12\nCOPY --from=busybox:1.36 /bin/wget /bin/wget\nRUN «wget» https://example.com/a.tgz\n",
			fixed:
				"FROM debian:12\nRUN apt-get install -y busybox && busybox wget -q -O /a https://example.com/a.tgz\nRUN wget --progress=dot:giga https://example.com/a.tgz\nRUN ln -s /bin/busybox /usr/local/bin/wget && wget -q https://example.com/b.tgz\nFROM debian:12\nCOPY --from=busybox:1.36 /bin/wget /bin/wget\nRUN wget -q https://example.com/a.tgz\n",
		},
		{
			caption: "BusyBox by its name alone",
			bad: "FROM debian:12\nCOPY busybox.config /src/.config\nRUN «wget» https://busybox.net/downloads/busybox-1.36.tar.bz2\nRUN tar xf busybox-1.36.tar.bz2 && cd busybox-1.36 && make && cp busybox /usr/bin/busybox\nRUN «wget» https://example.com/a.tgz\n",
			fixed:
				"FROM debian:12\nCOPY busybox.config /src/.config\nRUN wget --progress=dot:giga https://busybox.net/downloads/busybox-1.36.tar.bz2\nRUN tar xf busybox-1.36.tar.bz2 && cd busybox-1.36 && make && cp busybox /usr/bin/busybox\nRUN wget --progress=dot:giga https://example.com/a.tgz\n",
		},
		{
			caption: "All programs of BusyBox",
			bad: "FROM debian:12\nCOPY --from=busybox:1.36 /bin /bin\nRUN «wget» https://example.com/a.tgz\nFROM debian:12\nRUN for a in wget tar; do ln -s /bin/busybox /usr/local/bin/$a; done\nRUN «wget» https://example.com/a.tgz\nFROM debian:12\nRUN busybox --install /usr/local/bin\nRUN «wget» https://example.com/a.tgz\n",
			fixed:
				"FROM debian:12\nCOPY --from=busybox:1.36 /bin /bin\nRUN wget -q https://example.com/a.tgz\nFROM debian:12\nRUN for a in wget tar; do ln -s /bin/busybox /usr/local/bin/$a; done\nRUN wget -q https://example.com/a.tgz\nFROM debian:12\nRUN busybox --install /usr/local/bin\nRUN wget -q https://example.com/a.tgz\n",
		},
		{
			caption: "GNU Wget by a package, and perhaps",
			bad: "FROM example.com/base\nRUN tdnf install -y wget && «wget» https://example.com/a.tgz\nRUN «wget» https://example.com/b.tgz\nFROM example.com/base\nRUN if [ -x /usr/bin/apt-get ]; then apt-get install -y wget; else apk add wget; fi\nRUN «wget» https://example.com/a.tgz\n",
			fixed:
				"FROM example.com/base\nRUN tdnf install -y wget && wget --progress=dot:giga https://example.com/a.tgz\nRUN wget --progress=dot:giga https://example.com/b.tgz\nFROM example.com/base\nRUN if [ -x /usr/bin/apt-get ]; then apt-get install -y wget; else apk add wget; fi\nRUN wget -q https://example.com/a.tgz\n",
		},
		{
			caption: "wget2 draws nothing without a terminal",
			good: "FROM fedora:41\nRUN dnf install -y wget && wget https://example.com/a.tgz\nFROM fedora\nRUN wget https://example.com/a.tgz\nFROM example.com/base\nRUN dnf install -y wget2-wget && wget https://example.com/a.tgz\n",
		},
		{
			caption: "Fedora while it had GNU Wget, and where it is asked for",
			bad: "FROM fedora:39\nRUN «wget» https://example.com/a.tgz\nFROM fedora:41\nRUN dnf install -y wget1-wget && «wget» https://example.com/a.tgz\n",
			fixed:
				"FROM fedora:39\nRUN wget --progress=dot:giga https://example.com/a.tgz\nFROM fedora:41\nRUN dnf install -y wget1-wget && wget --progress=dot:giga https://example.com/a.tgz\n",
		},
		{
			caption: "The address in a variable",
			bad: "FROM debian:12\nARG U=https://example.com/a.tgz\nRUN «wget» -O $F $U\n",
			fixed: "FROM debian:12\nARG U=https://example.com/a.tgz\nRUN wget --progress=dot:giga -O $F $U\n",
		},
		{
			caption: "The address from the branches of a case",
			bad: 'FROM debian:12\nRUN case "$(uname -m)" in x86_64) U=https://example.com/a.tgz;; *) U=https://example.com/b.tgz;; esac && «wget» -O /x.tgz ${U}\n',
			fixed:
				'FROM debian:12\nRUN case "$(uname -m)" in x86_64) U=https://example.com/a.tgz;; *) U=https://example.com/b.tgz;; esac && wget --progress=dot:giga -O /x.tgz ${U}\n',
		},
		{
			caption: "An address that a branch replaces, and branches that leave no other way",
			bad: 'FROM debian:12\nARG MIRROR\nRUN U=https://example.com/a.tgz; if [ -n "$MIRROR" ]; then U=https://example.org/a.tgz; fi; «wget» $U\nARG A\nRUN true && case "$A" in a) U=https://example.com/a.tgz;; *) echo "$A?" && exit 1;; esac && «wget» $U\n',
			fixed:
				'FROM debian:12\nARG MIRROR\nRUN U=https://example.com/a.tgz; if [ -n "$MIRROR" ]; then U=https://example.org/a.tgz; fi; wget --progress=dot:giga $U\nARG A\nRUN true && case "$A" in a) U=https://example.com/a.tgz;; *) echo "$A?" && exit 1;; esac && wget --progress=dot:giga $U\n',
		},
		{
			caption: "Branches that may leave the value from outside, and other ways to assign one",
			good: 'FROM debian:12\nENV OPTS=-q\nARG U\nRUN case "$X" in debug) OPTS=https://a.b/x.tgz;; esac; wget $OPTS https://example.com/a.tgz\nRUN if [ -n "$MIRROR" ]; then U=https://mirror/a.tgz; fi; wget $U\nRUN [ -z "$MIRROR" ] || case "$X" in *) U=https://mirror/a.tgz;; esac; wget $U\nRUN . /env; if [ -n "$M" ]; then V=https://mirror/a.tgz; fi; wget $V\nRUN for W in "-q https://a.b/a.tgz" -v; do wget $W; if false; then W=https://a.b/b.tgz; fi; done\n',
		},
		{
			caption: "Another shell, with variables of its own",
			good: "FROM debian:12\nRUN case \"$X\" in a) U=https://a.b/a.tgz;; *) U=https://a.b/b.tgz;; esac; sudo sh -c 'wget $U'; su app -c 'wget $U'\n",
		},
		{
			caption: "GNU Wget on Alpine, and until it is removed",
			bad: "FROM alpine:3.20\nRUN apk add wget\nRUN «wget» https://example.com/a.tgz\nRUN apk del wget && «wget» https://example.com/b.tgz\n",
			fixed:
				"FROM alpine:3.20\nRUN apk add wget\nRUN wget --progress=dot:giga https://example.com/a.tgz\nRUN apk del wget && wget -q https://example.com/b.tgz\n",
		},
		{
			caption: "GNU Wget on Alpine whose installation may fail unnoticed, or which may be gone",
			bad: "FROM alpine:3.20\nRUN apk add wget || true\nRUN «wget» https://example.com/a.tgz\nFROM alpine:3.20\nRUN apk add wget\nRUN rm -f /usr/bin/wget\nRUN «wget» https://example.com/a.tgz\nFROM alpine:3.20\nRUN apk add --virtual .build-deps wget\nRUN sh /cleanup.sh\nRUN «wget» https://example.com/a.tgz\nFROM alpine:3.20\nRUN apk add wget; «wget» https://example.com/a.tgz\n",
			fixed:
				"FROM alpine:3.20\nRUN apk add wget || true\nRUN wget -q https://example.com/a.tgz\nFROM alpine:3.20\nRUN apk add wget\nRUN rm -f /usr/bin/wget\nRUN wget -q https://example.com/a.tgz\nFROM alpine:3.20\nRUN apk add --virtual .build-deps wget\nRUN sh /cleanup.sh\nRUN wget -q https://example.com/a.tgz\nFROM alpine:3.20\nRUN apk add wget; wget -q https://example.com/a.tgz\n",
		},
		{
			caption: "GNU Wget on Alpine that goes behind the call",
			bad: "FROM alpine:3.20\nRUN apk add --virtual .download wget\nRUN «wget» https://example.com/a.tgz && apk del .download\nFROM alpine:3.20\nRUN apk add wget && «wget» https://example.com/a.tgz && apk del wget\n",
			fixed:
				"FROM alpine:3.20\nRUN apk add --virtual .download wget\nRUN wget --progress=dot:giga https://example.com/a.tgz && apk del .download\nFROM alpine:3.20\nRUN apk add wget && wget --progress=dot:giga https://example.com/a.tgz && apk del wget\n",
		},
		{
			caption: "BusyBox beside what only looks like the package",
			bad: "FROM alpine:3.20\nRUN <<EOF\napk add --no-cache tar\n«wget» https://example.com/a.tgz\nEOF\nRUN addgroup app && «wget» https://example.com/b.tgz\nRUN apk add --root /r wget && «wget» https://example.com/c.tgz && apk add $LATER\n",
			fixed:
				"FROM alpine:3.20\nRUN <<EOF\napk add --no-cache tar\nwget -q https://example.com/a.tgz\nEOF\nRUN addgroup app && wget -q https://example.com/b.tgz\nRUN apk add --root /r wget && wget -q https://example.com/c.tgz && apk add $LATER\n",
		},
		{
			caption: "Quiet, in whatever way",
			good: "FROM debian:12\nRUN wget -qO- https://example.com/a; wget -nv https://example.com/a; wget -O /a -q https://example.com/a; wget --no-verbose https://example.com/a; wget -o log https://example.com/a; wget --progress=bar:force https://example.com/a; wget https://example.com/a 2>/dev/null; wget https://example.com/a &> log; wget -cnv https://example.com/a; wget https://example.com/a 2>&1 | tail -1\n",
		},
		{
			caption: "By a variable or a configuration",
			good: "FROM debian:12\nRUN wget $OPTIONS https://example.com/a; wget $URL\nFROM debian:12\nCOPY wgetrc /root/.wgetrc\nRUN wget https://example.com/a\nFROM alpine:3.20\nRUN wget --spider http://example.com/ && wget --version\n",
		},
		{
			caption: "A variable at the start of an address",
			bad: "FROM debian:12\nRUN «wget» ${MIRROR}/a.tgz\n",
			fixed: "FROM debian:12\nRUN wget --progress=dot:giga ${MIRROR}/a.tgz\n",
		},
		{
			caption: "A configuration of another stage, or of later steps",
			bad: "FROM debian:12 AS a\nENV WGETRC=/etc/quiet\nRUN wget https://example.com/a\nFROM a AS b\nRUN wget https://example.com/a\nFROM debian:12\nCOPY --from=b /a /a\nRUN «wget» https://example.com/a\nCOPY wgetrc /root/.wgetrc\nRUN wget https://example.com/b\n",
			fixed:
				"FROM debian:12 AS a\nENV WGETRC=/etc/quiet\nRUN wget https://example.com/a\nFROM a AS b\nRUN wget https://example.com/a\nFROM debian:12\nCOPY --from=b /a /a\nRUN wget --progress=dot:giga https://example.com/a\nCOPY wgetrc /root/.wgetrc\nRUN wget https://example.com/b\n",
		},
		{
			caption: "Shell archives of a hundred megabytes",
			bad: "FROM debian:12\nRUN «wget» https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh\nRUN «wget» https://example.com/v3/Miniforge3-$(uname)-$(uname -m).sh -O /f.sh\nRUN «wget» https://example.com/cmake-3.30.0-linux-x86_64.sh\n",
			fixed:
				"FROM debian:12\nRUN wget --progress=dot:giga https://repo.anaconda.com/miniconda/Miniconda3-latest-Linux-x86_64.sh\nRUN wget --progress=dot:giga https://example.com/v3/Miniforge3-$(uname)-$(uname -m).sh -O /f.sh\nRUN wget --progress=dot:giga https://example.com/cmake-3.30.0-linux-x86_64.sh\n",
		},
		{
			caption: "Files of a line or two",
			good: "FROM debian:12\nARG V=1\nRUN wget https://example.com/linux/install-linux-amd64.sh && wget https://example.com/nodesource-linux.sh\nRUN wget https://example.com/a-$V.tgz.asc && wget -O - https://example.com/key.gpg | gpg --import\n",
		},
	],
	check(file) {
		if (!file.text.includes("wget")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				if (configuredAt.upTo(step)) continue;
				const seen = new Set<ShellCommand>();
				const loud: LoudCall[] = [];
				for (const { program, command, arguments: args, address, resolved } of downloadsOf(step)) {
					if (program !== "wget" || command.name === undefined || seen.has(command)) continue;
					seen.add(command);
					if (hidesOptions(step, command, args) || isQuiet(command, args) || isSmall(resolved ?? address)) continue;
					const variant = wgetVariant(step, command);
					// Without a terminal wget2 draws nothing.
					if (variant === "wget2") continue;
					const option = variant === "gnu" ? "--progress=dot:giga" : "-q";
					const { span } = command.name;
					loud.push({ span, edit: command.decoded ? undefined : insertAfter(span, ` ${option}`), option, variant });
				}
				const [first] = loud;
				if (first === undefined) continue;
				reports.push({
					span: first.span,
					message: `wget writes its progress to the build log${loud.length > 1 ? `, ${loud.length} times in this step` : ""}`,
					fixes: () => fixesOf(loud),
				});
			}
		}
		return reports;
	},
});

function isSmall(address: string): boolean {
	return SMALL.test(address) && !SHELL_ARCHIVE.test(address);
}

interface LoudCall {
	readonly span: Span;
	readonly edit: SpanEdit | undefined;
	readonly option: string;
	readonly variant: WgetVariant;
}

/** BusyBox says with `-q` why a download fails, GNU Wget does not: where it may be the one or the other, somebody has to choose. */
function fixesOf(loud: readonly LoudCall[]): readonly EditFix[] {
	const edits = loud.flatMap(({ edit }) => edit ?? []);
	if (edits.length < loud.length) return [];
	const title = `Add ${[...new Set(loud.map(({ option }) => option))].join(" and ")}`;
	if (loud.every(({ variant }) => variant !== "unknown")) return [{ title, safety: "safe", edits }];
	return [
		{ title, safety: "review", edits, note: "With -q GNU Wget no longer says why a download fails; --progress=dot:giga is for that one." },
	];
}

/** A configuration file can make wget quiet, from its step on and in the stages below. */
const configuredAt = anyStep((step) => /wgetrc/i.test(stepText(step)));

function isQuiet(command: ShellCommand, args: ShellArguments): boolean {
	if (hasOption(args, ...QUIET) || command.args.some((word) => /^-[a-zA-Z]*nv/.test(word.text))) return true;
	return [command, ...(command.wrapper === undefined ? [] : [command.wrapper])].some((one) =>
		one.redirects.some(
			({ operator, fileDescriptor, target }) =>
				operator.startsWith("&>") || operator === ">&" || (operator.startsWith(">") && fileDescriptor === 2 && target !== undefined),
		),
	);
}
