import type { ManagerId } from "../../knowledge/packageManagers.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { type InstalledPackage, installedPackages, isRemovedAgain } from "./installedPackages.ts";

/** Packages that bring an SSH server. On Red Hat's systems `openssh` is only what client and server share. Source: the distributions' package indexes, read 2026-11. */
const SERVERS: Partial<Record<ManagerId, readonly string[]>> = {
	apt: ["openssh-server", "ssh", "task-ssh-server", "dropbear", "dropbear-bin", "tinysshd"],
	apk: ["openssh", "openssh-server", "openssh-server-pam", "dropbear", "tinyssh"],
	zypper: ["openssh", "openssh-server", "dropbear"],
};
const DNF_SERVERS = ["openssh-server", "dropbear", "tinyssh"];

/** The packages with an SSH server that a RUN installs and keeps. */
export function sshServersIn(step: Step): readonly InstalledPackage[] {
	return installedPackages(step).filter((found) => isServer(found) && !isRemovedAgain(step, found));
}

function isServer({ call, name }: InstalledPackage): boolean {
	const names = SERVERS[call.manager] ?? (["yum", "dnf", "microdnf", "tdnf"].includes(call.manager) ? DNF_SERVERS : []);
	return names.includes(name);
}

/** Whether the file configures or starts the server, so that it is meant. */
export function preparesSshServer(stage: Stage): boolean {
	const uses = /sshd\b|dropbear\b.{0,40}-[A-Z]|service["', ]{1,4}ssh\b|ssh-keygen +-A|chpasswd/;
	return lineage(stage).some((ancestor) => ancestor.steps.some((step) => uses.test(stepText(step))));
}
