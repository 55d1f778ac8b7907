import { rootPrefix } from "../../dockerfile/commands/rootPrefix.ts";
import { commandsOf, runSteps, scriptsOf } from "../../dockerfile/commands/scripts.ts";
import { hasComment, replace } from "../../dockerfile/edits/edit.ts";
import { lastingFetch, listsFixes } from "../../dockerfile/layers/aptListsFix.ts";
import { copiedTrees } from "../../dockerfile/layers/copiedTrees.ts";
import { idleListsRemoval } from "../../dockerfile/layers/idleListsRemoval.ts";
import { type LaterRemoval, laterRemovals } from "../../dockerfile/layers/laterRemovals.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { APT_LISTS, listsNeededAfter } from "../../dockerfile/packages/aptLists.ts";
import type { EditFix } from "../../finding.ts";
import { sourceOffset } from "../../mappedText.ts";
import { shortened } from "../../text.ts";
import { SYSTEM_MANAGER_WORDS } from "../needs.ts";
import { defineRule, type Report } from "../rule.ts";

const MOST_CHARACTERS = 50;

export const cleanupInLaterLayer = defineRule({
	id: "cleanup-in-later-layer",
	title: "What is deleted stays in an earlier layer",
	category: "packages",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: {
		words: ["rm", "find", "chown", "chgrp", "chmod", ...SYSTEM_MANAGER_WORDS, "npm", "yarn", "pip", "python", "conda", "mamba", "composer"],
	},
	why: "Each RUN, COPY and ADD makes a layer of its own, and a layer never changes. What a later RUN deletes is only hidden: its bytes are still in the layer below, each host pulls and stores them, and anybody who has the image can take them out again.",
	remedy:
		"Delete in the instruction that brings: end the RUN that installs with the clean-up. What a step only has to read is mounted, not copied: `RUN --mount=type=bind,source=app.tgz,target=/tmp/app.tgz …`. Or do the work in a builder stage and copy the result.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#run",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypebind",
		"https://docs.docker.com/build/building/multi-stage/",
	],
	examples: [
		{
			caption: "In the RUN that brought it",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "A clean-up of its own",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN rm -rf «/var/lib/apt/lists/*»\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "What deletes more than the lists, or those of others, stays",
			bad: "FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y curl\nWORKDIR /a\nRUN rm -rf «/var/lib/apt»\nRUN apt-get update && apt-get install -y software-properties-common\nRUN add-apt-repository -y ppa:x/y\nRUN rm -rf «/var/lib/apt/lists/*»\nRUN apt-get update && apt-get install -y git\nCOPY lists /var/lib/apt/lists/\nRUN rm -rf «/var/lib/apt/lists/*»\nRUN apt-get update && apt-get install -y make\n# Clean up\nRUN rm -rf «/var/lib/apt/lists/*»\n",
			fixed:
				"FROM ubuntu:22.04\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nWORKDIR /a\nRUN rm -rf /var/lib/apt\nRUN apt-get update && apt-get install -y software-properties-common && rm -rf /var/lib/apt/lists/*\nRUN add-apt-repository -y ppa:x/y\nRUN rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\nCOPY lists /var/lib/apt/lists/\nRUN rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y make && rm -rf /var/lib/apt/lists/*\n# Clean up\nRUN rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "As another user, in another way, in a stage above",
			bad: "FROM debian:12 AS base\nRUN apt-get update && apt-get install -y curl\nFROM base\nRUN rm -rf «/var/lib/apt/lists/*»\nRUN apt-get update && apt-get install -y a\nRUN cd /var/lib/apt/lists && rm -rf «*»\nRUN apt-get update && apt-get install -y b\nRUN rm -rfv «/var/lib/apt/lists/*» > /removed.txt\nRUN apt-get update && apt-get install -y c\nRUN rm -rf «/var/lib/apt/lists/*» || true\nRUN apt-get update && apt-get install -y d\nUSER app\nRUN rm -rf «/var/lib/apt/lists/*»\n",
			fixed:
				"FROM debian:12 AS base\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nFROM base\nRUN rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y a && rm -rf /var/lib/apt/lists/*\nRUN cd /var/lib/apt/lists && rm -rf *\nRUN apt-get update && apt-get install -y b && rm -rf /var/lib/apt/lists/*\nRUN rm -rfv /var/lib/apt/lists/* > /removed.txt\nRUN apt-get update && apt-get install -y c && rm -rf /var/lib/apt/lists/*\nRUN rm -rf /var/lib/apt/lists/* || true\nRUN apt-get update && apt-get install -y d && rm -rf /var/lib/apt/lists/*\nUSER app\nRUN rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "What would fail without the lists",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nWORKDIR /a\nRUN rm -r «/var/lib/apt/lists/*»\n",
		},
		{
			caption: "Lists that an instruction further up leaves",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN mkdir /a\nRUN rm -rf «/var/lib/apt/lists/*»\nRUN apt-get update && apt-get install -y git\nWORKDIR /a\nRUN mkdir b && rm -rf «/var/lib/apt/lists/*» /tmp/*\nRUN apt-get update && apt-get install -y git\nWORKDIR /b\n# Clean up\nRUN apt-get clean && rm -rf «/var/lib/apt/lists/*»\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nRUN mkdir /a\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\nWORKDIR /a\nRUN mkdir b && rm -rf /var/lib/apt/lists/* /tmp/*\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\nWORKDIR /b\n# Clean up\nRUN apt-get clean\n",
		},
		{
			caption: "A file that was copied, and one that was fetched",
			bad: "FROM debian:12\nWORKDIR /src\nCOPY app.tgz /tmp/\nCOPY b.deb c.deb\nRUN tar -xf /tmp/app.tgz && rm «/tmp/app.tgz»\nRUN curl -o /opt/b.zip https://example.com/b.zip\nRUN unzip /opt/b.zip; rm -f «c.deb» /opt/b.zip\n",
		},
		{
			caption: "What a package manager installs, or another program unpacks",
			bad: "FROM debian:12\nCOPY a.deb x.7z y.gz z.rpm w.apk /tmp/\nRUN apt-get update && apt-get install -y /tmp/a.deb && rm «/tmp/a.deb» && rm -rf /var/lib/apt/lists/*\nRUN 7z x /tmp/x.7z && rm «/tmp/x.7z» && gunzip -c /tmp/y.gz > /y && rm «/tmp/y.gz»\nRUN dnf install -y /tmp/z.rpm && rm «/tmp/z.rpm» && apk add /tmp/w.apk && rm «/tmp/w.apk»\n",
		},
		{
			caption: "What a pattern brought, removed by the same one or a wider one",
			bad: "FROM oraclelinux:9\nCOPY oracle-instantclient*.rpm /tmp/\nCOPY rpms/*.rpm debs/a-*.deb /opt/p/\nRUN dnf -y install /tmp/oracle-instantclient*.rpm && rm -f «/tmp/oracle-instantclient*.rpm» && rm «/opt/p/*.deb»\nRUN rpm -i /opt/p/*.rpm && rm -r «/opt/p»\n",
		},
		{
			caption: "By a narrower one, small files, and what a variable names",
			good: "FROM debian:12\nARG A\nCOPY $A /app/\nCOPY target/*.jar conf*.yml /app/\nCOPY b*.rpm /tmp/\nCOPY target/app*.jar /x.jar\nRUN rm /app/*-sources.jar /app/a.jar /app/conf*.yml /x.jar /tmp/b?.rpm /tmp/[bc]*.rpm && find /tmp -name 'b?.rpm' -delete\n",
		},
		{
			caption: "What a program may write anew",
			good: "FROM debian:12\nCOPY s.tgz u.gz v.7z t.rpm /tmp/\nRUN tar -czf /tmp/s.tgz /x && rm /tmp/s.tgz && gzip -k /x/tmp/u.gz && rm /tmp/u.gz && 7z a /tmp/v.7z /x && rm /tmp/v.7z && dnf download /tmp/t.rpm && rm /tmp/t.rpm\n",
		},
		{
			caption: "Packages of an earlier RUN, with Windows line breaks",
			bad: "FROM alpine:3.20\r\nRUN apk add --no-cache --virtual .build gcc \\\r\n  # for the build\r\n  make\r\nRUN apk del «.build»\r\n",
			fixed:
				"FROM alpine:3.20\r\nRUN apk add --no-cache --virtual .build gcc \\\r\n  # for the build\r\n  make \\\r\n    && apk del .build\r\n",
		},
		{
			caption: "A comment that would be lost",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN \\\n  # keep the layer small\n  rm -rf «/var/lib/apt/lists/*»\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nRUN \\\n  # keep the layer small\n  rm -rf /var/lib/apt/lists/*\n",
		},
		{
			caption: "Caches, over other instructions: no edit",
			bad: "FROM rockylinux:9 AS base\nRUN dnf install -y gcc\nFROM base\nCOPY . .\nRUN dnf «clean» all\nRUN yum install -y make && mkdir /x\n",
		},
		{
			caption: "Caches of languages",
			bad: "FROM node:22\nWORKDIR /app\nRUN npm ci\nRUN npm «cache» clean --force\n",
			fixed: "FROM node:22\nWORKDIR /app\nRUN npm ci \\\n    && npm cache clean --force\n",
		},
		{
			caption: "From an address, and out of another stage",
			bad: "FROM debian:12 AS build\nRUN make\nFROM debian:12\nADD https://example.com/a.tgz /tmp/\nCOPY --from=build /b.tgz /tmp/\nRUN tar xf /tmp/a.tgz && rm «/tmp/a.tgz»\nRUN tar xf /tmp/b.tgz && rm «/tmp/b.tgz»\n",
		},
		{
			caption: "Under a name of its own",
			bad: "FROM debian:12 AS build\nRUN make\nFROM debian:12\nADD https://example.com/a.tar.gz /tmp/a.tar.gz\nCOPY --from=build /b.tgz /tmp/c.tgz\nADD https://example.com/d.tgz /tmp\nADD https://example.com/e.tgz /opt/e\nRUN tar xzf /tmp/a.tar.gz -C /opt && rm «/tmp/a.tar.gz»\nRUN tar xf /tmp/c.tgz && rm «/tmp/c.tgz»\nRUN tar xf /tmp/d.tgz && rm «/tmp/d.tgz» && rm /opt/e/e.tgz\n",
		},
		{
			caption: "A folder, a cache",
			bad: "FROM python:3.12\nCOPY src /build/src/\nCOPY tests /build/tests\nRUN pip install /build/src && make -C /build && rm -rf «/build»\nRUN rm -rf «/root/.cache»\n",
			fixed:
				"FROM python:3.12\nCOPY src /build/src/\nCOPY tests /build/tests\nRUN pip install /build/src && make -C /build && rm -rf /build \\\n    && rm -rf /root/.cache\n",
		},
		{
			caption: "A file that is named by its address, a clone, the context in a folder of its own",
			bad: "FROM debian:12\nWORKDIR /x\nENV V=1\nRUN wget https://a.b/a.tgz\nRUN tar xf a.tgz && rm «a.tgz»\nRUN curl -L -o /opt/b-$V.tgz https://a.b/b\nRUN tar xf /opt/b-$V.tgz && rm «/opt/b-$V.tgz»\nRUN git clone https://a.b/c.git\nRUN rm -rf «/x/c»\nRUN git -C /y clone --mirror https://a.b/d\nRUN rm -rf «/y/d.git»\nCOPY . /src\nRUN make -C /src\nRUN rm -rf «/src»\n",
			fixed:
				"FROM debian:12\nWORKDIR /x\nENV V=1\nRUN wget https://a.b/a.tgz \\\n    && tar xf a.tgz && rm a.tgz\nRUN curl -L -o /opt/b-$V.tgz https://a.b/b \\\n    && tar xf /opt/b-$V.tgz && rm /opt/b-$V.tgz\nRUN git clone https://a.b/c.git \\\n    && rm -rf /x/c\nRUN git -C /y clone --mirror https://a.b/d \\\n    && rm -rf /y/d.git\nCOPY . /src\nRUN make -C /src\nRUN rm -rf /src\n",
		},
		{
			caption: "Fetched or cloned anew in the same step, into a folder that nobody knows, to where the system keeps its own",
			good: "FROM debian:12\nWORKDIR /x\nRUN curl -LO https://a.b/a.tgz && git clone https://a.b/c\nRUN curl -LO https://a.b/a.tgz && rm a.tgz && git clone https://a.b/c && rm -rf c\nRUN cd $D && wget https://a.b/d.tgz\nRUN rm d.tgz\nCOPY . /tmp\nRUN rm -rf /tmp/*\n",
		},
		{
			caption: "Into a folder that is there, without a slash; what is gone is not deleted once more",
			bad: "FROM debian:12\nWORKDIR /build\nRUN mkdir -p /data/in\nCOPY bin.zip /tmp\nRUN unzip -q /tmp/bin.zip -d /x && rm «/tmp/bin.zip»\nCOPY ssh_setup.sh /tmp\nRUN /tmp/ssh_setup.sh && rm -rf /tmp/*\nCOPY a.tar.gz /data\nCOPY b.tar.gz /build\nRUN tar xf /data/a.tar.gz -C /x && rm «/data/a.tar.gz» && rm «b.tar.gz»\n",
		},
		{
			caption: "Once for one file; behind a variable",
			bad: "FROM debian:12\nARG TARGETARCH\nCOPY big.zip /opt/install/\nRUN unzip /opt/install/big.zip && rm -rf «/opt/install» && rm -f /opt/install/*\nCOPY ${TARGETARCH:-amd64}/a.rpm /tmp/a.rpm\nCOPY ${TARGETARCH} /tmp/b.tgz\nRUN rpm -i /tmp/a.rpm && rm «/tmp/a.rpm» && tar xf /tmp/b.tgz && rm «/tmp/b.tgz»\n",
		},
		{
			caption: "Found by its name",
			bad: "FROM debian:12\nRUN curl -o /tmp/a.zip https://a.b/a.zip\nWORKDIR /x\nRUN unzip /tmp/a.zip && find «/tmp» -name '*.zip' -delete\n",
		},
		{
			caption: "Perhaps another one is found",
			good: "FROM debian:12\nRUN curl -o /tmp/a.zip https://a.b/a.zip\nRUN find /tmp -name '*.tgz' -delete && find /tmp -name '*.zip' -mtime +1 -delete && find /opt -name '*.zip' -delete\n",
		},
		{
			caption: "Another owner or mode for all of a clone is a copy of it",
			bad: "FROM debian:12\nWORKDIR /app\nRUN git clone https://a.b/c /srv/x && git clone https://a.b/d .\nRUN chown -R www-data:www-data «/srv/x» && chmod -R g+w «.» && chown -R app: /app\n",
		},
		{
			caption: "In the same step, of one file, of what COPY brought, of what has another name by then",
			good: "FROM debian:12\nRUN git clone https://a.b/c /srv/x && chown -R www-data /srv/x\nRUN chown www-data /srv/x && chmod +x /srv/x/run && chown -R --from=root www-data /srv/x && chown -R www-data $D /srv/y\nCOPY . /src\nRUN chown -R www-data /src\nFROM debian:12\nRUN git clone https://a.b/c /srv/x && git clone https://a.b/d /opt/d\nRUN make -C /srv/x install && mv /srv/x /srv/y && chown -R app /srv && mv /opt /o && chmod -R g+w /opt\n",
		},
		{
			caption: "Scripts of a few lines",
			good: "FROM debian:12\nCOPY setup.sh requirements.txt /tmp/\nCOPY scripts/*.sh /tmp/scripts/\nRUN sh /tmp/setup.sh && rm -rf /tmp/setup.sh /tmp/scripts /tmp/requirements.txt\n",
		},
		{
			caption: "In the same layer",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*\nRUN apt-get update && apt-get install -y git && apt-get purge -y git && rm -rf /var/lib/apt/lists/*\nRUN curl -o /tmp/a https://example.com/a && sh /tmp/a && rm /tmp/a\nRUN dnf install -y c && dnf clean all\nFROM node:22\nRUN npm ci && npm cache clean --force\nRUN npm install a && npm cache clean --force\n",
		},
		{
			caption: "What the base image brought, what lies on a mount, what nobody knows",
			good: "FROM debian:12\nRUN rm -rf /var/lib/apt/lists/* /usr/share/doc && apt-get purge -y curl\nRUN --mount=type=bind,source=a.tgz,target=/tmp/a.tgz tar xf /tmp/a.tgz\nCOPY b.conf /etc/b.conf\nRUN rm -rf $DIR /tmp/* && rm /etc/c.conf\n",
		},
		{
			caption: "In a builder",
			good: "FROM debian:12 AS build\nRUN apt-get update && apt-get install -y gcc\nRUN rm -rf /var/lib/apt/lists/*\nFROM debian:12\nCOPY --from=build /a /a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" && stage.use !== "ancestor") continue;
			for (const step of runSteps(stage)) {
				for (const removal of laterRemovals(step)) {
					reports.push({
						span: removal.span,
						message: `An earlier layer keeps ${shortened(removal.what, MOST_CHARACTERS)}, only hidden here`,
						...(removal.minor ? { severity: "info" as const } : {}),
						related: [{ span: removal.earlier.keywordSpan, message: "This layer keeps it" }],
						fixes: () => [...listsFixesOf(step, removal), ...mergeFixes(step, removal)],
					});
				}
				for (const { span, program, path, earlier } of copiedTrees(step)) {
					reports.push({
						span,
						message: `${program} -R puts a copy of ${shortened(path, MOST_CHARACTERS)} into a second layer`,
						severity: "info",
						related: [{ span: earlier.keywordSpan, message: "This layer holds the first one" }],
					});
				}
			}
		}
		return reports;
	},
});

/** Two RUNs that follow each other become one, where that changes nothing but the layers. */
function mergeFixes(step: Step, { earlier }: LaterRemoval): readonly EditFix[] {
	const { file } = step.stage;
	if (earlier.stage !== step.stage || earlier.ordinal !== step.ordinal - 1 || !isPlain(earlier) || !isPlain(step)) return [];
	const chained = commandsOf(step).every(
		({ connector, within }) => (connector === "start" || connector === "&&") && within.every((enclosure) => enclosure === "wrapper"),
	);
	const end = sourceOffset(step.arguments, 0);
	if (!chained || hasComment(file, { start: earlier.span.end, end })) return [];
	const text = ` ${file.escape}${file.lineBreak}    && `;
	return [{ title: "Merge it into the RUN above", safety: "review", edits: [replace({ start: earlier.span.end, end }, text)] }];
}

/** Package lists go at the end of the RUN that fetches them, and what does nothing by then goes as well. */
function listsFixesOf(step: Step, { path, earlier, command }: LaterRemoval): readonly EditFix[] {
	const fetch = path === APT_LISTS ? lastingFetch(earlier) : undefined;
	if (fetch === undefined) return [];
	const idle = isPlain(step) && rootPrefix(earlier, fetch.command) === "" ? idleListsRemoval(step, command, earlier) : [];
	return listsFixes(earlier, fetch, listsNeededAfter(earlier), true, idle);
}

/** One script in shell form, without flags, heredocs, changes of folder, or an end that hides what comes behind it. */
function isPlain(step: Step): boolean {
	const scripts = scriptsOf(step);
	const script = scripts[0];
	if (script === undefined || scripts.length > 1 || script.form !== "line" || script.errors.length > 0) return false;
	if (step.flags.length > 0 || step.heredocs.length > 0 || script.statements.some(({ background }) => background)) return false;
	const last = script.statements[script.statements.length - 1];
	if (last === undefined || script.source.text.slice(last.end).trim() !== "") return false;
	return !commandsOf(step).some(({ program }) => /^(?:cd|pushd|popd|exit|exec|set|trap|umask|export|\.|source)$/.test(program ?? ""));
}
