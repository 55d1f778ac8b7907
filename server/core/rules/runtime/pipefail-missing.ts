import { type HiddenPipe, hiddenPipe } from "../../dockerfile/commands/hiddenPipes.ts";
import type { HiddenFailure } from "../../dockerfile/commands/pipefail.ts";
import { runSteps, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { pipefailFixes } from "../../dockerfile/edits/pipefailFix.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import type { LintSeverity } from "../../finding.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const pipefailMissing = defineRule({
	id: "pipefail-missing",
	title: "The failure of a command in a pipe is lost",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL4006"],
		["kics", "efbf148a-67e9-42d2-ac47-02fa1c0d0b22"],
		["semgrep", "set-pipefail"],
		["droast", "DF057"],
	),
	onlyWith: { texts: ["|"] },
	why: "A shell judges a pipe by its last command. If the download in `curl … | sh` brings nothing or breaks off, the shell runs what it got, and the step succeeds: an image without half of its files is tagged and shipped. `tar x` is content with an archive that breaks off between two files.\n\n`tar xz`, `gunzip`, `gpg --import` and their like fail over such input by themselves: there the log names the wrong command, and the finding is information.",
	remedy:
		'Switch pipefail on: `set -o pipefail` in the RUN where its shell knows it (bash, BusyBox, dash from Debian 13 on), or `SHELL ["/bin/bash", "-o", "pipefail", "-c"]` above it where `/bin/sh` is an older dash. Podman ignores SHELL in images of OCI format. `yes | …` and `… | head` fail under pipefail when the reader leaves early: download to a file first, or leave such a pipe alone.',
	references: [
		"https://docs.docker.com/build/building/best-practices/#using-pipes",
		"https://docs.docker.com/reference/dockerfile/#shell",
		"https://www.gnu.org/software/bash/manual/html_node/Pipelines.html",
	],
	examples: [
		{
			caption: "A download that breaks off",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN «curl» -fsSL https://example.com/tool.tar.gz | tar -xz -C /opt\n",
			fixed:
				'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl -fsSL https://example.com/tool.tar.gz | tar -xz -C /opt\n',
		},
		{
			caption: "A shell that fails as well",
			good: 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl -fsSL https://example.com/tool.tar.gz | tar -xz -C /opt\n',
		},
		{
			caption: "The dash of Debian 12 knows no pipefail: the steps from here on get bash",
			bad: "FROM debian:12\nRUN id\n# sources\nRUN «curl» https://a | tar x && make\nRUN «wget» -O- https://b | sh\n",
			fixed:
				'FROM debian:12\nRUN id\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\n# sources\nRUN curl https://a | tar x && make\nRUN wget -O- https://b | sh\n',
		},
		{
			caption: "BusyBox knows it: in the step itself",
			bad: "FROM alpine:3.20\nRUN apk add curl \\\n  && «curl» https://a \\\n  | tar x\n",
			fixed: "FROM alpine:3.20\nRUN set -o pipefail && apk add curl \\\n  && curl https://a \\\n  | tar x\n",
		},
		{
			caption: "With the options that are set already; other shells, heredocs",
			bad: 'FROM fedora:40\r\nRUN set -eux; «curl» https://a | sh\r\nRUN <<EOF\r\n#!/bin/bash\r\n«curl» b |& sh\r\nEOF\r\nRUN ["bash", "-c", "«curl» c | sh"]\r\n',
			fixed:
				'FROM fedora:40\r\nRUN set -eux -o pipefail; curl https://a | sh\r\nRUN <<EOF\r\n#!/bin/bash\r\nset -o pipefail\r\ncurl b |& sh\r\nEOF\r\nRUN ["bash", "-c", "set -o pipefail && curl c | sh"]\r\n',
		},
		{
			caption: "A shell inside the step",
			bad: "FROM debian:12\nRUN bash -lc '«curl» a | sh'\n",
			fixed: "FROM debian:12\nRUN bash -o pipefail -lc 'curl a | sh'\n",
		},
		{
			caption: "A chosen shell gets the option, child stages inherit it",
			bad: 'FROM debian:12 AS a\nSHELL ["/bin/bash", "-c"]\nRUN «curl» a | sh\n',
			fixed: 'FROM debian:12 AS a\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl a | sh\n',
		},
		{
			caption: "Also one behind a launcher",
			bad: 'FROM continuumio/miniconda3\nSHELL ["conda", "run", "--no-capture-output", "-n", "e", "/bin/bash", "-c"]\nRUN «curl» a | sh\n',
			fixed:
				'FROM continuumio/miniconda3\nSHELL ["conda", "run", "--no-capture-output", "-n", "e", "/bin/bash", "-o", "pipefail", "-c"]\nRUN curl a | sh\n',
		},
		{
			caption: "No repair where a pipe of another shell would be the next finding",
			bad: 'FROM debian:12\nRUN «a» | b && bash -c "c | d"\n',
		},
		{
			caption: "It is not for shells that the step starts itself",
			bad: 'FROM fedora:40\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN bash -c "«curl» a | sh"\n',
			fixed: 'FROM fedora:40\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN bash -o pipefail -c "curl a | sh"\n',
		},
		{
			caption: "Nor for a heredoc with a first line of its own, or another reader",
			bad: 'FROM fedora:40\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN <<EOF\n#!/bin/bash\n«curl» a | sh\nEOF\nRUN bash <<EOF\n«curl» b | sh\nEOF\n',
			fixed:
				'FROM fedora:40\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN <<EOF\n#!/bin/bash\nset -o pipefail\ncurl a | sh\nEOF\nRUN bash <<EOF\nset -o pipefail\ncurl b | sh\nEOF\n',
		},
		{
			caption: "Nothing to repair by itself: SIGPIPE and harmless failures end builds under pipefail",
			bad: "FROM alpine\nRUN «curl» a | head -1\nRUN «apk» info | grep -v x | xargs apk del\n",
		},
		{
			caption: "bash would read other steps differently",
			bad: "FROM debian:12\nRUN «curl» a | sh\nRUN echo 'a\\nb' > c\n",
		},
		{ caption: "An unknown base: nobody knows its shells", bad: "FROM acme/base\nRUN «curl» a | sh\n" },
		{
			caption: "What does not fail in practice, and a check that gets nothing and fails by itself",
			good: 'FROM alpine\nRUN env | sort && sudo echo a | sudo tee /b\nRUN echo a:b | chpasswd && echo "$SUM  a" | sha256sum -c\nRUN sha256sum a | sha256sum -c\nRUN V=$(echo $A | cut -d. -f1) && b\n',
		},
		{
			caption: "What prints a log on the way to an error",
			good: "FROM debian:12\nRUN make || { cat log | tail -n 5; exit 1; }\nRUN ./configure || (cat config.log | head -50; false)\nRUN if ! make; then cat log | tail; echo failed; exit 2; fi\n",
		},
		{
			caption: "A way to success, or on",
			bad: "FROM debian:12\nRUN make || { «cat» log | sort; exit 0; }\nRUN make || { «cat» log | sort; false; id; }\nRUN make || { «cat» log | sort || exit 1; }\n",
			fixed:
				'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN make || { cat log | sort; exit 0; }\nRUN make || { cat log | sort; false; id; }\nRUN make || { cat log | sort || exit 1; }\n',
		},
		{
			caption: "A reader that the distribution does not have any more: the step fails in every case",
			good: "FROM debian:13\nRUN curl https://a | apt-key add -\nFROM ubuntu:26.04\nRUN curl https://a | sudo apt-key add -\n",
		},
		{
			caption: "Filters of a text that is at hand",
			good: "FROM debian:12\nRUN echo \"${TARGETARCH:-amd64}\" | sed -e s/amd64/x86_64/ | tee /m\nRUN echo a | tr a b | cut -c1 > /f\nRUN uname -m | awk '{ print $1 }' | head -n 1 | sort -u > /g\nRUN echo a | sed -n '/w q1 e/{s,w /q1,exit w,gp;q}' | awk '$1 > 5 || /exit 1/ { print \"exit 1\"; exit }' | tee /m\nRUN echo a | sed -e '1a we' -e 's/a/\\/w/' -e 'y/we/ab/' | tee /m\n",
		},
		{
			caption: "Scripts that end with a status of their own, write files or run programs",
			bad: "FROM debian:12\nRUN echo a | «awk» '{exit 1}' | tee /x\nRUN echo a | «sed» -n '/b/q1' | tee /x\nRUN echo a | «sed» 's/a/b/w /root/x' | tee /x\nRUN echo a | «awk» '{ system(\"false\") }' | tee /x\nRUN echo a | «awk» '{ getline b < \"/f\" }' | tee /x\n",
		},
		{
			caption: "What they are told may be wrong, or is a file",
			bad: 'FROM debian:12\nRUN echo a | «sed» "s/$A/b/" | tee /m\nRUN echo a | «sed» -f /x | tee /m\nRUN echo a | tr a b | «sort» - /x | tee /m\n',
			fixed:
				'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN echo a | sed "s/$A/b/" | tee /m\nRUN echo a | sed -f /x | tee /m\nRUN echo a | tr a b | sort - /x | tee /m\n',
		},
		{
			caption: "What fails by itself over nothing, over an error page and over half a file: information",
			bad: "FROM alpine\nRUN «curl» https://a | tar xz -C /b\nRUN «curl» https://a | sudo tar -C /jar --strip 1 -xJf -\nRUN «wget» -O- https://b | apt-key add - && id\nRUN «curl» https://b | gpg --dearmor -o /k && id\nRUN «curl» https://a | gunzip > a\nRUN «curl» https://a | tar xz && id | b\n",
			fixed:
				"FROM alpine\nRUN set -o pipefail && curl https://a | tar xz -C /b\nRUN set -o pipefail && curl https://a | sudo tar -C /jar --strip 1 -xJf -\nRUN set -o pipefail && wget -O- https://b | apt-key add - && id\nRUN set -o pipefail && curl https://b | gpg --dearmor -o /k && id\nRUN set -o pipefail && curl https://a | gunzip > a\nRUN set -o pipefail && curl https://a | tar xz && id | b\n",
		},
		{
			caption: "What env or sudo runs",
			bad: "FROM debian:12\nRUN env X=1 «curl» https://a | sh\nRUN sudo «curl» https://a | sh\n",
			fixed: 'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN env X=1 curl https://a | sh\nRUN sudo curl https://a | sh\n',
		},
		{
			caption: "What they run may fail over nothing",
			bad: "FROM alpine\nRUN env X=1 «grep» a /b | sort > c\n",
		},
		{
			caption: "What passes anything on, and what reads a file instead",
			bad: "FROM debian:12\nRUN «curl» https://a | gunzip -f > a\nRUN «curl» https://a | gzip -dcf > a\nRUN «curl» https://a | zcat -f > a\nRUN «curl» https://a | xz -dcf > a\nRUN «curl» https://a | zstd -dc --force > a\nRUN «curl» https://a | zcat foo.gz > a\nRUN «curl» https://a | gunzip foo.gz\nRUN «curl» https://a | tar xzf foo.tgz\nRUN «curl» https://a | tar -xz -f foo.tgz\n",
			fixed:
				'FROM debian:12\nSHELL ["/bin/bash", "-o", "pipefail", "-c"]\nRUN curl https://a | gunzip -f > a\nRUN curl https://a | gzip -dcf > a\nRUN curl https://a | zcat -f > a\nRUN curl https://a | xz -dcf > a\nRUN curl https://a | zstd -dc --force > a\nRUN curl https://a | zcat foo.gz > a\nRUN curl https://a | gunzip foo.gz\nRUN curl https://a | tar xzf foo.tgz\nRUN curl https://a | tar -xz -f foo.tgz\n',
		},
		{
			caption: "What also fails harmlessly is information",
			bad: "FROM debian:12\nRUN «find» . | sort > a\n",
		},
		{
			caption: "In substitutions: information",
			bad: "FROM alpine\nRUN V=$(«curl» a | sed s/x/y/) && echo $V\n",
			fixed: "FROM alpine\nRUN set -o pipefail && V=$(curl a | sed s/x/y/) && echo $V\n",
		},
		{
			caption: "In the words of a command, where every status is lost",
			good: 'FROM alpine\nRUN cd "$(curl a | sed s/x/y/)" && apk add $(scanelf a | sort -u)\nRUN export V=$(curl a | tr -d x)\n',
		},
		{
			caption: "Switched on: by SHELL, also of a stage below",
			good: 'FROM debian AS a\nSHELL ["/bin/bash", "-eo", "pipefail", "-c"]\nFROM a\nRUN curl a | sh\nFROM debian\nSHELL ["/usr/bin/env", "bash", "-o", "pipefail", "-c"]\nRUN curl a | sh\n',
		},
		{
			caption: "By the SHELL of the base image, or a script that stands for one",
			good: 'FROM mambaorg/micromamba:2.0.5\nRUN curl a | sh\nFROM quay.io/jupyter/base-notebook:latest\nRUN curl a | sh\nFROM debian:12\nSHELL ["/usr/local/bin/_dockerfile_shell.sh"]\nRUN curl a | sh\n',
		},
		{ caption: "By sh itself, where it is BusyBox", good: 'FROM alpine\nSHELL ["/bin/sh", "-o", "pipefail", "-c"]\nRUN curl a | sh\n' },
		{
			caption: "By the step",
			good: "FROM fedora\nRUN set -euo pipefail; curl a | sh\nRUN bash -o pipefail -c 'curl a | sh'\nRUN <<EOF\nset -o pipefail\ncurl a | sh\nEOF\n",
		},
		{
			caption: "Its result is asked for, or does not matter",
			good: "FROM debian\nRUN if curl a | grep b; then c; fi; ! curl d | grep e; curl f | sh || true\n",
		},
		{
			caption: "No pipe, another shell, exec form",
			good: 'FROM debian\nRUN a || b && echo "c | d"\nRUN ["a", "|", "b"]\nSHELL ["pwsh", "-c"]\nRUN a | b\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				const found = hiddenPipe(step);
				if (found === undefined) continue;
				const { pipeline, failure } = found;
				const { command } = failure;
				if (command === undefined) continue;
				const script = scriptsOf(step).find((candidate) => candidate.pipelines.includes(pipeline));
				reports.push({
					span: command.name?.span ?? command.span,
					message: messageFor(failure),
					...severityOf(stage, found),
					fixes: () => (script === undefined ? [] : pipefailFixes(script, pipeline)),
				});
			}
		}
		return reports;
	},
});

function messageFor({ command, reader }: HiddenFailure): string {
	const failure = `A failure of ${shortened(command?.program ?? "a command", 30)}`;
	const effect = reader === undefined ? "is lost" : `shows only in ${reader.program}`;
	return `${failure} ${effect}: the pipe runs without pipefail`;
}

function severityOf(stage: Stage, { pipeline, failure }: HiddenPipe): { readonly severity?: LintSeverity } {
	if (stage.use === "unused") return { severity: "hint" };
	return failure.weight !== "real" || pipeline.within.includes("substitution") ? { severity: "info" } : {};
}
