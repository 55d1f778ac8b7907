import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { hostOf } from "../../dockerfile/downloads/addresses.ts";
import { checkEdits, pinnableAddress } from "../../dockerfile/downloads/downloadEdits.ts";
import type { DownloadUse } from "../../dockerfile/downloads/downloadPipes.ts";
import { type Download, downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { atStart, downloadName, installerName } from "../../dockerfile/downloads/downloadTexts.ts";
import { downloadUse } from "../../dockerfile/downloads/downloadUses.ts";
import { phpDownloads } from "../../dockerfile/downloads/phpDownloads.ts";
import { fetchedExpressions } from "../../dockerfile/downloads/powershellExpressions.ts";
import { splitEdits } from "../../dockerfile/downloads/splitEdits.ts";
import type { Fix, LintSeverity } from "../../finding.ts";
import { DOWNLOAD_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const HEX = "1".repeat(64);
const DIGEST = `sha256:${HEX}`;
/** Of a message. */
const MOST_CHARACTERS = 100;

export const remoteScriptPipedToShell = defineRule({
	id: "remote-script-piped-to-shell",
	title: "A script from the network is run unseen",
	category: "supply-chain",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["droast", "DF021"]), ...similar(["scorecard", "downloadThenRun"])],
	supersededBy: ["suspicious-command"],
	onlyWith: { words: [...DOWNLOAD_WORDS, "iex", "invoke", "php"] },
	why: "Whatever the server sends is run, as root in most builds: today's script, tomorrow's, and the one that somebody put there for an hour. Nobody has read what ran, and nothing says afterwards what it was. A server can tell a download by a person from one by a pipe and answer them differently.\n\nA connection that breaks in the middle runs the first half.",
	remedy:
		'Best is a way without the script: a package, or a copy from an image that has the tool (`COPY --from=ghcr.io/astral-sh/uv:<version>@sha256:… /uv /bin/` for uv, `composer:2` for Composer, `docker:cli` for Docker, `node`, `rust` and `oven/bun` as base images or sources for theirs; `pip install poetry==<version>` for Poetry). Else download a version of the script that does not change, compare its digest, then run it: `ADD --checksum=sha256:… <url> /tmp/install.sh`, or `echo "<sha256>  install.sh" | sha256sum -c -` between the two.',
	references: [
		"https://docs.docker.com/reference/dockerfile/#add---checksum",
		"https://github.com/ossf/scorecard/blob/main/docs/checks.md#pinned-dependencies",
		"https://cwe.mitre.org/data/definitions/494.html",
	],
	examples: [
		{
			caption: "Straight from the network",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl -fsSL «https://get.docker.com» | sh\n",
		},
		{
			caption: "Checked before it is run",
			good: 'FROM debian:12\nRUN curl -o i.sh https://a.b/i.sh && echo "$SHA256  i.sh" | sha256sum -c - && sh i.sh\nRUN curl -O https://a.b/j.sh -O https://a.b/j.sh.asc && gpg --verify j.sh.asc j.sh && bash j.sh\n',
		},
		{
			caption: "Straight into a shell",
			bad: "FROM debian:12\nRUN apt-get update && curl -fsSL «https://get.docker.com» | sh\nRUN wget -qO- «https://deb.nodesource.com/setup_22.x» | sudo -E bash -\nRUN curl -sSL «https://install.acme.dev» | sh -s -- --yes\n",
		},
		{
			caption: "Other interpreters, and through other programs",
			bad: "FROM debian:12\nRUN curl -s «https://bootstrap.pypa.io/get-pip.py» | python3\nRUN curl -s «https://getcomposer.org/installer» | php -- --install-dir=/usr/bin\nRUN curl -s «https://a.b/x.gz» | gunzip | tee /tmp/log | FOO=1 env BAR=2 perl - x\nRUN curl -s «https://a.b/i» | tr -d '\\r' | bash /dev/stdin arg\n",
		},
		{
			caption: "Into the shell of another user, and by way of words",
			bad: "FROM debian:12\nRUN curl -f «https://a.b/i» | su app -c sh && curl -f «https://a.b/i» | su - app\nRUN curl -f «https://a.b/i» | xargs -0 bash -c\n",
		},
		{
			caption: "Fetched by PHP",
			bad: "FROM php:8.3\nRUN php -r \"readfile('«https://getcomposer.org/installer»');\" | php\nRUN php -r \"copy('«https://getcomposer.org/installer»', 'i.php');\" && php i.php && rm i.php\n",
		},
		{
			caption: "Fetched by PHP and compared, or only stored; another user's program",
			good: "FROM php:8.3\nRUN php -r \"copy('https://getcomposer.org/installer', 'i.php');\" && php -r \"if (hash_file('sha384', 'i.php') !== '$SUM') { exit(1); }\" && php i.php\nRUN php -r \"copy('https://a.b/c.phar', '/usr/bin/c');\" && php -r \"echo file_get_contents('https://a.b/v');\" > v\nRUN curl -f https://a.b/i | su app -c 'cat > /x' && curl -f https://a.b/i | xargs -n1 echo\n",
		},
		{
			caption: "In a substitution",
			bad: 'FROM debian:12\nSHELL ["/bin/bash", "-c"]\nRUN bash <(curl -s «https://a.b/install») x && sh -c "$(curl -fsSL «https://a.b/install»)" && eval "$(wget -qO- «https://a.b/env»)"\nRUN source <(curl -s «https://a.b/env») && . <(curl «https://a.b/env») && python3 -c "$(curl «https://a.b/x.py»)" && bash -lc "`curl «https://a.b/y»`"\n',
		},
		{
			caption: "From a group, and mended on the way into a substitution",
			bad: "FROM debian:12\nRUN (curl -fsSL «https://a.b/i» || wget -qO- «https://a.b/i») | bash\nRUN { curl -fsSL «https://a.b/i» | tr -d x; } | sudo sh\nRUN bash <(curl -s «https://a.b/i» | sed 's/a/b/') && sh -c \"$(curl -fsSL «https://a.b/j» | tr -d '\\r')\" && bash <<< \"$(curl -s «https://a.b/k»)\" && bash < <(curl -s «https://a.b/l»)\n",
		},
		{
			caption: "Stored, then run",
			bad: "FROM debian:12\nRUN wget «https://a.b/install.sh» && chmod +x install.sh && ./install.sh\nRUN curl -o /tmp/x.py «https://a.b/x.py» && cd /tmp && python3 -u x.py\nRUN curl «https://a.b/env» > env && . ./env; curl -L «https://a.b/i» | tee i.sh; bash i.sh\nRUN wget «https://a.b/latest/a.bin» && mv a.bin /b && chmod +x /b && /b && rm /b\n",
		},
		{
			caption: "Under the name behind the slash that a variable holds, or that another one holds",
			bad: "FROM debian:12\nARG MIRROR=https://a.b/latest/\nARG V=1.2.3\nENV URL=https://a.b/latest/run-${V}.sh\nRUN wget «${MIRROR}inst-${V}.sh» && sh inst-${V}.sh\nRUN wget «${URL}» && sh run-${V}.sh\n",
		},
		{
			caption: "Moved to a folder, or perhaps",
			bad: "FROM debian:12\nRUN wget «https://a.b/install.sh» && mv install.sh /root && bash /root/install.sh\nRUN wget «https://a.b/install.sh» && mv install.sh $HOME && sh $HOME/install.sh\nRUN wget «https://a.b/install.sh» && mkdir /build && mv install.sh /build && cd /build && ./install.sh\nRUN wget «https://a.b/install.sh» && if [ -d /x ]; then mv install.sh /usr/bin/i; else sh install.sh; fi\n",
		},
		{
			caption: "A version that does not change can be pinned",
			bad: "FROM debian:12\nENV V=0.40.3\nRUN curl -o- «https://raw.githubusercontent.com/nvm-sh/nvm/v$V/install.sh» | bash && rm -rf /x\nRUN wget -q «https://a.b/inst-1.2.3.sh» && bash inst-1.2.3.sh -b\n",
			fixed: `FROM debian:12\nENV V=0.40.3\nRUN curl -o /tmp/install.sh https://raw.githubusercontent.com/nvm-sh/nvm/v$V/install.sh && echo "${HEX}  /tmp/install.sh" | sha256sum -c - && bash < /tmp/install.sh && rm /tmp/install.sh && rm -rf /x\nRUN wget -q https://a.b/inst-1.2.3.sh && echo "${HEX}  inst-1.2.3.sh" | sha256sum -c - && bash inst-1.2.3.sh -b\n`,
			answer: DIGEST,
		},
		{
			caption: "PowerShell",
			bad: '# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nRUN iwr «https://chocolatey.org/install.ps1» -UseBasicParsing | iex ; `\n    iex ((New-Object Net.WebClient).DownloadString(\'«https://get.scoop.sh»\'))\nSHELL ["cmd", "/S", "/C"]\nRUN powershell -Command "irm \'«https://a.b/c»\' | Invoke-Expression"\n',
		},
		{
			caption: "Pipes into programs that run nothing",
			good: "FROM debian:12\nRUN curl -s https://a.b/x | sha256sum -c; curl -s https://a.b/x | shuf; curl -s https://a.b/x | tee x.sh\nRUN curl -s https://a.b/v.json | python3 -c 'import json,sys; print(json.load(sys.stdin))'; curl https://a.b/v | python -m json.tool; curl https://a.b/v | perl -ne print; curl https://a.b/v | node -e 1; curl https://a.b/v | php -r 1; curl https://a.b/v | bash -c 'cat'; curl https://a.b/v | bash run.sh\n",
		},
		{
			caption: "Values, not programs",
			good: 'FROM debian:12\nRUN V="$(curl -s https://a.b/version)" && echo "$(curl -s https://a.b/x)" && sh -c "install $(curl -s https://a.b/version)" && bash build.sh "$(curl -s https://a.b/x)"\nRUN curl -o dind https://a.b/dind && sh -n dind\nRUN echo "curl https://a.b | sh"\nRUN (curl -s https://a.b/x | jq .y) | tee z; (curl -s https://a.b/x; echo) > f; bash <(curl -s https://a.b/x | jq -r .z)\n',
		},
		{ caption: "What the build machine itself serves", good: "FROM debian:12\nRUN curl -s http://localhost:8080/env.sh | sh\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const download of downloadsOf(step)) {
					const use = downloadUse(download);
					if (use?.kind !== "executed") continue;
					const severity = severityOf(download);
					reports.push({
						span: download.url.span,
						message: messageOf(download, use),
						...(severity === undefined ? {} : { severity }),
						fixes: () => fixesOf(download, use),
					});
				}
				for (const download of phpDownloads(step)) {
					const use = downloadUse(download);
					if (use?.kind !== "executed") continue;
					const lowered = step.stage.use === "unused" ? { severity: "info" as const } : {};
					reports.push({ span: download.url.span, message: messageOf(download, use), ...lowered });
				}
				for (const { span, address } of fetchedExpressions(step)) {
					const host = address === undefined ? undefined : hostOf(address);
					reports.push({ span, message: `A script${host === undefined ? "" : ` from ${host.slice(0, 50)}`} is run by PowerShell unseen` });
				}
			}
		}
		return reports;
	},
});

function messageOf(download: Download, use: Extract<DownloadUse, { kind: "executed" }>): string {
	const installer = installerName(download);
	const rest = ` is run${use.by === undefined ? "" : ` by ${use.by}`} unseen`;
	const what = installer === undefined ? atStart(downloadName(download, MOST_CHARACTERS - rest.length)) : `The ${installer} installer`;
	return what + rest;
}

function severityOf(download: Download): LintSeverity | undefined {
	if (download.step.stage.use === "unused") return "info";
	return pinnableAddress(download) === undefined ? undefined : "warning";
}

function fixesOf(download: Download, use: Extract<DownloadUse, { kind: "executed" }>): readonly Fix[] {
	const address = pinnableAddress(download);
	const edits = use.from === "pipe" ? splitEdits : use.from === "file" ? checkEdits : undefined;
	if (address === undefined || edits?.(download, DIGEST) === undefined) return [];
	return [
		{
			title: "Compare the digest of the script before it runs",
			safety: "lookup",
			need: { kind: "fileDigest", url: address.url },
			finish: (digest) => edits(download, digest) ?? [],
			...(address.note === undefined ? {} : { note: address.note }),
		},
	];
}
