import { stageBaseFacts, stageFamily } from "../../dockerfile/base/baseFacts.ts";
import { commandsOf, runSteps } from "../../dockerfile/commands/scripts.ts";
import { shellAt } from "../../dockerfile/commands/shell.ts";
import { insertInstructionBefore } from "../../dockerfile/edits/edit.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Stage } from "../../dockerfile/model/model.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { installedPackages } from "../../dockerfile/packages/installedPackages.ts";
import { isRootUser, userAt } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { familiarName } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, similar } from "../rule.ts";

/** Families whose images come with su, mount, passwd and other setuid programs. */
const WITH_SETUID_PROGRAMS = new Set(["debian", "redhat", "suse", "arch"]);
/**
 * Families all of whose images have `find`. Those of Fedora, Rocky Linux 8, and the small ones of Red Hat's family do not.
 * Source: findutils is essential in Debian and part of Arch's base; fedora-cloud/Fedora-Dockerfiles#152, oracle/container-images#18,
 * saltstack/salt-bootstrap#1991.
 */
const WITH_FIND = new Set(["debian", "arch"]);
const STRIPPING = "find / -xdev -perm /6000 -type f -exec chmod a-s {} +";

export const setuidBinariesNotStripped = defineRule({
	id: "setuid-binaries-not-stripped",
	title: "The distribution's setuid programs stay in the image",
	category: "user",
	severity: "hint",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: similar(["cis", "4.8"], ["dockle", "CIS-DI-0008"]),
	why: "`su`, `mount`, `passwd` and their like run as root, whoever starts them. A container that runs one service never needs them, but a flaw in one of them, as there was in `pkexec`, `sudo` and `mount`, makes root of the user that the service runs as.",
	remedy:
		"Take the bits away in the last step of root: `find / -xdev -perm /6000 -type f -exec chmod a-s {} +`. Containers that are started with `--security-opt=no-new-privileges` get the same effect.",
	references: [
		"https://www.cisecurity.org/benchmark/docker",
		"https://docs.docker.com/reference/cli/docker/container/run/#security-opt",
		"https://man7.org/linux/man-pages/man1/find.1.html",
	],
	examples: [
		{
			caption: "What Debian brings",
			bad: 'FROM «debian:12»\nCOPY app /usr/local/bin/app\nUSER 1000\nCMD ["app"]\n',
			fixed:
				'FROM debian:12\nCOPY app /usr/local/bin/app\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +\nUSER 1000\nCMD ["app"]\n',
		},
		{
			caption: "Above the USER",
			bad: 'FROM «debian:12»\nRUN make\nUSER 1000\nCMD ["a"]\n',
			fixed: 'FROM debian:12\nRUN make\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +\nUSER 1000\nCMD ["a"]\n',
		},
		{
			caption: "At the end of an image that runs as root",
			bad: 'FROM «archlinux»\nRUN make\nCMD ["a"]\n',
			fixed: 'FROM archlinux\nRUN make\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +\nCMD ["a"]\n',
		},
		{ caption: "An image that may have no find", bad: 'FROM «registry.access.redhat.com/ubi9/ubi-minimal»\nCMD ["a"]\n' },
		{
			caption: "Where the file brings it",
			bad: 'FROM «fedora:43»\nRUN dnf install -y findutils\nUSER 1000\nCMD ["a"]\n',
			fixed:
				'FROM fedora:43\nRUN dnf install -y findutils\nRUN find / -xdev -perm /6000 -type f -exec chmod a-s {} +\nUSER 1000\nCMD ["a"]\n',
		},
		{ caption: "The user of the stage above may not do it", bad: 'FROM debian:12 AS base\nUSER 1000\nFROM «base»\nCMD ["a"]\n' },
		{ caption: "Taken away", good: "FROM debian:12\nRUN find / -perm +6000 -type f -exec chmod a-s {} \\; || true\nUSER 1000\n" },
		{
			caption: "Taken away by name, in a stage above",
			good: "FROM debian:12 AS base\nRUN chmod u-s /bin/su /bin/mount\nFROM base\nUSER 1000\n",
		},
		{ caption: "Images without such programs", good: "FROM gcr.io/distroless/base-debian12\nUSER 1000\n" },
		{ caption: "Alpine has none but one, scratch has nothing", good: "FROM alpine:3.20\nUSER 1000\n" },
		{ caption: "A base that nobody has described", good: "FROM acme/base\nUSER 1000\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || stage.image === undefined) continue;
			const facts = stageBaseFacts(stage);
			const base = rootBase(stage);
			if (base.kind !== "image" || facts.family === undefined || !WITH_SETUID_PROGRAMS.has(facts.family) || facts.shell === "none")
				continue;
			if (isStripped(stage)) continue;
			reports.push({
				span: stage.image.span,
				message: `The setuid programs of ${shortened(familiarName(base.reference), 40)} stay in the image`,
				fixes: () => fixes(stage),
			});
		}
		return reports;
	},
});

/** Whether a step takes such bits away, by search or by name. */
function isStripped(stage: Stage): boolean {
	return lineage(stage).some((ancestor) =>
		ancestor.steps.some(
			(step) =>
				step.keyword === "RUN" &&
				(step.heredocs.length > 0 || step.line.text.includes("chmod")) &&
				commandsOf(step).some(
					(command) => command.program === "chmod" && command.args.some((word) => /^[ugoa]*-[rwxt]*s|^-?[ugoa,]*-s/.test(word.text)),
				),
		),
	);
}

/** Whether `find` is there at the end: by the base image, or because the file installs or calls it. */
function hasFind(stage: Stage): boolean {
	if (WITH_FIND.has(stageFamily(stage) ?? "")) return true;
	return lineage(stage).some((ancestor) =>
		runSteps(ancestor).some(
			(step) =>
				installedPackages(step).some(({ name }) => name === "findutils") || commandsOf(step).some(({ program }) => program === "find"),
		),
	);
}

function fixes(stage: Stage): readonly Fix[] {
	const { file } = stage;
	const user = userAt(stage);
	if (shellAt(stage).kind !== "posix" || !hasFind(stage)) return [];
	const title = "Take the bits away";
	if (user.value.kind === "set" && isRootUser(user.value.value)) {
		const edit = insertBeforeStart(stage, `RUN ${STRIPPING}`);
		return edit === undefined ? [] : [{ title, safety: "review", edits: [edit] }];
	}
	if (user.step?.stage !== stage) return [];
	const before = userAt(stage, user.step).value;
	if (before.kind !== "set" || !isRootUser(before.value)) return [];
	return [{ title, safety: "review", edits: [insertInstructionBefore(file, user.step, `RUN ${STRIPPING}`)] }];
}
