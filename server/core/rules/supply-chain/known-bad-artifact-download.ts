import { wordAt } from "../../dockerfile/commands/shellVariables.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { type PackageCall, packageCallsOf } from "../../dockerfile/packages/packageCalls.ts";
import { BAD_RELEASES, type BadRelease } from "../../knowledge/badReleases.ts";
import type { Span } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const VERSION = /^\d[\w.+~:-]*/;

export const knownBadArtifactDownload = defineRule({
	id: "known-bad-artifact-download",
	title: "A release that is known to be malicious or broken is installed",
	category: "supply-chain",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	onlyWith: { texts: BAD_RELEASES.flatMap(({ packages, prefixes }) => [...packages, ...prefixes].map(nameIn)) },
	equivalents: similar(["kics", "5fa731ea-e844-47a6-a1e8-abc25e95847e"]),
	why: "Some releases were published by attackers who had taken an account over, or carry a hole that everybody looks for. A Dockerfile that names such a version keeps fetching it long after its authors have replaced it, from mirrors and caches where it is still to be had.",
	remedy:
		"Take the first good release or a later one, compare its digest, and look at what the bad one may have done: if it ran in a build, the secrets of that build are known to others.",
	references: [
		"https://www.cve.org/CVERecord?id=CVE-2024-3094",
		"https://openssl-library.org/news/vulnerabilities/",
		"https://logging.apache.org/security.html",
		"https://github.com/advisories",
	],
	examples: [
		{
			caption: "The release of xz with the back door",
			bad: "FROM buildpack-deps:bookworm\nRUN curl -fsSL https://github.com/tukaani-project/xz/releases/download/v«5.6.1»/xz-5.6.1.tar.gz | tar xz\n",
			fixed:
				"FROM buildpack-deps:bookworm\nRUN curl -fsSL https://github.com/tukaani-project/xz/releases/download/v5.6.2/xz-5.6.2.tar.gz | tar xz\n",
		},
		{
			caption: "The release behind it",
			good: "FROM buildpack-deps:bookworm\nRUN curl -fsSL https://github.com/tukaani-project/xz/releases/download/v5.6.2/xz-5.6.2.tar.gz | tar xz\n",
		},
		{
			caption: "In the address of a download",
			bad: "FROM debian:12\nRUN wget https://www.openssl.org/source/old/1.0.1/openssl-«1.0.1».tar.gz && wget https://tukaani.org/xz/xz-«5.6.1».tar.gz && wget https://a.b/log4j-core-«2.16.0».jar\nRUN curl -fsSLO https://github.com/tukaani-project/xz/releases/download/v«5.6.1»/xz-5.6.1.tar.gz\nRUN wget https://www.openssl.org/source/openssl-«3.0.5».tar.gz && wget https://repo1.maven.org/maven2/org/apache/logging/log4j/log4j-core/«2.14.1»/log4j-core-2.14.1.jar\n",
			fixed:
				"FROM debian:12\nRUN wget https://www.openssl.org/source/old/1.0.1/openssl-1.0.1g.tar.gz && wget https://tukaani.org/xz/xz-5.6.2.tar.gz && wget https://a.b/log4j-core-2.17.1.jar\nRUN curl -fsSLO https://github.com/tukaani-project/xz/releases/download/v5.6.2/xz-5.6.2.tar.gz\nRUN wget https://www.openssl.org/source/openssl-3.0.7.tar.gz && wget https://repo1.maven.org/maven2/org/apache/logging/log4j/log4j-core/2.17.1/log4j-core-2.17.1.jar\n",
		},
		{
			caption: "Behind a variable, and from ADD",
			bad: 'FROM debian:12\nENV V=1.0.1f\nRUN curl -O «"https://www.openssl.org/source/openssl-$V.tar.gz"»\nADD https://a.b/webmin-«1.920».tar.gz /\nRUN apt-get install -y xz-utils=«5.6.1-1»\n',
			fixed:
				'FROM debian:12\nENV V=1.0.1f\nRUN curl -O "https://www.openssl.org/source/openssl-$V.tar.gz"\nADD https://a.b/webmin-1.930.tar.gz /\nRUN apt-get install -y xz-utils=5.6.1-1\n',
		},
		{
			caption: "Packages",
			bad: "FROM debian:12\nRUN npm install a event-stream@«3.3.6» && yarn add ua-parser-js@«1.0.0» && pip install ultralytics==«8.3.41»\nRUN gem install rest-client -v «1.6.13»\n",
			fixed:
				"FROM debian:12\nRUN npm install a event-stream@3.3.4 && yarn add ua-parser-js@1.0.1 && pip install ultralytics==8.3.47\nRUN gem install rest-client -v 1.6.14\n",
		},
		{
			caption: "Good releases, and others of the same name",
			good: "FROM debian:12\nRUN wget https://a.b/xz-5.6.2.tar.gz https://a.b/openssl-3.0.7.tar.gz https://a.b/openssl-3.0.10.tar.gz https://a.b/openssl-1.0.1g.tar.gz https://a.b/log4j-core-2.17.1.jar https://a.b/log4j-core-2.12.4.jar https://a.b/log4j-core-2.3.2.jar https://a.b/openssl-$V.tar.gz https://a.b/xz-5.6.10.tgz\nRUN npm i event-stream@4.0.1 chalk@5 debug && pip install ctx ultralytics && apt-get install xz-utils=5.6.1+really5.4.5-1 && gem install rest-client\n",
		},
	],
	check(file) {
		const found: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" && step.keyword !== "ADD") continue;
				for (const reports of [addressReports(step), packageReports(step)])
					for (const report of reports) found.push(stage.use === "unused" ? { ...report, severity: "warning" } : report);
			}
		}
		return found;
	},
});

/** `xz-utils` of `apt:xz-utils`, `openssl` of `/openssl/archive/refs/tags/openssl-`. */
function nameIn(text: string): string {
	const parts = text.replace(/^\w+:/, "").split("/");
	const names = parts
		.map((part) => part.replace(/^@|[-_]v?$/g, ""))
		.filter((part) => !/^(?:|archive|refs|tags|releases|download|v)$/.test(part));
	return names.reduce((longest, name) => (name.length > longest.length ? name : longest), "");
}

function addressReports(step: Step): readonly Report[] {
	const reports: Report[] = [];
	if (step.keyword === "ADD") {
		for (const source of remoteSourcesOf(step)) {
			const found = addressReport(source, source.resolved, false);
			if (found !== undefined) reports.push(found);
		}
		return reports;
	}
	for (const { url, resolved, command } of downloadsOf(step)) {
		const found = addressReport(url, resolved, command.decoded);
		if (found !== undefined) reports.push(found);
	}
	return reports;
}

function addressReport(
	{ text, span }: { readonly text: string; readonly span: Span },
	resolved: string | undefined,
	decoded: boolean,
): Report | undefined {
	const found = resolved === undefined ? undefined : inAddress(resolved);
	if (found === undefined) return undefined;
	const inPlace = span.end - span.start === text.length;
	const places = inPlace
		? occurrences(text, found.version).map((at) => ({ start: span.start + at, end: span.start + at + found.version.length }))
		: [];
	return report(found.release, found.version, places[0] ?? span, decoded ? [] : places);
}

interface Found {
	readonly release: BadRelease;
	readonly version: string;
}

function inAddress(address: string): Found | undefined {
	const lower = address.toLowerCase();
	for (const release of BAD_RELEASES) {
		for (const prefix of release.prefixes) {
			for (let at = lower.indexOf(prefix); at !== -1; at = lower.indexOf(prefix, at + 1)) {
				const rest = lower.slice(at + prefix.length);
				if (!release.bad.test(rest)) continue;
				const version = /^\d+(?:\.\d+)+[a-z]?(?![a-z])|^\d+(?:\.\d+)+/.exec(rest)?.[0];
				if (version !== undefined) return { release, version };
			}
		}
	}
	return undefined;
}

function occurrences(text: string, version: string): readonly number[] {
	const places: number[] = [];
	for (let at = text.indexOf(version); at !== -1; at = text.indexOf(version, at + version.length)) {
		// The folder of a series: `source/old/1.0.1/openssl-1.0.1f.tar.gz`.
		if (text.slice(0, at).endsWith("/old/")) continue;
		if (!/[\d]/.test(text[at - 1] ?? "") && !/[\d]/.test(text[at + version.length] ?? "")) places.push(at);
	}
	return places;
}

const MANAGERS: ReadonlySet<string> = new Set(
	BAD_RELEASES.flatMap(({ packages }) => packages.map((name) => name.slice(0, name.indexOf(":")))),
);

function packageReports(step: Step): readonly Report[] {
	if (step.keyword !== "RUN") return [];
	const reports: Report[] = [];
	for (const call of packageCallsOf(step)) {
		if (call.kind !== "install" || !MANAGERS.has(call.manager)) continue;
		for (const word of call.operands) {
			if (word.value !== undefined && call.manager !== "gem" && !/[@=]/.test(word.value)) continue;
			const text = wordAt(step, call.command, word) ?? "";
			const match = /^(@?[^@=<>~!\s]+)(@|===?|=)(.+)$/.exec(text);
			const name = match?.[1] ?? (call.manager === "gem" ? text : undefined);
			const version = match?.[3] ?? gemVersion(call)?.text;
			if (name === undefined || version === undefined || !VERSION.test(version)) continue;
			const release = BAD_RELEASES.find(
				(entry) => entry.packages.includes(`${call.manager}:${name.toLowerCase()}`) && entry.bad.test(version),
			);
			if (release === undefined) continue;
			const own = match === null ? gemVersion(call)?.span : endOfWord(word, version);
			const edit = own === undefined || call.command.decoded || call.manager === "apt" ? [] : [own];
			reports.push(report(release, version, own ?? word.span, edit));
		}
	}
	return reports;
}

function gemVersion(call: PackageCall): { readonly text: string; readonly span: Span } | undefined {
	const option = call.manager === "gem" ? call.options.find(({ name }) => name === "-v" || name === "--version") : undefined;
	return option?.valueWord === undefined || option.value === undefined ? undefined : { text: option.value, span: option.valueWord.span };
}

function endOfWord(word: { readonly text: string; readonly span: Span }, version: string): Span | undefined {
	if (!word.text.endsWith(version) || word.span.end - word.span.start !== word.text.length) return undefined;
	return { start: word.span.end - version.length, end: word.span.end };
}

function report(release: BadRelease, version: string, span: Span, places: readonly Span[]): Report {
	return {
		span,
		message: `${release.name} ${version.slice(0, 20)} ${release.why} (${release.advisory})`,
		fixes:
			places.length === 0
				? []
				: [
						{
							title: `Take ${release.name} ${release.fixed}`,
							safety: "review",
							edits: places.map((place) => replace(place, release.fixed)),
							note: "A digest that is compared has to be the new one's.",
						},
					],
	};
}
