import { familiarName, type ImageReference } from "../../image/reference.ts";
import { supportLines } from "../../image/supportEnd.ts";
import { BUILT_ON_DEBIAN, LAST_DAY_ON_ARCHIVED, TAGS_ON_ARCHIVED } from "../../knowledge/archivedBases.ts";
import type { ManagerId } from "../../knowledge/packageManagers.ts";
import { DEBIAN, ON_OPENJDK, UBUNTU } from "../../knowledge/supportEnds.ts";
import { POSIX_SHELLS } from "../../knowledge/wrappers.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand, ShellWord } from "../../shell/model.ts";
import { stageBaseFacts } from "../base/baseFacts.ts";
import { commandsOf, runSteps } from "../commands/scripts.ts";
import type { Stage, Step } from "../model/model.ts";
import { lineage } from "../model/stages.ts";
import { APT_LISTS } from "../packages/aptLists.ts";
import { hidesCommands, stepHidesCommands } from "../packages/hiddenCommands.ts";
import { callHasOption, type PackageCall, packageCallsOf } from "../packages/packageCalls.ts";
import type { Answer } from "../syntax/answer.ts";
import { dnfGeneration } from "./caches.ts";

const SYSTEM = new Set(["apt", "apk", "yum", "dnf", "microdnf", "tdnf", "zypper"]);

/** Whether a call brings every package of the system up to date; one that names packages does not. */
export function upgradesSystem(call: PackageCall): boolean {
	return SYSTEM.has(call.manager) && call.kind === "upgrade" && call.operands.length === 0;
}

/** Whether a stage, or one that it starts from, brings single packages of the system up to date, which it names. */
export function upgradesPackages(stage: Stage): boolean {
	return lineage(stage).some((ancestor) => runSteps(ancestor).some((step) => packageCallsOf(step).some(upgradesNamed)));
}

function upgradesNamed(call: PackageCall): boolean {
	if (!SYSTEM.has(call.manager) || call.operands.length === 0) return false;
	return call.kind === "upgrade" || (call.kind === "install" && callHasOption(call, "--upgrade", "-u", "--only-upgrade"));
}

/**
 * Whether there is nothing to upgrade to: the packages of the release have been moved to an archive, so that even refreshing the index
 * fails. Also where a digest alone hides the release. Source: the lists of releases of Debian, Ubuntu and CentOS, read 2026-11.
 */
export function hasNoUpdates(reference: ImageReference): boolean {
	const { repository, tag = "", digest } = reference;
	if (tag === "" && digest !== undefined) return true;
	if (ARCHIVED.test(tag) || isOnArchived(reference, tag)) return true;
	if (/(?:^|\/)debian$/.test(repository)) return /^(?:[4-9]|10)(?:[.-]|$)/.test(tag);
	if (/(?:^|\/)ubuntu$/.test(repository)) return /^(?:[4-9]\.|1[0-35]\.|1[4-9]\.10|1[79]\.|2[0-3]\.10|2[135]\.)/.test(tag);
	return /(?:^|\/)centos$/.test(repository) && /^(?:centos)?[5-8](?:[.-]|$)/.test(tag);
}

const ARCHIVED =
	/(?:^|-)(?:squeeze|wheezy|jessie|stretch|buster|precise|utopic|vivid|wily|yakkety|zesty|artful|cosmic|disco|eoan|groovy|hirsute|impish|kinetic|lunar|mantic)(?:-|$)/;

/** Whether an image of Debian that does not name its release was built on an archived one, or on an image that was given up, nobody knows when. */
function isOnArchived(reference: ImageReference, tag: string): boolean {
	const lines = supportLines(reference);
	// `node:16-bullseye`
	if (/alpine/.test(tag) || lines.some(({ product }) => product === DEBIAN || product === UBUNTU)) return false;
	if (ON_OPENJDK.test(tag) || ownValue(TAGS_ON_ARCHIVED, familiarName(reference))?.test(tag) === true) return true;
	return lines.some(({ product, ends }) => BUILT_ON_DEBIAN.has(product.name) && ends <= LAST_DAY_ON_ARCHIVED);
}

/**
 * Whether a stage, or one that it starts from, brings the packages of its base image up to date. Unknown where a script that nobody
 * can read could.
 */
export function systemUpgraded(stage: Stage): Answer {
	let answer: Answer = "no";
	for (const ancestor of lineage(stage)) {
		for (const step of runSteps(ancestor)) {
			if (
				packageCallsOf(step).some(
					(call) => call.kind === "upgrade" && (upgradesSystem(call) || (SYSTEM.has(call.manager) && call.uncertain)),
				)
			)
				return "yes";
			if (answer === "no" && couldUpgrade(step)) answer = "unknown";
		}
	}
	return answer;
}

const UPGRADERS: ReadonlySet<string> = new Set([
	"unattended-upgrade",
	"unattended-upgrades",
	"ansible-playbook",
	"ansible",
	"puppet",
	"chef-client",
	"chef-solo",
	"salt-call",
	"pacman",
]);

function couldUpgrade(step: Step): boolean {
	const commands = commandsOf(step);
	if (commands.length === 0) return stepHidesCommands(step);
	return commands.some(
		(command) =>
			(command.program !== undefined && UPGRADERS.has(command.program)) ||
			(hidesCommands(step, command) && isScript(command) && !onlyChecks(command) && !configuresBuild(command, commands)),
	);
}

/** Whether a command runs a shell script, as far as its name says. */
function isScript(command: ShellCommand): boolean {
	const words = [command.name, ...command.args].map((word) => word?.text ?? "");
	if (command.program === undefined || command.program === "." || command.program === "source" || POSIX_SHELLS.has(command.program))
		return true;
	return (
		words.some((word, at) => /\.(?:sh|bash)["']?$/.test(word) && !NAMES_SETTINGS.test(words[at - 1] ?? "")) ||
		/^(?:\.\/|\/)[^.]*$/.test(words[0] ?? "")
	);
}

/** Options whose value is read, not run: `--external-config settings.sh`. */
const NAMES_SETTINGS = /^--(?:[a-z]+-)*(?:config|configuration|settings)$/;

/** `sh -n FILE` reads a script, and runs nothing. */
function onlyChecks({ program, args }: ShellCommand): boolean {
	return program !== undefined && POSIX_SHELLS.has(program) && /^-[a-z]*n[a-z]*$/.test(args[0]?.value ?? "");
}

/** Whether a command is the `configure` of Autoconf and its like, which prepares a build: with options for one, or with `make` behind it. */
function configuresBuild(command: ShellCommand, commands: readonly ShellCommand[]): boolean {
	const [script, ...args]: readonly (ShellWord | undefined)[] = POSIX_SHELLS.has(command.program ?? "")
		? command.args
		: [command.name, ...command.args];
	if (!/(?:^|\/)[cC]onfigure$/.test(script?.value ?? "")) return false;
	return (
		args.some((word) => /^--(?:prefix|enable|disable|with|without)\b/.test(word?.text ?? "")) ||
		commands.some(({ program }) => program === "make")
	);
}

/** How a distribution is brought up to date: in front of the first install of a RUN that is there, or in a RUN of its own. */
export interface SystemUpgrade {
	readonly manager: ManagerId;
	readonly command: string;
	/** The commands of a RUN of its own. */
	readonly alone: readonly string[];
}

const APT: SystemUpgrade = {
	manager: "apt",
	command: "apt-get dist-upgrade -y --no-install-recommends",
	alone: ["apt-get update", "apt-get dist-upgrade -y --no-install-recommends", `rm -rf ${APT_LISTS}/*`],
};
const APK: SystemUpgrade = { manager: "apk", command: "apk upgrade --no-cache", alone: ["apk upgrade --no-cache"] };
const ZYPPER: SystemUpgrade = {
	manager: "zypper",
	command: "zypper --non-interactive update",
	alone: ["zypper --non-interactive update", "zypper clean --all"],
};

/** How the distribution of a stage that starts from an image is upgraded; undefined where that is not known. */
export function systemUpgradeOf(root: Stage): SystemUpgrade | undefined {
	switch (stageBaseFacts(root).family) {
		case "debian":
			return APT;
		case "alpine":
			return APK;
		case "suse":
			return ZYPPER;
		case "redhat":
			return dnfUpgrade(root);
		default:
			return undefined;
	}
}

function dnfUpgrade(root: Stage): SystemUpgrade | undefined {
	if (root.base.kind !== "image") return undefined;
	const { repository, tag } = root.base.reference;
	if (
		/ubi\d+(?:\/ubi)?-minimal$/.test(repository) ||
		(/(?:rocky|alma|oracle)linux$/.test(repository) && /^(?:8|9|1\d)\b.*(?:minimal|slim)/.test(tag ?? ""))
	)
		return { manager: "microdnf", command: "microdnf upgrade -y", alone: ["microdnf upgrade -y", "microdnf clean all"] };
	const generation = dnfGeneration(root);
	if (generation !== "dnf" && generation !== "dnf5") return undefined;
	// CentOS Stream publishes no advisories: with the option nothing would be upgraded.
	const command = `dnf upgrade -y --refresh${repository.includes("centos") ? "" : " --security"}`;
	return { manager: "dnf", command, alone: [command, "dnf clean all"] };
}
