import { exampleText } from "../../server/core/lint/lintExample.ts";
import { RULES } from "../../server/core/rules/registry.ts";
import type { CorpusFile } from "./corpus.ts";
import { type Random, shellText } from "./fuzzShell.ts";
import { randomFrom } from "./random.ts";

/** Makes texts that are Dockerfiles, nearly Dockerfiles, or nothing of the kind; the same for the same seed. */
export type FuzzInputs = (seed: number) => string;

/** Longer files are left out: the time of an input is better spent on other inputs. */
const LONGEST = 4000;

/** Texts from a grammar of Dockerfiles, and mutations of the given files and of the rules' own examples. */
export function fuzzInputs(files: readonly CorpusFile[]): FuzzInputs {
	const examples = RULES.flatMap((rule) => rule.examples.map(exampleText));
	const written = files.map(({ text }) => text).filter((text) => text.length <= LONGEST);
	return (seed) => {
		const random = randomFrom(seed);
		const kind = random();
		const text = kind < 0.3 ? dockerfile(random) : mutated(random, pick(random, kind < 0.6 ? examples : written), pick(random, examples));
		return disguised(random, text);
	};
}

function pick<T>(random: Random, values: readonly T[]): T {
	return values[Math.floor(random() * values.length)] as T;
}

function many(random: Random, most: number, part: () => string): string {
	return Array.from({ length: Math.floor(random() * (most + 1)) }, part).join("");
}

const WORDS = [
	// Names that every object has: no table of ours knows them.
	"constructor",
	"__proto__",
	"--constructor",
	"--toString=1",
	"valueOf=b",
	"a",
	"b",
	"/",
	"/a",
	"/app/",
	"./",
	"..",
	".",
	"*",
	"a*b",
	"$A",
	"${A}",
	"${A:-b}",
	"${A:?",
	"${A/b/c}",
	"${A#*b}",
	"$",
	"${",
	"root",
	"0:0",
	"nobody",
	"1000",
	'"a b"',
	"'a b'",
	'"',
	"'",
	"a\\ b",
	"\\",
	"A=b",
	"=",
	"A=",
	'"A"=b',
	"a=b=c",
	"é",
	"名前",
	"\u{1f600}",
	"\u00a0",
	"\u200b",
	"\u202e",
	"—",
	"“a”",
	"#",
	"# a",
	"80",
	"80/tcp",
	"8000-9000",
	"99999",
	"https://a.example/b.tar.gz",
	"http://a.example/b",
	"git@a.example:b/c.git",
	"<<EOF",
	"<<-'E'",
	"5<<E",
	"~/.ssh/id_rsa",
	".env",
	"package.json",
	"ghp_0123456789abcdefghijklmnopqrstuvwxyz",
	"AKIAIOSFODNN7EXAMPLE",
	"password",
	"/etc/passwd",
	"/var/run/docker.sock",
	"C:\\a",
	"\u0000",
	"\u001b[31m",
] as const;
const IMAGES = [
	"scratch",
	"debian",
	"debian:12",
	"alpine:latest",
	"node:20-alpine",
	"python:3.12-slim",
	"a AS b",
	"--platform=linux/amd64 golang:1.22 AS build",
	"$BASE",
	"${BASE:-ubuntu}",
	"docker.io/library/ubuntu:22.04@sha256:0000000000000000000000000000000000000000000000000000000000000000",
	"mcr.microsoft.com/windows/servercore:ltsc2022",
	"Debian",
	"a:b:c",
	"",
	"build",
	"s0",
] as const;
const FLAGS = [
	"--from=build",
	"--from=0",
	"--from=s0",
	"--chown=a:b",
	"--chown=0",
	"--chmod=777",
	"--chmod=u+x",
	"--link",
	"--link=false",
	"--parents",
	"--exclude=*.a",
	"--mount=type=cache,target=/root/.cache",
	"--mount=type=secret,id=a",
	"--mount=type=bind,from=build,source=/,target=/a",
	"--mount=",
	"--mount=type=",
	"--network=host",
	"--security=insecure",
	"--checksum=sha256:0",
	"--keep-git-dir",
	"--platform=$BUILDPLATFORM",
	"--interval=1s",
	"--timeout=0",
	"--retries=-1",
	"--start-period=1h2m",
	"--",
	"--no=such",
	"--a",
] as const;
const DIRECTIVES = [
	"# syntax=docker/dockerfile:1",
	"# escape=`",
	"# escape=\\",
	"# check=skip=all;error=true",
	"#syntax = a",
	"# check=skip=JSONArgsRecommended",
	"# escape=x",
	"#!/bin/sh",
] as const;
const COMMENTS = [
	"# a",
	"#",
	"# hullguard-ignore base-digest-missing",
	"# hullguard-ignore *",
	'# hullguard-ignore-file a, b until=2020-01-01 reason="a b"',
	"# hadolint ignore=DL3006,DL3008",
	"# hadolint global ignore=DL3000",
	"# checkov:skip=CKV_DOCKER_2:a",
	"# trivy:ignore:DS002",
	"# nosemgrep: a.b",
	"# kics-scan disable=0123456789",
	"# check=skip=all",
	"# tally ignore=a",
	"   # a",
	"# é",
] as const;
const KEYWORDS = [
	"ADD",
	"ARG",
	"CMD",
	"COPY",
	"ENTRYPOINT",
	"ENV",
	"EXPOSE",
	"HEALTHCHECK",
	"LABEL",
	"MAINTAINER",
	"ONBUILD",
	"RUN",
	"SHELL",
	"STOPSIGNAL",
	"USER",
	"VOLUME",
	"WORKDIR",
	"run",
	"Copy",
	"NOSUCH",
	"RUN|",
] as const;

function words(random: Random, most: number): string {
	return Array.from({ length: 1 + Math.floor(random() * most) }, () => pick(random, WORDS)).join(random() < 0.9 ? " " : "  ");
}

/** A file by the grammar: directives, ARGs, stages. */
function dockerfile(random: Random): string {
	const head =
		many(random, 2, () => `${pick(random, DIRECTIVES)}\n`) +
		many(random, 2, () => `ARG ${pick(random, ["BASE=debian:12", "BASE", "A=b", ...WORDS])}\n`);
	const stage = (): string => {
		const name = random() < 0.3 ? ` AS ${pick(random, ["build", "s0", "S1", "a b", "scratch"])}` : "";
		return `FROM ${pick(random, IMAGES)}${name}\n${many(random, 12, () => line(random))}`;
	};
	return head + Array.from({ length: 1 + Math.floor(random() * 3) }, stage).join("");
}

function line(random: Random): string {
	const roll = random();
	if (roll < 0.08) return `${pick(random, COMMENTS)}\n`;
	if (roll < 0.1) return "\n";
	const trigger = random() < 0.06 ? "ONBUILD " : "";
	return `${trigger}${instruction(random)}\n`;
}

function instruction(random: Random): string {
	const keyword = random() < 0.35 ? "RUN" : pick(random, KEYWORDS);
	const flags = many(random, random() < 0.4 ? 2 : 0, () => `${pick(random, FLAGS)} `);
	return `${random() < 0.05 ? "  " : ""}${keyword} ${flags}${argumentsOf(random, keyword.toUpperCase())}`;
}

function argumentsOf(random: Random, keyword: string): string {
	const shell = ["RUN", "CMD", "ENTRYPOINT", "HEALTHCHECK", "SHELL"].includes(keyword);
	if (!shell)
		return random() < 0.1 ? array(random) : random() < 0.1 ? `${words(random, 2)} <<EOF /a\n${words(random, 4)}\nEOF` : words(random, 4);
	const prefix = keyword === "HEALTHCHECK" ? pick(random, ["CMD ", "NONE", "cmd ", ""]) : "";
	const roll = random();
	if (roll < 0.2) return prefix + array(random);
	if (roll < 0.35) return `${prefix}${pick(random, ["", "bash ", "cat > /a ", "sh -e "])}${heredoc(random)}`;
	return prefix + shellText(random);
}

function heredoc(random: Random): string {
	const name = pick(random, ["EOF", "E", "é"]);
	const written = pick(random, [name, `"${name}"`, `'${name}'`]);
	const dash = random() < 0.2 ? "-" : "";
	const shebang = random() < 0.2 ? `${pick(random, ["#!/bin/sh", "#!/usr/bin/env python3", "#!/bin/bash -e"])}\n` : "";
	const end = random() < 0.95 ? `${dash}${name}`.slice(dash.length) : "";
	return `<<${dash}${written}${random() < 0.1 ? " && a" : ""}\n${shebang}${many(random, 4, () => `${shellText(random)}\n`)}${end}`;
}

function array(random: Random): string {
	const strings = Array.from({ length: Math.floor(random() * 4) }, () =>
		pick(random, [
			'"a"',
			'"/bin/sh", "-c"',
			'"bash"',
			'"\\u0061"',
			'"a b && c"',
			"'a'",
			"a",
			'""',
			'"é"',
			JSON.stringify(shellText(random)),
		]),
	);
	return `[${strings.join(pick(random, [", ", ",", " , ", " "]))}${random() < 0.95 ? "]" : ""}${random() < 0.05 ? " a" : ""}`;
}

/** Tokens that a mutation puts anywhere. */
const TOKENS = [
	...WORDS,
	...FLAGS,
	...COMMENTS,
	" \\\n",
	"\\\n",
	"`\n",
	"\n",
	"\n\n",
	"\r",
	"\t",
	" ",
	"&&",
	"||",
	";",
	"|",
	"(",
	")",
	"{",
	"}",
	"$(",
	"`",
	"<<EOF\n",
	"\nEOF\n",
	"ONBUILD ",
	"RUN ",
	"FROM ",
	"FROM scratch\n",
	"\n# a\n",
	"if ",
	"then ",
	"fi",
	"[",
	"]",
	'["',
	'"]',
	">",
	"2>&1",
] as const;

/** A text with a few changes: of characters, of tokens, of lines, with lines of another text. */
function mutated(random: Random, text: string, other: string): string {
	let result = text;
	for (let left = Math.floor(random() * 4); left >= 0; left--) result = mutation(random, result, other);
	return result;
}

function mutation(random: Random, text: string, other: string): string {
	const at = Math.floor(random() * (text.length + 1));
	const length = Math.floor(random() ** 3 * 40);
	const lines = text.split("\n");
	const row = Math.floor(random() * lines.length);
	switch (Math.floor(random() * 9)) {
		case 0:
			return text.slice(0, at) + text.slice(at + length);
		case 1:
			return text.slice(0, at) + pick(random, TOKENS) + text.slice(at);
		case 2:
			return text.slice(0, at) + pick(random, TOKENS) + text.slice(at + length);
		case 3:
			return lines.toSpliced(row, 1).join("\n");
		case 4:
			return lines.toSpliced(row, 0, lines[Math.floor(random() * lines.length)] as string).join("\n");
		case 5:
			return lines.toSpliced(row, 0, ...behindFirst(other)).join("\n");
		case 6:
			return text + other;
		case 7:
			return lines.toSpliced(row, 0, instruction(random)).join("\n");
		default:
			return text.slice(0, at);
	}
}

/** The lines of a file behind its first FROM. */
function behindFirst(text: string): readonly string[] {
	const lines = text.trimEnd().split("\n");
	return lines.slice(lines.findIndex((row) => /^FROM\b/i.test(row)) + 1);
}

/** What editors and other systems do to whole files. */
function disguised(random: Random, text: string): string {
	const roll = random();
	if (roll < 0.08) return text.replace(/\r?\n/g, "\r\n");
	if (roll < 0.1) return text.replace(/\n/g, () => (random() < 0.5 ? "\r\n" : "\n"));
	if (roll < 0.12) return `\ufeff${text}`;
	if (roll < 0.15) return `# escape=\`\n${text.replace(/\\$/gm, "`")}`;
	if (roll < 0.2) return text.replace(/\n$/, "");
	if (roll < 0.23) return text.replace(/ /g, () => (random() < 0.1 ? " \\\n  " : " "));
	if (roll < 0.25) return text.replace(/^(?=RUN|COPY|ENV|CMD|USER)/gm, "ONBUILD ");
	return text;
}
