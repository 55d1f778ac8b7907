import { baseName } from "../../baseName.ts";
import { commandsOf } from "../../dockerfile/commands/scripts.ts";
import { wordValue } from "../../dockerfile/commands/wordValues.ts";
import { addFlag } from "../../dockerfile/edits/edit.ts";
import { contextCopyOf } from "../../dockerfile/files/contextCopies.ts";
import { grantsWorldWrite, readMode, setsSticky } from "../../dockerfile/files/fileMode.ts";
import { isInside } from "../../dockerfile/files/mountCoverage.ts";
import { volumePathsOf } from "../../dockerfile/files/volumePaths.ts";
import type { Stage, Step } from "../../dockerfile/model/model.ts";
import { sourcesOf } from "../../dockerfile/model/sources.ts";
import { splitAtBlanks } from "../../dockerfile/syntax/words.ts";
import { isRootUser, normalPath, userAt, workdirAt } from "../../dockerfile/variables/state.ts";
import { expandAt } from "../../dockerfile/variables/variables.ts";
import type { ShellCommand } from "../../shell/model.ts";
import { type Span, shortened } from "../../text.ts";
import { defineRule, type Report, same } from "../rule.ts";

export const copyOwnershipAfterUser = defineRule({
	id: "copy-ownership-after-user",
	title: "Copied files belong to root although the user has to change them",
	category: "user",
	severity: "info",
	preset: "recommended",
	needs: "file",
	since: "0.1.0",
	equivalents: same(["tally", "copy-after-user-without-chown"]),
	onlyWith: { instructions: ["USER"] },
	why: "COPY and ADD do not look at USER: what they bring belongs to root. A later step that changes a file's mode or text as the user of the stage ends with “operation not permitted”, and a volume that starts with such files cannot be written to by the container.",
	remedy:
		"Give what the user changes to it with `--chown`, or set the mode while copying with `--chmod`. Code that the container only runs is best left with root: then it cannot rewrite itself.",
	references: ["https://docs.docker.com/reference/dockerfile/#copy---chown---chmod"],
	examples: [
		{
			caption: "Copied for the user",
			good: "FROM debian:12\nUSER 1000:1000\nCOPY --chown=1000:1000 start.sh /app/\nRUN chmod +x /app/start.sh\n",
		},
		{
			caption: "Its mode is changed below",
			bad: "FROM debian:12\nUSER 1000:1000\nCOPY «start.sh» /app/\nRUN chmod +x /app/start.sh\n",
			fixed: "FROM debian:12\nUSER 1000:1000\nCOPY --chown=1000:1000 start.sh /app/\nRUN chmod +x /app/start.sh\n",
		},
		{
			caption: "In JSON form",
			bad: 'FROM debian:12\nUSER app\nCOPY ["«start.sh»", "/start.sh"]\nRUN chmod +x /start.sh\n',
			fixed: 'FROM debian:12\nUSER app\nCOPY --chown=app ["start.sh", "/start.sh"]\nRUN chmod +x /start.sh\n',
		},
		{
			caption: "By a relative path, from a stage, with other flags, in a list",
			bad: "FROM debian:12 AS b\nFROM debian:12\nUSER app\nWORKDIR /app\nCOPY --link --from=b «/x/run» a ./\nRUN true && chmod 755 ./run && ./run\n",
			fixed:
				"FROM debian:12 AS b\nFROM debian:12\nUSER app\nWORKDIR /app\nCOPY --link --from=b --chown=app /x/run a ./\nRUN true && chmod 755 ./run && ./run\n",
		},
		{
			caption: "Appended to; a volume",
			bad: 'FROM debian:12\nUSER app\nCOPY «conf» /etc/app.conf\nRUN echo a >> /etc/app.conf\nCOPY «data» /data/\nVOLUME ["/data"]\n',
			fixed:
				'FROM debian:12\nUSER app\nCOPY --chown=app conf /etc/app.conf\nRUN echo a >> /etc/app.conf\nCOPY --chown=app data /data/\nVOLUME ["/data"]\n',
		},
		{
			caption: "Given, only read, changed by root, copied by root",
			good: "FROM debian:12\nCOPY a /a\nRUN chmod +x /a\nUSER app\nCOPY --chown=app b /b\nRUN chmod +x /b\nCOPY c /c\nRUN /c\nCOPY d /d\nUSER root\nRUN chmod +x /d\nUSER app\nCOPY --chmod=777 e /e\nRUN echo a >> /e\n",
		},
		{
			caption: "Another file, a guarded or raised command, unknown users and folders",
			good: "FROM debian:12\nUSER app\nCOPY a /a\nRUN chmod +x /b; chmod +x /a || true; sudo chmod +x /a\nFROM acme/base\nCOPY a /a\nRUN chmod +x /a\nFROM acme/base\nUSER app\nCOPY a ./\nRUN cd /x && chmod +x a\n",
		},
	],
	check(file) {
		const reports: Report[] = [];
		for (const stage of file.stages) {
			for (const step of stage.steps) {
				if ((step.keyword !== "COPY" && step.keyword !== "ADD") || step.flags.some((flag) => flag.name === "chown")) continue;
				const user = userAt(stage, step);
				if (user.step === undefined || user.value.kind !== "set" || user.value.value === "" || isRootUser(user.value.value)) continue;
				const found = changedBelow(stage, step);
				if (found === undefined) continue;
				reports.push({
					span: found.span,
					message: `${shortened(found.path, 45)} belongs to root, and ${found.volume ? "the container" : "a step below"} changes it as ${shortened(user.value.value, 20)}`,
					...(stage.use === "unused" ? { severity: "hint" as const } : {}),
					related: [{ span: found.by, message: found.volume ? "It lies in this volume" : "It is changed here" }],
					fixes: [
						{
							title: `Give it to ${shortened(user.value.value, 30)}`,
							safety: "review",
							edits: [addFlag(step, `--chown=${user.step.arguments.text}`)],
						},
					],
				});
			}
		}
		return reports;
	},
});

interface Change {
	/** The source that is changed. */
	readonly span: Span;
	readonly path: string;
	readonly by: Span;
	readonly volume: boolean;
}

/** The first of the copied files that a later step of the same user changes, or that lies in a volume. */
function changedBelow(stage: Stage, copy: Step): Change | undefined {
	const files = filesOf(copy);
	if (files.length === 0) return undefined;
	const open = mayBeWrittenByAll(copy);
	for (const step of stage.steps) {
		if (step.ordinal <= copy.ordinal) continue;
		if (step.keyword === "USER") return undefined;
		for (const volume of volumePathsOf(step)) {
			const path = volume.path;
			const inside = open || path === undefined || path === "/" ? undefined : files.find((file) => isInside(file.path, path));
			if (inside !== undefined) return { ...inside, by: volume.span, volume: true };
		}
		if (step.keyword !== "RUN") continue;
		const workdir = workdirAt(stage, step);
		const commands = commandsOf(step);
		if (commands.some((command) => command.program === "cd" || command.program === "sudo")) continue;
		for (const [index, command] of commands.entries()) {
			if (commands[index + 1]?.connector === "||" || command.wrapper !== undefined || command.within.length > 0) continue;
			const changed = changedFiles(step, command, open).map((path) =>
				path.startsWith("/") ? normalPath(path) : workdir.kind === "set" ? normalPath(`${workdir.value}/${path}`) : "",
			);
			const file = files.find((candidate) => changed.includes(candidate.path));
			if (file !== undefined) return { ...file, by: command.span, volume: false };
		}
	}
	return undefined;
}

/** Whether `--chmod` lets others write, or nobody knows. */
function mayBeWrittenByAll(copy: Step): boolean {
	return copy.flags.some((flag) => {
		const value = flag.name === "chmod" && flag.value !== undefined ? expandAt(copy, flag.value) : undefined;
		const mode = value?.kind === "known" ? readMode(value.value) : undefined;
		return flag.name === "chmod" && (mode === undefined || grantsWorldWrite(mode) || setsSticky(mode));
	});
}

/** Where the copied files go, for those whose name is certain. */
function filesOf(copy: Step): readonly { readonly span: Span; readonly path: string }[] {
	const context = contextCopyOf(copy);
	if (context === undefined && sourcesOf(copy, copy.stage.file).length === 0) return [];
	const words =
		copy.exec === undefined
			? splitAtBlanks(copy.arguments)
			: copy.exec.elements.map(({ value, span }) => ({ text: value, span: { start: span.start + 1, end: span.end - 1 } }));
	const target = words.at(-1);
	if (target === undefined || words.length < 2) return [];
	const expansion = expandAt(copy, target.text);
	const workdir = workdirAt(copy.stage, copy);
	if (expansion.kind !== "known" || expansion.unset.length > 0) return [];
	if (!expansion.value.startsWith("/") && workdir.kind !== "set") return [];
	const folder = /(?:^|\/)\.?$/.test(expansion.value) || words.length > 2;
	const base = expansion.value.startsWith("/") ? expansion.value : `${workdir.kind === "set" ? workdir.value : ""}/${expansion.value}`;
	return words.slice(0, -1).flatMap((word) => {
		if (/[*?[$]|^<<|:\/\//.test(word.text)) return [];
		const name = baseName(word.text.replace(/\/$/, ""));
		if (name === "" || name === "." || name === "..") return [];
		return [{ span: word.span, path: normalPath(folder ? `${base}/${name}` : base) }];
	});
}

/** The files that a command changes in a way that only their owner may. */
function changedFiles(step: Step, command: ShellCommand, open: boolean): readonly string[] {
	const written = (open ? [] : command.redirects)
		.filter((redirect) => redirect.operator === ">" || redirect.operator === ">>")
		.flatMap((redirect) => (redirect.target === undefined ? [] : [wordValue(step, redirect.target) ?? ""]));
	if (command.program !== "chmod") return written;
	return [...written, ...command.args.slice(1).map((word) => wordValue(step, word) ?? "")];
}
