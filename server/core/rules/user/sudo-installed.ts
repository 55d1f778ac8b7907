import { groupJoinsOf } from "../../dockerfile/accounts/groupJoins.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { removeCommand } from "../../dockerfile/edits/commandEdit.ts";
import { removeArgument } from "../../dockerfile/edits/layoutEdit.ts";
import { fileSays } from "../../dockerfile/model/fileText.ts";
import { standsInOnbuild } from "../../dockerfile/model/instructions.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage, rootBase, stagesFrom } from "../../dockerfile/model/stages.ts";
import { stepText } from "../../dockerfile/model/stepText.ts";
import { SYSTEM_MANAGERS } from "../../dockerfile/packages/installedPackages.ts";
import { type PackageCall, packageCallsOf, virtualName } from "../../dockerfile/packages/packageCalls.ts";
import { isNamedForPeople, namesEditor } from "../../dockerfile/start/workplace.ts";
import { callsBehind } from "../../dockerfile/users/sudoCalls.ts";
import { isSudoGroup, SUDO_PACKAGES, SUDO_SETTINGS } from "../../dockerfile/users/sudoGroups.ts";
import type { Fix } from "../../finding.ts";
import type { ShellWord } from "../../shell/model.ts";
import { defineRule, type Report, similar } from "../rule.ts";

const RAISERS = new Set([...SUDO_PACKAGES, "super", "calife"]);
/** Packages whose program has another name. */
const CALLED: Readonly<Record<string, readonly string[]>> = {
	"sudo-rs": ["sudo", "sudo-rs"],
	"sudo-ldap": ["sudo"],
	opendoas: ["doas"],
};

export const sudoInstalled = defineRule({
	id: "sudo-installed",
	title: "A program that makes users root is installed",
	category: "user",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["dockle", "DKL-DI-0001"]),
	onlyWith: { words: ["sudo", "doas", "opendoas", "super", "calife"] },
	why: "sudo and doas are setuid programs of root with a long history of flaws (CVE-2021-3156, CVE-2025-32463). In a container nobody logs in, so that nobody needs them: build steps run as root where they have to, and a container is given its user when it starts. What remains is one more way from a process that was taken over to root.",
	remedy:
		"Leave the package out, and let `USER` decide who runs what. Entry points that hand over to another user do it with `setpriv` or `gosu`, which need no setuid bit. Images for development and for CI keep it on purpose.",
	references: [
		"https://docs.docker.com/build/building/best-practices/#user",
		"https://nvd.nist.gov/vuln/detail/CVE-2021-3156",
		"https://www.sudo.ws/security/advisories/",
	],
	examples: [
		{
			caption: "Among other packages",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl \\\n    «sudo» \\\n    git\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl \\\n    git\n",
		},
		{
			caption: "With apk, pinned",
			bad: "FROM alpine\nRUN apk add --no-cache «doas=6.8.2-r7» && true\n",
			fixed: "FROM alpine\nRUN true\n",
		},
		{
			caption: "With dnf",
			bad: "FROM rockylinux:9\nRUN dnf install -y «sudo» && dnf clean all\n",
			fixed: "FROM rockylinux:9\nRUN dnf clean all\n",
		},
		{
			caption: "With a release, with a version",
			bad: "FROM debian:12\nRUN apt-get install -y «sudo/bookworm»; dnf -y install «sudo-1.9.15»\n",
			fixed: "FROM debian:12\nRUN dnf -y install sudo-1.9.15\n",
		},
		{
			caption: "A later step, or the start, calls it",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl «sudo»\nUSER app\nRUN sudo make\n",
		},
		{
			caption: "Its files would be missing",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl «sudo»\nRUN chmod 440 /etc/sudoers.d/app\n",
		},
		{
			caption: "An account may call it: no edit",
			bad: "FROM rockylinux:9\nRUN dnf install -y iptables «sudo» procps\nRUN useradd application && echo 'application ALL=NOPASSWD: ALL' >> /etc/sudoers\n",
		},
		{
			caption: "A group may call doas: no edit",
			bad: "FROM alpine:3.22\nRUN apk add curl «doas»\nRUN echo permit :wheel > /etc/doas.conf\n",
		},
		{
			caption: "Files that are none of its",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl «sudo»\nCOPY sudoers-notes.txt /doc/\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nCOPY sudoers-notes.txt /doc/\n",
		},
		{
			caption: "A group whose members may call it, in a stage that starts from this one: no edit",
			bad: "FROM debian:12 AS a\nRUN apt-get update && apt-get install -y curl «sudo»\nFROM a\nRUN adduser app sudo\n",
		},
		{ caption: "Red Hat's group", bad: "FROM rockylinux:9\nRUN dnf install -y curl «sudo»\nRUN useradd -G wheel app\n" },
		{ caption: "A group for doas", bad: "FROM alpine:3.22\nRUN apk add curl «doas»\nRUN adduser -D app && addgroup app wheel\n" },
		{
			caption: "A group that its settings do not know",
			bad: "FROM debian:12\nRUN apt-get update && apt-get install -y curl «sudo»\nRUN groupadd wheel && useradd -G wheel app\n",
			fixed: "FROM debian:12\nRUN apt-get update && apt-get install -y curl\nRUN groupadd wheel && useradd -G wheel app\n",
		},
		{ caption: "The start calls it", bad: "FROM alpine:3.22\nRUN apk add curl «opendoas»\nCMD doas sshd -D\n" },
		{ caption: "A child image may call it", bad: "FROM debian:12\nONBUILD RUN apt-get update && apt-get install -y curl «sudo»\n" },
		{ caption: "With pacman", bad: "FROM archlinux\nRUN pacman -Syu --noconfirm «sudo»\n" },
		{ caption: "All that a step does", bad: "FROM debian:12\nRUN apt-get install -y «sudo»\n" },
		{ caption: "For development", good: "FROM mcr.microsoft.com/devcontainers/base:bookworm\nRUN apt-get install -y sudo\n" },
		{ caption: "For development, by the stage's name", good: "FROM debian:12 AS dev\nRUN apt-get install -y sudo\n" },
		{
			caption: "For tests, in the stage below",
			good: "FROM debian:12 AS app-tests\nRUN apt-get install -y sudo\nFROM app-tests AS all\nCMD a\n",
		},
		{
			caption: "A name that says what it is made with, or for",
			bad: "FROM debian:12 AS tools\nRUN apt-get install -y «sudo»\nFROM tools AS builder\nCMD a\n",
		},
		{ caption: "In a builder", good: "FROM debian:12 AS b\nRUN apt-get install -y sudo\nFROM scratch\nCOPY --from=b /a /a\n" },
		{
			caption: "Removed again",
			good: "FROM debian:12\nRUN apt-get install -y sudo\nRUN apt-get purge -y sudo\nFROM alpine:3.20\nRUN apk add --no-cache --virtual .b sudo && sudo make && apk del .b\nRUN apk add -t .c sudo && apk del .c\nFROM archlinux\nRUN pacman -S --noconfirm sudo && pacman -Rns --noconfirm sudo && pacman -Ss sudo\n",
		},
		{
			caption: "Looked at, downloaded, other packages",
			good: "FROM debian:12\nRUN apt-cache show sudo && apt-get install -y libsudo gosu sudoku && pip install sudo && apt-get download sudo\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if ((stage.use !== "shipped" && stage.use !== "ancestor") || isForPeople(stage)) continue;
			for (const step of runSteps(stage)) {
				if (!/sudo|doas|super|calife/.test(step.line.text) && step.heredocs.length === 0) continue;
				for (const call of packageCallsOf(step)) {
					if (call.kind !== "install" || !SYSTEM_MANAGERS.has(call.manager)) continue;
					for (const word of call.operands) {
						const name = packageName(word);
						if (!RAISERS.has(name) || isRemovedLater(stage, name, virtualName(call))) continue;
						reports.push({ span: word.span, message: messageFor(name), fixes: () => fix(step, call, word) });
					}
				}
				for (const word of pacmanWords(step, /^-(?:S[yu]*|U)$/)) {
					const name = packageName(word);
					const removed = (other: ShellWord): boolean => packageName(other) === name;
					if (!RAISERS.has(name) || runSteps(stage).some((later) => pacmanWords(later, /^-R/).some(removed))) continue;
					reports.push({ span: word.span, message: messageFor(name) });
				}
			}
		}
		return reports;
	},
});

function messageFor(name: string): string {
	return `${name} is installed, a setuid program that containers seldom need`;
}

/** What pacman is given by an operation, which is an option there. */
function pacmanWords(step: Step, operation: RegExp): readonly ShellWord[] {
	if (!step.line.text.includes("pacman") && step.heredocs.length === 0) return [];
	return commandsOf(step)
		.filter(({ program, args }) => program === "pacman" && args.some((word) => operation.test(word.text)))
		.flatMap(({ args }) => args.filter((word) => !word.text.startsWith("-")));
}

function packageName(word: ShellWord): string {
	return (word.value ?? "").split(/[=<>~:@/]|-\d/)[0] ?? "";
}

/** Images that the jobs of a CI run in, and what their files say. */
const CI_IMAGES = /runner|jenkins|buildkite|circleci|cimg/;
const CI_WORDS = /actions-runner/;

/** Whether people, or the jobs of a CI, work in the image. */
function isForPeople(stage: Stage): boolean {
	const base = rootBase(stage);
	if ((base.kind === "image" && CI_IMAGES.test(base.text)) || namesEditor(stage) || fileSays(stage.file, CI_WORDS)) return true;
	return lineage(stage).some((ancestor) => isNamedForPeople(ancestor) || /^runner(?:$|[-_])/.test(ancestor.name?.text ?? ""));
}

function isRemovedLater(stage: Stage, name: string, virtual: string | undefined): boolean {
	return stage.file.stages.some(
		(other) =>
			lineage(other).includes(stage) &&
			other.steps.some((step) =>
				packageCallsOf(step).some(
					(call) =>
						call.kind === "remove" && call.operands.some((word) => packageName(word) === name || (word.value ?? "") === (virtual ?? name)),
				),
			),
	);
}

/** Whether a step works with the files that come with the package, and would fail without it, or lets somebody call it. */
function isSetUp(stage: Stage): boolean {
	return [...lineage(stage), ...stagesFrom(stage)].some(
		(other) =>
			groupJoinsOf(other).some(({ group }) => isSudoGroup(other, group)) || other.steps.some((step) => SUDO_SETTINGS.test(stepText(step))),
	);
}

function fix(step: Step, call: PackageCall, word: ShellWord): readonly Fix[] {
	const name = packageName(word);
	const { file } = step.stage;
	if (call.command.decoded || standsInOnbuild(file, step)) return [];
	if (isSetUp(step.stage) || callsBehind(step, word.span.end, CALLED[name] ?? [name])) return [];
	const edit = call.operands.length > 1 ? removeArgument(file, word.span) : removeCommand(step, call.command);
	return edit === undefined ? [] : [{ title: `Leave ${name} out`, safety: "review", edits: [edit] }];
}
