import { WRITES_TO_HOME } from "../../knowledge/startPrograms.ts";
import { remembered } from "../../memo.ts";
import { comparable } from "../../shell/words.ts";
import { userIds } from "../accounts/accountIds.ts";
import { type Account, accountsOf } from "../accounts/accounts.ts";
import { baseImageFacts, stageBaseFacts } from "../base/baseFacts.ts";
import { isForDevelopment } from "../base/forDevelopment.ts";
import { shellAt } from "../commands/shell.ts";
import type { Stage } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { callsDotnetSdk } from "../start/calledCommands.ts";
import { callsAtStart, containerStart } from "../start/containerStart.ts";
import { programChain } from "../start/innerProgram.ts";
import { worksWithTools } from "../start/workplace.ts";
import { imageUsesOf } from "../variables/imageUses.ts";
import { isRootUser, userAt } from "../variables/state.ts";
import { expandAt } from "../variables/variables.ts";
import { startsFileOfRoot } from "./ownerOnlyStart.ts";
import { buildsInPlaceOfRoot } from "./rootBuilds.ts";
import { livesInRootHome } from "./rootHome.ts";
import {
	keepsEngineData,
	mayBeHandedProgramOfRoot,
	mayStartAsInit,
	mayStartNetworkProgram,
	mayStartSshServer,
	startsServerOfRoot,
	startsWithRootCall,
} from "./rootStart.ts";
import { createsUser, ownsFiles } from "./unusedUser.ts";

/** A way to let the container of a stage run as somebody else than root. */
export interface RunAs {
	/** What a fix does: `Run as 10001:10001`. */
	readonly title: string;
	/** What USER says. */
	readonly user: string;
	/** The RUN that creates the user first; undefined where that is not needed, or not possible. */
	readonly creation: string | undefined;
}

/** The instructions of a proposal, with `\n` between lines. */
export function runAsLines(proposal: RunAs): string {
	return `${proposal.creation === undefined ? "" : `${proposal.creation}\n`}USER ${proposal.user}`;
}

/**
 * Whether a USER at the end of a stage is to be proposed: nobody but root may enter root's home, be an init system, Docker's engine,
 * an SSH server, a VPN, a firewall or another program of root's, write to the folders of a server that starts as root, change the system, run a file that is root's alone
 * or go on with a build of root's, and what a stage for development or tests ends with does not reach the image that is shipped.
 */
export function mayRunAsAnother(stage: Stage): boolean {
	if (isForDevelopment(stage) || mayStartAsInit(stage) || startsServerOfRoot(stage) || startsWithRootCall(stage)) return false;
	if (mayBeHandedProgramOfRoot(stage) || mayStartSshServer(stage) || mayStartNetworkProgram(stage) || keepsEngineData(stage)) return false;
	// Whatever starts there in its place works with what the image is for.
	if (stageBaseFacts(stage).entrypointNeedsRoot !== undefined) return false;
	return !livesInRootHome(stage) && !startsFileOfRoot(stage) && !buildsInPlaceOfRoot(stage);
}

/** USER with a user that the stage's lineage creates: by number where the numbers are fixed. */
export function runAsAccount(stage: Stage, account: Account): RunAs {
	const ids = userIds(stage, account.name);
	const last = stage.steps[stage.steps.length - 1] ?? stage.from;
	const sayable = (text: string, value: string): boolean => {
		const expansion = expandAt({ ...last, ordinal: stage.steps.length }, text);
		return expansion.kind === "known" && expansion.value === value;
	};
	const uid = ids !== undefined && sayable(ids.uid.text, ids.uid.value) ? ids.uid.text : undefined;
	const gid = ids?.gid !== undefined && !ids.furtherGroups && sayable(ids.gid.text, ids.gid.value) ? `:${ids.gid.text}` : "";
	const named = comparable(account.nameWord);
	const user = uid === undefined ? (sayable(named, account.name) ? named : account.name) : `${uid}${gid}`;
	return { title: `Run as ${account.name}`, user, creation: undefined };
}

/**
 * The user to propose for a stage that runs as root and creates nobody: the one that the base image runs as or brings, a new one
 * where the base is known to have the tools for it, else a number, which needs no entry in `/etc/passwd`. Undefined where nobody
 * knows whom the base image runs as: its files are made for that user.
 */
export function runAsBase(stage: Stage): RunAs | undefined {
	const facts = stageBaseFacts(stage);
	if (facts.user !== undefined && !isRootUser(facts.user)) return numbered(facts.user);
	if (createsUser(stage)) return undefined;
	if (facts.family === "windows") return numbered("ContainerUser");
	if (facts.family === "distroless" || facts.family === "wolfi") return numbered("65532:65532");
	const brought = Object.entries(facts.users ?? {}).filter(([name]) => name !== "ubuntu");
	const own = brought.length === 1 ? brought[0] : undefined;
	if (own !== undefined) return { title: `Run as ${own[0]}`, user: own[1], creation: undefined };
	if (facts.user === undefined) return undefined;
	const id = freeId(stage);
	const name = freeName(stage);
	const dialect = name === undefined || shellAt(stage).kind !== "posix" ? undefined : creationDialect(stage);
	const needsHome = startsToolWithHome(stage);
	if (name === undefined || dialect === undefined) return needsHome ? undefined : numbered(`${id}:${id}`);
	const continued = ` ${stage.file.escape}\n    && `;
	const creation =
		dialect === "shadow"
			? `RUN groupadd --gid ${id} ${name}${continued}useradd --uid ${id} --gid ${id} ${needsHome ? "--create-home" : "--no-create-home"} --shell /usr/sbin/nologin --no-log-init ${name}`
			: `RUN addgroup -g ${id} ${name}${continued}adduser -D${needsHome ? "" : " -H"} -s /sbin/nologin -u ${id} -G ${name} ${name}`;
	return { title: `Create the user ${name} and run as it`, user: `${id}:${id}`, creation };
}

/** Whether a container calls a tool that fails without a home, or is one of a toolchain to work with. */
function startsToolWithHome(stage: Stage): boolean {
	const { sdk, interpreter } = stageBaseFacts(stage);
	if ((sdk !== undefined || interpreter !== undefined || copiesToolchain(stage)) && worksWithTools(stage)) return true;
	return callsAtStart(containerStart(stage)).some(
		(command) => callsDotnetSdk(command) || programChain(command).some(({ program }) => WRITES_TO_HOME.has(program)),
	);
}

/** `COPY --from=golang:1.25 /usr/local/go /usr/local/go`. */
function copiesToolchain(stage: Stage): boolean {
	return imageUsesOf(stage.file).some(
		({ kind, step, reference }) =>
			kind === "copy" && step !== undefined && lineage(stage).includes(step.stage) && baseImageFacts(reference).sdk !== undefined,
	);
}

function numbered(user: string): RunAs {
	return { title: `Run as ${user}`, user, creation: undefined };
}

/** Which tools can be relied on, by a stage that is known to end as root: nobody else creates users. Small Red Hat images and Amazon Linux come without useradd, plain BusyBox builds without adduser. */
function creationDialect(stage: Stage): "shadow" | "busybox" | undefined {
	const facts = stageBaseFacts(stage);
	const base = rootBase(stage);
	const user = userAt(stage).value;
	if (facts.shell === "none" || base.kind !== "image" || user.kind !== "set" || !isRootUser(user.value)) return undefined;
	switch (facts.family) {
		case "debian":
			return "shadow";
		case "redhat":
			return /minimal|micro|slim|amazonlinux|photon/.test(base.text) ? undefined : "shadow";
		case "alpine":
			return "busybox";
		default:
			return undefined;
	}
}

const takenIds = remembered((stage: Stage) => new Set(accountsOf(stage).map((account) => account.id?.value)));

/** A number for a new user and its group that nothing in the lineage uses, and higher than those that other repairs give out. */
export function freeId(stage: Stage, above = 10_000): number {
	const taken = takenIds(stage);
	let id = above + 1;
	while (taken.has(String(id))) id++;
	return id;
}

function freeName(stage: Stage): string | undefined {
	const taken = new Set(accountsOf(stage).map((account) => account.name));
	return ["app", "runner", "worker"].find((name) => !taken.has(name));
}

/** Whether a user is one that the file creates or gives files to, that the base image runs as or brings, or nobody's: a number, `nobody`. */
export function isUserOf(stage: Stage, user: string): boolean {
	const [name = ""] = user.split(":");
	if (/^(?:\d+|nobody)$/.test(name) || ownsFiles(stage, name)) return true;
	if (accountsOf(stage).some((account) => account.kind === "user" && (account.name === name || account.id?.value === name))) return true;
	const { user: runsAs, users = {} } = stageBaseFacts(stage);
	return runsAs === name || Object.entries(users).some(([other, ids]) => other === name || ids.split(":")[0] === name);
}
