import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { wordAt } from "../../dockerfile/commands/shellVariables.ts";
import { hostOf } from "../../dockerfile/downloads/addresses.ts";
import { isVerifiedItself } from "../../dockerfile/downloads/downloadChecks.ts";
import { addressWords, type Download, downloadsOf, storedNames } from "../../dockerfile/downloads/downloads.ts";
import { insertAfter } from "../../dockerfile/edits/edit.ts";
import type { Fix } from "../../finding.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { findOption, hasOption } from "../../shell/options.ts";
import { comparable } from "../../shell/words.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const redirectProtocolDowngrade = defineRule({
	id: "redirect-protocol-downgrade",
	title: "A redirect may lead from https to http",
	category: "supply-chain",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S6506"]),
	onlyWith: { words: ["curl"] },
	why: "A download over https that follows redirects goes wherever the answers point, to plain http as well. A misconfigured server or mirror is enough: the last leg of the way is then open to anybody on it, though the address in the file says https.",
	remedy:
		"Tell curl to stay on TLS: `--proto =https` (or `--proto-redir =https`). A download whose digest is compared needs neither. wget follows redirects to http, too, and has no option against it: what it fetches has to be compared with a digest, which `download-without-integrity-check` asks for.",
	references: ["https://curl.se/docs/manpage.html#--proto", "https://curl.se/docs/manpage.html#--proto-redir"],
	examples: [
		{
			caption: "A download",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN «curl» -fsSL -o /usr/local/bin/tool https://example.com/tool\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl --proto =https --tlsv1.2 -fsSL -o /usr/local/bin/tool https://example.com/tool\n",
		},
		{
			caption: "https alone",
			good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl --proto =https --tlsv1.2 -fsSL -o /usr/local/bin/tool https://example.com/tool\n",
		},
		{
			caption: "curl",
			bad: "FROM debian:12\nRUN «curl» -fsSL -o /a https://a.b/a && sudo «curl» --location https://a.b/s | sh\n",
			fixed:
				"FROM debian:12\nRUN curl --proto =https --tlsv1.2 -fsSL -o /a https://a.b/a && sudo curl --proto =https --tlsv1.2 --location https://a.b/s | sh\n",
		},
		{
			caption: "One call that asks a server over http, too, or one whose protocol nobody knows",
			bad: 'FROM debian:12\nRUN «curl» -fL https://a.b/a -o a http://c.d/b -o b\nRUN «curl» -fL https://a.b/a -o a "$MIRROR/b" -o b\n',
			fixed:
				'FROM debian:12\nRUN curl --proto-redir =https -fL https://a.b/a -o a http://c.d/b -o b\nRUN curl --proto-redir =https -fL https://a.b/a -o a "$MIRROR/b" -o b\n',
		},
		{
			caption: "The protocols name http, too",
			bad: "FROM debian:12\nRUN «curl» -L --proto '=http,https' -O https://a.b/a\n",
		},
		{
			caption: "A list of digests that the compared line reads: whoever stands on the way gives another one",
			bad: 'FROM debian:12\nRUN curl -fsSLO https://a.b/b.tgz && «curl» -fsSLO https://a.b/b.sha512 && echo "$(cat b.sha512)  b.tgz" | sha512sum -c -\n',
			fixed:
				'FROM debian:12\nRUN curl -fsSLO https://a.b/b.tgz && curl --proto =https --tlsv1.2 -fsSLO https://a.b/b.sha512 && echo "$(cat b.sha512)  b.tgz" | sha512sum -c -\n',
		},
		{
			caption: "Limited, not followed, or compared; wget, which has no option for it",
			good: "FROM debian:12\nRUN curl --proto '=https' --tlsv1.2 -sSfL https://a.b/a | sh && curl -L --proto-redir =https -O https://a.b/a && curl -fsS -O https://a.b/a && curl -LO http://a.b/a && curl -L --max-redirs 0 https://a.b/c -o c && wget https://a.b/a\nRUN curl -fsSLo a.tgz https://a.b/a.tgz && echo \"$SUM  a.tgz\" | sha256sum -c - \nRUN curl -fsSLO https://a.b/c.tgz && curl -fsSLO https://a.b/c.tgz.asc && gpg --verify c.tgz.asc c.tgz\n",
		},
	],
	check(file) {
		if (file.text.includes("curlrc")) return [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const seen = new Set<ShellCommand>();
			for (const step of runSteps(stage)) {
				for (const download of downloadsOf(step)) {
					const { command } = download;
					if (seen.has(command) || command.name === undefined || !mayTurnHttp(download)) continue;
					seen.add(command);
					reports.push({
						span: command.name.span,
						message: `curl follows redirects of ${shortened(hostOf(download.resolved ?? download.address) ?? "the server", 50)} to http, too`,
						fixes: () => fixesOf(download),
					});
				}
			}
		}
		return reports;
	},
});

function fixesOf(download: Download): readonly Fix[] {
	const { command, arguments: args } = download;
	if (command.name === undefined || command.decoded || findOption(args, "--proto") !== undefined) return [];
	const note = "The download fails where a redirect leads to http.";
	const [title, options] = asksHttpsAlone(download)
		? ["Allow https alone", "--proto =https --tlsv1.2"]
		: ["Allow redirects to https alone", "--proto-redir =https"];
	return [{ title, safety: "review", edits: [insertAfter(command.name.span, ` ${options}`)], note }];
}

/** Whether every address of the call is known to be https: `--proto` speaks of all of them. */
function asksHttpsAlone({ step, command, arguments: args }: Download): boolean {
	return addressWords(args).every((word) => /^https:\/\//i.test(wordAt(step, command, word) ?? comparable(word)));
}

function mayTurnHttp(download: Download): boolean {
	const { arguments: args, program, sink } = download;
	if (program !== "curl" || args.uncertain || !/^https:\/\//i.test(download.resolved ?? download.address)) return false;
	if (!curlMay(download)) return false;
	if (sink.kind === "stdout") return true;
	const names = storedNames(download);
	return !names.includes("/dev/null") && !isVerifiedItself(download, names);
}

function curlMay({ arguments: args }: Download): boolean {
	if (!hasOption(args, "-L", "--location", "--location-trusted") || hasOption(args, "--proto-redir", "-K", "--config")) return false;
	if (findOption(args, "--max-redirs")?.value === "0") return false;
	const protocols = findOption(args, "--proto");
	return protocols === undefined || (protocols.value !== undefined && !/^=https$|^-all,https$|-http\b/.test(protocols.value));
}
