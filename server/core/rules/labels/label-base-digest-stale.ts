import { replace } from "../../dockerfile/edits/edit.ts";
import { rootBase } from "../../dockerfile/model/stages.ts";
import { type Label, labelsOf } from "../../dockerfile/variables/labels.ts";
import { canonicalName, type ImageReference, parseReference } from "../../image/reference.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

const DIGEST_KEY = "org.opencontainers.image.base.digest";
const NAME_KEY = "org.opencontainers.image.base.name";

const DIGEST = `sha256:${"1".repeat(64)}`;
const OTHER = `sha256:${"2".repeat(64)}`;

export const labelBaseDigestStale = defineRule({
	id: "label-base-digest-stale",
	title: "A label names another base image than FROM",
	category: "labels",
	severity: "warning",
	preset: "opt-in",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "labels/no-stale-base-digest"]),
	onlyWith: { instructions: ["LABEL"] },
	why: "Tools read these labels to find out whether an image has to be rebuilt because its base was. A label that was not changed along with FROM answers for an image that is not there.",
	remedy: "Write what FROM says, digest included, and change both together; or let the tool that builds set them.",
	references: ["https://specs.opencontainers.org/image-spec/annotations/"],
	examples: [
		{ caption: "What FROM says", good: "FROM debian:12\nLABEL org.opencontainers.image.base.name=docker.io/library/debian:12\n" },
		{
			caption: "FROM has moved on",
			bad: `FROM debian:12@${DIGEST}\nLABEL org.opencontainers.image.base.digest="«${OTHER}»" \\\n  org.opencontainers.image.base.name=«docker.io/library/debian:11»\n`,
			fixed: `FROM debian:12@${DIGEST}\nLABEL org.opencontainers.image.base.digest="${DIGEST}" \\\n  org.opencontainers.image.base.name=docker.io/library/debian:12\n`,
		},
		{
			caption: "FROM has no digest: the label is out of date with the next build",
			bad: `FROM debian:12\nLABEL org.opencontainers.image.base.digest=«${DIGEST}»\n`,
		},
		{
			caption: "The same, through a stage and in any spelling",
			good: `FROM debian:12@${DIGEST} AS base\nFROM base\nLABEL org.opencontainers.image.base.digest=${DIGEST} org.opencontainers.image.base.name=debian:12\nFROM debian:12\nLABEL org.opencontainers.image.base.name=docker.io/library/debian\n`,
		},
		{
			caption: "FROM has a digest alone: which tag it had, nobody knows",
			good: `FROM debian@${DIGEST}\nLABEL org.opencontainers.image.base.name=debian:12\n`,
		},
		{
			caption: "The digest behind the name",
			bad: `FROM debian:12@${DIGEST}\nLABEL org.opencontainers.image.base.name=«debian:12@${OTHER}»\n`,
		},
		{ caption: "Another image it is", bad: `FROM debian@${DIGEST}\nLABEL org.opencontainers.image.base.name=«ubuntu:24.04»\n` },
		{
			caption: "Nobody knows",
			good: `ARG B\nFROM $B\nLABEL org.opencontainers.image.base.digest=${DIGEST}\nFROM debian:12@${DIGEST}\nARG D\nLABEL org.opencontainers.image.base.digest=$D org.opencontainers.image.base.name=unknown!\n`,
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			const labels = labelsOf(stage).filter(({ key }) => key === DIGEST_KEY || key === NAME_KEY);
			const base = labels.length === 0 ? undefined : rootBase(stage);
			if (base?.kind !== "image") continue;
			for (const label of labels) {
				const report = label.key === DIGEST_KEY ? digestReport(label, base.reference) : nameReport(label, base.reference);
				if (report !== undefined) reports.push(report);
			}
		}
		return reports;
	},
});

function digestReport({ value, valueSpan }: Label, { digest, text }: ImageReference): Report | undefined {
	if (value === undefined || value === digest || !/^[a-z0-9]+:[0-9a-f]+$/i.test(value)) return undefined;
	if (digest === undefined) return { span: valueSpan, message: `The label names a digest, ${shortened(text, 50)} in FROM has none` };
	return {
		span: valueSpan,
		message: "The label names another digest than FROM",
		fixes: [{ title: "Take the digest of FROM", safety: "review", edits: [replace(valueSpan, digest)] }],
	};
}

function nameReport({ value, valueSpan }: Label, reference: ImageReference): Report | undefined {
	const named = value === undefined ? undefined : parseReference(value);
	if (named === undefined) return undefined;
	// Which tag a digest alone once had, nobody knows.
	const tag = reference.tag ?? (reference.digest === undefined ? undefined : named.tag);
	const wanted = canonicalName({ ...reference, tag, digest: undefined });
	// A name without a tag says less, but nothing wrong.
	const otherDigest = named.digest !== undefined && reference.digest !== undefined && named.digest !== reference.digest;
	if (canonicalName({ ...named, tag: named.tag ?? tag, digest: undefined }) === wanted)
		return otherDigest ? { span: valueSpan, message: "The label names another digest than FROM" } : undefined;
	return {
		span: valueSpan,
		message: `The label names ${shortened(value ?? "", 34)}, FROM ${shortened(reference.text, 34)}`,
		fixes:
			reference.tag === undefined && reference.digest !== undefined
				? []
				: [{ title: `Change to ${wanted}`, safety: "review", edits: [replace(valueSpan, wanted)] }],
	};
}
