import { originalOf } from "../../image/copies.ts";
import { DOCKER_HUB, familiarName, type ImageReference } from "../../image/reference.ts";
import { compareVersions, reachesLines } from "../../image/supportEnd.ts";
import type { Stage } from "../model/model.ts";
import { rootBase } from "../model/stages.ts";

/** Lines by the names of products, as in knowledge/firstLines.ts. */
type FirstLines = Readonly<Record<string, string>>;

/** What is called like a distribution that others keep copies of. */
const COPIED = /(?:^|\/)(debian|ubuntu)$/;

/** Whether the image of a stage is of a distribution's line older than the first that has something. */
export function isBeforeLine(stage: Stage, firstLines: FirstLines): boolean {
	const base = rootBase(stage);
	if (base.kind !== "image") return false;
	return reachesLines(distributionOf(base.reference), firstLines) === false;
}

/** An image under the name of the distribution that it is called like. */
function distributionOf(reference: ImageReference): ImageReference {
	const name = COPIED.exec(reference.repository)?.[1];
	return name === undefined ? originalOf(reference) : { ...reference, registry: DOCKER_HUB, repository: `library/${name}` };
}

/** Distributions whose tags without a number, like the `3` of Alpine, are always of the newest lines. */
const ALWAYS_NEW = /^(?:debian|ubuntu|alpine|fedora)$/;
const REBUILDS = /(?:^|\/)(?:rocky|alma|oracle)linux$/;
const UBI = /(?:^|\/)ubi(\d+)\b/;
const PLAIN_UBI = /(?:^|\/)ubi\d+(?:-\w+)?(?:\/ubi(?:-\w+)?)?$/;

/**
 * Whether the image of a stage is of the first line that has something, or of a later one; Red Hat's system and its rebuilds are as old as
 * the CentOS Stream of their number. Undefined where the image names no line.
 */
export function isFromLine(stage: Stage, firstLines: FirstLines): boolean | undefined {
	const base = rootBase(stage);
	if (base.kind !== "image") return undefined;
	const reference = distributionOf(base.reference);
	const reached = reachesLines(reference, firstLines);
	if (reached !== undefined) return reached;
	const { repository, tag, digest } = reference;
	const first = firstLines["CentOS Stream"];
	const rebuilt = REBUILDS.test(repository) ? /^\d+/.exec(tag ?? "")?.[0] : undefined;
	const line = rebuilt ?? UBI.exec(repository)?.[1];
	if (line !== undefined && first !== undefined) {
		if (compareVersions(line, first) >= 0) return true;
		// Other images on UBI bring newer programs than it has.
		return rebuilt !== undefined || PLAIN_UBI.test(repository) ? false : undefined;
	}
	// A digest may be of any day, and so may a copy without a number.
	const isNewest = digest === undefined && (tag === undefined || !/[\d$]|^old/.test(tag) || tag === "3");
	return isNewest && ALWAYS_NEW.test(familiarName(originalOf(base.reference))) ? true : undefined;
}
