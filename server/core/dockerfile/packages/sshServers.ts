import { SSH_SERVERS } from "../../knowledge/packageNames.ts";
import { remembered } from "../../memo.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { type InstalledPackage, installedPackages, isRemovedAgain } from "./installedPackages.ts";

/** The packages with an SSH server that a RUN installs and keeps. */
export function sshServersIn(step: Step): readonly InstalledPackage[] {
	return installedPackages(step).filter((found) => isServer(found) && !isRemovedAgain(step, found));
}

function isServer({ call, name }: InstalledPackage): boolean {
	return SSH_SERVERS[call.manager]?.includes(name) === true;
}

const PREPARES = /sshd\b|dropbear\b.{0,40}-[A-Z]|service["', ]{1,4}ssh\b|ssh-keygen +-A|chpasswd/;

/** Whether the file configures or starts the server, so that it is meant. */
export function preparesSshServer(stage: Stage): boolean {
	return lineage(stage).some(prepares);
}

const prepares = remembered(({ steps }: Stage): boolean => steps.some((step) => PREPARES.test(stepText(step))));
