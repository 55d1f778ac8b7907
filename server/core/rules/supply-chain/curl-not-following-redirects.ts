import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { addCurlOption } from "../../dockerfile/downloads/curlEdits.ts";
import { pipedUse } from "../../dockerfile/downloads/downloadPipes.ts";
import { type Download, downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { hasOption } from "../../shell/options.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** With these redirects are followed, or somebody looks at the answer. */
const HANDLED = [
	"-L",
	"--location",
	"--location-trusted",
	"-w",
	"--write-out",
	"-i",
	"--include",
	"-D",
	"--dump-header",
	"-K",
	"--config",
	"--max-redirs",
];

export const curlNotFollowingRedirects = defineRule({
	id: "curl-not-following-redirects",
	title: "curl does not follow redirects",
	category: "supply-chain",
	severity: "hint",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "curl-should-follow-redirects"]),
	onlyWith: { words: ["curl"] },
	why: "A file that moves leaves a redirect behind. Without `-L` curl stores or passes on the empty or short page that says where the file went, and succeeds: `-f` does not help, because a redirect is no error. The build breaks later, at a place that has nothing to do with it.",
	remedy:
		"Add `-L` (`--location`), and keep the redirects on TLS: `curl --proto =https -fsSLO https://…`. Where a redirect would be wrong, say so with `--max-redirs 0`.",
	references: ["https://curl.se/docs/manpage.html#-L", "https://everything.curl.dev/http/redirects.html"],
	examples: [
		{
			caption: "A download",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN «curl» -fsS -o /usr/local/bin/tool https://example.com/tool\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl -LfsS -o /usr/local/bin/tool https://example.com/tool\n",
		},
		{
			caption: "Followed",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl -fsSL -o /usr/local/bin/tool https://example.com/tool\n",
		},
		{
			caption: "A file, an archive from a pipe",
			bad: "FROM debian:12\nRUN «curl» -fsS -o /a https://a.b/a && «curl» --fail https://a.b/a.tgz | tar xz\n",
			fixed: "FROM debian:12\nRUN curl -LfsS -o /a https://a.b/a && curl --location --fail https://a.b/a.tgz | tar xz\n",
		},
		{
			caption: "In a script in another shell",
			bad: "FROM debian:12\nRUN sh -c 'sudo «curl» -O https://a.b/a'\n",
			fixed: "FROM debian:12\nRUN sh -c 'sudo curl -LO https://a.b/a'\n",
		},
		{
			caption: "Followed, inspected, or no file",
			good: "FROM debian:12\nRUN curl -fsSLO https://a.b/a && curl --location -O https://a.b/a && curl -sI https://a.b && curl -w '%{http_code}' -o /dev/null https://a.b/x && curl -X POST -o /a https://a.b/hook && curl -o /a http://localhost/a && V=$(curl -s https://api.a.b/v) && curl $O -o a https://a.b/c && curl --max-redirs 0 -O https://a.b/d && curl -O ftp://a.b/e\nHEALTHCHECK CMD curl -f http://localhost/\n",
		},
	],
	check(file) {
		if (file.text.includes("curlrc")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const seen = new Set<ShellCommand>();
			for (const step of runSteps(stage)) {
				for (const download of downloadsOf(step)) {
					const { command, arguments: args } = download;
					if (download.program !== "curl" || seen.has(command) || command.name === undefined) continue;
					seen.add(command);
					if (args.uncertain || hasOption(args, ...HANDLED)) continue;
					const taken = takenBy(download);
					if (taken === undefined) continue;
					reports.push({
						span: command.name.span,
						message: `curl ${taken === "file" ? "stores" : "passes on"} the page of a redirect instead of the file`,
						fixes: () => fixesOf(download),
					});
				}
			}
		}
		return reports;
	},
});

function fixesOf({ command, arguments: args }: Download): readonly Fix[] {
	const edit = addCurlOption(command, args, "L", "--location");
	const note = "Redirects then lead to whatever host they name.";
	return edit === undefined ? [] : [{ title: "Add -L", safety: "review", edits: [edit], note }];
}

/** What takes the answer: a file, or a program that unpacks or runs it. Undefined where nothing does, or something else. */
function takenBy(download: Download): "file" | "program" | undefined {
	const { sink } = download;
	if (/^(?!https?:)[a-z0-9+.-]+:\/\//i.test(download.resolved ?? download.address)) return undefined;
	if (sink.kind === "file") return sink.path === "/dev/null" ? undefined : "file";
	const piped = pipedUse(download);
	if (piped === undefined) return undefined;
	if (piped.kind === "file") return "file";
	return piped.use.kind === "kept" ? undefined : "program";
}
