import type { DistributionFamily } from "../../knowledge/baseImages.ts";
import { remembered } from "../../memo.ts";
import { stageBaseFacts, stageFamily } from "../base/baseFacts.ts";
import { calledBy } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage, rootBase, stagesFrom } from "../model/stages.ts";
import { installedPackages } from "../packages/installedPackages.ts";

/** Groups whose members may become root with sudo, where it knows them. */
export const SUDO_GROUPS: ReadonlySet<string> = new Set(["sudo", "wheel"]);

/** The group that the package's own `/etc/sudoers` has an entry for. Source: Debian's and Fedora's packages of sudo 1.9. */
const OWN_GROUPS: Partial<Record<DistributionFamily, string>> = { debian: "sudo", redhat: "wheel" };

/** Whether the members of `sudo` or `wheel` may become root: sudo may be there, and by default or by what the file writes it knows the group. */
export function isSudoGroup(stage: Stage, group: string): boolean {
	const family = stageFamily(stage);
	const own = family === undefined ? undefined : OWN_GROUPS[family];
	return (own === undefined || own === group || stage.file.text.includes(`%${group}`)) && mayHaveSudo(stage);
}

const mayHaveSudo = remembered(
	(stage: Stage): boolean => !lacksSudo(stage) || [...lineage(stage), ...stagesFrom(stage)].some(({ steps }) => steps.some(bringsSudo)),
);

/** Whether the base image is known to come without sudo, as Docker's official ones do, but for Fedora's. */
function lacksSudo(stage: Stage): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image" || stageBaseFacts(stage).family === undefined) return false;
	const { registry, repository } = base.reference;
	return registry === "docker.io" && repository.startsWith("library/") && repository !== "library/fedora";
}

/** Whether a step installs sudo, or calls it, which says that it is there. */
function bringsSudo(step: Step): boolean {
	if (!/sudo|\$/.test(step.line.text) && step.heredocs.length === 0) return false;
	if (step.keyword === "RUN" && installedPackages(step).some(({ name }) => /^sudo(?:-rs|-ldap)?$/.test(name))) return true;
	return calledBy(step).some(
		({ program, args }) => program === "sudo" || (program === "pacman" && args.some((word) => word.value === "sudo")),
	);
}
