import { addTo } from "../../addTo.ts";
import { moveBelow } from "../../dockerfile/edits/moveInstruction.ts";
import { isOpen } from "../../dockerfile/edits/stageEnd.ts";
import { baseVolumes, type DeclaredVolume, volumesOf, writesBelow } from "../../dockerfile/files/volumes.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { lineage } from "../../dockerfile/model/stages.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { Fix } from "../../finding.ts";
import type { ShellWord } from "../../shell/model.ts";
import { shortened } from "../../text.ts";
import { defineRule, type Report } from "../rule.ts";

export const volumeDeclaredBeforeWrites = defineRule({
	id: "volume-declared-before-writes",
	title: "A RUN changes files in a volume that was declared above it",
	category: "runtime",
	severity: "warning",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: [],
	why: "What a RUN changes below a directory that VOLUME has declared is thrown away by Docker's classic builder, and by Podman and Buildah: the `chown` seems to work, and in the container the directory belongs to root again. BuildKit keeps the change, so the image depends on who builds it. A base image's volumes count as well, and cannot be undone.",
	remedy:
		"Prepare the directory first, and declare the volume behind the last RUN that touches it. Files for a directory that the base image has declared go in with COPY (`--chown`), or elsewhere.",
	references: [
		"https://docs.docker.com/reference/dockerfile/#notes-about-specifying-volumes",
		"https://github.com/containers/buildah/blob/main/docs/buildah-build.1.md",
	],
	examples: [
		{
			caption: "The owner is set behind it",
			bad: 'FROM debian:12\nVOLUME «/data»\nRUN useradd app && chown app /data\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nRUN useradd app && chown app /data\nVOLUME /data\nCMD ["app"]\n',
		},
		{
			caption: "The owner is set first",
			good: 'FROM debian:12\nRUN useradd app && mkdir /data && chown app /data\nVOLUME /data\nCMD ["app"]\n',
		},
		{
			caption: "The owner is set too late",
			bad: 'FROM debian:12\nVOLUME «/data»\nRUN useradd app \\\n  && chown -R app /data/\nRUN id\nCMD ["app"]\n',
			fixed: 'FROM debian:12\nRUN useradd app \\\n  && chown -R app /data/\nVOLUME /data\nRUN id\nCMD ["app"]\n',
		},
		{
			caption: "Comments directly above it move along",
			bad: "FROM debian:12\nENV D=/data\n\n# what users keep\n# survives upgrades\nVOLUME «$D»\n\n# owners\nRUN chown 1 $D\n\nRUN id\n",
			fixed: "FROM debian:12\nENV D=/data\n\n# owners\nRUN chown 1 $D\n# what users keep\n# survives upgrades\nVOLUME $D\n\nRUN id\n",
		},
		{
			caption: "In JSON, through variables, behind redirections; all of the instruction moves",
			bad: 'FROM debian:12\r\nENV D=/srv/data\r\nVOLUME [«"/log"», «"$D"»]\r\nRUN mkdir -p $D/x\r\nRUN echo a > /log/a\r\n',
			fixed: 'FROM debian:12\r\nENV D=/srv/data\r\nRUN mkdir -p $D/x\r\nRUN echo a > /log/a\r\nVOLUME ["/log", "$D"]\r\n',
		},
		{
			caption: "A variable would have another value below",
			bad: "FROM debian:12\nENV D=/a\nVOLUME «$D»\nENV D=/b\nRUN touch /a/x\n",
		},
		{
			caption: "Below the working directory, by options",
			bad: "FROM debian:12\nVOLUME «/a» «/b» «/c» «/d»\nWORKDIR /a\nRUN chown app x && curl -o /b/x https://x.y/z\nRUN cd /c && touch x\nRUN git -C /d clone --depth 1 https://x.y/z z 2> /e/log\n",
			fixed:
				"FROM debian:12\nWORKDIR /a\nRUN chown app x && curl -o /b/x https://x.y/z\nRUN cd /c && touch x\nRUN git -C /d clone --depth 1 https://x.y/z z 2> /e/log\nVOLUME /a /b /c /d\n",
		},
		{
			caption: "Inherited from a stage below: it cannot move there",
			bad: "FROM debian:12 AS base\nVOLUME «/data»\nFROM base\nRUN touch /data/a\n",
		},
		{
			caption: "Inherited from the base image",
			bad: "FROM jenkins/jenkins:lts\nRUN echo 2 > «/var/jenkins_home/state»\nRUN cp a b «/var/jenkins_home/»\n",
		},
		{
			caption: "Written first, elsewhere, or read",
			good: "FROM debian:12\nRUN chown app /data\nVOLUME /data /log\nRUN chown app /database && cat /data/a && cp /data/a /b\n",
		},
		{
			caption: "Into a mount, what is there anyway, a time that is only read",
			good: "FROM debian:12\nVOLUME /data\nRUN --mount=type=cache,target=/data/x touch /data/x/y\nRUN mkdir -p /data && touch -r /data/x /y\nWORKDIR /data\nRUN (cd /opt && touch x) && chown app /y && mkdir -m 755 /z 2>&1\nRUN curl -o - https://a.b/c && tar -C /data -cf /x .\nRUN cd / && git -C /data log > log && git clone --depth 1 https://a.b/c\n",
		},
		{
			caption: "COPY is kept by all builders, a child image builds for itself",
			good: "FROM debian:12\nVOLUME /data\nCOPY a /data/\nONBUILD RUN touch /data/b\n",
		},
		{
			caption: "A stage that is not shipped",
			good: "FROM debian:12 AS a\nVOLUME /data\nRUN touch /data/a\nFROM debian:12\n",
			notBuilt: true,
		},
		{ caption: "A version whose directory is another", good: "FROM postgres:18\nRUN chown 1 /var/lib/postgresql/data\n" },
	],
	check(file) {
		const reported = new Set<number>();
		const reports: Report[] = [];
		for (const stage of file.stages) {
			if (stage.use !== "shipped") continue;
			for (const report of reportsOf(stage)) {
				if (reported.has(report.span.start)) continue;
				reported.add(report.span.start);
				reports.push(report);
			}
		}
		return reports;
	},
});

/** A RUN that changes something in a directory. */
interface WriteBelow {
	readonly step: Step;
	readonly word: ShellWord;
	/** How many volumes are declared above it. */
	readonly declared: number;
}

/** A volume, and what is changed in it where it is declared already. */
interface ChangedVolume {
	readonly volume: DeclaredVolume;
	readonly first: ShellWord;
	readonly last: Step;
}

function reportsOf(stage: Stage): readonly Report[] {
	const inherited = baseVolumes(stage);
	if (inherited.length === 0 && !lineage(stage).some(declaresVolume)) return [];
	const steps = [...lineage(stage)].reverse().flatMap((ancestor) => ancestor.steps);
	const declared: DeclaredVolume[] = [];
	const directories = new Set<string>();
	const writes = new Map<string, WriteBelow[]>();
	const reports: Report[] = [];
	for (const step of steps) {
		if (step.keyword === "VOLUME")
			for (const volume of volumesOf(step)) {
				declared.push(volume);
				if (volume.path !== undefined) directories.add(volume.path);
			}
		for (const [path, word] of writesBelow(step, directories)) addTo(writes, path, { step, word, declared: declared.length });
		for (const [path, word] of writesBelow(step, new Set(inherited)))
			reports.push({
				span: word.span,
				message: `${shortened(path, 50)} is a volume of the base image: some builders drop this`,
				related: [],
				fixes: [],
			});
	}
	const changed = declared.flatMap((volume, index): readonly ChangedVolume[] => {
		const below = (volume.path === undefined ? undefined : writes.get(volume.path)) ?? [];
		const first = below.find((write) => write.declared > index);
		return first === undefined ? [] : [{ volume, first: first.word, last: (below.at(-1) ?? first).step }];
	});
	for (const { volume, first, last } of changed) {
		reports.push({
			span: volume.span,
			message: `${shortened(volume.path ?? "", 50)} is declared before a RUN changes what is in it`,
			related: [{ span: first.span, message: "Some builders drop this change" }],
			fixes: () => fixesFor(volume.step, lastWrite(volume.step, changed), last),
		});
	}
	return reports;
}

function declaresVolume({ steps }: Stage): boolean {
	return steps.some(({ keyword }) => keyword === "VOLUME");
}

/** The last step that changes something in any of the instruction's volumes. */
function lastWrite(step: Step, changed: readonly ChangedVolume[]): Step | undefined {
	let found: Step | undefined;
	for (const { volume, last } of changed) if (volume.step === step && (found === undefined || last.ordinal > found.ordinal)) found = last;
	return found;
}

/** Whether two places give the variables of an instruction the same values. */
function sameText(step: Step, elsewhere: Step): boolean {
	const here = expandAt(step, step.arguments.text);
	const there = expandAt(elsewhere, step.arguments.text);
	return here.kind === "known" && there.kind === "known" && here.value === there.value;
}

function fixesFor(step: Step, last: Step | undefined, own: Step): readonly Fix[] {
	const { file } = step.stage;
	if (last === undefined || last.stage !== step.stage || own.stage !== step.stage || isOpen(last)) return [];
	if (step.firstLine !== step.lastLine) return [];
	const text = file.text.slice(step.span.start, step.span.end);
	// Its variables may have other values there.
	if (text.includes("$") && !sameText(step, { ...step, ordinal: last.ordinal + 1 })) return [];
	return [
		{
			title: "Move VOLUME below the changes",
			safety: "review",
			edits: moveBelow(file, step, last),
			note: "With BuildKit the image stays the same; with other builders the changes become part of it.",
		},
	];
}
