import { hideReferences, withoutQuery } from "../../baseName.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { isWebPage } from "../../dockerfile/downloads/downloadTexts.ts";
import { addFlag, insertInstructionAfter } from "../../dockerfile/edits/edit.ts";
import { gitRevision, isFullCommit, type RemoteSource, remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import { instructionMentions } from "../../dockerfile/model/mentions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { type Declaration, declarationAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import { LOCAL_HOSTS } from "../../knowledge/downloadTools.ts";
import { remembered } from "../../memo.ts";
import { type Span, type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const DIGEST = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
const COMMIT = "2222222222222222222222222222222222222222";

/** Addresses that are added because they answer something new each time: they end the layer cache. */
const CACHE_BREAKERS = /^https:\/\/(?:api\.github\.com\/repos\/|(?:www\.)?random\.org\/)/i;
const CHECKERS = /^(?:sha(?:1|224|256|384|512)sum|shasum|md5sum|b2sum|gpgv?2?|cosign|minisign|signify|openssl)$/;

export const addRemoteWithoutChecksum = defineRule({
	id: "add-remote-without-checksum",
	title: "ADD fetches something that nobody compares",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["sonar", "S6474"], ["semgrep", "prefer-copy-over-add"]),
	onlyWith: { instructions: ["ADD"] },
	why: "What ADD fetches goes into the image as it comes. If the release is replaced, the account taken over or the connection tampered with, other bytes arrive, and the build goes on. A branch or a tag of a Git repository can be moved by whoever may push to it.",
	remedy:
		"Compare what arrives: `ADD --checksum=sha256:…` for a file (Dockerfile 1.6), the full id of a commit for a repository, as `…git#<commit>` or as `--checksum` (1.16). Where the version is an ARG, keep the checksum in a second one beside it. Where the address depends on the platform, download in RUN and compare with a list of checksums there.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#add---checksum",
		"https://docs.docker.com/reference/dockerfile/#adding-files-from-a-git-repository",
	],
	examples: [
		{
			caption: "Whatever lies there",
			bad: "FROM debian:12\nADD «https://example.com/tool-1.2.tar.gz» /tmp/\n",
			fixed:
				"FROM debian:12\nADD --checksum=sha256:1111111111111111111111111111111111111111111111111111111111111111 https://example.com/tool-1.2.tar.gz /tmp/\n",
			answer: "sha256:1111111111111111111111111111111111111111111111111111111111111111",
		},
		{
			caption: "With its checksum",
			good: "FROM debian:12\nADD --checksum=sha256:1111111111111111111111111111111111111111111111111111111111111111 https://example.com/tool-1.2.tar.gz /tmp/\n",
		},
		{
			caption: "A file",
			bad: "FROM debian:12\nENV V=1.2\nADD --chmod=755 «https://example.com/tool-$V» /usr/local/bin/tool\n",
			fixed: `FROM debian:12\nENV V=1.2\nADD --chmod=755 --checksum=${DIGEST} https://example.com/tool-$V /usr/local/bin/tool\n`,
			answer: DIGEST,
		},
		{
			caption: "The version is an ARG: its checksum becomes another one",
			bad: 'ARG TINI_VERSION=v0.19.0\nFROM debian:12\nARG TINI_VERSION\nADD ["«https://example.com/tini-${TINI_VERSION}»", "/tini"]\n',
			fixed: `ARG TINI_VERSION=v0.19.0\nFROM debian:12\nARG TINI_VERSION\nARG TINI_CHECKSUM=${DIGEST}\nADD --checksum=$TINI_CHECKSUM ["https://example.com/tini-\${TINI_VERSION}", "/tini"]\n`,
			answer: DIGEST,
		},
		{
			caption: "No repair: several files, or an address that the platform decides",
			bad: 'FROM debian:12\nARG TARGETARCH\nARG A=1\nARG B=2\nADD «https://example.com/a» \\\n  "«https://example.com/b»" /\nADD «https://example.com/c-$TARGETARCH» /c\nADD «https://example.com/d-$A-$B» /d\n',
		},
		{
			caption: "A page of GitHub that shows the file, another one at each request: no digest fits it",
			bad: `FROM debian:12\nADD «https://github.com/a/b/blob/${COMMIT}/jdbc.jar» /b.jar\n`,
		},
		{
			caption: "The file itself",
			bad: `FROM debian:12\nADD «https://github.com/a/b/blob/${COMMIT}/jdbc.jar?raw=true» /b.jar\n`,
			fixed: `FROM debian:12\nADD --checksum=${DIGEST} https://github.com/a/b/blob/${COMMIT}/jdbc.jar?raw=true /b.jar\n`,
			answer: DIGEST,
		},
		{
			caption: "Git",
			bad: `FROM debian:12\nADD «https://github.com/a/b.git» /b\nADD «https://github.com/a/b.git#v1.2» /b\nADD «git@github.com:a/b.git?branch=main» /b\nADD «git://example.com/b#${COMMIT.slice(0, 7)}» /b\nONBUILD ADD «ssh://git@example.com/b» /b\n`,
		},
		{ caption: "The start of a commit id", bad: "FROM debian:12\nADD --checksum=«2222222» https://github.com/a/b.git#v1.2 /b\n" },
		{
			caption: "Compared, or not known",
			good: `FROM debian:12\nARG REF\nADD --checksum=${DIGEST} https://example.com/a /a\nADD --checksum=$SUM https://example.com/a /a\nADD https://github.com/a/b.git#${COMMIT}:docs /b\nADD https://github.com/a/b.git?ref=v1&commit=${COMMIT} /b\nADD --checksum=${COMMIT} https://github.com/a/b.git#v1 /b\nADD https://github.com/a/b.git#$REF /b\nADD $REF /c\n`,
		},
		{
			caption: "Compared by a command",
			good: 'FROM debian:12\nADD https://example.com/tool.tgz /tmp/\nADD https://example.com/gosu /bin/\nADD https://example.com/gosu.asc /tmp/\nRUN echo "abc  /tmp/tool.tgz" | sha256sum -c - && gpg --batch --verify /tmp/gosu.asc /bin/gosu\n',
		},
		{
			caption: "Local files",
			good: "FROM debian:12\nADD a.tgz github.com/a/b.git http /d/\nCOPY --from=x https://example.com/a /a\nADD http://localhost:8000/a /a\n",
		},
		{
			caption: "Something new each time, to end the layer cache",
			good: "FROM debian:12\nADD https://api.github.com/repos/a/b/git/refs/heads/main /version.json\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const source of remoteSourcesOf(step)) {
					const report = source.kind === "http" ? fileReport(source) : gitReport(source);
					if (report !== undefined) reports.push(stage.use === "unused" ? { ...report, severity: "info" } : report);
				}
			}
		}
		return reports;
	},
});

function fileReport(source: RemoteSource): Report | undefined {
	const { step, text, span } = source;
	const address = source.resolved ?? text;
	if (step.flags.some((flag) => flag.name === "checksum") || CACHE_BREAKERS.test(address)) return undefined;
	const host = hostOf(address);
	if (LOCAL_HOSTS.test(host.replace(/:\d+$/, "")) || isComparedLater(step, address)) return undefined;
	return {
		span,
		message: `${shortened(lastPart(address), 36)} is fetched from ${shortened(host, 26)} without a checksum`,
		// An address that names a commit serves the same bytes as long as its host is honest.
		...(address.split("/").some(isFullCommit) && !isWebPage(address) ? { severity: "info" as const } : {}),
		fixes: () => checksumFixes(source),
	};
}

function gitReport(source: RemoteSource): Report | undefined {
	const flag = source.step.flags.find((candidate) => candidate.name === "checksum");
	if (flag !== undefined) return shortChecksum(flag.value ?? "", flag.valueSpan);
	const revision = gitRevision(source);
	if (revision === undefined || isFullCommit(revision.checksum ?? revision.ref ?? "")) return undefined;
	const name = shortened(lastPart(source.resolved ?? source.text), 30);
	const message =
		revision.ref === undefined
			? `${name} is fetched at its default branch, which moves`
			: `${name} is fetched at ${shortened(revision.ref, 28)}, which is no full commit id`;
	return { span: source.span, message };
}

function shortChecksum(value: string, span: Span | undefined): Report | undefined {
	if (span === undefined || value.includes("$") || isFullCommit(value) || !/^[0-9a-f]+$/i.test(value)) return undefined;
	return { span, message: `The checksum compares ${value.length} of the 40 digits of a commit id` };
}

function hostOf(address: string): string {
	return /^https?:\/\/(?:[^/@]*@)?([^/?#]+)/i.exec(address)?.[1] ?? "";
}

function lastPart(address: string): string {
	const path = withoutQuery(address).replace(/\/+$/, "");
	const hidden = hideReferences(path);
	return path.slice(Math.max(hidden.lastIndexOf("/"), hidden.lastIndexOf(":")) + 1);
}

interface Comparisons {
	/** The names of what the ADDs of a stage fetch. */
	readonly sources: ReadonlySet<string>;
	/** The RUNs that compare something. */
	readonly checking: readonly Step[];
}

const comparisonsIn = remembered(
	(stage: Stage): Comparisons => ({
		sources: new Set(stage.steps.flatMap(remoteSourcesOf).map((source) => lastPart(source.resolved ?? source.text))),
		checking: runSteps(stage).filter((run) => commandsOf(run).some((command) => CHECKERS.test(command.program ?? ""))),
	}),
);

/** Whether a later RUN compares the file, or one that another ADD has brought checks its signature; the signature itself counts as compared. */
function isComparedLater(step: Step, address: string): boolean {
	const { stage } = step;
	const name = lastPart(address);
	const target = lastPart(step.exec?.values.at(-1) ?? step.arguments.text.split(/\s/).at(-1) ?? "");
	const signed = name.replace(/\.(?:asc|sig|sha\d+(?:sum)?|md5)$/, "");
	const { sources, checking } = comparisonsIn(stage);
	if (signed !== name && sources.has(signed)) return true;
	return checking.some(
		(run) =>
			run.ordinal > step.ordinal &&
			[name, target, lastPart(addressAsWritten(step, address))].some((text) => text.length > 1 && mentionsFile(run, text)),
	);
}

function addressAsWritten(step: Step, address: string): string {
	return remoteSourcesOf(step).find((source) => source.resolved === address)?.text ?? address;
}

function mentionsFile(run: Step, name: string): boolean {
	return stepText(run).includes(name);
}

function checksumFixes(source: RemoteSource): readonly Fix[] {
	const { resolved, alone } = source;
	if (resolved === undefined || !alone || !/^https?:\/\/[^\s$]+$/i.test(resolved) || isWebPage(resolved)) return [];
	const place = checksumPlace(source);
	if (place === undefined) return [];
	return [
		{
			title: `Compare with the checksum of what ${hostOf(resolved)} serves now`,
			safety: "lookup",
			need: { kind: "fileDigest", url: resolved },
			finish: (digest) => place(digest),
			note: "The build will fail once the address serves something else.",
		},
	];
}

/** Where the checksum goes: into the flag, or, if one ARG decides what is fetched, into an ARG below that one. */
function checksumPlace({ step, text }: RemoteSource): ((digest: string) => readonly SpanEdit[]) | undefined {
	const names = [...new Set([...text.matchAll(/\$\{?([A-Za-z_]\w*)/g)].map((match) => match[1] ?? ""))];
	const declarations = names.map((name) => declarationAt(step, name));
	const overridable = declarations.filter((declaration) => declaration === undefined || mayBeOverridden(declaration));
	if (overridable.length === 0) return (digest) => [addFlag(step, `--checksum=${digest}`)];
	const [declaration] = overridable;
	if (overridable.length > 1 || declaration === undefined || declaration.kind !== "ARG") return undefined;
	const own = step.stage.steps.find((candidate) => candidate.span.start === declaration.instruction.span.start);
	const name = checksumName(text, declaration.assignment.name);
	if (own === undefined || isTaken(step.stage, name)) return undefined;
	return (digest) => [insertInstructionAfter(step.stage.file, own, `ARG ${name}=${digest}`), addFlag(step, `--checksum=$${name}`)];
}

/** `TINI_CHECKSUM` for `https://…/tini-$TINI_VERSION.gz`; after the ARG where the file has no name of its own. */
function checksumName(text: string, argument: string): string {
	const plain = (name: string): string =>
		name
			.toUpperCase()
			.replace(/[^A-Z0-9]+/g, "_")
			.replace(/^[_\d]+|_(?:V_?)?$/g, "");
	const file = plain(lastPart(text.replace(/\$(?:\{[^}]*\}|\w+)/g, "_")).replace(/\.[a-z]\w*(?:\.\w+)*$/i, ""));
	return `${file === "" ? plain(argument.replace(/_?VERSION$/i, "")) : file}_CHECKSUM`;
}

/** An ARG, and an ENV that is made of variables. */
function mayBeOverridden({ kind, assignment }: Declaration): boolean {
	return kind === "ARG" || (assignment.value ?? "").includes("$");
}

function isTaken(stage: Stage, name: string): boolean {
	return stage.file.instructions.some((instruction) => instructionMentions(instruction, name));
}
