import { baseName } from "../../baseName.ts";
import { insertBeforeStart } from "../../dockerfile/edits/stageEnd.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { lineage, rootBase } from "../../dockerfile/model/stages.ts";
import { startedPrograms } from "../../dockerfile/start/startedFiles.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import type { Fix } from "../../finding.ts";
import { defineRule, type Report } from "../rule.ts";

export const scratchMissingEssentials = defineRule({
	id: "scratch-missing-essentials",
	title: "The image has no certificates of authorities",
	category: "runtime",
	severity: "info",
	preset: "strict",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	onlyWith: { instructions: ["EXPOSE"] },
	why: "`scratch` is empty: no certificates of authorities, no time zones, no `/etc/passwd`. The first call to an `https://` address then fails with *unknown authority*, in production and not in the build, and the quick way out is to switch the verification off.",
	remedy:
		"Copy `/etc/ssl/certs/ca-certificates.crt` from the builder, and `/usr/share/zoneinfo` where local times matter; or start from `gcr.io/distroless/static`, which has both.",
	references: [
		"https://docs.docker.com/build/building/base-images/#create-a-minimal-base-image-using-scratch",
		"https://github.com/GoogleContainerTools/distroless/blob/main/base/README.md",
	],
	examples: [
		{
			caption: "One program, and nothing else",
			bad: 'FROM golang:1.22 AS build\nRUN go build -o /app\nFROM «scratch»\nCOPY --from=build /app /app\nEXPOSE 8080\nENTRYPOINT ["/app"]\n',
			fixed:
				'FROM golang:1.22 AS build\nRUN go build -o /app\nFROM scratch\nCOPY --from=build /app /app\nEXPOSE 8080\nCOPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\nENTRYPOINT ["/app"]\n',
		},
		{
			caption: "A builder that may have none",
			bad: 'FROM acme/build AS build\nFROM «scratch»\nCOPY --from=build /app /app\nEXPOSE 80\nCMD ["/app"]\n',
		},
		{
			caption: "The program that starts is no folder",
			bad: 'FROM acme/build AS build\nFROM «scratch»\nCOPY --from=build /out/server /\nEXPOSE 80\nCMD ["/server"]\n',
		},
		{
			caption: "They are copied",
			good: 'FROM golang:1.22 AS build\nFROM scratch\nCOPY --from=build /etc/ssl/certs /etc/ssl/certs\nCOPY --from=build /app /app\nEXPOSE 80\nCMD ["/app"]\n',
		},
		{
			caption: "A root file system",
			good: 'FROM golang:1.22 AS build\nFROM scratch\nCOPY --from=build /rootfs /\nEXPOSE 80\nCMD ["/app"]\n',
		},
		{
			caption: "No network that the file speaks of, or nothing that starts",
			good: 'FROM golang:1.22 AS build\nFROM scratch\nCOPY --from=build /app /app\nCMD ["/app"]\n',
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped" || rootBase(stage).kind !== "scratch") continue;
			const steps = lineage(stage).flatMap((ancestor) => ancestor.steps);
			if (!steps.some(({ keyword }) => keyword === "CMD" || keyword === "ENTRYPOINT") || !steps.some(({ keyword }) => keyword === "EXPOSE"))
				continue;
			const started = startedPrograms(stage);
			if (steps.some((step) => couldBringCertificates(step, started))) continue;
			const root = lineage(stage).at(-1);
			if (root?.image === undefined) continue;
			reports.push({
				span: root.image.span,
				message: "The stage has no CA certificates, which TLS clients need",
				fixes: () => fixesFor(stage, steps),
			});
		}
		return reports;
	},
});

/** Certificates by name, an archive, a folder that is poured into the root, or anything that nobody can see. `started`: the programs that run. */
function couldBringCertificates(step: Step, started: readonly string[]): boolean {
	if (step.keyword === "RUN" || (step.keyword === "ENV" && /SSL_CERT/.test(step.line.text))) return true;
	if (step.keyword !== "COPY" && step.keyword !== "ADD") return false;
	if (/cert|ssl|ca-bundle|\.pem|\.crt|pki|\$|rootfs|\.tar/i.test(step.arguments.text)) return true;
	const words = step.exec?.values ?? splitAtBlanks(step.arguments).map(({ text }) => text);
	const target = words[words.length - 1] ?? "";
	// A folder called etc, or one that becomes the root. What runs under its name there is a file.
	const isProgram = (source: string): boolean => /^\/?$/.test(target) && started.includes(`/${baseName(source)}`);
	return /^\/?(?:etc\/?)?$/.test(target) && words.slice(0, -1).some((source) => /\/$|^[^.]*$/.test(source) && !isProgram(source));
}

function fixesFor(stage: Stage, steps: readonly Step[]): readonly Fix[] {
	for (const step of steps) {
		const [source] = step.keyword === "COPY" ? sourcesOf(step, stage.file) : [];
		if (source?.target.kind !== "stage" || source.target.stage.name === undefined) continue;
		const base = rootBase(source.target.stage);
		if (
			base.kind !== "image" ||
			!/^library\/(?:golang|rust|node|python)$/.test(base.reference.repository) ||
			/slim/.test(base.reference.tag ?? "")
		)
			continue;
		const from = source.target.stage.name.text;
		const edit = insertBeforeStart(stage, `COPY --from=${from} /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/`);
		if (edit !== undefined) return [{ title: `Copy the certificates from ${from}`, safety: "review", edits: [edit] }];
	}
	return [];
}
