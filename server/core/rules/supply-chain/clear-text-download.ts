import { isForWindows } from "../../dockerfile/base/windows.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import {
	addressWithoutScheme,
	type ClearAddress,
	clearAddressesIn,
	isFetcher,
	isProxy,
	isSwitchedOff,
	isUnsignedFile,
	schemeSpan,
} from "../../dockerfile/downloads/clearText.ts";
import { isVerified } from "../../dockerfile/downloads/downloadChecks.ts";
import { downloadsOf, storedNames } from "../../dockerfile/downloads/downloads.ts";
import { isTamer } from "../../dockerfile/downloads/downloadTexts.ts";
import { isRewritten } from "../../dockerfile/downloads/gitRewrites.ts";
import { powershellDownloads } from "../../dockerfile/downloads/powershellDownloads.ts";
import { mayUseTls } from "../../dockerfile/downloads/powershellTls.ts";
import { isCompared } from "../../dockerfile/downloads/powershellUses.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import { remoteSourcesOf } from "../../dockerfile/files/remoteSources.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import type { Fix } from "../../finding.ts";
import { ADDRESS_FETCHERS, HOSTS_WITHOUT_TLS, INDEX_VARIABLES, SIGNING_MANAGERS } from "../../knowledge/clearText.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const clearTextDownload = defineRule({
	id: "clear-text-download",
	title: "Something is fetched without encryption",
	category: "supply-chain",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["sonar", "S5332"]),
	onlyWith: { texts: ["http://", "ftp://", "git://", "svn://", "wget", "curl"] },
	why: "Over `http`, `ftp`, `git://` and `svn://` everybody on the way can put something else into what is fetched: a café's network, a hijacked route, a cache in between. What arrives is unpacked and run in the image. A redirect from `http` to `https` does not help, because the redirect itself can be changed.",
	remedy:
		"Write `https://`; nearly every server speaks it. Images of Debian and Ubuntu need the package `ca-certificates` first. Where there is no TLS, compare a digest or a signature of what arrives.",
	references: ["https://cwe.mitre.org/data/definitions/319.html", "https://docs.docker.com/build/building/best-practices/#add-or-copy"],
	examples: [
		{
			caption: "Encrypted, or not from elsewhere",
			good: "FROM debian:12\nRUN curl -O https://a.b.dev/c && curl http://localhost:8080/ -o x && curl http://a.b.dev/c > /dev/null && wget http://127.0.0.1/a && curl -o y http://169.254.169.254/x && wget http://nexus:8081/x && wget http://host.docker.internal/x && pip install -i http://devpi.local/simple x && wget http://192.168.1.2/x && wget nexus/a && curl -o b --proto-default https a.b.dev/b && wget $H/c\nHEALTHCHECK CMD curl -f http://app.acme.dev/\n",
		},
		{
			caption: "Downloads",
			bad: 'FROM debian:12\nRUN curl -fsSLO «http://»files.acme.dev/a.tgz && wget -q "«http://»files.acme.dev/$V/b.tgz" \\\n  && tar xf a.tgz\nADD «http://»files.acme.dev/c.tgz /c/\n',
			fixed:
				'FROM debian:12\nRUN curl -fsSLO https://files.acme.dev/a.tgz && wget -q "https://files.acme.dev/$V/b.tgz" \\\n  && tar xf a.tgz\nADD https://files.acme.dev/c.tgz /c/\n',
		},
		{
			caption: "In capital letters",
			bad: "FROM debian:12\nRUN curl -fo a «HTTP://»files.acme.dev/a\n",
			fixed: "FROM debian:12\nRUN curl -fo a https://files.acme.dev/a\n",
		},
		{
			caption: "Repositories, indexes, registries",
			bad: "FROM debian:12\nENV PIP_INDEX_URL=«http://»pypi.acme.dev/simple A=http://a.b.dev\nRUN git clone «http://»git.acme.dev/x.git && svn co «http://»svn.acme.dev/x && pip install -i «http://»pypi.acme.dev/simple x && npm ci --registry=«http://»npm.acme.dev/ && R -e \"install.packages('x', repos='«http://»cran.rstudio.com/')\"\n",
			fixed:
				"FROM debian:12\nENV PIP_INDEX_URL=https://pypi.acme.dev/simple A=http://a.b.dev\nRUN git clone https://git.acme.dev/x.git && svn co https://svn.acme.dev/x && pip install -i https://pypi.acme.dev/simple x && npm ci --registry=https://npm.acme.dev/ && R -e \"install.packages('x', repos='https://cran.rstudio.com/')\"\n",
		},
		{
			caption: "Other protocols; an address from a variable, or without a scheme",
			bad: "FROM debian:12\nENV URL=http://files.acme.dev/a.tgz\nRUN export PIP_INDEX_URL=«http://»pypi.acme.dev/simple && go env -w GOPROXY=«http://»go.acme.dev && git clone «git://»github.com/a/b && curl -O «ftp://»ftp.acme.dev/c && wget «$URL»\nENV H=files.acme.dev\nRUN wget -P /data «ftp.acme.dev/vol1/a.gz» && curl -fO «ftp.acme.dev/b» && curl -fLO «$H/c»\nADD «git://»github.com/a/b /b\n",
			fixed:
				"FROM debian:12\nENV URL=http://files.acme.dev/a.tgz\nRUN export PIP_INDEX_URL=https://pypi.acme.dev/simple && go env -w GOPROXY=https://go.acme.dev && git clone https://github.com/a/b && curl -O ftp://ftp.acme.dev/c && wget $URL\nENV H=files.acme.dev\nRUN wget -P /data ftp.acme.dev/vol1/a.gz && curl -fO ftp.acme.dev/b && curl -fLO $H/c\nADD git://github.com/a/b /b\n",
		},
		{
			caption: "git://, which GitHub has switched off",
			bad: "FROM debian:12\nRUN pip install git+«git://»github.com/a/b.git && git clone «git://»github.com/a/b\nADD «git://»github.com/a/b.git /b\n",
			fixed:
				"FROM debian:12\nRUN pip install git+https://github.com/a/b.git && git clone https://github.com/a/b\nADD https://github.com/a/b.git /b\n",
		},
		{
			caption: "Git fetches over another protocol than the one that stands there",
			good: 'FROM debian:12\nRUN git config --global url."https://github.com/".insteadOf git://github.com/ && git clone git://github.com/a/b\nRUN git clone git://github.com/a/c && git -c url.https://.insteadOf=http:// clone http://git.acme.dev/d\n',
		},
		{
			caption: "Rewritten for others, or to clear text",
			bad: 'FROM debian:12\nRUN git config --global url."https://gitlab.com/".insteadOf git://gitlab.com/ && git clone «git://»github.com/a/b\nFROM debian:12\nRUN git config --global url.http://github.com/.insteadOf git://github.com/ && git clone «git://»github.com/a/b\nCOPY --from=0 /a /a\n',
			fixed:
				'FROM debian:12\nRUN git config --global url."https://gitlab.com/".insteadOf git://gitlab.com/ && git clone https://github.com/a/b\nFROM debian:12\nRUN git config --global url.http://github.com/.insteadOf git://github.com/ && git clone https://github.com/a/b\nCOPY --from=0 /a /a\n',
		},
		{
			caption: "Keys, and lists of sources, which nobody signs",
			bad: "FROM debian:12\nRUN apt-key adv --fetch-keys «http://»developer.download.nvidia.com/x/3bf863cc.pub && gpg --batch --fetch-keys «http://»keys.acme.dev/k\nFROM rockylinux:9\nRUN dnf config-manager --add-repo «http://»pkg.acme.dev/acme.repo\n",
			fixed:
				"FROM debian:12\nRUN apt-key adv --fetch-keys https://developer.download.nvidia.com/x/3bf863cc.pub && gpg --batch --fetch-keys https://keys.acme.dev/k\nFROM rockylinux:9\nRUN dnf config-manager --add-repo https://pkg.acme.dev/acme.repo\n",
		},
		{
			caption: "Hosts that speak no TLS, or may not: nothing to repair",
			bad: "FROM debian:12\nRUN wget «http://»archive.ubuntu.com/ubuntu/pool/a.deb «http://»de.archive.ubuntu.com/b.deb «http://»nz2.archive.ubuntu.com/b.deb «http://»us-east-1.ec2.archive.ubuntu.com/b.deb «http://»ports.ubuntu.com/c.deb «http://»ftp.us.debian.org/d.deb\nRUN git clone «git://»git.acme.dev/b\n",
		},
		{
			caption: "A port of its own, which may not speak TLS",
			bad: "FROM debian:12\nENV PIP_INDEX_URL=«http://»devpi.acme.dev:3141/simple\nRUN curl «http://»files.acme.dev:80/a -o a\nADD «http://»files.acme.dev:8080/b /b\n",
		},
		{
			caption: "What is compared matters less, so do signed packages",
			bad: 'FROM debian:12\nRUN curl -o a.tgz «http://»files.acme.dev/a.tgz && echo "$SUM  a.tgz" | sha256sum -c -\nARG MIRROR=http://files.acme.dev/\nRUN wget «${MIRROR}b-1.2.zip» && echo "$SUM  b-1.2.zip" | sha256sum -c -\nFROM alpine:3.20\nRUN apk add --repository «http://»dl-cdn.alpinelinux.org/alpine/edge/testing x\nCOPY --from=0 /a /a\n',
			fixed:
				'FROM debian:12\nRUN curl -o a.tgz https://files.acme.dev/a.tgz && echo "$SUM  a.tgz" | sha256sum -c -\nARG MIRROR=http://files.acme.dev/\nRUN wget ${MIRROR}b-1.2.zip && echo "$SUM  b-1.2.zip" | sha256sum -c -\nFROM alpine:3.20\nRUN apk add --repository https://dl-cdn.alpinelinux.org/alpine/edge/testing x\nCOPY --from=0 /a /a\n',
		},
		{
			caption: "PowerShell; on Server 2016 it speaks TLS 1.0 unless it is told otherwise",
			bad: "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN Invoke-WebRequest '«http://»files.acme.dev/a.zip' -OutFile a.zip; (New-Object Net.WebClient).DownloadFile('http://localhost/b', 'b')\nFROM mcr.microsoft.com/windows/servercore:ltsc2016\nSHELL [\"powershell\", \"-Command\"]\nRUN Invoke-WebRequest '«http://»files.acme.dev/a.exe' -OutFile a.exe\nRUN [Net.ServicePointManager]::SecurityProtocol = 'Tls12'; Invoke-WebRequest '«http://»files.acme.dev/a.exe' -OutFile a.exe\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"powershell\", \"-Command\"]\nRUN Invoke-WebRequest 'https://files.acme.dev/a.zip' -OutFile a.zip; (New-Object Net.WebClient).DownloadFile('http://localhost/b', 'b')\nFROM mcr.microsoft.com/windows/servercore:ltsc2016\nSHELL [\"powershell\", \"-Command\"]\nRUN Invoke-WebRequest 'http://files.acme.dev/a.exe' -OutFile a.exe\nRUN [Net.ServicePointManager]::SecurityProtocol = 'Tls12'; Invoke-WebRequest 'https://files.acme.dev/a.exe' -OutFile a.exe\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Nothing is fetched, or only signed packages of the distribution",
			good: 'FROM debian:12\nLABEL license="http://www.apache.org/licenses/" vcs=http://github.com/a/b\nENV http_proxy=http://proxy.acme.dev:3128 HOME_PAGE=http://acme.dev XMLNS=http://www.w3.org/2000/svg\nRUN echo "http://acme.dev" > /etc/motd && git config --global url."https://".insteadOf git:// && npm config set proxy http://proxy.acme.dev && pip install --proxy http://proxy.acme.dev x && git config http.proxy http://proxy.acme.dev && curl -x http://proxy.acme.dev https://a.b.dev/c -O\n# http://acme.dev\nRUN echo "deb http://deb.debian.org/debian bookworm main" > /etc/apt/sources.list\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				for (const report of reportsOf(step)) reports.push(stage.use === "unused" ? { ...report, severity: "hint" } : report);
			}
		}
		return reports;
	},
});

function reportsOf(step: Step): readonly Report[] {
	switch (step.keyword) {
		case "ADD":
			return added(step);
		case "ENV":
		case "ARG":
			return variables(step);
		case "RUN":
			return inRun(step);
		default:
			return [];
	}
}

function inRun(step: Step): readonly Report[] {
	const found = [...downloaded(step), ...downloadedByPowershell(step)];
	// The addresses of other programs are taken as they stand.
	if (step.exec === undefined && step.heredocs.length === 0 && !step.line.text.includes("://")) return found;
	for (const command of commandsOf(step))
		if (command.assignments.length > 0 || isFetcher(command.program)) found.push(...fetched(step, command));
	return found;
}

function added(step: Step): readonly Report[] {
	const compared = step.flags.some((flag) => flag.name === "checksum");
	const reports: Report[] = [];
	for (const source of remoteSourcesOf(step)) {
		const [address] = clearAddressesIn(source.text);
		// A repository is told by the end of its path, where it comes over http.
		const editable = address?.scheme !== "git" || /\.git(?:#|$)/.test(source.text);
		if (address?.at === 0) reports.push(report(step, source, address, compared, editable));
	}
	return reports;
}

function variables(step: Step): readonly Report[] {
	const reports: Report[] = [];
	for (const { name, value, valueSpan } of assignmentsOf(step, step.stage.file.escape)) {
		if (value === undefined || valueSpan === undefined || !INDEX_VARIABLES.test(name)) continue;
		for (const address of clearAddressesIn(value)) reports.push(report(step, { text: value, span: valueSpan }, address, false, true));
	}
	return reports;
}

function downloaded(step: Step): readonly Report[] {
	const reports: Report[] = [];
	for (const download of downloadsOf(step).filter((one) => !storedNames(one).includes("/dev/null"))) {
		const { url, command } = download;
		const [own] = clearAddressesIn(url.text);
		const address = own ?? clearAddressesIn(download.resolved ?? "")[0] ?? addressWithoutScheme(download);
		if (address === undefined || (own === undefined && (address.at !== 0 || url.text.includes("://")))) continue;
		const names = storedNames(download);
		const compared = names.length > 0 && isVerified(download, names);
		const found: Report =
			own === undefined
				? { span: url.span, message: messageOf(address, compared), ...(compared ? { severity: "hint" } : {}) }
				: report(step, url, own, compared, !command.decoded);
		reports.push(!compared && isTamer(download) ? { ...found, severity: "info" } : found);
	}
	return reports;
}

function downloadedByPowershell(step: Step): readonly Report[] {
	return powershellDownloads(step).flatMap((download) => {
		const word = { text: step.stage.file.text.slice(download.span.start, download.span.end), span: download.span };
		return clearAddressesIn(word.text).map((address) => report(step, word, address, isCompared(download), mayUseTls(step)));
	});
}

function fetched(step: Step, command: ShellCommand): readonly Report[] {
	const { program, args } = command;
	const reports: Report[] = [];
	for (const { name, value } of command.assignments) {
		if (value === undefined || !INDEX_VARIABLES.test(name)) continue;
		for (const address of clearAddressesIn(value.text)) reports.push(report(step, value, address, false, !command.decoded));
	}
	if (program === undefined || !isFetcher(program)) return reports;
	const words = ADDRESS_FETCHERS[program] ?? [];
	if (words.length > 0 && !args.some((word) => words.includes(word.value ?? ""))) return reports;
	if (program.startsWith("python") && args[1]?.value !== "pip") return reports;
	const unsigned = args.some((word) => /^--(?:allow-untrusted|nogpgcheck|no-gpg-checks|allow-unsigned-rpm)$/.test(word.text));
	for (const [index, word] of args.entries()) {
		if (isProxy(word, args[index - 1], args[index + 1])) continue;
		for (const address of clearAddressesIn(word.text)) {
			if (program === "git" && isRewritten(step, command, word.text.slice(address.at))) continue;
			reports.push(
				report(step, word, address, SIGNING_MANAGERS.has(program) && !isUnsignedFile(comparable(word)) && !unsigned, !command.decoded),
			);
		}
	}
	return reports;
}

function report(
	step: Step,
	word: { readonly text: string; readonly span: Span },
	address: ClearAddress,
	compared: boolean,
	editable: boolean,
): Report {
	const span = schemeSpan(word, address);
	// What answers at a port of its own seldom speaks TLS there.
	const port = /^:(?!443\b)/.test(word.text.slice(address.end));
	const movable = (address.scheme === "http" && !HOSTS_WITHOUT_TLS.test(address.host)) || isSwitchedOff(address);
	const inPlace = span !== word.span && movable && editable && !port;
	// ADD is fetched by the builder, and Windows brings its certificates along.
	const asksImage = step.keyword !== "ADD" && !isForWindows(step.stage);
	const fix: Fix = {
		title: `Fetch from ${shortened(address.host, 50)} over https`,
		safety: "review",
		edits: [replace(span, "https://")],
		note: `${isSwitchedOff(address) ? "It no longer answers at git://" : "The server has to speak TLS"}${asksImage ? ", and the image needs ca-certificates" : ""}.`,
	};
	return { span, message: messageOf(address, compared), ...(compared ? { severity: "hint" } : {}), fixes: inPlace ? [fix] : [] };
}

function messageOf({ scheme, host }: ClearAddress, compared: boolean): string {
	const change = compared ? "can be read on the way, though not changed unseen" : "can be changed on the way";
	return `What comes from ${shortened(host, 40)} over ${scheme} ${change}`;
}
