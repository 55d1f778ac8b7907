import { baseName } from "../../baseName.ts";
import type { Fix } from "../../finding.ts";
import { contains, type SpanEdit } from "../../text.ts";
import { addFlag, hasComment, removeInstruction } from "../edits/edit.ts";
import { removeListed } from "../edits/listEdit.ts";
import type { Step } from "../model/model.ts";
import { splitAtBlanks } from "../syntax/words.ts";
import { readersOf, type SecretCopy } from "./secretFiles.ts";
import { mountOwner } from "./secretMounts.ts";

/**
 * What to do about a copied credential: mount it into the one RUN of its stage that reads it, else leave it out of the COPY. `further`
 * are the edits that take away what else belongs to the copy, such as the `rm`.
 */
export function secretFileFixes(copy: SecretCopy, further: readonly SpanEdit[] = []): readonly Fix[] {
	const { step } = copy;
	const left = withoutSource(copy);
	if (step.deferred || left === undefined) return [];
	const name = nameOf(copy);
	const reader = onlyReader(copy);
	const owner = reader === undefined ? undefined : mountOwner(reader);
	if (reader === undefined || owner === undefined || copy.path === undefined) {
		return further.length > 0 || copy.file.evidence === "maybe"
			? []
			: [{ title: `Leave ${name} out`, safety: "review", edits: [left], note: "Revoke the credential if an image with it was pushed." }];
	}
	const id = name
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "-")
		.replace(/^-+|-+$/g, "");
	return [
		{
			title: `Mount ${name} as a build secret`,
			safety: "review",
			edits: [left, ...further, addFlag(reader, `--mount=type=secret,id=${id},target=${copy.path}${owner}`)],
			note: `Build with --secret id=${id},src=${copy.source.value ?? copy.source.text}.`,
		},
	];
}

/** The name of the file alone. */
export function nameOf(copy: SecretCopy): string {
	const path = (copy.source.value ?? copy.source.text).replace(/\/$/, "");
	return baseName(path);
}

function onlyReader(copy: SecretCopy): Step | undefined {
	const readers = readersOf(copy);
	const [reader] = readers;
	return readers.length === 1 && reader?.stage === copy.step.stage && copy.path !== undefined && !copy.path.endsWith("/.ssh")
		? reader
		: undefined;
}

function withoutSource({ step, copy, source }: SecretCopy): SpanEdit | undefined {
	const { file } = step.stage;
	if (copy.sources.length === 1) {
		const commented = hasComment(file, step.span);
		return commented || step.heredocs.length > 0 ? undefined : removeInstruction(file, step);
	}
	if (step.exec !== undefined) return undefined;
	const words = splitAtBlanks(step.arguments);
	const word = words.find(({ span }) => contains(span, source.span));
	return word === undefined ? undefined : removeListed(file, step, words, word);
}
