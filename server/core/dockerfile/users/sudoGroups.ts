import { baseName } from "../../baseName.ts";
import type { DistributionFamily } from "../../knowledge/baseImages.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { remembered } from "../../memo.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { stageBaseFacts, stageFamily } from "../base/baseFacts.ts";
import { calledBy, commandsOf, runSteps } from "../commands/scripts.ts";
import { substitutionOf } from "../commands/sedCommands.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage, rootBase, stagesFrom } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";
import { hidesCommands } from "../packages/hiddenCommands.ts";
import { installedPackages, installsUnknown } from "../packages/installedPackages.ts";

/** Groups whose members may become root with sudo or doas, where it knows them. */
export const SUDO_GROUPS: ReadonlySet<string> = new Set(["sudo", "wheel"]);

/** The packages of sudo and doas. */
export const SUDO_PACKAGES: ReadonlySet<string> = new Set(["sudo", "sudo-rs", "sudo-ldap", "doas", "opendoas"]);

/** What a step says that works with the files of sudo or doas. */
export const SUDO_SETTINGS = /\bvisudo\b|\/etc\/(?:sudoers|sudo\.conf|doas\.(?:conf|d))\b/;

/** What lets a group call sudo, in sudoers: `%wheel`, or doas, in doas.conf: `permit persist :wheel`. */
const GROUP_ENTRIES: ReadonlyMap<string, RegExp> = new Map(
	[...SUDO_GROUPS].map((group) => [group, new RegExp(`%${group}\\b|permit\\b[^\\n]{0,100}:${group}\\b`, "g")]),
);

/** The group that the package's own `/etc/sudoers` has an entry for. Source: Debian's and Fedora's packages of sudo 1.9. */
const OWN_GROUPS: Partial<Record<DistributionFamily, string>> = { debian: "sudo", redhat: "wheel" };

/** Whether the members of a group may become root: it is `sudo` or `wheel`, sudo may be there, and by default or by what the file writes it knows the group. */
export function isSudoGroup(stage: Stage, group: string): boolean {
	return SUDO_GROUPS.has(group) && !lacksEntryFor(stage, group) && mayHaveSudo(stage);
}

/** Whether sudo's settings are known to have no entry for `sudo` or `wheel`. */
export function lacksEntryFor(stage: Stage, group: string): boolean {
	const entry = GROUP_ENTRIES.get(group);
	const family = stageFamily(stage);
	const own = family === undefined ? undefined : OWN_GROUPS[family];
	if (entry === undefined || own === undefined || own === group) return false;
	return !writesEntry(stage, entry, group) && !isConfiguredElsewhere(stage);
}

/** Whether the file names an entry elsewhere than in a script of sed that looks for one: that writes only where the image has it. */
function writesEntry({ file }: Stage, entry: RegExp, group: string): boolean {
	const places = [...file.text.matchAll(entry)];
	if (places.length === 0) return false;
	const replacing = file.stages
		.flatMap(runSteps)
		.filter((step) => stepText(step).includes(`%${group}`))
		.flatMap((step) => commandsOf(step).filter(({ program }) => program === "sed"))
		.flatMap(({ args }) => args.filter((word) => substitutionOf(word.value ?? word.text)?.pattern.includes(`%${group}`)));
	return places.some(({ index }) => !replacing.some(({ span }) => span.start <= index && index < span.end));
}

/** Whether a file that is copied says which groups there are. */
const isConfiguredElsewhere = remembered((stage: Stage): boolean =>
	[...lineage(stage), ...stagesFrom(stage)].some(({ steps }) =>
		steps.some((step) => /^\/etc\/(?:sudoers|doas)/.test(copyWordsOf(step)?.destination.text ?? "") && step.heredocs.length === 0),
	),
);

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

/** Besides the packages themselves Arch's group of tools for builds brings sudo along. */
const BRINGING: ReadonlySet<string> = new Set([...SUDO_PACKAGES, "base-devel"]);

/** Whether a step installs sudo or doas, calls or configures it, which says that it is there, or may do so where nobody can see it. */
function bringsSudo(step: Step): boolean {
	if (SUDO_SETTINGS.test(stepText(step))) return true;
	if (step.keyword === "RUN" && (installedPackages(step).some(({ name }) => BRINGING.has(name)) || mayInstallMore(step))) return true;
	return calledBy(step).some(
		({ program, args }) =>
			program === "sudo" || program === "doas" || (program === "pacman" && args.some((word) => BRINGING.has(word.value ?? ""))),
	);
}

/** Whether a RUN installs packages that nobody knows, `xargs apt-get install < packages.txt`, or runs a script that may. */
function mayInstallMore(step: Step): boolean {
	if (installsUnknown(step)) return true;
	const commands = commandsOf(step);
	return commands.some((command) => {
		const script = scriptOf(command);
		return script !== undefined && hidesCommands(step, command) && !isFetched(commands, script);
	});
}

/** `./setup.sh`, `sh setup.sh`, `. setup.sh`. */
function scriptOf({ program, name, args }: ShellCommand): ShellWord | undefined {
	const isShell = program === "." || program === "source" || POSIX_SHELLS.has(program ?? "");
	const script = isShell ? args.find(({ text }) => !text.startsWith("-")) : name;
	return /\.(?:sh|bash)$/.test(script?.value ?? "") ? script : undefined;
}

/** Whether one of the commands downloads a script: an installer of something else. */
function isFetched(commands: readonly ShellCommand[], script: ShellWord): boolean {
	const name = baseName(script.value ?? "");
	return commands.some(({ program, args }) => /^(?:curl|wget)$/.test(program ?? "") && args.some(({ text }) => text.includes(name)));
}
