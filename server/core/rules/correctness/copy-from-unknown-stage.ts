import { baseImageFacts } from "../../dockerfile/base/baseFacts.ts";
import { replace } from "../../dockerfile/edits/edit.ts";
import type { Dockerfile, Stage } from "../../dockerfile/model/model.ts";
import { type Source, sourcesOf } from "../../dockerfile/model/sources.ts";
import type { Fix } from "../../finding.ts";
import type { ImageReference } from "../../image/reference.ts";
import { editDistance } from "../../nearest.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report, same, similar } from "../rule.ts";

export const copyFromUnknownStage = defineRule({
	id: "copy-from-unknown-stage",
	title: "Files are taken from a stage that does not exist",
	category: "correctness",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [...same(["dockerfile-utils", "FLAG_INVALID_FROM_VALUE"]), ...similar(["hadolint", "DL3022"], ["droast", "DF049"])],
	supersededBy: ["copy-from-variable"],
	onlyWith: { texts: ["from="] },
	why: "A name that no stage has is looked up as an image. `--from=biulder` makes the builder ask Docker Hub for `biulder`: mostly the build fails there; if somebody has published an image of that name, its files are what is shipped.",
	remedy:
		"Correct the name. A name that resembles no stage is not reported: it may be an image, or a named context that the build is given with `--build-context`.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#copy---from",
		"https://docs.docker.com/reference/dockerfile/#run---mounttypebind",
	],
	examples: [
		{
			caption: "A slip in the name",
			bad: 'FROM golang:1.22 AS builder\nRUN go build -o /app\nFROM scratch\nCOPY --from=«biulder» /app /app\nCMD ["/app"]\n',
			fixed: 'FROM golang:1.22 AS builder\nRUN go build -o /app\nFROM scratch\nCOPY --from=builder /app /app\nCMD ["/app"]\n',
		},
		{
			caption: "The name of the stage",
			good: 'FROM golang:1.22 AS builder\nRUN go build -o /app\nFROM scratch\nCOPY --from=builder /app /app\nCMD ["/app"]\n',
		},
		{
			caption: "Misspelt",
			bad: "FROM golang:1.22 AS builder\nFROM scratch\nCOPY --from=«biulder» /a /\nRUN --mount=type=bind,from=«bulder»,target=/b true\n",
			fixed: "FROM golang:1.22 AS builder\nFROM scratch\nCOPY --from=builder /a /\nRUN --mount=type=bind,from=builder,target=/b true\n",
		},
		{
			caption: "The usual name in its other form",
			bad: "FROM golang:1.22 AS build-env\nFROM scratch\nCOPY --from=«builder» --chown=1 /a /\n",
			fixed: "FROM golang:1.22 AS build-env\nFROM scratch\nCOPY --from=build-env --chown=1 /a /\n",
		},
		{ caption: "A number that no stage has", bad: "FROM golang:1.22\nFROM scratch\nCOPY --from=«2» /a /\n" },
		{
			caption: "Mounts take no numbers",
			bad: "FROM golang:1.22 AS tools\nFROM alpine:3.20\nRUN --mount=from=«0»,target=/t /t/a\n",
			fixed: "FROM golang:1.22 AS tools\nFROM alpine:3.20\nRUN --mount=from=tools,target=/t /t/a\n",
		},
		{ caption: "Neither a stage nor an image", bad: "FROM golang:1.22 AS tools\nFROM scratch\nCOPY --from=«my_Tools!» /a /\n" },
		{
			caption: "Stages in any case, by number, and later ones",
			good: "FROM scratch AS last\nCOPY --from=Tools /a /\nCOPY --from=0 /b /\nFROM golang:1.22 AS tools\nRUN a\nFROM last\n",
		},
		{
			caption: "Images and named contexts",
			good: "FROM golang:1.22 AS golang-build\nFROM golang:1.22 AS license-set\nFROM scratch\nCOPY --from=golang /a /\nCOPY --from=set /b /\nCOPY --from=assets /c /\nCOPY --from=acme/golang-build /d /\n",
		},
		{
			caption: "What the builder refuses anyway, and what another build will know",
			good: "FROM scratch AS tools\nFROM scratch\nADD --from=tool /a /\nCOPY --from=$tools /a /\nONBUILD COPY --from=tool /a /\n",
		},
	],
	check(file) {
		const names: string[] = [];
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				// ADD has no such flag, which is said there.
				if (step.keyword === "ADD") continue;
				for (const source of sourcesOf(step, file)) {
					const near = source.target.kind === "image" ? nearName(source.target.reference, names) : undefined;
					const message = messageFor(file, source, near);
					if (message === undefined) continue;
					// What can be no name the builder refuses; an image it asks for.
					const severity = source.target.kind === "invalid" ? { severity: "error" as const } : {};
					reports.push({ span: source.span, message, ...severity, fixes: () => fixesFor(stage, source, near) });
				}
			}
			// A stage is taken from by those below it.
			if (stage.name !== undefined) names.push(stage.name.text);
		}
		return reports;
	},
});

function messageFor(file: Dockerfile, { text, target, flag }: Source, near: string | undefined): string | undefined {
	switch (target.kind) {
		case "outOfRange":
			return flag.name === "mount"
				? `A mount takes no number: ${shortened(text, 20)} is read as the name of an image`
				: `There is no stage ${shortened(text, 20)}, the last one is ${file.stages.length - 1}`;
		case "invalid":
			return text === "" || text.includes("$") ? undefined : `${shortened(text, 40)} is neither a stage nor the name of an image`;
		case "image":
			return near === undefined ? undefined : `There is no stage ${shortened(text, 33)}, but there is ${shortened(near, 33)}`;
		default:
			return undefined;
	}
}

function fixesFor({ file, index }: Stage, { text, span, target }: Source, near: string | undefined): readonly Fix[] {
	const name = target.kind === "outOfRange" ? file.stages.slice(0, index)[target.index]?.name?.text : near;
	if (name === undefined || span.end - span.start !== text.length) return [];
	return [{ title: `Take from ${name}`, safety: "review", edits: [replace(span, name)] }];
}

/** The stage that was meant; undefined for what can be an image or a named context as well. */
function nearName({ text, name, tag, digest, ...reference }: ImageReference, names: readonly string[]): string | undefined {
	if (tag !== undefined || digest !== undefined || name.includes("/")) return undefined;
	if (Object.keys(baseImageFacts({ text, name, tag, digest, ...reference })).length > 0) return undefined;
	const lower = name.toLowerCase();
	const misspelt = names.find((candidate) => isMisspelt(lower, candidate.toLowerCase()));
	if (misspelt !== undefined) return misspelt;
	const builders = lower === "build" || lower === "builder" ? names.filter((candidate) => /^build/i.test(candidate)) : [];
	return builders.length === 1 ? builders[0] : undefined;
}

/** One letter off, two for long names; numbers have to agree, and short names are near to everything. */
function isMisspelt(name: string, candidate: string): boolean {
	const most = name.length < 5 ? 0 : name.length < 8 ? 1 : 2;
	return name.replace(/\D/g, "") === candidate.replace(/\D/g, "") && editDistance(name, candidate, most + 1) <= most;
}
