import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordAt } from "../../dockerfile/commands/shellVariables.ts";
import { lastPart } from "../../dockerfile/downloads/addresses.ts";
import { type ListCheck, listChecksOf } from "../../dockerfile/downloads/checksumLists.ts";
import { downloadsOf, storedNames } from "../../dockerfile/downloads/downloads.ts";
import { isFile } from "../../dockerfile/downloads/filePaths.ts";
import { powershellHashes } from "../../dockerfile/downloads/powershellHashes.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { stepsBackwards } from "../../dockerfile/variables/state.ts";
import { TEST_PROGRAMS } from "../../knowledge/plainPrograms.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const NAMES: Readonly<Record<string, string>> = { md5: "MD5", sha1: "SHA-1" };
const STRONG = /^(?:sha(?:224|256|384|512)sum|b2sum|b3sum|gpg2?|gpgv|cosign|minisign|slsa-verifier)$/;

export const weakHashVerification = defineRule({
	id: "weak-hash-verification",
	title: "A download is compared by a hash for which collisions can be made",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S4790"]),
	onlyWith: { words: ["md", "sha", "shasum"] },
	why: "Two different files with the same MD5 take seconds to make, with the same SHA-1 the price of some computing time. Whoever makes a release can prepare a harmless file and a harmful one with one digest, show the first to those who look, and serve the second to a build. An error of the connection is found, an attack is not.",
	remedy:
		"Take the file's SHA-256 (or SHA-512) from the project's release page or compute it from the file that was tested, and compare with `sha256sum -c`. Where the project publishes MD5 alone, check its signature, or write down a SHA-256 of your own.",
	references: [
		"https://www.kb.cert.org/vuls/id/836068",
		"https://csrc.nist.gov/news/2022/nist-transitioning-away-from-sha-1-for-all-apps",
		"https://cwe.mitre.org/data/definitions/328.html",
	],
	examples: [
		{
			caption: "MD5",
			bad: 'FROM debian:12\nARG MD5\nRUN wget https://example.com/tool.tgz && echo "$MD5  tool.tgz" | «md5sum» -c - && tar xf tool.tgz\n',
		},
		{
			caption: "SHA-256",
			good: 'FROM debian:12\nARG SHA256\nRUN wget https://example.com/tool.tgz && echo "$SHA256  tool.tgz" | sha256sum -c - && tar xf tool.tgz\n',
		},
		{
			caption: "Lists and lines",
			bad: 'FROM debian:12\nRUN wget https://a.b/c && echo "$MD5  c" | «md5sum» -c - && tar xf c\nRUN curl -fsSLo d https://a.b/d && echo "$SHA1 *d" | sudo «sha1sum» --check\nRUN wget https://a.b/e https://a.b/e.md5 && «md5sum» -c e.md5\nRUN wget https://a.b/f && «shasum» -c f.sha1\nRUN wget https://a.b/g && echo "37df187b76888101ecd745282e9cd1ad4ea508d6  g" | «shasum» -c - && echo "$G_SHA1  g" | «shasum» -c\n',
		},
		{
			caption: "In a later instruction, for a file that ADD has fetched; in a test",
			bad: 'FROM debian:12\nADD https://a.b/c /c\nRUN echo "$MD5  /c" | «md5sum» -c\nRUN wget https://a.b/x.tgz https://a.b/SUMS\nRUN «md5sum» -c x.tgz.md5 && «md5sum» -c SUMS\nRUN wget https://a.b/d && [ "$(«md5sum» d | cut -d" " -f1)" = "$MD5" ] && tar xf d\nRUN wget https://a.b/e && «md5sum» e | grep -q abc && tar xf e\nRUN wget https://a.b/f && «openssl» sha1 f | grep abc\nRUN wget https://a.b/g && «shasum» g | grep abc\nRUN wget https://a.b/h && openssl sha256 h | grep abc\nRUN wget https://a.b/i && shasum -a 256 i | grep abc\n',
		},
		{
			caption: "In PowerShell",
			bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN iwr https://a.b/c.zip -OutFile c.zip; if ((«Get-FileHash» c.zip -Algorithm MD5).Hash -ne $env:SUM) { throw }; Expand-Archive c.zip\nRUN iwr https://a.b/d.zip -OutFile $f; $h = («Get-FileHash» -Path $f -Algorithm 'SHA1').Hash; if ($h -ne '37df187b76888101ecd745282e9cd1ad4ea508d6') { exit 1 }\nRUN iwr https://a.b/e -OutFile C:\\e; $h = «Get-FileHash» C:\\e -Algorithm MD5; if ($env:E -ne $h.Hash.ToLower()) { exit 1 }\n",
		},
		{
			caption: "In PowerShell, by SHA-256, or not to compare",
			good: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nRUN iwr https://a.b/c.zip -OutFile c.zip; if ((Get-FileHash c.zip).Hash -ne $env:SUM) { throw }; Get-FileHash c.zip -Algorithm MD5\nRUN iwr https://a.b/d.zip -OutFile d.zip; if ((Get-FileHash e.zip -Algorithm MD5).Hash -ne $env:SUM) { throw }; if ((Get-FileHash d.zip -Algorithm SHA512).Hash -ne $env:D) { throw }\n',
		},
		{
			caption: "In PowerShell, where something else is compared, or another file, or a signature is checked, too",
			good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN iwr https://a.b/c.zip -OutFile c.zip; Get-FileHash c.zip -Algorithm MD5 | Out-Host; if ($env:X -eq 'y') { a }\nRUN iwr https://a.b/c.zip -OutFile c.zip; (Get-FileHash c.zip -Algorithm MD5).Hash > c.md5; ls | Where-Object { $_.Name -like '*.log' }\nRUN iwr https://a.b/a -OutFile a; if ((Get-FileHash other.zip -Algorithm MD5).Hash -ne $env:X) { throw }\nRUN iwr https://a.b/c -OutFile c; if ((Get-FileHash c -Algorithm MD5).Hash -ne $env:X) { throw }; get-authenticodesignature c\n",
		},
		{ caption: "With aria2", bad: "FROM debian:12\nRUN «aria2c» --checksum=md5=d41d8cd98f00b204e9800998ecf8427e https://a.b/c\n" },
		{
			caption: "A strong one",
			good: 'FROM debian:12\nRUN wget https://a.b/c && echo "$SHA256  c" | sha256sum -c - && shasum -a 256 -c SUMS && aria2c --checksum=sha-256=abc https://a.b/d\nRUN wget https://a.b/e && echo "$SHA1  e" | sha1sum -c - && gpg --verify e.asc e\n',
		},
		{
			caption: "shasum goes by the length of the digest",
			good: 'FROM debian:12\nRUN wget https://a.b/c && echo "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  c" | shasum -c - && echo "$SUM  c" | shasum -c\nRUN wget https://a.b/f && shasum -c f.sums\n',
		},
		{
			caption: "What is compared comes from the context",
			good: 'FROM debian:12\nRUN curl -o tool.tgz https://a.b/tool.tgz && echo "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  tool.tgz" | sha256sum -c -\nADD https://a.b/d /d\nCOPY f.tgz f.tgz.md5 /\nRUN md5sum -c f.tgz.md5 && tar xf f.tgz\n',
		},
		{
			caption: "No comparison, or nothing was downloaded",
			good: 'FROM debian:12\nCOPY c c.md5 ./\nRUN md5sum -c c.md5 && md5sum c > key && X="$(md5sum /usr/bin/a | cut -c1-8)" && [ "$X" = "$Y" ]\nRUN wget https://a.b/d && mv d "$(md5sum d | cut -c1-8).d"\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const { span, algorithm } of weakChecks(step)) {
					if (isStrong(step)) continue;
					reports.push({
						span,
						message: `A download is compared by its ${NAMES[algorithm] ?? algorithm} alone, for which collisions can be made`,
						...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					});
				}
			}
		}
		return reports;
	},
});

interface WeakCheck {
	/** The program that computes the digest. */
	readonly span: Span;
	readonly algorithm: string;
}

function weakChecks(step: Step): readonly WeakCheck[] {
	const { text } = step.line;
	if (!/md5|sha1|shasum|sha-1/i.test(text) && step.heredocs.length === 0) return [];
	const lists = listChecksOf(step).flatMap((check): readonly WeakCheck[] => {
		const { command, algorithm } = check;
		const { name } = command;
		return name !== undefined && isWeak(algorithm) && isOfDownload(check) ? [{ span: name.span, algorithm }] : [];
	});
	const compared = commandsOf(step).flatMap((command): readonly WeakCheck[] => {
		const algorithm = comparedInTest(step, command) ?? comparedInline(command);
		return algorithm === undefined || command.name === undefined ? [] : [{ span: command.name.span, algorithm }];
	});
	return [...lists, ...compared, ...inPowershell(step)];
}

function isWeak(algorithm: string | undefined): algorithm is string {
	return algorithm !== undefined && Object.hasOwn(NAMES, algorithm);
}

/** Those of PowerShell, unless it compares by something better, too. */
function inPowershell(step: Step): readonly WeakCheck[] {
	const hashes = powershellHashes(step);
	return hashes.every(({ algorithm }) => isWeak(algorithm)) && !/get-authenticodesignature/i.test(stepText(step)) ? hashes : [];
}

/** The algorithm of `[ "$(md5sum FILE | …)" = … ]` and `md5sum FILE | grep …` for a file that the RUN downloads. */
function comparedInTest(step: Step, command: ShellCommand): string | undefined {
	const algorithm = computedBy(command);
	if (algorithm === undefined || !(command.within.includes("substitution") || isSearched(command))) return undefined;
	const files = downloadsOf(step).flatMap(storedNames);
	const named = command.args.some((word) => !word.text.startsWith("-") && isFile(word, files));
	const test = commandsOf(step).find(
		(other) => TEST_PROGRAMS.has(other.program ?? "") && other.span.start < command.span.start && command.span.end < other.span.end,
	);
	return named && (isSearched(command) || test?.args.some((word) => /^!?==?$/.test(word.text))) ? algorithm : undefined;
}

const COMPUTED: Readonly<Record<string, string>> = { md5sum: "md5", md5: "md5", sha1sum: "sha1", sha1: "sha1" };

/** The algorithm of the digest that a command prints, if it is a weak one. */
function computedBy({ program = "", args }: ShellCommand): string | undefined {
	const words = args.map(({ text }) => text);
	if (program === "openssl") return words[0] === "dgst" ? /^-(md5|sha1)$/.exec(words[1] ?? "")?.[1] : ownValue(COMPUTED, words[0]);
	// Without -a it is SHA-1.
	if (program === "shasum") return words.some((word) => /^-(?:[a-zA-Z]*[ac]|-)/.test(word)) ? undefined : "sha1";
	return ownValue(COMPUTED, program);
}

/** `md5sum FILE | grep -q …`. */
function isSearched(command: ShellCommand): boolean {
	const members = command.pipeline?.commands ?? [];
	return members.slice(members.indexOf(command) + 1).some(({ program }) => /^[ef]?grep$/.test(program ?? ""));
}

function comparedInline(command: ShellCommand): string | undefined {
	if (command.program !== "aria2c") return undefined;
	const match = command.args.map((word) => /^--checksum=(md5|sha-1)=/.exec(word.text)).find((found) => found !== null);
	return match === undefined || match === null ? undefined : match[1] === "md5" ? "md5" : "sha1";
}

/** Whether a list is about a download: the RUN has one, or the list names, or is, what an earlier step fetched. */
function isOfDownload({ step, command, line }: ListCheck): boolean {
	if (downloadsOf(step).length > 0) return true;
	const words = line?.words ?? command.args.filter((word) => !word.text.startsWith("-"));
	const files = words.flatMap((word) => [comparable(word), wordAt(step, command, word) ?? ""]).flatMap((text) => text.split(/[\s*]+/));
	for (const earlier of stepsBackwards(step.stage, step)) {
		const names = fetchedNames(earlier);
		// `app.tgz.md5` is the list of app.tgz.
		if (files.map(lastPart).some((file) => names.some((name) => name !== "" && (file === name || file.startsWith(`${name}.`)))))
			return true;
	}
	return false;
}

/** The names that a step's downloads have behind it, without their folders. */
function fetchedNames(step: Step): readonly string[] {
	const sources = remoteSourcesOf(step);
	const added =
		sources.length === 0 ? [] : [contextCopyOf(step)?.destination ?? "", ...sources.map(({ text, resolved }) => resolved ?? text)];
	const downloaded = downloadsOf(step).flatMap(storedNames);
	return [...added, ...downloaded].map(lastPart);
}

/** Whether the RUN compares by something better, too. */
function isStrong(step: Step): boolean {
	return commandsOf(step).some(
		(command) =>
			STRONG.test(command.program ?? "") &&
			command.args.some((word) => /^(?:-c|-[a-z]*c|--check|--verify|verify-blob|-V|verify-artifact)$/.test(word.text)),
	);
}
