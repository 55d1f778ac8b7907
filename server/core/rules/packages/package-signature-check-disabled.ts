import { isBeforeLine } from "../../dockerfile/base/distributionLine.ts";
import { isArchived } from "../../dockerfile/downloads/debianArchive.ts";
import { isVerified } from "../../dockerfile/downloads/downloadChecks.ts";
import { downloadsOf } from "../../dockerfile/downloads/downloads.ts";
import { downloadUse, namesInStep } from "../../dockerfile/downloads/downloadUses.ts";
import { isFile } from "../../dockerfile/downloads/filePaths.ts";
import { SIGNATURE_TRACES, type SignatureOff, signaturesOffIn } from "../../dockerfile/downloads/signatureChecks.ts";
import { signatureFixes } from "../../dockerfile/downloads/signatureFixes.ts";
import { copyWordsOf } from "../../dockerfile/files/copyWords.ts";
import type { Step } from "../../dockerfile/model/model.ts";
import { anyStep } from "../../dockerfile/model/stepFold.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { mayBeConfigured } from "../../dockerfile/packages/configurations.ts";
import { callHasOption, type PackageCall } from "../../dockerfile/packages/packageCalls.ts";
import type { LintSeverity } from "../../finding.ts";
import { EDGE_KEYS } from "../../knowledge/firstLines.ts";
import type { ShellWord } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

const MOST_CHARACTERS = 64;
const MOST_CHECKED = 45;
/** Package managers that ask for the signatures of a repository's packages, not of files: they install an unsigned file as before. */
const LENIENT: ReadonlySet<string> = new Set(["dnf", "yum", "apt"]);
const EDGE = /\/edge(?:\/|$|\s)/m;
const NO_FILES = /(?!)/;
export const packageSignatureCheckDisabled = defineRule({
	id: "package-signature-check-disabled",
	title: "The check of package signatures is turned off",
	category: "packages",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	onlyWith: { texts: SIGNATURE_TRACES },
	equivalents: [
		...same(["checkov", "CKV2_DOCKER_7", "CKV2_DOCKER_8", "CKV2_DOCKER_9", "CKV2_DOCKER_10", "CKV2_DOCKER_11"]),
		...similar(["cis", "4.11"], ["dockle", "CIS-DI-0011"]),
	],
	why: "The signature is what makes a package the distribution's: mirrors, proxies and caches on the way are not trusted by anybody. With the check switched off, whoever sits on that way, or takes over the mirror, decides what is in the image, and the package's scripts run as root in the build.",
	remedy:
		"Take the option out, and import the key that the repository is signed with. For packages of your own, sign them and copy the public key into the image (`/etc/apk/keys`, `signed-by=`, `rpm --import`).",
	references: [
		"https://manpages.debian.org/bookworm/apt/apt-secure.8.en.html",
		"https://wiki.alpinelinux.org/wiki/Alpine_Package_Keeper",
		"https://dnf.readthedocs.io/en/latest/conf_ref.html",
	],
	examples: [
		{ caption: "Only what is signed", good: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n" },
		{
			caption: "apt is told to take anything",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y «--allow-unauthenticated» curl\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\n",
		},
		{
			caption: "An option that also says yes",
			bad: "FROM ubuntu:22.04\r\nRUN apt-get install «--force-yes» \\\r\n    curl && apt-get «--force-yes» -y install git\r\n",
			fixed: "FROM ubuntu:22.04\r\nRUN apt-get install -y \\\r\n    curl && apt-get -y install git\r\n",
		},
		{
			caption: "Every package manager has one",
			bad: "FROM acme/base:1\nRUN apk add --no-cache \\\n      # edge\n      «--allow-untrusted» \\\n      gnu-libiconv\nRUN yum «--nogpgcheck» -y install a && dnf install -y «--setopt=*.gpgcheck=0» b && zypper «--no-gpg-checks» -n in c\nRUN rpm -i «--nosignature» d.rpm && rpm -Uvh «--nodigest» e.rpm && dpkg «--force-bad-verify» -i f.deb\nRUN apt-get «-o Acquire::AllowInsecureRepositories=true» update\n",
			fixed:
				"FROM acme/base:1\nRUN apk add --no-cache \\\n      # edge\n      gnu-libiconv\nRUN yum -y install a && dnf install -y b && zypper -n in c\nRUN rpm -i d.rpm && rpm -Uvh e.rpm && dpkg -i f.deb\nRUN apt-get update\n",
		},
		{
			caption: "Among other letters, of which only this one goes",
			bad: "FROM opensuse/leap:15.6\nRUN zypper -n ar «-Gf» https://a.b a\nRUN zypper -n ar «-cfG» https://a.b c\nRUN zypper -n ar -f «-G» https://a.b d\n",
			fixed:
				"FROM opensuse/leap:15.6\nRUN zypper -n ar -f https://a.b a\nRUN zypper -n ar -cf https://a.b c\nRUN zypper -n ar -f https://a.b d\n",
		},
		{
			caption: "An option cut short",
			bad: "FROM rockylinux:9\nRUN yum install -y «--nogpg» x\n",
			fixed: "FROM rockylinux:9\nRUN yum install -y x\n",
		},
		{
			caption: "In files that the build writes",
			bad: "FROM debian:12\nRUN echo «'deb [trusted=yes] http://archive.debian.org/debian jessie main'» > /etc/apt/sources.list\nRUN echo «'[x]\\ngpgcheck=0'» >> /etc/yum.repos.d/x.repo\nRUN sed -i «'s/gpgcheck=1/gpgcheck=0/'» /etc/yum.conf\nCOPY <<EOF /etc/yum.repos.d/y.repo\n[y]\n# gpgcheck=0\n«gpgcheck = 0»\nEOF\nCOPY <<EOF /etc/apt/sources.list.d/z.sources\nTypes: deb\n«URIs: https://example.com»\nTrusted: yes\nEOF\n",
		},
		{
			caption: "In sources that sed makes trusted",
			bad: "FROM debian:12\nRUN sed -i «'s/^deb /deb [trusted=yes] /'» /etc/apt/sources.list && sed -i -e 's/a/b/' -e «'s%^deb %deb [arch=amd64 trusted=yes] %'» /etc/apt/sources.list.d/x.list\nRUN sed -i «'s/^Types: deb/Trusted: yes\\nTypes: deb/'» /etc/apt/sources.list.d/debian.sources\nRUN sed -i 's/deb \\[trusted=yes\\] /deb /' /etc/apt/sources.list && sed 's/^deb /deb [trusted=yes] /' /etc/apt/sources.list && sed -i 's/^deb /deb [trusted=yes] /' /tmp/x\n",
		},
		{
			caption: "In the settings of dnf 5",
			bad: "FROM fedora:41\nRUN dnf config-manager setopt «x.gpgcheck=0» && dnf5 config-manager setopt «gpgcheck=0» «'*.gpgcheck=false'» y.enabled=1 && dnf config-manager setopt x.gpgcheck=1\n",
		},
		{
			caption: "A package that was built here, and one that was fetched, with a key",
			bad: "FROM alpine:3.20\nCOPY --from=build /key.rsa.pub /etc/apk/keys/\nCOPY --from=build /app.apk /tmp/\nRUN apk add --no-cache «--allow-untrusted» /tmp/app.apk\nRUN wget https://example.com/b.apk && apk add «--allow-untrusted» b.apk\n",
			fixed:
				"FROM alpine:3.20\nCOPY --from=build /key.rsa.pub /etc/apk/keys/\nCOPY --from=build /app.apk /tmp/\nRUN apk add --no-cache /tmp/app.apk\nRUN wget https://example.com/b.apk && apk add b.apk\n",
		},
		{
			caption: "The same without one, and what an old release knows no key of: no edit",
			bad: "FROM alpine:3.20 AS a\nCOPY --from=build /app.apk /tmp/\nRUN apk add --no-cache «--allow-untrusted» /tmp/app.apk\nRUN wget https://example.com/b.apk && apk add --no-cache «--allow-untrusted» b.apk bash && rm b.apk\nFROM alpine:3.4\nRUN apk add --repository http://dl-3.alpinelinux.org/alpine/edge/community/ «--allow-untrusted» shadow\nRUN echo @edge http://dl-3.alpinelinux.org/alpine/edge/testing >> /etc/apk/repositories\nRUN apk add «--allow-untrusted» gosu@edge\nCOPY --from=a /a /a\n",
		},
		{
			caption: "A package that was compared with its digest: no edit",
			bad: 'FROM alpine:3.20\nRUN wget -O a.apk https://example.com/a.apk && echo "0f4a  a.apk" | sha256sum -c - && apk add «--allow-untrusted» a.apk\n',
		},
		{
			caption: "A package whose own signature was verified: no edit",
			bad: "FROM alpine:3.20\nRUN curl -O https://example.com/a.apk && curl -O https://example.com/a.sig && curl https://example.com/keys/a.asc | gpg --import - && gpg --verify a.sig a.apk && apk add «--allow-untrusted» a.apk unixodbc-dev\n",
		},
		{
			caption: "Something else was compared, or the step goes on whatever the check says",
			bad: 'FROM alpine:3.20\nADD https://example.com/key.rsa.pub /etc/apk/keys/\nRUN curl -O https://example.com/a.tgz && echo "abc  a.tgz" | sha256sum -c && tar xf a.tgz && apk add «--allow-untrusted» --repository http://example.com/y b.apk foo\nRUN curl -O https://example.com/c.apk && (echo "0f4a  c.apk" | sha256sum -c - || true) && apk add «--allow-untrusted» c.apk\nCOPY d.apk /\nRUN curl -O https://example.com/a.tgz && echo "abc  a.tgz" | sha256sum -c && apk add «--allow-untrusted» /d.apk\n',
			fixed:
				'FROM alpine:3.20\nADD https://example.com/key.rsa.pub /etc/apk/keys/\nRUN curl -O https://example.com/a.tgz && echo "abc  a.tgz" | sha256sum -c && tar xf a.tgz && apk add --repository http://example.com/y b.apk foo\nRUN curl -O https://example.com/c.apk && (echo "0f4a  c.apk" | sha256sum -c - || true) && apk add c.apk\nCOPY d.apk /\nRUN curl -O https://example.com/a.tgz && echo "abc  a.tgz" | sha256sum -c && apk add /d.apk\n',
		},
		{
			caption: "A package of the repository beside one that was compared",
			bad: 'FROM fedora:40\nRUN curl -O https://example.com/a.rpm && echo "0f4a  a.rpm" | sha256sum -c - && dnf install -y «--nogpgcheck» ./a.rpm httpd\n',
			fixed:
				'FROM fedora:40\nRUN curl -O https://example.com/a.rpm && echo "0f4a  a.rpm" | sha256sum -c - && dnf install -y ./a.rpm httpd\n',
		},
		{
			caption: "The archive of Debian, whose keys have expired: no edit",
			bad: "FROM debian:stretch\nRUN sed -i 's/deb\\.debian\\.org/archive.debian.org/g' /etc/apt/sources.list && apt-get install -y «--allow-unauthenticated» b\n",
		},
		{
			caption: "Named in place of the others",
			bad: 'FROM debian:jessie\nRUN echo "deb http://archive.debian.org/debian jessie main" > /etc/apt/sources.list\nRUN apt-get update && apt-get install -y «--allow-unauthenticated» curl && apt-get install «--force-yes» git\n',
		},
		{
			caption: "Snapshots",
			bad: 'FROM debian:jessie\nRUN echo "deb http://snapshot.debian.org/archive/debian/20200101T000000Z jessie main" > /etc/apt/sources.list\nRUN apt-get update && apt-get install «--force-yes» curl\n',
		},
		{
			caption: "Of a release whose keys are valid",
			bad: 'FROM debian:12\nRUN echo "deb http://snapshot.debian.org/archive/debian/20240101T000000Z bookworm main" > /etc/apt/sources.list && apt-get update && apt-get install -y «--allow-unauthenticated» curl\n',
			fixed:
				'FROM debian:12\nRUN echo "deb http://snapshot.debian.org/archive/debian/20240101T000000Z bookworm main" > /etc/apt/sources.list && apt-get update && apt-get install -y curl\n',
		},
		{
			caption: "The folder that holds Alpine's keys, and another one",
			bad: "FROM alpine:3.20\nCOPY keys/ /etc/apk/\nRUN apk add «--allow-untrusted» ./b.apk\nFROM alpine:3.20\nRUN apk add --keys-dir /keys «--allow-untrusted» ./b.apk\n",
			fixed: "FROM alpine:3.20\nCOPY keys/ /etc/apk/\nRUN apk add ./b.apk\nFROM alpine:3.20\nRUN apk add --keys-dir /keys ./b.apk\n",
		},
		{
			caption: "An option that does nothing for an update",
			good: "FROM debian:12\nRUN apt-get update --allow-unauthenticated && apt-get -o APT::Get::AllowUnauthenticated=true update\n",
		},
		{
			caption: "Checked",
			good: "FROM debian:12\nRUN apt-get install -y --allow-downgrades --allow-change-held-packages a && apt-get --allow-unauthenticated=false install b\nRUN sed -i 's/gpgcheck=0/gpgcheck=1/' /etc/yum.conf && echo 'repo_gpgcheck=0' > /etc/x && rpm -q --nosignature a && echo --allow-untrusted\nRUN dnf --setopt=gpgcheck=1 install -y c && dpkg --force-confold -i d.deb && apt-get purge --force-yes e && apk index --allow-untrusted -o x y.apk\n",
		},
		{
			caption: "Repositories on the disk",
			good: 'FROM debian:12\nRUN echo "deb [trusted=yes] file:///packages ./" > /etc/apt/sources.list.d/local.list\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "RUN" && step.keyword !== "COPY" && step.keyword !== "ADD") continue;
				for (const off of signaturesOffIn(step)) {
					const { call } = off.option ?? {};
					const checked = checkedOperands(step, call);
					const isChecked = checked.length > 0 && checked.length === call?.operands.length;
					const severity = stage.use === "unused" ? "hint" : isChecked ? "info" : severityOf(step, off);
					reports.push({
						span: off.span,
						message: isChecked
							? `${shortened(off.what, MOST_CHECKED)} skips the signatures of packages that were checked before`
							: `${shortened(off.what, MOST_CHARACTERS)} lets packages in unchecked`,
						...(severity === undefined ? {} : { severity }),
						// A package that was compared is seldom signed as well: the install would fail.
						fixes:
							isChecked || (checked.length > 0 && !LENIENT.has(call?.manager ?? ""))
								? []
								: () => (isArchived(step, off) || lacksKeys(step, call) ? [] : signatureFixes(step, off)),
					});
				}
			}
		}
		return reports;
	},
});

/** Packages that come out of the build itself are often not signed; those that a RUN fetches are another matter. */
function severityOf(step: Step, off: SignatureOff): LintSeverity | undefined {
	const { option } = off;
	if (isArchived(step, off)) return "info";
	return isLocal(option?.call) && downloadsOf(step).every((download) => downloadUse(download) === undefined) ? "info" : undefined;
}

/** Whether a call installs files alone. */
function isLocal(call: PackageCall | undefined): boolean {
	const operands = call?.operands ?? [];
	return operands.length > 0 && operands.every(isPackageFile);
}

function isPackageFile({ text }: ShellWord): boolean {
	return /\.(?:apk|deb|rpm)["']?$/.test(text) && !text.includes("://");
}

/** What a call installs that the step has fetched, and compared with a digest or a signature of its own: the package manager has no more to check there. */
function checkedOperands(step: Step, call: PackageCall | undefined): readonly ShellWord[] {
	const files = call?.operands.filter(isPackageFile) ?? [];
	if (files.length === 0) return [];
	const downloads = downloadsOf(step).map((download) => {
		const names = namesInStep(download);
		return { names, isCompared: names.length > 0 && isVerified(download, names) };
	});
	return files.filter((file) => {
		const fetched = downloads.filter(({ names }) => isFile(file, names));
		return fetched.length > 0 && fetched.every(({ isCompared }) => isCompared);
	});
}

/** A key is copied into the folder of keys, or the folder itself: `COPY keys/ /etc/apk/`. */
const keyCopies = anyStep(
	(step) => stepText(step).includes("/etc/apk/keys") || /^\/etc\/apk\/?$/.test(copyWordsOf(step)?.destination.text ?? ""),
);

/** Whether Alpine has no key for what a call installs: files that are signed by somebody else, if at all, and newer packages than its own. */
function lacksKeys(step: Step, call: PackageCall | undefined): boolean {
	if (call?.manager !== "apk") return false;
	if (call.operands.some(isApkFile)) return !callHasOption(call, "--keys-dir") && !keyCopies.upTo(step);
	return isBeforeLine(step.stage, EDGE_KEYS) && mayBeConfigured(step, EDGE, NO_FILES);
}

function isApkFile({ text }: ShellWord): boolean {
	return /\.apk["']?$|^["']?[./~]/.test(text);
}
