import { originalOf } from "../../image/copies.ts";
import { byRepository, familiarName, type ImageReference } from "../../image/reference.ts";
import { compareVersions, reachesLines } from "../../image/supportEnd.ts";
import { UBUNTU_USER } from "../../knowledge/firstLines.ts";
import { DEBIAN_WORDS, ORACLE_OPENJDK, PLAIN_TAGS, type PlainTags } from "../../knowledge/plainTags.ts";
import { hasOption } from "../../shell/options.ts";
import { accountsOf } from "../accounts/accounts.ts";
import { runSteps } from "../commands/scripts.ts";
import type { Stage } from "../model/model.ts";
import { stepText } from "../model/stepText.ts";
import { SYSTEM_MANAGERS } from "./installedPackages.ts";
import { packageCallsOf } from "./packageCalls.ts";

const plainTags = byRepository(PLAIN_TAGS);

/** What an image is built on today whose tag names no distribution. */
function plainTag(reference: ImageReference): PlainTags | undefined {
	return plainTags(originalOf(reference)).find(({ tag, from }) => {
		const line = tag.exec(reference.tag ?? "")?.[1];
		return line !== undefined && (from === undefined || compareVersions(line, from) >= 0);
	});
}

/**
 * Whether the image in place of another one reaches lines, by product, that the other is not known to reach. What the new one's
 * plain tag is built on today counts; the old one may have been built years ago.
 */
export function newlyReaches(from: ImageReference, to: ImageReference, first: Readonly<Record<string, string>>): boolean {
	if (reachesLines(from, first) === true) return false;
	const reached = reachesLines(to, first);
	if (reached !== undefined) return reached;
	return Object.entries(plainTag(to)?.on ?? {}).some(
		([name, line]) => line !== undefined && Object.hasOwn(first, name) && compareVersions(line, first[name] ?? line) >= 0,
	);
}

/** The distribution that an image is of, as people call it, if a plain tag of Ubuntu takes its place. */
export function becomesUbuntu(from: ImageReference, to: ImageReference): string | undefined {
	if (plainTag(to)?.on.Ubuntu === undefined || plainTag(from)?.on.Ubuntu !== undefined) return undefined;
	// Its tags of single releases (`24.0.2_12-jdk`) are of Ubuntu like those of lines.
	if (plainTags(originalOf(from)).some((entry) => entry.on.Ubuntu !== undefined && entry.from === undefined)) return undefined;
	return familiarName(originalOf(from)) === "openjdk" && ORACLE_OPENJDK.test(from.tag ?? "") ? "Oracle Linux" : "Debian";
}

/** Whether stages' own steps name Debian, install what Ubuntu may call otherwise, or take the number that its image has given to a user. */
export function doesNotFitUbuntu(stages: readonly Stage[], from: ImageReference, to: ImageReference): boolean {
	if (newlyReaches(from, to, UBUNTU_USER) && stages.some(takesNumber)) return true;
	if (becomesUbuntu(from, to) === undefined) return false;
	const counts = plainTag(to)?.installsLibraries === true;
	return stages
		.flatMap(runSteps)
		.some(
			(step) => DEBIAN_WORDS.test(stepText(step)) || (counts && packageCallsOf(step).some(({ manager }) => SYSTEM_MANAGERS.has(manager))),
		);
}

function takesNumber(stage: Stage): boolean {
	return accountsOf(stage).some(
		({ id, step, args }) => step.stage === stage && id?.value === "1000" && !hasOption(args, "-o", "--non-unique"),
	);
}
