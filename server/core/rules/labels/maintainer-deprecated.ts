import { insertAt, removeInstruction, replace } from "../../dockerfile/edits/edit.ts";
import { quoteLiterally } from "../../dockerfile/edits/quote.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { assignmentsOf } from "../../dockerfile/model/views.ts";
import { stepsBackwards } from "../../dockerfile/variables/state.ts";
import type { Fix } from "../../finding.ts";
import { DASHES, DIRECTIONAL, INVISIBLE, QUOTES, SPACES } from "../../knowledge/invisibleCharacters.ts";
import { type MappedText, sliceMapped, sourceOffset } from "../../mappedText.ts";
import { defineRule, type Report, same } from "../rule.ts";

const AUTHORS = "org.opencontainers.image.authors";

export const maintainerDeprecated = defineRule({
	id: "maintainer-deprecated",
	title: "MAINTAINER is deprecated",
	category: "labels",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(
		["hadolint", "DL4000"],
		["buildkit", "MaintainerDeprecated"],
		["trivy", "DS-0022"],
		["checkov", "CKV_DOCKER_6"],
		["kics", "99614418-f82b-4852-a9ae-5051402b741c"],
		["semgrep", "maintainer-is-deprecated"],
		["sonar", "S6586"],
		["dockerfilelint", "deprecated_in_1.13"],
		["dockerfile-utils", "DEPRECATED_MAINTAINER"],
		["droast", "DF019"],
	),
	onlyWith: { instructions: ["MAINTAINER"] },
	why: "MAINTAINER fills one field of the image that hardly any tool shows, and may go away. A label is listed, searched and filtered for by engines, registries and scanners, and there is a standard one for the people who answer for an image.",
	remedy: `Set the label \`${AUTHORS}\`.`,
	references: [
		"https://docs.docker.com/reference/build-checks/maintainer-deprecated/",
		"https://specs.opencontainers.org/image-spec/annotations/",
	],
	examples: [
		{ caption: "A label", good: 'FROM debian:12\nLABEL org.opencontainers.image.authors="Jane Doe <jane@example.com>"\n' },
		{
			caption: "A label says it",
			bad: "FROM debian:12\n«MAINTAINER» Jane Doe <jane@example.com>\n",
			fixed: 'FROM debian:12\nLABEL org.opencontainers.image.authors="Jane Doe <jane@example.com>"\n',
		},
		{
			caption: "Quotes around the whole were meant as quotes, others are part of the name",
			bad: 'FROM debian:12\n«maintainer» "Jane Doe" \nFROM debian:12\n«MAINTAINER» Jane "$JD" Doe \\o/\n',
			fixed:
				'FROM debian:12\nlabel org.opencontainers.image.authors="Jane Doe" \nFROM debian:12\nLABEL org.opencontainers.image.authors="Jane \\"\\$JD\\" Doe \\\\o/"\n',
		},
		{
			caption: "More than one line",
			bad: "FROM debian:12\r\n«MAINTAINER» \\\r\n  Jane, \\\r\n  # and\r\n  Joe\r\n",
			fixed: 'FROM debian:12\r\nLABEL \\\r\n  org.opencontainers.image.authors="Jane, \\\r\n  # and\r\n  Joe"\r\n',
		},
		{
			caption: "The label is there",
			bad: 'FROM debian:12\n«MAINTAINER» Jane\nLABEL org.opencontainers.image.authors="Jane" a=b\nUSER 1\n',
			fixed: 'FROM debian:12\nLABEL org.opencontainers.image.authors="Jane" a=b\nUSER 1\n',
		},
		{ caption: "Labels", good: "FROM debian:12\nLABEL maintainer=jane org.opencontainers.image.authors=jane\nRUN echo MAINTAINER\n" },
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if (step.keyword !== "MAINTAINER") continue;
				reports.push({
					span: step.keywordSpan,
					message: "MAINTAINER is deprecated, the label for it is org.opencontainers.image.authors",
					tags: ["deprecated"],
					fixes: () => fixesFor(stage, step),
				});
			}
		}
		return reports;
	},
});

const LOOKALIKES: readonly ReadonlyMap<number, unknown>[] = [SPACES, INVISIBLE, DIRECTIONAL, DASHES, QUOTES];

function fixesFor(stage: Stage, step: Step): readonly Fix[] {
	const { file } = stage;
	const name = withoutQuotes(step.arguments);
	if (step.arguments.text === "" || step.flags.length > 0) return [];
	if (name.text.trim() === "" || hasAuthors(stage)) {
		return [{ title: "Remove MAINTAINER", safety: "review", edits: [removeInstruction(file, step)] }];
	}
	const written = file.text.slice(step.keywordSpan.end, step.span.end);
	// In MAINTAINER they are data, in LABEL they look like what they are not.
	if (LOOKALIKES.some((table) => Array.from(written).some((character) => table.has(character.codePointAt(0) ?? 0)))) return [];
	const keyword = step.keywordText === "maintainer" ? "label" : "LABEL";
	const start = sourceOffset(step.arguments, 0);
	const quotes = name === step.arguments ? [] : [start, sourceOffset(step.arguments, step.arguments.text.length) - 1];
	return [
		{
			title: `Set ${AUTHORS} instead`,
			safety: "safe",
			edits: [
				replace(step.keywordSpan, keyword),
				...quotes.map((at) => replace({ start: at, end: at + 1 }, "")),
				insertAt(start, `${AUTHORS}=`),
				...quoteLiterally(name, file.escape),
			],
		},
	];
}

/** The builder keeps quotes around the whole as part of the name; nobody means them so. */
function withoutQuotes(text: MappedText): MappedText {
	const quote = text.text[0];
	if ((quote !== '"' && quote !== "'") || text.text.indexOf(quote, 1) !== text.text.length - 1) return text;
	return sliceMapped(text, 1, text.text.length - 1);
}

function hasAuthors(stage: Stage): boolean {
	for (const step of stepsBackwards(stage)) {
		if (step.keyword === "LABEL" && assignmentsOf(step, stage.file.escape).some((label) => label.name === AUTHORS)) return true;
	}
	return false;
}
