import type { Dockerfile } from "../../dockerfile/model/model.ts";
import { newerTag, renamed } from "../../dockerfile/packages/newerImageFix.ts";
import { type ImageUse, imageUsesOf, tagSpan } from "../../dockerfile/variables/imageUses.ts";
import type { LintSeverity } from "../../finding.ts";
import { isRepositoryAmong } from "../../image/reference.ts";
import { abandonedRepository, supportLines } from "../../image/supportEnd.ts";
import { abandonedMessage, endMessage } from "../../image/supportTexts.ts";
import { dayAfter } from "../../instant.ts";
import type { AbandonedRepository } from "../../knowledge/supportEnds.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const TODAY = { today: "2026-11-21" };

export const baseImageEndOfLife = defineRule({
	id: "base-image-end-of-life",
	title: "The base image gets no security fixes any more",
	category: "base-image",
	severity: "warning",
	strictSeverity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["tally", "ruby/eol-ruby-version"]),
	why: "Once a line has reached its end, vulnerabilities that are found in it stay open: nobody backports the fix, package mirrors are moved to archives, and the tag is built for the last time. A rebuild brings nothing new; every scan shows a longer list that cannot be worked off.",
	remedy:
		"Move to a line that is supported, first in a branch: a new major version of a language or a distribution changes behaviour. The repair takes the oldest line that is supported for longer than `days`, the smallest step there is. Lines that end within `days` are reported as information.",
	references: ["https://endoflife.date/", "https://docs.docker.com/build/building/best-practices/#choose-the-right-base-image"],
	options: [
		{ name: "days", description: "How many days before its end a line is reported.", default: 90 },
		{ name: "allow", description: "Repositories that may be out of support, as names or with a `*` at the end.", default: [] },
	],
	examples: [
		{
			caption: "Supported, or not known",
			good: "ARG V\nFROM python:3.13-slim-trixie\nFROM ubuntu:26.04\nFROM node:lts\nFROM python:3\nFROM acme/python:3.8\nFROM python:$V\nFROM eclipse-temurin:8u412-b08-jre\nFROM openjdk:26-ea-jdk\nFROM alpine:edge\nFROM gradle:groovy\n",
			workspace: TODAY,
		},
		{
			caption: "The version, and the distribution that hides behind it",
			bad: 'FROM python:«3.8.12-slim-buster»\nCMD ["python3"]\n',
			fixed: 'FROM python:3.11-slim-bookworm\nCMD ["python3"]\n',
			workspace: TODAY,
		},
		{
			caption: "Code names, dates, and digests that belonged to the old tag",
			bad: `FROM ubuntu:«focal-20240530» AS a\nFROM a\nFROM debian:«buster-slim»@sha256:${"1".repeat(64)}\nCOPY --from=a /a /a\n`,
			fixed: "FROM ubuntu:focal-20240530 AS a\nFROM a\nFROM debian:bookworm-slim\nCOPY --from=a /a /a\n",
			workspace: TODAY,
		},
		{
			caption: "It comes from an ARG, or a part of it does, for one image only",
			bad: 'ARG TAG="18-alpine3.17"\nARG BASE=alpine:3.16\nARG NODE=18\nARG RELEASE=20\nFROM «node:$TAG» AS build\nFROM «node:${NODE}-alpine» AS a\nFROM «node:${NODE}-alpine»\nFROM «ubuntu:$RELEASE.04»\nARG RELEASE\nFROM «${BASE}»\nCOPY --from=build /a /a\nCOPY --from=a /a /a\n',
			fixed:
				'ARG TAG="22-alpine"\nARG BASE=alpine:3.22\nARG NODE=22\nARG RELEASE=20\nFROM node:$TAG AS build\nFROM node:${NODE}-alpine AS a\nFROM node:${NODE}-alpine\nFROM ubuntu:$RELEASE.04\nARG RELEASE\nFROM ${BASE}\nCOPY --from=build /a /a\nCOPY --from=a /a /a\n',
			workspace: TODAY,
		},
		{
			caption: "It ends soon, or serves only to build",
			bad: "FROM node:«18» AS build\nRUN npm ci\nFROM php:«8.2-apache»\nCOPY --from=build /a /a\n",
			fixed: "FROM node:22 AS build\nRUN npm ci\nFROM php:8.3-apache\nCOPY --from=build /a /a\n",
			workspace: TODAY,
		},
		{
			caption: "In the name of the repository, or somewhere in the tag",
			bad: "FROM «gcr.io/distroless/static-debian11» AS a\nFROM nvidia/cuda:«11.0-base-ubuntu18.04»\n",
			workspace: TODAY,
		},
		{
			caption: "Repositories that nobody updates, whatever the date",
			bad: "FROM «openjdk:17-jdk-slim»\nFROM «k8s.gcr.io/pause:3.9»\n",
			fixed: "FROM eclipse-temurin:17-jdk\nFROM registry.k8s.io/pause:3.9\n",
		},
		{
			caption: "A release is not built again on a newer distribution, the line is; lines that tags name otherwise",
			bad: "FROM eclipse-temurin:«17.0.1_12-jre-focal»\nRUN echo a\nFROM node:«hydrogen-slim»\nRUN echo a\nFROM node:«lts-hydrogen-alpine»\nRUN echo a\n",
			fixed: "FROM eclipse-temurin:17-jre-jammy\nRUN echo a\nFROM node:jod-slim\nRUN echo a\nFROM node:lts-jod-alpine\nRUN echo a\n",
			workspace: TODAY,
		},
		{
			caption: "Windows, whose host has to fit",
			bad: "FROM mcr.microsoft.com/windows/servercore:«1909»\nFROM mcr.microsoft.com/windows/nanoserver:«20H2-amd64»\n",
			workspace: TODAY,
		},
		{
			caption: "No tag is known to be there",
			bad: "FROM mcr.microsoft.com/dotnet/core/sdk:«3.1»\nFROM mcr.microsoft.com/dotnet/aspnet:«8.0-bookworm-slim»\nFROM kibana:«7.17.0»\nFROM ghcr.io/acme/base:«buster»\nFROM quay.io/centos/centos:«stream8»\n",
			workspace: TODAY,
		},
		{
			caption: "Tags of an older generation of images",
			bad: "FROM «mcr.microsoft.com/vscode/devcontainers/python:0-3.7»\nFROM «mcr.microsoft.com/vscode/devcontainers/python:0.201.8-3.8»\nFROM «maven:3.6.1-jdk-11-slim»\nFROM «maven:3-openjdk-17»\nFROM «maven:3.6.3-adoptopenjdk-11»\nFROM «armhf/alpine:3.4»\nFROM «aarch64/python»\nFROM «circleci/node:14»\n",
		},
		{
			caption: "A language in an image of others, whose own release may stand in front",
			bad: "FROM mcr.microsoft.com/devcontainers/python:«3.8-bookworm»\nFROM mcr.microsoft.com/vscode/devcontainers/javascript-node:«1-16»\nFROM mcr.microsoft.com/devcontainers/ruby:«1.2.3-2.7-bookworm»\nFROM cimg/node:«16.20.2-browsers»\nFROM public.ecr.aws/lambda/python:«3.8»\n",
			workspace: TODAY,
		},
		{
			caption: "The newer one in the same repository; the image's own release, not the language's",
			good: "FROM mcr.microsoft.com/vscode/devcontainers/javascript-node:22-bookworm\nFROM mcr.microsoft.com/devcontainers/javascript-node:4-bookworm\nFROM mcr.microsoft.com/devcontainers/python:2-3.12\nFROM mcr.microsoft.com/devcontainers/ruby:2-bookworm\nFROM maven:3-eclipse-temurin-8\nFROM cimg/go:1.25\nFROM circleci/runner-agent:machine-3\nFROM public.ecr.aws/lambda/python:3.13-arm64\n",
			workspace: TODAY,
		},
		{
			caption: "The new image lacks the package manager that a stage calls, or one that starts from it; .NET 10 is on Ubuntu",
			bad: "FROM oraclelinux:«7-slim» AS base\nFROM base\nRUN yum install -y a\nFROM «openjdk:17»\nRUN microdnf install -y a\nFROM mysql:«5.7»\nRUN apt-get install -y a\nFROM amazonlinux:«2»\nRUN amazon-linux-extras install -y epel\nFROM mcr.microsoft.com/dotnet/sdk:«6.0»\nRUN groupadd --gid 1000 app\nFROM mcr.microsoft.com/dotnet/sdk:«6.0»\nRUN apt-get update && apt-get install -y libgdiplus\nFROM mcr.microsoft.com/dotnet/runtime:«7.0»\nRUN curl -O https://packages.microsoft.com/config/debian/11/a.deb\n",
			workspace: TODAY,
		},
		{
			caption: "It has it, or nobody asks for one",
			bad: "FROM oraclelinux:«7»\nRUN yum install -y a\nFROM debian:«11»\nRUN if command -v apt-get; then apt-get install -y a; else yum install -y a; fi\nFROM mcr.microsoft.com/dotnet/sdk:«6.0» AS build\nRUN dotnet publish -o /a\nFROM mcr.microsoft.com/dotnet/aspnet:«6.0-alpine»\nRUN apk add icu\nCOPY --from=build /a /a\n",
			fixed:
				"FROM oraclelinux:8\nRUN yum install -y a\nFROM debian:12\nRUN if command -v apt-get; then apt-get install -y a; else yum install -y a; fi\nFROM mcr.microsoft.com/dotnet/sdk:10.0 AS build\nRUN dotnet publish -o /a\nFROM mcr.microsoft.com/dotnet/aspnet:10.0-alpine\nRUN apk add icu\nCOPY --from=build /a /a\n",
			workspace: TODAY,
		},
		{
			caption: "It lacks programs that the old one had, and that nothing installs",
			bad: "FROM «openjdk:8-jdk»\nRUN unzip a.zip\nFROM «openjdk:11»\nRUN curl -fsS https://a.b/c | tar -xJ\n",
		},
		{
			caption: "They are installed, come with what is, or are not needed",
			bad: "FROM «openjdk:8-jdk»\nRUN apt-get update && apt-get install -y git unzip xz-utils && unzip a.zip && tar xf a.tar.xz && tar -xzf a.tar.gz\nCMD git pull\nFROM «openjdk:8-jdk-alpine»\nRUN unzip a.zip\nFROM «openjdk:8-jdk»\nRUN apt-get update && apt-get install -y openssh-server build-essential git-lfs && ssh-keygen -A\nRUN tar xJf a.tar.xz && git lfs install\nFROM «openjdk:8-jdk»\nRUN git rev-parse HEAD || true\n",
			fixed:
				"FROM eclipse-temurin:8-jdk\nRUN apt-get update && apt-get install -y git unzip xz-utils && unzip a.zip && tar xf a.tar.xz && tar -xzf a.tar.gz\nCMD git pull\nFROM eclipse-temurin:8-jdk-alpine\nRUN unzip a.zip\nFROM eclipse-temurin:8-jdk\nRUN apt-get update && apt-get install -y openssh-server build-essential git-lfs && ssh-keygen -A\nRUN tar xJf a.tar.xz && git lfs install\nFROM eclipse-temurin:8-jdk\nRUN git rev-parse HEAD || true\n",
		},
		{
			caption: "Packages of one release, and package sources",
			bad: 'FROM ubuntu:«bionic»\nRUN apt-get install -y python3.7\nFROM debian:«bullseye»\nRUN apt-get install -y libssl1.1\nFROM debian:«bullseye»\nRUN apt-get install -y curl=7.74.0-1.3\nFROM python:«3.8-slim-bullseye»\nRUN apt-get install -y openjdk-11-jre\nFROM alpine:«3.15»\nRUN apk add php7\nFROM ubuntu:«20.04»\nRUN echo "deb https://download.docker.com/linux/ubuntu focal stable" > /etc/apt/sources.list.d/docker.list\nFROM debian:«11» AS base\nFROM base\nRUN apt-get install -y -t bullseye-backports git\nFROM debian:«11»\nADD --checksum=$A https://a.b/c /c\nRUN curl -fsSO https://packages.microsoft.com/config/debian/11/packages-microsoft-prod.deb\nFROM ubuntu:«20.04»\nRUN curl -fsSO https://developer.download.nvidia.com/compute/cuda/repos/ubuntu2004/x86_64/cuda-keyring_1.1-1_all.deb\nFROM oraclelinux:«7»\nRUN yum install -y https://dl.fedoraproject.org/pub/epel/epel-release-latest-7.noarch.rpm\nFROM oraclelinux:«7»\nRUN rpm -i https://a.b/c-1.2.el7.x86_64.rpm\nFROM alpine:«3.15»\nRUN apk add --repository https://dl-cdn.alpinelinux.org/alpine/v3.15/community a\nFROM alpine:«3.15»\nRUN echo https://a.b/v3.15/main > /etc/apk/repositories\nFROM alpine:«3.15»\nRUN sed -i s/v3.15/v3.16/ /etc/apk/repositories\n',
			workspace: TODAY,
		},
		{
			caption: "Numbers and names that all releases have or that name something else, and versions where the release stays",
			bad: "FROM ubuntu:«bionic»\nRUN apt-get install -y python3-pip libgl1 libglib2.0-0 lua5.1 openjdk-11-jdk python-dev-is-python3\nFROM python:«3.8-slim-bookworm»\nRUN apt-get install -y curl=7.88.1-10 python3.11\nFROM alpine:«3.15»\nRUN apk add 'curl>7'\nFROM debian:«11»\nRUN curl -fsSO https://a.b/debian/12/c-11.deb && model7 focal11\nFROM ubuntu:«20.04»\nRUN useradd focal && chown focal /x # on focal\nFROM alpine:«3.15»\nRUN wget https://a.b/c/archive/v3.15.2.tar.gz && git clone -b v3.15 https://a.b/d\n",
			fixed:
				"FROM ubuntu:jammy\nRUN apt-get install -y python3-pip libgl1 libglib2.0-0 lua5.1 openjdk-11-jdk python-dev-is-python3\nFROM python:3.11-slim-bookworm\nRUN apt-get install -y curl=7.88.1-10 python3.11\nFROM alpine:3.22\nRUN apk add 'curl>7'\nFROM debian:12\nRUN curl -fsSO https://a.b/debian/12/c-11.deb && model7 focal11\nFROM ubuntu:22.04\nRUN useradd focal && chown focal /x # on focal\nFROM alpine:3.22\nRUN wget https://a.b/c/archive/v3.15.2.tar.gz && git clone -b v3.15 https://a.b/d\n",
			workspace: TODAY,
		},
		{
			caption: "Paths and programs carry the version that the old image has, in its stages or in those that copy from them",
			bad: 'FROM python:«3.8-slim» AS a\nRUN pip install b\nFROM python:«3.8-slim»\nCOPY --from=a /usr/local/lib/python3.8/site-packages /usr/local/lib/python3.8/site-packages\nFROM python:«3.8» AS c\nRUN pip install --prefix=/d d\nFROM python:«3.8»\nCOPY --from=c /d /d\nENV PYTHONPATH=/d/lib/python3.8/site-packages\nFROM python:«3.10-slim-bookworm»\nRUN pip install https://a.b/c-1.0-cp310-cp310-linux_x86_64.whl\nFROM debian:«11»\nWORKDIR /etc/php/7.4/fpm\nFROM debian:«11»\nENTRYPOINT ["php-fpm7.4"]\nFROM debian:«11»\nVOLUME /var/lib/postgresql/13/main\nFROM ruby:«2.7»\nHEALTHCHECK CMD test -d /usr/local/bundle/ruby/2.7.0\nFROM ubuntu:«18.04»\nENV PERL5LIB=/usr/local/lib/perl5/site_perl/5.26.1\nFROM ubuntu:«18.04» AS e\nRUN apt-get install -y libpq5\nFROM alpine:3.22\nCOPY --from=e /usr/lib/x86_64-linux-gnu/ /usr/lib/x86_64-linux-gnu/\nFROM php:«8.2-fpm-bookworm»\nRUN echo extension=/usr/local/lib/php/extensions/no-debug-non-zts-20220829/a.so > /a.ini\nFROM «openjdk:8-jdk»\nRUN keytool -list -keystore /usr/local/openjdk-8/jre/lib/security/cacerts\n',
			workspace: TODAY,
		},
		{
			caption: "The file brings that version itself, the new image has it, too, or it is not the image's",
			bad: "FROM ubuntu:«18.04»\nRUN cd Python-3.8.0 && ./configure && make altinstall # with python3.6\nRUN apt-get install -y a python2.7- && python3.8 -m pip install b\nFROM alpine:«3.20»\nRUN apk add python3 && touch /usr/lib/python3.12/site-packages/a.pth\nFROM ubuntu:«20.04»\nRUN curl -fsSO https://a.b/php/7.4/c.deb && rm /opt/conda/lib/python3.8/d.py\nFROM python:«3.8»\nCOPY --from=a.b/c-python3.14:1 /usr/local/lib/python3/d /d\n",
			fixed:
				"FROM ubuntu:22.04\nRUN cd Python-3.8.0 && ./configure && make altinstall # with python3.6\nRUN apt-get install -y a python2.7- && python3.8 -m pip install b\nFROM alpine:3.22\nRUN apk add python3 && touch /usr/lib/python3.12/site-packages/a.pth\nFROM ubuntu:22.04\nRUN curl -fsSO https://a.b/php/7.4/c.deb && rm /opt/conda/lib/python3.8/d.py\nFROM python:3.11\nCOPY --from=a.b/c-python3.14:1 /usr/local/lib/python3/d /d\n",
			workspace: TODAY,
		},
		{
			caption: "PHP's extensions and their options that the new line does not have, and libraries that it brings no more",
			bad: "FROM php:«7.3-apache»\nRUN docker-php-ext-configure gd --with-freetype-dir=/usr --with-jpeg-dir=/usr && docker-php-ext-install -j4 gd\nFROM php:«5-apache»\nRUN docker-php-ext-install mysql\nFROM php:«7.1-apache»\nRUN docker-php-ext-install pdo mcrypt\nFROM php:«7.4-apache»\nRUN docker-php-ext-install xmlrpc\nFROM php:«7.2-fpm» AS a\nFROM a\nRUN docker-php-ext-install mysqli zip\nFROM php:«7.3-fpm-alpine»\nRUN apk add libzip-dev && docker-php-ext-install mbstring\nFROM php:«7.4»\nRUN yes | pecl install -f xdebug-3.1.6\nFROM php:«5.6»\nRUN pecl install mongo\n",
			workspace: TODAY,
		},
		{
			caption: "What both lines know, and what the file installs",
			bad: "FROM php:«7-apache»\nRUN docker-php-ext-configure gd --with-freetype --with-jpeg && docker-php-ext-install gd zip mbstring\nFROM php:«7.3-fpm-alpine» AS a\nRUN apk add libzip-dev oniguruma-dev\nFROM a\nRUN docker-php-ext-install zip mbstring\nFROM php:«8.2»\nRUN docker-php-ext-install imap && pecl install xdebug-3.3.2 redis\n",
			fixed:
				"FROM php:8.3-apache\nRUN docker-php-ext-configure gd --with-freetype --with-jpeg && docker-php-ext-install gd zip mbstring\nFROM php:8.3-fpm-alpine AS a\nRUN apk add libzip-dev oniguruma-dev\nFROM a\nRUN docker-php-ext-install zip mbstring\nFROM php:8.3\nRUN docker-php-ext-install imap && pecl install xdebug-3.3.2 redis\n",
			workspace: TODAY,
		},
		{
			caption: "The new image's pip does not write beside the distribution's packages, and its gem does not know the options",
			bad: "FROM debian:«11»\nRUN apt-get install -y python3-pip && pip3 install a\nFROM debian:«buster»\nRUN apt-get install -y ruby && gem install --no-ri --no-rdoc a\nFROM ruby:«2.5»\nRUN gem install bundler --no-rdoc\n",
			workspace: TODAY,
		},
		{
			caption: "It may, or it did not before",
			bad: "FROM debian:«11»\nRUN apt-get install -y python3-pip && rm -f /usr/lib/python3.*/EXTERNALLY-MANAGED && pip3 install a\nFROM alpine:«3.20»\nRUN apk add py3-pip && pip3 install a\nFROM ubuntu:«20.04»\nRUN apt-get install -y python3-pip && pip3 install a\nFROM debian:«11»\nRUN apt-get install -y python3-venv && python3 -m venv /v && . /v/bin/activate && pip install a\nFROM ruby:«2.7»\nRUN gem install --no-document a\n",
			fixed:
				"FROM debian:12\nRUN apt-get install -y python3-pip && rm -f /usr/lib/python3.*/EXTERNALLY-MANAGED && pip3 install a\nFROM alpine:3.22\nRUN apk add py3-pip && pip3 install a\nFROM ubuntu:22.04\nRUN apt-get install -y python3-pip && pip3 install a\nFROM debian:12\nRUN apt-get install -y python3-venv && python3 -m venv /v && . /v/bin/activate && pip install a\nFROM ruby:3.3\nRUN gem install --no-document a\n",
			workspace: TODAY,
		},
		{
			caption: "Labels and variables that repeat the reference",
			bad: "FROM debian:«11-slim»\nLABEL base.image=\"debian:11-slim\" a=debian:11 b='debian:11-slim'\nENV BASE=debian:11-slim\n",
			fixed: "FROM debian:12-slim\nLABEL base.image=\"debian:12-slim\" a=debian:11 b='debian:12-slim'\nENV BASE=debian:12-slim\n",
			workspace: TODAY,
		},
		{ caption: "No successor that would be the same", bad: "FROM «centos»\nFROM «openjdk:22»\n" },
		{ caption: "Nobody says what day it is", good: "FROM python:3.8\n" },
		{ caption: "Allowed", good: "FROM debian:buster\n", options: { allow: ["debian"] }, workspace: TODAY },
	],
	check(file, { options, workspace }) {
		const allow = options["allow"] as readonly string[];
		const soon = workspace.today === undefined ? "" : dayAfter(workspace.today, Number(options["days"]));
		const reports: Report[] = [];
		for (const use of imageUsesOf(file)) {
			if (use.kind !== "from" || isRepositoryAmong(use.reference, allow)) continue;
			const abandoned = abandonedRepository(use.reference);
			const report = abandoned === undefined ? endedReport(file, use, workspace.today, soon) : abandonedReport(file, use, abandoned);
			if (report !== undefined) reports.push(report);
		}
		return reports;
	},
});

function endedReport(file: Dockerfile, use: ImageUse, today: string | undefined, soon: string): Report | undefined {
	if (today === undefined) return undefined;
	const ending = supportLines(use.reference).filter(({ ends }) => ends < soon);
	const ended = ending.filter(({ ends }) => ends < today);
	const lines = ended.length > 0 ? ended : ending;
	const first = lines[0];
	if (first === undefined) return undefined;
	const inTag = lines.some(({ at }) => at !== -1);
	return {
		span: inTag ? tagSpan(use) : use.span,
		message: endMessage(lines, ended.length > 0),
		...severityOf(use, ended.length > 0),
		fixes: () => newerTag(file, use, soon),
	};
}

function severityOf(use: ImageUse, ended: boolean): { readonly severity?: LintSeverity } {
	switch (use.step?.stage.use) {
		case "unused":
			return { severity: "hint" };
		case "copied":
			return { severity: ended ? "info" : "hint" };
		default:
			return ended ? {} : { severity: "info" };
	}
}

function abandonedReport(file: Dockerfile, use: ImageUse, abandoned: AbandonedRepository): Report {
	return {
		span: use.span,
		message: abandonedMessage(use.reference, abandoned),
		...severityOf(use, true),
		tags: ["deprecated"],
		fixes: () => renamed(file, use, abandoned.rename),
	};
}
