import { baseName } from "../../baseName.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { type CopyWord, copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import { allSteps } from "../../dockerfile/model/instructions.ts";
import { TAR_NAME } from "../../knowledge/archiveNames.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

/** Flags that COPY does not have. */
const ADD_ONLY = new Set(["checksum", "keep-git-dir", "unpack"]);
/** Endings of files that no builder takes for an archive, whatever is in them by rights. */
const PLAIN_NAME =
	/\.(?:[ch]|cc|cpp|cfg|conf|config|css|csv|env|go|html?|ini|jar|java|jinja2?|js|json|jsx|key|list|lock|lua|md|pem|php|pl|properties|ps1|py|rb|repo|rs|rules|service|sh|sql|template|tmpl|toml|tpl|ts|tsx|txt|war|xml|ya?ml|zip|zsh)$/i;

export const addInsteadOfCopy = defineRule({
	id: "add-instead-of-copy",
	title: "ADD is used for what COPY does",
	category: "correctness",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [
		...same(
			["hadolint", "DL3020"],
			["trivy", "DS-0005"],
			["checkov", "CKV_DOCKER_4"],
			["kics", "9513a694-aa0d-41d8-be61-3271e056f36b"],
			["sonar", "S7029"],
			["cis", "4.9"],
			["dockle", "CIS-DI-0009"],
			["terrascan", "AC_DOCKER_0032"],
			["droast", "DF006"],
		),
		...similar(["semgrep", "prefer-copy-over-add"]),
	],
	onlyWith: { instructions: ["ADD"] },
	why: "ADD unpacks what it recognises as a tar archive, by its content, and fetches what looks like an address. A file that is an archive one day is unpacked over the file system of the image, with whatever paths and modes are in it; who reads the file cannot tell what is meant.",
	remedy: "Use COPY for files and folders of the build context, ADD for addresses, repositories and archives that are to be unpacked.",
	references: ["https://docs.docker.com/build/building/best-practices/#add-or-copy", "https://docs.docker.com/reference/dockerfile/#add"],
	examples: [
		{ caption: "A folder of the context", bad: "FROM node:22\nWORKDIR /app\n«ADD» . .\n", fixed: "FROM node:22\nWORKDIR /app\nCOPY . .\n" },
		{ caption: "COPY, and an archive that ADD unpacks", good: "FROM node:22\nWORKDIR /app\nCOPY . .\nADD data.tar.gz /data/\n" },
		{
			caption: "Files and folders",
			bad: 'FROM debian:12\n«ADD» a.conf b.sh /etc/\n«add» --chown=1 . /app\n«ADD» ["src/", "/x"]\nONBUILD «ADD» app.zip /\n',
			fixed: 'FROM debian:12\nCOPY a.conf b.sh /etc/\ncopy --chown=1 . /app\nCOPY ["src/", "/x"]\nONBUILD COPY app.zip /\n',
		},
		{
			caption: "A name that does not tell what it is",
			bad: "FROM debian:12\n«ADD» run /run\n«ADD» <<E /e\nE\n«ADD» conf.d/* /etc/\n«ADD» Gemfile* /x/\n",
			fixed: "FROM debian:12\nCOPY run /run\nCOPY <<E /e\nE\nCOPY conf.d/* /etc/\nCOPY Gemfile* /x/\n",
		},
		{
			caption: "The letters of tar in another word, or in the name of a folder",
			bad: "FROM debian:12\n«ADD» target/app.jar /app.jar\n«ADD» start.sh /start.sh\n«ADD» target /app\n«ADD» startup.py tar/a.conf /x/\n«ADD» tar/ /x/\n",
			fixed:
				"FROM debian:12\nCOPY target/app.jar /app.jar\nCOPY start.sh /start.sh\nCOPY target /app\nCOPY startup.py tar/a.conf /x/\nCOPY tar/ /x/\n",
		},
		{
			caption: "tar as a word of its own",
			good: "FROM debian:12\nADD rootfs-tar /\nADD base_tar.part /\nADD tarballs/* /x/\nADD sources/a.t* /x/\nADD basetar /\n",
		},
		{
			caption: "What ADD is there for",
			good: "FROM debian:12\nADD rootfs* /\nADD dist.* ./* /x/\nADD https://example.com/a /a\nADD git@github.com:a/b.git /b\nADD rootfs.tar.xz /\nADD a.tgz b.TBZ2 c.tar.zst d.tar.Z e.txz /x/\nADD --unpack=true x /\nADD --keep-git-dir=false y /\n",
		},
		{
			caption: "A variable in the name of a file that is never unpacked",
			bad: "FROM debian:12\nARG V=1\n«ADD» target/app-${V}.jar app.jar\n«ADD» app-$V.json /\n",
			fixed: "FROM debian:12\nARG V=1\nCOPY target/app-${V}.jar app.jar\nCOPY app-$V.json /\n",
		},
		{
			caption: "A variable whose value in the file is such a name",
			bad: "FROM openjdk:17\nARG JAR_FILE=target/*.jar\n«ADD» ${JAR_FILE} app.jar\nENV B=c.txt\n«ADD» $B /b\n",
			fixed: "FROM openjdk:17\nARG JAR_FILE=target/*.jar\nCOPY ${JAR_FILE} app.jar\nENV B=c.txt\nCOPY $B /b\n",
		},
		{
			caption: "Variables and mixed sources",
			good: "FROM debian:12\nARG A\nADD $A/a.jar /\nADD https$A/a.jar /\nADD app-$A /\nADD a/${A:-b.jar} /\nENV B=rootfs C=https://example.com/c.txt\nADD $A /a\nADD ${B} /b\nADD $C /c\nADD a.txt rootfs.tar /c/\nADD *.tar.* d /e/\n",
		},
		{
			caption: "An archive under another name",
			good: "FROM debian:12\nADD data.gz dump.xz /x/\nFROM scratch\nADD debian.img /\nADD layer.bin /\nADD rootfs /\nADD alpine* /\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const step of allSteps(file)) {
			if (step.keyword !== "ADD" || step.flags.some((flag) => ADD_ONLY.has(flag.name))) continue;
			const sources = copyWordsOf(step)?.sources;
			if (sources === undefined || remoteSourcesOf(step).length > 0) continue;
			if (sources.some((source) => mayBeArchive(source, step.stage.base.kind === "scratch"))) continue;
			const keyword = step.keywordText === step.keywordText.toLowerCase() ? "copy" : "COPY";
			reports.push({
				span: step.keywordSpan,
				message: `ADD copies ${namesOf(sources)} as COPY does`,
				fixes: [
					{ title: "Change to COPY", safety: sources.every(isPlain) ? "safe" : "review", edits: [replace(step.keywordSpan, keyword)] },
				],
			});
		}
		return reports;
	},
});

function namesOf(sources: readonly CopyWord[]): string {
	const [first, ...others] = sources;
	if (first === undefined || others.length > 0) return `${sources.length} sources`;
	return first.heredoc ? "a heredoc" : shortened(first.text, 60);
}

/** What is compressed may be an archive, whatever it is called. */
const COMPRESSED = /\.(?:gz|bz2|xz|zst|lz|lzma|Z)$/;

/** A pattern that leaves the ending open: `rootfs*`, `dist.*`. All files of a folder (`conf.d/*`) are mostly of one kind. */
const MANIFEST = /(?:^|\/)(?:Cargo|Gemfile|Makefile|Pipfile|Procfile|Rakefile)[^/]*$/;
const OPEN_END = /(?:^(?:\.\/)?|[^/*])[*?\]]+\w?$/;

const TAR_WORD = /(?<![a-z])tar(?:ball)?s?(?![a-z])|tar$/i;

/** The beginning of a path that no value of a variable makes an address. */
const LITERAL_START = /^(?:\.{0,2}\/|[\w.-]+\/|(?!git|https?|ssh)[\w.-]+[-_.])/;

/** Whether ADD could unpack it. In an empty image that is what ADD is mostly for. */
function mayBeArchive({ text: written, value, heredoc }: CopyWord, empty: boolean): boolean {
	if (heredoc) return false;
	// What the file says of a whole name counts; of a part, the rest has to tell the kind.
	const text = /^\$(?:\w+|\{\w+\})$/.test(written) ? (value ?? written) : written;
	if (
		((text !== written || text.includes("$")) && !(LITERAL_START.test(text) && PLAIN_NAME.test(text))) ||
		text.includes("://") ||
		(OPEN_END.test(text) && !MANIFEST.test(text)) ||
		TAR_NAME.test(text.replace(/\*+$/, "")) ||
		COMPRESSED.test(text) ||
		namesTar(text)
	)
		return true;
	return empty && !isPlain({ text, heredoc });
}

/** Whether a name says "tar" as a word, as in `rootfs-tar` and `x.t*`: its last part, for the files of a folder also the folders. */
function namesTar(text: string): boolean {
	if (text.endsWith("/")) return false;
	const last = baseName(text);
	return /\.t[a-z.]*\*/i.test(last) || TAR_WORD.test(/[*?[]/.test(last) ? text : last);
}

/** Whether it is certain that ADD does not unpack it: a folder, a heredoc, or a file of a kind that is never an archive. */
function isPlain({ text, heredoc }: Pick<CopyWord, "text" | "heredoc">): boolean {
	return heredoc || text === "." || text.endsWith("/") || PLAIN_NAME.test(text);
}
