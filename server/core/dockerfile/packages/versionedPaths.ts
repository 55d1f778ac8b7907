import type { ImageReference } from "../../image/reference.ts";
import { lineName, type SupportLine, supportLines } from "../../image/supportEnd.ts";
import { OWN_VERSIONS, SYSTEM_LIBRARIES, VERSIONED_PROGRAMS, type VersionedProgram } from "../../knowledge/versionedPaths.ts";
import { remembered, rememberedFor } from "../../memo.ts";
import { spokenMatches } from "../commands/spokenMatches.ts";
import { referencesTo } from "../edits/stageReferences.ts";
import { copyWordsOf } from "../files/copyWords.ts";
import type { Dockerfile, Stage, Step } from "../model/model.ts";
import { sourcesOf } from "../model/sources.ts";
import { rootBase } from "../model/stages.ts";
import { stepText } from "../model/stepText.ts";

/** A version of a program that a step names. */
interface NamedVersion {
	readonly program: VersionedProgram;
	/** `3.8`. */
	readonly version: string;
}

/** What takes the place of an image. */
export interface ImageReplacement {
	readonly from: ImageReference;
	readonly to: ImageReference;
	/** Whether packages may come from another release. */
	readonly changesRelease: boolean;
}

/** Whether stages on an image, or what is copied from them, name a version of a program that the one in its place does not have. */
export function namesOtherVersion(file: Dockerfile, stages: readonly Stage[], { from, to, changesRelease }: ImageReplacement): boolean {
	const before = supportLines(from);
	const after = supportLines(to);
	const releases = after.map(lineName);
	const lineIn = (lines: readonly SupportLine[], program: VersionedProgram): string | undefined =>
		lines.find(({ product }) => product.name === program.name)?.line;
	const named = [...stages.flatMap(versionsIn), ...stages.flatMap((stage) => versionsBehindCopies(stage, before))];
	return named.some(({ program, version }) => {
		const line = lineIn(after, program);
		const changes = line === undefined ? changesRelease : lineIn(before, program) !== line || changesRelease;
		if (!changes || version === line || program.packaged?.[version]?.some((release) => releases.includes(release))) return false;
		return !isMade(file, program, version);
	});
}

/** Whether a stage takes the system's libraries from another image: they fit the release that they come from. */
export function mixesSystemLibraries(stages: readonly Stage[]): boolean {
	const here = new Set(stages);
	const takes = (step: Step): boolean =>
		sourcesOf(step, step.stage.file).some(({ target }) => target.kind === "image" || (target.kind === "stage" && !here.has(target.stage)));
	return (
		stages.some(({ steps }) => steps.some((step) => copiesSystemLibraries(step) && takes(step))) ||
		stages.some((stage) => copiesOf(stage).some((step) => !here.has(step.stage) && copiesSystemLibraries(step)))
	);
}

function copiesSystemLibraries(step: Step): boolean {
	return step.flags.length > 0 && copyWordsOf(step)?.sources.some(({ text }) => SYSTEM_LIBRARIES.test(text)) === true;
}

/** The instructions of other stages that take files from a stage. */
const copiesOf = remembered((stage: Stage): readonly Step[] => referencesTo(stage).flatMap(({ step }) => step ?? []));

/** The versions that stages name which copy from a stage: all of a stage whose own image is of the same line, else those of the copied paths. */
function versionsBehindCopies(stage: Stage, lines: readonly SupportLine[]): readonly NamedVersion[] {
	const names = new Set(lines.map(lineName));
	return copiesOf(stage).flatMap((step) => {
		const base = rootBase(step.stage);
		const isAlike = base.kind === "image" && supportLines(base.reference).some((line) => names.has(lineName(line)));
		return isAlike ? versionsIn(step.stage) : versionsOf(step);
	});
}

/** No stage that people write names more. */
const MOST_VERSIONS = 50;

/** Those of a stage, each once. */
const versionsIn = remembered((stage: Stage): readonly NamedVersion[] => {
	const named = new Map<string, NamedVersion>();
	for (const step of stage.steps) {
		if (named.size > MOST_VERSIONS) break;
		for (const one of versionsOf(step)) named.set(`${one.program.name} ${one.version}`, one);
	}
	return [...named.values()];
});

/** Instructions whose paths and programs are those of the image. */
const NAMING: ReadonlySet<string> = new Set(["RUN", "COPY", "ADD", "ENV", "WORKDIR", "VOLUME", "ENTRYPOINT", "CMD", "HEALTHCHECK"]);
const VERSIONED = /python|pip[23]|easy_install-|virtualenv-|php|cp3\d|no-debug|ruby|gems\/|perl|postgresql|pgsql|openjdk/;

const versionsOf = remembered((step: Step): readonly NamedVersion[] => {
	if (!NAMING.has(step.keyword) || !VERSIONED.test(stepText(step))) return [];
	return VERSIONED_PROGRAMS.flatMap((program) =>
		spokenMatches(step, program.pattern, () => step.flags.map(({ span }) => span)).flatMap(({ match, text }) => {
			const version = match
				.slice(1)
				.filter((part) => part !== undefined)
				.join(".");
			return isOfImage(wordUpTo(text, match.index ?? 0), match[0]) ? [{ program, version }] : [];
		}),
	);
});

/** The word that a match stands in, as far as it goes in front of the match. */
function wordUpTo(text: string, index: number): string {
	return /[^\s"'=:,;]*$/.exec(text.slice(Math.max(0, index - 200), index))?.[0] ?? "";
}

/** Whether a path is one of the image: not an address, and not of a folder with versions of its own. Wheels fit one version wherever they come from. */
function isOfImage(before: string, match: string): boolean {
	return match.startsWith("cp3") || !(before.startsWith("//") || OWN_VERSIONS.test(before));
}

/** Whether the file builds or installs just that version. */
function isMade(file: Dockerfile, program: VersionedProgram, version: string): boolean {
	return namesMaking(file, program.made.replaceAll("VERSION", `(?:\\$|${version.replaceAll(".", "\\.")}(?!\\d))`));
}

const namesMaking = rememberedFor((file: Dockerfile, pattern): boolean => {
	const making = new RegExp(pattern);
	return file.stages.some(({ steps }) => steps.some((step) => making.test(stepText(step))));
});
