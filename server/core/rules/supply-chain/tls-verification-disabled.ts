import { calledBy, isInCommand } from "../../dockerfile/commands/scripts.ts";
import { powershellTlsOff } from "../../dockerfile/downloads/powershellTls.ts";
import {
	isTlsVariable,
	speaksOfTls,
	TLS_TRACES,
	type TlsOff,
	tlsOffIn,
	tlsOffInText,
	tlsVariable,
} from "../../dockerfile/downloads/tlsChecks.ts";
import { checkAgain, placeOf } from "../../dockerfile/downloads/tlsEdits.ts";
import {
	isComparedAnyway,
	isExplained,
	isHarmless,
	isPrivate,
	trustOnFirstUse,
	trustsClearText,
} from "../../dockerfile/downloads/tlsReach.ts";
import { removeAssignment } from "../../dockerfile/edits/edit.ts";
import { writtenFiles } from "../../dockerfile/files/writtenFiles.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { type CertificateStore, certificateStoreAt } from "../../dockerfile/packages/certificateStore.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { EditFix, LintSeverity } from "../../finding.ts";
import { type Span, type SpanEdit, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const CHECKOV = [2, 3, 4, 5, 6, 12, 13, 14, 15, 16].map((number) => `CKV2_DOCKER_${number}`);
const PRIVATE = "If the server has a private CA: copy its certificate to /usr/local/share/ca-certificates and run update-ca-certificates.";
const NOTES: Readonly<Record<CertificateStore["kind"], string>> = {
	there: PRIVATE,
	unknown: `Where it fails, install ca-certificates. ${PRIVATE}`,
	missing: PRIVATE,
};

export const tlsVerificationDisabled = defineRule({
	id: "tls-verification-disabled",
	title: "The check of certificates is turned off",
	category: "supply-chain",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	onlyWith: { texts: TLS_TRACES },
	equivalents: same(["checkov", ...CHECKOV], ["sonar", "S4830"]),
	why: "Without the check, TLS protects against nobody: whoever answers in the server's place (a hijacked route or name server, an open wireless network, a proxy) can hand the build any file, and read every password that the build sends. What is fetched this way ends in the image and is run with all its rights.\n\nSet with ENV or in a configuration file it stays in force in every container, for every program that reads it.",
	remedy:
		"Let the build know the certificate authority instead. Usually `ca-certificates` is what is missing; for a private one copy its certificate and register it: `COPY acme-ca.crt /usr/local/share/ca-certificates/` and `RUN update-ca-certificates` (Debian, Alpine), or `/etc/pki/ca-trust/source/anchors/` and `update-ca-trust` (Red Hat). Node reads `NODE_EXTRA_CA_CERTS`, Python's requests `REQUESTS_CA_BUNDLE`, Git `GIT_SSL_CAINFO`, pip `--cert`.",
	references: [
		"https://curl.se/docs/sslcerts.html",
		"https://docs.docker.com/engine/network/ca-certs/",
		"https://cwe.mitre.org/data/definitions/295.html",
	],
	examples: [
		{
			caption: "A download from anybody",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl -fsSL «--insecure» -o /usr/local/bin/tool https://example.com/tool\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN curl -fsSL -o /usr/local/bin/tool https://example.com/tool\n",
		},
		{ caption: "The certificate is checked", good: "FROM debian:12\nRUN curl -fsSLo /bin/tool https://example.com/tool\n" },
		{
			caption: "An option, alone or in a bundle",
			bad: "FROM debian:12\nRUN curl -fsSL «-k» -o /a https://a.b/a && curl -fsSL«k»O https://a.b/a && wget -q «--no-check-certificate» https://a.b/a\nRUN curl \\\n    «--insecure» \\\n    -O https://a.b/a\n",
			fixed:
				"FROM debian:12\nRUN curl -fsSL -o /a https://a.b/a && curl -fsSLO https://a.b/a && wget -q https://a.b/a\nRUN curl \\\n    -O https://a.b/a\n",
		},
		{
			caption: "Without ca-certificates, which curl and wget only recommend, the check would fail",
			bad: "FROM ubuntu:24.04 AS app\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    bzip2 \\\n    wget && rm -rf /var/lib/apt/lists/*\nRUN wget «--no-check-certificate» https://a.b/a\nFROM app\nRUN wget «--no-check-certificate» https://a.b/b\nFROM debian:12\nRUN apt-get update && apt-get install --no-install-recommends -y curl && curl «-k» -O https://a.b/a\nFROM node:22-slim\nRUN apt-get install -y --no-install-recommends zip wget\nRUN wget «--no-check-certificate» https://a.b/a\nCOPY --from=1 /a /a\nCOPY --from=2 /a /a\n",
			fixed:
				"FROM ubuntu:24.04 AS app\nRUN apt-get update && apt-get install -y --no-install-recommends \\\n    bzip2 \\\n    ca-certificates \\\n    wget && rm -rf /var/lib/apt/lists/*\nRUN wget https://a.b/a\nFROM app\nRUN wget https://a.b/b\nFROM debian:12\nRUN apt-get update && apt-get install --no-install-recommends -y ca-certificates curl && curl -O https://a.b/a\nFROM node:22-slim\nRUN apt-get install -y --no-install-recommends ca-certificates zip wget\nRUN wget https://a.b/a\nCOPY --from=1 /a /a\nCOPY --from=2 /a /a\n",
		},
		{
			caption: "They are there, or came with a package that recommends them",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y wget\nRUN apt-get install -y --no-install-recommends make\nRUN wget «--no-check-certificate» https://a.b/a\nFROM debian:12\nRUN apt-get install -y --no-install-recommends ca-certificates wget\nRUN wget «--no-check-certificate» https://a.b/a\nCOPY --from=0 /a /a\n",
			fixed:
				"FROM debian:12\nRUN apt-get update && apt-get install -y wget\nRUN apt-get install -y --no-install-recommends make\nRUN wget https://a.b/a\nFROM debian:12\nRUN apt-get install -y --no-install-recommends ca-certificates wget\nRUN wget https://a.b/a\nCOPY --from=0 /a /a\n",
		},
		{
			caption: "Package managers",
			bad: "FROM debian:12\nRUN pip install «--trusted-host pypi.acme.dev» -r r.txt && python3 -m pip install «--trusted-host=a.b» c\nRUN dnf install -y «--setopt=sslverify=false» a; apt-get «-o Acquire::https::Verify-Peer=false» update; npm ci «--strict-ssl=false»\nRUN git «-c http.sslVerify=false» clone https://a.b/c\n",
			fixed:
				"FROM debian:12\nRUN pip install -r r.txt && python3 -m pip install c\nRUN dnf install -y a; apt-get update; npm ci\nRUN git clone https://a.b/c\n",
		},
		{
			caption: "With the value in the same word",
			bad: "FROM debian:12\nRUN apt-get «-oAcquire::https::Verify-Peer=false» update && apt-get «-o=Acquire::https::Verify-Peer=false» update\nRUN uv pip install «--trusted-host a.b» x && uv sync «--allow-insecure-host a.b»\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get update\nRUN uv pip install x && uv sync\n",
		},
		{
			caption: "In quotes",
			bad: 'FROM debian:12\nRUN ["curl","-«k»L","https://a.b/a"]\nRUN ["curl","«-k»","https://a.b/a"]\nRUN curl «\'-k\'» -O https://a.b/a\n',
		},
		{ caption: "In a bundle, with its value", bad: "FROM debian:12\nRUN apt-get «-yoAcquire::https::Verify-Peer=false» update\n" },
		{
			caption: "Written into the configuration of repositories",
			bad: "FROM centos:7\nRUN yum-config-manager --save «--setopt=sslverify=false»\nRUN dnf config-manager --save «--setopt=epel.sslverify=0»\n",
		},
		{
			caption: "A variable for every container",
			bad: "FROM node:22\nENV «NODE_TLS_REJECT_UNAUTHORIZED=0» A=b\nENV «GIT_SSL_NO_VERIFY 1»\nENV «GIT_SSL_NO_VERIFY=»\nARG «NPM_CONFIG_STRICT_SSL=\"false\"»\nENV «PYTHONHTTPSVERIFY='0'»\nENV «PIP_TRUSTED_HOST=pypi.acme.dev»\n",
			fixed: "FROM node:22\nENV A=b\n",
		},
		{
			caption: "A variable in a script",
			bad: "FROM node:22\nRUN export «NODE_TLS_REJECT_UNAUTHORIZED=0» && npm ci\nRUN A=1 \\\n    «GIT_SSL_NO_VERIFY=1» \\\n    git clone https://a.b/c\nRUN «GIT_SSL_NO_VERIFY=true» git clone https://a.b/c && env «GOINSECURE=a.b» go build\n",
			fixed: "FROM node:22\nRUN npm ci\nRUN A=1 \\\n    git clone https://a.b/c\nRUN git clone https://a.b/c && env go build\n",
		},
		{
			caption: "Commands that write it into a configuration",
			bad: "FROM node:22\nRUN npm «config set strict-ssl false» && npm ci\nRUN git «config --global http.sslVerify false»\nRUN npm ci \\\n    && yarn «config set strict-ssl false -g» \\\n    && composer install\nRUN composer «config -g -- disable-tls true» && a\nRUN conda «config --set ssl_verify no»; b\nRUN pip «config set global.trusted-host a.b» && c\nRUN npm «c set strict-ssl false» && d\n",
			fixed: "FROM node:22\nRUN npm ci\nRUN npm ci \\\n    && composer install\nRUN a\nRUN b\nRUN c\nRUN d\n",
		},
		{
			caption: "Configuration files",
			bad: "FROM debian:12\nRUN <<EOF\na\necho «sslverify=0» >> /etc/yum.conf\nEOF\nRUN echo «insecure» >> ~/.curlrc && echo «'sslverify=0'» >> /etc/yum.conf && sed -i «'s/sslverify=1/sslverify=0/'» /etc/yum.repos.d/a.repo\nRUN echo «'Acquire::https::Verify-Peer \"false\";'» | sudo tee /etc/apt/apt.conf.d/99x; printf «':ssl_verify_mode: 0\\n'» > /root/.gemrc\nCOPY <<EOF /root/.npmrc\nregistry=https://a.b/\n«strict-ssl=false»\nEOF\nRUN cat > /etc/pip.conf <<EOF\n[global]\n«trusted-host = a.b»\nEOF\nRUN cat > /root/.curlrc <<EOF\n«insecure»\nEOF\nRUN echo «'Acquire::https { Verify-Peer \"false\"; };'» > /etc/apt/apt.conf.d/99x\n",
		},
		{
			caption: "When the container runs",
			bad: 'FROM debian:12\nENTRYPOINT ["curl", "-fs«k»", "https://a.b/config"]\nFROM debian:12\nCMD curl «-k» https://a.b/config > /etc/config && exec app\n',
			fixed:
				'FROM debian:12\nENTRYPOINT ["curl", "-fsk", "https://a.b/config"]\nFROM debian:12\nCMD curl https://a.b/config > /etc/config && exec app\n',
		},
		{
			caption: "The container asks itself, or there is no certificate",
			good: 'FROM debian:12\nHEALTHCHECK CMD curl -f -k https://localhost/ || exit 1\nHEALTHCHECK CMD ["curl", "-fk", "https://localhost/"]\nRUN app & curl -k https://127.0.0.1:8443/ && wget --no-check-certificate ftp://ftp.acme.dev/a\n',
		},
		{
			caption: "Over http there is no certificate; without the option pip takes nothing from such an index",
			good: "FROM python:3.13\nARG INDEX=pypi.acme.dev\nENV PIP_INDEX_URL=http://pip.acme.dev/simple PIP_TRUSTED_HOST=pip.acme.dev\nRUN pip install --trusted-host devpi.acme.dev -i http://devpi.acme.dev:3141/root x && pip install --trusted-host localhost -i http://localhost:8000 y\nRUN pip install --trusted-host $INDEX --index-url http://user:$TOKEN@$INDEX/simple z\nCOPY <<EOF /etc/pip.conf\n[global]\nindex-url = http://files.acme.dev/simple\ntrusted-host = files.acme.dev\nEOF\nRUN pip config set global.index-url http://a.acme.dev/simple && pip config set global.trusted-host a.acme.dev && curl -k -O http://files.acme.dev/a\n",
		},
		{
			caption: "Some of it over https",
			bad: 'FROM python:3.13\nRUN pip install «--trusted-host a.acme.dev» -i http://a.acme.dev/simple --extra-index-url https://a.acme.dev/other x\nENV PIP_EXTRA_INDEX_URL=http://b.acme.dev/simple\nENV «PIP_TRUSTED_HOST="b.acme.dev pypi.org"»\nRUN curl «-k» -L -O http://files.acme.dev/a && wget «--no-check-certificate» http://files.acme.dev/b && curl «-k» -O http://files.acme.dev/a -O https://files.acme.dev/c\n',
			fixed:
				"FROM python:3.13\nRUN pip install -i http://a.acme.dev/simple --extra-index-url https://a.acme.dev/other x\nENV PIP_EXTRA_INDEX_URL=http://b.acme.dev/simple\nRUN curl -L -O http://files.acme.dev/a && wget http://files.acme.dev/b && curl -O http://files.acme.dev/a -O https://files.acme.dev/c\n",
		},
		{
			caption: "A certificate that is trusted because the server sent it",
			bad: "FROM debian:12\nRUN openssl «s_client» -showcerts -connect a.b:443 </dev/null | openssl x509 > /usr/local/share/ca-certificates/a.crt && update-ca-certificates\n",
		},
		{
			caption: "PowerShell",
			bad: '# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL ["powershell", "-Command"]\nRUN Invoke-WebRequest «-SkipCertificateCheck» https://a.b/c -OutFile c; `\n    [System.Net.ServicePointManager]::«ServerCertificateValidationCallback = { $true }»\n',
		},
		{
			caption: "No repair where a comment says why, or nobody can say which packages are installed",
			bad: "FROM debian:12\nRUN xargs apt-get install -y --no-install-recommends < packages.txt\nRUN wget «--no-check-certificate» https://a.b/a\nFROM debian:12\n# the certificate of this mirror has expired\nRUN wget «--no-check-certificate» https://a.b/a\n# no -k: it never worked\nRUN curl -fsSL«k»O https://a.b/b\nRUN set -e; \\\n  # the certificate of a.b has expired\n  curl -fsSL «-k» -o x https://a.b/x\n# self-signed\nENV «GIT_SSL_NO_VERIFY=1»\n",
		},
		{
			caption: "A comment that explains nothing, or has plans",
			bad: "FROM debian:12\n# Install ca-certificates and fetch x\nRUN curl «-k» -O https://a.b/a\n# Install tools for TLS inspection\nRUN curl «-k» -O https://a.b/b\n# TODO: drop --insecure\nRUN curl «--insecure» -O https://a.b/c\n",
			fixed:
				"FROM debian:12\n# Install ca-certificates and fetch x\nRUN curl -O https://a.b/a\n# Install tools for TLS inspection\nRUN curl -O https://a.b/b\n# TODO: drop --insecure\nRUN curl -O https://a.b/c\n",
		},
		{
			caption: "The same letters mean other things; the check stays on; text that is only shown, a variable that no program sees",
			good: "FROM debian:12\nRUN tar -k -xf a && ln -k a b; curl -K file https://a.b && curl -H -k https://a.b; curl -o k https://a.b/k; git -c core.pager=less log; sort -k 2 a; curl --proxy-insecure https://a.b\nFROM debian:12\nENV NODE_TLS_REJECT_UNAUTHORIZED=1 NPM_CONFIG_STRICT_SSL=true GOINSECURE= NODE_EXTRA_CA_CERTS=/ca.pem APP_SSL_VERIFY=true\nARG GIT_SSL_NO_VERIFY\nRUN npm config set strict-ssl true && git config --global http.sslVerify true && sed -i 's/sslverify=0/sslverify=1/' /etc/yum.conf && dnf --setopt=sslverify=1 install a\nFROM debian:12\nRUN NODE_TLS_REJECT_UNAUTHORIZED=0 && npm ci\nRUN echo 'strict-ssl=false' && echo curl -k https://a.b # curl -k\n",
		},
	],
	check(file) {
		const found: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword === "ENV" || step.keyword === "ARG") found.push(...variableReports(stage, step));
				else if (speaksOfTls(step)) found.push(...stepReports(stage, step));
			}
		}
		return found;
	},
});

function variableReports(stage: Stage, step: Step): readonly Report[] {
	const reports: Report[] = [];
	for (const assignment of assignmentsOf(step, stage.file.escape)) {
		if (!isTlsVariable(assignment.name)) continue;
		const expansion = assignment.value === undefined ? undefined : expandAt(step, assignment.value);
		const kind = expansion?.kind === "known" ? tlsVariable(assignment.name, expansion.value) : undefined;
		if (kind === undefined || isClearText(stage, assignment.span)) continue;
		const severity = kind === "application" ? "warning" : undefined;
		const { name, span } = assignment;
		reports.push(report(stage, span, name, severity, () => fixesOf(step, name, removeAssignment(stage.file, step, assignment), THERE)));
	}
	return reports;
}

function stepReports(stage: Stage, step: Step): readonly Report[] {
	const found: Report[] = [];
	for (const command of calledBy(step)) {
		for (const off of tlsOffIn(command)) {
			if (isHarmless(step, command) || isPrivate(step, off) || isClearText(stage, off.span)) continue;
			const severity = isComparedAnyway(step, off) ? "info" : undefined;
			const fixes = (): readonly EditFix[] => fixesOf(step, off.what, checkAgain(step, off), storeFor(step, off));
			found.push(report(stage, placeOf(off), off.what, severity, fixes));
		}
		const trusted = trustOnFirstUse(command);
		if (trusted !== undefined) found.push({ span: trusted.span, message: "A certificate is trusted because the server itself sent it" });
	}
	for (const heredoc of step.heredocs) {
		const path =
			step.keyword === "RUN"
				? writtenFiles(stage).find((file) => file.step === step && file.text === heredoc.body)?.path
				: splitAtBlanks(step.arguments).at(-1)?.text;
		for (const off of tlsOffInText(heredoc.body, path)) {
			// What stands in a command is judged as a part of it.
			if (!isInCommand(step, off.span) && !isClearText(stage, off.span)) found.push(report(stage, off.span, off.what));
		}
	}
	for (const { span, what } of powershellTlsOff(step)) found.push(report(stage, span, what));
	return found;
}

/** Whether the setting names hosts that are only asked over http. */
function isClearText(stage: Stage, { start, end }: Span): boolean {
	return trustsClearText(stage, stage.file.text.slice(start, end));
}

/** Programs that trust the certificate authorities of the system; others bring their own along. */
const USES_SYSTEM_STORE: ReadonlySet<string> = new Set(["curl", "wget", "wget2", "aria2c", "git"]);

const THERE: CertificateStore = { kind: "there" };

function storeFor(step: Step, off: TlsOff): CertificateStore {
	const command = off.kind === "text" ? undefined : off.command;
	return command === undefined || !USES_SYSTEM_STORE.has(command.program ?? "") ? THERE : certificateStoreAt(step, command);
}

function report(stage: Stage, span: Span, what: string, severity?: LintSeverity, fixes: () => readonly EditFix[] = () => []): Report {
	const lowered = stage.use === "unused" ? "info" : severity;
	return {
		span,
		message: `${shortened(what, 60)} turns the check of certificates off`,
		...(lowered === undefined ? {} : { severity: lowered }),
		fixes,
	};
}

function fixesOf(step: Step, what: string, edit: SpanEdit | undefined, store: CertificateStore): readonly EditFix[] {
	if (edit === undefined || isExplained(step, what)) return [];
	const note = NOTES[store.kind];
	if (store.kind !== "missing") return [{ title: "Check certificates again", safety: "review", edits: [edit], note }];
	if (store.edit === undefined) return [];
	return [{ title: "Install ca-certificates and check certificates again", safety: "review", edits: [store.edit, edit], note }];
}
