import { replace } from "../../dockerfile/edits/edit.ts";
import { templateMark } from "../../dockerfile/model/template.ts";
import type { Fix } from "../../finding.ts";
import { type InvalidReference, invalidReference } from "../../image/invalidReference.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

/** What people and generators write where an image is to be filled in. */
const PLACEHOLDER = /placeholder|replace|change[-_]?me|^your[-_]|[<>[\]{}]|^__|^@/i;
const CONSTANT = /^[A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)+$/;

export const baseImageReferenceInvalid = defineRule({
	id: "base-image-reference-invalid",
	title: "FROM names something that cannot be an image",
	category: "base-image",
	severity: "error",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["dockerfile-utils", "INVALID_REFERENCE_FORMAT"]),
	supersededBy: ["unknown-flag"],
	why: "The builder refuses the reference, and the build stops at once. Repository names are in lower case, tags have up to 128 letters, digits, dots, dashes and underscores, digests an algorithm and a fixed number of hexadecimal digits.",
	remedy: "Write the reference as the registry shows it.",
	references: ["https://docs.docker.com/reference/dockerfile/#from", "https://pkg.go.dev/github.com/distribution/reference"],
	examples: [
		{ caption: "A capital letter", bad: 'FROM «ghcr.io/Acme/App»:1.4\nCMD ["app"]\n', fixed: 'FROM ghcr.io/acme/app:1.4\nCMD ["app"]\n' },
		{ caption: "In lower case", good: 'FROM ghcr.io/acme/app:1.4\nCMD ["app"]\n' },
		{
			caption: "Capital letters",
			bad: "FROM --platform=$BUILDPLATFORM «Python»:3.13-Slim AS a\nFROM «ghcr.io/Acme/App» AS b\nFROM «My-App»\n",
			fixed: "FROM --platform=$BUILDPLATFORM python:3.13-Slim AS a\nFROM ghcr.io/acme/app AS b\nFROM my-app\n",
		},
		{
			caption: "Tags",
			bad: `FROM debian:«$»\nFROM debian«:»\nFROM debian:«12+1»\nFROM debian:«-12»\nFROM debian:«${"1".repeat(129)}»\n`,
		},
		{
			caption: "Digests",
			bad: `FROM debian:12@«sha256:abc»\nFROM debian@«md5:abc»\nFROM debian@«abc»\nFROM debian@«sha256:${"G".repeat(64)}»\nFROM debian:12«@»\n`,
		},
		{ caption: "Names", bad: "FROM «https://example.com/app»\nFROM «docker://debian»:12\nFROM «acme//app»:1\nFROM «acme/-app»\n" },
		{
			caption: "Good ones",
			good: `FROM localhost:5000/a/b__c/d-e.f:A_1.2-3@sha256:${"1".repeat(64)}\nFROM REGISTRY.example.com/app\nFROM [::1]:5000/a\nFROM scratch AS Name\nFROM name\n`,
		},
		{
			caption: "To be filled in",
			good: "FROM {{ image }}\nFROM <image>\nFROM BASE_IMAGE_NAME_PLACEHOLDER\nFROM REPLACE-ME\nFROM My$Image\n",
		},
	],
	check(file) {
		if (templateMark(file) !== undefined) return [];
		const reports: Report[] = [];
		for (const { base, image } of file.stages) {
			if (base.kind !== "invalid" || image === undefined || base.text !== image.text) continue;
			const { text } = image;
			// A dollar sign alone stays what it is.
			if (/["'\\`]|\$(?!$)/.test(text) || PLACEHOLDER.test(text) || CONSTANT.test(text)) continue;
			const wrong = invalidReference(text);
			if (wrong === undefined || image.span.end - image.span.start !== text.length) continue;
			const span = { start: image.span.start + wrong.at, end: image.span.start + wrong.end };
			reports.push({
				span,
				message: `${shortened(wrong.reason.startsWith("ends") ? text : text.slice(wrong.at, wrong.end), 40)} ${wrong.reason}`,
				fixes: () => fixesFor(image.span, wrong),
			});
		}
		return reports;
	},
});

function fixesFor(span: Span, { lowered }: InvalidReference): readonly Fix[] {
	return lowered === undefined ? [] : [{ title: `Change to ${lowered}`, safety: "review", edits: [replace(span, lowered)] }];
}
