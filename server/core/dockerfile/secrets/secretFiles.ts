import { anyPattern } from "../../anyPattern.ts";
import { baseName } from "../../baseName.ts";
import { CREDENTIAL_FILE_VARIABLES, NO_SECRET, SECRET_FILES, type SecretFile } from "../../knowledge/secretFiles.ts";
import { remembered } from "../../memo.ts";
import { ownValue } from "../../ownValue.ts";
import { commandsOf } from "../commands/scripts.ts";
import { type ContextCopy, type CopySource, contextCopyOf } from "../files/contextCopies.ts";
import type { Stage, Step } from "../model/model.ts";
import { stagesFrom } from "../model/stages.ts";
import { assignmentsOf } from "../model/views.ts";
import { normalPath } from "../variables/state.ts";
import { stageValue } from "../variables/variableSecrets.ts";

const SECRET_FOLDER = /(?:^|\/)\.(?:ssh|aws|azure|kube|config\/gcloud)$/;

/** Any of them: nearly every path is that of another file. */
const ANY_SECRET_FILE = anyPattern(SECRET_FILES.map(({ pattern }) => pattern));

/** What a path says of its file; undefined if it says nothing of credentials. */
export function secretFile(path: string): SecretFile | undefined {
	const lower = path.toLowerCase().replace(/\/$/, "");
	if (!ANY_SECRET_FILE.test(lower)) return undefined;
	const found = SECRET_FILES.find((file) => file.pattern.test(lower));
	// `.env/` is a virtual environment.
	if (path.endsWith("/") && !SECRET_FOLDER.test(lower)) return undefined;
	return found === undefined || NO_SECRET.test(lower) ? undefined : found;
}

/** A file with a credential that a step copies from the build context. */
export interface SecretCopy {
	readonly step: Step;
	readonly copy: ContextCopy;
	readonly source: CopySource;
	readonly file: SecretFile;
	/** Where it goes, absolute; undefined where a variable or the base image decides. */
	readonly path: string | undefined;
	/** The same from the working directory; undefined for an absolute one, and where a variable decides. */
	readonly relativePath: string | undefined;
}

/** The copies of a stage's own instructions, those inside ONBUILD included. */
export const secretCopiesOf = remembered((stage: Stage): readonly SecretCopy[] =>
	stage.steps.flatMap((step) => copiesOf(step.trigger ?? step)),
);

function copiesOf(step: Step): readonly SecretCopy[] {
	const copy = contextCopyOf(step);
	if (copy === undefined) return [];
	return copy.sources.flatMap((source) => {
		// A pattern may match harmless files alone.
		if (source.value === undefined || /[*?[]/.test(source.value)) return [];
		const file = secretFile(source.value) ?? namedFile(step, copy, source.value) ?? placedFile(copy, source.value);
		if (file === undefined || isPublic(step, copy)) return [];
		return [{ step, copy, source, file, path: pathOf(copy, source.value), relativePath: relativePathOf(copy, source.value) }];
	});
}

/** What an ENV says of the file that a copy brings: `GOOGLE_APPLICATION_CREDENTIALS=/app/key.json`. */
function namedFile(step: Step, copy: ContextCopy, source: string): SecretFile | undefined {
	const named = credentialFiles(step.stage);
	const lower = source.toLowerCase();
	if (named.size === 0 || NO_SECRET.test(lower)) return undefined;
	const file = named.get(pathOf(copy, source) ?? "") ?? named.get(plainPath(relativePathOf(copy, source) ?? ""));
	return file?.pattern.test(lower) ? file : undefined;
}

/** What the place says that a copy gives a file of another name: `COPY deploy.txt /root/.ssh/id_rsa`. */
function placedFile(copy: ContextCopy, source: string): SecretFile | undefined {
	if (copy.target === undefined || isFolder(copy) || NO_SECRET.test(source.toLowerCase())) return undefined;
	const file = secretFile(copy.target);
	// Settings, too, are copied from files of many names: `COPY .env.development .env`.
	const isDockerFolder = copy.target.endsWith("/.docker") && lastPart(source) === ".docker";
	return file?.evidence === "certain" || isDockerFolder ? file : undefined;
}

/** The files that the environment of a stage names as those with the credentials, by their paths. */
const credentialFiles = remembered((stage: Stage): ReadonlyMap<string, SecretFile> => {
	const found = new Map<string, SecretFile>();
	for (const step of stage.steps) {
		if (step.keyword !== "ENV") continue;
		for (const assignment of assignmentsOf(step, stage.file.escape)) {
			const file = ownValue(CREDENTIAL_FILE_VARIABLES, assignment.name);
			if (file === undefined) continue;
			const { text } = stageValue(step, assignment);
			if (text !== "") found.set(text.startsWith("/") ? normalPath(text) : plainPath(text), file);
		}
	}
	return found;
});

/** A path from the working directory, spelled in one way. */
function plainPath(path: string): string {
	return normalPath(`/${path}`).slice(1);
}

/** Whether the destination says that the file is a public key, or a key that checks signatures. */
function isPublic(step: Step, copy: ContextCopy): boolean {
	const destination = copy.destination.toLowerCase();
	if (/\.pub$|\.asc$|(?<!secring)\.gpg$|keyring|trusted|authorized_keys|known_hosts/.test(destination)) return true;
	const name = baseName(copy.destination);
	return name !== "" && !/^\.*$/.test(name) && importsKey(step, name);
}

/** `apt-key add`, `rpm --import`, `gpg --dearmor` of the file in the same stage. */
function importsKey(step: Step, name: string): boolean {
	return step.stage.steps.some(
		(other) =>
			other.keyword === "RUN" &&
			/apt-key|rpm|rpmkeys|gpg|apk/.test(other.line.text) &&
			commandsOf(other).some(
				(command) => /^(?:apt-key|rpm|rpmkeys|gpg)$/.test(command.program ?? "") && command.args.some((word) => word.text.includes(name)),
			),
	);
}

function pathOf(copy: ContextCopy, source: string): string | undefined {
	if (copy.target === undefined) return undefined;
	return isFolder(copy) ? normalPath(`${copy.target}/${lastPart(source)}`) : copy.target;
}

function relativePathOf(copy: ContextCopy, source: string): string | undefined {
	if (!/^[\w./-]+$/.test(copy.destination) || /^\/|\.\./.test(copy.destination)) return undefined;
	return isFolder(copy) ? `${copy.destination}/${lastPart(source)}` : copy.destination;
}

function isFolder({ destination, sources }: ContextCopy): boolean {
	return /(?:^|\/)\.?$/.test(destination) || sources.length > 1;
}

function lastPart(path: string): string {
	return baseName(path.replace(/\/$/, ""));
}

/** The RUN instructions behind a step that call a program which reads the file; all of the stage and those that start from it. */
export function readersOf(copy: SecretCopy): readonly Step[] {
	const { step, file } = copy;
	return stagesFrom(step.stage)
		.flatMap((stage) => stage.steps.filter((other) => other.keyword === "RUN" && (stage !== step.stage || other.ordinal > step.ordinal)))
		.filter((other) => commandsOf(other).some((command) => file.readers.includes(command.program ?? "")));
}
