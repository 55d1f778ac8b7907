import assert from "node:assert/strict";
import type { LintFinding } from "../../../server/core/finding.ts";
import { VERSIONED_PROGRAMS } from "../../../server/core/knowledge/versionedPaths.ts";
import { lint } from "../../../server/core/lint/lint.ts";
import { NO_WORKSPACE } from "../../../server/core/rules/workspaceFacts.ts";

function findingsIn(text: string): readonly LintFinding[] {
	const rules = new Map([["base-image-end-of-life", "warning" as const]]);
	return lint(text, { rules, workspace: { ...NO_WORKSPACE, today: "2026-11-21" } }).findings;
}

/** What the rule offers over a file, with the note. */
function offered(text: string): readonly string[] {
	const findings = findingsIn(text);
	assert.notEqual(findings.length, 0, text);
	return findings.flatMap((finding) => finding.fixes().map(({ title, note }) => `${title}: ${note}`));
}

const VERSION = "new version changes behaviour: build and test with it.";
const PLACES = "packages and paths than in the old image: build and test with it.";

describe("the repairs of base-image-end-of-life", () => {
	const withheld: readonly (readonly [why: string, text: string])[] = [
		["Ubuntu 24.04's pip refuses", "FROM openjdk:17-buster\nRUN apt-get install -y python3-pip && pip3 install a\n"],
		["so does that of Node's Debian 12", "FROM node:14\nRUN apt-get install -y python3-pip && pip3 install a\n"],
		["number 1000 is taken", "FROM openjdk:11-jdk-slim\nARG UID=1000\nRUN useradd -u $UID app\n"],
		["it is on Ubuntu already, but not on 24.04", "FROM eclipse-temurin:16-jdk\nRUN groupadd -g 1000 app\n"],
		["Debian is named", "FROM openjdk:8\nRUN echo deb http://deb.debian.org/debian sid main > /etc/apt/sources.list\n"],
		["Python 3 is another language", "FROM python:2.7-alpine\n"],
		["pip2", "FROM debian:10\nRUN pip2 install a\n"],
		["easy_install-2.7", "FROM debian:10\nRUN easy_install-2.7 a\n"],
		["pip3.9", "FROM python:3.9\nRUN pip3.9 install a\n"],
		["netcat is two packages in Debian 12", "FROM debian:11\nRUN apt-get install -y netcat\n"],
		["behind a plain tag, too", "FROM node:14\nRUN apt-get install -y netcat\n"],
		["behind one with Apache", "FROM php:7.4-apache\nRUN apt-get install -y netcat\n"],
		["libasound2 is another one in Ubuntu 24.04", "FROM openjdk:8\nRUN apt-get install -y libasound2\n"],
		["mysql-client went with Debian 10", "FROM debian:9\nRUN apt-get install -y mysql-client\n"],
	];
	for (const [why, text] of withheld) it(`none: ${why}`, () => assert.deepEqual(offered(text), []));

	it("reads no part of a number for a line", () => {
		const python = VERSIONED_PROGRAMS.find(({ name }) => name === "Python");
		const found = (text: string): readonly string[] => [...text.matchAll(python?.pattern ?? /$^/g)].map(([match]) => match);
		assert.deepEqual(found("virtualenv-3.12 virtualenv-3.12.1 pip3.12.1"), ["virtualenv-3.12"]);
	});

	const given: readonly (readonly [text: string, repair: string])[] = [
		[
			"FROM openjdk:11-jdk-slim\nRUN useradd -u 1001 a && useradd -o -u 1000 b\n",
			`Start from eclipse-temurin:11-jdk: Debian becomes Ubuntu, with other ${PLACES}`,
		],
		["FROM openjdk:17\nRUN a\n", `Start from eclipse-temurin:17-jdk: Oracle Linux becomes Ubuntu, with other ${PLACES}`],
		["FROM openjdk:11-jre-slim\nRUN a\n", `Start from eclipse-temurin:11-jre: Debian becomes Ubuntu, with other ${PLACES}`],
		["FROM openjdk:21\nRUN b\n", `Start from eclipse-temurin:21-jdk: Oracle Linux becomes Ubuntu, with other ${PLACES}`],
		["FROM openjdk:8-alpine\nRUN a\n", `Start from eclipse-temurin:8-jdk-alpine: Other ${PLACES}`],
		["FROM eclipse-temurin:24.0.2_12-jre\nRUN a\n", `Change to 25-jre: A ${VERSION}`],
		["FROM mcr.microsoft.com/dotnet/sdk:6.0\nRUN a\n", `Change to 10.0: Debian becomes Ubuntu, and a ${VERSION}`],
		["FROM python:3.9\nRUN apt-get install -y python3-pip && pip3 install a\n", `Change to 3.11: A ${VERSION}`],
		[
			"FROM python:3.7 AS a\nFROM a\nRUN pip install 'a[b]==1.2'\n",
			"Change to 3.11: Pinned packages may not install with Python 3.11: build and test with it.",
		],
		["FROM python:3.11-bullseye\nRUN pip install a==1.2\n", `Change to 3.11-bookworm: A ${VERSION}`],
		["FROM debian:11\nRUN gem install --no-ri a\n", `Change to 12: A ${VERSION}`],
		["FROM debian:11\nRUN apt-get install -y netcat-openbsd mysql-client\n", `Change to 12: A ${VERSION}`],
		["FROM ubuntu:20.04\nRUN apt-get install -y netcat libasound2 && useradd -u 1000 a\n", `Change to 22.04: A ${VERSION}`],
	];
	for (const [text, repair] of given) it(text.split("\n").slice(0, 2).join(", "), () => assert.deepEqual(offered(text), [repair]));
});

describe("the findings of base-image-end-of-life", () => {
	it("say what has ended, and what will", () => {
		const said = (image: string): readonly string[] =>
			findingsIn(`FROM ${image}\n`).map(({ severity, message }) => `${severity}: ${message}`);
		assert.deepEqual(said("php:8.2"), ["info: PHP 8.2 gets no security fixes after 2026-12-31"]);
		assert.deepEqual(said("python:3.10"), ["warning: Python 3.10 has had no security fixes since 2026-10-31"]);
	});
});
