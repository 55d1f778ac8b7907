import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { findRule } from "../../../server/core/rules/registry.ts";

/** The severities of what a rule finds in a text. */
function severities(id: string, text: string): readonly string[] {
	const rule = findRule(id);
	assert.ok(rule !== undefined);
	return lint(text, { rules: new Map([[id, rule.severity]]) }).findings.map(({ severity }) => severity);
}

describe("findings that matter less than others of their rule, and those that do not", () => {
	it("package-signature-check-disabled: archived releases, whose keys have expired", () => {
		const id = "package-signature-check-disabled";
		const archived = "RUN echo 'deb [trusted=yes] http://archive.debian.org/debian jessie main' > /etc/apt/sources.list\n";
		assert.deepEqual(severities(id, `FROM debian:8\n${archived}RUN apt-get install --allow-unauthenticated -y a\n`), ["info", "info"]);
		const other = archived.replace("archive.debian.org/debian", "example.com");
		assert.deepEqual(severities(id, `FROM debian:8\n${other}RUN apt-get install --allow-unauthenticated -y a\n`), ["error", "error"]);
	});

	it("package-signature-check-disabled: packages whose digest or own signature was compared before", () => {
		const id = "package-signature-check-disabled";
		const fetched = "FROM alpine:3.20\nRUN curl -O https://a.b/a.apk && curl -O https://a.b/a.sig";
		const added = "apk add --allow-untrusted a.apk\n";
		assert.deepEqual(severities(id, `${fetched} && gpg --verify a.sig a.apk && ${added}`), ["info"]);
		assert.deepEqual(severities(id, `${fetched} && ${added}`), ["error"]);
		const another = `${fetched} && gpg --verify a.sig a.apk && wget https://a.b/b.apk`;
		assert.deepEqual(severities(id, `${another} && ${added}`), ["info"]);
		assert.deepEqual(severities(id, `${another} && apk add --allow-untrusted a.apk b.apk\n`), ["error"]);
	});

	it("user-missing: where an editor works, whose settings say whom it works as", () => {
		assert.deepEqual(severities("user-missing", "FROM debian:12\nRUN useradd -m vscode\n"), ["info"]);
		assert.deepEqual(severities("user-missing", "# remoteUser: app\nFROM debian:12\nCMD sleep infinity\n"), ["info"]);
		assert.deepEqual(severities("user-missing", "# remoteUser: app\nFROM debian:12\nCMD a\n"), ["warning"]);
		assert.deepEqual(severities("user-missing", "# remoteUser: app\nFROM a AS dev\nFROM debian:12\n"), ["warning"]);
		assert.deepEqual(severities("user-missing", "# vscode\nFROM debian:12\nCMD a\n"), ["warning"]);
	});

	it("user-password-set-in-build: random passwords, but not where something else of the step is random", () => {
		const id = "user-password-set-in-build";
		assert.deepEqual(severities(id, 'FROM debian:12\nRUN PW="$(pwgen 12 1)" && echo "root:$PW" | sudo chpasswd\n'), ["info"]);
		assert.deepEqual(severities(id, "FROM debian:12\nRUN chpasswd <<EOF\na:$(pwgen 12 1)\nEOF\n"), ["info"]);
		assert.deepEqual(severities(id, "FROM debian:12\nRUN uuidgen > /etc/machine-id && echo root:root | chpasswd\n"), ["error"]);
		const both = 'echo "a:$PW" | chpasswd && echo "b:$(openssl rand -base64 12)" | chpasswd';
		assert.deepEqual(severities(id, `FROM debian:12\nARG PW\nRUN ${both}\n`), ["error", "info"]);
	});

	it("copy-whole-stage-root: in a stage that is only copied from, or that nothing needs", () => {
		const copied = "FROM debian:12 AS build\nRUN make\nFROM debian:12 AS files\nCOPY --from=build /etc /files/etc\n";
		const found = (rest: string): readonly string[] => severities("copy-whole-stage-root", `${copied}${rest}`);
		assert.deepEqual(found(""), ["warning"]);
		assert.deepEqual(found("FROM files\n"), ["warning"]);
		assert.deepEqual(found("FROM debian:12\nCOPY --from=files /files /\n"), ["info"]);
		assert.deepEqual(found("FROM debian:12\n"), ["hint"]);
	});

	it("copy-whole-stage-root: no less where all of a stage comes onto what it started from", () => {
		const flatten = (start: string): string =>
			`FROM debian:12 AS base\nFROM base AS build\nRUN make\nFROM ${start}\nCOPY --from=build / /\n`;
		for (const start of ["base", "debian:12", "alpine:3.20"])
			assert.deepEqual(severities("copy-whole-stage-root", flatten(start)), ["warning"], start);
	});

	it("user-root-last: where tools choose the user, or an init system starts", () => {
		const id = "user-root-last";
		assert.deepEqual(severities(id, "FROM mcr.microsoft.com/devcontainers/base:bookworm\nUSER root\n"), ["info"]);
		assert.deepEqual(severities(id, "ARG V\nFROM mcr.microsoft.com/devcontainers/base:${V}\nUSER root\n"), ["info"]);
		const template = "FROM mcr.microsoft.com/devcontainers/base:${templateOption:imageVariant}\nUSER root\n";
		assert.deepEqual(severities(id, template), ["info"]);
		assert.deepEqual(severities(id, "FROM phusion/baseimage:noble-1.0.3\nUSER root\n"), ["info"]);
		assert.deepEqual(severities(id, 'FROM phusion/baseimage:noble-1.0.3\nUSER root\nCMD ["a"]\n'), ["warning"]);
		assert.deepEqual(severities(id, "FROM debian:12\nENV INIT=initsh\nUSER root\nENTRYPOINT /usr/bin/$INIT\n"), ["info"]);
		assert.deepEqual(severities(id, "FROM acme/base:3\nUSER root\n"), ["warning"]);
	});

	it("label-empty: what the build passes, also by way of ENV", () => {
		const label = "LABEL org.opencontainers.image.version=$V\n";
		assert.deepEqual(severities("label-empty", `FROM debian:12\nARG V=\nENV V=$V\n${label}`), ["info"]);
		assert.deepEqual(severities("label-empty", `ARG V=\nFROM debian:12\nARG V\nENV V=$V\n${label}`), ["info"]);
		assert.deepEqual(severities("label-empty", `FROM debian:12\nENV V=\n${label}`), ["warning"]);
	});

	it("base-image-arg-undefined: what is left is another image, but not where the platform becomes empty, which BuildKit refuses", () => {
		const id = "base-image-arg-undefined";
		assert.deepEqual(severities(id, "FROM debian$SUFFIX\n"), ["warning"]);
		assert.deepEqual(severities(id, "FROM --platform=$ARCH debian\n"), ["error"]);
		assert.deepEqual(severities(id, "FROM --platform=linux/$ARCH debian\n"), ["warning"]);
	});

	it("clear-text-download and tls-verification-disabled: what is compared cannot be changed unseen", () => {
		const sum = "e2193a63a87e2388a71854b0114de4fc71e2e40bcf0794faf74bb562691e5b62";
		const compared = (options: string, digest: string): string =>
			`FROM debian:12\nARG M=http://files.acme.dev/\nRUN curl ${options} && echo "${digest}  a.tgz" | sha256sum -c -\n`;
		assert.deepEqual(severities("clear-text-download", compared("-fO ${M}a.tgz", "$SUM")), ["hint"]);
		assert.deepEqual(severities("clear-text-download", compared("-fO ${M}b.tgz", "$SUM")), ["warning"]);
		const id = "tls-verification-disabled";
		assert.deepEqual(severities(id, compared("-fkO https://a.b/a.tgz", sum)), ["info"]);
		assert.deepEqual(severities(id, compared("-fkO https://a.b/a.tgz", "$SUM")), ["error"]);
		assert.deepEqual(severities(id, compared("-fkO https://a.b/b.tgz", sum)), ["error"]);
		for (const login of ["-u a:b", "-n", "-U a:b", "--netrc-file /n"])
			assert.deepEqual(severities(id, compared(`-fkO ${login} https://a.b/a.tgz`, sum)), ["error"], login);
		assert.deepEqual(severities(id, compared("-fkn -o a.tgz https://a.b/a.tgz", sum)), ["error"]);
		assert.deepEqual(severities(id, compared("-fk -o a.tgz https://a.b/a?token=$TOKEN", sum)), ["error"]);
		const wget = (options: string): string =>
			`FROM debian:12\nRUN wget --no-check-certificate ${options} -O a.tgz https://a.b/a && echo "${sum}  a.tgz" | sha256sum -c -\n`;
		assert.deepEqual(severities(id, wget("-nv -U Mozilla")), ["info"]);
		assert.deepEqual(severities(id, wget("--http-user=u --http-password=p")), ["error"]);
		assert.deepEqual(severities(id, wget("--load-cookies c.txt")), ["error"]);
		assert.deepEqual(
			severities(id, "FROM debian:12\nRUN curl -kO https://a.b/a && curl -kO https://a.b/a.sha256 && sha256sum -c a.sha256\n"),
			["error", "error"],
		);
	});

	it("add-remote-without-checksum and download-without-integrity-check: an address with a commit, but no page that shows the file", () => {
		const blob = `https://github.com/a/b/blob/${"2".repeat(40)}/a-1.2.jar`;
		for (const [address, severity] of [
			[`${blob}?raw=true`, "info"],
			[blob, "warning"],
		]) {
			assert.deepEqual(severities("add-remote-without-checksum", `FROM debian:12\nADD ${address} /a.jar\n`), [severity]);
			assert.deepEqual(severities("download-without-integrity-check", `FROM debian:12\nRUN wget -O /a.jar ${address}\n`), [severity]);
		}
	});

	it("cache-mount-feeds-artifact: what may have come with the context, but not programs that others write to", () => {
		const found = (folder: string): readonly string[] =>
			severities(
				"cache-mount-feeds-artifact",
				`FROM node:22 AS build\nWORKDIR /srv/web\nCOPY . .\nRUN --mount=type=cache,target=${folder} make\nFROM node:22\nCOPY --from=build ${folder}/a /a\n`,
			);
		assert.deepEqual(found("/srv/web/dist"), ["info"]);
		assert.deepEqual(found("/srv"), ["info"]);
		assert.deepEqual(found("/opt"), ["warning"]);
		assert.deepEqual(found("/srv/web/node_modules"), ["warning"]);
		assert.deepEqual(found("/srv/web/vendor"), ["warning"]);
	});

	it("continuation-broken: a comment whose words stop the build, and one whose words the builder takes", () => {
		const found = (text: string): readonly string[] => severities("continuation-broken", `FROM debian:12\n${text}\n`);
		for (const text of ["ENV A=1 \\ # x \\\nB=2", "LABEL a=1 \\ # x \\\nb=2", "EXPOSE 80 \\ # x \\\n443", "USER a \\ # x \\\n:b"])
			assert.deepEqual(found(text), ["error"], text);
		for (const text of ["COPY a \\ # x \\\n/b/", "ONBUILD ADD a \\ # x \\\n/b/", "WORKDIR /a \\ # x \\\nb"])
			assert.deepEqual(found(text), ["error"], text);
		assert.deepEqual(severities("continuation-broken", "FROM debian \\ # escape=x \\\n AS y\n"), ["error"]);
		for (const text of ["RUN a \\ # x \\\n&& b", "ENV A 1 \\ # x \\\n2", "ARG A=1 \\ # x \\\nB=2", "ONBUILD RUN a \\ # x \\\nb"])
			assert.deepEqual(found(text), ["warning"], text);
	});

	it("what is found in a stage that nothing needs", () => {
		for (const [id, text] of [
			["apt-version-unpinned", "FROM debian:12\nRUN apt-get install -y curl\n"],
			["base-image-digest-without-tag", `FROM debian@sha256:${"1".repeat(64)}\n`],
			["pip-require-hashes-missing", "FROM python:3.13\nRUN pip install -r r.txt\n"],
			["run-in-shell-less-stage", "FROM scratch\nRUN a\n"],
			["volume-on-sensitive-path", "FROM debian:12\nVOLUME /etc\n"],
		] as const) {
			const [whenShipped] = severities(id, text);
			assert.ok(whenShipped !== undefined && whenShipped !== "hint", id);
			assert.deepEqual(severities(id, `${text}FROM busybox:1.37\n`), ["hint"], id);
		}
		assert.deepEqual(severities("base-image-untagged", "FROM debian\nFROM scratch\n"), ["info"]);
		assert.deepEqual(severities("base-image-platform-constant", "FROM --platform=linux/amd64 debian:12\nFROM scratch\n"), ["info"]);
	});
});
