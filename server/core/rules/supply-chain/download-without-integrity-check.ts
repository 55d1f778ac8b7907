import { unquoted } from "../../dockerfile/commands/powershellWords.ts";
import { runSteps } from "../../dockerfile/commands/scripts.ts";
import { addEdits, checkEdits, pinnableAddress } from "../../dockerfile/downloads/downloadEdits.ts";
import type { DownloadUse } from "../../dockerfile/downloads/downloadPipes.ts";
import { type Download, downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { addressName, atStart, downloadName, isTamer } from "../../dockerfile/downloads/downloadTexts.ts";
import { checkWithoutEffect, downloadUse } from "../../dockerfile/downloads/downloadUses.ts";
import { powershellCheckFixes } from "../../dockerfile/downloads/powershellCheckFix.ts";
import { powershellDownloads } from "../../dockerfile/downloads/powershellDownloads.ts";
import { powershellUse } from "../../dockerfile/downloads/powershellUses.ts";
import { pythonDownloads } from "../../dockerfile/downloads/pythonDownloads.ts";
import { splitEdits } from "../../dockerfile/downloads/splitEdits.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import type { Fix } from "../../finding.ts";
import { DATA_FILES } from "../../knowledge/pipeConsumers.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { type Span, type SpanEdit, shortened } from "../../text.ts";
import { DOWNLOAD_WORDS } from "../needs.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const DIGEST = `sha256:${"1".repeat(64)}`;
const HEX = "1".repeat(64);

export const downloadWithoutIntegrityCheck = defineRule({
	id: "download-without-integrity-check",
	title: "A downloaded file is used without a check of its digest or signature",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["sonar", "S6474"]), ...similar(["scorecard", "downloadThenRun"])],
	supersededBy: ["remote-script-piped-to-shell", "known-bad-artifact-download"],
	onlyWith: { words: [...DOWNLOAD_WORDS, "urlretrieve", "webrequest", "iwr", "bitstransfer", "downloadfile"] },
	why: "TLS says who the server is, not that the file is the one that its authors made. A release page, a mirror or a bucket that was taken over serves another file under the same address, and the next build puts it into the image without a word.\n\nThe same happens by accident: a cut connection, an error page stored as an archive, a release that was replaced.",
	remedy:
		'Write down the digest of the file that was tested and compare it in the same instruction, before anything reads the file: `echo "<sha256>  app.tgz" | sha256sum -c -`. A plain download is shorter as `ADD --checksum=sha256:… <url> <file>`. Where the project signs its releases, `gpg --verify` or `cosign verify-blob` do it for every version. What comes through a pipe cannot be checked: store it first.',
	references: [
		"https://docs.docker.com/reference/dockerfile/#add---checksum",
		"https://slsa.dev/spec/v1.0/threats",
		"https://www.gnu.org/software/coreutils/manual/html_node/sha2-utilities.html",
	],
	examples: [
		{
			caption: "In the next instruction",
			good: 'FROM debian:12\nRUN curl -O https://a.b/a.tgz\nRUN echo "$SUM  a.tgz" | sha256sum -c -\nRUN tar xf a.tgz\n',
		},
		{
			caption: "An archive that is unpacked as it came, with a modifier in a name",
			bad: "FROM debian:12\nRUN curl -fsSL -o app.tgz «https://files.acme.dev/app-1.2.3.tgz» \\\n    && tar xzf app.tgz && rm app.tgz\nARG V=v1.2.3\nRUN wget «https://files.acme.dev/b_${V#v}.tgz» && tar xf b_${V#v}.tgz\n",
			fixed: `FROM debian:12\nRUN curl -fsSL -o app.tgz https://files.acme.dev/app-1.2.3.tgz \\\n    && echo "${HEX}  app.tgz" | sha256sum -c - \\\n    && tar xzf app.tgz && rm app.tgz\nARG V=v1.2.3\nRUN wget https://files.acme.dev/b_\${V#v}.tgz && echo "${HEX}  b_\${V#v}.tgz" | sha256sum -c - && tar xf b_\${V#v}.tgz\n`,
			answer: DIGEST,
		},
		{
			caption: "Straight from the pipe; a line for each command where the others have one",
			bad: "FROM debian:12\nENV V=1.2.3\nRUN apt-get update && curl -fsSL «https://files.acme.dev/app-${V}.tgz» | tar -xz -C /opt && app --version\nRUN mkdir /app \\\n    && wget -qO- «https://files.acme.dev/${V}/app-${V}.tgz» | \\\n        tar xz -C /app \\\n    && app\n",
			fixed: `FROM debian:12\nENV V=1.2.3\nRUN apt-get update && curl -fsSL https://files.acme.dev/app-\${V}.tgz -o /tmp/app-\${V}.tgz && echo "${HEX}  /tmp/app-\${V}.tgz" | sha256sum -c - && tar -xz -C /opt < /tmp/app-\${V}.tgz && rm /tmp/app-\${V}.tgz && app --version\nRUN mkdir /app \\\n    && wget -qO /tmp/app-\${V}.tgz https://files.acme.dev/\${V}/app-\${V}.tgz \\\n    && echo "${HEX}  /tmp/app-\${V}.tgz" | sha256sum -c - \\\n    && tar xz -C /app < /tmp/app-\${V}.tgz \\\n    && rm /tmp/app-\${V}.tgz \\\n    && app\n`,
			answer: DIGEST,
		},
		{
			caption: "With wget, line by line, in a script that stops at errors",
			bad: "FROM debian:12\nRUN set -eux; \\\n\twget -qO- «https://files.acme.dev/app-1.2.3.tgz» \\\n\t| tar -xz; \\\n\tapp --version\n",
			fixed: `FROM debian:12\nRUN set -eux; \\\n\twget -qO /tmp/app-1.2.3.tgz https://files.acme.dev/app-1.2.3.tgz \\\n\t; echo "${HEX}  /tmp/app-1.2.3.tgz" | sha256sum -c - \\\n\t; tar -xz < /tmp/app-1.2.3.tgz; rm /tmp/app-1.2.3.tgz; \\\n\tapp --version\n`,
			answer: DIGEST,
		},
		{
			caption: "Semicolons: the build stops at a wrong digest all the same",
			bad: "FROM debian:12\nRUN set -ex; \\\n    wget «https://files.acme.dev/app-1.2.3.deb»; \\\n    dpkg -i app-1.2.3.deb\nRUN wget «https://files.acme.dev/b-1.2.3.deb»; dpkg -i ./b-1.2.3.deb\n",
			fixed: `FROM debian:12\nRUN set -ex; \\\n    wget https://files.acme.dev/app-1.2.3.deb; \\\n    echo "${HEX}  app-1.2.3.deb" | sha256sum -c -; \\\n    dpkg -i app-1.2.3.deb\nRUN wget https://files.acme.dev/b-1.2.3.deb && echo "${HEX}  b-1.2.3.deb" | sha256sum -c - || exit 1; dpkg -i ./b-1.2.3.deb\n`,
			answer: DIGEST,
		},
		{
			caption: "A heredoc",
			bad: "FROM debian:12\nRUN <<EOF\nset -e\ncd /tmp\ncurl -fLO «https://files.acme.dev/app-1.2.3.tgz»\ntar xf app-1.2.3.tgz\nEOF\n",
			fixed: `FROM debian:12\nRUN <<EOF\nset -e\ncd /tmp\ncurl -fLO https://files.acme.dev/app-1.2.3.tgz\necho "${HEX}  app-1.2.3.tgz" | sha256sum -c -\ntar xf app-1.2.3.tgz\nEOF\n`,
			answer: DIGEST,
		},
		{
			caption: "Windows line ends and comments stay",
			bad: "FROM debian:12\r\nRUN set -e; \\\r\n    wget «https://files.acme.dev/app-1.2.3.tgz»; \\\r\n    # unpack\r\n    tar xf app-1.2.3.tgz\r\n",
			fixed: `FROM debian:12\r\nRUN set -e; \\\r\n    wget https://files.acme.dev/app-1.2.3.tgz; \\\r\n    echo "${HEX}  app-1.2.3.tgz" | sha256sum -c -; \\\r\n    # unpack\r\n    tar xf app-1.2.3.tgz\r\n`,
			answer: DIGEST,
		},
		{
			caption: "A program that is kept",
			bad: "FROM debian:12\nRUN curl -fsSLo /usr/local/bin/tool «https://files.acme.dev/v1.2.3/tool» && chmod +x /usr/local/bin/tool\nRUN wget -P /opt -q «https://files.acme.dev/latest/lib.jar»\nRUN curl -fsSL «https://files.acme.dev/tool» > /usr/bin/tool2; curl -s «https://files.acme.dev/x.bin» | tee /x.bin\nRUN wget -qO /usr/bin/y «https://files.acme.dev/y» && rm -rf /usr/share/doc/y* /usr/share/*/y\n",
			fixed: `FROM debian:12\nRUN curl -fsSLo /usr/local/bin/tool https://files.acme.dev/v1.2.3/tool && echo "${HEX}  /usr/local/bin/tool" | sha256sum -c - && chmod +x /usr/local/bin/tool\nRUN wget -P /opt -q https://files.acme.dev/latest/lib.jar\nRUN curl -fsSL https://files.acme.dev/tool > /usr/bin/tool2; curl -s https://files.acme.dev/x.bin | tee /x.bin\nRUN wget -qO /usr/bin/y https://files.acme.dev/y && rm -rf /usr/share/doc/y* /usr/share/*/y\n`,
			answer: DIGEST,
		},
		{
			caption: "Another file is checked, or the digest is only printed",
			bad: 'FROM debian:12\nRUN curl -o a.tgz «https://a.b/latest/a.tgz» && curl -o b.tgz https://a.b/b.tgz && echo "$SUM  b.tgz" | sha256sum -c - && sha256sum a.tgz && tar xf a.tgz && tar xf b.tgz\nRUN curl -fsSLo /tmp/tool «https://a.b/tool» && mv /tmp/tool /opt/app && curl -fsSLo /tmp/app https://a.b/app && echo "$SUM  /tmp/app" | sha256sum -c && install /tmp/app /usr/bin\n',
		},
		{
			caption: "Other tools",
			bad: "FROM debian:12\nRUN aws s3 cp «s3://acme/model.bin» /model.bin\nRUN aria2c -d /opt -o a.jar «https://a.b/a.jar»\nRUN sudo curl -o /a.jar «https://a.b/a.jar» && chmod 644 /a.jar\nRUN curl -fo /b.bin «https://a.b/b.bin» && load /b.bin && rm /b.bin && curl -fo /bin/t «https://a.b/t» && chmod +x /bin/t && t run && rm /bin/t && wget «https://a.b/e.tgz» && pecl install ./e.tgz && rm e.tgz\n",
		},
		{
			caption: "PowerShell",
			bad: '# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nENV V=1.2.3\nRUN iwr «https://files.acme.dev/app-$env:V.zip» -useb -OutFile app.zip; `\n    Expand-Archive app.zip\n',
			fixed: `# escape=\`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nENV V=1.2.3\nRUN iwr https://files.acme.dev/app-$env:V.zip -useb -OutFile app.zip; if ((Get-FileHash 'app.zip' -Algorithm SHA256).Hash -ne '${HEX}') { throw 'The digest of the download differs' }; \`\n    Expand-Archive app.zip\n`,
			answer: DIGEST,
		},
		{
			caption: "PowerShell's other ways, and where another shell calls it",
			bad: 'FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nRUN (New-Object System.Net.WebClient).DownloadFile(\'«https://a.b/a.msi»\', \'C:\\a.msi\') ; Start-Process msiexec -ArgumentList \'/i C:\\a.msi\' -Wait\nRUN Start-BitsTransfer -Source «https://a.b/b.exe» -Destination b.exe; .\\b.exe /S; if ((Get-FileHash c.exe).Hash -ne $h) { exit 1 }\nRUN Invoke-WebRequest -Uri $(\'«https://a.b/c-{0}.exe»\' -f $env:X) -OutFile c.exe\nRUN iwr -Method Get «$url» -OutFile $target; & $target\nRUN Invoke-WebRequest «https://a.b/d.txt» -OutFile C:\\d.txt\nSHELL ["cmd", "/S", "/C"]\nRUN powershell -Command "iwr \'«https://a.b/e.zip»\' -OutFile e.zip"\nRUN ["pwsh", "-c", "iwr «https://a.b/f.zip» -OutFile f.zip"]\n',
		},
		{
			caption: "Python's own way",
			bad: "FROM python:3.13\nRUN python3 -c \"import urllib.request as u; u.urlretrieve('«https://a.b/a.tgz»', 'a.tgz')\" && tar xf a.tgz\n",
		},
		{
			caption: "Stored under the name that stands encoded in the address",
			bad: "FROM debian:12\nRUN wget -q «https://a.b/db%2Bv_1.2.tar.gz» && tar -xzf db+v_1.2.tar.gz\n",
			fixed: `FROM debian:12\nRUN wget -q https://a.b/db%2Bv_1.2.tar.gz && echo "${HEX}  db+v_1.2.tar.gz" | sha256sum -c - && tar -xzf db+v_1.2.tar.gz\n`,
			answer: DIGEST,
		},
		{
			caption: "A variable holds the slash in front of the name, or a part of it",
			bad: "FROM debian:12\nENV V=1.2.3 MIRROR=https://a.b/raw/ START=https://a.b/x-\nRUN wget -q «${MIRROR}tool-${V}.zip» && unzip tool-${V}.zip && curl -fO «${START}tool.deb» && dpkg -i x-tool.deb\n",
			fixed: `FROM debian:12\nENV V=1.2.3 MIRROR=https://a.b/raw/ START=https://a.b/x-\nRUN wget -q \${MIRROR}tool-\${V}.zip && echo "${HEX}  tool-\${V}.zip" | sha256sum -c - && unzip tool-\${V}.zip && curl -fO \${START}tool.deb && dpkg -i x-tool.deb\n`,
			answer: DIGEST,
		},
		{
			caption: "No digest fits several files, a page that shows the file, and what the address does not name",
			bad: 'FROM debian:12\nRUN wget -P /data/db «ftp://ftp.a.b/3.11/*»\nRUN wget -O speedtest.tgz «"$url"» && tar xf speedtest.tgz\nRUN wget -q «"https://a.b/$(get)"» -O x.deb && dpkg -i x.deb\nRUN wget -O /a.jar «https://github.com/a/b/blob/2222222222222222222222222222222222222222/a-1.2.jar»\n',
		},
		{
			caption: "A check that fails does not end the step",
			bad: 'FROM debian:12\nRUN if true; then X=1; fi && curl -fsSLo /tmp/a «https://a.b/a» && echo "$SUM  /tmp/a" | sha256sum -c -; install /tmp/a /usr/bin/a\nRUN curl -fsSLo /tmp/b «https://a.b/b» && echo "$SUM  /tmp/b" | sha256sum -c - || true; install /tmp/b /usr/bin/b\n',
		},
		{
			caption: "A check that does, or may",
			good: 'FROM debian:12\nRUN curl -fo /x https://a.b/x && (echo "$SUM  /x" | sha256sum -c -) || echo wrong; install /x /usr/bin/x\nRUN curl -fo /a https://a.b/a && echo "$SUM  /a" | sha256sum -c - || exit 1; install /a /usr/bin/a\nRUN curl -fo /b https://a.b/b; echo "$SUM  /b" | sha256sum -c - || { echo wrong; exit 1; }; install /b /usr/bin/b\nRUN curl -fo /c https://a.b/c; if ! sha256sum -c c.sha256; then exit 1; fi; install /c /usr/bin/c\nRUN curl -fo /d https://a.b/d; echo "$SUM  /d" | sha256sum -c -\nRUN set -e; curl -fo /e https://a.b/e; echo "$SUM  /e" | sha256sum -c -; install /e /usr/bin/e\nRUN curl -fo /f https://a.b/f; echo "$SUM  /f" | sha256sum -c - && install /f /usr/bin/f; true\nSHELL ["/bin/bash", "-ec"]\nRUN curl -fo /g https://a.b/g; echo "$SUM  /g" | sha256sum -c -; install /g /usr/bin/g\n',
		},
		{
			caption: "Compared by PowerShell and Python, and what they do not store",
			good: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN Invoke-WebRequest https://a.b/a.zip -OutFile a.zip; if ((Get-FileHash a.zip -Algorithm sha256).Hash -ne $env:SUM) { exit 1 }; Expand-Archive a.zip\nRUN iwr https://a.b/SHASUMS256.txt.asc -OutFile SHASUMS256.txt.asc; iwr https://a.b/b.zip -OutFile $b; $sum = (Get-Content sums_sha512); if ((Get-FileHash $b -Algorithm sha512).Hash -ne $sum) { throw }\nRUN $v = iwr https://a.b/version; Invoke-WebRequest https://a.b/hook -Method Post -Body x -OutFile out; iwr http://localhost/x -OutFile x; iwr https://a.b/c -OutFile c; cat c; rm c\nRUN (New-Object Net.WebClient).DownloadFile('https://a.b/d.exe', 'd.exe')\nRUN if ((Get-AuthenticodeSignature d.exe).Status -ne 'Valid') { throw }\nFROM python:3.13\nRUN python -c \"import urllib.request, hashlib; urllib.request.urlretrieve('https://a.b/a', 'a')\"\nRUN python -c \"from urllib.request import urlretrieve as r; urlretrieve('https://a.b/a', 'a')\" && sha256sum -c sums\n",
		},
		{
			caption: "In a trigger and in a stage that only builds",
			bad: "FROM debian:12 AS build\nRUN curl -o /a «https://a.b/a»\nFROM scratch\nCOPY --from=build /a /a\nONBUILD RUN curl -o /b «https://a.b/b»\n",
		},
		{
			caption: "Digest or signature compared",
			good: 'FROM debian:12\nRUN curl -o a.tgz https://a.b/a.tgz && echo "$SHA256 *a.tgz" | sha256sum --strict --check - && tar xf a.tgz\nRUN cd /tmp && wget -qO "b-$V.tgz" "https://a.b/b-$V.tgz" && sha512sum -c <<< "$SUM  b-${V}.tgz" && tar xf b-$V.tgz\nRUN curl -O https://a.b/c.tgz -O https://a.b/c.tgz.asc && gpg --batch --verify c.tgz.asc c.tgz && tar xf c.tgz\nRUN wget https://a.b/d.tgz && [ "$(sha256sum d.tgz | cut -d" " -f1)" = "$D" ] && tar xf d.tgz\nRUN wget https://a.b/g.tgz && [[ $(sha256sum g.tgz | cut -c -64) == $G ]] && tar xf g.tgz\nRUN curl -O https://a.b/SHA256SUMS -O https://a.b/e.tgz && grep \'e.tgz$\' SHA256SUMS | shasum -a 256 -c && tar xf e.tgz\nRUN curl -O https://a.b/f && cosign verify-blob --key k.pub --signature f.sig f && install f /usr/bin\n',
		},
		{
			caption: "Compared under another name, or under one that says the same with variables",
			good: 'FROM debian:12\nRUN curl -fsSLO https://a.b/x-linux && mv x-linux x && echo "abc  x" | sha256sum -c && install x /usr/bin\nRUN curl -fsSLO https://a.b/y.gz && gunzip y.gz && echo "abc  y" | sha256sum -c && install y /usr/bin\nARG MIRROR=https://a.b/raw/\nARG V=1.2.3\nENV URL=https://a.b/other-${V}.zip\nRUN wget ${MIRROR}tool-${V}.zip && echo "$SUM  tool-${V}.zip" | sha256sum -c - && unzip tool-${V}.zip && rm tool-${V}.zip\nRUN curl -fLO ${MIRROR}plain-1.2.3.zip && echo "$SUM  plain-1.2.3.zip" | sha256sum -c - && unzip plain-1.2.3.zip\nRUN wget ${URL} && echo "$SUM  other-${V}.zip" | sha256sum -c - && unzip other-${V}.zip\n',
		},
		{
			caption: "Calls, probes and texts that are read",
			good: "FROM debian:12\nRUN V=$(curl -s https://api.acme.dev/latest | jq -r .tag) && curl -sf https://acme.dev/health && curl -o /dev/null https://acme.dev && curl -X POST https://acme.dev/hook -d done -o out\nRUN curl -fsS http://localhost:8080/ -o page && wget --spider https://acme.dev && wget https://acme.dev && curl -sI https://acme.dev && wget -O - https://acme.dev/list | grep x > list\nHEALTHCHECK CMD curl -f https://acme.dev -o /x\n",
		},
		{
			caption: "Keys and package sources are the matter of other rules; what the compared line is read from is a list of digests",
			good: 'FROM debian:12\nRUN curl -fsSL https://a.b/key.gpg -o /usr/share/keyrings/a.gpg && curl https://a.b/gpg | gpg --dearmor > /etc/apt/keyrings/a.gpg && wget -O /etc/yum.repos.d/a.repo https://a.b/a.repo && curl https://a.b/k | tee /etc/apt/trusted.gpg.d/k.asc\nRUN curl -fsSLO https://e.org/a.tgz && curl -fsSLO https://e.org/a.dat && echo "$(cat a.dat)  a.tgz" | sha512sum -c - && tar xf a.tgz\nRUN curl -fsSLO https://e.org/b.tgz && curl -fsSLO https://e.org/b.dat && SUM=$(cut -d: -f1 b.dat) && echo "$SUM  b.tgz" | sha512sum -c - && tar xf b.tgz\n',
		},
		{
			caption: "Under the name that it is moved to",
			bad: "FROM debian:12\nRUN wget «https://a.b/latest/a.tgz» && mv a.tgz b.tgz && tar xf b.tgz && rm b.tgz\nRUN wget «https://a.b/latest/tool» && mv tool /opt && wget https://a.b/latest/data && mv data x.json && cat x.json && rm x.json\nRUN wget «https://a.b/latest/a.deb» && mv a.deb pkgs && dpkg -i pkgs/a.deb && rm -r pkgs\nRUN wget «https://a.b/latest/a.zip» && mv a.zip /opt/a && cd /opt/a && unzip a.zip && rm a.zip\n",
		},
		{
			caption: "Removed unread, and what other shells do",
			good: 'FROM debian:12\nRUN wget https://a.b/c && cat c && rm c\nRUN wget https://a.b/d.json && mv d.json /tmp/x && jq . /tmp/x && rm /tmp/x\nSHELL ["powershell"]\nRUN curl https://a.b/c.zip -o c.zip\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of runSteps(stage)) {
				for (const download of downloadsOf(step)) {
					const use = downloadUse(download);
					if (use === undefined) continue;
					const { span } = download.url;
					const check = checkWithoutEffect(download);
					const fixes = check === undefined ? () => fixesOf(download, use) : undefined;
					reports.push({
						...report(step, span, downloadName(download), use.kind, isTamer(download), fixes),
						...(check === undefined ? {} : withoutEffect(downloadName(download), use.kind, check)),
					});
				}
				for (const download of pythonDownloads(step)) {
					const use = downloadUse(download);
					if (use !== undefined) reports.push(report(step, download.url.span, downloadName(download), use.kind, isTamer(download)));
				}
				for (const download of powershellDownloads(step)) {
					const use = powershellUse(download);
					if (use === undefined) continue;
					const { span, address, file } = download;
					const name = address === undefined ? shortened(unquoted(file), 50) : addressName(address);
					reports.push(report(step, span, name, use, DATA_FILES.test(download.name), () => powershellCheckFixes(download)));
				}
			}
		}
		return reports;
	},
});

/** What was done with a file: most kinds of use say it themselves. */
function verbOf(use: DownloadUse["kind"]): string {
	return use === "executed" || use === "called" ? "run" : use;
}

function report(
	step: Step,
	span: Span,
	name: string,
	use: DownloadUse["kind"],
	isTame: boolean,
	fixes: () => readonly Fix[] = () => [],
): Report {
	const severity = step.stage.use === "unused" ? "hint" : isTame ? "info" : undefined;
	const message = `${isOrAre(name)} ${verbOf(use)} without a check of ${name.startsWith("files from ") ? "their digests" : "its digest"}`;
	return { span, message, ...(severity === undefined ? {} : { severity }), fixes };
}

function isOrAre(name: string): string {
	return `${atStart(name)} ${name.startsWith("files from ") ? "are" : "is"}`;
}

/** The check is there: what is missing is that the step ends with it. */
function withoutEffect(name: string, use: DownloadUse["kind"], { name: word, span }: ShellCommand): Pick<Report, "message" | "related"> {
	return {
		message: `${isOrAre(name)} ${verbOf(use)} even if the check fails`,
		related: [{ span: word?.span ?? span, message: "The step goes on if this fails" }],
	};
}

function fixesOf(download: Download, use: DownloadUse): readonly Fix[] {
	const address = pinnableAddress(download);
	if (address === undefined) return [];
	const piped = "from" in use && use.from === "pipe";
	const fixes: Fix[] = [];
	const offer = (title: string, edits: (download: Download, digest: string) => readonly SpanEdit[] | undefined): void => {
		if (edits(download, DIGEST) === undefined) return;
		fixes.push({
			title,
			safety: "lookup",
			need: { kind: "fileDigest", url: address.url },
			finish: (digest) => edits(download, digest) ?? [],
			...(address.note === undefined ? {} : { note: address.note }),
		});
	};
	offer(piped ? "Store the file and compare its digest" : "Compare the digest of the file", piped ? splitEdits : checkEdits);
	if (!piped) offer("Use ADD with a checksum", addEdits);
	return fixes;
}
