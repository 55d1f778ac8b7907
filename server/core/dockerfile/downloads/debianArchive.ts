import { compareVersions, reachesLines } from "../../image/supportEnd.ts";
import { VALID_KEYS } from "../../knowledge/firstLines.ts";
import { DEBIAN } from "../../knowledge/supportEnds.ts";
import { ownValue } from "../../ownValue.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { comparable } from "../../shell/words.ts";
import { commandsOf } from "../commands/scripts.ts";
import { editsInPlace } from "../commands/sedCommands.ts";
import type { Step } from "../model/model.ts";
import { lineage, rootBase } from "../model/stages.ts";
import { type AptSource, aptSourcesOf } from "../packages/aptSources.ts";
import type { SignatureOff } from "./signatureChecks.ts";

const ARCHIVES: readonly string[] = ["archive.debian.org", "snapshot.debian.org"];
const ARCHIVE_URI = new RegExp(`^https?://(?:${ARCHIVES.join("|").replaceAll(".", "\\.")})(?:/|$)`);

/** The keys of Debian's older releases have expired: apt cannot check the signatures of what the archive has of them. */
export function isArchived(step: Step, { what, option }: SignatureOff): boolean {
	if (ARCHIVES.some((host) => what.endsWith(` for ${host}`))) return true;
	if (option?.call?.manager !== "apt") return false;
	const steps = lineage(step.stage).flatMap((stage) => stage.steps.filter(({ keyword }) => keyword === "RUN"));
	const sources = steps.flatMap((other) => aptSourcesOf(other));
	if (!sources.every(({ uri }) => ARCHIVE_URI.test(uri))) return false;
	if (sources.length === 0 && !steps.some((other) => commandsOf(other).some(turnsToArchive))) return false;
	return !hasValidKeys(step, sources);
}

/** Whether the keys of all releases that the sources name, or without a name that of the base image, are valid still. */
function hasValidKeys({ stage }: Step, sources: readonly AptSource[]): boolean {
	const base = rootBase(stage);
	const isNewBase = base.kind === "image" ? reachesLines(base.reference, VALID_KEYS) : undefined;
	const lines = sources.map(({ suites }) => ownValue(DEBIAN.codenames, suites[0]?.replace(/[-/].*$/, "")));
	const areNew = lines.every((line) => (line === undefined ? isNewBase === true : compareVersions(line, VALID_KEYS.Debian) >= 0));
	return areNew && isNewBase !== false && (sources.length > 0 || isNewBase === true);
}

/** Whether sed makes the sources those of the archive: `s/deb.debian.org/archive.debian.org/`. */
function turnsToArchive(command: ShellCommand): boolean {
	if (!editsInPlace(command) || !command.args.some((word) => word.text.includes("/etc/apt/"))) return false;
	// The last mention of a host is what it puts in.
	const hosts = command.args.flatMap((word) => [...comparable(word).matchAll(/\b(\w{1,20})\.debian\.org/g)]).map(([host]) => host);
	return ARCHIVES.includes(hosts[hosts.length - 1] ?? "");
}
