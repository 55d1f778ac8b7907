import assert from "node:assert/strict";
import { lint } from "../../../server/core/lint/lint.ts";
import { findRule } from "../../../server/core/rules/registry.ts";

/** What a rule says about a text. */
function messages(id: string, text: string): readonly string[] {
	const rule = findRule(id);
	assert.ok(rule !== undefined);
	return lint(text, { rules: new Map([[id, rule.severity]]) }).findings.map(({ message }) => message);
}

describe("messages that come in more than one form", () => {
	it("base-image-end-of-life: a repository that is left, and tags of one that is not", () => {
		const said = (image: string): readonly string[] => messages("base-image-end-of-life", `FROM ${image}\n`);
		assert.deepEqual(said("centos:7"), ["centos is not updated any more, almalinux or rockylinux took its place"]);
		assert.deepEqual(said("k8s.gcr.io/pause:3.5"), ["k8s.gcr.io/pause is not updated any more, registry.k8s.io took its place"]);
		assert.deepEqual(said("mcr.microsoft.com/vscode/devcontainers/python:0-3.7"), [
			"Tag 0-3.7 of vscode/devcontainers/python gets no updates, devcontainers/python took its place",
		]);
		assert.deepEqual(said("maven:3.6.1-jdk-11-slim"), [
			"Tag 3.6.1-jdk-11-slim of maven gets no updates, one on Eclipse Temurin took its place",
		]);
		assert.deepEqual(said("armhf/debian:jessie"), ["armhf/debian is not updated any more, arm32v7/debian took its place"]);
		assert.deepEqual(said("armhf/alpine:3.4"), ["armhf/alpine is not updated any more, arm32v6/alpine took its place"]);
		assert.deepEqual(said("circleci/golang:1.16"), ["circleci/golang is not updated any more, cimg/go took its place"]);
		assert.deepEqual(said("circleci/node:14"), ["circleci/node is not updated any more, cimg/node took its place"]);
		assert.deepEqual(said("openjdk:8-jdk-alpine"), ["openjdk:8-jdk-alpine was removed from Docker Hub, eclipse-temurin took its place"]);
		for (const image of ["openjdk:11.0.3-jdk-slim", "openjdk:8u342-jdk"])
			assert.deepEqual(said(image), ["openjdk is not updated any more, eclipse-temurin took its place"]);
		assert.deepEqual(said("arm32v7/openjdk:8-jre"), ["arm32v7/openjdk is not updated any more, eclipse-temurin took its place"]);
		for (const image of [`k8s.gcr.io/${"a".repeat(90)}`, `mcr.microsoft.com/vscode/devcontainers/${"a".repeat(90)}:0.${"1".repeat(40)}`])
			assert.match(said(image)[0] ?? "", /^(?=.{90,100}$).*…/);
	});

	it("final-stage-has-package-manager-or-shell: the smallest images have no package manager", () => {
		const said = (image: string): readonly string[] => messages("final-stage-has-package-manager-or-shell", `FROM ${image}\n`);
		for (const image of ["registry.access.redhat.com/ubi9/ubi-micro:9.6", "redhat/ubi9-micro:9.6", "registry.suse.com/bci/bci-micro:15.7"])
			assert.deepEqual(said(image), [`${image} has a shell`]);
		assert.deepEqual(said("redhat/ubi9-minimal:9.6"), ["redhat/ubi9-minimal:9.6 has a shell and a package manager"]);
		assert.deepEqual(said("cgr.dev/chainguard/wolfi-base:latest"), ["cgr.dev/chainguard/wolfi-base:latest has a shell and apk"]);
	});

	it("base-image-digest-in-arg-default: an argument that holds all of the image", () => {
		assert.deepEqual(messages("base-image-digest-in-arg-default", "ARG BASE=debian:12\nFROM $BASE\n"), [
			"debian:12, the default of BASE, is not pinned to a digest",
		]);
	});

	it("download-without-integrity-check: what is done with the file", () => {
		const said = (run: string): readonly string[] => messages("download-without-integrity-check", `FROM debian:12\nRUN ${run}\n`);
		assert.deepEqual(said("curl -fo /bin/t https://a.b/t && t && rm /bin/t"), ["t from a.b is run without a check of its digest"]);
		assert.deepEqual(said("curl -fo /e https://a.b/e && sh /e"), ["e from a.b is run without a check of its digest"]);
		assert.deepEqual(said("curl -fo /c https://a.b/c && load /c && rm /c"), ["c from a.b is used without a check of its digest"]);
		assert.deepEqual(said("curl -f https://a.b/d.tgz | tar xz"), ["d.tgz from a.b is unpacked without a check of its digest"]);
	});

	it("base-image-digest-in-arg-default: an argument of many letters", () => {
		const said = (name: string, image: string): readonly string[] =>
			messages("base-image-digest-in-arg-default", `ARG ${name}=1\nFROM ${image}:$${name}\n`);
		assert.deepEqual(said("MODOUTDATED_VERSION", "a/go-mod-outdated"), [
			"With the default of MODOUTDATED_VERSION the base is a/go-mod-outdated:1, without a digest",
		]);
		assert.match(said("A".repeat(40), `a/${"b".repeat(60)}`)[0] ?? "", /^(?=.{90,100}$).*…/);
	});

	it("debug-mode-enabled: the start of a long word", () => {
		const word = "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=5005";
		assert.deepEqual(messages("debug-mode-enabled", `FROM solr:9\nCMD ["solr", "-a", "${word}"]\n`), [
			"The container starts solr … -agentlib:jdwp=transport=dt_socket,server=…, which is for development",
		]);
	});

	it("copy-then-chmod: one program or both, one file or several", () => {
		const said = (run: string): readonly string[] => messages("copy-then-chmod", `FROM debian:12\nCOPY a.sh b.sh /c/\nRUN ${run}\n`);
		assert.deepEqual(said("chmod 700 /c/a.sh"), ["chmod puts /c/a.sh into the image a second time"]);
		assert.deepEqual(said("chown 33 /c/a.sh && chmod 700 /c/a.sh /c/b.sh"), [
			"chown and chmod put /c/a.sh and 1 more into the image a second time",
		]);
	});

	it("user-missing: what the container starts needs root, or hands over", () => {
		const said = (image: string): readonly string[] => messages("user-missing", `FROM ${image}\nCOPY a b\n`);
		assert.deepEqual(said("postgres:16"), ["No USER: the container starts as root and hands over to another user"]);
		assert.deepEqual(said("mcr.microsoft.com/windows/servercore/iis"), [
			"No USER: the container runs as ContainerAdministrator, which ServiceMonitor.exe needs",
		]);
		assert.deepEqual(messages("user-missing", "FROM debian:12 AS a\n"), ["No USER: debian:12 runs as root"]);
	});

	it("secret-flows-to-final-image: a secret that is copied with its folder", () => {
		const mounted = "FROM debian:12\nRUN --mount=type=secret,id=a,target=/app/.env cp";
		assert.deepEqual(messages("secret-flows-to-final-image", `${mounted} -r /app /srv\n`), [
			"/app/.env is written to /srv and stays in the layer",
		]);
		assert.deepEqual(messages("secret-flows-to-final-image", `${mounted} /app/.env /srv\n`), [
			"/app/.env is written to /srv and stays in the layer",
		]);
	});

	it("secret-in-arg-or-env: the history of what is overwritten", () => {
		const said = (line: string): readonly string[] =>
			messages("secret-in-arg-or-env", `FROM debian:12\n${line}\nENV A_TOKEN=\n`).slice(0, 1);
		assert.deepEqual(said("ENV A_TOKEN=b"), ["ENV A_TOKEN puts a credential into the history of the image, where it stays"]);
		assert.deepEqual(said("ARG A_TOKEN"), ["ARG A_TOKEN takes a credential that the image's history keeps"]);
	});

	it("secret-in-arg-or-env: what keeps the credential of a stage of which only files are copied", () => {
		const said = (text: string): readonly string[] => messages("secret-in-arg-or-env", `FROM debian:12 AS a\n${text}`);
		assert.deepEqual(said("ARG A_TOKEN\n"), ["ARG A_TOKEN takes a credential that the image's history keeps"]);
		assert.deepEqual(said("ARG A_TOKEN\nENV DB_PASSWORD=hunter2\nFROM debian:12\nCOPY --from=a /x /x\n"), [
			"ARG A_TOKEN takes a credential that provenance and exported caches keep",
			"ENV DB_PASSWORD holds a credential that provenance and exported caches keep",
		]);
		assert.deepEqual(said("ARG NEXT_PUBLIC_API_SECRET\nFROM debian:12\nCOPY --from=a /x /x\n"), [
			"ARG NEXT_PUBLIC_API_SECRET is a credential, and the build writes it into pages",
		]);
	});

	it("volatile-arg-before-expensive-step: what is fetched behind it", () => {
		const said = (run: string): readonly string[] =>
			messages("volatile-arg-before-expensive-step", `FROM debian:12\nARG GIT_COMMIT\nRUN ${run}\n`);
		assert.deepEqual(said("apt-get install -y a"), ["GIT_COMMIT is new in each build, and packages are fetched behind it"]);
		assert.deepEqual(said("curl -fO https://a.b/a.tgz"), ["GIT_COMMIT is new in each build, and files are downloaded behind it"]);
		assert.deepEqual(said("git clone https://a.b/a"), ["GIT_COMMIT is new in each build, and a repository is cloned behind it"]);
	});

	it("variable-undefined: set below, not in this stage, nowhere, or by the base image at most", () => {
		const said = (text: string): readonly string[] => messages("variable-undefined", text);
		assert.deepEqual(said("FROM debian:12\nWORKDIR /$A\n\nENV A=1\n"), ["A is set only below, in line 4, and empty here"]);
		assert.deepEqual(said("FROM debian:12\nWORKDIR /$A\n"), ["A is set by nothing and becomes empty"]);
		assert.deepEqual(said("ARG A=1\nFROM debian:12\nWORKDIR /$A\n"), ["A is not declared in this stage and becomes empty"]);
		assert.deepEqual(said("FROM acme/java:17\nARG VERSION=1\nCOPY a-$VERSON /\n"), [
			"VERSON is set nowhere in this file, only acme/java could set it",
		]);
		assert.deepEqual(said("ARG BASE\nFROM $BASE\nARG VERSION=1\nCOPY a-$VERSON /\n"), [
			"VERSON is set nowhere in this file, only the base image could set it",
		]);
	});

	it("package-manager-safety-override: an option that npm has forgotten, and one that it obeys", () => {
		const said = (image: string): readonly string[] =>
			messages("package-manager-safety-override", `FROM ${image}\nRUN npm install --unsafe-perm a@1\n`);
		assert.deepEqual(said("node:22"), ["npm 7 and later ignore --unsafe-perm"]);
		assert.deepEqual(said("node:12"), ["npm --unsafe-perm runs install scripts as root"]);
		assert.deepEqual(said("acme/base:1"), said("node:12"));
	});

	it("base-image-arg-undefined and build-arg-shadowing-base-version: which of two things is the case", () => {
		assert.deepEqual(messages("base-image-arg-undefined", "FROM a:$T\n"), ["T is not declared above the first FROM and becomes empty"]);
		assert.deepEqual(messages("base-image-arg-undefined", "FROM debian:12 AS a\nARG T\nFROM a:$T\n"), [
			"T is declared inside a stage only, FROM does not see it",
		]);
		assert.deepEqual(messages("build-arg-shadowing-base-version", "ARG V=1\nFROM a:$V\nARG V=1\n"), ["V has the same default for FROM"]);
		for (const value of ["2", "$W"])
			assert.deepEqual(messages("build-arg-shadowing-base-version", `ARG V=1\nFROM a:$V\nARG V=${value}\n`), [
				"V has another default for FROM",
			]);
	});

	it("final-stage-from-sdk-image: a toolchain, and the compilers of Node.js", () => {
		const said = (image: string, build: string): readonly string[] =>
			messages("final-stage-from-sdk-image", `FROM ${image}\nRUN ${build}\nCMD ["/app"]\n`);
		assert.deepEqual(said("golang:1.23", "go build -o /app ."), ["golang:1.23 ships the Go toolchain with the program"]);
		assert.deepEqual(said("golang", "go build -o /app ."), ["golang ships the Go toolchain with the program"]);
		assert.deepEqual(said("node:22", "npm run build"), ["node:22 ships compilers that only the build could need"]);
	});
});
